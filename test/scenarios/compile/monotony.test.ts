/** A network that carries less never looks better, and one whose packets cost less never slower. */
import { describe, expect, it } from 'vitest';
import { planOfText, runAll } from './small-worlds.ts';

interface Wish {
  readonly hostLink?: string;
  readonly uplink?: string;
  readonly faults?: string;
  readonly underlayMtu?: number;
  readonly offload?: boolean;
}

/** Twelve nodes in three racks; requests and bulk flows that load the slower of these links well beyond what they carry. */
function metricsOf(wish: Wish, seed: string): Map<string, Readonly<Record<string, number>>> {
  const { hostLink = '10Gbps', uplink = hostLink, faults = '[]', underlayMtu = 1500, offload = true } = wish;
  const plan = planOfText(`
wavetank: 1
title: Less is not more
question: Does a network that carries less look worse?
duration: 20s
cluster:
  nodes: [{ count: 12, name: node, cpu: 8, memory: 64Gi }]
  pods: [{ count: 60, name: web, cpu: 1, memory: 64Mi, replicas: 6 }]
machine: { offload: ${offload} }
fabric: { nodesPerRack: 4, spines: 2, hostLink: ${hostLink}, uplink: ${uplink} }
services: { fanout: 2 }
traffic:
  start: 1s
  talkers:
    - { name: requests, rate: 50, size: { constant: 64KiB }, measures: latency }
    - { name: bulk, rate: 20, size: { constant: 8MiB }, measures: throughput }
faults: ${faults}
environments: { room: { use: machine-room-bgp, underlayMtu: ${underlayMtu} } }
environment: room
vary: { scheme: [flannel-vxlan, calico-bgp, contiv-vlan] }
`);
  return new Map([...runAll(plan, seed)].map(([name, { metrics }]) => [name, metrics]));
}

const SEEDS = ['less/0', 'less/1'];

describe('halving all links', () => {
  it.each(SEEDS)('never raises throughput nor lowers latency, however slow they are (%s)', (seed) => {
    const speeds = [
      '10Gbps',
      '5Gbps',
      '2500Mbps',
      '1250Mbps',
      '625Mbps',
      '312500Kbps',
      '156250Kbps',
      '20Mbps',
      '10Mbps',
    ];
    const found = speeds.map((hostLink) => metricsOf({ hostLink }, seed));
    for (const name of found[0]!.keys()) {
      const figures = (metric: string): number[] => found.map((metrics) => metrics.get(name)![metric]!);
      const sorted = (metric: string): number[] => [...figures(metric)].sort((a, b) => a - b);
      expect(figures('goodput'), name).toEqual(sorted('goodput').reverse());
      for (const metric of ['latencyP50', 'latencyP99']) expect(figures(metric), name).toEqual(sorted(metric));
      // The slowest ones are so slow that most flows have not finished: leaving these out is what once flattered them.
      expect(found.at(-1)!.get(name)!['flowsUnfinished']).toBeGreaterThan(300);
    }
  });
});

describe('cutting both uplinks of a rack for good', () => {
  it.each(SEEDS)('improves neither throughput nor p99 (%s)', (seed) => {
    const whole = metricsOf({}, seed);
    const cut = metricsOf(
      { faults: '[{ at: 5s, link: { rack: 0, spine: 0 } }, { at: 5s, link: { rack: 0, spine: 1 } }]' },
      seed,
    );
    for (const [name, metrics] of cut) {
      expect(metrics['goodput'], name).toBeLessThan(whole.get(name)!['goodput']!);
      // Flows into the rack and out of it stand still from their first byte to the end.
      expect(metrics['latencyP99'], name).toBeGreaterThan(10e9);
      expect(metrics['flowsUnfinished'], name).toBeGreaterThan(300);
      expect(metrics['flows'], name).toBe(whole.get(name)!['flows']);
    }
  });
});

describe('jumbo frames', () => {
  // Where wires are the limit they may: switches store larger packets (test/models/traffic/talkers.test.ts).
  it.each([true, false])('do not raise the latency of a 64 KiB request on fast wires (offload: %s)', (offload) => {
    const fast = { hostLink: '25Gbps', uplink: '40Gbps', offload };
    const small = metricsOf({ ...fast, underlayMtu: 1500 }, SEEDS[0]!);
    for (const [name, metrics] of metricsOf({ ...fast, underlayMtu: 9001 }, SEEDS[0]!))
      expect(metrics['latencyP50'], name).toBeLessThan(small.get(name)!['latencyP50']!);
  });
});

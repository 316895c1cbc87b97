/**
 * `packetLevel` in whole runs. What must agree: bulk flows on a fabric that is not full meet few others, so the throughput of TCP is that of
 * the fluid but for slow start; flows are long beside their first round trips (64 MB at 10 Gbit/s are 50 ms, round trips some 0.1 ms), and
 * marks keep queues short without losses, so means over the seeds below may differ by 5 %.
 */
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../../scenarios/compile/index.ts';
import { planOfText, runAll } from './small-worlds.ts';

const SCENARIO = `
wavetank: 1
title: Packets
question: What do packets change?
duration: 400ms
cluster:
  nodes: [{ count: 8, name: node, cpu: 16, memory: 64Gi }]
  pods: [{ count: 16, name: app, cpu: 1, memory: 1Gi, replicas: 4 }]
fabric: { nodesPerRack: 4, spines: 1, hostLink: 10Gbps, uplink: 10Gbps }
scheduling: { rate: 1000000 }
services: { fanout: 2 }
traffic:
  talkers:
    - { name: bulk, rate: 30, size: { constant: 32MB }, measures: throughput }
    - { name: datagrams, rate: 20, size: { constant: 1MB }, protocol: udp, pace: 500Mbps, measures: latency }
environment: machine-room-bgp
scheme: calico-bgp
variants:
  fluid: { fabric.linkLatency: 500ns }  # the usual one
  packets: { packetLevel: { queue: 300, markFrom: 65, tcp: dctcp } }
  trunk: { packetLevel: { links: [{ rack: 0 }], queue: 300, markFrom: 65, tcp: dctcp } }
  one-link: { packetLevel: { links: [{ link: { rack: 0, spine: 0 } }], queue: 300, markFrom: 65, tcp: dctcp } }
  window: { packetLevel: { from: 100ms, to: 160ms, queue: 300, markFrom: 65, tcp: dctcp } }
  cut: { packetLevel: {}, faults: [{ at: 150ms, for: 100ms, link: { rack: 0, spine: 0 } }] }
vary: { variant: [fluid, packets, trunk, one-link, window, cut] }
`;

const SEEDS = ['packets/0', 'packets/1'];
const runs = SEEDS.map((seed) => runAll(planOfText(SCENARIO), seed));
const meanOf = (variant: string, metric: string): number =>
  runs.reduce((sum, run) => sum + run.get(variant)!.metrics[metric]!, 0) / runs.length;
const one = (variant: string): RunResult => runs[0]!.get(variant)!;

describe('a scenario with a packet level', () => {
  it('carries as much as the fluid where both apply', () => {
    for (const variant of ['packets', 'trunk', 'one-link', 'window']) {
      const ratio = meanOf(variant, 'goodput') / meanOf('fluid', 'goodput');
      expect(ratio, variant).toBeGreaterThan(0.95);
      expect(ratio, variant).toBeLessThan(1.05);
    }
  });

  it('has the figures of packets, and a fluid has none', () => {
    expect(Object.keys(one('fluid').metrics).filter((key) => key.startsWith('packet'))).toEqual([]);
    const { packetFlows, packetHops, packetMarks, packetQueuePeak } = one('packets').metrics;
    expect(packetFlows).toBeGreaterThan(10);
    expect(packetHops).toBeGreaterThan(100_000);
    expect(packetMarks).toBeGreaterThan(0);
    expect(packetQueuePeak).toBeGreaterThan(65);
  });

  it('makes fewer packets of fewer links and shorter times', () => {
    const hops = (variant: string): number => one(variant).metrics['packetHops']!;
    expect(hops('one-link')).toBeLessThan(hops('trunk'));
    expect(hops('trunk')).toBeLessThan(hops('packets'));
    expect(hops('window')).toBeLessThan(hops('packets'));
    expect(hops('window')).toBeGreaterThan(0);
  });

  it('loses packets with a link, and flows stand still as a fluid does', () => {
    expect(one('cut').metrics['flowsStalled']).toBeGreaterThan(0);
    expect(one('cut').metrics['packetsResent']).toBeGreaterThan(0);
  });

  it('meets the same arrivals at every level, and is the same twice', () => {
    expect(new Set([...runs[0]!.values()].map(({ arrivalsHash }) => arrivalsHash)).size).toBe(1);
    const again = runAll(planOfText(SCENARIO.replace(/vary: .*/, 'vary: { variant: [window] }')), SEEDS[0]!);
    expect(again.get('window')!.digest).toBe(one('window').digest);
    expect(one('window').digest).not.toBe(one('fluid').digest);
  });
});

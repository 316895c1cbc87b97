import { describe, expect, it } from 'vitest';
import { planOfText, ranking, runAll } from './small-worlds.ts';

const SCHEMES = ['flannel-vxlan', 'calico-bgp', 'contiv-vlan', 'openshift-sdn', 'custom-static'];

interface Limits {
  readonly offload: boolean;
  readonly podCpuUse: string;
  readonly hostLink: string;
  readonly uplink: string;
  readonly rate: number;
}

/** Twenty nodes in five racks; what limits the flows is set by the links and by what pods leave of the processors. */
function world(limits: Limits) {
  return planOfText(`
wavetank: 1
title: One cluster, three limits
question: Which scheme is fastest when this is the limit?
duration: 20s
cluster:
  nodes: [{ count: 20, name: node, cpu: 8, memory: 64Gi }]
  pods: [{ count: 40, name: web, cpu: 3300m, memory: 2Gi, replicas: 4 }]
machine: { offload: ${limits.offload}, podCpuUse: ${limits.podCpuUse}, plannedRate: 1Mbps }
fabric: { nodesPerRack: 4, spines: 2, hostLink: ${limits.hostLink}, uplink: ${limits.uplink} }
services: { fanout: 3 }
scheduling: { order: listed, rate: 1000, tieBreak: lowest-name }
traffic:
  start: 1s
  talkers: [{ name: bulk, rate: ${limits.rate}, size: { constant: 64MiB }, measures: throughput }]
environment: machine-room-bgp
vary: { scheme: [${SCHEMES.join(', ')}] }
`);
}

/** The largest of the four shares of what bound the flows. */
function limitOf(metrics: Readonly<Record<string, number>>): string {
  const keys = ['boundByUplink', 'boundByHostLink', 'boundByProcessors', 'boundByCore'];
  return keys.reduce((most, key) => (metrics[key]! > metrics[most]! ? key : most));
}

describe('what limits the flows decides the ranking', () => {
  const saturated = runAll(
    world({ offload: true, podCpuUse: '10%', hostLink: '10Gbps', uplink: '1Gbps', rate: 10 }),
    'limits',
  );
  const busy = runAll(
    world({ offload: false, podCpuUse: '100%', hostLink: '100Gbps', uplink: '400Gbps', rate: 130 }),
    'limits',
  );
  const idle = runAll(
    world({ offload: true, podCpuUse: '10%', hostLink: '100Gbps', uplink: '400Gbps', rate: 6 }),
    'limits',
  );

  it('names the limit of each regime', () => {
    for (const { metrics } of saturated.values()) expect(limitOf(metrics)).toBe('boundByUplink');
    for (const { metrics } of busy.values()) expect(limitOf(metrics)).toBe('boundByProcessors');
    for (const { metrics } of idle.values()) expect(limitOf(metrics)).toBe('boundByCore');
  });

  it('a saturated uplink ranks by header bytes', () => {
    const order = ranking(saturated, 'goodput', 'higher');
    expect(order.slice(0, 2).sort()).toEqual(['calico-bgp', 'custom-static']);
    expect(order[2]).toBe('contiv-vlan');
    expect(order.slice(3).sort()).toEqual(['flannel-vxlan', 'openshift-sdn']);
  });

  // 1,400 milli less the agent, over half the cost of a byte (3.08, 2.84, 3.79, 4.53, 5.15 ns): 0.91, 0.88, 0.63, 0.51, 0.50 GB/s.
  it('busy nodes rank by processor time, and by what the agents leave of it', () => {
    expect(ranking(busy, 'goodput', 'higher')).toEqual([
      'custom-static',
      'contiv-vlan',
      'openshift-sdn',
      'calico-bgp',
      'flannel-vxlan',
    ]);
  });

  it('an idle fabric ranks by what one core pushes through', () => {
    expect(ranking(idle, 'goodput', 'higher')).toEqual([
      'contiv-vlan',
      'custom-static',
      'flannel-vxlan',
      'calico-bgp',
      'openshift-sdn',
    ]);
  });

  it('gives three different rankings', () => {
    const orders = [saturated, busy, idle].map((results) => ranking(results, 'goodput', 'higher').join());
    expect(new Set(orders).size).toBe(3);
  });

  it('shares, and does not multiply a header ratio: a saturated uplink widens the gap beyond the headers', () => {
    const ratio =
      saturated.get('flannel-vxlan')!.metrics['goodput']! / saturated.get('calico-bgp')!.metrics['goodput']!;
    const headersAlone = 1398 / 1538 / (1448 / 1538);
    expect(ratio).toBeLessThan(headersAlone);
  });
});

/** Layer 2 in whole runs: what pods of a flat segment hear, and what a small neighbour table costs their calls. */
import { describe, expect, it } from 'vitest';
import { broadcastCost } from '../../../models/machine/broadcast-cost.ts';
import { converse } from '../../../models/network/layer2/conversation.ts';
import { flatSegment } from '../../../models/schemes/growth.ts';
import { planOf, planOfText, runAll } from './small-worlds.ts';

const runOf = (scheme: string, ...changes: string[]) =>
  runAll(planOf('every-scheme', `vary.scheme=["${scheme}"]`, ...changes), 'segments').get(scheme)!.metrics;

describe('a run with pods on layer 2', () => {
  it('counts broadcasts and entries only where pods share it', () => {
    expect(runOf('macvlan')).toMatchObject({ neighbourOverflows: 0 });
    expect(runOf('macvlan')['broadcastsPerPod']).toBeGreaterThan(1);
    expect(runOf('ipvlan-l3')['broadcastsPerPod']).toBeUndefined();
    for (const scheme of ['flannel-vxlan', 'contiv-vxlan', 'contiv-bgp', 'contiv-aci'])
      expect(runOf(scheme)['neighbourEntriesPeak'], scheme).toBeUndefined();
  });

  it('a table that is too small loses packets, and calls wait or fail for it', () => {
    const ample = runOf('macvlan');
    const small = runOf('macvlan', 'assume.neighbourLimit=8');
    expect(small['neighbourEntriesPeak']).toBeLessThanOrEqual(8);
    expect(small['neighbourOverflows']).toBeGreaterThan(0);
    expect(small['latencyP99']).toBeGreaterThan(ample['latencyP99']! + 0.9e9);
  });
});

describe('what broadcasts cost the processors of a run', () => {
  /** Eight pods a node that all talk to all, in one segment. */
  const textOf = (nodes: number, nodeCpu: number, more = '') => `
wavetank: 1
title: Broadcasts
question: What do broadcasts cost?
seed: broadcasts
duration: 12s
cluster:
  nodes: [{ count: ${nodes}, name: node, cpu: 16, memory: 64Gi }]
  pods: [{ count: ${8 * nodes}, name: peer, cpu: 1, memory: 1Gi, replicas: 1 }]
fabric: { nodesPerRack: 16, spines: 2, hostLink: 10Gbps, uplink: 40Gbps }
services: { calls: [{ from: peer, to: peer }] }
traffic:
  start: 5s
  talkers: [{ name: greetings, rate: ${64 * nodes}, size: { constant: 2KiB }, measures: latency }]
assume: { nodeCpu: ${nodeCpu} }
environment: machine-room-flat
${more}
vary: { scheme: [contiv-vlan, calico-bgp] }
`;
  const metricsOf = (nodes: number, nodeCpu = 1, more = '') =>
    runAll(planOfText(textOf(nodes, nodeCpu, more)), 'broadcasts').get('contiv-vlan')!.metrics;

  it('is what each broadcast costs a node, times their number', () => {
    const { takeNs, copyNs } = broadcastCost('bridge-l2');
    const metrics = metricsOf(8);
    // A pod hears all broadcasts but its own.
    const perSecond = (metrics['broadcastsPerPod']! * 64) / 63;
    expect(perSecond).toBeGreaterThan(100);
    expect(metrics['broadcastProcessor']).toBeCloseTo((perSecond * (takeNs + 8 * copyNs)) / 1e9, 9);
    expect(metrics['broadcastProcessorPeak']).toBeGreaterThan(metrics['broadcastProcessor']!);
    // Seven of eight come from other nodes, and all bridges know everybody.
    expect(metrics['floodsPerNode']).toBeCloseTo((perSecond * 7) / 8, -1);
  });

  it('calls to pods of a dead node are flooded, too, until their callers forget them', () => {
    const dead = metricsOf(8, 1, 'faults: [{ at: 7s, node: node-3 }]');
    const perSecond = (dead['broadcastsPerPod']! * 64) / 63;
    // Broadcasts alone would be fewer: from 7 s on there are six other nodes, and the dead one counts among eight.
    expect(dead['floodsPerNode']).toBeGreaterThan((perSecond * 7) / 8);
  });

  it('a node pays twice as much for twice the nodes that ask as often, and slower processors pay more', () => {
    const [small, large] = [metricsOf(8), metricsOf(16)];
    const ratio = large['broadcastProcessor']! / small['broadcastProcessor']!;
    expect(ratio).toBeGreaterThan(2);
    expect(ratio).toBeLessThan(4.1);
    expect(ratio).toBeCloseTo((large['broadcastsPerPod']! * 128) / 127 / ((small['broadcastsPerPod']! * 64) / 63), 9);
    expect(metricsOf(8, 0.5)['broadcastProcessor']! / small['broadcastProcessor']!).toBeCloseTo(2, 1);
  });
});

describe('the closed forms of a flat segment', () => {
  it.each([2, 5, 12, 40])('%d pods: the same as messages add up to', (pods) => {
    const extent = { nodes: 1, racks: 1, pods, blocks: 1, podsPerNodeMax: pods, tenants: 1 };
    const count = (key: string) => flatSegment(extent).find((one) => one.key === key)!.count;
    const limits = { gcThresh1: 1e6, gcThresh2: 1e6, gcThresh3: 1e6 };
    const run = {
      mode: 'flat',
      hosts: pods,
      pattern: 'all-to-all',
      seed: 'one',
      turnNs: 50e6,
      spacingNs: 1e6,
    } as const;
    const counts = converse({ ...run, limits });
    expect(count('arpRequests')).toBe(counts.requestsSent);
    expect(count('arpFramesReceived')).toBe(counts.broadcastRequestsReceived);
    expect(count('macEntriesPerSwitch')).toBe(counts.bridgeEntries);
    expect(count('neighboursPerNode')).toBe(counts.entriesSum);
  });
});

/** Layer 2 in whole runs: what pods of a flat segment hear, and what a small neighbour table costs their calls. */
import { describe, expect, it } from 'vitest';
import { converse } from '../../../models/network/layer2/conversation.ts';
import { flatSegment } from '../../../models/schemes/growth.ts';
import { planOf, runAll } from './small-worlds.ts';

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

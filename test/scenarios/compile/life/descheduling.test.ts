import { describe, expect, it } from 'vitest';
import { startRun } from '../../../../scenarios/compile/index.ts';
import { planOfText } from '../small-worlds.ts';

/** Three nodes, two of which are drained at first: all pods come to the third. */
function world(descheduler: string, budget = ''): string {
  return `
wavetank: 1
title: A test
question: Does it?
duration: 300s
cluster:
  nodes: [{ count: 3, name: node, cpu: 8, memory: 16Gi }]
  pods: [{ count: 6, name: web, cpu: 1, memory: 512Mi, replicas: 6 }]
fabric: { nodesPerRack: 3, spines: 2, hostLink: 10Gbps, uplink: 10Gbps }
environment: machine-room-bgp
scheme: calico-bgp
workloads: { web: { ${budget} } }
changes:
  - { at: 10s, drain: node-1 }
  - { at: 11s, drain: node-2 }
  - { at: 40s, uncordon: node-1 }
  - { at: 40s, uncordon: node-2 }
${descheduler}
load:
  services: [{ name: web, requests: [{ cpu: { constant: 2ms } }] }]
  sources: [{ name: visitors, to: web, rate: 5 }]
`;
}

function descheduled(text: string): number | undefined {
  const plan = planOfText(text);
  return startRun(plan, plan.alternatives[0]!.name, 'test/0').finish().metrics['podsDescheduled'];
}

describe('a descheduler in a run', () => {
  it('is not there unless the document asks for it', () => {
    expect(descheduled(world(''))).toBeUndefined();
  });

  it('spreads duplicates once, and then finds nothing more to do', () => {
    // Six on one of three nodes: four are too many; two more looks find the shares kept.
    expect(descheduled(world('descheduler: { every: 60s, duplicates: true }'))).toBe(4);
  });

  it('moves no more at a look than a node may lose, nor than the budget allows', () => {
    expect(descheduled(world('descheduler: { every: 120s, duplicates: true, evictionsPerNode: 1 }'))).toBe(2);
    expect(
      descheduled(world('descheduler: { every: 120s, duplicates: true }', 'disruptionBudget: { maxUnavailable: 1 }')),
    ).toBe(2);
  });

  it('fills nodes that are low, and restores a spread', () => {
    const low = 'descheduler: { every: 60s, lowUtilization: { targets: { cpu: 50% } } }';
    // Six cores of a little less than eight, for the agent of the network takes its part: three go until less than half is left.
    expect(descheduled(world(low))).toBe(3);
    const spread = 'descheduler: { every: 60s, spread: { by: kubernetes.io/hostname } }';
    expect(descheduled(world(spread))).toBeGreaterThanOrEqual(3);
    expect(descheduled(world(spread))).toBeLessThanOrEqual(4);
  });
});

/** The rows of members say how many replicas are Ready there: of workloads that nobody ever asks too. */
import { expect, it } from 'vitest';
import { startRun } from '../../../../scenarios/compile/index.ts';
import { MemorySource } from '../../../../sim/trace/memory-source.ts';
import { openTrace } from '../../../../sim/trace/reader.ts';
import { planOfText } from '../small-worlds.ts';

const FEDERATION = `
wavetank: 1
title: two members
question: How many are Ready?
duration: 120s
cluster:
  nodes: [{ count: 2, name: node, cpu: 4, memory: 8Gi }]
  pods:
    - { count: 4, name: web, cpu: 1, memory: 1Gi, replicas: 4 }
    - { count: 2, name: batch, cpu: 1, memory: 1Gi, replicas: 2 }
fabric: { nodesPerRack: 2, spines: 1, hostLink: 10Gbps, uplink: 10Gbps }
load:
  services: [{ name: web, requests: [{ cpu: { constant: 1ms } }] }]
  sources: [{ name: callers, to: web, rate: 1 }]
workloads: { batch: { start: 25s, readinessProbe: { period: 2s } } }
changes: [{ at: 60s, scale: batch, to: 4 }, { at: 100s, scale: web, to: 2 }]
federation: { clusters: [{ name: east }, { name: west }], division: { rule: webster } }
environment: machine-room-bgp
scheme: calico-bgp
`;

it('rows of members follow the readiness of every workload', async () => {
  const plan = planOfText(FEDERATION);
  const source = new MemorySource();
  startRun(plan, plan.alternatives[0]!.name, 'a', { sink: source, level: 'state' }).finish();
  const trace = await openTrace(source);
  const readyAt = async (seconds: number): Promise<number[]> => {
    const state = await trace.stateAt(seconds * 1e9);
    return [...state.table('clusters').column('ready')];
  };
  expect(await readyAt(20)).toEqual([2, 2]);
  expect(await readyAt(50)).toEqual([3, 3]);
  expect(await readyAt(95)).toEqual([4, 4]);
  expect(await readyAt(120)).toEqual([3, 3]);
});

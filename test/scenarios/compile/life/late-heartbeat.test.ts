/** A node that was cut off may be given up after it is in reach again, and before its next heartbeat: its pods are Ready again all the same. */
import { expect, it } from 'vitest';
import { startRun } from '../../../../scenarios/compile/index.ts';
import { MemorySource } from '../../../../sim/trace/memory-source.ts';
import { openTrace } from '../../../../sim/trace/reader.ts';
import { planOfText } from '../small-worlds.ts';

const CUT = `
wavetank: 1
title: cut off
question: Are all Ready again?
duration: 240s
cluster:
  nodes: [{ count: 6, name: node, cpu: 4, memory: 8Gi }]
  pods: [{ count: 12, name: web, cpu: 1, memory: 1Gi, replicas: 12 }]
fabric: { nodesPerRack: 6, spines: 1, hostLink: 10Gbps, uplink: 10Gbps }
load:
  services: [{ name: web, requests: [{ cpu: { constant: 1ms } }] }]
  sources: [{ name: callers, to: web, rate: 1 }]
lifecycle: { kubernetes: '1.31' }
faults: [{ at: 60s, for: 37s, rack: 0, cut: true }]
environment: machine-room-bgp
scheme: calico-bgp
`;

it('pods of a node whose next heartbeat came too late are Ready again with it', async () => {
  const plan = planOfText(CUT);
  const source = new MemorySource();
  startRun(plan, plan.alternatives[0]!.name, 'a', { sink: source, level: 'state' }).finish();
  const trace = await openTrace(source);
  const lost = trace.catalog.marks.findIndex(({ name }) => name === 'node-not-ready');
  const marks = await trace.marks();
  expect(marks.filter(({ kind, timeNs }) => kind === lost && timeNs > 97e9).length).toBeGreaterThan(0);
  const state = await trace.stateAt(240e9);
  expect([...state.table('workloads').column('ready')]).toEqual([12]);
});

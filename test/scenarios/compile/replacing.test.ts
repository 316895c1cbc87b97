/** Pods of dead nodes are placed anew: with an address or not at all, and by what the first placement went by. */
import { describe, expect, it } from 'vitest';
import { callGraph, talkersOf } from '../../../models/service/services.ts';
import { PHASE } from '../../../models/world/catalog.ts';
import { populationOf, startRun } from '../../../scenarios/compile/index.ts';
import { StreamSource } from '../../../sim/random/stream.ts';
import { MemorySource } from '../../../sim/trace/memory-source.ts';
import { openTrace, type TraceReader } from '../../../sim/trace/reader.ts';
import { planOfText } from './small-worlds.ts';

const SILENT = '{ name: calls, rate: 10, size: { constant: 16KiB }, measures: latency }';

async function recorded(text: string, seed: string) {
  const plan = planOfText(text);
  const sink = new MemorySource();
  const result = startRun(plan, plan.alternatives[0]!.name, seed, { sink, level: 'state' }).finish();
  return { plan, metrics: result.metrics, reader: await openTrace(sink) };
}

/** Five nodes for 300 pods; nodes die while pods are placed, and after. */
function scarce(firstDeathS: number): string {
  return `
wavetank: 1
title: Addresses run out
question: Who runs when the addresses of the dead are needed?
duration: 40s
cluster:
  nodes: [{ count: 5, name: node, cpu: 32, memory: 64Gi }]
  pods: [{ count: 300, name: web, cpu: 50m, memory: 64Mi, replicas: 7 }]
  podCidr: 10.128.0.0/23
fabric: { nodesPerRack: 2, spines: 2, hostLink: 10Gbps, uplink: 10Gbps }
lifecycle: { notReadyAfter: 500ms, evictionAfter: 1ms }
scheduling: { rate: 20, order: shuffled }
services: { fanout: 2 }
traffic: { start: 1s, talkers: [${SILENT}] }
faults:
  - { at: ${firstDeathS}s, node: node-0 }
  - { at: 20s, node: node-1 }
  - { at: 22s, node: node-2 }
environment: machine-room-bgp
scheme: calico-bgp
`;
}

/** A /23 in blocks of /26. */
const BLOCKS = 8;
const BLOCK_ADDRESSES = 64;

describe('pods placed anew when addresses are scarce', () => {
  const cases = [2, 3, 5, 8, 12].flatMap((firstDeathS) => ['x', 'y', 'z'].map((seed) => [firstDeathS, seed] as const));

  it.each(cases)('run with an address or not at all (first death at %d s, seed %s)', async (firstDeathS, seed) => {
    const { reader, metrics } = await recorded(scarce(firstDeathS), seed);
    expect(await blocksClaimed(reader)).toBeLessThanOrEqual(BLOCKS);
    const pods = (await reader.stateAt(reader.endNs)).table('pods');
    const phases = [...pods.column('phase')].filter((_, row) => pods.alive[row] === 1);
    const count = (phase: number): number => phases.filter((one) => one === phase).length;
    expect(count(PHASE.running)).toBe(metrics['podsAtEnd']);
    // Two nodes of 110 pods at most are left for 300.
    expect(count(PHASE.running)).toBeLessThanOrEqual(220);
    expect(count(PHASE.running) + count(PHASE.noAddress) + count(PHASE.unschedulable)).toBe(300);
  });

  it('do go without one, so that the cases above are cases', async () => {
    const { reader } = await recorded(scarce(2), 'x');
    const marks = (await reader.marks()).map(({ kind }) => reader.catalog.marks[kind]!.name);
    expect(marks.filter((name) => name === 'no-address').length).toBeGreaterThan(0);
  });
});

/** Blocks that the nodes must have claimed, by the most pods that ran on each: a node keeps its blocks. */
async function blocksClaimed(reader: TraceReader): Promise<number> {
  let blocks = 0;
  for (let node = 0; node < 5; node++) {
    const counts = (await reader.changes('nodes', node)).filter(({ column }) => column === 'pods');
    blocks += Math.ceil(Math.max(0, ...counts.map(({ value }) => value)) / BLOCK_ADDRESSES);
  }
  return blocks;
}

describe('pods placed anew before a second death is noticed', () => {
  it('are sent to the dead node too, share its fate, and run in the end', async () => {
    const { reader, metrics } = await recorded(
      `
wavetank: 1
title: The second death
question: What does the scheduler know?
duration: 20s
cluster:
  nodes: [{ count: 6, name: node, cpu: 8, memory: 32Gi }]
  pods: [{ count: 36, name: web, cpu: 500m, memory: 1Gi, replicas: 6 }]
fabric: { nodesPerRack: 3, spines: 2, hostLink: 10Gbps, uplink: 10Gbps }
lifecycle: { notReadyAfter: 2s, evictionAfter: 1s }
services: { fanout: 1 }
traffic: { start: 1s, talkers: [${SILENT}] }
faults: [{ at: 5s, node: node-0 }, { at: 7s, node: node-1 }]
environment: machine-room-bgp
scheme: calico-bgp
`,
      'second/0',
    );
    // Given up at about 8 s and 10 s; the death of 7 s is noticed at about 9 s.
    const marks = (await reader.marks()).filter(({ timeNs }) => timeNs > 7e9);
    const sentTo = (node: number, fromS: number, toS: number): number =>
      marks.filter(
        ({ kind, payload, timeNs }) =>
          reader.catalog.marks[kind]!.name === 'scheduled' &&
          payload[0] === node &&
          timeNs > fromS * 1e9 &&
          timeNs < toS * 1e9,
      ).length;
    expect(sentTo(1, 7.5, 8.5)).toBeGreaterThan(0);
    expect(sentTo(0, 7, 20) + sentTo(1, 9.5, 20)).toBe(0);
    expect(metrics).toMatchObject({ podsAtEnd: 36, servicesSurviving: 1, replicasLostWorst: 0 });
  });
});

describe('pods placed anew by affinity to their talkers', () => {
  it('go to a rack of those whom they talk with in this run', async () => {
    const seed = 'replace/0';
    const { plan, reader } = await recorded(
      `
wavetank: 1
title: Together again
question: Do pods find their talkers after a death?
duration: 20s
cluster:
  nodes: [{ count: 24, name: node, cpu: 32, memory: 64Gi }]
  pods: [{ count: 120, name: web, cpu: 100m, memory: 64Mi, replicas: 1 }]
fabric: { nodesPerRack: 2, spines: 2, hostLink: 10Gbps, uplink: 10Gbps }
lifecycle: { notReadyAfter: 500ms, evictionAfter: 500ms }
services: { fanout: 1 }
traffic: { start: 1s, talkers: [${SILENT}] }
faults: [{ at: 5s, node: node-00 }, { at: 6s, node: node-04 }, { at: 7s, node: node-08 }, { at: 8s, node: node-12 }]
environment: machine-room-bgp
scheme: calico-bgp
placements:
  together: { description: near, strategy: least-allocated, affinity: { to: talkers, topology: rack, weight: 100 } }
placement: together
`,
      seed,
    );
    const { services, pods } = populationOf(plan.document);
    const talkers = talkersOf(callGraph(services, plan.document.services, new StreamSource(seed)));
    const before = await racksOf(reader, 4e9);
    const after = await racksOf(reader, reader.endNs);
    const moved = pods.filter(({ name }) => before.get(name)!.node !== after.get(name)!.node);
    expect(moved.length).toBeGreaterThan(5);
    for (const { name, service } of moved) {
      const near = talkers[service]!.map((other) => after.get(pods[services[other]!.first]!.name)!.rack);
      expect(near, name).toContain(after.get(name)!.rack);
    }
  });
});

/** Where each living pod stands, by its name. */
async function racksOf(reader: TraceReader, timeNs: number): Promise<Map<string, { node: number; rack: number }>> {
  const state = await reader.stateAt(timeNs);
  const pods = state.table('pods');
  const nodes = pods.column('node');
  const rows = Array.from({ length: pods.count }, (_, row) => row).filter((row) => pods.alive[row] === 1);
  return new Map(
    rows.map((row) => [pods.name(row), { node: nodes[row]!, rack: state.table('nodes').parent[nodes[row]!]! }]),
  );
}

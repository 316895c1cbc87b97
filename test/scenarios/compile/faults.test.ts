import { describe, expect, it } from 'vitest';
import { startRun } from '../../../scenarios/compile/index.ts';
import { MemorySource } from '../../../sim/trace/memory-source.ts';
import { openTrace, type TraceReader } from '../../../sim/trace/reader.ts';
import { planOfText, runAll } from './small-worlds.ts';

/** Nine nodes in three racks; steady streams that meet every fault. */
function cluster(faults: string, more = ''): string {
  return `
wavetank: 1
title: Things break
question: What follows a fault?
duration: 20s
cluster:
  nodes: [{ count: 9, name: node, cpu: 8, memory: 32Gi }]
  pods: [{ count: 36, name: web, cpu: 1, memory: 2Gi, replicas: 6 }]
fabric: { nodesPerRack: 3, spines: 2, hostLink: 10Gbps, uplink: 10Gbps }
services: { fanout: 2 }
traffic:
  start: 1s
  talkers: [{ name: streams, rate: 20, size: { constant: 64MiB }, pace: 100Mbps, measures: continuity }]
environment: machine-room-bgp
scheme: calico-bgp
faults: ${faults}
${more}
`;
}

async function recorded(text: string): Promise<{ reader: TraceReader; metrics: Readonly<Record<string, number>> }> {
  const plan = planOfText(text);
  const sink = new MemorySource();
  const result = startRun(plan, plan.alternatives[0]!.name, 'faults/0', { sink, level: 'state' }).finish();
  return { reader: await openTrace(sink), metrics: result.metrics };
}

async function marksOf(reader: TraceReader): Promise<{ name: string; seconds: number }[]> {
  const marks = await reader.marks();
  return marks.map(({ kind, timeNs }) => ({ name: reader.catalog.marks[kind]!.name, seconds: timeNs / 1e9 }));
}

async function linksDownAt(reader: TraceReader, seconds: number): Promise<number> {
  const links = (await reader.stateAt(seconds * 1e9)).table('links');
  return [...links.column('health')].filter((health) => health === 1).length;
}

describe('a link between leaf and spine', () => {
  it('breaks both ways, is left by its flows within a second and a bit, and comes back', async () => {
    const { reader, metrics } = await recorded(cluster('[{ at: 5s, link: { rack: 1, spine: 0 }, for: 5s }]'));
    expect(await linksDownAt(reader, 4.9)).toBe(0);
    expect(await linksDownAt(reader, 7)).toBe(2);
    expect(await linksDownAt(reader, 11)).toBe(0);
    const names = (await marksOf(reader)).map(({ name }) => name);
    // Each of the three leaves, when it broke and when it was mended.
    expect(names.filter((name) => name === 'rerouted')).toHaveLength(6);
    expect(metrics['flowsStalled']).toBeGreaterThan(0);
    expect(metrics['rerouteTime']).toBeGreaterThan(0.07e9);
    expect(metrics['rerouteTime']).toBeLessThan(1.2e9);
  });

  it('stays down while one of two faults holds it', async () => {
    const { reader } = await recorded(
      cluster('[{ at: 5s, link: { rack: 1, spine: 0 }, for: 2s }, { at: 6s, link: { rack: 1, spine: 0 }, for: 5s }]'),
    );
    expect(await linksDownAt(reader, 8)).toBe(2);
    expect(await linksDownAt(reader, 12)).toBe(0);
  });

  it('is not revived by a mend while its rack is dead', async () => {
    const { reader } = await recorded(
      cluster('[{ at: 5s, link: { rack: 1, spine: 0 }, for: 4s }, { at: 7s, rack: 1 }]'),
    );
    // Two spines both ways, and three nodes both ways.
    expect(await linksDownAt(reader, 15)).toBe(4 + 6);
  });
});

describe('a node', () => {
  it('dies in truth at once and in belief later; its pods are given up and placed anew', async () => {
    const { reader, metrics } = await recorded(
      cluster('[{ at: 5s, node: node-4 }]', 'lifecycle: { notReadyAfter: 2s, evictionAfter: 3s }'),
    );
    const column = async (name: string, seconds: number): Promise<number> =>
      (await reader.stateAt(seconds * 1e9)).table('nodes').column(name)[4]!;
    expect(await column('health', 5.1)).toBe(2);
    expect(await column('healthBelieved', 6)).toBe(0);
    expect(await column('healthBelieved', 8)).toBe(2);
    const marks = await marksOf(reader);
    expect(marks.filter(({ name }) => name === 'evicted')).toHaveLength(4);
    expect(marks.filter(({ name, seconds }) => name === 'scheduled' && seconds > 8)).toHaveLength(4);
    const pods = (await reader.stateAt(19e9)).table('pods');
    const running = [...pods.column('phase')].filter((phase, row) => pods.alive[row] === 1 && phase === 1);
    expect(running).toHaveLength(36);
    expect(metrics['servicesSurviving']).toBe(1);
    expect(metrics['replicasLostWorst']).toBe(0);
  });

  it('that dies twice dies once', async () => {
    const { reader } = await recorded(
      cluster('[{ at: 5s, node: node-4 }, { at: 6s, node: node-4 }, { at: 7s, rack: 1 }]'),
    );
    expect((await marksOf(reader)).filter(({ name }) => name === 'node-down')).toHaveLength(3);
  });

  it('that dies while pods are placed takes those that were meant for it', async () => {
    const { reader } = await recorded(
      cluster('[{ at: 10ms, node: node-4 }]', 'lifecycle: { notReadyAfter: 2s, evictionAfter: 3s }'),
    );
    const pods = (await reader.stateAt(19e9)).table('pods');
    const phases = [...pods.column('phase')].filter((_, row) => pods.alive[row] === 1);
    expect(phases).toEqual(phases.map(() => 1));
    expect(phases).toHaveLength(36);
  });
});

describe('callers of pods that are dead', () => {
  const text = cluster('[{ at: 5s, node: node-4 }]', 'lifecycle: { notReadyAfter: 10s, evictionAfter: 300s }').replace(
    'scheme: calico-bgp',
    'vary: { scheme: [flannel-vxlan, calico-bgp, custom-static] }',
  );
  const results = runAll(planOfText(text), 'dead/0');
  const of = (scheme: string): Readonly<Record<string, number>> => results.get(scheme)!.metrics;
  const CONNECT_TIMEOUT_NS = 3e9;

  it('meet them as often under every scheme', () => {
    const met = [...results.values()].map(({ metrics }) => metrics['flowsRetried']!);
    expect(met[0]).toBeGreaterThan(5);
    expect(met).toEqual(met.map(() => met[0]));
  });

  it('wait out the timeout where nobody tells them', () => {
    const { flowsRetried, flowsRefused, deadPodWait } = of('flannel-vxlan');
    expect(flowsRefused).toBe(0);
    expect(deadPodWait).toBe(flowsRetried! * CONNECT_TIMEOUT_NS);
  });

  it('are refused at once where routes are withdrawn, all but those of the first instants', () => {
    const { flowsRetried, flowsRefused, deadPodWait } = of('calico-bgp');
    const waited = flowsRetried! - flowsRefused!;
    expect(waited).toBeLessThanOrEqual(2);
    expect(deadPodWait! - waited * CONNECT_TIMEOUT_NS).toBeLessThan(flowsRefused! * 100_000);
    expect(deadPodWait! - waited * CONNECT_TIMEOUT_NS).toBeGreaterThan(flowsRefused! * 10_000);
  });
});

describe('why', () => {
  it('leads from what follows back to the fault', async () => {
    const { reader } = await recorded(
      cluster('[{ at: 5s, rack: 1 }]', 'lifecycle: { notReadyAfter: 2s, evictionAfter: 3s }'),
    );
    const marks = await reader.marks();
    const name = (kind: number): string => reader.catalog.marks[kind]!.name;
    const evicted = marks.find(({ kind }) => name(kind) === 'evicted')!;
    const chain: string[] = [];
    for (let at = evicted; ; at = marks[at.cause]!) {
      chain.push(name(at.kind));
      if (at.cause < 0) break;
    }
    expect(chain[0]).toBe('evicted');
    expect(chain).toContain('node-not-ready');
    expect(chain.at(-1)).toBe('rack-down');
  });
});

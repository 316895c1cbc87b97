import { describe, expect, it } from 'vitest';
import { recordedRun } from './recorded-run.ts';

/** A quiet service and a noisy one on nodes of 4 GiB. */
function world({ noisy = '', nodes = 2, more = '' }): string {
  return `
wavetank: 1
title: A test
question: Does it?
duration: 1000s
cluster:
  nodes: [{ count: ${nodes}, name: node, cpu: 8, memory: 4Gi }]
  pods:
    - { count: ${nodes}, name: web, cpu: 1, memory: 1Gi, replicas: ${nodes} }
    - { count: 1, name: noisy, cpu: 1, memory: 512Mi, replicas: 1 }
fabric: { nodesPerRack: 2, spines: 2, hostLink: 10Gbps, uplink: 10Gbps }
environment: machine-room-bgp
scheme: calico-bgp
workloads: { noisy: { ${noisy} } }
${more}
load:
  services: [{ name: web, requests: [{ cpu: { constant: 2ms } }] }]
  sources: [{ name: visitors, to: web, rate: 5 }]
`;
}

interface Told {
  readonly atS: number;
  readonly kind: string;
  readonly words: string;
}

async function runOf(text: string): Promise<{ metrics: Readonly<Record<string, number>>; told: Told[] }> {
  const { result, trace: reader } = await recordedRun(text);
  const told = (await reader.marksFrom(0)).map(({ kind, timeNs, payload }) => {
    const spec = reader.catalog.marks[kind]!;
    const text = spec.payload.map((field, at) => ('text' in field ? reader.text(payload[at]!) : '')).join('');
    return { atS: timeNs / 1e9, kind: spec.name, words: text };
  });
  return { metrics: result.metrics, told };
}

const only = (told: readonly Told[], kind: string): Told[] => told.filter((mark) => mark.kind === kind);

describe('memory of a living cluster', () => {
  it('is not followed where nobody says what pods use', async () => {
    const { metrics, told } = await runOf(world({}));
    expect(metrics['memoryEvictions']).toBeUndefined();
    expect(only(told, 'memory-pressure')).toEqual([]);
  });

  it('a pod that grows without a limit is evicted, and its node takes nobody for five minutes', async () => {
    // 1 GiB of web and 512 MiB to 4 GiB in 500 s: more than 4 GiB after 357 s.
    const noisy = 'memoryUse: { start: 512Mi, reaches: 4Gi, after: 500s }';
    const { metrics, told } = await runOf(world({ noisy }));
    const [evicted] = only(told, 'memory-evicted');
    expect(evicted!.atS).toBeGreaterThan(357);
    // A look each 10 s.
    expect(evicted!.atS).toBeLessThan(369);
    expect(evicted!.words).toMatch(/^uses 3\d\d\d MiB, requested 512 MiB; the node has (-?\d+) MiB left$/);
    expect(metrics['memoryEvictions']).toBeGreaterThanOrEqual(2);
    expect(metrics['oomKills']! + metrics['memoryEvictions']!).toBeLessThan(12);
    const [taken, back] = only(told, 'memory-pressure');
    expect(taken!.words).toBe('takes no new pods');
    expect(taken!.atS - evicted!.atS).toBeGreaterThanOrEqual(0);
    expect(taken!.atS - evicted!.atS).toBeLessThanOrEqual(10);
    expect(back!.words).toBe('takes pods again');
    expect(back!.atS - evicted!.atS).toBeGreaterThanOrEqual(300);
    // A look and a status later.
    expect(back!.atS - evicted!.atS).toBeLessThan(325);
  });

  it('nobody is placed on a node under pressure: where there is no other the next pod waits', async () => {
    const noisy = 'memoryUse: { start: 512Mi, reaches: 4Gi, after: 500s }';
    const { told } = await runOf(world({ noisy, nodes: 1, more: 'changes: [{ at: 400s, scale: noisy, to: 2 }]' }));
    const [evicted] = only(told, 'memory-evicted');
    const refused = told.find(({ kind, atS }) => kind === 'unschedulable' && atS >= 400);
    const placed = told.filter(({ kind, atS }) => kind === 'scheduled' && atS > refused!.atS);
    expect(refused!.words).toContain('untolerated taint');
    expect(placed[0]!.atS - evicted!.atS).toBeGreaterThanOrEqual(300);
  });

  it('a node that dies under pressure takes pods again when its kubelet has begun anew', async () => {
    const noisy = 'memoryUse: { start: 512Mi, reaches: 4Gi, after: 500s }';
    const alive = (await runOf(world({ noisy, nodes: 1 }))).told;
    const takenS = only(alive, 'memory-pressure')[0]!.atS;
    const fault = `faults: [{ node: node-0, at: ${Math.ceil(takenS) + 20}s, for: 60s }]`;
    const { told } = await runOf(world({ noisy, nodes: 1, more: fault }));
    const back = only(told, 'memory-pressure')[1]!;
    expect(back.words).toBe('takes pods again');
    // A look and a status after its return, and not after five minutes.
    expect(back.atS - takenS).toBeGreaterThan(80);
    expect(back.atS - takenS).toBeLessThan(105);
  });

  it('a container over its limit is killed at that instant and started again, and its neighbours stay', async () => {
    const noisy = 'memoryUse: { start: 512Mi, reaches: 1536Mi, after: 100s }, memoryLimit: 1Gi';
    const { metrics, told } = await runOf(world({ noisy }));
    expect(metrics['memoryEvictions']).toBe(0);
    const kills = only(told, 'oom-killed').map(({ atS }) => atS);
    const gaps = kills.map((atS, at) => Math.round(at === 0 ? atS : atS - kills[at - 1]!));
    // 50 s to the limit; pauses of 0, 10, 20, 40, 80 and 160 s.
    expect(gaps).toEqual([51, 50, 60, 70, 90, 130, 210]);
    expect(metrics['podRestarts']).toBe(kills.length);
  });

  it('the kernel kills where memory grows faster than the kubelet looks', async () => {
    const noisy = 'memoryUse: { start: 512Mi, reaches: 8Gi, after: 2s }';
    const { metrics, told } = await runOf(world({ noisy }));
    expect(metrics['oomKills']).toBeGreaterThan(0);
    expect(only(told, 'oom-killed')[0]!.words).toContain('all in use');
  });

  it('what was evicted leaves its room to the next', async () => {
    const text = world({
      nodes: 1,
      noisy: 'memoryUse: { start: 2560Mi, reaches: 4Gi, after: 250s }',
      more: 'eviction: { transition: 0s }',
    }).replace('memory: 512Mi', 'memory: 2560Mi');
    const { metrics } = await runOf(text);
    expect(metrics['memoryEvictions']).toBeGreaterThanOrEqual(3);
  });

  it('evicts one at a time, and only as many as it takes', async () => {
    // 200 MiB short after the growth of one of three: one goes.
    const text = world({
      noisy: 'memoryUse: { start: 512Mi, reaches: 3500Mi, after: 60s }',
      more: 'eviction: { hard: 300Mi, transition: 0s }',
    });
    const { told } = await runOf(text);
    const evicted = only(told, 'memory-evicted');
    for (const [at, { atS }] of evicted.entries()) if (at > 0) expect(atS - evicted[at - 1]!.atS).toBeGreaterThan(40);
  });
});

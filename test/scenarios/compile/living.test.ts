/** Placing in time: who waits on whom, who is pushed out, and that the run does what the placement decided. */
import { describe, expect, it } from 'vitest';
import { compile, startRun } from '../../../scenarios/compile/index.ts';
import { place } from '../../../scenarios/compile/placement.ts';
import { populationOf } from '../../../scenarios/compile/population.ts';
import { bundledLibrary } from '../../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../../scenarios/document/load.ts';
import { NS_PER_SECOND } from '../../../sim/engine/sim-time.ts';

const base = (pods: string, more: string): string => `
wavetank: 1
title: Start
question: Who serves when?
duration: 120s
cluster:
  nodes: [{ count: 2, name: node, cpu: 4, memory: 16Gi }]
  pods:
${pods}
fabric: { nodesPerRack: 2, spines: 2, hostLink: 10Gbps, uplink: 10Gbps }
traffic: { start: 1s, talkers: [{ name: requests, rate: 1, size: { constant: 1KiB }, measures: latency }] }
environment: machine-room-bgp
scheme: calico-bgp
${more}
`;

const TWO = `    - { count: 2, name: db, cpu: 500m, memory: 1Gi, replicas: 2 }
    - { count: 3, name: api, cpu: 500m, memory: 1Gi, replicas: 3 }`;

async function placed(pods: string, more: string) {
  const document = loadScenario(base(pods, more), 'start.yaml', bundledLibrary, []);
  const alternative = compile(document).alternatives[0]!;
  const population = populationOf(document);
  const placement = place(alternative, population, 's');
  const names = population.pods.map(({ name }) => name);
  const readyAt = new Map(
    placement.steps?.flatMap(({ kind, pod, atNs }) =>
      kind === 'ready' ? [[names[pod]!, atNs / NS_PER_SECOND] as const] : [],
    ),
  );
  return { document, alternative, population, placement, names, readyAt };
}

describe('an order of start', () => {
  const order = (by: string): string =>
    `startup: { time: 3s, times: { db: 12s }, order: [{ pods: api, after: db, by: ${by} }] }`;
  it.each<[string, number, number]>([
    // Placed only when the database serves (12 s), then 3 s of its own.
    ['gate', 12, 15],
    // Asks at 0, 5, 10 and 15 s, then 3 s of its own.
    ['init-container', 0, 18],
    // Started at 3 s, crashed, started again at once, crashed at 6 s, started again after 10 s, and 3 s more.
    ['crash', 0, 19],
  ])('by %s', async (by, boundSeconds, readySeconds) => {
    const { placement, readyAt, names } = await placed(TWO, order(by));
    const bound = placement.steps!.find(({ kind, pod }) => kind === 'bound' && names[pod] === 'api-0')!;
    expect(bound.atNs / NS_PER_SECOND).toBeCloseTo(boundSeconds, 1);
    expect(readyAt.get('api-0')).toBeCloseTo(readySeconds, 1);
    expect(readyAt.get('db-0')).toBeCloseTo(12, 1);
  });

  it('a run offers pods when they serve, and tells how long it took', async () => {
    const { document } = await placed(TWO, order('gate'));
    const result = startRun(compile(document), compile(document).alternatives[0]!.name, 's').finish();
    expect(result.metrics).toMatchObject({ podsServing: 5, podsPushedOut: 0, podsFit: 5 });
    expect(result.metrics.allServeAfter! / NS_PER_SECOND).toBeCloseTo(15, 1);
  });

  it.each([
    ['startup: { order: [{ pods: api, after: dp, by: gate }] }', 'there is no group of pods of this name; got dp'],
    ['startup: { times: { dp: 1s } }', 'there is no group of pods of this name; got dp'],
    [
      'startup: { order: [{ pods: api, after: db, by: gate }, { pods: db, after: api, by: crash }] }',
      'api would wait on itself: api after db after api',
    ],
  ])('%s is refused', async (more, message) => {
    await expect(placed(TWO, more)).rejects.toThrow(message);
  });
});

describe('priority', () => {
  const PODS = `    - { count: 6, name: batch, cpu: 1, memory: 1Gi, replicas: 6 }
    - { count: 4, name: shop, cpu: 1, memory: 1Gi, replicas: 4, priority: 100 }`;

  it('pods that come together are placed by priority, and nobody is pushed out', async () => {
    const { placement, names } = await placed(PODS, '');
    const first = placement.steps!.filter(({ kind }) => kind === 'bound').slice(0, 4);
    expect(first.map(({ pod }) => names[pod]!.slice(0, 4))).toEqual(['shop', 'shop', 'shop', 'shop']);
    expect(placement.steps!.filter(({ kind }) => kind === 'evicted')).toEqual([]);
    // Two nodes of 4 cores less agents hold 6 pods of one core.
    expect(placement.node.filter((node) => node >= 0)).toHaveLength(6);
  });

  it('a later, more important pod pushes the least important out, and the run follows', async () => {
    const more = 'startup: { order: [{ pods: shop, after: batch, by: gate }], gracePeriod: 2s }';
    const six = `    - { count: 6, name: batch, cpu: 1, memory: 1Gi, replicas: 6 }
    - { count: 2, name: shop, cpu: 1, memory: 1Gi, replicas: 2, priority: 100 }`;
    const { document, placement, names } = await placed(six, more);
    const evicted = placement.steps!.filter(({ kind }) => kind === 'evicted');
    expect(evicted.map(({ pod, by }) => [names[pod]!.slice(0, 5), names[by!]!.slice(0, 4)])).toEqual([
      ['batch', 'shop'],
      ['batch', 'shop'],
    ]);
    const shop = placement.steps!.filter(({ kind, pod }) => kind === 'bound' && names[pod]!.startsWith('shop'));
    expect(shop).toHaveLength(2);
    for (const step of shop) expect(step.atNs).toBeGreaterThanOrEqual(2 * NS_PER_SECOND);
    const result = startRun(compile(document), compile(document).alternatives[0]!.name, 's').finish();
    expect(result.metrics).toMatchObject({ podsPushedOut: 2, podsServing: 6, podsAtEnd: 6, podsFit: 6, podsUnfit: 2 });
  });
});

it('scenarios in which time does not matter are placed in one go', async () => {
  const { placement } = await placed(TWO, '');
  expect(placement.steps).toBeUndefined();
});

/**
 * Tipping points on a network whose answer is known on paper.
 *
 * Two nodes in two racks and one flow after another: its rate is the smaller of what one core carries and what the uplink
 * leaves for payload. On throughput, a scheme counts as better only beyond the tolerance t of the models' constants: Calico
 * (plain packets) leads while its rate a and Flannel's rate b satisfy a - b > t (a + b) / 2. With Flannel on its core and
 * Calico on the uplink this ends where the uplink's payload rate is b (1 + t/2) / (1 - t/2).
 */
import { describe, expect, it } from 'vitest';
import { streamBitsPerSec } from '../../../models/machine/data-path.ts';
import { uncertaintyOf } from '../../../models/machine/rule-cost.ts';
import { comparisonOf, type RunsOf } from '../../../scenarios/answers/comparison.ts';
import { FARTHEST, searchFlip } from '../../../scenarios/answers/flip-search.ts';
import { type TippingTrial, tippingOf } from '../../../scenarios/answers/tipping.ts';
import { shareWords, tippingNote } from '../../../scenarios/answers/tipping-words.ts';
import { type Plan, place, populationOf, type RunResult, startRun } from '../../../scenarios/compile/index.ts';
import { replicationSeeds } from '../../../sim/experiment/design.ts';
import { planOfText } from '../compile/small-worlds.ts';

const UPLINK_BITS_PER_SEC = 2.8e9;
/** Calico's, the larger one: 25 % of its way, and 50 % of the share that its policy agent's chains take. */
const TOLERANCE = uncertaintyOf('routed', 'iptables').stream;
const REPLICATIONS = 3;

const plan = planOfText(`
wavetank: 1
title: Two nodes, two racks
question: Which scheme carries more?
seed: tipping
replications: ${REPLICATIONS}
duration: 60s
machine: { offload: false, podCpuUse: 10% }
cluster:
  nodes: [{ count: 2, name: node, cpu: 64, memory: 64Gi }]
  pods:
    - { count: 1, name: caller, cpu: 40, memory: 1Gi }
    - { count: 1, name: callee, cpu: 40, memory: 1Gi }
fabric: { nodesPerRack: 1, spines: 1, hostLink: 100Gbps, uplink: ${UPLINK_BITS_PER_SEC / 1e9}Gbps }
services: { calls: [{ from: caller, to: callee }] }
traffic:
  start: 1s
  talkers: [{ name: copies, rate: 0.5, size: { constant: 16MiB }, measures: throughput }]
decide: [goodput]
environment: machine-room-bgp
vary: { scheme: [flannel-vxlan, calico-bgp] }
`);
const seeds = replicationSeeds('tipping', REPLICATIONS);

function runsOf(some: Plan): RunsOf {
  return new Map(
    some.alternatives.map((one) => {
      const population = populationOf(one.document);
      const runs = seeds.map((seed): RunResult => {
        const placement = place(one, population, seed);
        return startRun(some, one.name, seed, { placement, population }).finish();
      });
      return [one.name, runs];
    }),
  );
}

const tried: string[] = [];
async function run(trials: readonly TippingTrial[]): Promise<RunsOf[]> {
  for (const { plan: one } of trials) tried.push(JSON.stringify(one.document.assume));
  return trials.map((trial) => runsOf(trial.plan));
}

const runs = runsOf(plan);
const result = comparisonOf(plan, runs, {
  name: 'two-nodes',
  seed: 'tipping',
  replications: REPLICATIONS,
  interrupted: false,
  command: '',
  traceOf: () => undefined,
});
const found = (await tippingOf({ plan, runs, result, replications: REPLICATIONS }, run))!;
const pointOf = (assumption: string, direction: string) =>
  found.points.find((point) => point.assumption === assumption && point.direction === direction)!;

/** Payload bits of a full packet for each bit on the wire: 1,448 of 1,538 with preamble, frame and gap. */
const PAYLOAD_SHARE = 1448 / 1538;
const flannelCore = streamBitsPerSec('vxlan-bridge', { offload: false, podMtu: 1450 });
const flipRate = (flannelCore * (1 + TOLERANCE / 2)) / (1 - TOLERANCE / 2);

describe('tipping points of a network whose answer is known on paper', () => {
  it('start from Calico, on its core', () => {
    expect(result.recommendations![0]!.alternative).toBe('calico-bgp');
    const calicoCore = streamBitsPerSec('routed', { offload: false, podMtu: 1500, chains: 'iptables' });
    expect(calicoCore).toBeLessThan(UPLINK_BITS_PER_SEC * PAYLOAD_SHARE);
    expect(
      result.alternatives.find(({ name }) => name === 'calico-bgp')!.metrics['goodput']!.mean / calicoCore,
    ).toBeCloseTo(1, 1);
  });

  it('find where thinner uplinks make both level, and the one with fewer changes wins', () => {
    const expected = (UPLINK_BITS_PER_SEC * PAYLOAD_SHARE) / flipRate;
    const point = pointOf('oversubscription', 'up');
    expect(point.factor! / expected).toBeGreaterThan(0.9);
    expect(point.factor! / expected).toBeLessThan(1.1);
    expect(point.flipsTo).toBe('flannel-vxlan');
    expect(point.baseValue).toBeCloseTo(100 / 2.8, 6);
    expect(point.value).toBeCloseTo(point.baseValue * point.factor!, 9);
    expect(point.words).toMatch(
      /^Calico BGP stays the recommendation until the oversubscription of the racks grows to 1\.\d+ times as much \(.*\sto 1, from 35\.7\sto 1\); then Flannel VXLAN\.$/,
    );
  });

  it('find where faster processors let Flannel come near', () => {
    const expected = (UPLINK_BITS_PER_SEC * PAYLOAD_SHARE) / flipRate;
    const point = pointOf('nodeCpu', 'up');
    expect(point.factor! / expected).toBeGreaterThan(0.9);
    expect(point.factor! / expected).toBeLessThan(1.1);
    expect(pointOf('nodeCpu', 'down').factor).toBeNull();
  });

  it('find no flip where only thicker uplinks are tried', () => {
    const point = pointOf('oversubscription', 'down');
    expect(point).toMatchObject({ factor: null, value: null, flipsTo: null, playsPart: true });
    expect(point.words).toMatch(/even if the oversubscription of the racks shrinks to a sixteenth/);
  });

  it('say that rerouting plays no part where nothing breaks, and do not climb for it', () => {
    for (const direction of ['up', 'down'])
      expect(pointOf('rerouteTime', direction)).toMatchObject({ factor: null, playsPart: false });
    const climbed = tried.map((text) => JSON.parse(text).rerouteTime as number).filter((factor) => factor !== 1);
    expect(climbed.sort((a, b) => a - b)).toEqual([1 / FARTHEST, FARTHEST]);
  });

  it('run every value once', () => {
    expect(new Set(tried).size).toBe(tried.length);
  });

  it('give up quietly when they are interrupted', async () => {
    expect(await tippingOf({ plan, runs, result, replications: REPLICATIONS }, async () => null)).toBeNull();
  });
});

describe('the search for a flip', () => {
  /** Drives the search over a rule; gives the flip and what was asked. */
  function driven(rule: (factor: number) => string, direction: 'up' | 'down') {
    const asked: number[] = [];
    const steps = searchFlip(rule(1), direction);
    let step = steps.next();
    while (step.done !== true) {
      asked.push(step.value);
      step = steps.next(rule(step.value));
    }
    return { flip: step.value, asked };
  }

  it.each([1.2, 1.9, 2.1, 5, 7.9, 15.9])('finds a flip at %d times to 10 %%, both ways', (place) => {
    const up = driven((factor) => (factor < place ? 'a' : 'b'), 'up').flip!;
    expect(up.factor / place).toBeGreaterThanOrEqual(1);
    expect(up.factor / place).toBeLessThan(1.1);
    const down = driven((factor) => (factor > 1 / place ? 'a' : 'b'), 'down').flip!;
    expect(down.factor * place).toBeLessThanOrEqual(1);
    expect(down.factor * place).toBeGreaterThan(1 / 1.1);
  });

  it('finds none where there is none, in four steps', () => {
    expect(driven(() => 'a', 'up')).toEqual({ flip: null, asked: [2, 4, 8, 16] });
  });

  it('takes the first of several flips, and what is recommended there', () => {
    const rule = (factor: number): string => (factor < 3 ? 'a' : factor < 5 ? 'b' : 'a');
    const { flip } = driven(rule, 'up');
    expect(flip!.outcome).toBe('b');
    expect(flip!.factor).toBeLessThan(3.3);
  });
});

describe('a factor in words', () => {
  it.each([
    [0.2, 'a fifth'],
    [0.5, 'half'],
    [0.0625, 'a sixteenth'],
    [0.18, '18 %'],
    [4, '4 times as much'],
  ])('%d is "%s"', (factor, words) => {
    expect(shareWords(factor)).toBe(words);
  });
});

describe('words about a search', () => {
  it('say why nothing was sought where there is no choice', () => {
    const search = { replications: 5, farthest: 16, points: [], skipped: [] };
    expect(tippingNote(search)).toMatch(/^There is no choice between alternatives here/);
    const skipped = [{ environment: 'room', words: 'Nothing passes here, so nothing can flip.' }];
    expect(tippingNote({ ...search, skipped })).toMatch(/^Each assumption was moved alone/);
  });
});

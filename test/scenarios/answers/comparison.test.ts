import { describe, expect, it } from 'vitest';
import { uncertaintyOf } from '../../../models/machine/rule-cost.ts';
import { answersOf } from '../../../scenarios/answers/answer-model.ts';
import { comparisonOf } from '../../../scenarios/answers/comparison.ts';
import type { RunResult } from '../../../scenarios/compile/index.ts';
import type { ComparisonResult } from '../../../sim/experiment/results.ts';
import { planOfText } from '../compile/small-worlds.ts';

/** Two schemes and two placements, which are planned and never run. */
const plan = planOfText(`
wavetank: 1
title: Made-up runs
question: What may be said of them?
duration: 5s
cluster:
  nodes: [{ count: 4, name: node, cpu: 8, memory: 64Gi }]
  pods: [{ count: 8, name: web, cpu: 1, memory: 1Gi, replicas: 4 }]
fabric: { nodesPerRack: 2, spines: 2, hostLink: 10Gbps, uplink: 10Gbps }
traffic:
  start: 1s
  talkers: [{ name: calls, rate: 20, size: { constant: 16KiB }, measures: latency }]
placements:
  wide: { description: apart, strategy: least-allocated }
  tight: { description: together, strategy: most-allocated }
environment: machine-room-bgp
vary: { scheme: [flannel-vxlan, calico-bgp], placement: [wide, tight] }
`);

const CONTEXT = {
  name: 'made-up',
  seed: 's',
  replications: 3,
  interrupted: false,
  command: '',
  traceOf: () => undefined,
};
const NAMES = plan.alternatives.map(({ name }) => name);

function run(metrics: RunResult['metrics'], changes: Partial<RunResult> = {}): RunResult {
  const rest = { records: 0, traceBytes: 0, events: 0, simulatedNs: 0, arrivalsHash: 7, faultsHash: 'f' };
  return { digest: 'd', metrics, ...rest, ...changes };
}

/** Three replications of every alternative; the seed's share of each figure is common to all. */
function comparisonWith(metric: string, level: (name: string) => number, more: RunResult['metrics'] = {}) {
  const runs = new Map(
    NAMES.map((name) => [name, [0, 1, 2].map((seed) => run({ [metric]: level(name) + seed * 1e-3, ...more }))]),
  );
  return comparisonOf(plan, runs, CONTEXT);
}

function toleranceOf(result: ComparisonResult, metric: string, a: string, b: string): number | undefined {
  return result.differences.find((one) => one.metric === metric && one.a === a && one.b === b)?.tolerance;
}

describe('the alternatives of a comparison', () => {
  it('are those of this test', () => {
    expect([...NAMES].sort()).toEqual([
      'calico-bgp/tight',
      'calico-bgp/wide',
      'flannel-vxlan/tight',
      'flannel-vxlan/wide',
    ]);
    expect(plan.alternatives.map(({ judgement }) => judgement.verdict)).toEqual(NAMES.map(() => 'allowed'));
  });

  it.each([
    ['arrivals', { arrivalsHash: 8 }],
    ['faults', { faultsHash: 'other' }],
  ])('must have met the same %s', (_what, changes) => {
    const all = (odd: Partial<RunResult>): Map<string, RunResult[]> =>
      new Map(NAMES.map((name, i) => [name, [run({ hops: 1 }), run({ hops: 1 }, i === 2 ? odd : {})]]));
    const context = { ...CONTEXT, replications: 2 };
    expect(() => comparisonOf(plan, all(changes), context)).toThrow(
      /replication 1: .* met different arrivals or faults/,
    );
    expect(comparisonOf(plan, all({}), context).replications).toBe(2);
  });

  it('may differ in a replication that not all have finished: it does not count', () => {
    const runs = new Map(
      NAMES.map((name, i) => [name, [run({ hops: 1 }), i === 0 ? undefined : run({ hops: 9 }, { arrivalsHash: i })]]),
    );
    const result = comparisonOf(plan, runs, { ...CONTEXT, replications: 2 });
    expect(result.replications).toBe(1);
    expect(result.alternatives.map(({ metrics }) => metrics['hops']!.mean)).toEqual([1, 1, 1, 1]);
  });
});

describe('the tolerance of a difference', () => {
  it('is none between two placements of one scheme, and that of the constants between two schemes', () => {
    const result = comparisonWith('latencyP50', () => 1000);
    const tolerances = result.differences.filter(({ metric }) => metric === 'latencyP50');
    expect(tolerances).toHaveLength(4);
    for (const { a, b, tolerance } of tolerances) {
      const sameScheme = a.split('/')[0] === b.split('/')[0];
      const chains = uncertaintyOf('routed', 'iptables').roundTrip;
      expect(tolerance, `${a} and ${b}`).toBeCloseTo(sameScheme ? 0 : 1000 * chains, 3);
    }
  });

  it('is none for what no recorded constant decides', () => {
    const result = comparisonWith('rerouteTime', () => 1000);
    expect(toleranceOf(result, 'rerouteTime', 'flannel-vxlan/wide', 'calico-bgp/wide')).toBe(0);
  });
});

describe('the p value of a difference', () => {
  const noise = (name: string, seed: number): number => ((name.length * 7 + seed * 13) % 5) * 0.4;
  const runs = new Map(
    NAMES.map((name, i) => [name, [0, 1, 2].map((seed) => run({ latencyP50: 1000 + i + noise(name, seed) }))]),
  );
  const found = comparisonOf(plan, runs, CONTEXT).differences.filter(({ metric }) => metric === 'latencyP50');

  it('is corrected for all pairs of its metric in its environment, as Holm does it', () => {
    const rising = found.map(({ p }) => p!).sort((a, b) => a - b);
    expect(rising).toHaveLength(4);
    const stepped = rising.map((p, i) => Math.min(1, (4 - i) * p));
    const expected = (p: number): number => Math.max(...stepped.slice(0, rising.indexOf(p) + 1));
    for (const { p, adjustedP } of found) expect(adjustedP).toBeCloseTo(expected(p!), 12);
    expect(found.some(({ p, adjustedP }) => adjustedP! > p!)).toBe(true);
  });

  it('is none with one replication', () => {
    const single = new Map([...runs].map(([name, all]) => [name, all.slice(0, 1)]));
    const { differences, recommendations } = comparisonOf(plan, single, { ...CONTEXT, replications: 1 });
    for (const { p, adjustedP } of differences) expect([p, adjustedP]).toEqual([null, null]);
    expect(recommendations![0]!.because.every(({ metric }) => metric === '@changes')).toBe(true);
  });
});

describe('leads', () => {
  const leadsOn = (result: ComparisonResult, metric: string) =>
    answersOf(result).flatMap(({ findings }) => findings.filter(({ key }) => key === metric))[0]!;

  it('are not shown between schemes that differ by less than the models can tell', () => {
    // 5 % apart, and not a bit of chance: the models' constants could be 10 % off.
    const slower = (name: string): number => (name.startsWith('flannel') ? 1050 : 1000);
    const level = leadsOn(comparisonWith('latencyP50', slower), 'latencyP50');
    expect(level.best).toBeNull();
    expect(level.beaten).toEqual([]);
    // Twice as slow is beyond them.
    const far = leadsOn(
      comparisonWith('latencyP50', (name) => (name.startsWith('flannel') ? 2 : 1) * 1000),
      'latencyP50',
    );
    expect(far.words).toMatch(/better than .*Flannel VXLAN/);
  });

  it('are shown between placements of one scheme at the same distance', () => {
    const onePlan = { ...plan, alternatives: plan.alternatives.filter(({ name }) => name.startsWith('calico')) };
    const runs = new Map(
      onePlan.alternatives.map(({ name, placement }) => [
        name,
        [0, 1, 2].map((seed) => run({ latencyP50: (placement === 'wide' ? 1050 : 1000) + seed })),
      ]),
    );
    const lead = leadsOn(comparisonOf(onePlan, runs, CONTEXT), 'latencyP50');
    expect(lead.best).toBe('calico-bgp/tight');
  });
});

describe('intervals', () => {
  it('end at what is possible', () => {
    const runs = (metric: string, values: readonly number[]) =>
      new Map(NAMES.map((name) => [name, values.map((value) => run({ [metric]: value }))]));
    const found = (metric: string, values: readonly number[]) =>
      comparisonOf(plan, runs(metric, values), CONTEXT).alternatives[0]!.metrics[metric]!;
    expect(found('flowsFailed', [0, 0, 9]).low).toBe(0);
    expect(found('flowsFailed', [0, 0, 9]).high).toBeGreaterThan(9);
    expect(found('servicesSurviving', [1, 1, 0.5]).high).toBe(1);
  });
});

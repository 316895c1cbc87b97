/** Watches without events for what is regular, held against plain ones that do every probe, renewal and look. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { opinionOf } from '../../../../models/federation/detection/opinion.ts';
import type { LeasePlan, ProbeRule, ProbingPlan } from '../../../../models/federation/detection/plan.ts';
import type { Finding } from '../../../../models/federation/detection/watch.ts';
import { NS_PER_SECOND } from '../../../../sim/engine/sim-time.ts';
import { Stream } from '../../../../sim/random/stream.ts';
import { watched } from './small-federation.ts';

const S = NS_PER_SECOND;
const RTT_NS = 50_000_000;
const UNTIL_NS = 600 * S;

interface Turn {
  readonly timeNs: number;
  readonly finding: Finding;
}

/** Turns at odd nanoseconds, so that none meets a probe. */
const turns: fc.Arbitrary<Turn[]> = fc
  .array(fc.record({ at: fc.nat(500), finding: fc.constantFrom<Finding>('well', 'unwell', 'silent') }), {
    maxLength: 8,
  })
  .map((list) =>
    list
      .map(({ at, finding }) => ({ timeNs: at * S + 123_457, finding }))
      .sort((a, b) => a.timeNs - b.timeNs)
      .filter(({ timeNs }, i, all) => i === 0 || all[i - 1]!.timeNs < timeNs),
  );

const rule: fc.Arbitrary<ProbeRule> = fc.oneof(
  fc.record({
    kind: fc.constant('failure-count' as const),
    failures: fc.integer({ min: 1, max: 4 }),
    successes: fc.integer({ min: 1, max: 3 }),
    counts: fc.constantFrom('in-a-row' as const, 'since-change' as const),
  }),
  fc.record({
    kind: fc.constant('elapsed-time' as const),
    failureNs: fc.integer({ min: 0, max: 40 }).map((s) => s * S),
    successNs: fc.integer({ min: 0, max: 40 }).map((s) => s * S),
  }),
);

const probing: fc.Arbitrary<ProbingPlan> = fc
  .record({
    timeout: fc.integer({ min: 1, max: 5 }),
    more: fc.nat(10),
    next: fc.constantFrom('after-start' as const, 'after-end' as const),
    rule,
  })
  .map(({ timeout, more, next, rule }) => ({
    kind: 'probes',
    timeoutNs: timeout * S,
    periodNs: (timeout + more) * S,
    next,
    rule,
  }));

const leases: fc.Arbitrary<LeasePlan> = fc
  .record({ renew: fc.integer({ min: 2, max: 30 }), more: fc.integer({ min: 1, max: 60 }), look: fc.nat(7) })
  .map(({ renew, more, look }) => ({
    kind: 'lease',
    renewNs: renew * S,
    jitterShare: 0,
    ageNs: (renew + more) * S,
    lookNs: look * S,
  }));

function findingAt(list: readonly Turn[], timeNs: number): Finding {
  return list.filter((turn) => turn.timeNs < timeNs).at(-1)?.finding ?? 'well';
}

const phases = (stream: Stream, periodNs: number): number => Math.floor(periodNs * stream.uniform());
const streamOfTest = (): Stream => new Stream('seed', 'cluster/0', 'point/0');

type Verdict = readonly [timeNs: number, healthy: boolean];

function plainProbes(plan: ProbingPlan, list: readonly Turn[]): Verdict[] {
  const told: Verdict[] = [];
  const opinion = opinionOf(plan.rule);
  let startNs = phases(streamOfTest(), plan.periodNs);
  for (;;) {
    const finding = findingAt(list, startNs);
    const endNs = startNs + (finding === 'silent' ? plan.timeoutNs : RTT_NS);
    if (endNs > UNTIL_NS) return told;
    const before = opinion.healthy;
    opinion.observe(finding === 'well', endNs);
    if (opinion.healthy !== before) told.push([endNs, opinion.healthy]);
    startNs = (plan.next === 'after-end' ? endNs : startNs) + plan.periodNs;
  }
}

/** Looks every nanosecond that matters: at renewals, at looks, and where a lease ends. */
function plainLease(plan: LeasePlan, list: readonly Turn[]): Verdict[] {
  const stream = streamOfTest();
  const phaseNs = phases(stream, plan.renewNs);
  const lookPhaseNs = phases(stream, plan.lookNs);
  const renewals: number[] = [];
  for (let t = phaseNs; t <= UNTIL_NS; t += plan.renewNs) if (findingAt(list, t) === 'well') renewals.push(t);
  const instants = new Set<number>();
  if (plan.lookNs === 0) for (const t of [0, ...renewals]) instants.add(t).add(t + plan.ageNs);
  else for (let t = lookPhaseNs; t <= UNTIL_NS; t += plan.lookNs) instants.add(t);
  const told: Verdict[] = [];
  let healthy = true;
  for (const t of [...instants].sort((a, b) => a - b)) {
    if (t > UNTIL_NS) break;
    const last = renewals.filter((one) => one <= t).at(-1) ?? 0;
    const seen = plan.lookNs === 0 ? last : lookPhaseNs + Math.ceil((last - lookPhaseNs) / plan.lookNs) * plan.lookNs;
    const now = t < seen + plan.ageNs;
    if (now !== healthy) told.push([t, now]);
    healthy = now;
  }
  return told;
}

function told(plan: ProbingPlan | LeasePlan, list: readonly Turn[]): Verdict[] {
  const { sim, diary, turn } = watched(plan, { rttNs: RTT_NS });
  for (const { timeNs, finding } of list) turn(timeNs, finding);
  sim.run(UNTIL_NS);
  return diary.map(({ timeNs, healthy }) => [timeNs, healthy]);
}

describe('watches', () => {
  it('probes are told as if each were an event', () => {
    fc.assert(
      fc.property(probing, turns, (plan, list) => {
        expect(told(plan, list)).toEqual(plainProbes(plan, list));
      }),
      {
        numRuns: 300,
      },
    );
  });

  it('leases are told as if each renewal and each look were an event', () => {
    fc.assert(
      fc.property(leases, turns, (plan, list) => {
        expect(told(plan, list)).toEqual(plainLease(plan, list));
      }),
      {
        numRuns: 300,
      },
    );
  });
});

describe('opinions', () => {
  const said = (plan: ProbeRule, results: string): string => {
    const opinion = opinionOf(plan);
    return [...results]
      .map((one, i) => {
        opinion.observe(one === '+', i * 10 * S);
        return opinion.healthy ? '+' : '-';
      })
      .join('');
  };
  const counted = { kind: 'failure-count', failures: 3, successes: 1 } as const;

  it('in a row: three failures, and a success begins anew', () => {
    expect(said({ ...counted, counts: 'in-a-row' }, '+++--+---+')).toBe('++++++++-+');
  });

  it('since the last change, as KubeFed was released: one failure is enough after three probes (issue 1496)', () => {
    expect(said({ ...counted, counts: 'since-change' }, '+++-')).toBe('+++-');
    // Just after a change the count is low, and two more probes are needed.
    expect(said({ ...counted, counts: 'since-change' }, '+++-+----')).toBe('+++-+++--');
  });

  it('elapsed time: 30 s of failure at a probe every 10 s are four probes; a success begins anew', () => {
    const plan = { kind: 'elapsed-time', failureNs: 30 * S, successNs: 30 * S } as const;
    expect(said(plan, '+---+-----++++')).toBe('++++++++-----+');
  });
});

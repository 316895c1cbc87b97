/**
 * How a federation finds out that a cluster is gone, as a plan: by probes that are counted or timed, or by the age of a lease.
 *
 * Source: the three rules of real federations, see profile.ts. They differ and are kept apart: a count of probes, the time since the first
 * probe that differed, the time since the last word.
 * Leaves out: single probes that are lost on a lossy way, controllers that are slow or busy with other clusters.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import { below, type PlanFault, wrongValue } from '../../traffic/load/plan-fault.ts';

/** Gives a cluster up by a count of probes. */
export interface FailureCountPlan {
  readonly kind: 'failure-count';
  /** Failed probes until it is given up. */
  readonly failures: number;
  /** Probes that succeed until it is taken back. */
  readonly successes: number;
  /** `in-a-row`: probes that say the same, one after another. `since-change`: any probes since the last change of mind. */
  readonly counts: 'in-a-row' | 'since-change';
}

/** Gives a cluster up when probes have failed for some time; a probe has to come for it to be seen. */
export interface ElapsedTimePlan {
  readonly kind: 'elapsed-time';
  readonly failureNs: TimeNs;
  readonly successNs: TimeNs;
}

/** How the results of probes become an opinion. */
export type ProbeRule = FailureCountPlan | ElapsedTimePlan;

/** Points probe the cluster. */
export interface ProbingPlan {
  readonly kind: 'probes';
  readonly periodNs: TimeNs;
  readonly timeoutNs: TimeNs;
  /** Whether the period counts from the start of a probe or from its end. */
  readonly next: 'after-start' | 'after-end';
  readonly rule: ProbeRule;
}

/** The cluster renews a lease; whoever is silent for too long is given up. */
export interface LeasePlan {
  readonly kind: 'lease';
  readonly renewNs: TimeNs;
  /** Each pause between renewals is longer by up to this share, evenly. */
  readonly jitterShare: number;
  /** Age at which the cluster is given up. */
  readonly ageNs: TimeNs;
  /** How often the lease is looked at, and since which look its age counts; 0: its age counts from the renewal, and its end is met exactly. */
  readonly lookNs: TimeNs;
}

/** How a cluster's loss is found. */
export type DetectionPlan = ProbingPlan | LeasePlan;

/** Probe points and how many must agree. */
export interface QuorumPlan {
  readonly points: number;
  readonly quorum: number;
}

/** More than half. */
export function majorityOf(points: number): number {
  return Math.floor(points / 2) + 1;
}

/** Every fault of a plan, by its path from the root of the plan; empty when it can be used. */
export function faultsOfDetection(plan: DetectionPlan): PlanFault[] {
  if (plan.kind === 'lease') return leaseFaults(plan);
  const { periodNs, timeoutNs, next, rule } = plan;
  const wrong = [...timeFault('periodNs', periodNs, 1), ...timeFault('timeoutNs', timeoutNs, 1)];
  if (next === 'after-start' && periodNs < timeoutNs)
    wrong.push(
      wrongValue(
        ['periodNs'],
        `at least the time-out, ${timeoutNs} ns`,
        periodNs,
        'probes would overtake each other: probe less often, give up sooner, or count the period from the end of a probe',
      ),
    );
  return [...wrong, ...below(['rule'], ruleFaults(rule))];
}

/** Every fault of probe points and their quorum. */
export function faultsOfQuorum({ points, quorum }: QuorumPlan): PlanFault[] {
  const wrong: PlanFault[] = [];
  if (!(Number.isInteger(points) && points >= 1))
    wrong.push(wrongValue(['points'], 'a whole number from 1 on', points));
  else if (!(Number.isInteger(quorum) && quorum >= 1 && quorum <= points))
    wrong.push(wrongValue(['quorum'], `a whole number from 1 to ${points}, the probe points`, quorum));
  return wrong;
}

function ruleFaults(rule: ProbeRule): PlanFault[] {
  if (rule.kind === 'elapsed-time')
    return [...timeFault('failureNs', rule.failureNs, 0), ...timeFault('successNs', rule.successNs, 0)];
  const counts = { failures: rule.failures, successes: rule.successes };
  return Object.entries(counts).flatMap(([key, count]) =>
    Number.isInteger(count) && count >= 1 ? [] : [wrongValue([key], 'a whole number from 1 on', count)],
  );
}

function leaseFaults({ renewNs, jitterShare, ageNs, lookNs }: LeasePlan): PlanFault[] {
  const wrong = [
    ...timeFault('renewNs', renewNs, 1),
    ...timeFault('ageNs', ageNs, 1),
    ...timeFault('lookNs', lookNs, 0),
  ];
  if (!(jitterShare >= 0 && jitterShare <= 1))
    wrong.push(wrongValue(['jitterShare'], 'a share from 0 to 1', jitterShare));
  const longestNs = renewNs * (1 + jitterShare);
  if (ageNs <= longestNs)
    wrong.push(
      wrongValue(
        ['ageNs'],
        `more than ${longestNs} ns, the longest pause between renewals`,
        ageNs,
        'healthy clusters would be given up',
      ),
    );
  return wrong;
}

function timeFault(key: string, ns: TimeNs, least: number): PlanFault[] {
  if (Number.isSafeInteger(ns) && ns >= least) return [];
  return [wrongValue([key], least === 0 ? 'a time from 0 on, in whole ns' : 'a time above 0, in whole ns', ns)];
}

/**
 * How long a rule needs to find a lost cluster, in closed form, when the moment of the loss has nothing to do with the rounds.
 *
 * Source: arithmetic on the rules as plan.ts has them; for leases with jitter the age at a random moment has mean E[X^2] / 2E[X] (renewal
 * theory). A point that watches alone; with more points, the time of one of them bounds that of the quorum.
 * Leaves out: rounds that have not begun yet, an opinion that changed shortly before.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { DetectionPlan, LeasePlan, ProbeRule } from './plan.ts';

/** From the loss to the verdict. */
export interface DetectionTimes {
  readonly minNs: TimeNs;
  readonly meanNs: TimeNs;
  readonly maxNs: TimeNs;
}

/** How a cluster is lost: it says nothing any more, or it refuses at once. */
export type Loss = 'silent' | 'unwell';

/** Least, mean and most time until a cluster is given up that was healthy for long. */
export function detectionTimes(plan: DetectionPlan, loss: Loss, rttNs: TimeNs): DetectionTimes {
  if (plan.kind === 'lease') return leaseTimes(plan);
  const lengthNs = loss === 'silent' ? plan.timeoutNs : Math.min(rttNs, plan.timeoutNs);
  const pause = plan.next === 'after-end' ? 1 : 0;
  const healthyNs = plan.periodNs + pause * rttNs;
  const failingNs = plan.periodNs + pause * lengthNs;
  const minNs = lengthNs + probesAfterTheFirst(plan.rule, failingNs) * failingNs;
  return { minNs, meanNs: minNs + healthyNs / 2, maxNs: minNs + healthyNs };
}

/** Failed probes that are needed after the first one. */
function probesAfterTheFirst(rule: ProbeRule, strideNs: TimeNs): number {
  if (rule.kind === 'elapsed-time') return Math.ceil(rule.failureNs / strideNs);
  // A cluster that was healthy for long has counted enough probes already.
  return rule.counts === 'since-change' ? 0 : rule.failures - 1;
}

function leaseTimes({ renewNs, jitterShare, ageNs, lookNs }: LeasePlan): DetectionTimes {
  const endNs = lookNs === 0 ? ageNs : Math.ceil(ageNs / lookNs) * lookNs;
  // A pause is renewNs x (1 + j u): its mean, and the mean of its square over twice that, which is the mean age.
  const pauseMean = 1 + jitterShare / 2;
  const ageMeanNs = (renewNs * (1 + jitterShare + (jitterShare * jitterShare) / 3)) / (2 * pauseMean);
  return {
    minNs: endNs - renewNs * (1 + jitterShare),
    meanNs: endNs - ageMeanNs + lookNs / 2,
    maxNs: endNs + lookNs,
  };
}

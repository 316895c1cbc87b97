/**
 * How real federations find out that a cluster is gone, and how long they then wait.
 *
 * Source, read in the projects' own code:
 * Federation v1: `ClusterMonitorPeriod` 40 s, one probe decides; KubeFed 0.x: period 10 s, time-out 3 s, 3 failures, 1 success, as documented. As
 * released, its `thresholdAdjustedClusterStatus` compares the count since the last *change* with the threshold, so a cluster that was healthy
 * for three probes is given up at the first one that fails (issue 1496; the repair, pull request 1497, was never merged). Both act 60 s later
 * (`clusterUnavailableDelay`) and take back 20 s later. Karmada: status every 10 s, Ready=False when it has failed for 30 s
 * (`cluster-failure-threshold`), back after 30 s; pull: lease renewed every 10 s, looked at every 5 s, Unknown 40 s after the look that saw the
 * last renewal; policies tolerate the taints for 300 s. OCM: lease every 60 s, up to 25 % later, unknown at 5 x 60 s, to the second since the hub
 * queues each lease for its end. Clusternet: status every 3 min, unknown after 3 of them. Liqo: a ping every 2 s, down 10 s after the last answer.
 * Those that probe pause after the *end* of a probe. Clients without a time-out of their own give up a silent address after 30 s (client-go dialer).
 * Leaves out: connections that stand already (HTTP/2 notices a silent one after 45 s), jitter other than OCM's, grace at start-up.
 */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { DetectionPlan, FailureCountPlan, LeasePlan, ProbingPlan } from './plan.ts';

const S = NS_PER_SECOND;
const DIALER_NS = 30 * S;

/** A federation's ways with lost clusters. */
export interface DetectionProfile {
  readonly detection: DetectionPlan;
  /** From the verdict that a cluster is lost until its replicas are planned elsewhere. */
  readonly actAfterNs: TimeNs;
  /** From the verdict that it is back until it is planned for again. */
  readonly returnAfterNs: TimeNs;
}

function counted(periodSec: number, timeoutNs: TimeNs, rule: Omit<FailureCountPlan, 'kind'>): ProbingPlan {
  const rest = { kind: 'failure-count', ...rule } as const;
  return { kind: 'probes', periodNs: periodSec * S, timeoutNs, next: 'after-end', rule: rest };
}

function lease(renewSec: number, ageSec: number, more: Partial<LeasePlan> = {}): LeasePlan {
  return { kind: 'lease', renewNs: renewSec * S, jitterShare: 0, ageNs: ageSec * S, lookNs: 0, ...more };
}

const KUBEFED_DELAYS = { actAfterNs: 60 * S, returnAfterNs: 20 * S };
const KARMADA_DELAYS = { actAfterNs: 300 * S, returnAfterNs: 0 };

/** By name. */
export const DETECTION_PROFILES = {
  'federation-v1': {
    detection: counted(40, DIALER_NS, { failures: 1, successes: 1, counts: 'in-a-row' }),
    ...KUBEFED_DELAYS,
  },
  kubefed: {
    detection: counted(10, 3 * S, { failures: 3, successes: 1, counts: 'since-change' }),
    ...KUBEFED_DELAYS,
  },
  'kubefed-documented': {
    detection: counted(10, 3 * S, { failures: 3, successes: 1, counts: 'in-a-row' }),
    ...KUBEFED_DELAYS,
  },
  'karmada-push': {
    detection: {
      kind: 'probes',
      periodNs: 10 * S,
      timeoutNs: DIALER_NS,
      next: 'after-end',
      rule: { kind: 'elapsed-time', failureNs: 30 * S, successNs: 30 * S },
    },
    ...KARMADA_DELAYS,
  },
  'karmada-pull': { detection: lease(10, 40, { lookNs: 5 * S }), ...KARMADA_DELAYS },
  ocm: { detection: lease(60, 300, { jitterShare: 0.25 }), actAfterNs: 0, returnAfterNs: 0 },
  clusternet: { detection: lease(180, 540), actAfterNs: 0, returnAfterNs: 0 },
  liqo: {
    detection: lease(2, 10),
    // The virtual node is NotReady, and its pods tolerate that for so long.
    actAfterNs: 300 * S,
    returnAfterNs: 0,
  },
} as const satisfies Readonly<Record<string, DetectionProfile>>;

/** Name of a profile. */
export type DetectionProfileName = keyof typeof DETECTION_PROFILES;

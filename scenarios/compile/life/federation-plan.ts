/** From the words of a `federation` to the plans of its models. */
import {
  type DetectionPlan,
  majorityOf,
  type ProbeRule,
  type QuorumPlan,
} from '../../../models/federation/detection/plan.ts';
import { DETECTION_PROFILES, type DetectionProfile } from '../../../models/federation/detection/profile.ts';
import { DivisionPlanner } from '../../../models/federation/division-planner.ts';
import { GRACEFULLY } from '../../../models/federation/failover/migration.ts';
import type { FederatorOptions } from '../../../models/federation/federator.ts';
import { PROFILES } from '../../../models/federation/profiles/index.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { FederationFile } from '../../document/federation-schema.ts';

/** How members that are lost are found, and how patiently that is acted on. */
export interface FederationDetection extends DetectionProfile {
  readonly quorum: QuorumPlan;
}

/** The profile with what the document changes. */
export function detectionOf(file: FederationFile['detection']): FederationDetection {
  const profile: DetectionProfile = DETECTION_PROFILES[file.profile];
  const { points, quorum = majorityOf(points), actAfter, returnAfter } = file;
  return {
    detection: changed(profile.detection, file),
    quorum: { points, quorum },
    actAfterNs: actAfter ?? profile.actAfterNs,
    returnAfterNs: returnAfter ?? profile.returnAfterNs,
  };
}

function changed(plan: DetectionPlan, file: FederationFile['detection']): DetectionPlan {
  if (plan.kind === 'lease') return plan;
  const { period = plan.periodNs, timeout = plan.timeoutNs, failures, successes } = file;
  return { ...plan, periodNs: period, timeoutNs: timeout, rule: ruleOf(plan.rule, failures, successes) };
}

/** What the document does not say of a count stays as the profile has it; a rule by time becomes a count. */
function ruleOf(rule: ProbeRule, failures: number | undefined, successes: number | undefined): ProbeRule {
  if (failures === undefined && successes === undefined) return rule;
  const own = rule.kind === 'failure-count' ? rule : { failures: 1, successes: 1 };
  return {
    kind: 'failure-count',
    failures: failures ?? own.failures,
    successes: successes ?? own.successes,
    counts: 'in-a-row',
  };
}

/** How replicas are planned: as a real federation does, or by the document's own rule. */
export function federatorOptionsOf(
  { profile, division, control, migration }: FederationFile,
  rttNs: (cluster: number) => TimeNs,
): FederatorOptions {
  const base = {
    estimatePeriodNs: control.estimates,
    lookPeriodNs: control.looks,
    planNs: control.plan,
    writeNs: control.write,
    retryNs: control.retry,
    assumes: control.overcommitProtection,
    rttNs,
    migration: {
      purge: migration.mode ?? (isKarmada(profile) ? 'gracefully' : 'directly'),
      graceNs: migration.timeout ?? GRACEFULLY.graceNs,
    },
  };
  if (profile !== undefined) {
    const { planner, estimate, replansOn } = PROFILES[profile]!();
    return { ...base, planner, estimate, replansOn };
  }
  const estimate = division.heedsCapacity || division.weights !== 'static' ? 'perNode' : 'none';
  return {
    ...base,
    planner: () => new DivisionPlanner(division),
    estimate,
    replansOn: ['clusterLost', 'clusterBack', ...(division.heedsCapacity ? (['capacity'] as const) : []), 'asked'],
  };
}

/** Karmada moves gracefully where nobody says otherwise. */
function isKarmada(profile: string | undefined): boolean {
  return profile?.startsWith('karmada') === true;
}

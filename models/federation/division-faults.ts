/**
 * What is wrong with how a workload is to be divided: all faults at once; what a real system accepts is none under its profile.
 *
 * Source: KubeFed, Karmada and Clusternet as their profiles here tell: weights of 0 for all leave minimums (KubeFed), count as 1 each (Karmada), or
 * assign nothing (Clusternet); minimums above the total go to the heaviest first (KubeFed). Ours, without a profile, has to have a weight.
 * Leaves out: whether there is room, which is no fault but an answer.
 */
import { type PlanFault, wrongValue } from '../traffic/load/plan-fault.ts';
import type { FederationProfile } from './profiles/profile.ts';

/** One cluster with the user's weight and limits. */
export interface DividedCluster {
  readonly name: string;
  readonly weight: number;
  readonly min: number;
  /** Infinity: no limit. */
  readonly max: number;
  readonly nodes: number;
}

/** What is to be divided. */
export interface DividedPlan {
  readonly clusters: readonly DividedCluster[];
  /** The system that divides; ours if left out. */
  readonly profile?: FederationProfile;
}

/** Every fault, by its path from the root of the plan; empty when the workload can be divided. */
export function faultsOfDivision({ clusters, profile }: DividedPlan): PlanFault[] {
  return [
    ...clusters.flatMap((cluster, i) => clusterFaults(cluster, i, clusters)),
    ...clusters.flatMap((cluster, i) => limitFaults(cluster, i, profile)),
    ...wholeFaults(clusters, profile),
  ];
}

function clusterFaults(cluster: DividedCluster, i: number, all: readonly DividedCluster[]): PlanFault[] {
  const { name, weight, min, max } = cluster;
  const at = (key: string): PlanFault['path'] => ['clusters', i, key];
  const wrong: PlanFault[] = [];
  if (all.findIndex((one) => one.name === name) !== i)
    wrong.push(wrongValue(at('name'), 'a name of its own', name, 'give one of the two another name'));
  if (!isCount(weight)) wrong.push(wrongValue(at('weight'), 'a whole number from 0 on', weight));
  if (!isCount(min)) wrong.push(wrongValue(at('min'), 'a whole number from 0 on', min));
  if (!(isCount(max) || max === Number.POSITIVE_INFINITY))
    wrong.push(wrongValue(at('max'), 'a whole number from 0 on, or none', max));
  if (max < min) wrong.push(wrongValue(at('max'), `at least the minimum, ${min}`, max, 'raise max or lower min'));
  return wrong;
}

/** Limits that the system does not know would be written in vain. */
function limitFaults({ min, max }: DividedCluster, i: number, profile: FederationProfile | undefined): PlanFault[] {
  if (profile === undefined || profile.limits) return [];
  const hint = `${profile.title} knows no limits of a cluster; take it out, or choose another system`;
  return [
    ...(min === 0 ? [] : [wrongValue(['clusters', i, 'min'], 'no minimum', min, hint)]),
    ...(max === Number.POSITIVE_INFINITY ? [] : [wrongValue(['clusters', i, 'max'], 'no maximum', max, hint)]),
  ];
}

function wholeFaults(clusters: readonly DividedCluster[], profile: FederationProfile | undefined): PlanFault[] {
  if (clusters.length === 0) return [wrongValue(['clusters'], 'at least one cluster', 'none')];
  const wrong: PlanFault[] = [];
  if (profile === undefined && clusters.every(({ weight }) => weight === 0))
    wrong.push(wrongValue(['clusters'], 'a weight above 0', 'weights of 0 for all', 'give one of them a weight'));
  if (clusters.every(({ nodes }) => nodes === 0))
    wrong.push(wrongValue(['clusters'], 'a cluster that has nodes', 'none has any', 'give one of them nodes'));
  return wrong;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

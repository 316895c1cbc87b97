/**
 * The usual look of an autoscaler at processor use, without a list for each pod: all pods run, are Ready, are past the time in which
 * their first samples do not count, and each has a sample. Then sums are all that the rule needs.
 *
 * Source: the rule of replica-count.ts (Kubernetes 1.34), which is the oracle of this one and decides wherever a pod is anything else.
 * Leaves out: pods with a request as a whole, targets for each pod, metrics other than processors.
 */
import type { TimeNs } from '../../sim/engine/sim-time.ts';
import type { AutoscaledPod } from './metric-readings.ts';
import type { ReadinessRules, ReplicaCount, Tolerances } from './replica-count.ts';
import { isWithin } from './replica-count.ts';

/** Pods of which nothing has to be weighed. */
export interface SteadyPods {
  readonly names: readonly string[];
  readonly requestedMilli: bigint;
  /** When the youngest of them started. */
  readonly newestStartNs: TimeNs;
}

/** Their processor use together: thousandths, each sample rounded up before it is added. */
export interface SteadyUsage extends SteadyPods {
  readonly usedMilli: bigint;
}

/** The pods as steady ones; undefined: some are not, or do not say what they request. */
export function steadyPods(pods: readonly AutoscaledPod[]): SteadyPods | undefined {
  if (pods.length === 0) return undefined;
  let requestedMilli = 0n;
  let newestStartNs = 0;
  for (const { phase, deleting, ready, startedNs, containers, podRequestsMilli } of pods) {
    if (deleting || phase !== 'Running' || ready?.value !== true || startedNs === null) return undefined;
    if (podRequestsMilli !== undefined) return undefined;
    for (const { requestsMilli } of containers) {
      if (requestsMilli.cpu === undefined) return undefined;
      requestedMilli += requestsMilli.cpu;
    }
    newestStartNs = Math.max(newestStartNs, startedNs);
  }
  return requestedMilli === 0n ? undefined : { names: pods.map(({ name }) => name), requestedMilli, newestStartNs };
}

/** What a target in percent of requests asks for; undefined: a pod is too young, and the whole rule is needed. */
export function steadyReplicas(
  { names, usedMilli, requestedMilli, newestStartNs }: SteadyUsage,
  targetPercent: number,
  currentReplicas: number,
  tolerances: Tolerances,
  { nowNs, cpuInitializationNs }: ReadinessRules,
): ReplicaCount | undefined {
  if (newestStartNs + cpuInitializationNs > nowNs) return undefined;
  const utilization = Number((usedMilli * 100n) / requestedMilli);
  const ratio = utilization / targetPercent;
  const pods = { counted: names, unready: [], missing: [], ignored: [] };
  const first = { ratio, utilization, usageMilli: usedMilli / BigInt(names.length) };
  if (isWithin(tolerances, ratio)) return { ...first, replicas: currentReplicas, kept: 'within tolerance', pods };
  return { ...first, replicas: Math.ceil(ratio * names.length), pods, multiplied: names.length };
}

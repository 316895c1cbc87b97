/**
 * From samples to a number of replicas: ratio, tolerance, and pods that cannot be counted as they are.
 *
 * Source: Kubernetes 1.34 `pkg/controller/podautoscaler/replica_calculator.go` and `metrics/utilization.go`: whole
 * thousandths are added and divided as integers, then one ratio of floating point (the same bits here). Leaves out:
 * overflow beyond 64 bits.
 */
import type { AutoscaledPod, PodValue, Values } from './metric-readings.ts';

const PERCENT = 100n;

/** How far a ratio may be from 1 without a move. */
export interface Tolerances {
  readonly scaleDown: number;
  readonly scaleUp: number;
}

/** When a processor sample of a young pod counts. */
export interface ReadinessRules {
  readonly nowNs: number;
  readonly cpuInitializationNs: number;
  readonly initialReadinessDelayNs: number;
}

/** How each pod was counted, by name. */
export interface PodGroups {
  readonly counted: readonly string[];
  readonly unready: readonly string[];
  /** Without a sample. */
  readonly missing: readonly string[];
  /** Failed or terminating. */
  readonly ignored: readonly string[];
}

/** Why the count stays although the ratio may not be 1. */
export type Kept = 'within tolerance' | 'fill reverses direction' | 'fewer pods reverse direction';

/** What a metric asks for. */
export interface ReplicaCount {
  readonly replicas: number;
  /** Percent of requests, when that is the target. */
  readonly utilization?: number;
  /** Mean of the counted pods, or the value of the metric: thousandths. */
  readonly usageMilli: bigint;
  readonly ratio: number;
  /** The ratio with missing and unready pods filled in; absent when nothing had to be. */
  readonly filledRatio?: number;
  readonly kept?: Kept;
  /** Absent for metrics that are not counted by pod. */
  readonly pods?: PodGroups;
  /** The number of pods that the ratio was multiplied by; absent when the total was divided by the target. */
  readonly multiplied?: number;
}

/** A count, or the sentence with which the calculation stops. */
export type Counting = ReplicaCount | string;

/** What a count by pods needs. */
export interface PodCounting {
  readonly currentReplicas: number;
  readonly pods: readonly AutoscaledPod[];
  readonly values: Exclude<Values, string>;
  /** Empty for metrics that are no resource. */
  readonly resource: string;
  readonly tolerances: Tolerances;
  readonly readiness: ReadinessRules;
}

interface Ratio {
  readonly ratio: number;
  readonly usageMilli: bigint;
  readonly utilization?: number;
}

/** How a ratio is computed, and what a pod without a sample counts for on the way down. */
interface Measure {
  ratioOf(values: ReadonlyMap<string, bigint>): Ratio | string;
  fillDown(pod: string): bigint;
  /** Whether pods without a sample count as idle at a ratio of exactly 1. */
  readonly fillsAtOne: boolean;
}

/** Whether the ratio is too near to 1 for a move. */
export function isWithin({ scaleDown, scaleUp }: Tolerances, ratio: number): boolean {
  return 1 - scaleDown <= ratio && ratio <= 1 + scaleUp;
}

/** Replicas for a target in percent of requests; of one container when it is named. */
export function utilizationReplicas(counting: PodCounting, targetPercent: number, container: string): Counting {
  return countedReplicas(counting, () => {
    const requests = requestsOf(counting.pods, counting.resource, container);
    if (typeof requests === 'string') return requests;
    const fallback = BigInt(Math.max(100, targetPercent));
    return {
      ratioOf: (values) => utilizationRatio(values, requests, targetPercent),
      fillDown: (pod) => ((requests.get(pod) ?? 0n) * fallback) / PERCENT,
      fillsAtOne: false,
    };
  });
}

/** Replicas for a target for each pod. */
export function averageReplicas(counting: PodCounting, targetMilli: bigint): Counting {
  return countedReplicas(counting, () => ({
    ratioOf: (values) => usageRatio(values, targetMilli),
    fillDown: () => targetMilli,
    fillsAtOne: true,
  }));
}

/** Replicas for a target in all: the ratio is applied to the pods that are ready. */
export function valueReplicas(
  { currentReplicas, pods, tolerances }: Omit<PodCounting, 'values' | 'resource' | 'readiness'>,
  usageMilli: bigint,
  targetMilli: bigint,
): Counting {
  const ratio = Number(usageMilli) / Number(targetMilli);
  if (currentReplicas === 0) return { replicas: Math.ceil(ratio), usageMilli, ratio, multiplied: 1 };
  if (isWithin(tolerances, ratio)) return { replicas: currentReplicas, usageMilli, ratio, kept: 'within tolerance' };
  if (pods.length === 0)
    return 'unable to calculate ready pods: no pods returned by selector while calculating replica count';
  const ready = pods.filter((pod) => pod.phase === 'Running' && pod.ready?.value === true).length;
  return { replicas: Math.ceil(ratio * ready), usageMilli, ratio, multiplied: ready };
}

/** Replicas for a total that is shared among the replicas that exist. */
export function sharedReplicas(
  statusReplicas: number,
  totalMilli: bigint,
  targetMilli: bigint,
  tolerances: Tolerances,
): ReplicaCount {
  const ratio = Number(totalMilli) / (Number(targetMilli) * statusReplicas);
  const usageMilli = statusReplicas === 0 ? totalMilli : BigInt(Math.ceil(Number(totalMilli) / statusReplicas));
  if (isWithin(tolerances, ratio)) return { replicas: statusReplicas, usageMilli, ratio, kept: 'within tolerance' };
  return { replicas: Math.ceil(Number(totalMilli) / Number(targetMilli)), usageMilli, ratio };
}

function countedReplicas(counting: PodCounting, measureOf: () => Measure | string): Counting {
  if (counting.pods.length === 0) return 'no pods returned by selector while calculating replica count';
  const pods = groupPods(counting);
  const values = new Map<string, bigint>();
  for (const [pod, { milli }] of counting.values) values.set(pod, milli);
  for (const pod of pods.ignored) values.delete(pod);
  for (const pod of pods.unready) values.delete(pod);
  if (values.size === 0) return 'did not receive metrics for targeted pods (pods might be unready)';
  const measure = measureOf();
  if (typeof measure === 'string') return measure;
  const first = measure.ratioOf(values);
  if (typeof first === 'string') return first;
  const fillsUnready = pods.unready.length > 0 && first.ratio > 1;
  if (!fillsUnready && pods.missing.length === 0) return plainCount(counting, pods, first);
  fill(values, pods, first.ratio, measure);
  const filled = measure.ratioOf(values);
  return typeof filled === 'string' ? filled : filledCount(counting, pods, first, filled.ratio, values.size);
}

function plainCount({ currentReplicas, tolerances }: PodCounting, pods: PodGroups, first: Ratio): ReplicaCount {
  if (isWithin(tolerances, first.ratio)) return { ...first, replicas: currentReplicas, kept: 'within tolerance', pods };
  const multiplied = pods.counted.length;
  return { ...first, replicas: Math.ceil(first.ratio * multiplied), pods, multiplied };
}

/** What cannot be known counts against the move: nothing on the way up, the whole target on the way down. */
function fill(values: Map<string, bigint>, pods: PodGroups, ratio: number, measure: Measure): void {
  for (const pod of pods.missing) {
    if (ratio < 1) values.set(pod, measure.fillDown(pod));
    else if (ratio > 1 || measure.fillsAtOne) values.set(pod, 0n);
  }
  if (ratio > 1) for (const pod of pods.unready) values.set(pod, 0n);
}

function filledCount(
  { currentReplicas, tolerances }: PodCounting,
  pods: PodGroups,
  first: Ratio,
  filledRatio: number,
  multiplied: number,
): ReplicaCount {
  const base = { ...first, filledRatio, pods };
  const keep = (kept: Kept): ReplicaCount => ({ ...base, replicas: currentReplicas, kept });
  if (isWithin(tolerances, filledRatio)) return keep('within tolerance');
  if ((first.ratio < 1 && filledRatio > 1) || (first.ratio > 1 && filledRatio < 1))
    return keep('fill reverses direction');
  const replicas = Math.ceil(filledRatio * multiplied);
  if ((filledRatio < 1 && replicas > currentReplicas) || (filledRatio > 1 && replicas < currentReplicas))
    return keep('fewer pods reverse direction');
  return { ...base, replicas, multiplied };
}

function groupPods({ pods, values, resource, readiness }: PodCounting): PodGroups {
  const groups = { counted: [] as string[], unready: [] as string[], missing: [] as string[], ignored: [] as string[] };
  for (const pod of pods) {
    const value = values.get(pod.name);
    if (pod.deleting || pod.phase === 'Failed') groups.ignored.push(pod.name);
    else if (pod.phase === 'Pending') groups.unready.push(pod.name);
    else if (value === undefined) groups.missing.push(pod.name);
    else if (resource === 'cpu' && isUnready(pod, value, readiness)) groups.unready.push(pod.name);
    else groups.counted.push(pod.name);
  }
  return groups;
}

/** A young pod must be ready for a whole window; an old one must only have been ready at some time. */
function isUnready({ ready, startedNs }: AutoscaledPod, value: PodValue, rules: ReadinessRules): boolean {
  if (ready === null || startedNs === null) return true;
  if (startedNs + rules.cpuInitializationNs > rules.nowNs)
    return !ready.value || value.timestampNs < ready.sinceNs + value.windowNs;
  return !ready.value && startedNs + rules.initialReadinessDelayNs > ready.sinceNs;
}

type Requests = ReadonlyMap<string, bigint> | string;

/** What pods request, by the list of them: looks that are told of the same pods add nothing up again. */
const REQUESTS = new WeakMap<readonly AutoscaledPod[], Map<string, Requests>>();

/** Thousandths that each pod requests, or the sentence that names the container without a request. */
function requestsOf(pods: readonly AutoscaledPod[], resource: string, container: string): Requests {
  const known = REQUESTS.get(pods) ?? new Map<string, Requests>();
  const key = `${resource}/${container}`;
  const requests = known.get(key) ?? requestsOfAll(pods, resource, container);
  REQUESTS.set(pods, known.set(key, requests));
  return requests;
}

function requestsOfAll(pods: readonly AutoscaledPod[], resource: string, container: string): Requests {
  const requests = new Map<string, bigint>();
  for (const pod of pods) {
    const whole = container === '' ? pod.podRequestsMilli?.[resource] : undefined;
    let sum = whole ?? 0n;
    for (const { name, requestsMilli } of whole === undefined ? pod.containers : []) {
      if (container !== '' && container !== name) continue;
      const milli = requestsMilli[resource];
      if (milli === undefined) return `missing request for ${resource} in container ${name} of Pod ${pod.name}`;
      sum += milli;
    }
    requests.set(pod.name, sum);
  }
  return requests;
}

function utilizationRatio(
  values: ReadonlyMap<string, bigint>,
  requests: ReadonlyMap<string, bigint>,
  targetPercent: number,
): Ratio | string {
  let [used, requested, pods] = [0n, 0n, 0];
  for (const [pod, milli] of values) {
    const request = requests.get(pod);
    if (request === undefined) continue;
    used += milli;
    requested += request;
    pods++;
  }
  if (requested === 0n) return 'no metrics returned matched known pods';
  const utilization = Number((used * PERCENT) / requested);
  return { ratio: utilization / targetPercent, utilization, usageMilli: used / BigInt(pods) };
}

function usageRatio(values: ReadonlyMap<string, bigint>, targetMilli: bigint): Ratio {
  let used = 0n;
  for (const milli of values.values()) used += milli;
  const usageMilli = used / BigInt(values.size);
  return { ratio: Number(usageMilli) / Number(targetMilli), usageMilli };
}

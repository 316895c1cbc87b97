/**
 * Which of its pods a ReplicaSet gives up first when it has too many.
 *
 * Source: Kubernetes 1.34 `pkg/controller` ActivePodsWithRanks and `getPodsRankedByRelatedPodsOnSameNode`: without a node before with
 * one; Pending before Running; not Ready before Ready; on nodes with more active pods of its owner's owner before others; Ready for
 * a shorter time before longer; more restarts before fewer; younger before older. Times are compared by powers of two of
 * nanoseconds (`LogarithmicScaleDown`); within one power the random UID decides, here a hash of the pod's serial number: a choice
 * that no scenario can change.
 * Leaves out: the annotation `pod-deletion-cost`.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import { NONE, type PodTable } from '../pod-table.ts';

/** The first `count` of `candidates` in the order of giving up; `related` are all active pods of the owner's owner. */
export function firstToGo(
  pods: PodTable,
  candidates: readonly number[],
  related: readonly number[],
  count: number,
  nowNs: TimeNs,
): number[] {
  const crowd = new Map<number, number>();
  for (const pod of related) crowd.set(pods.node[pod]!, (crowd.get(pods.node[pod]!) ?? 0) + 1);
  const crowdOf = (pod: number): number => crowd.get(pods.node[pod]!) ?? 0;
  const compare = (a: number, b: number): number =>
    (pods.node[a] === NONE ? 0 : 1) - (pods.node[b] === NONE ? 0 : 1) ||
    pods.phase[a]! - pods.phase[b]! ||
    pods.ready[a]! - pods.ready[b]! ||
    crowdOf(b) - crowdOf(a) ||
    (pods.ready[a] === 1 ? younger(pods, pods.readySinceNs, a, b, nowNs) : 0) ||
    pods.restarts[b]! - pods.restarts[a]! ||
    younger(pods, pods.createdNs, a, b, nowNs) ||
    pods.serial[a]! - pods.serial[b]!;
  return [...candidates].sort(compare).slice(0, count);
}

/** Later first, by powers of two of the age; 0 only if the instants are equal. */
function younger(pods: PodTable, since: Float64Array, a: number, b: number, nowNs: TimeNs): number {
  if (since[a] === since[b]) return 0;
  return powerOf(nowNs - since[a]!) - powerOf(nowNs - since[b]!) || uidOf(pods.serial[a]!) - uidOf(pods.serial[b]!);
}

/** The greatest power of two that is not above the age; -1 for none. */
function powerOf(ageNs: TimeNs): number {
  const high = Math.floor(ageNs / 2 ** 32);
  if (high > 0) return 63 - Math.clz32(high);
  return 31 - Math.clz32(ageNs >>> 0);
}

/** A number as good as random, another for each pod. */
function uidOf(serial: number): number {
  let bits = Math.imul(serial ^ (serial >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/**
 * How far a rolling update may go at one look: plain functions of what is there, without any state.
 *
 * Source: Kubernetes 1.34 `pkg/controller/deployment/rolling.go` and `util/deployment_util.go` (ResolveFenceposts, NewRSNewReplicas,
 * proportional scaling): percentages of surge are rounded up, those of unavailability down, and if both come to 0 one pod
 * may be unavailable.
 * Leaves out: revisions, the history limit.
 */
import { assert } from '../../../sim/engine/assert.ts';

/** A number of pods, or a percentage of the replicas as in `25%`. */
export type PodsOrPercent = number | `${number}%`;

/** How many pods more and fewer than the replicas may exist. */
export interface Fenceposts {
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

/** A number of pods for so many replicas. */
export function podsOf(value: PodsOrPercent, replicas: number, round: 'up' | 'down'): number {
  if (typeof value === 'number') return value;
  const share = (Number.parseFloat(value) * replicas) / 100;
  assert(share >= 0, () => `${value} of ${replicas} pods`);
  return round === 'up' ? Math.ceil(share) : Math.floor(share);
}

/** The two limits of a Deployment in pods. */
export function fenceposts(maxSurge: PodsOrPercent, maxUnavailable: PodsOrPercent, replicas: number): Fenceposts {
  const surge = podsOf(maxSurge, replicas, 'up');
  const unavailable = Math.min(replicas, podsOf(maxUnavailable, replicas, 'down'));
  // Else nothing could ever move.
  return { maxSurge: surge, maxUnavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

/** A ReplicaSet as the update sees it. */
export interface Rolled {
  readonly replicas: number;
  readonly available: number;
}

/** How many pods the new ReplicaSet should have now. `total` counts the replicas of all ReplicaSets. */
export function newReplicas(wanted: number, fresh: Rolled, total: number, { maxSurge }: Fenceposts): number {
  if (fresh.replicas >= wanted) return wanted;
  const room = wanted + maxSurge - total;
  if (room <= 0) return fresh.replicas;
  return fresh.replicas + Math.min(room, wanted - fresh.replicas);
}

/**
 * How many pods each old ReplicaSet should have now, oldest first: those of them that are not available go first, then as many
 * of the others as leave enough available.
 */
export function oldReplicas(
  wanted: number,
  fresh: Rolled,
  old: readonly Rolled[],
  { maxUnavailable }: Fenceposts,
): number[] {
  const replicas = old.map((each) => each.replicas);
  const total = fresh.replicas + sum(replicas);
  const minAvailable = wanted - maxUnavailable;
  const mayGo = total - minAvailable - (fresh.replicas - fresh.available);
  if (mayGo <= 0) return replicas;
  let cleaned = 0;
  old.forEach((each, index) => {
    const broken = Math.min(mayGo - cleaned, each.replicas - each.available);
    if (broken <= 0) return;
    replicas[index]! -= broken;
    cleaned += broken;
  });
  const available = fresh.available + sum(old.map((each) => each.available));
  let surplus = available - minAvailable;
  replicas.forEach((each, index) => {
    const fewer = Math.max(0, Math.min(each, surplus));
    replicas[index] = each - fewer;
    surplus -= fewer;
  });
  return replicas;
}

/** A ReplicaSet that shares in a change of scale. */
export interface Share {
  readonly replicas: number;
  /** When it was created: the newest comes first among equals when there is more to share, the oldest when there is less. */
  readonly createdNs: number;
}

/**
 * A Deployment is scaled while it rolls: the ReplicaSets grow or shrink by their share, and the largest takes what is left.
 * @param allowed pods that all of them together may have now (replicas plus surge).
 * @param allowedBefore the same before the change of scale.
 */
export function proportional(shares: readonly Share[], allowed: number, allowedBefore: number): number[] {
  const total = sum(shares.map(({ replicas }) => replicas));
  const toAdd = allowed - total;
  const order = [...shares.keys()].sort((a, b) => {
    const bySize = shares[b]!.replicas - shares[a]!.replicas;
    const byAge = shares[b]!.createdNs - shares[a]!.createdNs;
    return bySize || (toAdd > 0 ? byAge : -byAge) || a - b;
  });
  const result = shares.map(({ replicas }) => replicas);
  let added = 0;
  for (const index of order) {
    const before = result[index]!;
    const share = allowedBefore === 0 ? 0 : roundHalfAway((before * allowed) / allowedBefore) - before;
    const left = toAdd - added;
    const change = toAdd > 0 ? Math.max(0, Math.min(share, left)) : Math.min(0, Math.max(share, left));
    result[index] = before + change;
    added += change;
  }
  const first = order[0];
  if (first !== undefined) result[first] = Math.max(0, result[first]! + toAdd - added);
  return result;
}

function roundHalfAway(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/**
 * Deletion of a federated object with its copies: it is gone when every cluster has told that its copy is.
 *
 * Source: Federation v1.6 finalizer `federation.kubernetes.io/delete-from-underlying-clusters`, KubeFed `sync-controller` (issues 591, 603,
 * 1254: a cluster that is not ready blocks deletion for ever), Karmada `Work` finalizers (issues 1847, 3740). With orphans the copies stay
 * and the object goes at once. Who takes the finalizer away by hand leaves copies that nobody manages.
 * Leaves out: back-off of tries (a cluster is asked as soon as it is reached), the order of objects that own each other.
 */
import { assert } from '../../sim/engine/assert.ts';
import type { TimeNs } from '../../sim/engine/sim-time.ts';

/** Members, as deletion sees them. */
export interface DeletingMembers {
  /** Whether the cluster can be told and would answer. */
  isReachable(cluster: number): boolean;
  /** Deletes the copy of an object in a reachable cluster; `confirmed` is called when it is gone. */
  remove(object: number, cluster: number): void;
}

interface Deletion {
  readonly sinceNs: TimeNs;
  readonly waits: Set<number>;
  readonly asked: Set<number>;
}

/** Deletions under way and over. */
export class CascadingDeletion {
  readonly #members: DeletingMembers;
  readonly #gone: (object: number, tookNs: TimeNs) => void;
  readonly #deletions = new Map<number, Deletion>();

  /** `gone`: the object itself is deleted, so long after somebody asked for it. */
  constructor(members: DeletingMembers, gone: (object: number, tookNs: TimeNs) => void) {
    this.#members = members;
    this.#gone = gone;
  }

  /** Somebody deletes an object that has copies in some clusters. */
  request(object: number, clusters: readonly number[], orphan: boolean, nowNs: TimeNs): void {
    if (this.#deletions.has(object)) return;
    if (orphan || clusters.length === 0) {
      this.#gone(object, 0);
      return;
    }
    this.#deletions.set(object, { sinceNs: nowNs, waits: new Set(clusters), asked: new Set() });
    this.#ask(object);
  }

  /** Clusters that have not confirmed yet: those that cannot be reached block the deletion. */
  waitsFor(object: number): readonly number[] {
    return [...(this.#deletions.get(object)?.waits ?? [])].sort((a, b) => a - b);
  }

  /** A copy is gone. */
  confirmed(object: number, cluster: number, nowNs: TimeNs): void {
    const deletion = this.#deletions.get(object);
    assert(deletion?.asked.has(cluster) === true, () => `cluster ${cluster} was not asked to delete object ${object}`);
    // What is confirmed to somebody who cannot hear it has to be confirmed again.
    if (!this.#members.isReachable(cluster)) {
      deletion.asked.delete(cluster);
      return;
    }
    deletion.waits.delete(cluster);
    if (deletion.waits.size > 0) return;
    this.#deletions.delete(object);
    this.#gone(object, nowNs - deletion.sinceNs);
  }

  /** Clusters may be reachable again. */
  changed(): void {
    for (const object of [...this.#deletions.keys()]) this.#ask(object);
  }

  /** Somebody takes the finalizer away: the object goes, and the copies that are left stay. Gives their clusters. */
  abandon(object: number, nowNs: TimeNs): readonly number[] {
    const deletion = this.#deletions.get(object);
    if (deletion === undefined) return [];
    const left = this.waitsFor(object);
    this.#deletions.delete(object);
    this.#gone(object, nowNs - deletion.sinceNs);
    return left;
  }

  #ask(object: number): void {
    const deletion = this.#deletions.get(object)!;
    for (const cluster of [...deletion.waits].sort((a, b) => a - b)) {
      if (deletion.asked.has(cluster) || !this.#members.isReachable(cluster)) continue;
      deletion.asked.add(cluster);
      this.#members.remove(object, cluster);
      if (!this.#deletions.has(object)) return;
    }
  }
}

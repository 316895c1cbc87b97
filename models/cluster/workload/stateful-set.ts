/**
 * A StatefulSet: pods with a place each, made in order and taken away in the opposite order.
 *
 * Source: Kubernetes 1.34 `pkg/controller/statefulset/stateful_set_control.go`. With OrderedReady nothing is done to a pod before all
 * those with lower ordinals run, are available and are not being deleted; a rolling update goes from the highest ordinal
 * down to the partition, one pod after another; a pod of the old template below the partition stays. A broken update therefore
 * waits for ever, as upstream: the pod must be deleted by hand.
 * Leaves out: claims of its own for each pod, the start ordinal, `maxUnavailable` of updates (an alpha feature).
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import { NONE, POD_PHASE } from '../pod-table.ts';
import type { ControllerManager, Workload } from './controller-manager.ts';

/** What a StatefulSet is made of. */
export interface StatefulSetSpec {
  readonly name: string;
  readonly template: number;
  readonly replicas: number;
  readonly podManagement: 'OrderedReady' | 'Parallel';
  readonly update: 'RollingUpdate' | 'OnDelete';
  /** Ordinals below keep the old template. */
  readonly partition: number;
  readonly minReadyNs: TimeNs;
}

/** Defaults of `apps/v1`. */
export const STATEFUL_SET_DEFAULTS = {
  podManagement: 'OrderedReady',
  update: 'RollingUpdate',
  partition: 0,
  minReadyNs: 0,
} as const satisfies Partial<StatefulSetSpec>;

/** One StatefulSet. */
export class StatefulSet implements Workload {
  readonly kind = 'StatefulSet';
  readonly name: string;
  readonly object: number;
  readonly parent = NONE;
  readonly #manager: ControllerManager;
  readonly #spec: StatefulSetSpec;
  /** The template that pods of the partition have. */
  #oldTemplate: number;
  #template: number;
  #replicas: number;
  #partition: number;

  constructor(manager: ControllerManager, object: number, spec: StatefulSetSpec) {
    this.#manager = manager;
    this.object = object;
    this.name = spec.name;
    this.#spec = spec;
    this.#template = spec.template;
    this.#oldTemplate = spec.template;
    this.#replicas = spec.replicas;
    this.#partition = spec.partition;
  }

  /** `spec.replicas`. */
  get replicas(): number {
    return this.#replicas;
  }

  get scale(): number {
    return this.#replicas;
  }

  /** Pods that are available. */
  get available(): number {
    return this.#pods().filter((pod) => this.#isAvailable(pod)).length;
  }

  /** Sets `spec.replicas`. */
  scaleTo(replicas: number): void {
    this.#replicas = replicas;
    this.#manager.changed(this.object);
  }

  /** Sets the template, and the partition of the update. */
  rollTo(template: number, partition = this.#partition): void {
    if (template !== this.#template) this.#oldTemplate = this.#template;
    this.#template = template;
    this.#partition = partition;
    this.#manager.changed(this.object);
  }

  sync(): void {
    if (this.#manager.expected(this.object) > 0) return;
    const { pods } = this.#manager;
    const all = this.#pods();
    // Pods that have ended make way: their place is filled anew.
    for (const pod of all) if (pods.hasEnded(pod)) this.#manager.deletePod(pod);
    const byOrdinal = new Map(all.map((pod) => [pods.ordinal[pod]!, pod]));
    const ordered = this.#spec.podManagement === 'OrderedReady';
    if (!this.#fill(byOrdinal, ordered)) return;
    const condemned = all.filter((pod) => pods.ordinal[pod]! >= this.#replicas);
    if (!this.#condemn(condemned, ordered)) return;
    if (this.#spec.update === 'RollingUpdate') this.#update(byOrdinal);
    this.#waitForAvailable(all);
  }

  /** Makes what is missing; false: wait for news. */
  #fill(byOrdinal: ReadonlyMap<number, number>, ordered: boolean): boolean {
    for (let ordinal = 0; ordinal < this.#replicas; ordinal++) {
      const pod = byOrdinal.get(ordinal);
      if (pod === undefined) {
        this.#manager.createPod({ owner: this.object, template: this.#templateAt(ordinal), ordinal });
        if (ordered) return false;
      } else if (ordered && !this.#isAvailable(pod)) {
        this.#waitForAvailable([pod]);
        return false;
      }
    }
    return true;
  }

  /** A pod of the partition that is made again has the old template. */
  #templateAt(ordinal: number): number {
    return ordinal < this.#partition ? this.#oldTemplate : this.#template;
  }

  /** Takes away those that are too many, highest first; false: wait for news. */
  #condemn(condemned: readonly number[], ordered: boolean): boolean {
    const { pods } = this.#manager;
    const highest = [...condemned].sort((a, b) => pods.ordinal[b]! - pods.ordinal[a]!);
    for (const pod of highest) {
      if (pods.terminating[pod] === 0) this.#manager.deletePod(pod);
      if (ordered) return false;
    }
    return true;
  }

  /** The next pod of an old template is deleted, when all above it are well. */
  #update(byOrdinal: ReadonlyMap<number, number>): void {
    const { pods } = this.#manager;
    for (let ordinal = this.#replicas - 1; ordinal >= this.#partition; ordinal--) {
      const pod = byOrdinal.get(ordinal);
      if (pod === undefined) return;
      if (pods.template[pod] !== this.#template && pods.terminating[pod] === 0) {
        this.#manager.deletePod(pod);
        return;
      }
      if (!this.#isAvailable(pod)) return;
    }
  }

  #pods(): readonly number[] {
    return this.#manager.pods.podsOf(this.object);
  }

  /** Running, Ready for long enough, and to stay. */
  #isAvailable(pod: number): boolean {
    const { pods, sim } = this.#manager;
    const stays = pods.phase[pod] === POD_PHASE.running && pods.terminating[pod] === 0;
    return stays && pods.isAvailable(pod, this.#spec.minReadyNs, sim.nowNs);
  }

  #waitForAvailable(all: readonly number[]): void {
    const { pods, sim } = this.#manager;
    const waits = all
      .filter((pod) => pods.ready[pod] === 1)
      .map((pod) => pods.readySinceNs[pod]! + this.#spec.minReadyNs - sim.nowNs)
      .filter((waitNs) => waitNs > 0);
    if (waits.length > 0) this.#manager.lookAfter(this.object, Math.min(...waits));
  }
}

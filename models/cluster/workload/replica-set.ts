/**
 * A ReplicaSet: so many pods of one template, no more and no fewer.
 *
 * Source: Kubernetes 1.34 `pkg/controller/replicaset`: pods that have ended or are being deleted do not count; at most 500 are
 * created or deleted at a look (`BurstReplicas`), in batches of 1, 2, 4, … as long as all goes well.
 * Leaves out: adoption of pods by label, quotas that refuse a pod in the middle of a batch (no quota: batches change nothing).
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import { NONE } from '../pod-table.ts';
import type { ControllerManager, Workload } from './controller-manager.ts';
import { firstToGo } from './deletion-rank.ts';

/** Most pods that one look creates or deletes. */
export const BURST_REPLICAS = 500;

/** What a ReplicaSet is made of. */
export interface ReplicaSetSpec {
  readonly name: string;
  /** The Deployment that owns it; NONE: nobody. */
  readonly parent?: number;
  readonly template: number;
  readonly replicas: number;
  /** A pod counts as available when it has been Ready for so long. */
  readonly minReadyNs?: TimeNs;
}

/** One ReplicaSet. */
export class ReplicaSet implements Workload {
  readonly kind = 'ReplicaSet';
  readonly name: string;
  readonly object: number;
  readonly parent: number;
  readonly template: number;
  readonly createdNs: TimeNs;
  readonly #manager: ControllerManager;
  readonly #minReadyNs: TimeNs;
  #replicas: number;
  /** Its status as the Deployment last heard of it: pods, those that are Ready, those that are available. */
  readonly #told = { current: NONE, ready: NONE, available: NONE };
  /** Its active pods as of that version of the table. */
  #active: readonly number[] = [];
  #activeAt = -1;

  constructor(manager: ControllerManager, object: number, spec: ReplicaSetSpec) {
    this.#manager = manager;
    this.object = object;
    this.name = spec.name;
    this.parent = spec.parent ?? NONE;
    this.template = spec.template;
    this.createdNs = manager.sim.nowNs;
    this.#minReadyNs = spec.minReadyNs ?? 0;
    this.#replicas = spec.replicas;
  }

  /** `spec.replicas`. */
  get replicas(): number {
    return this.#replicas;
  }

  get scale(): number {
    return this.#replicas;
  }

  /** Pods that it counts, those on their way among them. */
  get current(): number {
    return this.#manager.pods.activeOf(this.object).pods + this.#manager.expected(this.object);
  }

  /** Pods that have been Ready for long enough. */
  get available(): number {
    const { pods, sim } = this.#manager;
    if (this.#minReadyNs === 0) return this.ready;
    return this.active().filter((pod) => pods.isAvailable(pod, this.#minReadyNs, sim.nowNs)).length;
  }

  /** Pods that are Ready now. */
  get ready(): number {
    return this.#manager.pods.activeOf(this.object).ready;
  }

  /** Pods that have a node. */
  get placed(): number {
    return this.#manager.pods.activeOf(this.object).bound;
  }

  /** Pods that exist, have not ended and are not being deleted. Looked up anew only when the table has changed. */
  active(): readonly number[] {
    const { pods } = this.#manager;
    if (this.#activeAt !== pods.version) {
      this.#active = pods.podsOf(this.object).filter((pod) => pods.isActive(pod));
      this.#activeAt = pods.version;
    }
    return this.#active;
  }

  /** Sets `spec.replicas`. */
  scaleTo(replicas: number): void {
    if (replicas === this.#replicas) return;
    this.#replicas = replicas;
    this.#manager.changed(this.object);
  }

  sync(): void {
    const active = this.#manager.pods.activeOf(this.object).pods;
    // What it has asked for is not there yet: it would ask twice.
    const missing = this.#replicas - active - this.#manager.expected(this.object);
    const toMake = Math.min(missing, BURST_REPLICAS);
    if (toMake > 0) this.#make(toMake);
    if (missing < 0) this.#giveUp(Math.min(-missing, BURST_REPLICAS));
    if (Math.abs(missing) > BURST_REPLICAS) this.#manager.changed(this.object);
    this.#clearEnded();
    this.#report();
    this.#waitForAvailable();
  }

  #make(count: number): void {
    // Pods of a set are alike, so that one description serves them all.
    const pod = { owner: this.object, template: this.template };
    for (let made = 0; made < count; made++) this.#manager.createPod(pod);
  }

  /** Its status: the Deployment hears of it when it changes. */
  #report(): void {
    const { current, ready, available } = this;
    const told = this.#told;
    if (current === told.current && ready === told.ready && available === told.available) return;
    told.current = current;
    told.ready = ready;
    told.available = available;
    this.#manager.changed(this.parent);
  }

  #giveUp(count: number): void {
    const { pods, sim } = this.#manager;
    for (const pod of firstToGo(pods, this.active(), this.#related(), count, sim.nowNs)) this.#manager.deletePod(pod);
  }

  /** Active pods of all ReplicaSets with the same owner. */
  #related(): readonly number[] {
    if (this.parent === NONE) return this.active();
    return this.#manager.ownedBy(this.parent).flatMap((object) => {
      const sibling = this.#manager.get(object);
      return sibling instanceof ReplicaSet ? sibling.active() : [];
    });
  }

  /** Pods that have ended make way at once: the garbage collector of ended pods would keep up to 12,500 of them. */
  #clearEnded(): void {
    const { pods } = this.#manager;
    if (!pods.hasEndedPods(this.object)) return;
    for (const pod of pods.podsOf(this.object)) if (pods.hasEnded(pod)) this.#manager.deletePod(pod);
  }

  /** Pods that are Ready become available without any news of them. */
  #waitForAvailable(): void {
    if (this.#minReadyNs === 0) return;
    const { pods, sim } = this.#manager;
    const waits = this.active()
      .filter((pod) => pods.ready[pod] === 1)
      .map((pod) => pods.readySinceNs[pod]! + this.#minReadyNs - sim.nowNs)
      .filter((waitNs) => waitNs > 0);
    if (waits.length > 0) this.#manager.lookAfter(this.object, Math.min(...waits));
  }
}

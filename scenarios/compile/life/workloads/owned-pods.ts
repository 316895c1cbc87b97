/** A workload whose pods are counted by the objects that own them. */
import { assert } from '../../../../sim/engine/assert.ts';
import type { ScaledWorkload, WorkloadGround } from './scaled-workload.ts';

/** Counts over the pods of some objects; kinds say which, and how many there are to be. */
export abstract class OwnedPods implements ScaledWorkload {
  protected readonly ground: WorkloadGround;
  #isRolling = false;

  constructor(ground: WorkloadGround) {
    this.ground = ground;
  }

  abstract readonly object: number;
  abstract readonly replicas: number;

  /** Numbers of the objects that own its pods. */
  protected abstract owners(): readonly number[];

  get current(): number {
    const { manager } = this.ground.cluster;
    return this.#sum((owner) => manager.pods.activeOf(owner).pods + manager.expected(owner));
  }

  get activeCount(): number {
    const { pods } = this.ground.cluster;
    return this.#sum((owner) => pods.activeOf(owner).pods);
  }

  get placed(): number {
    const { pods } = this.ground.cluster;
    return this.#sum((owner) => pods.activeOf(owner).bound);
  }

  get ready(): number {
    const { pods } = this.ground.cluster;
    return this.#sum((owner) => pods.activeOf(owner).ready);
  }

  get isEmpty(): boolean {
    const { pods } = this.ground.cluster;
    return this.current === 0 && this.owners().every((owner) => pods.podsOf(owner).length === 0);
  }

  /** Whether there are as many Ready pods as there are to be. */
  protected get hasAll(): boolean {
    return this.ready >= this.replicas;
  }

  get isWhole(): boolean {
    return this.hasAll;
  }

  /** As the interface says. */
  active(): readonly number[] {
    const { pods } = this.ground.cluster;
    return this.owners().flatMap((owner) => pods.podsOf(owner).filter((pod) => pods.isActive(pod)));
  }

  /** As the interface says: a kind that has replicas says how. */
  scaleTo(replicas: number): void {
    assert(false, () => `${this.ground.workload.name} has no replicas and is scaled to ${replicas}`);
  }

  /** As the interface says: a kind that rolls says how. */
  rollTo(template: number): void {
    assert(false, () => `${this.ground.workload.name} does not roll and is rolled to ${template}`);
  }

  /** As the interface says: a rollout is over when all pods have the template and are Ready. */
  podsChanged(): void {
    if (!this.#isRolling || !this.hasAll) return;
    const { pods } = this.ground.cluster;
    const template = this.template;
    if (!this.active().every((pod) => pods.template[pod] === template)) return;
    this.#isRolling = false;
    this.ground.onRollout('complete');
  }

  /** The template that its pods are to have. */
  protected template = -1;

  /** A rollout to a template has begun; told at once where its end is told. */
  protected rolls(template: number): void {
    const isNew = this.template >= 0;
    this.template = template;
    this.#isRolling = true;
    if (!isNew) return;
    this.ground.onRollout('progressing');
    // Where there is no pod, none has to come.
    this.podsChanged();
  }

  #sum(count: (owner: number) => number): number {
    return this.owners().reduce((sum, owner) => sum + count(owner), 0);
  }
}

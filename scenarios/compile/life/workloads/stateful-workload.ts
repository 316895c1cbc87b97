/** StatefulSets of a document. */
import { STATEFUL_SET_DEFAULTS, StatefulSet } from '../../../../models/cluster/workload/stateful-set.ts';
import { OwnedPods } from './owned-pods.ts';
import type { WorkloadGround } from './scaled-workload.ts';

/** A StatefulSet at work. */
export class StatefulWorkload extends OwnedPods {
  readonly #set: StatefulSet;

  constructor(ground: WorkloadGround) {
    super(ground);
    const { name, file, versions } = ground.workload;
    const spec = {
      ...STATEFUL_SET_DEFAULTS,
      name,
      template: versions[0]!,
      replicas: ground.replicas,
      podManagement: file.podManagement ?? STATEFUL_SET_DEFAULTS.podManagement,
      minReadyNs: file.minReady,
    };
    const { manager } = ground.cluster;
    this.#set = manager.add((object) => new StatefulSet(manager, object, spec));
    this.rolls(spec.template);
  }

  get object(): number {
    return this.#set.object;
  }

  get replicas(): number {
    return this.#set.replicas;
  }

  /** As the interface says. */
  override scaleTo(replicas: number): void {
    if (replicas === this.replicas) return;
    this.#set.scaleTo(replicas);
    this.podsChanged();
  }

  /** As the interface says. */
  override rollTo(template: number): void {
    this.rolls(template);
    this.#set.rollTo(template);
  }

  protected owners(): readonly number[] {
    return [this.#set.object];
  }
}

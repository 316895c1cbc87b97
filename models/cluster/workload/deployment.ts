/**
 * A Deployment: replicas of a template, and a controlled way from one template to the next.
 *
 * Source: Kubernetes 1.34 `pkg/controller/deployment` (sync, rolling, recreate, progress): one ReplicaSet for each template, so that
 * going back to an old template takes its ReplicaSet up again; a rollout without progress for `progressDeadlineSeconds` is reported
 * and goes on. Defaults of `apps/v1`: RollingUpdate with 25 % and 25 %, 600 s, 0 s.
 * Leaves out: pausing, the history limit (old ReplicaSets are kept at 0), adoption by labels.
 */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import { NONE } from '../pod-table.ts';
import type { ControllerManager, Workload } from './controller-manager.ts';
import { ReplicaSet } from './replica-set.ts';
import {
  type Fenceposts,
  fenceposts,
  newReplicas,
  oldReplicas,
  type PodsOrPercent,
  proportional,
} from './rolling-update.ts';

/** What a Deployment is made of. */
export interface DeploymentSpec {
  readonly name: string;
  readonly template: number;
  readonly replicas: number;
  readonly strategy: 'RollingUpdate' | 'Recreate';
  readonly maxSurge: PodsOrPercent;
  readonly maxUnavailable: PodsOrPercent;
  readonly minReadyNs: TimeNs;
  /** Infinity: never reported. */
  readonly progressDeadlineNs: TimeNs;
}

/** Defaults of `apps/v1`. */
export const DEPLOYMENT_DEFAULTS = {
  strategy: 'RollingUpdate',
  maxSurge: '25%',
  maxUnavailable: '25%',
  minReadyNs: 0,
  progressDeadlineNs: 600 * NS_PER_SECOND,
} as const satisfies Partial<DeploymentSpec>;

/** How far a rollout has come. */
export type RolloutState = 'complete' | 'progressing' | 'deadline-exceeded';

/** Hears of a rollout. */
export type RolloutListener = (deployment: Deployment, state: RolloutState) => void;

/** One Deployment. */
export class Deployment implements Workload {
  readonly kind = 'Deployment';
  readonly name: string;
  readonly object: number;
  readonly parent = NONE;
  readonly #manager: ControllerManager;
  readonly #spec: DeploymentSpec;
  readonly #onRollout: RolloutListener;
  readonly #sets: ReplicaSet[] = [];
  #template: number;
  #replicas: number;
  /** Replicas plus surge when the ReplicaSets were last scaled. */
  #allowedBefore = 0;
  #scaledFor = NONE;
  #progressedNs: TimeNs;
  /** What was there when it was last judged. */
  #seen: Seen = NOTHING_SEEN;
  #limitsFor = NONE;
  #limitsNow: Fenceposts = { maxSurge: 0, maxUnavailable: 0 };
  #state: RolloutState = 'progressing';

  constructor(manager: ControllerManager, object: number, spec: DeploymentSpec, onRollout: RolloutListener = () => {}) {
    this.#manager = manager;
    this.object = object;
    this.name = spec.name;
    this.#spec = spec;
    this.#onRollout = onRollout;
    this.#template = spec.template;
    this.#replicas = spec.replicas;
    this.#progressedNs = manager.sim.nowNs;
  }

  /** `spec.replicas`. */
  get replicas(): number {
    return this.#replicas;
  }

  get scale(): number {
    return this.#replicas;
  }

  /** How far the present rollout has come. */
  get state(): RolloutState {
    return this.#state;
  }

  /** Pods that exist or are on their way, of all templates. */
  get current(): number {
    return total(this.#sets, (set) => set.current);
  }

  /** Pods that have a node, of all templates. */
  get placed(): number {
    return total(this.#sets, (set) => set.placed);
  }

  /** Pods that exist, have not ended and are not being deleted, of all templates. */
  get activeCount(): number {
    return total(this.#sets, (set) => this.#manager.pods.activeOf(set.object).pods);
  }

  /** Whether no pod of it is left, those that are ending and those on their way among them. */
  get isEmpty(): boolean {
    const { pods } = this.#manager;
    return this.current === 0 && this.#sets.every((set) => pods.podsOf(set.object).length === 0);
  }

  /** Pods that are Ready, of all templates. */
  get ready(): number {
    return total(this.#sets, (set) => set.ready);
  }

  /** Whether it has all its pods, and all are Ready. */
  get isWhole(): boolean {
    return this.ready >= this.#replicas;
  }

  /** Pods that are available, of all templates. */
  get available(): number {
    return total(this.#sets, (set) => set.available);
  }

  /** Pods that are available and of the present template. */
  get updated(): number {
    return this.#sets.find(({ template }) => template === this.#template)?.available ?? 0;
  }

  /** The number of active pods that the horizontal autoscaler divides by. */
  active(): readonly number[] {
    const present = this.#sets.filter((set) => set.active().length > 0);
    return present.length === 1 ? present[0]!.active() : present.flatMap((set) => set.active());
  }

  /** Sets `spec.replicas`: what `kubectl scale` and autoscalers do. */
  scaleTo(replicas: number): void {
    if (replicas === this.#replicas) return;
    this.#replicas = replicas;
    this.#manager.changed(this.object);
  }

  /** Sets the template: a rollout begins. */
  rollTo(template: number): void {
    if (template === this.#template) return;
    this.#template = template;
    this.#progress('progressing');
    this.#manager.changed(this.object);
  }

  sync(): void {
    const fresh = this.#freshSet();
    if (fresh === undefined) return;
    const limits = this.#limits();
    if (this.#wasScaled()) this.#scaleAll(fresh, limits);
    else if (this.#spec.strategy === 'Recreate') this.#recreate(fresh);
    else this.#roll(fresh, limits);
    this.#scaledFor = this.#replicas;
    this.#allowedBefore = this.#replicas + limits.maxSurge;
    this.#judge(fresh);
  }

  /** Percentages are read again only when the replicas have changed. */
  #limits(): Fenceposts {
    if (this.#limitsFor !== this.#replicas) {
      this.#limitsNow = this.#fenceposts();
      this.#limitsFor = this.#replicas;
    }
    return this.#limitsNow;
  }

  #fenceposts(): Fenceposts {
    if (this.#spec.strategy === 'Recreate') return { maxSurge: 0, maxUnavailable: this.#replicas };
    return fenceposts(this.#spec.maxSurge, this.#spec.maxUnavailable, this.#replicas);
  }

  /** The ReplicaSet of the present template; undefined while pods of old ones must go first. */
  #freshSet(): ReplicaSet | undefined {
    const known = this.#sets.find(({ template }) => template === this.#template);
    if (known !== undefined) return known;
    if (this.#spec.strategy === 'Recreate' && this.#oldPodsAreLeft()) {
      for (const set of this.#sets) set.scaleTo(0);
      return undefined;
    }
    const { template, replicas } = { template: this.#template, replicas: this.#firstReplicas() };
    const name = `${this.name}-${template}`;
    const { minReadyNs } = this.#spec;
    const made = this.#manager.add(
      (object) => new ReplicaSet(this.#manager, object, { name, parent: this.object, template, replicas, minReadyNs }),
    );
    this.#sets.push(made);
    return made;
  }

  /** A new ReplicaSet starts with what the surge has room for. */
  #firstReplicas(): number {
    if (this.#spec.strategy === 'Recreate') return this.#replicas;
    const all = total(this.#sets, (set) => set.replicas);
    return newReplicas(this.#replicas, { replicas: 0, available: 0 }, all, this.#limits());
  }

  /** Recreate waits until pods of old templates have ended altogether. */
  #oldPodsAreLeft(): boolean {
    const { pods } = this.#manager;
    return this.#sets.some(
      (set) => set.template !== this.#template && pods.podsOf(set.object).some((pod) => !pods.hasEnded(pod)),
    );
  }

  #wasScaled(): boolean {
    return (
      this.#scaledFor !== NONE && this.#scaledFor !== this.#replicas && this.#sets.some(({ replicas }) => replicas > 0)
    );
  }

  #scaleAll(fresh: ReplicaSet, { maxSurge }: Fenceposts): void {
    const active = this.#sets.filter(({ replicas }) => replicas > 0);
    if (active.length <= 1) {
      (active[0] ?? fresh).scaleTo(this.#replicas);
      return;
    }
    const allowed = this.#replicas > 0 ? this.#replicas + maxSurge : 0;
    const shares = proportional(active, allowed, this.#allowedBefore);
    active.forEach((set, index) => {
      set.scaleTo(shares[index]!);
    });
  }

  #recreate(fresh: ReplicaSet): void {
    for (const set of this.#sets) if (set !== fresh) set.scaleTo(0);
    if (!this.#oldPodsAreLeft()) fresh.scaleTo(this.#replicas);
  }

  /** One step: the new one up, or else the old ones down. */
  #roll(fresh: ReplicaSet, limits: Fenceposts): void {
    const all = total(this.#sets, (set) => set.replicas);
    const up = newReplicas(this.#replicas, fresh, all, limits);
    if (up !== fresh.replicas) {
      fresh.scaleTo(up);
      this.#manager.changed(this.object);
      return;
    }
    if (this.#sets.length === 1) return;
    const old = this.#sets
      .filter((set) => set !== fresh)
      .sort((a, b) => a.createdNs - b.createdNs || a.object - b.object);
    const down = oldReplicas(this.#replicas, fresh, old, limits);
    old.forEach((set, index) => {
      if (down[index] === set.replicas) return;
      set.scaleTo(down[index]!);
      this.#manager.changed(this.object);
    });
  }

  #judge(fresh: ReplicaSet): void {
    const { nowNs } = this.#manager.sim;
    const { template, current, ready, available } = fresh;
    const old = this.#sets.length === 1 ? 0 : total(this.#sets, (set) => (set === fresh ? 0 : set.current));
    const seen = { template, current, ready, available, old };
    if (!isSame(seen, this.#seen)) this.#progressedNs = nowNs;
    this.#seen = seen;
    if (available >= this.#replicas && current === this.#replicas && old === 0) {
      this.#progress('complete');
      return;
    }
    const { progressDeadlineNs } = this.#spec;
    if (this.#state === 'complete') this.#progress('progressing');
    if (progressDeadlineNs === Infinity) return;
    const leftNs = this.#progressedNs + progressDeadlineNs - nowNs;
    if (leftNs > 0) this.#manager.lookAfter(this.object, leftNs);
    else this.#progress('deadline-exceeded');
  }

  #progress(state: RolloutState): void {
    if (state === this.#state) return;
    this.#state = state;
    if (state === 'progressing') this.#progressedNs = this.#manager.sim.nowNs;
    this.#onRollout(this, state);
  }
}

/** What a rollout is judged by. */
interface Seen {
  readonly template: number;
  readonly current: number;
  readonly ready: number;
  readonly available: number;
  /** Pods of old templates. */
  readonly old: number;
}

const NOTHING_SEEN: Seen = { template: NONE, current: NONE, ready: NONE, available: NONE, old: NONE };

function isSame(a: Seen, b: Seen): boolean {
  return (
    a.template === b.template &&
    a.current === b.current &&
    a.ready === b.ready &&
    a.available === b.available &&
    a.old === b.old
  );
}

function total(sets: readonly ReplicaSet[], count: (set: ReplicaSet) => number): number {
  let sum = 0;
  for (const set of sets) sum += count(set);
  return sum;
}

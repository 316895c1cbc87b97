/**
 * The controllers of one cluster at work: each object is looked at when something that it owns has changed, and what its
 * controller decides is written through one client with a budget.
 *
 * Source: Kubernetes 1.34 `pkg/controller`: work queues without duplicates, expectations (a controller does not count pods
 * that it has asked for a second time), the client's rate limit. A Deployment hears of its
 * pods through the status of its ReplicaSets.
 * Leaves out: several workers for each controller, retries after conflicts, resyncs that find nothing (they change nothing).
 */
import { assert } from '../../../sim/engine/assert.ts';
import { NS_PER_MS, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventHandle, EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import { Presence } from '../control-plane/presence.ts';
import { type NewPod, NONE, type PodTable } from '../pod-table.ts';
import { CONTROLLER_MANAGER_WRITES, WriteBudget, type WriteLimits } from '../write-budget.ts';

/** One object with a controller: a Deployment, a ReplicaSet, a Job. */
export interface Workload {
  /** Its kind as in the API. */
  readonly kind: string;
  readonly name: string;
  /** Number of the object that owns it; NONE: nobody. */
  readonly parent: number;
  /** How many pods it is meant to have, as disruption budgets count them. */
  readonly scale: number;
  /** Compares what is with what should be, and asks for the next steps. Called often: it must do nothing when nothing is due. */
  sync(): void;
}

/** What the rest of the cluster does with pods. */
export interface PodFollowers {
  /** A pod was created: the scheduler takes it, or the node for which it is meant. */
  created(pod: number): void;
  /** A pod that has a node is told to end; the kubelet calls `ended` when it has. */
  terminating(pod: number): void;
  /** A pod is about to be removed from the table. */
  gone(pod: number): void;
  /** An object was deleted that may own pods. */
  dropped?(object: number): void;
}

/** How controllers hear and write. */
export interface ControllerManagerOptions {
  /** From a change in the API server to the controller's look at it. */
  readonly watchNs: TimeNs;
  readonly writes: WriteLimits;
  /** While it is not there nothing is looked at and nothing written; always there if left out. */
  readonly presence?: Presence;
}

/** An assumption (10 ms for the way through watch and queue), and the controller manager's default rate. */
export const CONTROLLER_MANAGER_DEFAULTS: ControllerManagerOptions = {
  watchNs: 10 * NS_PER_MS,
  writes: CONTROLLER_MANAGER_WRITES,
};

/** Kinds whose pods run until they are told to end. */
const SERVING = ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'];

/** All controllers of a cluster. */
export class ControllerManager {
  readonly sim: Simulation;
  readonly pods: PodTable;
  readonly #followers: PodFollowers;
  readonly #watchNs: TimeNs;
  readonly #budget: WriteBudget;
  /** By number; undefined: deleted. */
  readonly #objects: (Workload | undefined)[] = [];
  /** The look that is due for each object. */
  readonly #due: (EventHandle | undefined)[] = [];
  readonly #dueNs: TimeNs[] = [];
  /** Pods that each object has asked for and that do not exist yet. */
  readonly #expected: number[] = [];
  readonly #asked: (NewPod | undefined)[] = [];
  readonly #freeAsks: number[] = [];
  /** Everything that is asked for is done in the very instant. */
  #isSettling = false;
  readonly #kinds: Readonly<Record<'sync' | 'create' | 'delete', EventKind>>;

  constructor(
    sim: Simulation,
    pods: PodTable,
    followers: PodFollowers,
    options: ControllerManagerOptions = CONTROLLER_MANAGER_DEFAULTS,
  ) {
    this.sim = sim;
    this.pods = pods;
    this.#followers = followers;
    this.#watchNs = options.watchNs;
    this.#budget = new WriteBudget(options.writes);
    const { presence = new Presence() } = options;
    this.#kinds = {
      sync: sim.kind('controller looks', (object) => presence.whenThere(() => this.#sync(object))),
      create: sim.kind('pod is created', (ask) => presence.whenThere(() => this.#create(ask))),
      delete: sim.kind('pod is deleted', (pod, life) => presence.whenThere(() => this.#delete(pod, life))),
    };
  }

  /** A new object, made by `build` with its number; it is looked at at once. */
  add<Kind extends Workload>(build: (object: number) => Kind): Kind {
    const object = this.#objects.length;
    this.#objects.push(undefined);
    this.#expected.push(0);
    this.#dueNs.push(0);
    const workload = build(object);
    this.#objects[object] = workload;
    this.changed(object);
    return workload;
  }

  /** The object of a number; undefined: it was deleted, or never was. */
  get(object: number): Workload | undefined {
    return this.#objects[object];
  }

  /** Forgets an object; what it owns is the garbage collector's. */
  drop(object: number): void {
    this.#objects[object] = undefined;
    this.#followers.dropped?.(object);
  }

  /** Deletes an object and its pods, without waiting for their end (`Background`). */
  deleteWithPods(object: number): void {
    // It may make no pod again.
    this.drop(object);
    for (const pod of this.pods.podsOf(object)) this.deletePod(pod);
  }

  /** Numbers of the objects that a parent owns. */
  ownedBy(parent: number): number[] {
    return [...this.#objects.keys()].filter((object) => this.#objects[object]?.parent === parent);
  }

  /** Something about the object has changed: it is looked at when word of it has come. NONE: nobody hears. */
  changed(object: number): void {
    this.lookAfter(object, this.#watchNs);
  }

  /** The object is to be looked at after `delayNs` at the latest. */
  lookAfter(object: number, delayNs: TimeNs): void {
    if (object === NONE) return;
    const atNs = this.sim.nowNs + delayNs;
    const due = this.#due[object];
    if (due !== undefined) {
      if (this.#dueNs[object] <= atNs) return;
      this.sim.cancel(due);
    }
    this.#dueNs[object] = atNs;
    this.#due[object] = this.sim.at(atNs, this.#kinds.sync, object);
  }

  /** Something about a pod has changed: its owner hears. */
  podChanged(pod: number): void {
    this.changed(this.pods.owner[pod]!);
  }

  /**
   * Looks at all objects whose pods serve, again and again until nothing is left to do, without letting time pass and without the client's
   * budget: for clusters whose pods stand before anything happens. Jobs are left to begin as they would.
   */
  settle(): void {
    this.#isSettling = true;
    for (let left = true; left; ) {
      left = false;
      for (const [object, workload] of this.#objects.entries()) {
        const due = this.#due[object];
        // What is to be looked at later, after a deadline or a pause, stays so.
        if (due === undefined || this.#dueNs[object]! > this.sim.nowNs + this.#watchNs) continue;
        if (workload === undefined || !SERVING.includes(workload.kind)) continue;
        this.sim.cancel(due);
        this.#sync(object);
        left = true;
      }
    }
    this.#isSettling = false;
  }

  /** Pods of the object that are on their way. */
  expected(object: number): number {
    return this.#expected[object]!;
  }

  /** Asks for a pod, which is there when the budget allows. */
  createPod(pod: NewPod): void {
    if (this.#isSettling) {
      this.#make(pod);
      return;
    }
    this.#expected[pod.owner]++;
    const ask = this.#freeAsks.pop() ?? this.#asked.length;
    this.#asked[ask] = pod;
    this.sim.at(this.#budget.take(this.sim.nowNs), this.#kinds.create, ask);
  }

  /** Asks for the end of a pod. It counts as terminating for its owner from now on, whatever the budget says. */
  deletePod(pod: number): void {
    if (!this.pods.terminate(pod)) return;
    this.sim.at(this.#budget.take(this.sim.nowNs), this.#kinds.delete, pod, this.pods.lifeOf(pod));
  }

  /** A pod is deleted by somebody who has a client of his own (a person, the scheduler, an eviction). */
  deleteNow(pod: number): void {
    if (this.pods.terminate(pod)) this.#delete(pod, this.pods.lifeOf(pod));
  }

  /** The kubelet has ended a pod that was told to end, or the pod was forced away. */
  ended(pod: number): void {
    assert(this.pods.exists(pod), () => `pod ${pod} has ended and does not exist`);
    this.podChanged(pod);
    // A Deployment that recreates waits for the last pod of all its ReplicaSets.
    this.changed(this.get(this.pods.owner[pod]!)?.parent ?? NONE);
    this.#followers.gone(pod);
    this.pods.remove(pod);
  }

  #sync(object: number): void {
    this.#due[object] = undefined;
    this.#objects[object]?.sync();
  }

  #create(ask: number): void {
    const asked = this.#asked[ask]!;
    this.#asked[ask] = undefined;
    this.#freeAsks.push(ask);
    this.#expected[asked.owner]--;
    // Its owner was deleted meanwhile.
    if (this.get(asked.owner) !== undefined) this.#make(asked);
  }

  #make(asked: NewPod): void {
    const pod = this.pods.create(asked, this.sim.nowNs);
    this.podChanged(pod);
    this.#followers.created(pod);
  }

  #delete(pod: number, life: number): void {
    if (!this.pods.exists(pod) || this.pods.lifeOf(pod) !== life) return;
    this.podChanged(pod);
    if (this.pods.node[pod] === NONE || this.pods.hasEnded(pod)) this.ended(pod);
    else this.#followers.terminating(pod);
  }
}

/**
 * All pods of one cluster as its API server knows them: who owns each, where it stands, what has become of it.
 *
 * Source: Kubernetes 1.34 `core/v1` PodStatus. Rows are recycled: a row number names a pod only while the pod exists, and
 * `lifeOf` tells one life of a row from the next, so that an event that comes too late can be recognised.
 * Leaves out: containers one by one (the kubelet sees to them), labels (a pod has those of its template).
 */
import { assert } from '../../sim/engine/assert.ts';
import type { TimeNs } from '../../sim/engine/sim-time.ts';

/** No pod, no node, no owner. */
export const NONE = -1;

/** The instant of something that has not happened. */
export const NEVER_NS = -1;

/** `status.phase`, and that a row holds no pod. */
export const POD_PHASE = { absent: 0, pending: 1, running: 2, succeeded: 3, failed: 4 } as const;

/** Most pods of one cluster that a table holds: a guard against owners that create without end. */
export const PODS_MAX = 4_194_304;

/** What a pod is made of. */
export interface NewPod {
  /** Number of the object that owns it; NONE: nobody, and it does not come back. */
  readonly owner: number;
  /** Number of its template: what it requests and runs. */
  readonly template: number;
  /** Its place among those of a StatefulSet or an indexed Job; NONE: it has none. */
  readonly ordinal?: number;
  /** The only node on which it may stand (DaemonSet); NONE: the scheduler chooses. */
  readonly onlyNode?: number;
}

/** The pods of one owner. */
interface Owned {
  readonly pods: Set<number>;
  /** Of those that it counts. */
  readonly active: ActiveCounts;
  /** Pods that have ended and are still there. */
  ended: number;
}

/** Pods that their owner counts. */
export interface ActiveCounts {
  /** All of them. */
  pods: number;
  /** With a node. */
  bound: number;
  /** Ready. */
  ready: number;
}

const NO_PODS: Readonly<ActiveCounts> = { pods: 0, bound: 0, ready: 0 };

/** Rows of pods; columns are open to read, and changed by the methods only. */
export class PodTable {
  owner = new Int32Array(0);
  template = new Int32Array(0);
  ordinal = new Int32Array(0);
  onlyNode = new Int32Array(0);
  node = new Int32Array(0);
  phase = new Uint8Array(0);
  /** 1 while the condition Ready is True. */
  ready = new Uint8Array(0);
  /** 1 from the request to delete it on. */
  terminating = new Uint8Array(0);
  restarts = new Uint16Array(0);
  createdNs = new Float64Array(0);
  /** When the condition Ready last became True. */
  readySinceNs = new Float64Array(0);
  /** How many pods were created before it: names it for ever. */
  serial = new Float64Array(0);
  /** How often the row was given to a pod. */
  #life = new Uint32Array(0);
  readonly #free: number[] = [];
  readonly #ofOwner = new Map<number, Owned>();
  /** By node. */
  readonly #onNode: number[][] = [];
  #rows = 0;
  #count = 0;
  #serial = 0;
  #version = 0;

  /** Another number after every change: what was derived from the table holds as long as it stays. */
  get version(): number {
    return this.#version;
  }

  /** Pods that exist. */
  get count(): number {
    return this.#count;
  }

  /** Rows in use or recycled: all numbers are below. */
  get rows(): number {
    return this.#rows;
  }

  /** A pod that has just been created; it is Pending and has no node. */
  create({ owner, template, ordinal = NONE, onlyNode = NONE }: NewPod, nowNs: TimeNs): number {
    const pod = this.#free.pop() ?? this.#newRow();
    this.owner[pod] = owner;
    this.template[pod] = template;
    this.ordinal[pod] = ordinal;
    this.onlyNode[pod] = onlyNode;
    this.node[pod] = NONE;
    this.phase[pod] = POD_PHASE.pending;
    this.ready[pod] = 0;
    this.terminating[pod] = 0;
    this.restarts[pod] = 0;
    this.createdNs[pod] = nowNs;
    this.readySinceNs[pod] = NEVER_NS;
    this.serial[pod] = this.#serial++;
    this.#life[pod]++;
    this.#version++;
    this.#count++;
    this.#own(pod);
    return pod;
  }

  /** The pod is bound: `spec.nodeName` is set, once. */
  bind(pod: number, node: number): void {
    assert(this.exists(pod) && this.node[pod] === NONE, () => `pod ${pod} is bound to ${node}, and is not free for it`);
    this.#counted(pod, -1);
    this.node[pod] = node;
    this.#counted(pod, 1);
    this.#version++;
    while (this.#onNode.length <= node) this.#onNode.push([]);
    this.#onNode[node]!.push(pod);
  }

  /** Its phase as the kubelet reports it. A pod that has ended does not run again. */
  setPhase(pod: number, phase: (typeof POD_PHASE)['running' | 'succeeded' | 'failed']): void {
    assert(this.exists(pod) && !this.hasEnded(pod), () => `pod ${pod} cannot come to phase ${phase}`);
    this.#counted(pod, -1);
    this.phase[pod] = phase;
    this.#version++;
    if (this.hasEnded(pod)) this.ready[pod] = 0;
    this.#counted(pod, 1);
  }

  /** Its condition Ready. True if that is news. */
  setReady(pod: number, ready: boolean, nowNs: TimeNs): boolean {
    if (!this.exists(pod) || this.ready[pod] === (ready ? 1 : 0)) return false;
    this.#counted(pod, -1);
    this.ready[pod] = ready ? 1 : 0;
    this.#counted(pod, 1);
    this.#version++;
    if (ready) this.readySinceNs[pod] = nowNs;
    return true;
  }

  /** `metadata.deletionTimestamp` is set. True if that is news. */
  terminate(pod: number): boolean {
    if (!this.exists(pod) || this.terminating[pod] === 1) return false;
    this.#counted(pod, -1);
    this.terminating[pod] = 1;
    this.#counted(pod, 1);
    this.#version++;
    return true;
  }

  /** The pod is gone; its row will be given to another. */
  remove(pod: number): void {
    assert(this.exists(pod), () => `pod ${pod} does not exist`);
    this.#disown(pod);
    if (this.node[pod] !== NONE) forget(this.#onNode[this.node[pod]]!, pod);
    this.phase[pod] = POD_PHASE.absent;
    this.#version++;
    this.#count--;
    this.#free.push(pod);
  }

  /** Its owner is gone and leaves it behind. */
  orphan(pod: number): void {
    this.#disown(pod);
    this.owner[pod] = NONE;
    this.#version++;
    this.#own(pod);
  }

  /** Whether the row holds a pod. */
  exists(pod: number): boolean {
    return pod >= 0 && pod < this.#rows && this.phase[pod] !== POD_PHASE.absent;
  }

  /** Whether it has succeeded or failed. */
  hasEnded(pod: number): boolean {
    return this.phase[pod] >= POD_PHASE.succeeded;
  }

  /** Whether its owner counts it: it exists, has not ended and is not being deleted. */
  isActive(pod: number): boolean {
    return this.exists(pod) && !this.hasEnded(pod) && this.terminating[pod] === 0;
  }

  /** Whether it has been Ready for so long. */
  isAvailable(pod: number, minReadyNs: TimeNs, nowNs: TimeNs): boolean {
    return this.ready[pod] === 1 && nowNs - this.readySinceNs[pod] >= minReadyNs;
  }

  /** Which life of the row this is: another number, another pod. */
  lifeOf(pod: number): number {
    return this.#life[pod]!;
  }

  /** The pods of an owner, in the order of their creation. */
  podsOf(owner: number): readonly number[] {
    return [...(this.#ofOwner.get(owner)?.pods ?? [])];
  }

  /** How many pods of an owner are active ({@link isActive}). */
  activeOf(owner: number): Readonly<ActiveCounts> {
    return this.#ofOwner.get(owner)?.active ?? NO_PODS;
  }

  /** Whether pods of an owner have ended and are still there. */
  hasEndedPods(owner: number): boolean {
    return (this.#ofOwner.get(owner)?.ended ?? 0) > 0;
  }

  /** The pods that are bound to a node, in the order in which they came. */
  podsOn(node: number): readonly number[] {
    return [...(this.#onNode[node] ?? [])];
  }

  #own(pod: number): void {
    const owner = this.owner[pod]!;
    let owned = this.#ofOwner.get(owner);
    if (owned === undefined) {
      owned = { pods: new Set(), active: { ...NO_PODS }, ended: 0 };
      this.#ofOwner.set(owner, owned);
    }
    owned.pods.add(pod);
    this.#counted(pod, 1);
  }

  #disown(pod: number): void {
    this.#counted(pod, -1);
    const owned = this.#ofOwner.get(this.owner[pod]!)!;
    owned.pods.delete(pod);
    if (owned.pods.size === 0) this.#ofOwner.delete(this.owner[pod]!);
  }

  /** The counts of its owner gain the pod as it is now, or lose it. */
  #counted(pod: number, sign: 1 | -1): void {
    const owned = this.#ofOwner.get(this.owner[pod]!)!;
    if (this.hasEnded(pod)) owned.ended += sign;
    if (!this.isActive(pod)) return;
    owned.active.pods += sign;
    if (this.node[pod] !== NONE) owned.active.bound += sign;
    if (this.ready[pod] === 1) owned.active.ready += sign;
  }

  #newRow(): number {
    assert(this.#rows < PODS_MAX, () => `more than ${PODS_MAX} pods in one cluster`);
    if (this.#rows === this.phase.length) this.#grow(Math.max(64, this.#rows * 2));
    return this.#rows++;
  }

  #grow(rows: number): void {
    this.owner = grown(this.owner, new Int32Array(rows));
    this.template = grown(this.template, new Int32Array(rows));
    this.ordinal = grown(this.ordinal, new Int32Array(rows));
    this.onlyNode = grown(this.onlyNode, new Int32Array(rows));
    this.node = grown(this.node, new Int32Array(rows));
    this.phase = grown(this.phase, new Uint8Array(rows));
    this.ready = grown(this.ready, new Uint8Array(rows));
    this.terminating = grown(this.terminating, new Uint8Array(rows));
    this.restarts = grown(this.restarts, new Uint16Array(rows));
    this.createdNs = grown(this.createdNs, new Float64Array(rows));
    this.readySinceNs = grown(this.readySinceNs, new Float64Array(rows));
    this.serial = grown(this.serial, new Float64Array(rows));
    this.#life = grown(this.#life, new Uint32Array(rows));
  }
}

function grown<Column extends Int32Array | Uint8Array | Uint16Array | Uint32Array | Float64Array>(
  old: Column,
  wider: Column,
): Column {
  wider.set(old);
  return wider;
}

/** Nodes hold some ten pods: those that stay move up. */
function forget(pods: number[], pod: number): void {
  pods.splice(pods.indexOf(pod), 1);
}

/**
 * Nodes as the API server knows them, as far as their life goes: the condition Ready, the taints that follow it, the zone.
 *
 * Source: Kubernetes 1.34 `core/v1` NodeStatus and Taint, `pkg/controller/nodelifecycle`; reasons as recorded from 1.34.9.
 * Leaves out: other conditions and their taints (processes, network), taints of people and of clouds.
 */
import { assert } from '../../../sim/engine/assert.ts';
import { NOT_READY_TAINT_KEY, type Taint, UNREACHABLE_TAINT_KEY } from '../toleration.ts';

/** Status of the condition Ready; `none`: no status was ever posted. */
export const READY = { none: 0, true: 1, false: 2, unknown: 3 } as const;

/** One of them. */
export type Ready = (typeof READY)[keyof typeof READY];

/** Taints of a node, as bits, in the order in which they are written. */
export const TAINT = {
  notReadyNoSchedule: 1,
  unreachableNoSchedule: 2,
  notReadyNoExecute: 4,
  unreachableNoExecute: 8,
  outOfServiceNoExecute: 16,
  memoryPressureNoSchedule: 32,
  diskPressureNoSchedule: 64,
} as const;

/** Taints that drive pods away. */
export const NO_EXECUTE = TAINT.notReadyNoExecute | TAINT.unreachableNoExecute | TAINT.outOfServiceNoExecute;
/** Taints NoExecute that follow the condition Ready. */
export const READY_NO_EXECUTE = TAINT.notReadyNoExecute | TAINT.unreachableNoExecute;
/** Taints NoSchedule that follow the condition Ready. */
export const READY_NO_SCHEDULE = TAINT.notReadyNoSchedule | TAINT.unreachableNoSchedule;

/** What each bit says. */
export const TAINT_OF_BIT: readonly (Taint & { readonly bit: number })[] = [
  { bit: TAINT.notReadyNoSchedule, key: NOT_READY_TAINT_KEY, value: '', effect: 'NoSchedule' },
  { bit: TAINT.unreachableNoSchedule, key: UNREACHABLE_TAINT_KEY, value: '', effect: 'NoSchedule' },
  { bit: TAINT.notReadyNoExecute, key: NOT_READY_TAINT_KEY, value: '', effect: 'NoExecute' },
  { bit: TAINT.unreachableNoExecute, key: UNREACHABLE_TAINT_KEY, value: '', effect: 'NoExecute' },
  { bit: TAINT.outOfServiceNoExecute, key: 'node.kubernetes.io/out-of-service', value: '', effect: 'NoExecute' },
  { bit: TAINT.memoryPressureNoSchedule, key: 'node.kubernetes.io/memory-pressure', value: '', effect: 'NoSchedule' },
  { bit: TAINT.diskPressureNoSchedule, key: 'node.kubernetes.io/disk-pressure', value: '', effect: 'NoSchedule' },
];

/** The taints of a set of bits. */
export function taintsOf(bits: number): readonly Taint[] {
  return TAINT_OF_BIT.filter(({ bit }) => (bits & bit) !== 0);
}

/** The taint NoSchedule that a node in this condition gets; 0: none. */
export function noScheduleFor(ready: number): number {
  if (ready === READY.false) return TAINT.notReadyNoSchedule;
  return ready === READY.unknown ? TAINT.unreachableNoSchedule : 0;
}

/** The taint NoExecute that a node in this condition gets when its turn comes; 0: none. */
export function noExecuteFor(ready: number): number {
  if (ready === READY.false) return TAINT.notReadyNoExecute;
  return ready === READY.unknown ? TAINT.unreachableNoExecute : 0;
}

/** Hears of nodes. */
export interface NodeListener {
  /** The condition Ready has another status. */
  readyChanged(node: number): void;
  /** Taints were set or taken off; `before`: those that were. */
  taintsChanged(node: number, before: number): void;
}

/** The nodes of one cluster by number; columns are open to read, and changed by the methods only. */
export class NodeConditions {
  /** 1 while the node object exists. */
  readonly exists: Uint8Array;
  readonly zone: Uint16Array;
  readonly ready: Uint8Array;
  readonly taints: Uint8Array;
  /** 1 where Ready was made Unknown although no status was ever posted. */
  readonly neverPosted: Uint8Array;
  /** By zone: nodes that exist, and those of them that are not Ready. */
  readonly zoneNodes: Uint32Array;
  readonly zoneNotReady: Uint32Array;
  readonly #listener: NodeListener;

  constructor(nodes: number, zones: number, listener: NodeListener) {
    this.exists = new Uint8Array(nodes);
    this.zone = new Uint16Array(nodes);
    this.ready = new Uint8Array(nodes);
    this.taints = new Uint8Array(nodes);
    this.neverPosted = new Uint8Array(nodes);
    this.zoneNodes = new Uint32Array(zones);
    this.zoneNotReady = new Uint32Array(zones);
    this.#listener = listener;
  }

  /** How many numbers there are; nodes may be missing. */
  get count(): number {
    return this.exists.length;
  }

  /** How many zones there are; they may be empty. */
  get zones(): number {
    return this.zoneNodes.length;
  }

  /** A node object is created; nobody hears of it through this table. */
  add(node: number, zone: number, ready: Ready): void {
    assert(this.exists[node] === 0 && zone < this.zones, () => `node ${node} cannot join zone ${zone}`);
    this.exists[node] = 1;
    this.zone[node] = zone;
    this.ready[node] = ready;
    this.taints[node] = 0;
    this.neverPosted[node] = 0;
    this.zoneNodes[zone]!++;
    if (ready !== READY.true) this.zoneNotReady[zone]!++;
  }

  /** The node object is deleted. */
  remove(node: number): void {
    assert(this.exists[node] === 1, () => `node ${node} does not exist`);
    this.exists[node] = 0;
    this.zoneNodes[this.zone[node]!]!--;
    if (this.ready[node] !== READY.true) this.zoneNotReady[this.zone[node]!]!--;
  }

  /** Sets the condition Ready. */
  setReady(node: number, ready: Ready): void {
    const before = this.ready[node]!;
    if (before === ready) return;
    const zone = this.zone[node]!;
    if (before === READY.true) this.zoneNotReady[zone]!++;
    if (ready === READY.true) this.zoneNotReady[zone]!--;
    this.neverPosted[node] = before === READY.none && ready === READY.unknown ? 1 : 0;
    this.ready[node] = ready;
    this.#listener.readyChanged(node);
  }

  /** Takes the taints of `off` away and sets those of `on`, in one write. */
  swapTaints(node: number, off: number, on: number): void {
    const before = this.taints[node]!;
    const after = (before & ~off) | on;
    if (before === after) return;
    this.taints[node] = after;
    this.#listener.taintsChanged(node, before);
  }

  /** Status and reason of the condition Ready, as `kubectl` shows them. */
  readyWords(node: number): string {
    const ready = this.ready[node];
    if (ready === READY.true) return 'True/KubeletReady';
    if (ready === READY.false) return 'False/KubeletNotReady';
    if (ready === READY.none) return 'none';
    return this.neverPosted[node] === 1 ? 'Unknown/NodeStatusNeverUpdated' : 'Unknown/NodeStatusUnknown';
  }
}

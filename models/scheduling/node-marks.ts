/**
 * What the scheduler knows of nodes besides room, and what changes while it works: whether they exist, whether people have cordoned
 * them, and which taints the life of the node has put on them.
 *
 * Source: Kubernetes 1.34 `spec.unschedulable` and the taints of the node lifecycle controller; a deleted node is not in the scheduler's
 * snapshot at all. Leaves out: that pods of a deleted node count in relations between pods until they are collected (upstream drops
 * them with the node), that the share of nodes which have an image counts reserved numbers too, taints that people set while the scheduler works.
 */
import { assert } from '../../sim/engine/assert.ts';
import type { ClusterNode } from '../cluster/node.ts';
import { TAINT } from '../cluster/node-life/node-conditions.ts';
import type { ChangeLog } from './change-log.ts';

/** The taints of a node that has fallen silent. */
const UNREACHABLE = TAINT.unreachableNoSchedule | TAINT.unreachableNoExecute;

/** Marks of all nodes by number; columns are open to read, and changed by the methods only. */
export class NodeMarks {
  /** 1 where the node object is not there (yet, or any more): nobody counts it. */
  readonly absent: Uint8Array;
  /** 1 while it takes no new pods because people say so. */
  readonly cordoned: Uint8Array;
  /** Taints that its life has put on it, as bits of {@link TAINT}. */
  readonly taints: Uint8Array;
  /** How often any mark has changed. */
  changes = 0;
  /** How often nodes have come or gone. */
  comings = 0;
  /** Nodes that exist. */
  present: number;
  /** Nodes that are cordoned, and nodes that carry taints of their life. */
  cordonedCount: number;
  taintedCount = 0;
  readonly #log: ChangeLog;

  constructor(nodes: readonly ClusterNode[], log: ChangeLog) {
    this.absent = new Uint8Array(nodes.length);
    this.cordoned = Uint8Array.from(nodes, ({ unschedulable }) => (unschedulable === true ? 1 : 0));
    this.taints = new Uint8Array(nodes.length);
    this.present = nodes.length;
    this.cordonedCount = this.cordoned.reduce((sum, cordoned) => sum + cordoned, 0);
    this.#log = log;
  }

  /** The node object is there, or is not. */
  setPresent(node: number, present: boolean): void {
    if (this.absent[node] === (present ? 0 : 1)) return;
    this.absent[node] = present ? 0 : 1;
    this.present += present ? 1 : -1;
    this.comings++;
    this.#changed(node);
  }

  /** People say that it takes no new pods, or takes them again. */
  setCordoned(node: number, cordoned: boolean): void {
    if (this.cordoned[node] === (cordoned ? 1 : 0)) return;
    this.cordoned[node] = cordoned ? 1 : 0;
    this.cordonedCount += cordoned ? 1 : -1;
    this.#changed(node);
  }

  /** It carries these taints of its life now, and no others. */
  setTaints(node: number, taints: number): void {
    const before = this.taints[node]!;
    assert(taints >= 0 && taints < 256, () => `taints ${taints} of node ${node}`);
    if (before === taints) return;
    this.taints[node] = taints;
    this.taintedCount += (taints === 0 ? 0 : 1) - (before === 0 ? 0 : 1);
    this.#changed(node);
  }

  /** Short for the taints of a node that has fallen silent, or none of them. */
  setReady(node: number, ready: boolean): void {
    this.setTaints(node, ready ? this.taints[node]! & ~UNREACHABLE : this.taints[node]! | UNREACHABLE);
  }

  #changed(node: number): void {
    this.changes++;
    this.#log.add(node);
  }
}

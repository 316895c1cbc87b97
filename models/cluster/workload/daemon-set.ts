/**
 * A DaemonSet: one pod on each node that will take it.
 *
 * Source: Kubernetes 1.34 `pkg/controller/daemon`. Its pods tolerate what nodes in trouble are tainted with, so they are neither
 * kept off such nodes nor evicted from them; they are bound by the scheduler, through the affinity to their node. A rolling update
 * deletes old pods as long as no more than `maxUnavailable` nodes lack one that is available.
 * Leaves out: `maxSurge` (0 by default), OnDelete, the pause before failed pods are made again.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { PodShape } from '../pod.ts';
import { NONE } from '../pod-table.ts';
import { NOT_READY_TAINT_KEY, type Taint, type Toleration, UNREACHABLE_TAINT_KEY } from '../toleration.ts';
import type { ControllerManager, Workload } from './controller-manager.ts';
import { type PodsOrPercent, podsOf } from './rolling-update.ts';

/** The nodes as a DaemonSet sees them. */
export interface DaemonNodes {
  /** Nodes that exist, in the order of their numbers. */
  nodes(): readonly number[];
  /** Whether a pod of the template may be made there: selector, affinity and taints allow it. */
  mayStart(node: number, template: number): boolean;
  /** Whether one that is there may stay: no untolerated NoExecute taint, selector and affinity hold. */
  mayStay(node: number, template: number): boolean;
}

/** Defaults of `apps/v1`. */
export const DAEMON_SET_DEFAULTS = { maxUnavailable: 1, minReadyNs: 0 } as const satisfies Partial<DaemonSetSpec>;

/** What its controller lets each pod of a DaemonSet tolerate. */
export const DAEMON_TOLERATIONS: readonly Toleration[] = [
  daemonToleration(NOT_READY_TAINT_KEY, 'NoExecute'),
  daemonToleration(UNREACHABLE_TAINT_KEY, 'NoExecute'),
  daemonToleration('node.kubernetes.io/disk-pressure', 'NoSchedule'),
  daemonToleration('node.kubernetes.io/memory-pressure', 'NoSchedule'),
  daemonToleration('node.kubernetes.io/pid-pressure', 'NoSchedule'),
  daemonToleration('node.kubernetes.io/unschedulable', 'NoSchedule'),
];

function daemonToleration(key: string, effect: Taint['effect']): Toleration {
  return { key, operator: 'Exists', value: '', effect };
}

/** The shape of a pod that is meant for one node: the affinity to its name takes the place of whatever else was required. */
export function onlyOn(shape: PodShape, node: string): PodShape {
  const required = [{ expressions: [], fields: [{ operator: 'In' as const, values: [node] }] }];
  return { ...shape, nodeAffinity: { ...shape.nodeAffinity, required } };
}

/** What a DaemonSet is made of. */
export interface DaemonSetSpec {
  readonly name: string;
  readonly template: number;
  /** `1` by default. */
  readonly maxUnavailable: PodsOrPercent;
  readonly minReadyNs: TimeNs;
}

/** One DaemonSet. */
export class DaemonSet implements Workload {
  readonly kind = 'DaemonSet';
  readonly name: string;
  readonly object: number;
  readonly parent = NONE;
  readonly #manager: ControllerManager;
  readonly #spec: DaemonSetSpec;
  readonly #at: DaemonNodes;
  #template: number;

  constructor(manager: ControllerManager, object: number, spec: DaemonSetSpec, at: DaemonNodes) {
    this.#manager = manager;
    this.object = object;
    this.name = spec.name;
    this.#spec = spec;
    this.#at = at;
    this.#template = spec.template;
  }

  /** Nodes that should have a pod. */
  get scale(): number {
    return this.wantedNodes().length;
  }

  /** Those nodes. */
  wantedNodes(): readonly number[] {
    return this.#at.nodes().filter((node) => this.#at.mayStart(node, this.#template));
  }

  /** Sets the template: a rolling update begins. */
  rollTo(template: number): void {
    this.#template = template;
    this.#manager.changed(this.object);
  }

  /** A node came, went or changed its taints or labels. */
  nodesChanged(): void {
    this.#manager.changed(this.object);
  }

  sync(): void {
    if (this.#manager.expected(this.object) > 0) return;
    const { pods } = this.#manager;
    const onNode = new Map<number, number[]>();
    for (const pod of pods.podsOf(this.object)) {
      if (pods.hasEnded(pod)) this.#manager.deletePod(pod);
      const node = pods.onlyNode[pod]!;
      onNode.set(node, [...(onNode.get(node) ?? []), pod]);
    }
    const wanted = this.wantedNodes();
    for (const node of wanted) {
      if (onNode.has(node)) continue;
      this.#manager.createPod({ owner: this.object, template: this.#template, onlyNode: node });
    }
    this.#leave(onNode, new Set(wanted));
    this.#roll(onNode, wanted);
  }

  /** Pods on nodes that no longer want them, and second ones, go. */
  #leave(onNode: ReadonlyMap<number, readonly number[]>, wanted: ReadonlySet<number>): void {
    for (const [node, there] of onNode) {
      const stays = wanted.has(node) || this.#at.mayStay(node, this.#template);
      for (const pod of stays ? this.#active(there).slice(1) : there) this.#manager.deletePod(pod);
    }
  }

  #active(there: readonly number[]): number[] {
    return there.filter((pod) => this.#manager.pods.isActive(pod));
  }

  #roll(onNode: ReadonlyMap<number, readonly number[]>, wanted: readonly number[]): void {
    const { pods, sim } = this.#manager;
    const most = Math.max(1, podsOf(this.#spec.maxUnavailable, wanted.length, 'up'));
    let unavailable = 0;
    const old: number[] = [];
    for (const node of wanted) {
      const [pod] = this.#active(onNode.get(node) ?? []);
      const works = pod !== undefined && pods.isAvailable(pod, this.#spec.minReadyNs, sim.nowNs);
      if (!works) unavailable++;
      if (pod !== undefined && pods.template[pod] !== this.#template) old.push(pod);
    }
    // Old ones that do not work are in nobody's way.
    const idle = old.filter((pod) => !pods.isAvailable(pod, this.#spec.minReadyNs, sim.nowNs));
    const working = old.filter((pod) => !idle.includes(pod));
    for (const pod of [...idle, ...working.slice(0, Math.max(0, most - unavailable))]) this.#manager.deletePod(pod);
  }
}

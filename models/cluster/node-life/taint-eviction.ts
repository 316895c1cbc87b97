/**
 * The taint eviction controller: the clocks of pods that tolerate a taint NoExecute for a time, and what happens when they run out.
 *
 * Source: Kubernetes 1.34 `pkg/controller/tainteviction`: the shortest `tolerationSeconds` among the tolerations that match counts; a taint
 * that nothing tolerates drives the pod away at once; a clock that runs is not set again by other taints, and stops when no taint is
 * left or when the pod tolerates those that are left for ever. Condition DisruptionTarget first, then the deletion.
 * The deletion of a node object stops no clock. Leaves out: eight workers, writes that fail, a second deletion of what ends already.
 */
import { NS_PER_SECOND } from '../../../sim/engine/sim-time.ts';
import type { EventHandle, EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { Presence } from '../control-plane/presence.ts';
import { type Taint, type Toleration, tolerates } from '../toleration.ts';
import { NO_EXECUTE, type NodeConditions, taintsOf } from './node-conditions.ts';
import type { NodeLifeProfile } from './profile.ts';
import type { TaintedPods } from './tainted-pods.ts';

/** For ever. */
export const TOLERATES_FOR_EVER = Number.POSITIVE_INFINITY;

/** Seconds for which tolerations keep a pod on a node with these taints; 0: it goes at once. */
export function tolerationSeconds(tolerations: readonly Toleration[], taints: readonly Taint[]): number {
  const matching = taints.map((taint) => tolerations.find((toleration) => tolerates(toleration, taint)));
  if (matching.some((toleration) => toleration === undefined)) return 0;
  const limits = matching.map((toleration) => toleration?.tolerationSeconds ?? TOLERATES_FOR_EVER);
  return Math.max(
    0,
    limits.reduce((least, limit) => Math.min(least, limit), TOLERATES_FOR_EVER),
  );
}

/** What the controller needs. */
export interface TaintEvictionContext {
  readonly sim: Simulation;
  readonly nodes: NodeConditions;
  readonly pods: TaintedPods;
  readonly profile: NodeLifeProfile;
  readonly controllers: Presence;
}

/** The controller of one cluster. */
export class TaintEviction {
  readonly #at: TaintEvictionContext;
  /** Taints NoExecute by node, as far as the controller has heard of them. */
  readonly #heard: Uint8Array;
  readonly #clocks = new Map<number, EventHandle>();
  readonly #kinds: Readonly<Record<'node' | 'pod' | 'out' | 'delete', EventKind>>;
  /** What was due while the controller was away. */
  #missed: (() => void)[] = [];

  constructor(context: TaintEvictionContext) {
    this.#at = context;
    const { sim, nodes, pods, controllers } = context;
    controllers.onReturn((anew) => this.#back(anew));
    const due = (act: () => void): void => {
      if (controllers.isThere) act();
      else this.#missed.push(act);
    };
    this.#heard = new Uint8Array(nodes.count);
    this.#kinds = {
      node: sim.kind('taint eviction hears of a node', (node) => due(() => this.#hearNode(node))),
      pod: sim.kind('taint eviction hears of a pod', (pod, code) => due(() => this.#hearPod(pod, code))),
      out: sim.kind('toleration of a pod ends', (pod) => {
        const life = pods.lifeOf(pod);
        this.#clocks.delete(pod);
        due(() => {
          if (pods.lifeOf(pod) === life) this.#disrupt(pod);
        });
      }),
      delete: sim.kind('pod is evicted for a taint', (pod, life) =>
        due(() => {
          if (pods.lifeOf(pod) === life) pods.evict(pod, 'DeletionByTaintManager');
        }),
      ),
    };
  }

  /** Clocks that run. */
  get clocks(): number {
    return this.#clocks.size;
  }

  /** Taints of a node were changed. */
  taintsChanged(node: number, before: number): void {
    if (((this.#at.nodes.taints[node]! ^ before) & NO_EXECUTE) === 0) return;
    this.#at.sim.after(this.#at.profile.hearNs, this.#kinds.node, node);
  }

  /** A pod was bound to a node. */
  podBound(pod: number, node: number): void {
    const { sim, nodes, pods, profile } = this.#at;
    sim.after(profile.hearNs, this.#kinds.pod, pod, pods.lifeOf(pod) * nodes.count + node);
  }

  /** A pod is gone. */
  podGone(pod: number): void {
    this.#stop(pod);
  }

  /** The node object was deleted: clocks run on. */
  nodeDeleted(node: number): void {
    this.#heard[node] = 0;
  }

  /** One that is started anew has no clocks: they begin again, whatever time has passed. */
  #back(anew: boolean): void {
    const missed = this.#missed;
    this.#missed = [];
    if (!anew) {
      for (const act of missed) act();
      return;
    }
    for (const pod of [...this.#clocks.keys()]) this.#stop(pod);
    for (let node = 0; node < this.#heard.length; node++) this.#hearNode(node);
  }

  #hearNode(node: number): void {
    const { nodes, pods } = this.#at;
    if (nodes.exists[node] === 0) return;
    this.#heard[node] = nodes.taints[node]! & NO_EXECUTE;
    for (const pod of pods.podsOn(node)) this.#judge(pod, node);
  }

  /** `code` carries the pod's life and its node. */
  #hearPod(pod: number, code: number): void {
    const { pods, nodes } = this.#at;
    const node = code % nodes.count;
    const isSame = pods.lifeOf(pod) === Math.floor(code / nodes.count);
    if (isSame && this.#heard[node] !== 0) this.#judge(pod, node);
  }

  #judge(pod: number, node: number): void {
    const { sim, pods } = this.#at;
    const taints = taintsOf(this.#heard[node]!);
    const seconds = taints.length === 0 ? TOLERATES_FOR_EVER : tolerationSeconds(pods.tolerationsOf(pod), taints);
    if (seconds === TOLERATES_FOR_EVER) this.#stop(pod);
    else if (seconds === 0) {
      this.#stop(pod);
      this.#disrupt(pod);
    } else if (!this.#clocks.has(pod)) {
      this.#clocks.set(pod, sim.after(Math.round(seconds * NS_PER_SECOND), this.#kinds.out, pod));
    }
  }

  #stop(pod: number): void {
    const clock = this.#clocks.get(pod);
    if (clock === undefined) return;
    this.#at.sim.cancel(clock);
    this.#clocks.delete(pod);
  }

  #disrupt(pod: number): void {
    const { sim, pods, profile } = this.#at;
    this.#clocks.delete(pod);
    if (pods.isTerminating(pod)) return;
    pods.disrupt(pod, 'DeletionByTaintManager');
    sim.after(profile.writeNs, this.#kinds.delete, pod, pods.lifeOf(pod));
  }
}

/**
 * The life of the nodes of one cluster as its control plane sees it, with what that does to their pods.
 *
 * Source: Kubernetes 1.34: the kubelet's heartbeats, the node lifecycle controller, the taint eviction controller; see the files of this
 * folder. A node that recovers gets no pod back by itself: its taints go, its clocks stop, and what was evicted stays evicted.
 * Leaves out: who creates and deletes node objects (clouds, people), what the kubelet itself does with its pods.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventHandle, EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import { Presence } from '../control-plane/presence.ts';
import { Heartbeats } from './heartbeats.ts';
import {
  NodeConditions,
  type NodeListener,
  noScheduleFor,
  READY,
  READY_NO_SCHEDULE,
  type Ready,
  TAINT,
} from './node-conditions.ts';
import { NodeMonitor } from './node-monitor.ts';
import type { NodeLifeProfile } from './profile.ts';
import { Rounds } from './rounds.ts';
import { TaintEviction } from './taint-eviction.ts';
import { TaintQueue } from './taint-queue.ts';
import type { TaintedPods } from './tainted-pods.ts';

/** When everybody's periods begin. */
export interface NodeLifePhases {
  /** When in its period a node renews its lease; asked only for nodes that fall silent. */
  readonly heartbeatNs: (node: number) => TimeNs;
  /** The first look at the nodes. */
  readonly monitorNs: TimeNs;
  /** The first look at the queues for NoExecute. */
  readonly taintingNs: TimeNs;
}

/** What node life needs. */
export interface NodeLifeContext {
  readonly sim: Simulation;
  /** Numbers of nodes, those that join later included. */
  readonly nodes: number;
  readonly zones: number;
  readonly profile: NodeLifeProfile;
  readonly phases: NodeLifePhases;
  readonly pods: TaintedPods;
  /** Hears of every change of a node. */
  readonly listener?: NodeListener;
  /** While they are not there nobody looks, taints or evicts; always there if left out. */
  readonly controllers?: Presence;
}

/** Nodes of one cluster. */
export class NodeLife {
  readonly nodes: NodeConditions;
  readonly heartbeats: Heartbeats;
  readonly monitor: NodeMonitor;
  readonly queue: TaintQueue;
  readonly eviction: TaintEviction;
  readonly #at: NodeLifeContext;
  /** What each kubelet thinks of itself; the API server hears it when it can. */
  readonly #own: Uint8Array;
  /** Nodes that will be heard with their next heartbeat. */
  readonly #returning = new Map<number, EventHandle>();
  readonly #kinds: Readonly<Record<'noSchedule' | 'notReady' | 'bound' | 'heard', EventKind>>;

  constructor(context: NodeLifeContext) {
    this.#at = context;
    const { sim, profile, phases, pods, controllers = new Presence() } = context;
    this.nodes = new NodeConditions(context.nodes, context.zones, {
      readyChanged: (node) => this.#readyChanged(node),
      taintsChanged: (node, before) => this.#taintsChanged(node, before),
    });
    this.heartbeats = new Heartbeats(context.nodes, profile.heartbeatPeriodNs, phases.heartbeatNs);
    this.queue = new TaintQueue({
      sim,
      nodes: this.nodes,
      gapNs: profile.evictionGapNs,
      rounds: new Rounds(phases.taintingNs, profile.taintingPeriodNs),
      controllers,
    });
    this.eviction = new TaintEviction({ sim, nodes: this.nodes, pods, profile, controllers });
    this.monitor = new NodeMonitor({
      sim,
      nodes: this.nodes,
      heartbeats: this.heartbeats,
      queue: this.queue,
      profile,
      rounds: new Rounds(phases.monitorNs, profile.monitorPeriodNs + profile.lookNs),
      nodeLost: (node) => this.#nodeLost(node),
      controllers,
    });
    this.#own = new Uint8Array(context.nodes);
    this.#kinds = {
      noSchedule: sim.kind('taint NoSchedule follows Ready', (node) =>
        controllers.whenThere(() => this.#syncNoSchedule(node)),
      ),
      notReady: sim.kind('pod of a lost node is not Ready', (pod, life) =>
        controllers.whenThere(() => {
          if (pods.lifeOf(pod) === life) pods.markNotReady(pod);
        }),
      ),
      bound: sim.kind('node life hears of a pod', (pod, code) => controllers.whenThere(() => this.#hearPod(pod, code))),
      heard: sim.kind('kubelet is heard again', (node) => this.#heardAgain(node)),
    };
  }

  /** A node that was there, Ready and known to the controllers, before the run began. Costs no event. */
  found(node: number, zone: number): void {
    this.nodes.add(node, zone, READY.true);
    this.#own[node] = READY.true;
    this.heartbeats.begin(node, 0);
    this.monitor.found(node);
  }

  /** A node joins, with what its kubelet says of itself; `READY.none`: the object is there and no kubelet has spoken. */
  join(node: number, zone: number, ready: Ready = READY.true): void {
    this.nodes.add(node, zone, ready);
    this.#own[node] = ready;
    this.heartbeats.forget(node);
    if (ready !== READY.none) this.heartbeats.begin(node, this.#at.sim.nowNs);
    if (ready !== READY.true) this.#at.sim.after(this.#at.profile.hearNs, this.#kinds.noSchedule, node);
    this.monitor.added(node);
  }

  /** The node object is deleted. Its pods stay until they are collected. */
  leave(node: number): void {
    this.nodes.remove(node);
    this.#stays(node);
    this.heartbeats.end(node, this.#at.sim.nowNs);
    this.eviction.nodeDeleted(node);
    this.monitor.changed(node);
  }

  /** Nothing is heard of the node any longer: it is dead, or cut off. */
  silence(node: number): void {
    this.#stays(node);
    if (this.nodes.exists[node] === 0 || this.heartbeats.isSilent(node)) return;
    this.heartbeats.end(node, this.#at.sim.nowNs);
    this.monitor.silent(node);
  }

  /** A node that was cut off can speak again: it is heard with its next heartbeat. */
  reachable(node: number): void {
    if (this.nodes.exists[node] === 0 || !this.heartbeats.isSilent(node) || this.#returning.has(node)) return;
    const { sim } = this.#at;
    this.#returning.set(node, sim.at(this.heartbeats.nextAfter(node, sim.nowNs), this.#kinds.heard, node));
  }

  /** A kubelet starts, and is heard at once. */
  start(node: number, ready: Ready = READY.true): void {
    if (this.nodes.exists[node] === 0) return;
    this.#own[node] = ready;
    this.#heardAgain(node);
  }

  /** A kubelet says of itself whether it is ready; one that is cut off says it when it is heard again. */
  report(node: number, ready: boolean): void {
    if (this.nodes.exists[node] === 0) return;
    this.#own[node] = ready ? READY.true : READY.false;
    if (this.heartbeats.isSilent(node)) return;
    this.heartbeats.word(node, this.#at.sim.nowNs);
    this.#post(node);
  }

  /** Somebody vouches that the node is off (taint `out-of-service`), or that it is not. */
  setOutOfService(node: number, isOff: boolean): void {
    const bit = TAINT.outOfServiceNoExecute;
    this.nodes.swapTaints(node, bit, isOff ? bit : 0);
  }

  /** A kubelet says that something is short, or not any more: the taint NoSchedule of that pressure follows the condition. */
  setPressure(node: number, taint: number, isShort: boolean): void {
    this.nodes.swapTaints(node, taint, isShort ? taint : 0);
  }

  /** A pod was bound to a node: if the node is lost, it is not Ready, and its toleration counts from now on. */
  podBound(pod: number, node: number): void {
    const { sim, profile, pods } = this.#at;
    this.eviction.podBound(pod, node);
    sim.after(profile.hearNs, this.#kinds.bound, pod, pods.lifeOf(pod) * this.nodes.count + node);
  }

  /** A pod is gone from the API server. */
  podGone(pod: number): void {
    this.eviction.podGone(pod);
  }

  /** It will not be heard after all. */
  #stays(node: number): void {
    const handle = this.#returning.get(node);
    if (handle !== undefined) this.#at.sim.cancel(handle);
    this.#returning.delete(node);
  }

  #heardAgain(node: number): void {
    this.#stays(node);
    this.heartbeats.begin(node, this.#at.sim.nowNs);
    this.#post(node);
  }

  #post(node: number): void {
    this.nodes.setReady(node, this.#own[node]! as Ready);
    this.monitor.changed(node);
  }

  #readyChanged(node: number): void {
    const { sim, profile, listener } = this.#at;
    sim.after(profile.hearNs, this.#kinds.noSchedule, node);
    listener?.readyChanged(node);
  }

  #taintsChanged(node: number, before: number): void {
    this.eviction.taintsChanged(node, before);
    this.#at.listener?.taintsChanged(node, before);
  }

  #syncNoSchedule(node: number): void {
    if (this.nodes.exists[node] === 1)
      this.nodes.swapTaints(node, READY_NO_SCHEDULE, noScheduleFor(this.nodes.ready[node]!));
  }

  /** One pod after the other. */
  #nodeLost(node: number): void {
    const { sim, pods, profile } = this.#at;
    for (const [i, pod] of pods.podsOn(node).entries())
      sim.after(i * profile.writeNs, this.#kinds.notReady, pod, pods.lifeOf(pod));
  }

  /** `code` carries the pod's life and its node. */
  #hearPod(pod: number, code: number): void {
    const { pods } = this.#at;
    const node = code % this.nodes.count;
    if (pods.lifeOf(pod) !== Math.floor(code / this.nodes.count) || this.nodes.exists[node] === 0) return;
    const seen = this.monitor.seen[node];
    if (seen === READY.false || seen === READY.unknown) pods.markNotReady(pod);
  }
}

/**
 * Which nodes of one cluster there are, and how they are: Ready, tainted, cordoned, dead, cut off.
 *
 * The one door for whatever happens to nodes. It tells the node life controllers what they can hear, the scheduler what it may use, and
 * kubelets what has become of their machine. Numbers of nodes that come later are reserved from the start: they are absent until they
 * join, and the scheduler counts only nodes that exist.
 * Left out: the few milliseconds until the scheduler hears of a change of a node.
 */

import { Presence } from '../../../models/cluster/control-plane/presence.ts';
import type { ClusterNode } from '../../../models/cluster/node.ts';
import { READY, TAINT } from '../../../models/cluster/node-life/node-conditions.ts';
import { NodeLife } from '../../../models/cluster/node-life/node-life.ts';
import { POD_GARBAGE, PodGarbage } from '../../../models/cluster/node-life/pod-garbage.ts';
import type { NodeLifeProfile } from '../../../models/cluster/node-life/profile.ts';
import type { PodShape } from '../../../models/cluster/pod.ts';
import { NONE } from '../../../models/cluster/pod-table.ts';
import { effectiveTolerations, type Toleration } from '../../../models/cluster/toleration.ts';
import { CONTROL_PLANES } from '../../../models/network/control-plane/profiles.ts';
import { firstTryNs } from '../../../models/network/control-plane/reconnect.ts';
import { assert } from '../../../sim/engine/assert.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { Stream, StreamSource } from '../../../sim/random/stream.ts';
import type { ControlPlane } from './control-plane.ts';
import type { LivingCluster } from './living-cluster.ts';
import { TaintedTable } from './tainted-table.ts';

/** Hears what becomes of nodes: of the machine at once, of what is believed when it is. */
export interface RosterFollower {
  /** The node exists from now on. */
  joined(node: number): void;
  /** Its object is deleted; its machine is off. */
  left(node: number): void;
  /** The machine lost its power, or has it again. */
  powered(node: number, on: boolean): void;
  /** Nobody outside hears it, or hears it again. */
  linked(node: number, linked: boolean): void;
  /** The control plane believes it Ready, or not. */
  believed(node: number, ready: boolean): void;
  /** People say that it takes no new pods, or takes them again. */
  cordoned(node: number, cordoned: boolean): void;
  /** Its life has put other taints on it. */
  tainted?(node: number): void;
}

/** What a roster is made of. */
export interface RosterParts {
  readonly sim: Simulation;
  readonly streams: StreamSource;
  /** All that there may ever be, by number. */
  readonly nodes: readonly ClusterNode[];
  /** Whether a number is only reserved: the node is not there when the run begins. */
  readonly isReserved: (node: number) => boolean;
  readonly profile: NodeLifeProfile;
  readonly cluster: LivingCluster;
  /** Tolerations of pods of a template, those of the API server included. */
  readonly tolerationsOf: (template: number) => readonly Toleration[];
  readonly follower: RosterFollower;
  /** Pods that have ended and may stay; undefined: as many as by default. */
  readonly endedMax: number | undefined;
  /** All parts are always there if left out. */
  readonly controlPlane?: Pick<ControlPlane, 'server' | 'controllers'>;
}

/** Pauses of kubelets that have lost the API server: client-go's, as of all who watch it. */
const RECONNECT = CONTROL_PLANES['kube-proxy'].reconnect;

/** Labels that make a zone: nodes of equal values of both are in one. */
const ZONE_LABELS = ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone'];

/** The number of each node's zone, by first appearance. */
export function zonesOf(nodes: readonly ClusterNode[]): { readonly of: readonly number[]; readonly count: number } {
  const numbers = new Map<string, number>();
  const of = nodes.map(({ labels }) => {
    const name = JSON.stringify(ZONE_LABELS.map((label) => labels[label] ?? ''));
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    return number;
  });
  return { of, count: numbers.size };
}

/** Tolerations of pods by template, with those that the API server adds for so many `seconds`. */
export function tolerationsOf(
  templates: readonly { readonly shape: number }[],
  shapes: readonly PodShape[],
  seconds?: number,
): (template: number) => readonly Toleration[] {
  const effective = templates.map(({ shape }) => effectiveTolerations(shapes[shape]!.tolerations, seconds));
  return (template) => effective[template]!;
}

/** Any instant of a period. */
function within(stream: Stream, periodNs: TimeNs): TimeNs {
  return Math.floor(stream.uniform() * periodNs);
}

/** The nodes of one cluster. */
export class NodeRoster {
  readonly life: NodeLife;
  readonly #parts: RosterParts;
  readonly #garbage: PodGarbage;
  readonly #zones: readonly number[];
  /** 1 while the machine has no power. */
  readonly #dead: Uint8Array;
  /** 1 while nobody outside hears it. */
  readonly #cut: Uint8Array;
  /** How many outages hold the place of each number: no machine can register from there. */
  readonly #darkPlaces: Uint16Array;
  /** Machines whose kubelet runs and has not heard the API server yet: it knows of no pod. */
  readonly #booted = new Set<number>();
  /** 1 while the node's kubelet has no connection because the API server is away, or was until a moment ago. */
  readonly #unconnected: Uint8Array;
  readonly #server: Presence;
  readonly #connects: EventKind;
  #awaySinceNs: TimeNs = 0;
  /** Machines that would join and cannot yet, in the order in which they came. */
  #joining: (() => void)[] = [];
  #beliefs = 0;

  constructor(parts: RosterParts) {
    this.#parts = parts;
    const { sim, streams, nodes, profile, cluster } = parts;
    const zones = zonesOf(nodes);
    const { server = new Presence(), controllers = new Presence() } = parts.controlPlane ?? {};
    this.#server = server;
    server.onLeave(() => this.#serverLeft());
    server.onReturn(() => this.#serverBack());
    this.#unconnected = new Uint8Array(nodes.length);
    this.#connects = sim.kind('kubelet comes back to the API server', (node, sinceNs) =>
      this.#connected(node, sinceNs),
    );
    const phases = streams.stream('node-life', 'phases');
    const upTo = (ns: number): number => within(phases, ns);
    const pods = new TaintedTable(cluster, parts.tolerationsOf);
    this.#zones = zones.of;
    this.#dead = new Uint8Array(nodes.length);
    this.#cut = new Uint8Array(nodes.length);
    this.#darkPlaces = new Uint16Array(nodes.length);
    this.life = new NodeLife({
      sim,
      nodes: nodes.length,
      zones: zones.count,
      profile,
      phases: {
        monitorNs: upTo(profile.monitorPeriodNs),
        taintingNs: upTo(profile.taintingPeriodNs),
        heartbeatNs: (node) => within(streams.stream(`nodes/${nodes[node]!.name}`, 'lease'), profile.heartbeatPeriodNs),
      },
      pods,
      controllers,
      listener: {
        readyChanged: (node) => {
          this.#beliefs++;
          parts.follower.believed(node, this.isReady(node));
          // It may have been given up after it was in reach again, and before its next heartbeat.
          if (this.isReady(node)) cluster.kubelets.stateAgain(node);
        },
        taintsChanged: (node) => this.#tainted(node),
      },
    });
    const endedMax = parts.endedMax ?? POD_GARBAGE.endedMax;
    this.#garbage = new PodGarbage({
      sim,
      nodes: this.life.nodes,
      pods,
      loose: { terminatingWithoutNode: () => [], ended: cluster.ended },
      phaseNs: upTo(POD_GARBAGE.periodNs),
      endedMax,
      controllers,
    });
    cluster.follow({
      bound: (pod, node) => this.life.podBound(pod, node),
      gone: (pod) => {
        this.life.podGone(pod);
        if (cluster.ended.count > endedMax) this.#garbage.podLoose();
      },
    });
    this.#begin();
  }

  /** How many nodes exist. */
  get count(): number {
    return this.#parts.cluster.scheduler.marks.present;
  }

  /** How often the control plane has believed something else of a node. */
  get beliefs(): number {
    return this.#beliefs;
  }

  /** Whether the node object exists. */
  exists(node: number): boolean {
    return this.life.nodes.exists[node] === 1;
  }

  /** Whether the control plane believes it Ready. */
  isReady(node: number): boolean {
    return this.exists(node) && this.life.nodes.ready[node] === READY.true;
  }

  /** Whether people have said that it takes no new pods. */
  isCordoned(node: number): boolean {
    return this.#parts.cluster.scheduler.marks.cordoned[node] === 1;
  }

  /** Whether its machine runs, whatever anybody believes. */
  isAlive(node: number): boolean {
    return this.exists(node) && this.#dead[node] === 0;
  }

  /** Whether it is cut off from everybody else. */
  isCutOff(node: number): boolean {
    return this.#cut[node] === 1;
  }

  /** Whether the control plane hears the node's kubelet. */
  isHeard(node: number): boolean {
    return this.isAlive(node) && !this.isCutOff(node);
  }

  /** Whether a machine of that number could register now: not from a place without power, or one that is cut off. */
  mayJoin(node: number): boolean {
    return this.#darkPlaces[node] === 0 && this.#server.isThere;
  }

  /** Calls back when machines may join that could not. */
  whenMayJoin(then: () => void): void {
    this.#joining.push(then);
  }

  /** An outage takes hold of the place of a number, or lets go of it, whether a machine is there or not. */
  holdPlace(node: number, holds: boolean): void {
    this.#darkPlaces[node]! += holds ? 1 : -1;
    if (this.#darkPlaces[node] === 0) this.#letJoin();
  }

  /** The API server answers nobody any more: kubelets go on with what they have. */
  #serverLeft(): void {
    this.#awaySinceNs = this.#parts.sim.nowNs;
    for (let node = 0; node < this.#unconnected.length; node++) {
      if (!this.exists(node)) continue;
      this.#unconnected[node] = 1;
      if (this.isHeard(node)) this.#unhear(node);
    }
  }

  /** It answers again: leases are renewed with the next heartbeat, and each kubelet asks anew when its pause is over. */
  #serverBack(): void {
    const { sim, streams, nodes } = this.#parts;
    const awayNs = sim.nowNs - this.#awaySinceNs;
    for (let node = 0; node < this.#unconnected.length; node++) {
      if (this.#unconnected[node] === 0 || !this.exists(node)) continue;
      if (this.isHeard(node) && !this.#booted.has(node)) this.life.reachable(node);
      const stream = streams.stream(`nodes/${nodes[node]!.name}`, 'reconnect');
      sim.after(firstTryNs(RECONNECT, awayNs, stream), this.#connects, node, this.#awaySinceNs);
    }
    this.#letJoin();
  }

  #connected(node: number, sinceNs: TimeNs): void {
    // It has gone away again since.
    if (sinceNs !== this.#awaySinceNs || !this.#server.isThere || this.#unconnected[node] === 0) return;
    this.#unconnected[node] = 0;
    if (this.exists(node) && this.isHeard(node)) this.#hear(node);
  }

  #unhear(node: number): void {
    this.#parts.cluster.kubelets.unreachable(node);
    this.life.silence(node);
  }

  /** The kubelet and the API server have each other again. */
  #hear(node: number): void {
    const { kubelets } = this.#parts.cluster;
    if (this.#booted.delete(node)) {
      kubelets.nodeBack(node);
      this.life.start(node, READY.true);
      return;
    }
    kubelets.reachable(node);
    this.life.reachable(node);
  }

  #letJoin(): void {
    const waiting = this.#joining;
    this.#joining = [];
    for (const then of waiting) then();
  }

  /** A reserved node joins: its machine runs, and its kubelet has registered it. */
  join(node: number, ready = true): void {
    const { cluster, follower } = this.#parts;
    assert(!this.exists(node), () => `node ${node} exists already`);
    this.#dead[node] = 0;
    this.#cut[node] = 0;
    this.#unconnected[node] = 0;
    cluster.scheduler.marks.setPresent(node, true);
    // Admission (TaintNodesByCondition) marks every new node; the mark goes when the node is Ready.
    if (!ready) cluster.scheduler.marks.setTaints(node, TAINT.notReadyNoSchedule);
    follower.joined(node);
    this.life.join(node, this.#zones[node]!, ready ? READY.true : READY.false);
    cluster.kubelets.nodeBack(node);
    this.#garbage.nodeAdded(node);
    cluster.happened({ kind: 'NodeAdd', node, pod: NONE });
  }

  /** A kubelet says of itself whether it is ready (its network stands, its disk is well). */
  report(node: number, ready: boolean): void {
    this.life.report(node, ready);
  }

  /** The node object is deleted and its machine is off. What stands on it is collected after its quarantine. */
  leave(node: number): void {
    const { cluster, follower } = this.#parts;
    if (!this.exists(node)) return;
    if (this.#dead[node] === 0 && !this.#booted.delete(node)) cluster.kubelets.nodeDied(node);
    this.#dead[node] = 1;
    this.life.leave(node);
    cluster.scheduler.marks.setPresent(node, false);
    cluster.scheduler.marks.setTaints(node, 0);
    cluster.scheduler.marks.setCordoned(node, this.#parts.nodes[node]!.unschedulable === true);
    follower.left(node);
    this.#garbage.nodeDeleted(node);
  }

  /** The machine loses its power: nothing runs there, and nobody is told. */
  die(node: number): void {
    if (!this.isAlive(node)) return;
    this.#dead[node] = 1;
    this.#parts.follower.powered(node, false);
    if (this.#booted.delete(node)) return;
    this.#parts.cluster.kubelets.nodeDied(node);
    this.life.silence(node);
  }

  /** The machine has power again and its kubelet runs: it starts what is still its own. */
  recover(node: number): void {
    if (!this.exists(node) || this.#dead[node] === 0) return;
    const { kubelets } = this.#parts.cluster;
    this.#dead[node] = 0;
    this.#parts.follower.powered(node, true);
    if (this.#unconnected[node] === 1) {
      this.#booted.add(node);
      return;
    }
    kubelets.nodeBack(node);
    if (this.#cut[node] === 1) kubelets.unreachable(node);
    else this.life.start(node, READY.true);
  }

  /** Nobody outside hears the node: it goes on with what it has. */
  cutOff(node: number): void {
    if (!this.exists(node) || this.#cut[node] === 1) return;
    this.#cut[node] = 1;
    this.#parts.follower.linked(node, false);
    if (this.#dead[node] === 0) this.#unhear(node);
  }

  /** It is heard again, with its next heartbeat; what it and the API server had to say to each other is said now. */
  reachable(node: number): void {
    if (!this.exists(node) || this.#cut[node] === 0) return;
    this.#cut[node] = 0;
    this.#parts.follower.linked(node, true);
    if (this.#dead[node] === 0 && this.#unconnected[node] === 0) this.#hear(node);
  }

  /** It takes no new pods; those that it has stay. */
  cordon(node: number): void {
    this.#setCordoned(node, true);
  }

  /** It takes pods again. */
  uncordon(node: number): void {
    this.#setCordoned(node, false);
  }

  /** Somebody vouches that the node is off (taint `out-of-service`), or takes that back: pods there are let go without its word. */
  setOutOfService(node: number, isOff: boolean): void {
    if (!this.exists(node)) return;
    this.life.setOutOfService(node, isOff);
    if (isOff) this.#garbage.outOfService(node);
  }

  /** A kubelet says that something is short, or not any more; `taint` keeps pods off meanwhile. */
  setPressure(node: number, taint: number, isShort: boolean): void {
    this.#server.whenThere(() => {
      if (this.exists(node)) this.life.setPressure(node, taint, isShort);
    });
  }

  #begin(): void {
    const { nodes, isReserved, cluster } = this.#parts;
    nodes.forEach((_, node) => {
      if (isReserved(node)) cluster.scheduler.marks.setPresent(node, false);
      else this.life.found(node, this.#zones[node]!);
      this.#dead[node] = isReserved(node) ? 1 : 0;
    });
  }

  #setCordoned(node: number, cordoned: boolean): void {
    const { cluster, follower } = this.#parts;
    if (!this.exists(node) || this.isCordoned(node) === cordoned) return;
    cluster.scheduler.marks.setCordoned(node, cordoned);
    follower.cordoned(node, cordoned);
    if (!cordoned) cluster.happened({ kind: 'NodeUpdateTaint', node, pod: NONE });
  }

  #tainted(node: number): void {
    const { cluster } = this.#parts;
    cluster.scheduler.marks.setTaints(node, this.life.nodes.taints[node]!);
    this.#parts.follower.tainted?.(node);
    cluster.happened({ kind: 'NodeUpdateTaint', node, pod: NONE });
  }
}

/**
 * The node lifecycle controller: finds nodes that are silent or not Ready, has them tainted, and lets them go when they recover.
 *
 * Source: Kubernetes 1.34 `pkg/controller/nodelifecycle/node_lifecycle_controller.go`. It looks at all nodes every 5 s. Silence counts
 * from the look that saw the last new heartbeat, not from the heartbeat; a node is Unknown at the first look later than that by more
 * than the grace. Here only nodes about which there is something to find are looked at, at the same instants. While the controller is away nothing
 * is looked at; one that is started anew knows no node: the silence of each counts from its first look, and taints NoExecute go until then.
 * Leaves out: eight workers that write in parallel, writes that fail, the message of the condition.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { Presence } from '../control-plane/presence.ts';
import { type Heartbeats, NO_WORD } from './heartbeats.ts';
import { type NodeConditions, noExecuteFor, READY, READY_NO_EXECUTE, type Ready } from './node-conditions.ts';
import type { NodeLifeProfile } from './profile.ts';
import type { Rounds } from './rounds.ts';
import type { TaintQueue } from './taint-queue.ts';
import { ZoneDisruption } from './zone-disruption.ts';

/** Nodes are judged after everything else of the same instant, and before their zones. */
export const LOOK_PRIORITY = 4;

const NOT_DUE = Number.POSITIVE_INFINITY;

/** What the controller needs. */
export interface NodeMonitorContext {
  readonly sim: Simulation;
  readonly nodes: NodeConditions;
  readonly heartbeats: Heartbeats;
  readonly queue: TaintQueue;
  readonly profile: NodeLifeProfile;
  /** When it looks. */
  readonly rounds: Rounds;
  /** The controller has found a node silent that was Ready: its pods are not Ready either. */
  readonly nodeLost: (node: number) => void;
  readonly controllers: Presence;
}

/** The controller of one cluster. */
export class NodeMonitor {
  readonly zones: ZoneDisruption;
  readonly #at: NodeMonitorContext;
  /** When each node is looked at next. */
  readonly #dueNs: Float64Array;
  /** When each node object was created. */
  readonly #createdNs: Float64Array;
  /** Ready of each node as the controller last saw it; `none`: it does not know the node, or not its status. */
  readonly seen: Uint8Array;
  /** 1 while the controller knows the node. */
  readonly #known: Uint8Array;
  /** Silence counts from here at the earliest: the end of the last outage of everything. */
  #floorNs: TimeNs = NO_WORD;
  /** The look at whose end the zones are judged. */
  #zonesNs: TimeNs = -1;
  /** Nodes that were to be looked at while the controller was away. */
  readonly #missed = new Set<number>();
  readonly #kinds: Readonly<Record<'look' | 'zones', EventKind>>;

  constructor(context: NodeMonitorContext) {
    this.#at = context;
    const { sim, nodes, queue, profile, controllers } = context;
    controllers.onReturn((anew) => this.#back(anew));
    this.#dueNs = new Float64Array(nodes.count).fill(NOT_DUE);
    this.#createdNs = new Float64Array(nodes.count);
    this.#known = new Uint8Array(nodes.count);
    this.seen = new Uint8Array(nodes.count);
    this.zones = new ZoneDisruption(nodes, profile, {
      open: (zone) => queue.open(zone),
      swapGap: (zone, gapNs) => queue.swapGap(zone, gapNs),
      stopAll: () => this.#stopAll(),
      resumeAll: () => {
        this.#floorNs = sim.nowNs;
      },
    });
    this.#kinds = {
      look: sim.kind('node is looked at', (node) => this.#look(node), LOOK_PRIORITY),
      // Scheduled by the first node of a look, and so after all others, which were scheduled before.
      zones: sim.kind('zones are judged', () => this.zones.look(), LOOK_PRIORITY),
    };
  }

  /** The node was known before the run began. */
  found(node: number): void {
    this.#known[node] = 1;
    this.seen[node] = READY.true;
    this.zones.nodeSeen(this.#at.nodes.zone[node]!);
  }

  /** A node object was created. */
  added(node: number): void {
    this.#createdNs[node] = this.#at.sim.nowNs;
    this.#known[node] = 0;
    this.changed(node);
  }

  /** Something about a node has changed: it is looked at in the next round. */
  changed(node: number): void {
    this.#request(node, this.#at.sim.nowNs);
  }

  /** The node has fallen silent: it is looked at when its grace is over. */
  silent(node: number): void {
    if (this.#known[node] === 0) return;
    const { sim, nodes } = this.#at;
    if (nodes.ready[node] === READY.unknown) return;
    this.#request(node, this.#patienceEndNs(node, sim.nowNs) + 1);
  }

  #request(node: number, timeNs: TimeNs): void {
    const { sim, rounds } = this.#at;
    const dueNs = rounds.atOrAfter(Math.max(timeNs, sim.nowNs));
    if (dueNs >= this.#dueNs[node]!) return;
    this.#dueNs[node] = dueNs;
    sim.at(dueNs, this.#kinds.look, node);
  }

  /** Until when the silence of a node is borne, by what was heard until `timeNs`. */
  #patienceEndNs(node: number, timeNs: TimeNs): TimeNs {
    const { nodes, heartbeats, rounds, profile } = this.#at;
    const newestNs = heartbeats.newestAt(node, timeNs);
    const heardNs = newestNs === NO_WORD ? this.#firstNs(node) : rounds.atOrAfter(newestNs);
    const graceNs = nodes.ready[node] === READY.none ? profile.startupGraceNs : profile.graceNs;
    return Math.max(heardNs, this.#floorNs) + graceNs;
  }

  /** From when on the silence of a node counts that was never heard. */
  #firstNs(node: number): TimeNs {
    const createdNs = this.#createdNs[node]!;
    return this.#at.nodes.ready[node] === READY.none ? createdNs : this.#at.rounds.atOrAfter(createdNs);
  }

  #back(anew: boolean): void {
    const { sim, nodes, rounds } = this.#at;
    for (const node of this.#missed) this.#request(node, sim.nowNs);
    this.#missed.clear();
    if (!anew) return;
    this.#floorNs = rounds.atOrAfter(sim.nowNs);
    for (let node = 0; node < nodes.count; node++) {
      this.#known[node] = 0;
      this.seen[node] = READY.none;
      if (nodes.exists[node] === 1) this.#request(node, sim.nowNs);
    }
  }

  #look(node: number): void {
    const { sim, nodes, controllers } = this.#at;
    if (this.#dueNs[node] !== sim.nowNs) return;
    this.#dueNs[node] = NOT_DUE;
    if (!controllers.isThere) {
      this.#missed.add(node);
      return;
    }
    if (this.#zonesNs !== sim.nowNs) {
      this.#zonesNs = sim.nowNs;
      sim.after(0, this.#kinds.zones);
    }
    if (nodes.exists[node] === 1) this.#judge(node);
    else this.#known[node] = 0;
    this.seen[node] = nodes.exists[node] === 1 ? nodes.ready[node]! : READY.none;
  }

  #judge(node: number): void {
    const { sim, nodes, profile, nodeLost, heartbeats } = this.#at;
    if (this.#known[node] === 0) this.#greet(node);
    const found = nodes.ready[node]! as Ready;
    const endNs = this.#patienceEndNs(node, sim.nowNs);
    if (found !== READY.unknown && sim.nowNs > endNs) nodes.setReady(node, READY.unknown);
    const current = nodes.ready[node]! as Ready;
    const isLost = current === READY.unknown && found !== READY.unknown;
    if (current === READY.none || (current !== READY.unknown && heartbeats.isSilent(node)))
      this.#request(node, endNs + 1);
    if (current === READY.none) return;
    this.#act(node, profile.queuesLate ? found : current);
    if (isLost && profile.queuesLate) this.#request(node, sim.nowNs + 1);
    if (isLost && found === READY.true) nodeLost(node);
  }

  #greet(node: number): void {
    this.#known[node] = 1;
    this.zones.nodeSeen(this.#at.nodes.zone[node]!);
    this.#letGo(node);
  }

  #act(node: number, ready: Ready): void {
    const { nodes, queue } = this.#at;
    // A node without a status counts as Unknown.
    const taint = noExecuteFor(ready === READY.none ? READY.unknown : ready);
    const own = nodes.taints[node]! & READY_NO_EXECUTE;
    if (taint === 0) this.#letGo(node);
    else if ((own & ~taint) !== 0) nodes.swapTaints(node, READY_NO_EXECUTE, taint);
    else if (own === 0) queue.add(node);
  }

  /** The node may keep its pods. */
  #letGo(node: number): void {
    const { nodes, queue } = this.#at;
    nodes.swapTaints(node, READY_NO_EXECUTE, 0);
    queue.remove(node);
  }

  #stopAll(): void {
    const { nodes, sim } = this.#at;
    for (let node = 0; node < nodes.count; node++) {
      if (nodes.exists[node] === 0) continue;
      this.#letGo(node);
      // The next look puts it in the queue again.
      if (nodes.ready[node] !== READY.true) this.#request(node, sim.nowNs + 1);
    }
  }
}

/**
 * What flooded frames take of nodes: processor time, and room on their links. A frame is paid by every node of its audience, and
 * there once for each pod.
 *
 * An *audience* is the set of pods that get the same floods: a segment for its broadcasts, and what a segment has in one rack for strays, which are
 * frames for one whom bridges did not know (segment-counts.ts). A flood is one addition for its audience. What it comes to on a node is
 * counted when the node's pods change and at the end of each tenth of a second in which there was one: frames by cable that a node took,
 * copies that its pods got. So a storm costs the same for four pods as for four thousand. What a window took is told at its end, and holds
 * until the next one's.
 * Source: models/machine/broadcast-cost.ts for the cost, IEEE 802.1Q-2018 for who gets a copy; a node without a pod of a segment
 * is spared (its port is no member of the VLAN, or its card filters it). Tests hold the counts against the plain network.
 * Left out: requests to one address and answers that reach nobody else, of which each costs two nodes as much as a small packet.
 */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { BroadcastCost } from '../../machine/broadcast-cost.ts';

/** What floods took is told so often, while there are any. */
export const BROADCAST_WINDOW_NS: TimeNs = 100e6;

/** A sender that is on no node, such as a router. */
export const NO_NODE = -1;

/** Processor time of floods, as shares of one core. */
export interface BroadcastShares {
  /** Mean over nodes and time. */
  readonly mean: number;
  /** Of the node and the window in which it was most. */
  readonly peak: number;
}

/** What floods take of a node. */
export interface FloodTake {
  /** Processor time, ns a second. */
  readonly nsPerSec: number;
  /** Frames a second that it sent to everybody, and that its link brought. */
  readonly outPerSec: number;
  readonly inPerSec: number;
}

/** Who is told what floods take, at the end of a window. */
export interface FloodListener {
  /** It has changed for a node. */
  nodeTakes(node: number, take: FloodTake): void;
  /** All nodes have been told. */
  windowEnds?(): void;
}

const NO_TAKE: FloodTake = { nsPerSec: 0, outPerSec: 0, inPerSec: 0 };

/** The pods that a node has in one audience. */
interface Membership {
  members: number;
  /** Floods of the audience that have been counted. */
  counted: number;
  /** Of those since then: what did not come over the node's link, and copies that are none of the flood's. */
  uncarried: number;
  uncopied: number;
}

/** What a node has paid so far. */
interface Paid {
  spentNs: number;
  framesOut: number;
  framesIn: number;
}

/** The floods of one run. */
export class BroadcastLoad {
  readonly #simulation: Simulation;
  readonly #fromNs: TimeNs;
  readonly #window: EventKind;
  #listener: FloodListener | undefined;
  /** By audience: what a flood costs, and how many there were. */
  readonly #costs: BroadcastCost[] = [];
  readonly #carried: number[] = [];
  /** By node, and then by audience. */
  readonly #memberships: (Map<number, Membership> | undefined)[] = [];
  /** By node that has had pods: so far, until counting began, until the last window, and as told for the last one. */
  readonly #paid: (Paid | undefined)[] = [];
  #before: (Paid | undefined)[] = [];
  readonly #atWindow: Paid[] = [];
  readonly #told: FloodTake[] = [];
  #armed = false;
  #floods = 0;
  #peak = 0;

  /** Shares count from `fromNs` on. */
  constructor(simulation: Simulation, fromNs: TimeNs) {
    this.#simulation = simulation;
    this.#fromNs = fromNs;
    this.#window = simulation.kind('broadcasts have taken processors', () => this.#endWindow());
    const begins = simulation.kind('processor time of broadcasts counts from here', () => {
      this.#countAll();
      this.#before = this.#paid.map((paid) => (paid === undefined ? undefined : { ...paid }));
    });
    if (fromNs > simulation.nowNs) simulation.at(fromNs, begins);
  }

  /** Who is told what floods take. */
  listen(listener: FloodListener): void {
    this.#listener = listener;
  }

  /** A new audience, each of whose floods costs so much. */
  addAudience(cost: BroadcastCost): number {
    this.#carried.push(0);
    return this.#costs.push(cost) - 1;
  }

  /** A node has one pod more in an audience. */
  plugIn(node: number, audience: number): void {
    this.#memberships[node] ??= new Map();
    this.#paid[node] ??= { spentNs: 0, framesOut: 0, framesIn: 0 };
    const of = this.#memberships[node];
    const known = of.get(audience);
    if (known === undefined) {
      of.set(audience, { members: 1, counted: this.#carried[audience]!, uncarried: 0, uncopied: 0 });
      return;
    }
    this.#count(node, audience, known);
    known.members++;
  }

  /** A node has one pod less in an audience. */
  unplug(node: number, audience: number): void {
    const of = this.#memberships[node]!;
    const membership = of.get(audience)!;
    this.#count(node, audience, membership);
    if (--membership.members === 0) of.delete(audience);
  }

  /** A pod of a node, or somebody on none (`NO_NODE`), has sent a broadcast to an audience. */
  flood(node: number, audience: number): void {
    if (node !== NO_NODE) {
      this.#paid[node]!.spentNs += this.#costs[audience]!.sendNs;
      this.#paid[node]!.framesOut++;
    }
    this.stray(node, audience);
  }

  /** Bridges flood to an audience what a pod of a node sent to one, or somebody who is none of the audience (`NO_NODE`). */
  stray(node: number, audience: number): void {
    this.#carried[audience]!++;
    this.#floods++;
    if (node !== NO_NODE) {
      const membership = this.#memberships[node]!.get(audience)!;
      membership.uncarried++;
      membership.uncopied++;
    }
    this.#arm();
  }

  /** The last stray was meant for a pod of `node`, which takes it as any packet. `byCable`: the sender stands on another node. */
  meant(node: number, audience: number, byCable: boolean): void {
    const membership = this.#memberships[node]!.get(audience)!;
    membership.uncopied++;
    if (byCable) membership.uncarried++;
  }

  /** Frames of others came by cable; own ones reach the other pods of the node without it. */
  #count(node: number, audience: number, membership: Membership): void {
    const { takeNs, copyNs } = this.#costs[audience]!;
    const carried = this.#carried[audience]! - membership.counted;
    const byCable = carried - membership.uncarried;
    const paid = this.#paid[node]!;
    paid.spentNs += byCable * takeNs + (carried * membership.members - membership.uncopied) * copyNs;
    paid.framesIn += byCable;
    membership.counted += carried;
    membership.uncarried = 0;
    membership.uncopied = 0;
  }

  #countAll(): void {
    for (const [node, of] of this.#memberships.entries())
      for (const [audience, membership] of of ?? []) this.#count(node, audience, membership);
  }

  #arm(): void {
    if (this.#armed) return;
    this.#armed = true;
    const { nowNs } = this.#simulation;
    const endNs = (Math.floor(nowNs / BROADCAST_WINDOW_NS) + 1) * BROADCAST_WINDOW_NS;
    this.#simulation.at(endNs, this.#window);
  }

  #endWindow(): void {
    this.#armed = false;
    this.#countAll();
    for (const [node, paid] of this.#paid.entries()) if (paid !== undefined) this.#tell(node, paid);
    this.#listener?.windowEnds?.();
    // A window without any still has to be told.
    if (this.#floods > 0) this.#arm();
    this.#floods = 0;
  }

  #tell(node: number, paid: Paid): void {
    const last = this.#atWindow[node];
    const perSec = (now: number, before = 0): number => ((now - before) * NS_PER_SECOND) / BROADCAST_WINDOW_NS;
    const nsPerSec = perSec(paid.spentNs, last?.spentNs);
    const outPerSec = perSec(paid.framesOut, last?.framesOut);
    const inPerSec = perSec(paid.framesIn, last?.framesIn);
    this.#atWindow[node] = { ...paid };
    if (this.#simulation.nowNs - BROADCAST_WINDOW_NS >= this.#fromNs) this.#peak = Math.max(this.#peak, nsPerSec);
    const told = this.#told[node] ?? NO_TAKE;
    if (nsPerSec === told.nsPerSec && outPerSec === told.outPerSec && inPerSec === told.inPerSec) return;
    this.#told[node] = { nsPerSec, outPerSec, inPerSec };
    this.#listener?.nodeTakes(node, this.#told[node]);
  }

  /** Processor time that floods have taken of a node so far. */
  spentNs(node: number): number {
    this.#countAll();
    return this.#paid[node]?.spentNs ?? 0;
  }

  /** Frames that floods brought to a node over its link so far. */
  framesIn(node: number): number {
    this.#countAll();
    return this.#paid[node]?.framesIn ?? 0;
  }

  /** What it came to so far, over the nodes that have had pods. */
  shares(): BroadcastShares {
    return { mean: this.#meanPerNode(({ spentNs }) => spentNs), peak: this.#peak / NS_PER_SECOND };
  }

  /** Frames a second that floods brought over a node's link, mean over the nodes that have had pods. */
  framesPerSec(): number {
    return NS_PER_SECOND * this.#meanPerNode(({ framesIn }) => framesIn);
  }

  /** For each ns since counting began. */
  #meanPerNode(of: (paid: Paid) => number): number {
    this.#countAll();
    const lastedNs = this.#simulation.nowNs - this.#fromNs;
    let [nodes, sum] = [0, 0];
    for (const [node, paid] of this.#paid.entries()) {
      if (paid === undefined) continue;
      const before = this.#before[node];
      nodes++;
      sum += of(paid) - (before === undefined ? 0 : of(before));
    }
    return nodes === 0 || lastedNs <= 0 ? 0 : sum / nodes / lastedNs;
  }
}

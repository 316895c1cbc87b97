/**
 * What broadcasts take of the processors of nodes: each is paid by every node of its segment, and there once for each pod.
 *
 * A broadcast is one addition for its segment. What it comes to on a node is counted when the node's pods change and at the
 * end of each tenth of a second in which there was one: frames by cable that a node took, copies that its pods got. So a storm costs
 * the same for four pods as for four thousand. What a window took is told at its end, and holds until the next one's.
 * Source: models/machine/broadcast-cost.ts for the cost, IEEE 802.1Q-2018 for who gets a copy; a node without a pod of a segment
 * is spared (its port is no member of the VLAN, or its card filters it). Tests hold the counts against the plain network.
 * Left out: requests to one address and answers, of which each costs two nodes as much as a small packet.
 */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { BroadcastCost } from '../../machine/broadcast-cost.ts';

/** What broadcasts took is told so often, while there are any. */
export const BROADCAST_WINDOW_NS: TimeNs = 100e6;

/** A sender that is on no node, such as a router. */
export const NO_NODE = -1;

/** Processor time of broadcasts, as shares of one core. */
export interface BroadcastShares {
  /** Mean over nodes and time. */
  readonly mean: number;
  /** Of the node and the window in which it was most. */
  readonly peak: number;
}

/** The pods that a node has in one segment. */
interface Membership {
  members: number;
  /** Broadcasts of the segment, and own ones since then, that have been counted. */
  counted: number;
  own: number;
}

/** The broadcasts of one run. */
export class BroadcastLoad {
  readonly #simulation: Simulation;
  readonly #cost: BroadcastCost;
  readonly #fromNs: TimeNs;
  readonly #window: EventKind;
  #takes: ((node: number, nsPerSec: number) => void) | undefined;
  /** By segment: broadcasts so far. */
  readonly #carried: number[] = [];
  /** By node, and then by segment. */
  readonly #memberships: (Map<number, Membership> | undefined)[] = [];
  /** By node: processor time so far, until counting began, until the last window, and as told for the last one. */
  readonly #spentNs: number[] = [];
  readonly #beforeNs: number[] = [];
  readonly #windowNs: number[] = [];
  readonly #told: number[] = [];
  #armed = false;
  #floods = 0;
  #peak = 0;

  /** Shares count from `fromNs` on. */
  constructor(simulation: Simulation, cost: BroadcastCost, fromNs: TimeNs) {
    this.#simulation = simulation;
    this.#cost = cost;
    this.#fromNs = fromNs;
    this.#window = simulation.kind('broadcasts have taken processors', () => this.#endWindow());
    const begins = simulation.kind('processor time of broadcasts counts from here', () => {
      this.#countAll();
      for (const [node, spentNs] of this.#spentNs.entries()) this.#beforeNs[node] = spentNs;
    });
    if (fromNs > simulation.nowNs) simulation.at(fromNs, begins);
  }

  /** Who is told what broadcasts take of a node, whenever that changes. */
  listen(takes: (node: number, nsPerSec: number) => void): void {
    this.#takes = takes;
  }

  /** A node has one pod more in a segment. */
  plugIn(node: number, segment: number): void {
    this.#memberships[node] ??= new Map();
    const of = this.#memberships[node];
    const known = of.get(segment);
    if (known === undefined) of.set(segment, { members: 1, counted: this.#carriedBy(segment), own: 0 });
    else {
      this.#count(node, segment, known);
      known.members++;
    }
    this.#spentNs[node] ??= 0;
  }

  /** A node has one pod less in a segment. */
  unplug(node: number, segment: number): void {
    const of = this.#memberships[node]!;
    const membership = of.get(segment)!;
    this.#count(node, segment, membership);
    if (--membership.members === 0) of.delete(segment);
  }

  /** A pod of a node, or somebody on none, has sent a broadcast. */
  flood(node: number, segment: number): void {
    this.#carried[segment] = this.#carriedBy(segment) + 1;
    this.#floods++;
    if (node !== NO_NODE) {
      this.#memberships[node]!.get(segment)!.own++;
      this.#spentNs[node]! += this.#cost.sendNs;
    }
    this.#arm();
  }

  #carriedBy(segment: number): number {
    return this.#carried[segment] ?? 0;
  }

  /** Frames of others came by cable; own ones reach the other pods of the node without it. */
  #count(node: number, segment: number, membership: Membership): void {
    const { members, counted, own } = membership;
    const carried = this.#carriedBy(segment) - counted;
    this.#spentNs[node]! += (carried - own) * this.#cost.takeNs + (carried * members - own) * this.#cost.copyNs;
    membership.counted += carried;
    membership.own = 0;
  }

  #countAll(): void {
    for (const [node, of] of this.#memberships.entries())
      for (const [segment, membership] of of ?? []) this.#count(node, segment, membership);
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
    for (const [node, spentNs] of this.#spentNs.entries()) this.#tell(node, spentNs ?? 0);
    // A window without any still has to be told.
    if (this.#floods > 0) this.#arm();
    this.#floods = 0;
  }

  #tell(node: number, spentNs: number): void {
    const nsPerSec = ((spentNs - (this.#windowNs[node] ?? 0)) * NS_PER_SECOND) / BROADCAST_WINDOW_NS;
    this.#windowNs[node] = spentNs;
    if (this.#simulation.nowNs - BROADCAST_WINDOW_NS >= this.#fromNs) this.#peak = Math.max(this.#peak, nsPerSec);
    if (nsPerSec === (this.#told[node] ?? 0)) return;
    this.#told[node] = nsPerSec;
    this.#takes?.(node, nsPerSec);
  }

  /** Processor time that broadcasts have taken of a node so far. */
  spentNs(node: number): number {
    this.#countAll();
    return this.#spentNs[node] ?? 0;
  }

  /** What it came to so far, over the nodes that have had pods. */
  shares(): BroadcastShares {
    this.#countAll();
    const lastedNs = this.#simulation.nowNs - this.#fromNs;
    const nodes = this.#spentNs.filter((spentNs) => spentNs !== undefined).length;
    let sumNs = 0;
    for (const [node, spentNs] of this.#spentNs.entries()) sumNs += (spentNs ?? 0) - (this.#beforeNs[node] ?? 0);
    return { mean: nodes === 0 || lastedNs <= 0 ? 0 : sumNs / nodes / lastedNs, peak: this.#peak / NS_PER_SECOND };
  }
}

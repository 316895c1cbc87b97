/**
 * A service that one place at a time shall serve, and what becomes of that when the places cannot hear each other: split brain.
 *
 * A place promotes itself when it holds lost all that are preferred and whoever served last as far as it knows; it steps down when it hears of a
 * newer promotion. With a quorum it serves only while it hears enough probe points, so of two halves at most one can.
 * Source: ours, the rules that leases and quorums share (a later term wins, as in Raft); the places' beliefs come from detection.
 * Leaves out: data that both sides wrote, time that a side needs to find out that it has no quorum any more (it is told at once).
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';

/** What the places know. */
export interface SidesView {
  /** Whether the place runs at all. */
  isAlive(side: number): boolean;
  /** Whether word of one place reaches another: directly, or through a probe point that both hear. Two majorities share such a point. */
  hears(side: number, other: number): boolean;
  /** Whether a place holds another one lost. */
  holdsLost(side: number, other: number): boolean;
  /** Whether a place hears enough probe points. */
  hasQuorum(side: number): boolean;
}

/** How the places decide. They are numbered by preference, the first is 0. */
export interface StandbyPlan {
  readonly sides: number;
  /** Whether a preferred place takes over again when it is back. */
  readonly failback: boolean;
  /** Whether a place needs the quorum to serve. */
  readonly needsQuorum: boolean;
}

/** Which places serve, and how long several did, or none. */
export class ActiveStandby {
  readonly #plan: StandbyPlan;
  readonly #view: SidesView;
  readonly #active: boolean[];
  /** When each place promoted itself last, in terms. */
  readonly #term: number[];
  /** The latest term that each place has heard of. */
  readonly #known: number[];
  /** Who promoted itself in that term. */
  readonly #holder: number[];
  #sinceNs: TimeNs = 0;
  #splitNs: TimeNs = 0;
  #gapNs: TimeNs = 0;

  constructor(plan: StandbyPlan, view: SidesView) {
    this.#plan = plan;
    this.#view = view;
    this.#active = Array.from({ length: plan.sides }, (_, side) => side === 0);
    this.#term = this.#active.map((active) => (active ? 1 : 0));
    this.#known = this.#active.map(() => 1);
    this.#holder = this.#active.map(() => 0);
  }

  /** Places that serve now. */
  get active(): readonly number[] {
    return [...this.#active.keys()].filter((side) => this.#active[side]);
  }

  /** How long more than one place has served. */
  get splitNs(): TimeNs {
    return this.#splitNs;
  }

  /** How long no place has served. */
  get gapNs(): TimeNs {
    return this.#gapNs;
  }

  /** Something that the places know has changed, or the run is over. True if other places serve now. */
  update(nowNs: TimeNs): boolean {
    const before = this.active;
    const passedNs = nowNs - this.#sinceNs;
    if (before.length > 1) this.#splitNs += passedNs;
    if (before.length === 0) this.#gapNs += passedNs;
    this.#sinceNs = nowNs;
    for (let side = 0; side < this.#plan.sides; side++) this.#learn(side);
    // Those that step down first, so that nobody waits for a place that gives up at this very instant.
    for (const side of before) if (this.#mustStepDown(side)) this.#active[side] = false;
    for (let side = 0; side < this.#plan.sides; side++) if (this.#mayPromote(side)) this.#promote(side);
    return this.active.join() !== before.join();
  }

  #mustStepDown(side: number): boolean {
    const { failback, needsQuorum } = this.#plan;
    if (!this.#view.isAlive(side) || (needsQuorum && !this.#view.hasQuorum(side))) return true;
    const heard = this.#othersHeard(side);
    if (heard.some((other) => this.#active[other] && this.#isNewer(other, side))) return true;
    return (
      failback && heard.some((other) => other < side && this.#mayServe(other) && !this.#view.holdsLost(side, other))
    );
  }

  #mayPromote(side: number): boolean {
    if (this.#active[side] || !this.#mayServe(side)) return false;
    const heard = this.#othersHeard(side);
    if (heard.some((other) => this.#active[other])) return false;
    const holder = this.#holder[side]!;
    if (holder !== side && !heard.includes(holder) && !this.#view.holdsLost(side, holder)) return false;
    for (let other = 0; other < side; other++) if (!this.#view.holdsLost(side, other)) return false;
    return true;
  }

  #promote(side: number): void {
    this.#known[side]! += 1;
    this.#term[side] = this.#known[side]!;
    this.#holder[side] = side;
    this.#active[side] = true;
  }

  #learn(side: number): void {
    for (const other of this.#othersHeard(side)) {
      if (this.#known[other]! <= this.#known[side]!) continue;
      this.#known[side] = this.#known[other]!;
      this.#holder[side] = this.#holder[other]!;
    }
  }

  #mayServe(side: number): boolean {
    return this.#view.isAlive(side) && (!this.#plan.needsQuorum || this.#view.hasQuorum(side));
  }

  #isNewer(other: number, side: number): boolean {
    const later = this.#term[other]! - this.#term[side]!;
    return later > 0 || (later === 0 && other < side);
  }

  #othersHeard(side: number): number[] {
    const sides = Array.from({ length: this.#plan.sides }, (_, other) => other);
    return sides.filter((other) => other !== side && this.#view.isAlive(other) && this.#view.hears(side, other));
  }
}

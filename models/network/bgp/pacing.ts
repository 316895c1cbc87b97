/**
 * Minimum advertisement intervals: what a neighbour is told when it may not be told yet.
 *
 * Neighbours that are told the same share one list of what is to be told and one row of written messages (a subgroup).
 * An announcement starts the interval's timer of each of them, and while a neighbour's timer runs nothing leaves to it, withdrawals
 * neither; with no timer running they leave at once. Whoever is free first has the list written into messages, for all: a neighbour that
 * still waits gets them in order, also an announcement that was taken back meanwhile. A new neighbour has a list of its own until
 * nothing waits on either.
 * Source: RFC 4271 section 9.2.1.1; FRR 8.4 (`bgp_adjust_routeadv`, which counts whole seconds; `bgp_generate_updgrp_packets`;
 * `update_subgroup_ready_for_merge`), seen in our recordings (`events` with an interval of 5 s: two clients of reflectors got an
 * announcement and its withdrawal in one instant, a second after the others).
 * Left out: the limit of messages at a time, splits of a subgroup for slow neighbours.
 */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { AttributesId } from './attributes.ts';
import type { Change } from './collecting.ts';
import type { UpdateMessage } from './message.ts';
import type { PrefixId } from './prefix-table.ts';
import { NOT_TOLD, type UpdateGroup } from './update-group.ts';

/** What pacing needs of telling. */
export interface PacingUser {
  groupOf(end: number): UpdateGroup;
  pack(withdrawn: readonly PrefixId[], announced: ReadonlyMap<AttributesId, readonly PrefixId[]>): UpdateMessage[];
  send(ends: readonly number[], messages: readonly UpdateMessage[]): void;
}

/** Where an end stands. */
interface Pace {
  subgroup: Subgroup;
  /** Written, and not yet sent. */
  readonly written: UpdateMessage[];
  lastSecond: number;
  /** When it may be told; `NO_TIMER`: nothing was announced that it waits for. */
  dueNs: TimeNs;
}

/** Ends that share what is to be told. */
interface Subgroup {
  readonly ends: number[];
  /** To be told: prefixes, and what is written of them so far. */
  readonly waiting: Map<PrefixId, AttributesId>;
  /** Those of them that are announced. */
  readonly announced: Set<PrefixId>;
}

const NO_TIMER = -1;
/** Nothing was told so far. */
const NOT_YET = Number.NEGATIVE_INFINITY;

/** Paces the ends of groups with a minimum interval. */
export class Pacing {
  readonly #sim: Simulation;
  /** The machine's clock at the start of the run, below one second: whole seconds are counted from there. */
  readonly #clockPhaseNs: TimeNs;
  readonly #user: PacingUser;
  readonly #released: EventKind;
  readonly #paces = new Map<number, Pace>();
  readonly #subgroups = new Map<UpdateGroup, Subgroup[]>();

  constructor(sim: Simulation, clockPhaseNs: TimeNs, user: PacingUser) {
    this.#sim = sim;
    this.#clockPhaseNs = clockPhaseNs;
    this.#user = user;
    this.#released = sim.kind('bgp advertisement interval', (end) => {
      const pace = this.#paces.get(end);
      // The timer of an earlier session may still be running, or one that was set anew.
      if (pace?.dueNs !== sim.nowNs) return;
      pace.dueNs = NO_TIMER;
      this.#release([end]);
      this.#merge(user.groupOf(end));
    });
  }

  /** The first telling of an end. Any UPDATE starts an interval, an End-of-RIB alone too: FRR keeps when it wrote the last one (`bgp_write`). */
  welcome(end: number, hasTold: boolean): void {
    const group = this.#user.groupOf(end);
    const subgroups = this.#subgroups.get(group) ?? [];
    this.#subgroups.set(group, subgroups);
    const subgroup: Subgroup = { ends: [end], waiting: new Map(), announced: new Set() };
    subgroups.push(subgroup);
    this.#paces.set(end, { subgroup, written: [], lastSecond: hasTold ? this.#second() : NOT_YET, dueNs: NO_TIMER });
    this.#merge(group);
  }

  /** The session of an end is over. */
  dismiss(end: number): void {
    const pace = this.#paces.get(end);
    if (pace === undefined) return;
    this.#paces.delete(end);
    const { ends } = pace.subgroup;
    ends.splice(ends.indexOf(end), 1);
    const subgroups = this.#subgroups.get(this.#user.groupOf(end))!;
    if (ends.length === 0) subgroups.splice(subgroups.indexOf(pace.subgroup), 1);
  }

  /** Something has changed for all members of a group. */
  tell(group: UpdateGroup, changes: readonly Change[]): void {
    const subgroups = this.#subgroups.get(group) ?? [];
    for (const subgroup of subgroups) {
      const isNew = subgroup.announced.size === 0;
      for (const change of changes) note(subgroup, change);
      if (isNew && subgroup.announced.size > 0) for (const end of subgroup.ends) this.#adjust(end);
    }
    for (const { ends, waiting } of subgroups) {
      if (waiting.size > 0) this.#release(ends.filter((end) => this.#paces.get(end)!.dueNs === NO_TIMER));
    }
    this.#merge(group);
  }

  /** Something is announced to an end: it waits for the rest of its interval, in whole seconds, if there is one. */
  #adjust(end: number): void {
    const pace = this.#paces.get(end)!;
    const { mraiSeconds } = this.#user.groupOf(end).neighbor.timers;
    const waitSeconds = pace.lastSecond + mraiSeconds - this.#second();
    if (waitSeconds < 0) {
      pace.dueNs = NO_TIMER;
      return;
    }
    const left = pace.dueNs === NO_TIMER ? mraiSeconds : Math.floor((pace.dueNs - this.#sim.nowNs) / NS_PER_SECOND);
    if (waitSeconds > left) return;
    pace.dueNs = this.#sim.nowNs + waitSeconds * NS_PER_SECOND;
    this.#sim.at(pace.dueNs, this.#released, end);
  }

  /** Ends of one subgroup may be told: what is to be told is written for all of it, and what is written leaves to them. */
  #release(ends: readonly number[]): void {
    if (ends.length === 0) return;
    this.#write(ends[0]!);
    for (const end of ends) {
      const pace = this.#paces.get(end)!;
      if (pace.written.length === 0) continue;
      pace.lastSecond = this.#second();
      this.#user.send([end], pace.written.splice(0));
    }
  }

  /** Withdrawals are written first. */
  #write(end: number): void {
    const { subgroup } = this.#paces.get(end)!;
    const group = this.#user.groupOf(end);
    const withdrawn: PrefixId[] = [];
    const announced = new Map<AttributesId, PrefixId[]>();
    for (const prefix of subgroup.waiting.keys()) {
      const attributes = group.told(prefix);
      if (attributes === NOT_TOLD) withdrawn.push(prefix);
      else announced.set(attributes, [...(announced.get(attributes) ?? []), prefix]);
    }
    subgroup.waiting.clear();
    subgroup.announced.clear();
    const messages = this.#user.pack(withdrawn, announced);
    for (const each of subgroup.ends) this.#paces.get(each)!.written.push(...messages);
  }

  /** Subgroups in which nothing waits become one. */
  #merge(group: UpdateGroup): void {
    const subgroups = this.#subgroups.get(group) ?? [];
    if (subgroups.length < 2) return;
    const idle = subgroups.filter(({ ends, waiting }) => {
      return waiting.size === 0 && ends.every((end) => this.#paces.get(end)!.written.length === 0);
    });
    const [first, ...others] = idle;
    for (const other of others) {
      subgroups.splice(subgroups.indexOf(other), 1);
      for (const end of other.ends) this.#paces.get(end)!.subgroup = first!;
      first!.ends.push(...other.ends);
    }
  }

  #second(): number {
    return Math.floor((this.#sim.nowNs + this.#clockPhaseNs) / NS_PER_SECOND);
  }
}

/** Puts a change on a subgroup's list; what has become what is written already need not be told. */
function note({ waiting, announced }: Subgroup, { prefix, before, after }: Change): void {
  const written = waiting.get(prefix) ?? before;
  if (after === written) waiting.delete(prefix);
  else waiting.set(prefix, written);
  if (after === written || after === NOT_TOLD) announced.delete(prefix);
  else announced.add(prefix);
}

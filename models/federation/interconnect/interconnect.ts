/**
 * What joins the places of a federation: lines between every two, cut and healed, filled and paid.
 *
 * Each pair has lines in order of preference; a use takes the first that serves it and is up. A line is a queue in each direction: what is
 * sent leaves one after another at the line's rate and arrives half a round trip later. Nothing of it costs an event.
 * Source: ours, the ladder and the lines from their own files; a full mesh of gateways as Submariner and Liqo build it.
 * Leaves out: ways over a third place when the direct line is down, ways that work in one direction only, sharing of one gateway among
 * the lines of its place, congestion control (loss is told to callers and slows nothing by itself).
 */
import { assert } from '../../../sim/engine/assert.ts';
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import { carriedBytes, type Line, type LinePlan, lineBetween, type Use } from './line.ts';
import type { Place } from './place.ts';
import { type TrafficBill, trafficBill } from './traffic-bill.ts';

/** Arrival of what never arrives. */
export const NEVER: TimeNs = Number.POSITIVE_INFINITY;

/** Lines between two places, by their numbers, in order of preference. */
export interface PairPlan {
  readonly between: readonly [number, number];
  readonly lines: readonly LinePlan[];
}

/** The places of a federation and the lines that are not the provider's way. */
export interface InterconnectPlan {
  readonly places: readonly Place[];
  readonly pairs?: readonly PairPlan[];
}

/** A line and what became of it. */
export interface LineState {
  readonly between: readonly [low: number, high: number];
  readonly line: Line;
  /** Faults that hold it down; it is up at 0. */
  cuts: number;
  /** When it was last cut; -1: never. */
  lastCutNs: TimeNs;
  /** How long it was down, up to its last healing. */
  downNs: TimeNs;
  /** Until when it is busy, from low to high and back. */
  readonly busyUntilNs: [TimeNs, TimeNs];
  /** Bytes on the line with headers, in the same order. */
  readonly bytes: [number, number];
}

const PUBLIC: readonly LinePlan[] = [{ kind: 'public' }];

/** The lines between all places. */
export class Interconnect {
  readonly places: readonly Place[];
  /** By pair, then by preference. */
  readonly #lines: LineState[][] = [];
  readonly #now: () => TimeNs;
  readonly #listeners: (() => void)[] = [];

  constructor({ places, pairs = [] }: InterconnectPlan, clock: { readonly nowNs: TimeNs }) {
    this.places = places;
    this.#now = () => clock.nowNs;
    for (let high = 1; high < places.length; high++)
      for (let low = 0; low < high; low++) this.#lines.push(this.#pair(low, high, PUBLIC));
    for (const { between, lines } of pairs) {
      assert(lines.length > 0, () => `no line between places ${between.join(' and ')}`);
      this.#lines[this.#index(...between)] = this.#pair(Math.min(...between), Math.max(...between), lines);
    }
  }

  /** Calls back whenever a line is cut or healed. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** The line that carries a use now; undefined: none is up. A place needs no line to itself. */
  wayOf(from: number, to: number, use: Use): LineState | undefined {
    for (const state of this.#lines[this.#index(from, to)]!)
      if (state.cuts === 0 && state.line.uses.includes(use)) return state;
    return undefined;
  }

  /** Whether something can pass. */
  isOpen(from: number, to: number, use: Use): boolean {
    return from === to || this.wayOf(from, to, use) !== undefined;
  }

  /** There and back without queues; `NEVER` when no line is up. */
  rttNs(from: number, to: number, use: Use): TimeNs {
    if (from === to) return 0;
    return this.wayOf(from, to, use)?.line.rttNs ?? NEVER;
  }

  /**
   * Sends payload and counts it. Gives the instant at which the last byte arrives, `NEVER` when no line is up. Whether the line was cut on
   * the way, `uninterruptedSince` tells when that instant has come.
   */
  send(from: number, to: number, payloadBytes: number, use: Use): TimeNs {
    const nowNs = this.#now();
    if (from === to) return nowNs;
    const state = this.wayOf(from, to, use);
    if (state === undefined) return NEVER;
    const { line } = state;
    const way = from < to ? 0 : 1;
    const bytes = carriedBytes(line, payloadBytes);
    const startNs = Math.max(nowNs, state.busyUntilNs[way]);
    const endNs = startNs + Math.ceil((bytes * 8 * NS_PER_SECOND) / line.bitsPerSec);
    state.busyUntilNs[way] = endNs;
    state.bytes[way] += bytes;
    return endNs + Math.ceil(line.rttNs / 2);
  }

  /** Whether the line that carries this use now was up the whole time since. */
  uninterruptedSince(from: number, to: number, use: Use, sinceNs: TimeNs): boolean {
    if (from === to) return true;
    const state = this.wayOf(from, to, use);
    return state !== undefined && state.lastCutNs < sinceNs;
  }

  /** What waits to leave: the data that are lost when the line breaks now (recovery point), as time. */
  backlogNs(from: number, to: number, use: Use): TimeNs {
    const state = from === to ? undefined : this.wayOf(from, to, use);
    if (state === undefined) return 0;
    return Math.max(0, state.busyUntilNs[from < to ? 0 : 1] - this.#now());
  }

  /** Cuts the lines between two places, or one of them by its place in the list. Faults may overlap: each is healed by itself. */
  cut(a: number, b: number, line?: number): void {
    this.#each(a, b, line, (state) => {
      if (state.cuts === 0) {
        state.lastCutNs = this.#now();
        // What was waiting is lost.
        state.busyUntilNs[0] = state.busyUntilNs[1] = 0;
      }
      state.cuts += 1;
    });
    this.#tell();
  }

  /** Heals what `cut` with the same arguments had cut. */
  heal(a: number, b: number, line?: number): void {
    this.#each(a, b, line, (state) => {
      assert(state.cuts > 0, () => `line ${line} between places ${a} and ${b} is healed and was not cut`);
      state.cuts -= 1;
      if (state.cuts === 0) state.downNs += this.#now() - state.lastCutNs;
    });
    this.#tell();
  }

  /** Cuts a place from all others. */
  isolate(place: number): void {
    for (let other = 0; other < this.places.length; other++) if (other !== place) this.cut(place, other);
  }

  /** Undoes `isolate`. */
  rejoin(place: number): void {
    for (let other = 0; other < this.places.length; other++) if (other !== place) this.heal(place, other);
  }

  /** What all lines have carried and cost up to now. */
  bill(): TrafficBill {
    return trafficBill(this.#lines.flat(), this.#now());
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  #pair(low: number, high: number, plans: readonly LinePlan[]): LineState[] {
    return plans.map((plan) => ({
      between: [low, high],
      line: lineBetween(this.places[low]!, this.places[high]!, plan),
      cuts: 0,
      lastCutNs: -1,
      downNs: 0,
      busyUntilNs: [0, 0],
      bytes: [0, 0],
    }));
  }

  #index(a: number, b: number): number {
    const low = Math.min(a, b);
    const high = Math.max(a, b);
    assert(low >= 0 && high < this.places.length && low !== high, () => `there is no pair of places ${a} and ${b}`);
    return (high * (high - 1)) / 2 + low;
  }

  #each(a: number, b: number, line: number | undefined, act: (state: LineState) => void): void {
    const lines = this.#lines[this.#index(a, b)]!;
    if (line === undefined) for (const state of lines) act(state);
    else {
      assert(line in lines, () => `places ${a} and ${b} have ${lines.length} lines and not line ${line}`);
      act(lines[line]!);
    }
  }
}

/**
 * The simulation: a clock, the pending events and the loop that dispatches them.
 *
 * An event is a small integer kind and two numbers, dispatched through one table of handlers: no object and no closure
 * for each event. Order is (time, priority, sequence), so ties are never luck. Left out: anything about models,
 * chance, or recording; parallel execution inside one run (replications are the unit of parallel work).
 */

import { AssertionError, assert } from './assert.ts';
import { EventQueue } from './event-queue.ts';
import { CAUSE, EventTable, KIND, OPERAND_A, OPERAND_B, PENDING_LIMIT } from './event-table.ts';
import { BLOCK_SEQUENCES, LiveFlags, RING_MAX } from './live-flags.ts';
import { orderOf, type PendingEvents, PRIORITY_MAX, SEQUENCE_MASK } from './pending-events.ts';
import { TIME_NS_MAX, type TimeNs } from './sim-time.ts';
import { fitsPayload, OPERAND_BITS, OPERAND_MASK, RECORD } from './small-event.ts';

/** A registered kind of event: an index into the table of handlers. */
export type EventKind = number;

/** Names one scheduled event, for `cancel`; never reused. */
export type EventHandle = number;

/** Called when an event of its kind is due, with the operands given when it was scheduled. */
export type EventHandler = (a: number, b: number) => void;

/** Why `run` came back: nothing left, the limit was reached with later events waiting, or `stop` was called. */
export type RunEnd = 'drained' | 'until' | 'stopped';

/** Settings of a simulation. */
export interface SimulationOptions {
  /** The pending-event set; the packed ladder when absent. */
  readonly queue?: PendingEvents;
  /** Most pending events at once, cancelled ones included; default `PENDING_MAX`. */
  readonly pendingMax?: number;
  /** The first sequence number, for tests of its wrap-around; default 0. */
  readonly firstSequence?: number;
  /** Sequences that may lie between the oldest waiting event and the newest before all are renumbered, for tests. */
  readonly sequencesMax?: number;
}

/** Four million pending events are ten times what the largest scenario keeps, and still fit a browser tab. */
export const PENDING_MAX = 4_194_304;

/** Kinds are stored in 16 bits; a model has tens of them, so hundreds mean that kinds are made for each event. */
export const KINDS_MAX = 4096;

/**
 * Cancelled entries are swept at least once in so many events: with those that wait in a ring of `RING_MAX`, no two
 * entries of the queue are then further apart than the wrap-around comparison can tell.
 */
const SWEEP_SEQUENCES = 2 ** 25;

/** Fewer cancelled entries than this are not worth a sweep. */
const SWEEP_MIN = 1024;

/** A deterministic discrete-event simulation. */
export class Simulation {
  /** Mark index of the nearest marked ancestor of the running event (-1: none); events scheduled now inherit it. */
  cause = -1;
  private now: TimeNs = 0;
  /** Where `at` leaves the time for `schedule`: a double that is passed as an argument would be put on the heap. */
  private dueNs: TimeNs = 0;
  private count = 0;
  /** Cancelled entries that are still in the queue. */
  private cancelled = 0;
  /** Cancelled events ever. */
  private withdrawn = 0;
  /** The next sequence, wrapped; handles are sequences that do not wrap: `turns` more. */
  private sequence: number;
  private turns = 0;
  /** At this sequence `schedule` has to look after the limits. */
  private guard: number;
  private readonly firstSequence: number;
  /** Sequences that were given to waiting events a second time. */
  private renumbered = 0;
  /** Sequences of waiting events that were renumbered, by their handles. */
  private moved = new Map<EventHandle, number>();
  private running = false;
  private stopping = false;
  private readonly queue: PendingEvents;
  private readonly live: LiveFlags;
  private readonly table = new EventTable();
  private readonly pendingMax: number;
  private readonly names: string[] = [];
  /** Stands before the names of kinds that are registered now. */
  private part = '';
  private readonly handlers: EventHandler[] = [];
  /** Order of each kind's priority; -1 where there is no kind. */
  private readonly orders = new Int32Array(KINDS_MAX).fill(-1);

  constructor(options: SimulationOptions = {}) {
    this.pendingMax = options.pendingMax ?? PENDING_MAX;
    assert(
      this.pendingMax > 0 && this.pendingMax <= PENDING_LIMIT,
      () => `pendingMax must be 1..${PENDING_LIMIT}, got ${this.pendingMax}`,
    );
    const sequencesMax = options.sequencesMax ?? RING_MAX;
    // Renumbering must leave most of the ring free, or there would be no end of it.
    assert(
      sequencesMax >= 4 * this.pendingMax,
      () => `${sequencesMax} sequences are few for ${this.pendingMax} events`,
    );
    this.live = new LiveFlags(sequencesMax);
    this.queue = options.queue ?? new EventQueue(this.table);
    // Whole blocks, so that a block never wraps around.
    this.firstSequence = (options.firstSequence ?? 0) & SEQUENCE_MASK & -BLOCK_SEQUENCES;
    this.sequence = this.firstSequence;
    this.guard = this.sequence;
  }

  /** The present instant. */
  get nowNs(): TimeNs {
    return this.now;
  }

  /** When the next event is due, one that was cancelled included; Infinity if there is none. */
  get nextNs(): TimeNs {
    return this.queue.peekTimeNs();
  }

  /** How many events were dispatched so far; cancelled ones do not count. */
  get dispatched(): number {
    return this.count;
  }

  /** How many events are waiting; cancelled ones do not count. */
  get pending(): number {
    // Derived, so that the loop keeps one count and not three.
    return this.turns + this.sequence - this.firstSequence - this.renumbered - this.count - this.withdrawn;
  }

  /**
   * Registers a kind of event.
   *
   * @param ownName For messages only; two kinds may not share it, but for those made `within` different parts.
   * @param priority 0 to 7; among events of one instant the smaller number goes first. Default 3, so that a model can
   * place its own kinds before or after those that do not care.
   */
  kind(ownName: string, handler: EventHandler, priority = 3): EventKind {
    const name = this.part + ownName;
    assert(this.handlers.length < KINDS_MAX, () => `more than ${KINDS_MAX} kinds of events, adding ${name}`);
    assert(!this.names.includes(name), () => `kind ${name} is registered twice`);
    assert(
      Number.isInteger(priority) && priority >= 0 && priority <= PRIORITY_MAX,
      () => `priority of ${name} must be 0..${PRIORITY_MAX}, got ${priority}`,
    );
    this.names.push(name);
    this.handlers.push(handler);
    this.orders[this.handlers.length - 1] = orderOf(priority, 0);
    return this.handlers.length - 1;
  }

  /** Makes one of several like parts: the kinds that it registers meanwhile have the part's name before their own, if it has one. */
  within<Part>(part: string, make: () => Part): Part {
    const before = this.part;
    this.part = part === '' ? before : `${before}${part}: `;
    try {
      return make();
    } finally {
      this.part = before;
    }
  }

  /** Schedules an event at `timeNs`, an integer that is not in the past. Equal times leave in the order of scheduling. */
  at(timeNs: TimeNs, kind: EventKind, a = 0, b = 0): EventHandle {
    this.dueNs = timeNs;
    return this.schedule(kind, a, b);
  }

  /** Schedules an event `delayNs` from now, an integer >= 0. */
  after(delayNs: TimeNs, kind: EventKind, a = 0, b = 0): EventHandle {
    this.dueNs = this.now + delayNs;
    return this.schedule(kind, a, b);
  }

  /** Cancels a scheduled event. False if it has already run or was cancelled before. */
  cancel(handle: EventHandle): boolean {
    const sequence = this.moved.get(handle) ?? handle;
    const next = this.turns + this.sequence;
    // Handles come back from models: fractions, NaN and numbers never given out are refused. Bits beyond `next` are set.
    if (!(sequence >= next - this.live.ring && sequence < next && sequence === Math.floor(sequence))) return false;
    if (sequence < this.firstSequence || !this.live.take(sequence)) return false;
    this.live.keep(sequence);
    this.withdrawn += 1;
    this.cancelled += 1;
    // Timeouts are mostly cancelled: without a sweep the queue would be filled with the dead.
    if (this.cancelled > this.pending + SWEEP_MIN) this.sweep();
    return true;
  }

  /**
   * Dispatches events up to and including `untilNs`.
   *
   * @returns `drained` when nothing is left (the clock stays at the last event), `until` when only later events are
   * left (the clock is at `untilNs`), `stopped` when a handler called `stop`.
   */
  run(untilNs: TimeNs = TIME_NS_MAX): RunEnd {
    assert(untilNs >= this.now, () => `cannot run until ${untilNs} ns: it is already ${this.now} ns`);
    this.enter();
    try {
      return this.loop(untilNs);
    } finally {
      this.leave();
    }
  }

  /** Dispatches one event. False if there was none. */
  step(): boolean {
    this.enter();
    try {
      while (this.queue.pop()) if (this.runPopped()) return true;
      return false;
    } finally {
      this.leave();
    }
  }

  /** Makes `run` come back after the event that is running now. The next `run` goes on from there. */
  stop(): void {
    this.stopping = true;
  }

  private enter(): void {
    assert(!this.running, 'run and step must not be called from a handler');
    this.running = true;
    this.stopping = false;
  }

  private leave(): void {
    this.running = false;
    this.cause = -1;
  }

  private loop(untilNs: TimeNs): RunEnd {
    const queue = this.queue;
    while (queue.pop(untilNs)) {
      this.runPopped();
      if (this.stopping) return 'stopped';
    }
    if (this.pending === 0) return 'drained';
    this.now = untilNs;
    return 'until';
  }

  /** Schedules an event at `dueNs`. One function for all callers, so that engines compile it once and whole. */
  private schedule(kind: EventKind, a: number, b: number): EventHandle {
    const timeNs = this.dueNs;
    // Written so that NaN and what is no kind fail too.
    if (!(timeNs >= this.now && timeNs <= TIME_NS_MAX && timeNs === Math.floor(timeNs))) this.refuseTime(timeNs, kind);
    const order = this.orders[kind];
    if (!(order >= 0)) this.refuseKind(kind);
    if (this.sequence === this.guard) this.lookAfterLimits();
    const sequence = this.sequence;
    const small = this.cause === -1 && b === 0 && fitsPayload(kind, a);
    const payload = small ? (kind << OPERAND_BITS) | a : RECORD | this.table.add(kind, a, b, this.cause);
    this.queue.push(timeNs, order | sequence, payload);
    this.sequence = sequence + 1;
    return this.turns + sequence;
  }

  /** Runs the event that the queue gave last. False if it was cancelled meanwhile; the clock then stands still. */
  private runPopped(): boolean {
    const { timeNs, order, payload } = this.queue;
    // Taken first: the handler's own handle must be stale already.
    if (!this.live.take(order)) {
      this.drop(order, payload);
      return false;
    }
    this.now = timeNs;
    this.count += 1;
    if (payload < RECORD) {
      this.cause = -1;
      this.handlers[payload >> OPERAND_BITS](payload & OPERAND_MASK, 0);
    } else this.runRecord(payload ^ RECORD);
    return true;
  }

  private runRecord(slot: number): void {
    const { doubles, words } = this.table;
    const kind = words[(slot << 3) | KIND];
    const a = doubles[(slot << 2) | OPERAND_A];
    const b = doubles[(slot << 2) | OPERAND_B];
    this.cause = words[(slot << 3) | CAUSE];
    // Released first: the handler may schedule into the same slot.
    this.table.release(slot);
    this.handlers[kind](a, b);
  }

  /** Forgets a cancelled event whose entry has left the queue. */
  private drop(order: number, payload: number): void {
    this.cancelled -= 1;
    this.live.release(order);
    if (payload >= RECORD) this.table.release(payload ^ RECORD);
  }

  /** The sequence has reached its guard: sees to the limits of the queue and opens the next block of sequences. */
  private lookAfterLimits(): void {
    if (this.sequence % SWEEP_SEQUENCES === 0 && this.cancelled > 0) this.sweep();
    if (!this.openBlock()) this.renumber();
    const room = this.pendingMax - this.pending - this.cancelled;
    assert(room > 0, () => `more than ${this.pendingMax} pending events`);
    // Not before `room` more events can the limit be reached.
    const blockEnd = (this.sequence & -BLOCK_SEQUENCES) + BLOCK_SEQUENCES;
    this.guard = Math.min(blockEnd, this.sequence + room);
  }

  /** Takes the cancelled out of the queue. */
  private sweep(): void {
    const { times, orders, payloads } = this.drain();
    for (let i = 0; i < times.length; i++) this.queue.push(times[i], orders[i], payloads[i]);
  }

  /** Empties the queue. Gives the entries that are not cancelled, in order. */
  private drain(): { times: TimeNs[]; orders: number[]; payloads: number[] } {
    const { queue, live } = this;
    const times: TimeNs[] = [];
    const orders: number[] = [];
    const payloads: number[] = [];
    while (queue.pop()) {
      if (!live.has(queue.order)) this.drop(queue.order, queue.payload);
      else {
        times.push(queue.timeNs);
        orders.push(queue.order);
        payloads.push(queue.payload);
      }
    }
    return { times, orders, payloads };
  }

  /**
   * An event waits since a whole ring of sequences: gives all that wait new ones, in the same order. Their handles stay
   * what they are and are looked up from now on.
   */
  private renumber(): void {
    const { times, orders, payloads } = this.drain();
    const next = this.turns + this.sequence;
    const handles = new Map([...this.moved].map(([handle, sequence]) => [sequence, handle]));
    this.moved = new Map();
    this.live.clear();
    for (let i = 0; i < times.length; i++) {
      const old = next - ((next - orders[i]) & SEQUENCE_MASK);
      this.openBlock();
      this.moved.set(handles.get(old) ?? old, this.turns + this.sequence);
      this.queue.push(times[i], (orders[i] & ~SEQUENCE_MASK) | this.sequence, payloads[i]);
      this.sequence += 1;
    }
    this.renumbered += times.length;
    this.openBlock();
  }

  /** Opens a block of sequences if one starts here. False if an old event is in the way. */
  private openBlock(): boolean {
    if (this.sequence % BLOCK_SEQUENCES !== 0) return true;
    if (this.sequence > SEQUENCE_MASK) {
      this.turns += this.sequence;
      this.sequence = 0;
    }
    return this.live.openBlock(this.sequence);
  }

  private refuseTime(timeNs: number, kind: EventKind): never {
    assert(
      Number.isSafeInteger(timeNs),
      () => `time of ${this.names[kind]} must be a whole number of ns, got ${timeNs}`,
    );
    throw new AssertionError(`${this.names[kind]} is scheduled in the past: ${timeNs} ns, it is ${this.now} ns`);
  }

  private refuseKind(kind: EventKind): never {
    throw new AssertionError(`there is no kind of event ${kind}; ${this.handlers.length} are registered`);
  }
}

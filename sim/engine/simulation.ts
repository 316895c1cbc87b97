/**
 * The simulation: a clock, the pending events and the loop that dispatches them.
 *
 * An event is a small integer kind and two numbers, dispatched through one table of handlers: no object and no closure
 * for each event. Order is (time, priority, sequence), so ties are never luck. Left out: anything about models,
 * chance, or recording; parallel execution inside one run (replications are the unit of parallel work).
 */

import { AssertionError, assert } from './assert.ts';
import { EventQueue } from './event-queue.ts';
import { CAUSE, EventTable, KIND, NO_KIND, OPERAND_A, OPERAND_B } from './event-table.ts';
import { orderOf, type PendingEvents, PRIORITY_MAX, SEQUENCE_MASK, SEQUENCE_WINDOW } from './pending-events.ts';
import { TIME_NS_MAX, type TimeNs } from './sim-time.ts';

/** A registered kind of event: an index into the table of handlers. */
export type EventKind = number;

/** Names one scheduled event, for `cancel`; never reused for another event within 2^29 reuses of its slot. */
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
}

/** Four million pending events are ten times what the largest scenario keeps, and still fit a browser tab. */
export const PENDING_MAX = 4_194_304;

/** Kinds are stored in 16 bits; a model has tens of them, so hundreds mean that kinds are made for each event. */
export const KINDS_MAX = 4096;

/** The queue is renumbered after this many events, well before entries could be a whole window apart. */
const SEQUENCE_EPOCH = SEQUENCE_WINDOW / 2;

/** Fewer cancelled entries than this are not worth a sweep. */
const SWEEP_MIN = 1024;

/** A deterministic discrete-event simulation. */
export class Simulation {
  /** Mark index of the nearest marked ancestor of the running event (-1: none); events scheduled now inherit it. */
  cause = -1;
  private now: TimeNs = 0;
  private count = 0;
  /** Cancelled entries that are still in the queue. */
  private cancelled = 0;
  /** Cancelled events ever. */
  private withdrawn = 0;
  private sequence: number;
  /** Events scheduled before this epoch of sequences, and the first sequence of it. */
  private scheduledBefore = 0;
  private epochStart: number;
  private epochEnd: number;
  private running = false;
  private stopping = false;
  private readonly queue: PendingEvents;
  private readonly table: EventTable;
  private readonly names: string[] = [];
  private readonly handlers: EventHandler[] = [];
  private readonly orders: number[] = [];

  constructor(options: SimulationOptions = {}) {
    this.table = new EventTable(options.pendingMax ?? PENDING_MAX);
    this.queue = options.queue ?? new EventQueue(this.table);
    this.sequence = (options.firstSequence ?? 0) & SEQUENCE_MASK;
    this.epochStart = this.sequence;
    this.epochEnd = (this.sequence + SEQUENCE_EPOCH) & SEQUENCE_MASK;
  }

  /** The present instant. */
  get nowNs(): TimeNs {
    return this.now;
  }

  /** How many events were dispatched so far; cancelled ones do not count. */
  get dispatched(): number {
    return this.count;
  }

  /** How many events are waiting; cancelled ones do not count. */
  get pending(): number {
    // Derived, so that the loop keeps one count and not three.
    const scheduled = this.scheduledBefore + ((this.sequence - this.epochStart) & SEQUENCE_MASK);
    return scheduled - this.count - this.withdrawn;
  }

  /**
   * Registers a kind of event.
   *
   * @param name For messages only; two kinds may not share it.
   * @param priority 0 to 7; among events of one instant the smaller number goes first. Default 3, so that a model can
   * place its own kinds before or after those that do not care.
   */
  kind(name: string, handler: EventHandler, priority = 3): EventKind {
    assert(this.handlers.length < KINDS_MAX, () => `more than ${KINDS_MAX} kinds of events, adding ${name}`);
    assert(!this.names.includes(name), () => `kind ${name} is registered twice`);
    assert(
      Number.isInteger(priority) && priority >= 0 && priority <= PRIORITY_MAX,
      () => `priority of ${name} must be 0..${PRIORITY_MAX}, got ${priority}`,
    );
    this.names.push(name);
    this.handlers.push(handler);
    this.orders.push(orderOf(priority, 0));
    return this.handlers.length - 1;
  }

  /** Schedules an event at `timeNs`, an integer that is not in the past. Equal times leave in the order of scheduling. */
  at(timeNs: TimeNs, kind: EventKind, a = 0, b = 0): EventHandle {
    // Written so that NaN fails too.
    if (!(timeNs >= this.now && timeNs <= TIME_NS_MAX && timeNs === Math.floor(timeNs))) this.refuseTime(timeNs, kind);
    if (!(kind >= 0 && kind < this.handlers.length)) this.refuseKind(kind);
    if (this.sequence === this.epochEnd) this.rebuild();
    const table = this.table;
    const slot = table.take();
    const { doubles, words } = table;
    doubles[(slot << 2) | OPERAND_A] = a;
    doubles[(slot << 2) | OPERAND_B] = b;
    words[(slot << 3) | KIND] = kind;
    words[(slot << 3) | CAUSE] = this.cause;
    this.enqueue(timeNs, kind, slot);
    return table.handleOf(slot);
  }

  /** Schedules an event `delayNs` from now, an integer >= 0. */
  after(delayNs: TimeNs, kind: EventKind, a = 0, b = 0): EventHandle {
    return this.at(this.now + delayNs, kind, a, b);
  }

  /** Cancels a scheduled event. False if it has already run or was cancelled before. */
  cancel(handle: EventHandle): boolean {
    const slot = this.table.slotOf(handle);
    if (slot < 0) return false;
    this.table.void(slot);
    this.withdrawn += 1;
    this.cancelled += 1;
    // Timeouts are mostly cancelled: without a sweep the queue would be filled with the dead.
    if (this.cancelled > this.pending + SWEEP_MIN) this.rebuild();
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

  /** Runs the event that the queue gave last. False if it was cancelled meanwhile; the clock then stands still. */
  private runPopped(): boolean {
    const { queue, table } = this;
    const slot = queue.payload;
    const { doubles, words } = table;
    const kind = words[(slot << 3) | KIND];
    if (kind === NO_KIND) {
      this.cancelled -= 1;
      table.release(slot);
      return false;
    }
    const a = doubles[(slot << 2) | OPERAND_A];
    const b = doubles[(slot << 2) | OPERAND_B];
    this.now = queue.timeNs;
    this.cause = words[(slot << 3) | CAUSE];
    // Released first: the handler may schedule into the same slot, and its own handle must be stale already.
    table.release(slot);
    this.count += 1;
    this.handlers[kind](a, b);
    return true;
  }

  private enqueue(timeNs: TimeNs, kind: EventKind, slot: number): void {
    const sequence = this.sequence;
    this.sequence = (sequence + 1) & SEQUENCE_MASK;
    this.queue.push(timeNs, this.orders[kind] | sequence, slot);
  }

  /**
   * Empties the queue and fills it again in the same order: drops the cancelled, and gives the rest new sequences, so
   * that no two entries are ever further apart than the wrap-around comparison can tell.
   */
  private rebuild(): void {
    const { queue, table } = this;
    const times: TimeNs[] = [];
    const slots: number[] = [];
    while (queue.pop()) {
      if (table.words[8 * queue.payload + KIND] === NO_KIND) table.release(queue.payload);
      else {
        times.push(queue.timeNs);
        slots.push(queue.payload);
      }
    }
    this.cancelled = 0;
    this.scheduledBefore += (this.sequence - this.epochStart) & SEQUENCE_MASK;
    for (let i = 0; i < slots.length; i++) this.enqueue(times[i], table.words[8 * slots[i] + KIND], slots[i]);
    this.epochStart = this.sequence;
    this.epochEnd = (this.sequence + SEQUENCE_EPOCH) & SEQUENCE_MASK;
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

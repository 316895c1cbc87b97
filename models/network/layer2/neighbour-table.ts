/**
 * The neighbour tables of all kernels: entries by (interface, IPv4 address), and how a kernel makes room.
 *
 * Source: Linux 6.x net/core/neighbour.c: `neigh_alloc` (limits over all namespaces), `neigh_forced_gc` (in need: oldest
 * first, what no timer holds and is older than 5 s or failed), `neigh_periodic_work` (every half reachable time: what was
 * not used for 60 s, once there are more than `gc_thresh1`).
 *
 * Left out: the bound of 1 ms on a forced collection, references that routes hold. An answer that is trusted has a timer
 * in the kernel; here its end is seen when the entry is next looked at, which nobody can tell apart (see `#expire`).
 */
import { assert } from '../../../sim/engine/assert.ts';
import type { Stream } from '../../../sim/random/stream.ts';
import {
  FORCED_GC_AGE_TICKS,
  isInTimer,
  isValid,
  limitsProblems,
  type NeighbourLimits,
  type NeighbourTimes,
  REDRAW_TICKS,
  STATE,
  ticksOf,
} from './neighbour-settings.ts';
import { grown, PairTable } from './pair-table.ts';

const NONE = -1;

/** One kernel: its limits, its entries in the order of their making, and what did not fit. */
interface Kernel {
  readonly limits: NeighbourLimits;
  entries: number;
  /** Entries written by hand, which the limits do not count. */
  permanent: number;
  oldest: number;
  newest: number;
  lastForcedTick: number;
  /** Before this tick a forced collection would find nothing, unless an entry fails. */
  nothingBefore: number;
  overflows: number;
  peak: number;
}

/** Entries of all kernels, in typed arrays. */
export class NeighbourTable {
  state = new Uint8Array(0);
  mac = new Int32Array(0);
  confirmed = new Uint32Array(0);
  used = new Uint32Array(0);
  updated = new Uint32Array(0);
  probes = new Uint8Array(0);
  /** Counts the timers of a row, so that an old one is not taken for the present one. */
  version = new Uint32Array(0);
  #older = new Int32Array(0);
  #newer = new Int32Array(0);
  readonly times: NeighbourTimes;
  readonly #rows = new PairTable((capacity) => this.#grow(capacity));
  readonly #kernels: Kernel[] = [];
  /** By interface. */
  readonly #kernelOf: number[] = [];
  readonly #streams: (() => Stream)[] = [];
  readonly #streamOf: (Stream | undefined)[] = [];
  readonly #reachable: number[] = [];
  readonly #drawnTick: number[] = [];
  /** By address: entries that wait for it or have failed. A broadcast from it teaches them. */
  readonly #invalid = new Map<number, Set<number>>();
  readonly #baseTicks: number;

  constructor(times: NeighbourTimes) {
    this.times = times;
    this.#baseTicks = ticksOf(times.baseReachableMs);
  }

  /** A new kernel. */
  addKernel(limits: NeighbourLimits): number {
    const problems = limitsProblems(limits);
    assert(problems.length === 0, () => problems.join(' '));
    const fresh = {
      limits,
      entries: 0,
      permanent: 0,
      oldest: NONE,
      newest: NONE,
      lastForcedTick: 0,
      nothingBefore: 0,
      overflows: 0,
      peak: 0,
    };
    return this.#kernels.push(fresh) - 1;
  }

  /** An interface of a kernel; its reachable time is drawn from `stream`, which is made when first drawn from. */
  addInterface(port: number, kernel: number, stream: () => Stream): void {
    this.#kernelOf[port] = kernel;
    this.#streams[port] = stream;
  }

  /** Entries of a kernel. */
  entriesOf(kernel: number): number {
    return this.#kernels[kernel]!.entries;
  }

  /** The most entries that a kernel ever had. */
  peakOf(kernel: number): number {
    return this.#kernels[kernel]!.peak;
  }

  /** How often a kernel had no room for an entry. */
  overflowsOf(kernel: number): number {
    return this.#kernels[kernel]!.overflows;
  }

  /** Entries of an interface. Looks at the whole table of its kernel. */
  entriesOfInterface(port: number): number {
    let count = 0;
    this.#eachOf(this.#kernels[this.#kernelOf[port]!]!, (row) => {
      if (this.#rows.first[row] === port) count++;
    });
    return count;
  }

  /** Entries of each interface of every kernel, by port. */
  entriesByInterface(): Map<number, number> {
    const counts = new Map<number, number>();
    for (const kernel of this.#kernels) {
      this.#eachOf(kernel, (row) => {
        const port = this.#rows.first[row]!;
        counts.set(port, (counts.get(port) ?? 0) + 1);
      });
    }
    return counts;
  }

  /** The entry of an interface for an address, -1 if there is none. */
  find(port: number, ip: number): number {
    return this.#rows.find(port, ip);
  }

  /** The interface of an entry. */
  interfaceOf(row: number): number {
    return this.#rows.first[row]!;
  }

  /** The address that an entry is about. */
  ipOf(row: number): number {
    return this.#rows.second[row]!;
  }

  /** How many entries about `ip` have no hardware address. */
  invalidAbout(ip: number): number {
    return this.#invalid.get(ip)?.size ?? 0;
  }

  /** Interfaces that have such an entry. */
  interfacesWaitingFor(ip: number): number[] {
    return [...(this.#invalid.get(ip) ?? [])].map((row) => this.interfaceOf(row));
  }

  /** An interface is gone, and its entries with it. Gives their rows, so that their queues can go too. */
  flush(port: number): number[] {
    const kernel = this.#kernels[this.#kernelOf[port]!]!;
    const gone: number[] = [];
    this.#eachOf(kernel, (row) => {
      if (this.interfaceOf(row) === port) gone.push(row);
    });
    for (const row of gone) this.#remove(kernel, row);
    return gone;
  }

  /** Makes an entry, -1 when the kernel has no room: "neighbour table overflow". */
  add(port: number, ip: number, tick: number): number {
    const kernel = this.#kernels[this.#kernelOf[port]!]!;
    if (!this.#makeRoom(kernel, tick)) {
      kernel.overflows++;
      return NONE;
    }
    return this.#insert(kernel, port, ip, tick);
  }

  #insert(kernel: Kernel, port: number, ip: number, tick: number): number {
    const row = this.#rows.add(port, ip);
    this.state[row] = STATE.none;
    this.mac[row] = 0;
    this.used[row] = tick;
    this.updated[row] = tick;
    this.confirmed[row] = tick - 2 * this.#baseTicks;
    this.probes[row] = 0;
    this.version[row]!++;
    this.#append(kernel, row);
    return row;
  }

  /** Writes an entry by hand: it is never asked about, never collected, and not counted by the limits. */
  addPermanent(port: number, ip: number, mac: number, tick: number): void {
    const kernel = this.#kernels[this.#kernelOf[port]!]!;
    let row = this.find(port, ip);
    if (row >= 0) this.#remove(kernel, row);
    kernel.permanent++;
    row = this.#insert(kernel, port, ip, tick);
    this.mac[row] = mac;
    this.setState(row, STATE.permanent);
  }

  /** Puts an entry into a state. */
  setState(row: number, state: number): void {
    const was = isWaiting(this.state[row]!);
    const is = isWaiting(state);
    this.state[row] = state;
    if (was !== is) this.#noteInvalid(row, is);
    if (state === STATE.failed) this.#kernels[this.#kernelOf[this.interfaceOf(row)]!]!.nothingBefore = 0;
  }

  /** The state of an entry now. */
  stateAt(row: number, tick: number): number {
    if (this.state[row] === STATE.reachable) this.#expire(row, tick);
    return this.state[row]!;
  }

  /** The reachable time of an interface now: drawn when 300 s have passed since the last draw. */
  reachableTicks(port: number, tick: number): number {
    const drawn = this.#drawnTick[port];
    if (drawn === undefined || tick - drawn >= REDRAW_TICKS) {
      this.#streamOf[port] ??= this.#streams[port]!();
      const uniform = this.#streamOf[port].uniform();
      this.#reachable[port] = Math.floor(this.#baseTicks / 2) + Math.floor(uniform * this.#baseTicks);
      this.#drawnTick[port] = tick;
    }
    return this.#reachable[port]!;
  }

  /** What the kernel does every half reachable time. Gives rows that went, so that their queues can go too. */
  collect(kernelId: number, tick: number): number[] {
    const kernel = this.#kernels[kernelId]!;
    if (kernel.entries - kernel.permanent < kernel.limits.gcThresh1) return [];
    const staleTicks = ticksOf(this.times.gcStaleMs);
    const gone: number[] = [];
    this.#eachOf(kernel, (row) => {
      const state = this.stateAt(row, tick);
      if (state === STATE.permanent || isInTimer(state)) return;
      const used = Math.max(this.used[row]!, this.confirmed[row]!);
      if (state === STATE.failed || tick - used >= staleTicks) gone.push(row);
    });
    for (const row of gone) this.#remove(kernel, row);
    return gone;
  }

  /**
   * A trusted answer whose time has come is stale. The kernel's timer does that at the end itself; nobody uses the entry in
   * between, or it would have been looked at, and nothing is sent. Were the reachable time shorter than the delay before
   * the first probe, the timer could find the entry in use and ask at once: that is refused where times are set.
   */
  #expire(row: number, tick: number): void {
    const until = this.confirmed[row]! + this.reachableTicks(this.interfaceOf(row), tick);
    if (tick <= until) return;
    this.setState(row, STATE.stale);
    this.updated[row] = until;
  }

  #makeRoom(kernel: Kernel, tick: number): boolean {
    const { gcThresh2, gcThresh3 } = kernel.limits;
    const counted = kernel.entries - kernel.permanent;
    const full = counted >= gcThresh3;
    if (!full && !(counted >= gcThresh2 && tick - kernel.lastForcedTick > FORCED_GC_AGE_TICKS)) return true;
    return this.#forceRoom(kernel, tick) > 0 || !full;
  }

  /**
   * A full table is asked for room by every call, and looking through it finds the same each time: nothing that is younger now can be
   * old enough before the oldest that may go, and what gets younger or begins its life now cannot be sooner either.
   */
  #forceRoom(kernel: Kernel, tick: number): number {
    kernel.lastForcedTick = tick;
    if (tick < kernel.nothingBefore) return 0;
    const most = kernel.entries - kernel.permanent - kernel.limits.gcThresh2;
    let removed = 0;
    let sooner = tick + FORCED_GC_AGE_TICKS + 1;
    for (let row = kernel.oldest; row !== NONE && removed < most; ) {
      const next = this.#newer[row]!;
      const state = this.stateAt(row, tick);
      if (state !== STATE.permanent && !isInTimer(state)) {
        const freeTick = state === STATE.failed ? tick : this.updated[row]! + FORCED_GC_AGE_TICKS + 1;
        if (freeTick > tick) sooner = Math.min(sooner, freeTick);
        else {
          this.#remove(kernel, row);
          removed++;
        }
      }
      row = next;
    }
    kernel.nothingBefore = removed < most ? sooner : 0;
    return removed;
  }

  #remove(kernel: Kernel, row: number): void {
    if (isWaiting(this.state[row]!)) this.#noteInvalid(row, false);
    if (this.state[row] === STATE.permanent) kernel.permanent--;
    this.state[row] = STATE.none;
    this.version[row]!++;
    this.#unlink(kernel, row);
    this.#rows.remove(row);
  }

  #append(kernel: Kernel, row: number): void {
    this.#older[row] = kernel.newest;
    this.#newer[row] = NONE;
    if (kernel.newest === NONE) kernel.oldest = row;
    else this.#newer[kernel.newest] = row;
    kernel.newest = row;
    kernel.entries++;
    if (kernel.entries > kernel.peak) kernel.peak = kernel.entries;
  }

  #unlink(kernel: Kernel, row: number): void {
    const older = this.#older[row]!;
    const newer = this.#newer[row]!;
    if (older === NONE) kernel.oldest = newer;
    else this.#newer[older] = newer;
    if (newer === NONE) kernel.newest = older;
    else this.#older[newer] = older;
    kernel.entries--;
  }

  #eachOf(kernel: Kernel, visit: (row: number) => void): void {
    for (let row = kernel.oldest; row !== NONE; row = this.#newer[row]!) visit(row);
  }

  #noteInvalid(row: number, is: boolean): void {
    const ip = this.ipOf(row);
    const rows = this.#invalid.get(ip) ?? new Set();
    if (is) this.#invalid.set(ip, rows.add(row));
    else if (rows.delete(row) && rows.size === 0) this.#invalid.delete(ip);
  }

  #grow(capacity: number): void {
    this.state = grown(this.state, capacity);
    this.mac = grown(this.mac, capacity);
    this.confirmed = grown(this.confirmed, capacity);
    this.used = grown(this.used, capacity);
    this.updated = grown(this.updated, capacity);
    this.probes = grown(this.probes, capacity);
    this.version = grown(this.version, capacity);
    this.#older = grown(this.#older, capacity);
    this.#newer = grown(this.#newer, capacity);
  }
}

/** Without a hardware address, but asked for. */
function isWaiting(state: number): boolean {
  return state !== STATE.none && !isValid(state);
}

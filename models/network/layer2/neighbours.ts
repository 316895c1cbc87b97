/**
 * What a kernel does to reach a neighbour: asks, waits, trusts the answer for a while, asks again.
 *
 * Source: Linux 6.x net/core/neighbour.c: `__neigh_event_send` (a packet for an entry), `neigh_timer_handler`,
 * `neigh_update` (what ARP heard), `neigh_probe`. Requests of an entry that waits go to everybody, those of one that is
 * probed to the address that is known.
 *
 * Left out: confirmation by TCP's own answers (`confirm` is there for who has them), error messages to local programs.
 */

import { assert } from '../../../sim/engine/assert.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import {
  isValid,
  kernelBytesOf,
  type NeighbourTimes,
  STATE,
  TICK_NS,
  TICK_ORIGIN,
  ticksOf,
} from './neighbour-settings.ts';
import type { NeighbourTable } from './neighbour-table.ts';

/** What neighbours need of the rest. */
export interface NeighbourPeers {
  /** Sends a packet to a hardware address; takes over the hold on it. */
  transmit(port: number, mac: number, packet: number): void;
  /** Asks for an address: everybody, or the one that was known (`mac` above 0). */
  ask(port: number, ip: number, mac: number, packet: number): void;
  /** Length of a packet. */
  bytesOf(packet: number): number;
  /** A packet is lost. */
  lost(packet: number, why: 'table full' | 'no answer' | 'queue full'): void;
  /** A neighbour whose hardware address was known has not answered any probe. */
  dropped?(port: number, ip: number): void;
}

/** How a heard address is taken. */
export interface Heard {
  readonly port: number;
  readonly ip: number;
  readonly mac: number;
  /** True for an answer that was sent to this interface alone. */
  readonly isAnswer: boolean;
  /** True when sender and target are one: somebody announces itself. */
  readonly isAnnouncement: boolean;
}

/** Ticks of a short reachable time would end within the delay before the first probe; see `NeighbourTable`. */
function timesProblem({ baseReachableMs, delayFirstProbeMs }: NeighbourTimes): string | undefined {
  if (baseReachableMs / 2 > delayFirstProbeMs) return undefined;
  return `Half of the reachable time (${baseReachableMs} ms) must be above the delay before the first probe (${delayFirstProbeMs} ms).`;
}

/** The state machine over the table. */
export class Neighbours {
  readonly #simulation: Simulation;
  readonly #table: NeighbourTable;
  readonly #peers: NeighbourPeers;
  readonly #timer: EventKind;
  readonly #collector: EventKind;
  readonly #collecting: boolean[] = [];
  /** By entry: packets that wait, oldest first. */
  readonly #waiting = new Map<number, number[]>();
  readonly #delayTicks: number;
  readonly #retransTicks: number;
  readonly #lockTicks: number;
  readonly #collectTicks: number;

  constructor(simulation: Simulation, table: NeighbourTable, peers: NeighbourPeers) {
    this.#simulation = simulation;
    this.#table = table;
    this.#peers = peers;
    const problem = timesProblem(table.times);
    assert(problem === undefined, () => problem!);
    this.#delayTicks = ticksOf(table.times.delayFirstProbeMs);
    this.#retransTicks = Math.max(ticksOf(table.times.retransMs), 1);
    this.#lockTicks = ticksOf(table.times.lockMs);
    this.#collectTicks = ticksOf(table.times.baseReachableMs / 2);
    this.#timer = simulation.kind('neighbour timer', (row, version) => this.#expire(row, version));
    this.#collector = simulation.kind('neighbour tables are looked through', (kernel) => this.#collect(kernel));
  }

  /** The kernel's clock. */
  get tick(): number {
    return Math.floor(this.#simulation.nowNs / TICK_NS) + TICK_ORIGIN;
  }

  /** Sends a packet to a neighbour, as soon as its hardware address is known. Takes over the hold on the packet. */
  send(kernel: number, port: number, ip: number, packet: number): void {
    const { tick } = this;
    const row = this.#find(kernel, port, ip, tick);
    if (row < 0) this.#peers.lost(packet, 'table full');
    else this.#sendBy(row, packet, tick);
  }

  /** Somebody asked this interface: it is known from now on, if there is room. */
  learnAsker(kernel: number, heard: Heard): boolean {
    const row = this.#find(kernel, heard.port, heard.ip, this.tick);
    // What is asked of this host is always believed.
    if (row >= 0) this.#update(row, heard.mac, STATE.stale, true);
    return row >= 0;
  }

  /** Something was heard of an address: it changes an entry that exists, and makes none. */
  hear(heard: Heard): void {
    const row = this.#table.find(heard.port, heard.ip);
    if (row < 0) return;
    const override = heard.isAnnouncement || this.tick > this.#table.updated[row]! + this.#lockTicks;
    this.#update(row, heard.mac, heard.isAnswer ? STATE.reachable : STATE.stale, override);
  }

  /** A higher protocol has proof that the neighbour lives. */
  confirm(port: number, ip: number): void {
    const row = this.#table.find(port, ip);
    if (row >= 0) this.#table.confirmed[row] = this.tick;
  }

  /** An interface is gone, with its entries and what waited for them. */
  forget(port: number): void {
    for (const row of this.#table.flush(port))
      for (const packet of this.#takeWaiting(row)) this.#peers.lost(packet, 'no answer');
  }

  #find(kernel: number, port: number, ip: number, tick: number): number {
    const known = this.#table.find(port, ip);
    if (known >= 0) return known;
    const row = this.#table.add(port, ip, tick);
    if (row >= 0) this.#watch(kernel);
    return row;
  }

  #sendBy(row: number, packet: number, tick: number): void {
    const table = this.#table;
    const state = table.stateAt(row, tick);
    if (state !== STATE.reachable && state !== STATE.permanent) table.used[row] = tick;
    if (state === STATE.stale) this.#arm(row, STATE.delay, tick, this.#delayTicks);
    if (isValid(state)) {
      this.#peers.transmit(table.interfaceOf(row), table.mac[row]!, packet);
      return;
    }
    // What waits comes first, because the request is made in the name of the first that waits.
    this.#queue(row, packet);
    if (state === STATE.incomplete) return;
    table.probes[row] = table.times.unicastProbes;
    this.#arm(row, STATE.incomplete, tick, this.#retransTicks);
    this.#probe(row);
  }

  #queue(row: number, packet: number): void {
    const waiting = this.#waiting.get(row) ?? [];
    const room = this.#table.times.unresolvedQueueBytes - kernelBytesOf(this.#peers.bytesOf(packet));
    let held = waiting.reduce((sum, each) => sum + kernelBytesOf(this.#peers.bytesOf(each)), 0);
    while (held > room && waiting.length > 0) {
      const oldest = waiting.shift()!;
      held -= kernelBytesOf(this.#peers.bytesOf(oldest));
      this.#peers.lost(oldest, 'queue full');
    }
    waiting.push(packet);
    this.#waiting.set(row, waiting);
  }

  /** Enters a state with a timer. */
  #arm(row: number, state: number, tick: number, ticks: number): void {
    const table = this.#table;
    table.setState(row, state);
    table.updated[row] = tick;
    this.#rearm(row, tick, ticks);
  }

  #rearm(row: number, tick: number, ticks: number): void {
    const version = ++this.#table.version[row]!;
    this.#simulation.at((tick + ticks - TICK_ORIGIN) * TICK_NS, this.#timer, row, version);
  }

  #expire(row: number, version: number): void {
    const table = this.#table;
    if (table.version[row] !== version) return;
    const { tick } = this;
    if (table.state[row] === STATE.delay) this.#endDelay(row, tick);
    else this.#endProbe(row, tick);
  }

  #endDelay(row: number, tick: number): void {
    const table = this.#table;
    if (tick <= table.confirmed[row]! + this.#delayTicks) {
      table.setState(row, STATE.reachable);
      table.updated[row] = tick;
      return;
    }
    table.probes[row] = 0;
    this.#arm(row, STATE.probe, tick, this.#retransTicks);
    this.#probe(row);
  }

  #endProbe(row: number, tick: number): void {
    const table = this.#table;
    const { unicastProbes, broadcastProbes } = table.times;
    const most = table.state[row] === STATE.probe ? unicastProbes : unicastProbes + broadcastProbes;
    if (table.probes[row]! < most) {
      this.#rearm(row, tick, this.#retransTicks);
      this.#probe(row);
      return;
    }
    const wasKnown = table.state[row] === STATE.probe;
    table.setState(row, STATE.failed);
    table.updated[row] = tick;
    if (wasKnown) this.#peers.dropped?.(table.interfaceOf(row), table.ipOf(row));
    for (const packet of this.#takeWaiting(row)) this.#peers.lost(packet, 'no answer');
  }

  #probe(row: number): void {
    const table = this.#table;
    const mac = table.state[row] === STATE.probe ? table.mac[row]! : 0;
    const first = this.#waiting.get(row)?.[0] ?? -1;
    this.#peers.ask(table.interfaceOf(row), table.ipOf(row), mac, first);
    table.probes[row]!++;
  }

  /** What ARP heard, as the kernel takes it. */
  #update(row: number, mac: number, heard: number, override: boolean): void {
    const table = this.#table;
    const { tick } = this;
    const old = table.stateAt(row, tick);
    if (old === STATE.permanent) return;
    const same = isValid(old) && table.mac[row] === mac;
    if (heard === STATE.reachable) table.confirmed[row] = tick;
    if (isValid(old) && !same && !override) return;
    const next = same && heard === STATE.stale ? old : heard;
    if (next !== old || !same) table.updated[row] = tick;
    if (!same) {
      table.mac[row] = mac;
      if (next !== STATE.reachable) table.confirmed[row] = tick - 2 * ticksOf(table.times.baseReachableMs);
    }
    if (next === old) return;
    // Whatever timer ran has no say any more.
    table.version[row]!++;
    table.setState(row, next);
    if (!isValid(old)) this.#flush(row, tick);
  }

  #flush(row: number, tick: number): void {
    for (const packet of this.#takeWaiting(row)) this.#sendBy(row, packet, tick);
  }

  #takeWaiting(row: number): number[] {
    const waiting = this.#waiting.get(row) ?? [];
    this.#waiting.delete(row);
    return waiting;
  }

  /** A kernel with entries looks through its table now and then. */
  #watch(kernel: number): void {
    if (this.#collecting[kernel]) return;
    this.#collecting[kernel] = true;
    this.#simulation.after(this.#collectTicks * TICK_NS, this.#collector, kernel);
  }

  #collect(kernel: number): void {
    this.#collecting[kernel] = false;
    this.#table.collect(kernel, this.tick);
    if (this.#table.entriesOf(kernel) > 0) this.#watch(kernel);
  }
}

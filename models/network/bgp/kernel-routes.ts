/**
 * The routes that daemons write into the kernel, a little after they decide: what packets follow.
 *
 * While others hold the kernel's lock, what waits is gathered by prefix, as zebra's work queue does: a route that was changed and
 * taken back meanwhile was never there.
 * Source: our recordings (FRR's zebra gathers for another 10 ms; of six routers whose writes waited while paths were hunted
 * (`clique-02`), five wrote the last route alone). Left out: routes of other protocols, the kernel's own; a write that was under way
 * when the lock was taken (the sixth).
 */

import { NS_PER_MS, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import { exponential } from '../../../sim/random/distributions.ts';
import type { Stream, StreamSource } from '../../../sim/random/stream.ts';
import type { BgpConfiguration } from './configuration.ts';
import { KernelLock } from './kernel-lock.ts';
import type { PrefixId } from './prefix-table.ts';

/** A write in a hundred comes late: the machine is busy with something else (mean of an exponential draw). */
const LATE_SHARE = 0.01;
const LATE_MEAN_NS = 10 * NS_PER_MS;

/** Writes of a speaker that leave together: next hops by prefix, none where the route goes. */
interface Batch {
  readonly speaker: number;
  readonly atNs: TimeNs;
  readonly routes: Map<PrefixId, readonly number[]>;
}

/** The kernel routes of all speakers. */
export class KernelRoutes {
  readonly #sim: Simulation;
  readonly #lock: KernelLock | undefined;
  readonly #busy: Stream;
  readonly #changed: (speaker: number, prefix: PrefixId) => void;
  readonly #kind: EventKind;
  /** Of each speaker: next hops (speakers, ascending) by prefix, as the kernel has them. */
  readonly #routes: Map<PrefixId, readonly number[]>[];
  /** As the daemon wants them. */
  readonly #wanted: Map<PrefixId, readonly number[]>[];
  readonly #batches: (Batch | undefined)[] = [];
  readonly #free: number[] = [];
  /** Of each speaker: what waits for the lock. */
  readonly #held: (Batch | undefined)[];
  /** Of each speaker: when its last write is due. One comes after the other. */
  readonly #dueNs: Float64Array;

  constructor(
    { sim, streams }: { readonly sim: Simulation; readonly streams: StreamSource },
    { speakers: all, kernelLock }: BgpConfiguration,
    changed: (speaker: number, prefix: PrefixId) => void,
  ) {
    const speakers = all.length;
    this.#sim = sim;
    if (kernelLock !== undefined) this.#lock = new KernelLock(kernelLock, streams.stream('kernel', 'lock'));
    this.#changed = changed;
    this.#busy = streams.stream('kernel', 'busy');
    this.#kind = sim.kind('bgp kernel routes', (slot) => this.#write(slot));
    this.#routes = Array.from({ length: speakers }, () => new Map<PrefixId, readonly number[]>());
    this.#wanted = Array.from({ length: speakers }, () => new Map<PrefixId, readonly number[]>());
    this.#held = Array.from({ length: speakers }, () => undefined);
    this.#dueNs = new Float64Array(speakers);
  }

  /** Next hops of a kernel route, ascending; undefined if there is none. */
  get(speaker: number, prefix: PrefixId): readonly number[] | undefined {
    return this.#routes[speaker]!.get(prefix);
  }

  /** Writes what differs from what was wanted before, after a delay. `hops` is empty where there is no route. */
  want(
    speaker: number,
    prefixes: readonly PrefixId[],
    hopsOf: (prefix: PrefixId) => readonly number[],
    delayNs: TimeNs,
  ): void {
    const wanted = this.#wanted[speaker]!;
    const routes = new Map<PrefixId, readonly number[]>();
    for (const prefix of prefixes) {
      const hops = hopsOf(prefix);
      if (isSame(wanted.get(prefix) ?? [], hops)) continue;
      if (hops.length === 0) wanted.delete(prefix);
      else wanted.set(prefix, hops);
      routes.set(prefix, hops);
    }
    if (routes.size === 0) return;
    this.#dueNs[speaker] = Math.max(this.#dueNs[speaker]!, this.#sim.nowNs + delayNs + this.#lateNs());
    this.#put(speaker, routes, this.#dueNs[speaker]);
  }

  #put(speaker: number, routes: Map<PrefixId, readonly number[]>, dueNs: TimeNs): void {
    const held = this.#held[speaker];
    if (held !== undefined && held.atNs >= dueNs) {
      for (const [prefix, hops] of routes) held.routes.set(prefix, hops);
      return;
    }
    const atNs = this.#lock === undefined ? dueNs : this.#lock.freeNs(dueNs);
    const batch = { speaker, atNs, routes };
    if (atNs > dueNs) this.#held[speaker] = batch;
    const slot = this.#free.pop() ?? this.#batches.length;
    this.#batches[slot] = batch;
    this.#sim.at(atNs, this.#kind, slot);
  }

  #lateNs(): TimeNs {
    return this.#busy.uniform() < LATE_SHARE ? Math.round(exponential(this.#busy, LATE_MEAN_NS)) : 0;
  }

  /** The daemon has forgotten what it wrote; the routes stay until it writes or sweeps. */
  forget(speaker: number): void {
    this.#wanted[speaker]!.clear();
  }

  /** A new daemon takes out what its predecessor left. */
  sweep(speaker: number): void {
    const routes = this.#routes[speaker]!;
    const left = [...routes.keys()].filter((prefix) => !this.#wanted[speaker]!.has(prefix));
    for (const prefix of left) {
      routes.delete(prefix);
      this.#changed(speaker, prefix);
    }
  }

  /** The kernel takes out what leads to these neighbours alone. It tells nobody. @returns the prefixes */
  cut(speaker: number, isLost: (hop: number) => boolean): readonly PrefixId[] {
    const routes = this.#routes[speaker]!;
    const lost = [...routes].filter(([, hops]) => hops.every(isLost)).map(([prefix]) => prefix);
    for (const prefix of lost) routes.delete(prefix);
    return lost;
  }

  #write(slot: number): void {
    const batch = this.#batches[slot]!;
    this.#batches[slot] = undefined;
    this.#free.push(slot);
    const { speaker, routes } = batch;
    const isHeld = this.#held[speaker] === batch;
    if (isHeld) this.#held[speaker] = undefined;
    const known = this.#routes[speaker]!;
    for (const [prefix, hops] of routes) {
      // What waited may have become what is there already.
      if (isHeld && isSame(known.get(prefix) ?? [], hops)) continue;
      // What the kernel has taken out itself is not there any more.
      if (hops.length === 0 && !known.delete(prefix)) continue;
      if (hops.length > 0) known.set(prefix, hops);
      this.#changed(speaker, prefix);
    }
  }
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}

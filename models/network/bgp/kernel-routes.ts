/**
 * The routes that daemons write into the kernel, a little after they decide: what packets follow.
 *
 * Source: our recordings (FRR's zebra gathers for another 10 ms). Left out: routes of other protocols, the kernel's own.
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

interface Change {
  readonly speaker: number;
  readonly prefix: PrefixId;
  readonly hops: readonly number[];
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
  readonly #batches: (readonly Change[] | undefined)[] = [];
  readonly #free: number[] = [];

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
    const changes: Change[] = [];
    for (const prefix of prefixes) {
      const hops = hopsOf(prefix);
      if (isSame(wanted.get(prefix) ?? [], hops)) continue;
      if (hops.length === 0) wanted.delete(prefix);
      else wanted.set(prefix, hops);
      changes.push({ speaker, prefix, hops });
    }
    if (changes.length === 0) return;
    const slot = this.#free.pop() ?? this.#batches.length;
    this.#batches[slot] = changes;
    const dueNs = this.#sim.nowNs + delayNs + this.#lateNs();
    this.#sim.at(this.#lock === undefined ? dueNs : this.#lock.freeNs(dueNs), this.#kind, slot);
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
    const changes = this.#batches[slot]!;
    this.#batches[slot] = undefined;
    this.#free.push(slot);
    for (const { speaker, prefix, hops } of changes) {
      // What the kernel has taken out itself is not there any more.
      if (hops.length === 0 && !this.#routes[speaker]!.delete(prefix)) continue;
      if (hops.length > 0) this.#routes[speaker]!.set(prefix, hops);
      this.#changed(speaker, prefix);
    }
  }
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}

/**
 * How much memory a container uses: from its start on in a straight line to what it reaches, and no more then.
 *
 * Source: ours, declared by the scenario. Leaves out: memory that comes with requests or is given back, page cache, swap.
 */
import { assert } from '../../../sim/engine/assert.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';

/** The course of a container's memory. */
export interface MemoryUse {
  readonly startMib: number;
  readonly reachesMib: number;
  /** From the start of the container until it uses that much. */
  readonly afterNs: TimeNs;
}

/** Memory of a container that runs since `ageNs`, MiB. */
export function memoryMibAt({ startMib, reachesMib, afterNs }: MemoryUse, ageNs: TimeNs): number {
  assert(ageNs >= 0, () => `a container of ${ageNs} ns`);
  return ageNs >= afterNs ? reachesMib : startMib + ((reachesMib - startMib) * ageNs) / afterNs;
}

/** How old a container is when it uses more than that; Infinity: never. */
export function exceedsMibNs({ startMib, reachesMib, afterNs }: MemoryUse, limitMib: number): TimeNs {
  if (startMib > limitMib) return 0;
  if (reachesMib <= limitMib) return Number.POSITIVE_INFINITY;
  // It is there at once: there is no line to cross.
  if (afterNs === 0) return 0;
  return Math.floor((afterNs * (limitMib - startMib)) / (reachesMib - startMib)) + 1;
}

/** A container on a node. */
export interface RunningMemory {
  readonly use: MemoryUse;
  readonly sinceNs: TimeNs;
}

/** When containers that run on together use more than that, from `nowNs` on; Infinity: never. */
export function togetherExceedNs(running: readonly RunningMemory[], limitMib: number, nowNs: TimeNs): TimeNs {
  const bends = running.map(({ use, sinceNs }) => sinceNs + use.afterNs).filter((atNs) => atNs > nowNs);
  let fromNs = nowNs;
  let before = togetherMib(running, fromNs);
  if (before > limitMib) return nowNs;
  for (const atNs of [...new Set(bends)].sort((a, b) => a - b)) {
    const after = togetherMib(running, atNs);
    if (after > limitMib) return fromNs + Math.floor(((atNs - fromNs) * (limitMib - before)) / (after - before)) + 1;
    fromNs = atNs;
    before = after;
  }
  return Number.POSITIVE_INFINITY;
}

/** What they use together at an instant, MiB. */
export function togetherMib(running: readonly RunningMemory[], nowNs: TimeNs): number {
  return running.reduce((sum, { use, sinceNs }) => sum + memoryMibAt(use, nowNs - sinceNs), 0);
}

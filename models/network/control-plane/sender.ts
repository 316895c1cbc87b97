/**
 * A sender: something that copies each version to all that watch it, one copy after another by a number of workers.
 *
 * Each worker has its share of the watchers and works in order of arrival, so a watcher is told in the order of versions. With
 * one worker and n watchers the last one hears n copies later; versions that arrive at random queue as in M/D/1. All times are
 * known as soon as a version arrives, so no event is needed for a copy: 5,000 nodes cost the same as one.
 * Who is first in turn changes from version to version, or some nodes would always be told last.
 * Source: the queue is Kendall's M/D/1 (test: against sim/sharing/station and the formula of Pollaczek and Khinchine).
 * Leaves out: a slow watcher that holds up its worker, copies that differ in size.
 */
import { assert } from '../../../sim/engine/assert.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';

/** Odd, and spread over 32 bits: the turn moves on by a golden share of the watchers (Knuth, volume 3, 6.4). */
const TURN = 0x9e3779b1;

/** One server or relay that is watched. */
export class Sender {
  readonly watchers: number;
  readonly workers: number;
  readonly copyNs: TimeNs;
  /** Versions that have arrived here. */
  count = 0;
  /** Processor time spent, over all workers. */
  busyNs = 0;
  /** Copies sent. */
  copies = 0;
  readonly #freeNs: Float64Array;
  /** Versions that had arrived when it last stopped. */
  #stoppedAt = 0;
  /** Begin of the copying of each version by each worker: version-major. */
  #begins: Float64Array;

  constructor(watchers: number, workers: number, copyNs: TimeNs) {
    assert(workers >= 1 && copyNs >= 0, () => `a sender of ${workers} workers and ${copyNs} ns a copy`);
    this.watchers = watchers;
    this.workers = Math.max(1, Math.min(workers, watchers));
    this.copyNs = copyNs;
    this.#freeNs = new Float64Array(this.workers);
    this.#begins = new Float64Array(64 * this.workers);
  }

  /** Everything up to `version` has been sent long ago, at no cost. */
  startAt(version: number): void {
    assert(this.count === 0, 'a sender starts before its first version');
    this.count = version;
    this.#stoppedAt = version;
    while ((version + 1) * this.workers > this.#begins.length) this.#begins = doubled(this.#begins);
  }

  /** Watchers of one worker. */
  #shareOf(worker: number): number {
    return Math.ceil((this.watchers - worker) / this.workers);
  }

  /** The next version arrives at `atNs`, not before the one before it. */
  send(atNs: TimeNs): void {
    const version = ++this.count;
    const { workers } = this;
    if ((version + 1) * workers > this.#begins.length) this.#begins = doubled(this.#begins);
    for (let worker = 0; worker < workers; worker++) {
      const beginNs = Math.max(atNs, this.#freeNs[worker]!);
      this.#begins[version * workers + worker] = beginNs;
      this.#freeNs[worker] = beginNs + this.#shareOf(worker) * this.copyNs;
    }
    this.busyNs += this.watchers * this.copyNs;
    this.copies += this.watchers;
  }

  /** When the copy of a version for a watcher leaves. */
  leavesNs(watcher: number, version: number): TimeNs {
    const worker = watcher % this.workers;
    const share = this.#shareOf(worker);
    const turn = Math.imul(version, TURN) >>> 0;
    const place = ((watcher - worker) / this.workers + turn) % share;
    return this.#begins[version * this.workers + worker]! + (place + 1) * this.copyNs;
  }

  /** The last version whose copy for this watcher has left by `nowNs`, of those since the last stop; else the one then. */
  lastLeft(watcher: number, nowNs: TimeNs): number {
    let low = this.#stoppedAt;
    let high = this.count;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.leavesNs(watcher, middle) <= nowNs) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Work of another kind for the worker of a watcher, such as a full list. Gives its end. */
  work(watcher: number, atNs: TimeNs, workNs: TimeNs): TimeNs {
    const worker = watcher % this.workers;
    const endNs = Math.max(atNs, this.#freeNs[worker]!) + workNs;
    this.#freeNs[worker] = endNs;
    this.busyNs += workNs;
    return endNs;
  }

  /** It stops at `nowNs`: what has not left never does. Ask `lastLeft` of every watcher before. */
  stop(nowNs: TimeNs): void {
    for (let watcher = 0; watcher < this.watchers; watcher++) this.copies -= this.count - this.lastLeft(watcher, nowNs);
    for (let worker = 0; worker < this.workers; worker++) {
      this.busyNs -= Math.max(0, this.#freeNs[worker]! - nowNs);
      this.#freeNs[worker] = Math.min(this.#freeNs[worker]!, nowNs);
    }
    this.#stoppedAt = this.count;
  }

  /** Versions after `version` never arrived: they were called off on their way here. Not to be mixed with `work`. */
  rewind(version: number): void {
    const dropped = this.count - version;
    if (dropped <= 0) return;
    this.count = version;
    for (let worker = 0; worker < this.workers; worker++) {
      const beginNs = this.#begins[version * this.workers + worker]!;
      this.#freeNs[worker] = beginNs === 0 ? 0 : beginNs + this.#shareOf(worker) * this.copyNs;
    }
    this.busyNs -= dropped * this.watchers * this.copyNs;
    this.copies -= dropped * this.watchers;
  }
}

function doubled(column: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * column.length);
  larger.set(column);
  return larger;
}

/**
 * What became of the requests of one kind, or of one source: counts that only rise, and latencies of good answers.
 *
 * Hot file: bench/load.ts measures it. Offered = answered + failed + under way, at every instant. Source: ours; quantiles as in
 * sim/stats/quantile-sketch. Left out: latencies of requests that failed (their number and cause are told; how long they took is the
 * time-out's length or nothing), and of those that are under way.
 */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import { QuantileSketch } from '../../../sim/stats/quantile-sketch.ts';
import { CAUSES } from './cause.ts';

/** Counts and latencies over a stretch of time. Latencies in ns, NaN when nothing was answered. */
export interface RequestReport {
  readonly offered: number;
  readonly ok: number;
  /** By cause, in the order of `CAUSES`. */
  readonly errors: readonly number[];
  /** Without an answer and not yet failed, at the end of the stretch. */
  readonly underWay: number;
  /** Good answers a second. */
  readonly goodputPerSec: number;
  readonly meanNs: number;
  readonly p50Ns: number;
  readonly p90Ns: number;
  readonly p99Ns: number;
}

/** Counts at an instant. */
interface Counts {
  readonly offered: number;
  readonly ok: number;
  readonly errors: Float64Array;
  readonly sinceNs: TimeNs;
}

/** Counts of one kind or source. */
export class RequestMeasure {
  offered = 0;
  ok = 0;
  readonly errors = new Float64Array(CAUSES.length);
  /** Time under way of all requests that are over, failed ones included. */
  timeNs = 0;
  readonly #window = new QuantileSketch();
  readonly #before = new QuantileSketch();
  #base: Counts = { offered: 0, ok: 0, errors: new Float64Array(CAUSES.length), sinceNs: 0 };
  #windowBase: Counts = { offered: 0, ok: 0, errors: new Float64Array(CAUSES.length), sinceNs: 0 };

  /** A good answer after `latencyNs`, counted for `weight` requests. */
  answered(latencyNs: TimeNs, weight = 1): void {
    this.ok += weight;
    this.timeNs += latencyNs * weight;
    this.#window.add(latencyNs, weight);
  }

  /** No answer: one of `CAUSE`. */
  failed(cause: number, afterNs: TimeNs, weight = 1): void {
    this.errors[cause] += weight;
    this.timeNs += afterNs * weight;
  }

  /** Requests without an answer that have not failed. */
  get underWay(): number {
    let over = this.ok;
    for (const count of this.errors) over += count;
    return this.offered - over;
  }

  /** Requests that failed since measuring began; what `report` says by cause, without its quantiles. */
  get failures(): number {
    let sum = 0;
    for (const [cause, count] of this.errors.entries()) sum += count - this.#base.errors[cause];
    return sum;
  }

  /** Since measuring began. */
  report(nowNs: TimeNs): RequestReport {
    const all = new QuantileSketch();
    all.merge(this.#before);
    all.merge(this.#window);
    return this.#report(this.#base, all, nowNs);
  }

  /** What has happened since the last window, and begins the next. */
  closeWindow(nowNs: TimeNs): RequestReport {
    const report = this.#report(this.#windowBase, this.#window, nowNs);
    this.#before.merge(this.#window);
    this.#window.clear();
    this.#windowBase = this.#present(nowNs);
    return report;
  }

  /** Forgets what was measured, after a warm-up. Requests that are under way count when they are over. */
  measureFrom(nowNs: TimeNs): void {
    this.#before.clear();
    this.#window.clear();
    this.#base = this.#present(nowNs);
    this.#windowBase = this.#present(nowNs);
  }

  #present(sinceNs: TimeNs): Counts {
    return { offered: this.offered, ok: this.ok, errors: this.errors.slice(), sinceNs };
  }

  #report(base: Counts, latencies: QuantileSketch, nowNs: TimeNs): RequestReport {
    const ok = this.ok - base.ok;
    const seconds = (nowNs - base.sinceNs) / NS_PER_SECOND;
    return {
      offered: this.offered - base.offered,
      ok,
      errors: Array.from(this.errors, (count, cause) => count - base.errors[cause]),
      underWay: this.underWay,
      goodputPerSec: seconds === 0 ? 0 : ok / seconds,
      meanNs: latencies.weight === 0 ? Number.NaN : latencies.mean,
      p50Ns: latencies.quantile(0.5),
      p90Ns: latencies.quantile(0.9),
      p99Ns: latencies.quantile(0.99),
    };
  }
}

/**
 * Prometheus as a source of custom metrics: values of targets, taken at their own instants and kept for a while.
 *
 * Source: Prometheus 3 (scrape offsets by a hash of the target, spread over the interval; staleness: a series that was not seen for
 * 5 min, or whose target vanished, has no value; ranges and that look back leave out their older end; `rate` with its extrapolation to
 * the ends of the range), prometheus-adapter (queries at the moment of asking). An answer is the last value taken before the instant.
 * Leaves out: the query language, recording rules, the time that a scrape takes, storage; a target that vanishes is stale at once, and
 * not an interval later.
 */
import { assert } from '../../sim/engine/assert.ts';
import { NS_PER_SECOND, type TimeNs } from '../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../sim/engine/simulation.ts';
import type { Stream } from '../../sim/random/stream.ts';

/** One taken value. */
export interface ScrapedValue {
  readonly atNs: TimeNs;
  readonly value: number;
}

/** Settings of one scrape job. */
export interface ScrapeOptions {
  readonly intervalNs: TimeNs;
  /** A series without a value for so long has none. */
  readonly stalenessNs: TimeNs;
  /** How long values are kept for rates. */
  readonly keptNs: TimeNs;
}

/** Defaults: each minute, as an unconfigured Prometheus. */
export const SCRAPE_DEFAULTS: ScrapeOptions = {
  intervalNs: 60 * NS_PER_SECOND,
  stalenessNs: 300 * NS_PER_SECOND,
  keptNs: 600 * NS_PER_SECOND,
};

interface Target {
  readonly read: () => number | undefined;
  readonly values: ScrapedValue[];
  stale: boolean;
}

/** One scrape job: a metric of many targets. */
export class ScrapeJob {
  readonly #sim: Simulation;
  readonly #options: ScrapeOptions;
  readonly #stream: Stream;
  readonly #kind: EventKind;
  readonly #targets = new Map<number, Target>();

  /** `stream` draws the offset of each target. */
  constructor(sim: Simulation, name: string, stream: Stream, options: ScrapeOptions = SCRAPE_DEFAULTS) {
    assert(options.intervalNs > 0, () => `${name} is scraped each ${options.intervalNs} ns`);
    this.#sim = sim;
    this.#options = options;
    this.#stream = stream;
    this.#kind = sim.kind(`scrape of ${name}`, (target) => this.#scrape(target));
  }

  /** A target appears; `read` gives its value, or undefined while it does not answer. */
  add(target: number, read: () => number | undefined): void {
    assert(!this.#targets.has(target), () => `target ${target} is scraped already`);
    this.#targets.set(target, { read, values: [], stale: false });
    this.#sim.after(this.#stream.below(this.#options.intervalNs / 1000) * 1000, this.#kind, target);
  }

  /** A target is gone, and its series with it. */
  remove(target: number): void {
    this.#targets.delete(target);
  }

  /** The last value; undefined: there is none, or it is stale. */
  latest(target: number): ScrapedValue | undefined {
    const known = this.#targets.get(target);
    const last = known?.values.at(-1);
    if (last === undefined || known!.stale || this.#sim.nowNs - last.atNs >= this.#options.stalenessNs)
      return undefined;
    return last;
  }

  /** Increase for each second of a counter over the last `rangeNs`, as `rate()` has it; undefined with fewer than two values. */
  rate(target: number, rangeNs: TimeNs): number | undefined {
    const { nowNs } = this.#sim;
    const values = (this.#targets.get(target)?.values ?? []).filter(({ atNs }) => atNs > nowNs - rangeNs);
    const first = values[0];
    const last = values.at(-1);
    if (first === undefined || last === undefined || first === last) return undefined;
    let increase = 0;
    // A counter that falls has begun anew.
    for (let index = 1; index < values.length; index++) {
      const step = values[index]!.value - values[index - 1]!.value;
      increase += step < 0 ? values[index]!.value : step;
    }
    const sampledNs = last.atNs - first.atNs;
    return (
      (increase * extrapolatedNs(first, last, values.length, increase, nowNs, rangeNs)) /
      sampledNs /
      (rangeNs / NS_PER_SECOND)
    );
  }

  #scrape(target: number): void {
    const known = this.#targets.get(target);
    if (known === undefined) return;
    const { nowNs } = this.#sim;
    const value = known.read();
    known.stale = value === undefined;
    if (value !== undefined) known.values.push({ atNs: nowNs, value });
    while (known.values.length > 0 && known.values[0]!.atNs < nowNs - this.#options.keptNs) known.values.shift();
    this.#sim.after(this.#options.intervalNs, this.#kind, target);
  }
}

/** The stretch that an increase between two values is taken to stand for: to the ends of the range if they are near, else half a step. */
function extrapolatedNs(
  first: ScrapedValue,
  last: ScrapedValue,
  count: number,
  increase: number,
  nowNs: TimeNs,
  rangeNs: TimeNs,
): number {
  const sampledNs = last.atNs - first.atNs;
  const stepNs = sampledNs / (count - 1);
  const nearNs = stepNs * 1.1;
  let startNs = first.atNs - (nowNs - rangeNs);
  const endNs = nowNs - last.atNs;
  if (startNs >= nearNs) startNs = stepNs / 2;
  // A counter cannot have been below zero.
  if (increase > 0 && first.value >= 0) startNs = Math.min(startNs, (sampledNs * first.value) / increase);
  return sampledNs + startNs + (endNs >= nearNs ? stepNs / 2 : endNs);
}

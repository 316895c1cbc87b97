/**
 * What traffic comes to in one run: counts and samples, turned into metrics at the end.
 *
 * Left out: flows that are still running at the end (counted as such, in no mean).
 */
import { NS_PER_SECOND, type TimeNs } from '../../sim/engine/sim-time.ts';
import { quantileOfSorted } from '../../sim/stats/quantile.ts';

/** A list of numbers that grows without boxing. */
class Samples {
  #values = new Float64Array(1024);
  #count = 0;

  add(value: number): void {
    if (this.#count === this.#values.length) {
      const larger = new Float64Array(2 * this.#count);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#count++] = value;
  }

  values(): Float64Array {
    return this.#values.slice(0, this.#count);
  }
}

/** What can bound a flow's rate. */
export type Limit = 'Uplink' | 'HostLink' | 'Processors' | 'Core' | 'Pace';

const LIMITS: readonly Limit[] = ['Uplink', 'HostLink', 'Processors', 'Core', 'Pace'];

/** What a talker's flows are measured for; `continuity`: only for how long they stand still, and whether they fail. */
export type Measure = 'latency' | 'throughput' | 'continuity';

/** A flow that came to its end. */
export interface FinishedFlow {
  readonly measures: Measure;
  readonly bytes: number;
  /** From the call to the last byte, waiting included. */
  readonly latencyNs: TimeNs;
  /** From the first byte to the last. */
  readonly transferNs: TimeNs;
  readonly cpuNs: number;
}

const BITS = 8;
const GIGABYTE = 1e9;

/** The counts and samples of one run. */
export class Measurement {
  readonly #latencies = new Samples();
  #bulkBytes = 0;
  #bulkNs = 0;
  #bytes = 0;
  #cpuNs = 0;
  #hops = 0;
  #started = 0;
  #crossRack = 0;
  readonly #bound: Record<Limit, number> = { Uplink: 0, HostLink: 0, Processors: 0, Core: 0, Pace: 0 };
  #uplinkSum = 0;
  #uplinkSamples = 0;
  #uplinkPeak = 0;
  /** Calls that found somebody on offer. */
  offered = 0;
  /** Calls to services without a replica on offer. */
  unserved = 0;
  /** Times that a flow came to stand still. */
  stalled = 0;
  /** Waits for a replica that did not answer. */
  retried = 0;
  /** Calls and flows that failed. */
  failed = 0;
  /** Payload bytes of failed flows that were not delivered. */
  bytesLost = 0;
  /** The longest stand-still so far, ns. */
  rerouteNs = 0;
  /** Whether a link broke at all: without it there is no time to reroute. */
  linkBroke = false;

  /** A flow got on its way. */
  started(hops: number, crossesRacks: boolean): void {
    this.#started++;
    this.#hops += hops;
    if (crossesRacks) this.#crossRack++;
  }

  /** A flow came to its end. */
  finished(flow: FinishedFlow): void {
    this.#bytes += flow.bytes;
    this.#cpuNs += flow.cpuNs;
    if (flow.measures === 'latency') this.#latencies.add(flow.latencyNs);
    if (flow.measures === 'throughput') {
      this.#bulkBytes += flow.bytes;
      this.#bulkNs += flow.transferNs;
    }
  }

  /** A flow that stood still since `sinceNs` moves again (or the run ends). */
  stoodStill(sinceNs: TimeNs, nowNs: TimeNs): void {
    if (nowNs - sinceNs > this.rerouteNs) this.rerouteNs = nowNs - sinceNs;
  }

  /** A sampled flow was bound by this limit. */
  boundBy(limit: Limit): void {
    this.#bound[limit]++;
  }

  /** A sample of the loads of all links between leaves and spines. */
  uplinks(mean: number, peak: number): void {
    this.#uplinkSum += mean;
    this.#uplinkSamples++;
    if (peak > this.#uplinkPeak) this.#uplinkPeak = peak;
  }

  /** The metrics of the catalog that traffic decides; a metric without a single sample is left out. */
  metrics(unfinished: number): Record<string, number> {
    const latencies = this.#latencies.values().sort();
    const found: Record<string, number> = {
      flows: this.offered,
      flowsUnfinished: unfinished,
      flowsStalled: this.stalled,
      flowsRetried: this.retried,
      flowsUnserved: this.unserved,
      flowsFailed: this.failed,
      bytesLost: this.bytesLost,
      uplinkLoadPeak: this.#uplinkPeak,
    };
    if (this.linkBroke) found['rerouteTime'] = this.rerouteNs;
    if (this.#uplinkSamples > 0) found['uplinkLoadMean'] = this.#uplinkSum / this.#uplinkSamples;
    if (this.#started > 0) {
      found['hops'] = this.#hops / this.#started;
      found['crossRackShare'] = this.#crossRack / this.#started;
    }
    if (this.#bulkNs > 0) found['goodput'] = (this.#bulkBytes * BITS * NS_PER_SECOND) / this.#bulkNs;
    if (this.#bytes > 0) found['cpuPerGigabyte'] = (this.#cpuNs / NS_PER_SECOND / this.#bytes) * GIGABYTE;
    const sampled = LIMITS.reduce((sum, limit) => sum + this.#bound[limit], 0);
    for (const limit of LIMITS) if (sampled > 0) found[`boundBy${limit}`] = this.#bound[limit] / sampled;
    if (latencies.length > 0) {
      found['latencyP50'] = quantileOfSorted(latencies, 0.5);
      found['latencyP99'] = quantileOfSorted(latencies, 0.99);
    }
    return found;
  }
}

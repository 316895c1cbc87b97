/**
 * What traffic comes to in one run: counts and samples, turned into metrics at the end.
 *
 * Flows that fail or have not finished by the end are not left out, or a network that carries less would look faster:
 * what they have carried and the time that it took count for throughput, and requests without an answer rank as slower
 * than all answered ones.
 * Source: ours.
 * Left out: any guess of when they would have finished.
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

/** A flow that came to its end, or as far as it came. */
export interface CarriedFlow {
  readonly measures: Measure;
  /** Payload bytes that arrived. */
  readonly bytes: number;
  /** From the call to the last byte, waiting included; without an answer: so far. */
  readonly latencyNs: TimeNs;
  /** From the first byte to the last, or to the present. */
  readonly transferNs: TimeNs;
  /** Processor time that moving its payload took, both ends together. */
  readonly cpuNs: number;
  /** Whether it crossed the network at all; flows between pods of one node say nothing about a network's throughput. */
  readonly crossedNetwork: boolean;
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
  /** Of these, those that the network refused at once. */
  refused = 0;
  /** Times that a connection met a node that did not know the way. */
  heldUp = 0;
  /** Of these, those that were given up before it knew. */
  untold = 0;
  /** Flows whose large packets were lost in silence. */
  swallowed = 0;
  /** Arrivals whose caller ran nowhere. */
  absent = 0;
  #unanswered = 0;
  #longestUnansweredNs = 0;
  #deadWaitNs = 0;
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
  finished(flow: CarriedFlow): void {
    if (flow.measures === 'latency') this.#latencies.add(flow.latencyNs);
    this.#carried(flow);
  }

  /** A flow failed, or the run ended before it did. */
  cut(flow: CarriedFlow): void {
    if (flow.measures === 'latency') this.unanswered(flow.latencyNs);
    this.#carried(flow);
  }

  /** A request has no answer after `waitedNs`. */
  unanswered(waitedNs: TimeNs): void {
    this.#unanswered++;
    if (waitedNs > this.#longestUnansweredNs) this.#longestUnansweredNs = waitedNs;
  }

  #carried(flow: CarriedFlow): void {
    this.#bytes += flow.bytes;
    this.#cpuNs += flow.cpuNs;
    if (flow.measures !== 'throughput' || !flow.crossedNetwork) return;
    this.#bulkBytes += flow.bytes;
    this.#bulkNs += flow.transferNs;
  }

  /** A caller met a dead replica and turned away after `waitedNs`; `refused`: the network told it at once. */
  metDeadReplica(waitedNs: TimeNs, refused: boolean): void {
    this.retried++;
    if (refused) this.refused++;
    this.#deadWaitNs += waitedNs;
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
    const found: Record<string, number> = {
      flows: this.offered,
      flowsUnfinished: unfinished,
      flowsStalled: this.stalled,
      flowsRetried: this.retried,
      flowsRefused: this.refused,
      deadPodWait: this.#deadWaitNs,
      callersAbsent: this.absent,
      flowsUnserved: this.unserved,
      flowsFailed: this.failed,
      bytesLost: this.bytesLost,
      uplinkLoadPeak: this.#uplinkPeak,
    };
    if (this.heldUp > 0) {
      found['connectionsHeldUp'] = this.heldUp;
      found['connectionsUntold'] = this.untold;
    }
    if (this.swallowed > 0) found['flowsSwallowed'] = this.swallowed;
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
    Object.assign(found, this.#latencyMetrics());
    return found;
  }

  /** Quantiles over answered and unanswered requests; among the unanswered only the longest wait is known. */
  #latencyMetrics(): Record<string, number> {
    const answered = this.#latencies.values().sort();
    const all = answered.length + this.#unanswered;
    if (all === 0) return {};
    const longest = Math.max(this.#longestUnansweredNs, answered[answered.length - 1] ?? 0);
    const ranked = new Float64Array(all).fill(longest);
    ranked.set(answered);
    return { latencyP50: quantileOfSorted(ranked, 0.5), latencyP99: quantileOfSorted(ranked, 0.99) };
  }
}

/**
 * A sampled request of the thin mode: its way through the call graph, with waits drawn from what the services' windows came to.
 *
 * Source: ours; the same plan of calls as requests.ts follows. Left out: that requests wait together, so waits at two services, or of two calls
 * of one step, are drawn apart; a failed call of a step ends the step at its own instant only if no other has failed before.
 */
import { NS_PER_SECOND, TIME_NS_MAX } from '../../../sim/engine/sim-time.ts';
import type { Stream, StreamSource } from '../../../sim/random/stream.ts';
import type { CallGraph } from './call-graph.ts';
import { CAUSE } from './cause.ts';
import { RequestDraws } from './request-draws.ts';
import { DEPTH_MAX } from './requests.ts';
import type { ThinService } from './thin-service.ts';
import { NONE } from './visits.ts';

/** The longest time that can be simulated: threads that wait for threads without a time-out let waits grow without end. */
const SECONDS_MAX = TIME_NS_MAX / NS_PER_SECOND;

/** Walks requests through the windows of services. */
export class ThinWalk {
  /** How long the last walk took. */
  seconds = 0;
  readonly #graph: CallGraph;
  readonly #services: readonly ThinService[];
  readonly #draws: RequestDraws;
  readonly #waits: readonly Stream[];
  readonly #hopSec: number;
  /** By service: how much longer CPU time takes than on a core of its own. */
  readonly stretch: Float64Array;
  /** By kind: requests whose calls were walked, and the sums of the seconds and of their squares that these took. */
  readonly walked: Float64Array;
  readonly heldSec: Float64Array;
  readonly heldSquare: Float64Array;

  constructor(graph: CallGraph, services: readonly ThinService[], streams: StreamSource, hopNs: number) {
    this.#graph = graph;
    this.#services = services;
    this.#draws = new RequestDraws(graph, streams);
    this.#waits = graph.services.map(({ name }) => streams.stream(`load/${name}`, 'thin waits'));
    this.#hopSec = hopNs / NS_PER_SECOND;
    this.stretch = new Float64Array(graph.services.length).fill(1);
    this.walked = new Float64Array(graph.kinds.length);
    this.heldSec = new Float64Array(graph.kinds.length);
    this.heldSquare = new Float64Array(graph.kinds.length);
  }

  /** Names the chance of a source's call. */
  know(call: number, source: string): void {
    this.#draws.know(call, source);
  }

  /**
   * A call with all its attempts and `left` seconds of patience, for the kind of request that it names or another. Returns a cause or `NONE`;
   * `seconds` says how long it took.
   */
  call(call: number, left: number, depth = 0, kind = this.#graph.calls[call].kind): number {
    const { attempts, timeoutNs } = this.#graph.calls[call];
    const timeoutSec = timeoutNs / NS_PER_SECOND;
    let total = 0;
    for (let attempt = 1; ; attempt++) {
      let cause = depth > DEPTH_MAX ? CAUSE.deep : this.#visit(kind, left - total, depth);
      if (this.seconds > timeoutSec) {
        this.seconds = timeoutSec;
        cause = CAUSE.timeout;
      }
      total += this.seconds;
      if (total > left) return this.#end(left, CAUSE.deadline);
      if (cause === NONE || attempt === attempts) return this.#end(total, cause);
      const pause = this.#draws.backoffNs(call) / NS_PER_SECOND;
      if (total + pause >= left) return this.#end(total, cause);
      total += pause;
    }
  }

  #end(seconds: number, cause: number): number {
    this.seconds = Math.min(seconds, SECONDS_MAX);
    return cause;
  }

  #visit(kind: number, left: number, depth: number): number {
    const { service, steps } = this.#graph.kinds[kind];
    const thin = this.#services[service];
    const waits = this.#waits[service];
    if (thin.refused > 0 && waits.uniform() < thin.refused) return this.#end(2 * this.#hopSec, CAUSE.refused);
    if (thin.lost >= 1 && thin.servedPerSec === 0) return this.#end(0, CAUSE.unserved);
    if (thin.lost > 0 && waits.uniform() < thin.lost) return this.#end(this.#hopSec, CAUSE.full);
    const workNs = this.#draws.cpuNs(kind) * this.stretch[service] + this.#draws.waitNs(kind);
    let total = 2 * this.#hopSec + thin.drawWait(waits) + workNs / NS_PER_SECOND;
    if (this.#draws.fails(kind)) return this.#end(total, CAUSE.failed);
    if (steps.length === 0) return this.#end(total, NONE);
    const cause = this.#calls(steps, left - total, depth);
    this.walked[kind] += 1;
    this.heldSec[kind] += this.seconds;
    this.heldSquare[kind] += this.seconds * this.seconds;
    total += this.seconds;
    return this.#end(total, cause);
  }

  /** Step after step, until one fails. */
  #calls(steps: readonly (readonly number[])[], left: number, depth: number): number {
    let total = 0;
    for (const step of steps) {
      const cause = this.#step(step, left - total, depth);
      total += this.seconds;
      if (cause !== NONE) return this.#end(total, cause);
    }
    return this.#end(total, NONE);
  }

  /** The calls of a step take as long as the longest, or as the first that fails. */
  #step(step: readonly number[], left: number, depth: number): number {
    let [longest, failedAt, failure] = [0, Infinity, NONE as number];
    for (const call of step) {
      if (!this.#draws.isMade(call)) continue;
      const cause = this.call(call, left, depth + 1);
      longest = Math.max(longest, this.seconds);
      if (cause === NONE || this.#graph.calls[call].optional || this.seconds >= failedAt) continue;
      [failedAt, failure] = [this.seconds, cause];
    }
    return failure === NONE ? this.#end(longest, NONE) : this.#end(failedAt, failure);
  }
}

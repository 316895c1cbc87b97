/**
 * All chance of requests: what they cost, how large they are, which calls are made, and which fail by themselves.
 *
 * Source: ours. A stream for each decision of each kind of request and of each call, so that adding a service or a draw moves no other.
 * Left out: work that depends on the request's size or on an earlier answer.
 */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import { type Distribution, sample } from '../../../sim/random/distributions.ts';
import type { Stream, StreamSource } from '../../../sim/random/stream.ts';
import type { CallGraph } from './call-graph.ts';

interface KindDraws {
  readonly cpu: Stream;
  readonly wait: Stream;
  readonly fail: Stream;
  readonly answer: Stream;
}

interface CallDraws {
  readonly chance: Stream;
  readonly bytes: Stream;
  readonly backoff: Stream;
}

/** Draws for the kinds and calls of a graph. */
export class RequestDraws {
  readonly #graph: CallGraph;
  readonly #streams: StreamSource;
  readonly #kinds: readonly KindDraws[];
  readonly #calls: CallDraws[] = [];

  constructor(graph: CallGraph, streams: StreamSource) {
    this.#graph = graph;
    this.#streams = streams;
    this.#kinds = graph.kinds.map(({ service, plan, steps }) => {
      const entity = `load/${graph.services[service].name}/${plan.name}`;
      for (const [s, step] of steps.entries())
        for (const [c, call] of step.entries()) this.know(call, `${entity}/${s}.${c}`);
      const stream = (purpose: string): Stream => streams.stream(entity, purpose);
      return { cpu: stream('cpu'), wait: stream('wait'), fail: stream('fail'), answer: stream('answer') };
    });
  }

  /** Names the chance of a call after its caller. */
  know(call: number, caller: string): void {
    const stream = (purpose: string): Stream => this.#streams.stream(caller, purpose);
    this.#calls[call] = { chance: stream('chance'), bytes: stream('bytes'), backoff: stream('backoff') };
  }

  /** Processor time of a request. */
  cpuNs(kind: number): TimeNs {
    const { cpu } = this.#graph.kinds[kind].plan;
    return cpu === undefined ? 0 : nsOf(cpu, this.#kinds[kind].cpu);
  }

  /** Time for which a request keeps its worker without a core. */
  waitNs(kind: number): TimeNs {
    const { wait } = this.#graph.kinds[kind].plan;
    return wait === undefined ? 0 : nsOf(wait, this.#kinds[kind].wait);
  }

  /** Whether a request fails by itself. */
  fails(kind: number): boolean {
    const { failChance = 0 } = this.#graph.kinds[kind].plan;
    return failChance > 0 && this.#kinds[kind].fail.uniform() < failChance;
  }

  /** Payload of an answer. */
  answerBytes(kind: number): number {
    const { responseBytes } = this.#graph.kinds[kind].plan;
    return responseBytes === undefined ? 0 : Math.round(sample(responseBytes, this.#kinds[kind].answer));
  }

  /** Whether a call is made. */
  isMade(call: number): boolean {
    const { chance } = this.#graph.calls[call];
    return chance >= 1 || this.#calls[call].chance.uniform() < chance;
  }

  /** Payload of a call. */
  requestBytes(call: number): number {
    const { requestBytes } = this.#graph.calls[call].plan;
    return requestBytes === undefined ? 0 : Math.round(sample(requestBytes, this.#calls[call].bytes));
  }

  /** Pause before the next attempt. */
  backoffNs(call: number): TimeNs {
    const { backoff } = this.#graph.calls[call].plan;
    return backoff === undefined ? 0 : nsOf(backoff, this.#calls[call].backoff);
  }
}

function nsOf(seconds: Distribution, stream: Stream): TimeNs {
  return Math.round(sample(seconds, stream) * NS_PER_SECOND);
}

/**
 * Who calls whom, when, and with how many bytes: the draws of every arrival, and their hash.
 *
 * Source: ours, declared by the scenario (rates, sizes); Poisson arrivals. Each decision of an arrival has a stream of its
 * own, so that all alternatives meet the same callers, sizes and hashes, wherever pods stand.
 * Left out: rates that change with the hour, sessions, bursts.
 */
import { NS_PER_SECOND, type TimeNs } from '../../sim/engine/sim-time.ts';
import { type Distribution, exponential, sample } from '../../sim/random/distributions.ts';
import type { Stream, StreamSource } from '../../sim/random/stream.ts';
import type { Measure } from './measurement.ts';

/** One kind of traffic. */
export interface TalkerPlan {
  /** Names its streams of chance: equal names meet equal arrivals. */
  readonly name: string;
  /** Flows a second over the whole cluster. */
  readonly ratePerSec: number;
  /** Payload bytes of a flow. */
  readonly size: Distribution;
  readonly measures: Measure;
  /** Payload bytes a second that the application itself offers at most; absent: as fast as it goes. */
  readonly paceBytesPerSec?: number;
  /** TCP if left out. */
  readonly protocol?: 'tcp' | 'udp';
  /** Payload bytes of a UDP datagram; absent: as much as the pod's MTU holds. */
  readonly datagramBytes?: number;
}

/** What an arrival wants, before anybody has looked where pods stand. */
export interface Arrival {
  /** Number of the calling pod. */
  readonly sourcePod: number;
  /** Number of the called service. */
  readonly service: number;
  /** The place among all replicas that the caller is dealt; it takes the next one on offer from there. */
  readonly replica: number;
  /** What switches spread the flow by. */
  readonly hash: number;
  /** Payload bytes, at least 1. */
  readonly bytes: number;
}

/** FNV-1a, 32 bits. */
const HASH_START = 0x811c9dc5;
const HASH_FACTOR = 0x01000193;
const TWO_32 = 0x1_0000_0000;

interface Draws {
  readonly arrival: Stream;
  readonly caller: Stream;
  readonly callee: Stream;
  readonly replica: Stream;
  readonly hash: Stream;
  readonly size: Stream;
}

function drawsOf(talker: string, streams: StreamSource): Draws {
  const stream = (purpose: string): Stream => streams.stream(`traffic/${talker}`, purpose);
  return {
    arrival: stream('arrival'),
    caller: stream('caller'),
    callee: stream('callee'),
    replica: stream('replica'),
    hash: stream('hash'),
    size: stream('size'),
  };
}

/** The draws of all talkers of one run. */
export class Arrivals {
  /** Running hash of all arrivals that were drawn: equal in runs that met the same arrivals. */
  hash = HASH_START;
  readonly #plans: readonly TalkerPlan[];
  readonly #draws: readonly Draws[];
  readonly #serviceOf: (pod: number) => number;
  readonly #calls: readonly (readonly number[])[];
  readonly #callers: readonly number[];

  /** `serviceOf`: the service of each pod, -1 for none; `calls`: for each service those that it calls. */
  constructor(
    plans: readonly TalkerPlan[],
    serviceOf: readonly number[],
    calls: readonly (readonly number[])[],
    streams: StreamSource,
  ) {
    this.#plans = plans;
    this.#draws = plans.map(({ name }) => drawsOf(name, streams));
    this.#serviceOf = (pod) => serviceOf[pod]!;
    this.#calls = calls;
    this.#callers = serviceOf.flatMap((service, pod) => (service >= 0 && calls[service]!.length > 0 ? [pod] : []));
  }

  /** Pods that may call. */
  get callers(): number {
    return this.#callers.length;
  }

  /** The time until the next arrival of a talker whose rate is scaled by `factor`, ns; Infinity at rate 0. */
  gapNs(talker: number, factor: number): TimeNs {
    const ratePerSec = this.#plans[talker]!.ratePerSec * factor;
    if (ratePerSec === 0) return Number.POSITIVE_INFINITY;
    return Math.round(exponential(this.#draws[talker]!.arrival, NS_PER_SECOND / ratePerSec));
  }

  /** Draws an arrival of a talker at `nowNs` and takes it into the hash. */
  draw(talker: number, nowNs: TimeNs): Arrival {
    const draws = this.#draws[talker]!;
    const sourcePod = draws.caller.pick(this.#callers);
    const service = draws.callee.pick(this.#calls[this.#serviceOf(sourcePod)]!);
    const replica = draws.replica.uint32();
    const hash = draws.hash.uint32();
    const bytes = Math.max(1, Math.round(sample(this.#plans[talker]!.size, draws.size)));
    this.#note([talker, nowNs % TWO_32, Math.floor(nowNs / TWO_32), sourcePod, service, replica, hash, bytes % TWO_32]);
    return { sourcePod, service, replica, hash, bytes };
  }

  #note(words: readonly number[]): void {
    for (const word of words) this.hash = Math.imul(this.hash ^ word, HASH_FACTOR) >>> 0;
  }
}

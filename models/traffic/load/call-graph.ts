/**
 * Services, the kinds of requests that they answer, and whom a request calls: the plan, and the same as flat tables.
 *
 * A request at a service takes a worker, works, then calls others: steps one after the other, the calls of a step all at once, each
 * with a chance. Retries, time-outs and budgets stand on the call, as in the client libraries and proxies that make them.
 * Source: ours, after the call graphs of Luo et al., "Characterizing microservice dependency and performance" (SoCC 2021: fan-out,
 * depth, parallel and sequential steps) and the settings of Envoy and gRPC. Left out: calls that depend on what an earlier one
 * answered, streams, work between two steps (a service that calls itself without work stands for it), batching.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Distribution } from '../../../sim/random/distributions.ts';
import type { BalancingName } from './balancing.ts';

/** One call that a request makes, or the call that a source of load makes. */
export interface CallPlan {
  readonly service: string;
  readonly request: string;
  /** How likely the call is made at all; 1 if left out. */
  readonly chance?: number;
  /** Payload of the request; no bytes if left out. */
  readonly requestBytes?: Distribution;
  /** How long the caller waits for the answer of one attempt; for ever if left out. */
  readonly timeoutNs?: TimeNs;
  /** Attempts in all, the first one included; 1 if left out. */
  readonly attempts?: number;
  /** Seconds between a failed attempt and the next; none if left out. */
  readonly backoff?: Distribution;
  /** Limits retries to a share of the calls; no limit but `attempts` if left out. */
  readonly retryBudget?: RetryBudgetPlan;
  /** The caller goes on without the answer when the call has failed; false if left out. */
  readonly optional?: boolean;
  /**
   * What becomes of a request whose caller does not wait for it any more: `cancel`, it stops at once, as with gRPC; `leave`, the
   * server works on for nobody, as most HTTP servers do. `cancel` if left out.
   */
  readonly abandoned?: 'cancel' | 'leave';
}

/** Retries that may be made, as Finagle and Linkerd count them. */
export interface RetryBudgetPlan {
  /** Retries for each call on average, 0 or more: 0.2 allows one retry in five calls. */
  readonly ratio: number;
  /** Retries a second that are allowed on top, so that a quiet caller may retry at all. */
  readonly minPerSec: number;
}

/** One kind of request that a service answers. */
export interface RequestPlan {
  readonly name: string;
  /** Seconds of a core that a request costs; none if left out. */
  readonly cpu?: Distribution;
  /** Seconds for which a request keeps its worker without a core (a disk, a lock), after its CPU time; none if left out. */
  readonly wait?: Distribution;
  /** One step after the other; the calls of a step go out at once. */
  readonly steps?: readonly (readonly CallPlan[])[];
  /** How likely a request fails by itself after its work; 0 if left out. */
  readonly failChance?: number;
  /** Payload of the answer; no bytes if left out. */
  readonly responseBytes?: Distribution;
}

/** One service. */
export interface ServicePlan {
  readonly name: string;
  /** Requests that a replica works on at once. */
  readonly workers: number;
  /** Requests that may wait at a replica; further ones are refused. Any number if left out. */
  readonly queueMax?: number;
  /** How callers choose a replica; `random`, as iptables does, if left out. */
  readonly balancing?: BalancingName;
  /** Whether a request keeps its worker while its calls are out (a thread for each request) or not (an event loop). `thread` if left out. */
  readonly style?: 'thread' | 'event-loop';
  readonly requests: readonly RequestPlan[];
}

/** A kind of request, counted through all services. */
export interface RequestKind {
  readonly service: number;
  readonly plan: RequestPlan;
  /** Numbers of the calls of each step. */
  readonly steps: readonly (readonly number[])[];
}

/** One call with its defaults filled in. */
export interface Call {
  readonly plan: CallPlan;
  /** The kind of request that is made. */
  readonly kind: number;
  readonly chance: number;
  /** Infinity: the caller waits for ever. */
  readonly timeoutNs: number;
  readonly attempts: number;
  readonly optional: boolean;
  readonly leaves: boolean;
}

/** The graph with names resolved to numbers. It must have no faults (call-graph-faults.ts). */
export class CallGraph {
  readonly services: readonly ServicePlan[];
  readonly kinds: readonly RequestKind[];
  readonly calls: Call[] = [];
  /** By service, the numbers of its kinds. */
  readonly kindsOf: readonly (readonly number[])[];
  readonly #kindOf = new Map<string, number>();

  constructor(services: readonly ServicePlan[]) {
    this.services = services;
    const kinds: { service: number; plan: RequestPlan; steps: number[][] }[] = [];
    this.kindsOf = services.map(({ name, requests }, service) =>
      requests.map((plan) => {
        this.#kindOf.set(keyOf(name, plan.name), kinds.length);
        return kinds.push({ service, plan, steps: [] }) - 1;
      }),
    );
    this.kinds = kinds;
    for (const kind of kinds) {
      for (const step of kind.plan.steps ?? []) kind.steps.push(step.map((call) => this.addCall(call)));
    }
  }

  /** Adds a call and returns its number; sources add theirs. */
  addCall(plan: CallPlan): number {
    const { chance = 1, timeoutNs = Infinity, attempts = 1, optional = false, abandoned = 'cancel' } = plan;
    const kind = this.kindOf(plan.service, plan.request);
    this.calls.push({ plan, kind, chance, timeoutNs, attempts, optional, leaves: abandoned === 'leave' });
    return this.calls.length - 1;
  }

  /** The number of a kind of request, -1 when there is none. */
  kindOf(service: string, request: string): number {
    return this.#kindOf.get(keyOf(service, request)) ?? -1;
  }

  /** The number of a service, -1 when there is none. */
  serviceOf(name: string): number {
    return this.services.findIndex((service) => service.name === name);
  }

  /** Requests of each kind for one request of `kind`, itself included, when nothing fails and nothing is tried again. */
  visits(kind: number): Float64Array {
    const visits = new Float64Array(this.kinds.length);
    let wave = new Float64Array(this.kinds.length);
    wave[kind] = 1;
    // Loops make the waves smaller by at least the factor that the check of faults demands.
    for (let round = 0; round < WAVES_MAX && wave.some((count) => count > WAVE_MIN); round++) {
      const next = new Float64Array(this.kinds.length);
      wave.forEach((count, k) => {
        visits[k] += count;
        if (count > 0)
          for (const call of this.kinds[k].steps.flat()) next[this.calls[call].kind] += count * this.calls[call].chance;
      });
      wave = next;
    }
    return visits;
  }
}

/** Waves of calls that are followed; a chain without a loop ends long before. */
const WAVES_MAX = 100_000;
/** What is left of a request in a loop after so many turns is not worth following. */
const WAVE_MIN = 1e-12;

/** No name holds this control character. */
function keyOf(service: string, request: string): string {
  return `${service}\u0000${request}`;
}

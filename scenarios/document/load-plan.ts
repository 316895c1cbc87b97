/** From the words of a scenario's `load` to the plan that the model of load understands. */
import type { CallPlan, ServicePlan } from '../../models/traffic/load/call-graph.ts';
import type { LoadPlan, SourcePlan } from '../../models/traffic/load/load.ts';
import type { RateShape } from '../../models/traffic/load/rate-shape.ts';
import { assert } from '../../sim/engine/assert.ts';
import { NS_PER_SECOND, nsToSeconds } from '../../sim/engine/sim-time.ts';
import type { Distribution } from '../../sim/random/distributions.ts';
import type { LoadFile, SpanFile } from './load-schema.ts';

/** The plan of a `load`. */
export function loadPlanOf({ services, sources }: LoadFile): LoadPlan {
  return {
    services: services.map(
      ({ name, workers, queue, balancing, requests }): ServicePlan => ({
        name,
        workers,
        balancing,
        ...(queue === undefined ? {} : { queueMax: queue }),
        requests: requests.map(({ name: request, cpu, wait, calls, answer }) => ({
          name: request,
          ...(cpu === undefined ? {} : { cpu: spanOf(cpu) }),
          ...(wait === undefined ? {} : { wait: spanOf(wait) }),
          ...(answer === undefined ? {} : { responseBytes: constant(answer) }),
          steps: calls.map((call) => [callOf(call)]),
        })),
      }),
    ),
    sources: sources.map(sourceOf),
  };
}

function sourceOf(source: LoadFile['sources'][number]): SourcePlan {
  const call = callOf({ ...source, chance: 1 });
  if (source.users !== undefined)
    return {
      kind: 'closed',
      name: source.name,
      call,
      users: source.users,
      think: source.think === undefined ? constant(0) : spanOf(source.think),
    };
  return { kind: 'open', name: source.name, call, rate: rateOf(source.rate!) };
}

function callOf(call: {
  readonly to: string;
  readonly request: string;
  readonly chance: number;
  readonly attempts: number;
  readonly timeout?: number | undefined;
  readonly size?: number | undefined;
}): CallPlan {
  const { to, request, chance, attempts, timeout, size } = call;
  return {
    service: to,
    request,
    chance,
    attempts,
    ...(timeout === undefined ? {} : { timeoutNs: timeout }),
    ...(size === undefined ? {} : { requestBytes: constant(size) }),
  };
}

function rateOf(rate: NonNullable<LoadFile['sources'][number]['rate']>): RateShape {
  if (typeof rate === 'number') return { kind: 'constant', perSec: rate };
  assert(!('recorded' in rate), 'recorded rates are steps by now');
  const { steps, between, repeatEvery } = rate;
  return {
    kind: 'series',
    timesNs: steps.map(({ at }) => at),
    perSec: steps.map((step) => step.rate),
    between,
    ...(repeatEvery === undefined ? { after: 'hold' } : { after: 'repeat', periodNs: repeatEvery }),
  };
}

/** Seconds, as the load counts. */
export function spanOf(span: SpanFile): Distribution {
  if (span.constant !== undefined) return constant(nsToSeconds(span.constant));
  if (span.exponential !== undefined) return { kind: 'exponential', mean: nsToSeconds(span.exponential.mean) };
  if (span.uniform !== undefined)
    return { kind: 'uniform', low: nsToSeconds(span.uniform.low), high: nsToSeconds(span.uniform.high) };
  return { kind: 'lognormal', mean: span.lognormal!.mean / NS_PER_SECOND, sigma: span.lognormal!.sigma };
}

function constant(value: number): Distribution {
  return { kind: 'constant', value };
}

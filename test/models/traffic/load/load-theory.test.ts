/**
 * Load against queueing theory.
 *
 * How it is built so that a perfect model passes 99.5 % of the time: all seeds are written down here in advance. The suite makes m
 * statements; each compares one average over time, of which theory knows the expectation, with a t interval over 32 independent
 * replications at the confidence 1 - 0.005 / m (Bonferroni), so all m hold together with a chance of at least 99.5 %. Figures are averages
 * over a fixed time (or sums divided by the expected number of requests), which have no bias of a ratio. Runs start empty and
 * are measured from 1,000 mean services on, when the slowest case here has forgotten its start to one part in 10^8.
 *
 * How it can fail: in each case the interval of one figure is so narrow that work 5 % longer fails 99 % of the time; the last test breaks
 * models by 5 % and sees them fail. How narrow an interval is depends on chance too, so runs are longer than that takes: else a perfect
 * model would fail by the width of its intervals.
 */
import { describe, expect, it } from 'vitest';
import { CallGraph, type CallPlan, type ServicePlan } from '../../../../models/traffic/load/call-graph.ts';
import { Load, type SourcePlan } from '../../../../models/traffic/load/load.ts';
import { ownCores } from '../../../../models/traffic/load/processors.ts';
import { assert } from '../../../../sim/engine/assert.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { replicationSeeds } from '../../../../sim/experiment/design.ts';
import type { Distribution } from '../../../../sim/random/distributions.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';
import { birthDeath, erlangB, waitingInMG1, waitingInMMc } from '../../../sim/sharing/station/queueing-theory.ts';
import { REPLICATIONS, TheoryStatements } from '../../../sim/sharing/station/theory-statements.ts';
import { meanValues } from './mean-value-analysis.ts';

const WARM_UP = 1000;
/** The unit of time, a mean service: a millisecond, so that rounding to whole ns has no direction and is one part in a million. */
const UNIT_NS = 1e6;
const UNIT_SECONDS = 1e-3;

const constant = (mean: number): Distribution => ({ kind: 'constant', value: mean * UNIT_SECONDS });
const exponential = (mean: number): Distribution => ({ kind: 'exponential', mean: mean * UNIT_SECONDS });
/** Mean 1, mean square 4: four in five are short (0.5), one is long (3). */
const hyperexponential: Distribution = {
  kind: 'mixture',
  parts: [
    { weight: 4, of: exponential(0.5) },
    { weight: 1, of: exponential(3) },
  ],
};

interface Case {
  readonly name: string;
  readonly services: readonly ServicePlan[];
  /** By service; 1 if left out. */
  readonly replicas?: readonly number[];
  /** As many as it has workers if left out. */
  readonly coresOfAPod?: number;
  readonly source: { readonly rate: number } | { readonly users: number; readonly think: number };
  /** Mean services that are measured in each replication. */
  readonly length: number;
  /** What theory says of work that takes so much longer: figure to value. */
  readonly theory: (slow: number) => Readonly<Record<string, number>>;
}

const CALL: CallPlan = { service: 'a', request: 'get' };

function sourceOf(source: Case['source']): SourcePlan {
  if ('rate' in source)
    return { kind: 'open', name: 'users', call: CALL, rate: { kind: 'constant', perSec: source.rate / UNIT_SECONDS } };
  return { kind: 'closed', name: 'users', call: CALL, users: source.users, think: exponential(source.think) };
}

/** Figures of one replication, in units of the mean service. */
function replicate(
  { services, replicas = [], coresOfAPod, source, length }: Case,
  seed: string,
): Record<string, number> {
  const sim = new Simulation();
  const processors = coresOfAPod === undefined ? {} : { processors: ownCores(sim, () => coresOfAPod) };
  const load = new Load(
    { services, sources: [sourceOf(source)] },
    { sim, streams: new StreamSource(seed), ...processors },
  );
  let pod = 0;
  services.forEach((_, s) => {
    for (let r = 0; r < (replicas[s] ?? 1); r++) load.addReplica(s, pod++);
  });
  load.begin();
  sim.run(WARM_UP * UNIT_NS);
  load.measureFromNow();
  const timeBefore = load.sourceMeasure(0).timeNs;
  sim.run((WARM_UP + length) * UNIT_NS);
  const users = load.source(0);
  const figures: Record<string, number> = {
    throughput: users.ok / length,
    lost: users.errors.reduce((a, b) => a + b, 0) / length,
    // In the long run as many are in the system as come in a time: by Little, rate times mean latency.
    inside: (load.sourceMeasure(0).timeNs - timeBefore) / UNIT_NS / length,
  };
  services.forEach(({ name }, s) => {
    const { meanBusy, meanWaiting, meanPresent } = load.service(s);
    figures[`busy ${name}`] = meanBusy;
    figures[`waiting ${name}`] = meanWaiting;
    figures[`present ${name}`] = meanPresent;
  });
  return figures;
}

const one = (wait: Distribution, workers = 1, rest: Partial<ServicePlan> = {}): ServicePlan[] => [
  { name: 'a', workers, requests: [{ name: 'get', wait }], ...rest },
];
/** All threads of a replica share its core: `workers` of them are more than ever come. */
const shared = (cpu: Distribution): ServicePlan[] => [
  { name: 'a', workers: 100_000, requests: [{ name: 'get', cpu }] },
];
const finite = (slow: number): number[] => birthDeath(1.8 * slow, 2, 5);

/**
 * Three services with feedback: a asks b, then perhaps c; b asks c, and sometimes a again. A customer walks alone from station to station
 * and no service time depends on where he came from, so this is an open network of Kelly's with Jackson's product form.
 */
const feedback: ServicePlan[] = [
  {
    name: 'a',
    workers: 1,
    style: 'event-loop',
    requests: [
      {
        name: 'get',
        wait: exponential(1),
        steps: [[{ service: 'b', request: 'get', chance: 0.8 }], [{ service: 'c', request: 'get', chance: 0.5 }]],
      },
    ],
  },
  {
    name: 'b',
    workers: 2,
    style: 'event-loop',
    requests: [
      {
        name: 'get',
        wait: exponential(2),
        steps: [[{ service: 'c', request: 'get', chance: 0.4 }], [{ service: 'a', request: 'get', chance: 0.25 }]],
      },
    ],
  },
  { name: 'c', workers: 1, requests: [{ name: 'get', wait: exponential(0.6) }] },
];
const visits = new CallGraph(feedback).visits(0);
/** Work that one request of a user brings to each service. */
const demands = [visits[0], visits[1] * 2, visits[2] * 0.6];
const loads = (slow: number): number[] => demands.map((demand) => demand * slow * 0.4);
const jackson = (slow: number): number[] => loads(slow).map((load, s) => waitingInMMc(load, feedback[s].workers));
const single = feedback.map((service) => ({ ...service, workers: 1 }));
const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b);

const closed = (users: number, think: number, length: number): Case => ({
  name: `closed, ${users} users (mean value analysis)`,
  services: single,
  source: { users, think },
  length,
  theory: (slow) => {
    const slowed = demands.map((demand) => demand * slow);
    const { throughput, response, present } = meanValues(users, slowed, think);
    return {
      throughput,
      inside: throughput * response,
      'busy b': throughput * slowed[1],
      ...(users > 1 ? { 'waiting b': present[1] - throughput * slowed[1] } : {}),
    };
  },
});

const CASES: readonly Case[] = [
  {
    name: 'M/M/1',
    services: one(exponential(1)),
    source: { rate: 0.5 },
    length: 45_000,
    theory: (slow) => {
      const waiting = waitingInMMc(0.5 * slow, 1);
      const present = waiting + 0.5 * slow;
      return { 'present a': present, 'waiting a': waiting, 'busy a': 0.5 * slow, inside: present };
    },
  },
  {
    name: 'M/M/3 (Erlang C)',
    services: one(exponential(1), 3),
    source: { rate: 1.8 },
    length: 30_000,
    theory: (slow) => ({ 'waiting a': waitingInMMc(1.8 * slow, 3), 'busy a': 1.8 * slow }),
  },
  {
    name: 'three replicas dealt to by chance (each M/M/1)',
    services: one(exponential(1)),
    replicas: [3],
    source: { rate: 1.5 },
    length: 16_000,
    theory: (slow) => ({ 'waiting a': 3 * waitingInMMc(0.5 * slow, 1), 'busy a': 1.5 * slow }),
  },
  {
    name: 'M/D/1 (Pollaczek-Khinchine)',
    services: one(constant(1)),
    source: { rate: 0.5 },
    length: 20_000,
    theory: (slow) => ({ 'waiting a': waitingInMG1({ rate: 0.5, mean: slow, square: slow ** 2 }) }),
  },
  {
    name: 'M/H2/1 (Pollaczek-Khinchine)',
    services: one(hyperexponential),
    source: { rate: 0.4 },
    length: 120_000,
    theory: (slow) => ({ 'waiting a': waitingInMG1({ rate: 0.4, mean: slow, square: 4 * slow ** 2 }) }),
  },
  {
    name: 'M/D/1, one core shared (any work gives the same)',
    services: shared(constant(1)),
    source: { rate: 0.5 },
    length: 9_000,
    coresOfAPod: 1,
    theory: (slow) => ({ 'present a': (0.5 * slow) / (1 - 0.5 * slow) }),
  },
  {
    name: 'M/H2/1, one core shared (any work gives the same)',
    services: shared(hyperexponential),
    source: { rate: 0.4 },
    length: 29_000,
    coresOfAPod: 1,
    theory: (slow) => ({ 'present a': (0.4 * slow) / (1 - 0.4 * slow) }),
  },
  {
    name: 'M/M/2/5',
    services: one(exponential(1), 2, { queueMax: 3 }),
    source: { rate: 1.8 },
    length: 15_000,
    theory: (slow) => ({
      lost: 1.8 * finite(slow)[5],
      throughput: 1.8 * (1 - finite(slow)[5]),
      'waiting a': sum(finite(slow).map((chance, n) => chance * Math.max(0, n - 2))),
    }),
  },
  {
    name: 'M/H2/4/4 (Erlang B holds for any service)',
    services: one(hyperexponential, 4, { queueMax: 0 }),
    source: { rate: 3 },
    length: 7_000,
    theory: (slow) => ({ lost: 3 * erlangB(3 * slow, 4), 'busy a': 3 * slow * (1 - erlangB(3 * slow, 4)) }),
  },
  {
    name: 'three services with feedback (Jackson)',
    services: feedback,
    source: { rate: 0.4 },
    length: 76_000,
    theory: (slow) => ({
      'busy a': loads(slow)[0],
      'waiting a': jackson(slow)[0],
      'waiting c': jackson(slow)[2],
      inside: sum(loads(slow)) + sum(jackson(slow)),
    }),
  },
  closed(1, 5, 40_000),
  closed(4, 5, 10_000),
  closed(16, 20, 14_000),
];

const STATEMENTS = new TheoryStatements(CASES);

function samplesOf(each: Case): Record<string, number>[] {
  return replicationSeeds(`load theory of ${each.name}`, REPLICATIONS).map((seed) => replicate(each, seed));
}

describe('theory itself', () => {
  it('is what textbooks say', () => {
    // Two stations of demand 1, two customers, no delay: X = 2 / 3. One customer alone: 1 / (sum of demands + delay).
    expect(meanValues(2, [1, 1], 0).throughput).toBeCloseTo(2 / 3, 12);
    expect(meanValues(1, [1, 3], 4).throughput).toBe(1 / 8);
    // Customers are where they are: at the stations or thinking.
    const { throughput, present } = meanValues(7, [1, 2, 0.5], 3);
    expect(present.reduce((a, b) => a + b) + 3 * throughput).toBeCloseTo(7, 12);
    // Visits of the three services by hand: a = 1 / (1 - 0.8 * 0.25), b = 0.8 a, c = 0.5 a + 0.4 b.
    expect(visits[0]).toBeCloseTo(1.25, 9);
    expect(visits[1]).toBeCloseTo(1, 9);
    expect(visits[2]).toBeCloseTo(1.025, 9);
  });
});

describe(`${STATEMENTS.count} statements that hold together 99.5 % of the time`, () => {
  it.each(CASES)('$name', (each) => {
    STATEMENTS.expectHeld(each, samplesOf(each));
  });
});

/** A span of which every time is so many times as long. */
function longer(span: Distribution, factor: number): Distribution {
  if (span.kind === 'constant') return { ...span, value: span.value * factor };
  if (span.kind === 'exponential') return { ...span, mean: span.mean * factor };
  assert(span.kind === 'mixture', `no case here has work that is ${span.kind}`);
  return { ...span, parts: span.parts.map(({ weight, of }) => ({ weight, of: longer(of, factor) })) };
}

/** The same case with work that is 5 % long, of which theory does not know. */
function slowed(right: Case): Case {
  const services = right.services.map((service) => ({
    ...service,
    requests: service.requests.map(({ cpu, wait, ...rest }) => ({
      ...rest,
      ...(cpu === undefined ? {} : { cpu: longer(cpu, 1.05) }),
      ...(wait === undefined ? {} : { wait: longer(wait, 1.05) }),
    })),
  }));
  return { ...right, services };
}

describe('power', () => {
  // Those of which theory leaves least between right and slow.
  it.each([5, 6, 8, 10].map((index) => CASES[index]))('sees work that is a twentieth long: $name', (right) => {
    STATEMENTS.expectTold(right, samplesOf(slowed(right)));
  });
});

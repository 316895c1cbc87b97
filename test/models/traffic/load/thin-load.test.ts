/** The thin mode beside the full one: the same plans, seeds and replicas; how far its figures are off is stated here. */
import { describe, expect, it } from 'vitest';
import type { ServicePlan } from '../../../../models/traffic/load/call-graph.ts';
import { Load, type LoadPlan } from '../../../../models/traffic/load/load.ts';
import { finiteQueue, openQueue } from '../../../../models/traffic/load/queue-approximation.ts';
import type { RateShape } from '../../../../models/traffic/load/rate-shape.ts';
import { ThinLoad } from '../../../../models/traffic/load/thin-load.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import type { Distribution } from '../../../../sim/random/distributions.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';
import { birthDeath, erlangB, waitingInMMc } from '../../../sim/sharing/station/queueing-theory.ts';

const SECOND = 1e9;
const exponential = (mean: number): Distribution => ({ kind: 'exponential', mean });
const lognormal = (mean: number): Distribution => ({ kind: 'lognormal', mean, sigma: 1 });

const service = (rest: Partial<ServicePlan>, wait: Distribution = exponential(0.02)): ServicePlan => ({
  name: 'a',
  workers: 4,
  requests: [{ name: 'get', wait }],
  ...rest,
});
const planOf = (
  services: readonly ServicePlan[],
  perSec: number | RateShape,
  patienceNs = Infinity,
  abandoned: 'cancel' | 'leave' = 'cancel',
): LoadPlan => ({
  services,
  sources: [
    {
      kind: 'open',
      name: 'users',
      call: { service: 'a', request: 'get', abandoned },
      rate: typeof perSec === 'number' ? { kind: 'constant', perSec } : perSec,
      patienceNs,
    },
  ],
});

interface Figures {
  readonly busy: number;
  readonly goodput: number;
  readonly errors: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Requests that wait at the end of every window of 5 s, in all services. */
  readonly queues: readonly number[];
}

/** Replicas by service, and how many are added after half of the time. */
interface Size {
  readonly replicas: readonly number[];
  readonly added?: readonly number[];
  readonly seconds: number;
}

function full(plan: LoadPlan, { replicas, added = [], seconds }: Size): Figures {
  const sim = new Simulation();
  const load = new Load(plan, { sim, streams: new StreamSource('thin') });
  const add = populate((s, pod) => load.addReplica(s, pod));
  add(replicas);
  load.begin();
  const queues: number[] = [];
  for (let at = 5; at <= seconds; at += 5) {
    if (at - 5 === seconds / 2) add(added);
    sim.run(at * SECOND);
    queues.push(load.requests.replicas.waiting.reduce((a, b) => a + b));
  }
  const { ok, errors, goodputPerSec, meanNs, p50Ns, p99Ns } = load.source(0);
  return figures(load.service(0).meanBusy, goodputPerSec, errors, ok, [meanNs, p50Ns, p99Ns], queues);
}

function thin(plan: LoadPlan, { replicas, added = [], seconds }: Size): Figures {
  const sim = new Simulation();
  const queues: number[] = [];
  let busy = 0;
  const load: ThinLoad = new ThinLoad(plan, {
    sim,
    streams: new StreamSource('thin'),
    windowNs: 5 * SECOND,
    samples: 400,
    windowDone: () => {
      queues.push(load.services.reduce((sum, { queue }) => sum + queue, 0));
      const count = replicas[0] + (sim.nowNs > (seconds / 2) * SECOND ? (added[0] ?? 0) : 0);
      busy += (load.services[0].utilisation * count * plan.services[0].workers * 5) / seconds;
    },
  });
  const add = populate((s, pod) => load.addReplica(s, pod));
  add(replicas);
  load.begin();
  sim.run((seconds / 2) * SECOND);
  add(added);
  sim.run(seconds * SECOND);
  const { ok, errors, goodputPerSec, meanNs, p50Ns, p99Ns } = load.source(0);
  return figures(busy, goodputPerSec, errors, ok, [meanNs, p50Ns, p99Ns], queues);
}

function populate(addReplica: (service: number, pod: number) => void): (counts: readonly number[]) => void {
  let pod = 0;
  return (counts) => {
    for (const [s, count] of counts.entries()) for (let r = 0; r < count; r++) addReplica(s, pod++);
  };
}

function figures(
  busy: number,
  goodput: number,
  errors: readonly number[],
  ok: number,
  ns: number[],
  queues: number[],
): Figures {
  const failed = errors.reduce((a, b) => a + b, 0);
  const [meanMs, p50Ms, p99Ms] = ns.map((each) => each / 1e6);
  return { busy, goodput, errors: failed / (failed + ok), meanMs, p50Ms, p99Ms, queues };
}

/** Relative errors that are let through: of work (busy, goodput), of the mean and median, of the 99th percentile. */
interface Bounds {
  readonly work: number;
  readonly mean: number;
  readonly p99: number;
}

function compare(plan: LoadPlan, size: Size, { work, mean, p99 }: Bounds): { full: Figures; thin: Figures } {
  const both = { full: full(plan, size), thin: thin(plan, size) };
  const off = (key: keyof Omit<Figures, 'queues'>): number => Math.abs(both.thin[key] / both.full[key] - 1);
  const errors = Object.fromEntries(
    (['busy', 'goodput', 'meanMs', 'p50Ms', 'p99Ms'] as const).map((key) => [key, off(key)]),
  );
  expect(errors.busy, 'busy').toBeLessThan(work);
  expect(errors.goodput, 'goodput').toBeLessThan(work);
  expect(errors.meanMs, 'mean').toBeLessThan(mean);
  expect(errors.p50Ms, 'median').toBeLessThan(mean);
  expect(errors.p99Ms, '99th percentile').toBeLessThan(p99);
  return both;
}

describe('closed forms', () => {
  it('are those of theory', () => {
    expect(openQueue(1.8, 3).waiting).toBeCloseTo(waitingInMMc(1.8, 3), 12);
    expect(finiteQueue(3, 4, 0)!.lost).toBeCloseTo(erlangB(3, 4), 12);
    const chances = birthDeath(5, 3, 8);
    const queue = finiteQueue(5, 3, 5)!;
    expect(queue.lost).toBeCloseTo(chances[8], 12);
    expect(queue.waiting).toBeCloseTo(
      chances.reduce((sum, chance, n) => sum + chance * Math.max(0, n - 3), 0),
      12,
    );
    expect(queue.waitChance * (1 - queue.lost)).toBeCloseTo(
      chances.slice(3, 8).reduce((a, b) => a + b),
      12,
    );
    expect(finiteQueue(1, 1, 1e6)).toBeUndefined();
  });

  it('of many servers are within a hundredth of the service that Erlang says', () => {
    for (const servers of [70, 200, 1000])
      for (const use of [0.8, 0.9, 0.95, 0.99]) {
        const load = use * servers;
        expect(Math.abs(openQueue(load, servers).waiting - waitingInMMc(load, servers)) / load).toBeLessThan(0.01);
      }
  });
});

describe('thin beside full', () => {
  const size = { replicas: [10], seconds: 120 };

  it.each([0.3, 0.7, 0.9])('replicas dealt to by chance, %f of their time used', (use) => {
    compare(planOf([service({})], use * 2000), size, { work: 0.02, mean: 0.05, p99: 0.12 });
  });

  it('other services than exponential', () => {
    compare(planOf([service({}, lognormal(0.02))], 0.8 * 2000), size, { work: 0.03, mean: 0.08, p99: 0.12 });
  });

  it.each(['round-robin', 'least-requests', 'two-choices'] as const)('%s', (balancing) => {
    compare(planOf([service({ balancing })], 0.85 * 2000), size, { work: 0.02, mean: 0.1, p99: 0.15 });
  });

  it('a bounded queue that overflows', () => {
    const { full: seen, thin: said } = compare(planOf([service({ queueMax: 3 })], 1.2 * 2000), size, {
      work: 0.02,
      mean: 0.05,
      p99: 0.08,
    });
    expect(Math.abs(said.errors - seen.errors)).toBeLessThan(0.01);
  });

  it('an overload that builds a queue and is worked off', () => {
    const steps = [1000, 2400, 1200].map((perSec, i) => ({ fromNs: [0, 50, 90][i] * SECOND, perSec }));
    const { full: seen, thin: said } = compare(
      planOf([service({})], { kind: 'steps', steps }),
      { replicas: [10], seconds: 200 },
      { work: 0.02, mean: 0.15, p99: 0.1 },
    );
    const most = Math.max(...seen.queues);
    expect(most).toBeGreaterThan(12_000);
    for (const [i, queue] of seen.queues.entries()) expect(Math.abs(said.queues[i] - queue) / most).toBeLessThan(0.1);
  });

  it('a graph of calls in sequence and at once, with threads that are held', () => {
    const call = (to: string, chance = 1): { service: string; request: string; chance: number } => ({
      service: to,
      request: 'get',
      chance,
    });
    const steps = [[call('b'), call('c')], [call('d', 0.5)]];
    const services: ServicePlan[] = [
      { name: 'a', workers: 16, requests: [{ name: 'get', wait: exponential(0.01), steps }] },
      { ...service({ name: 'b' }, lognormal(0.02)), workers: 2 },
      service({ name: 'c' }, { kind: 'constant', value: 0.03 }),
      service({ name: 'd', style: 'event-loop' }, exponential(0.05)),
    ];
    compare(planOf(services, 150), { replicas: [2, 3, 3, 2], seconds: 300 }, { work: 0.05, mean: 0.1, p99: 0.15 });
  });

  it('users who wait for their answers', () => {
    const plan: LoadPlan = {
      services: [service({ workers: 2 })],
      sources: [
        { kind: 'closed', name: 'users', call: { service: 'a', request: 'get' }, users: 40, think: exponential(0.5) },
      ],
    };
    compare(plan, { replicas: [1], seconds: 300 }, { work: 0.03, mean: 0.2, p99: 0.3 });
  });

  it('patience that ends, where the server works on', () => {
    const plan = planOf([service({})], 0.8 * 2000, 80e6, 'leave');
    const { full: seen, thin: said } = compare(plan, size, { work: 0.03, mean: 0.1, p99: 0.1 });
    expect(seen.errors).toBeGreaterThan(0.01);
    expect(Math.abs(said.errors - seen.errors)).toBeLessThan(0.01);
  });
});

describe('what the thin mode keeps', () => {
  it('offered is answered and failed; processor time is that of the work', () => {
    const sim = new Simulation();
    const plan = planOf([service({ requests: [{ name: 'get', cpu: exponential(0.01), failChance: 0.1 }] })], 500);
    const load = new ThinLoad(plan, {
      sim,
      streams: new StreamSource('kept'),
      windowNs: 15 * SECOND,
      coresOf: () => 2,
    });
    for (let pod = 0; pod < 5; pod++) load.addReplica(0, pod);
    load.begin(300 * SECOND);
    sim.run();
    const { offered, ok, errors, underWay } = load.source(0);
    expect(Math.abs(underWay)).toBeLessThan(1e-6 * offered);
    expect(Math.abs(ok + errors.reduce((a, b) => a + b) - offered)).toBeLessThan(1e-6 * offered);
    const used = [0, 1, 2, 3, 4].reduce((sum, pod) => sum + load.usedNs(pod), 0);
    expect(Math.abs(used / (offered * 0.01 * SECOND) - 1)).toBeLessThan(0.01);
    expect(load.usedNs(9)).toBe(0);
  });

  it('the same seed gives the same figures; without replicas nobody is served', () => {
    const run = (replicas: number): unknown => {
      const sim = new Simulation();
      const load = new ThinLoad(planOf([service({})], 900), {
        sim,
        streams: new StreamSource('same'),
        windowNs: 15 * SECOND,
      });
      for (let pod = 0; pod < replicas; pod++) load.addReplica(0, pod);
      load.begin(150 * SECOND);
      sim.run();
      return load.source(0);
    };
    expect(run(5)).toEqual(run(5));
    const { ok, errors, offered } = run(0) as { ok: number; errors: number[]; offered: number };
    expect(ok).toBe(0);
    expect(errors[0]).toBeCloseTo(offered, 6);
  });
});

describe('a collapse', () => {
  it('of threads that wait for threads, without a time-out, is told and not a fault of ours', () => {
    const sim = new Simulation();
    const next = (s: number): ServicePlan['requests'][number]['steps'] =>
      s === 9 ? [] : [[{ service: `s${s + 1}`, request: 'get' }]];
    const services = Array.from(
      { length: 10 },
      (_, s): ServicePlan => ({
        name: `s${s}`,
        workers: 2,
        requests: [{ name: 'get', wait: exponential(0.01), steps: next(s)! }],
      }),
    );
    const call = { service: 's0', request: 'get' };
    const plan: LoadPlan = {
      services,
      sources: [{ kind: 'open', name: 'users', call, rate: { kind: 'constant', perSec: 100 } }],
    };
    const load = new ThinLoad(plan, { sim, streams: new StreamSource('collapse'), windowNs: 15 * SECOND });
    for (let s = 0; s < 10; s++) load.addReplica(s, s);
    load.begin(43_200 * SECOND);
    sim.run();
    const { p99Ns, offered } = load.source(0);
    expect(Number.isFinite(p99Ns)).toBe(true);
    expect(p99Ns).toBeGreaterThan(1000 * SECOND);
    expect(offered).toBeGreaterThan(4_000_000);
  });
});

/** No request is lost or invented, whatever happens to replicas; and Little's law holds to the nanosecond. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BALANCING_NAMES } from '../../../../models/traffic/load/balancing.ts';
import type { CallPlan, ServicePlan } from '../../../../models/traffic/load/call-graph.ts';
import { faultsOfServices } from '../../../../models/traffic/load/call-graph-faults.ts';
import { afterNs, atOnce, type CarrierMaker } from '../../../../models/traffic/load/carrier.ts';
import { Load, type SourcePlan } from '../../../../models/traffic/load/load.ts';
import { ownCores } from '../../../../models/traffic/load/processors.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import type { Distribution } from '../../../../sim/random/distributions.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';

const MS = 1e6;
const SERVICES = 3;

const seconds: fc.Arbitrary<Distribution> = fc.oneof(
  fc.constant<Distribution>({ kind: 'constant', value: 0 }),
  fc.constantFrom(0.001, 0.004).map((value): Distribution => ({ kind: 'constant', value })),
  fc.constantFrom(0.001, 0.01).map((mean): Distribution => ({ kind: 'exponential', mean })),
);

const optionalOf = <T>(key: string, value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
  fc.option(value, { nil: undefined }).map((one) => (one === undefined ? {} : ({ [key]: one } as Record<string, T>)));

const merged = (...parts: fc.Arbitrary<object>[]): fc.Arbitrary<object> =>
  fc.tuple(...parts).map((all) => Object.assign({}, ...all));

const callTo = (service: fc.Arbitrary<number>): fc.Arbitrary<CallPlan> =>
  merged(
    service.map((s) => ({ service: `s${s}`, request: 'get' })),
    optionalOf('chance', fc.constantFrom(0.3, 0.6)),
    optionalOf('timeoutNs', fc.constantFrom(2 * MS, 8 * MS)),
    optionalOf('attempts', fc.integer({ min: 1, max: 3 })),
    optionalOf('backoff', seconds),
    optionalOf('retryBudget', fc.constant({ ratio: 0.2, minPerSec: 5 })),
    optionalOf('optional', fc.boolean()),
    optionalOf('abandoned', fc.constantFrom('cancel', 'leave')),
  ) as fc.Arbitrary<CallPlan>;

const stepsOf = (s: number, loops: boolean): fc.Arbitrary<CallPlan[][]> => {
  if (!loops && s === SERVICES - 1) return fc.constant([]);
  const target = fc.integer({ min: loops ? 0 : s + 1, max: SERVICES - 1 });
  return fc.array(fc.array(callTo(target), { minLength: 1, maxLength: 2 }), { maxLength: 2 });
};

/**
 * With `loops` calls go anywhere and workers are free while they are out; else threads may wait for threads of their own service for ever,
 * as real ones do. Graphs that the check of faults refuses are not run.
 */
const servicePlan = (s: number, loops: boolean): fc.Arbitrary<ServicePlan> =>
  merged(
    fc.record({
      name: fc.constant(`s${s}`),
      workers: fc.integer({ min: 1, max: 3 }),
      balancing: fc.constantFrom(...BALANCING_NAMES),
      style: loops ? fc.constant('event-loop') : fc.constantFrom('thread', 'event-loop'),
    }),
    optionalOf('queueMax', fc.integer({ min: 0, max: 4 })),
    merged(
      fc.constant({ name: 'get' }),
      optionalOf('cpu', seconds),
      optionalOf('wait', seconds),
      optionalOf('failChance', fc.constantFrom(0.05, 0.5)),
      stepsOf(s, loops).map((steps) => ({ steps })),
    ).map((request) => ({ requests: [request] })),
  ) as fc.Arbitrary<ServicePlan>;

const sourcePlan = (name: string): fc.Arbitrary<SourcePlan> =>
  fc.oneof(
    merged(
      fc.record({ kind: fc.constant('open'), name: fc.constant(name), call: callTo(fc.constant(0)).map(always) }),
      fc.constantFrom(50, 800).map((perSec) => ({ rate: { kind: 'constant', perSec } })),
      optionalOf('patienceNs', fc.constantFrom(5 * MS, 30 * MS)),
    ),
    merged(
      fc.record({
        kind: fc.constant('closed'),
        name: fc.constant(name),
        call: callTo(fc.constant(0)).map(always),
        users: fc.integer({ min: 0, max: 12 }),
        think: fc.constant({ kind: 'exponential', mean: 0.01 }),
      }),
      optionalOf('patienceNs', fc.constantFrom(5 * MS, 30 * MS)),
    ),
  ) as fc.Arbitrary<SourcePlan>;

const always = ({ chance: _, ...call }: CallPlan): CallPlan => call;

/** What happens to replicas, and when. */
const deeds = fc.array(
  fc.record({
    atMs: fc.integer({ min: 0, max: 250 }),
    what: fc.constantFrom('add', 'add', 'end', 'drain', 'withdraw', 'offer'),
    which: fc.nat({ max: 20 }),
  }),
  { maxLength: 25 },
);

const runs = fc.record({
  services: fc
    .boolean()
    .chain((loops) => fc.tuple(...Array.from({ length: SERVICES }, (_, s) => servicePlan(s, loops)))),
  sources: fc.tuple(sourcePlan('u'), sourcePlan('v')),
  deeds,
  delayNs: fc.constantFrom(0, 0.3 * MS),
  cores: fc.constantFrom(0.5, 1, 4),
  seed: fc.nat(),
});
type Run = typeof runs extends fc.Arbitrary<infer T> ? T : never;

function loadOf({ services, sources, delayNs, cores, seed }: Run): { sim: Simulation; load: Load; drained: number[] } {
  const sim = new Simulation();
  const carrier: CarrierMaker = delayNs === 0 ? atOnce : afterNs(sim, delayNs);
  const drained: number[] = [];
  const load = new Load(
    { services, sources },
    { sim, streams: new StreamSource(String(seed)), carrier, processors: ownCores(sim, () => cores) },
    { drained: (replica) => drained.push(replica) },
  );
  for (let pod = 0; pod < 2 * SERVICES; pod++) load.addReplica(pod % SERVICES, pod);
  return { sim, load, drained };
}

function carryOut(load: Load, what: string, which: number): void {
  const count = load.requests.replicas.count;
  if (what === 'add') load.addReplica(which % SERVICES, count);
  else if (what === 'end') load.end(which % count);
  else if (what === 'drain') load.drain(which % count);
  else load.offer(which % count, what === 'offer');
}

/** What must hold at every instant. */
function look(load: Load): void {
  const { requests } = load;
  for (const source of [0, 1]) expect(load.sourceMeasure(source).underWay).toBeGreaterThanOrEqual(0);
  const { replicas, visits } = requests;
  let standing = 0;
  for (let r = 0; r < replicas.count; r++) {
    standing += replicas.underWay[r];
    expect(replicas.busy[r]).toBeGreaterThanOrEqual(0);
    expect(replicas.busy[r]).toBeLessThanOrEqual(replicas.workers[r]);
    expect(replicas.busy[r] + replicas.waiting[r]).toBeLessThanOrEqual(replicas.underWay[r]);
    if (replicas.alive[r] === 0) expect(replicas.underWay[r]).toBe(0);
    // Nobody waits beside a worker who is free.
    if (replicas.waiting[r] > 0) expect(replicas.busy[r]).toBe(replicas.workers[r]);
  }
  expect(standing).toBe(requests.kinds.reduce((sum, kind) => sum + kind.underWay, 0));
  expect(standing).toBeLessThanOrEqual(visits.count);
}

describe('requests under any fate of replicas', () => {
  it('are neither lost nor invented, and leave nothing behind', () => {
    fc.assert(
      fc.property(runs, (run) => {
        fc.pre(faultsOfServices(run.services).length === 0);
        const { sim, load } = loadOf(run);
        load.begin(250 * MS);
        for (const { atMs, what, which } of [...run.deeds].sort((a, b) => a.atMs - b.atMs)) {
          sim.run(atMs * MS);
          carryOut(load, what, which);
          look(load);
        }
        sim.run(250 * MS);
        look(load);
        expect(sim.run()).toBe('drained');
        const { nowNs } = sim;
        for (const source of [0, 1]) expect(load.sourceMeasure(source).underWay).toBe(0);
        for (const kind of load.requests.kinds) expect(kind.underWay).toBe(0);
        expect(load.requests.visits.count).toBe(0);
        for (const list of ['underWay', 'busy', 'waiting'] as const)
          expect(load.requests.replicas[list].every((count) => count === 0)).toBe(true);
        // Little's law between an empty start and an empty end, in whole nanoseconds: an identity.
        load.requests.services.forEach((service, s) => {
          const { present, waiting, waitNs } = service.areasNs(nowNs);
          expect(present).toBe(load.requests.kinds[s].timeNs);
          expect(waiting).toBe(waitNs);
        });
      }),
      { numRuns: 400 },
    );
  });

  it('happen the same way twice', () => {
    fc.assert(
      fc.property(runs, (run) => {
        fc.pre(faultsOfServices(run.services).length === 0);
        const [first, second] = [run, run].map((each) => {
          const { sim, load, drained } = loadOf(each);
          load.begin(100 * MS);
          sim.run(50 * MS);
          load.end(0);
          load.drain(1);
          sim.run();
          return { report: [load.source(0), load.source(1), load.service(0)], events: sim.dispatched, drained };
        });
        expect(second).toEqual(first);
      }),
      { numRuns: 40 },
    );
  });
});

/** What happens to single requests: one at a time, to the nanosecond. */
import { describe, expect, it } from 'vitest';
import type { CallPlan, RequestPlan, ServicePlan } from '../../../../models/traffic/load/call-graph.ts';
import { afterNs, type CarrierMaker } from '../../../../models/traffic/load/carrier.ts';
import { CAUSE, CAUSES } from '../../../../models/traffic/load/cause.ts';
import { Load, type SourcePlan } from '../../../../models/traffic/load/load.ts';
import type { RateShape } from '../../../../models/traffic/load/rate-shape.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import type { Distribution } from '../../../../sim/random/distributions.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';

const MS = 1e6;
const ms = (value: number): Distribution => ({ kind: 'constant', value: value / 1000 });

const service = (name: string, request: Omit<RequestPlan, 'name'>, rest: Partial<ServicePlan> = {}): ServicePlan => ({
  name,
  workers: 1,
  requests: [{ name: 'get', ...request }],
  ...rest,
});
const call = (to: string, rest: Partial<CallPlan> = {}): CallPlan => ({ service: to, request: 'get', ...rest });

interface Over {
  readonly atNs: number;
  readonly latencyNs: number;
  readonly cause: number;
}

interface Trial {
  readonly sim: Simulation;
  readonly load: Load;
  readonly overs: Over[];
  readonly drained: number[];
  /** [answered at ms or cause] of each request, in the order of their ends. */
  readonly told: () => (string | number)[];
}

/** Services with one replica each (or as many as given), and one request at each of the instants. */
function trial(
  services: readonly ServicePlan[],
  atMs: readonly number[],
  options: {
    call?: Partial<CallPlan>;
    patienceNs?: number;
    replicas?: readonly number[];
    carrier?: (sim: Simulation) => CarrierMaker;
  } = {},
): Trial {
  const sim = new Simulation();
  const overs: Over[] = [];
  const drained: number[] = [];
  const rate: RateShape = { kind: 'constant', perSec: 0 };
  const sources: SourcePlan[] = [
    {
      kind: 'open',
      name: 'users',
      call: call('a', options.call),
      rate,
      ...(options.patienceNs === undefined ? {} : { patienceNs: options.patienceNs }),
    },
  ];
  const load = new Load(
    { services, sources },
    {
      sim,
      streams: new StreamSource('life'),
      ...(options.carrier === undefined ? {} : { carrier: options.carrier(sim) }),
    },
    {
      requestOver: (_source, latencyNs, cause) => overs.push({ atNs: sim.nowNs, latencyNs, cause }),
      drained: (replica) => drained.push(replica),
    },
  );
  let pod = 0;
  services.forEach((_, s) => {
    for (let r = 0; r < (options.replicas?.[s] ?? 1); r++) load.addReplica(s, pod++);
  });
  const ask = sim.kind('test: ask', () => load.offerOne(0));
  for (const at of atMs) sim.at(Math.round(at * MS), ask);
  const told = (): (string | number)[] =>
    overs.map(({ atNs, cause }) => (cause < 0 ? atNs / MS : `${CAUSES[cause].name} ${atNs / MS}`));
  return { sim, load, overs, drained, told };
}

const run = (...args: Parameters<typeof trial>): (string | number)[] => {
  const { sim, told } = trial(...args);
  sim.run();
  return told();
};

describe('work and calls', () => {
  it('CPU time comes before the wait, and a second request waits for the worker', () => {
    expect(run([service('a', { cpu: ms(2), wait: ms(3) })], [0, 1])).toEqual([5, 10]);
  });

  it('steps come one after the other, calls of a step at once', () => {
    const leaf = (name: string, time: number): ServicePlan => service(name, { wait: ms(time) });
    const steps = [[call('b'), call('c')], [call('d')]];
    expect(run([service('a', { wait: ms(1), steps }), leaf('b', 4), leaf('c', 7), leaf('d', 2)], [0])).toEqual([10]);
  });

  it('a thread keeps its worker while its calls are out; an event loop does not', () => {
    const services = (style: 'thread' | 'event-loop'): ServicePlan[] => [
      service('a', { wait: ms(1), steps: [[call('b')]] }, { style }),
      service('b', { wait: ms(5) }, { workers: 9 }),
    ];
    expect(run(services('thread'), [0, 0])).toEqual([6, 12]);
    expect(run(services('event-loop'), [0, 0])).toEqual([6, 7]);
  });

  it('payloads take their way there and back at every call', () => {
    const services = [service('a', { wait: ms(1), steps: [[call('b')]] }), service('b', { wait: ms(5) })];
    expect(run(services, [0], { carrier: (sim) => afterNs(sim, 2 * MS) })).toEqual([1 + 5 + 4 * 2]);
  });

  it('a payload says from where, to where and how much', () => {
    const sent: number[][] = [];
    const carrier: CarrierMaker = () => ({
      send: (from, to, bytes) => {
        sent.push([from, to, bytes]);
        return -1;
      },
      cancel: () => undefined,
    });
    const bytes = (value: number): Distribution => ({ kind: 'constant', value });
    const services = [
      service('a', { steps: [[call('b', { requestBytes: bytes(30) })]], responseBytes: bytes(70) }),
      service('b', { responseBytes: bytes(40) }),
    ];
    run(services, [0], { call: { requestBytes: bytes(20) }, carrier: () => carrier });
    expect(sent).toEqual([
      [-1, 0, 20],
      [0, 1, 30],
      [1, 0, 40],
      [0, -1, 70],
    ]);
  });
});

describe('failures', () => {
  const slow = service('a', { wait: ms(10) }, { queueMax: 1 });

  it('a full queue refuses; no replica serves nobody', () => {
    expect(run([slow], [0, 1, 2])).toEqual(['full 2', 10, 20]);
    expect(run([slow], [0], { replicas: [0] })).toEqual(['unserved 0']);
  });

  it('what stands at a replica that ends has died, wherever it stands', () => {
    const { sim, load, told } = trial([slow], [0, 1]);
    sim.run(5 * MS);
    load.end(0);
    load.end(0);
    sim.run();
    expect(told().sort()).toEqual(['died 5', 'died 5']);
    expect(load.service(0).meanBusy * sim.nowNs).toBe(5 * MS);
  });

  it('what stands at a replica whose machine dies is waited for in vain, and holds nothing there', () => {
    const { sim, load, told } = trial([slow], [0, 1, 7], { call: { timeoutNs: 30 * MS } });
    sim.run(5 * MS);
    load.strand(0);
    sim.run(6 * MS);
    expect(told()).toEqual([]);
    load.vanish(0);
    sim.run();
    expect(told()).toEqual(['unserved 7', 'timeout 30', 'timeout 31']);
    expect(load.service(0).meanBusy * sim.nowNs).toBe(5 * MS);
    expect(load.requests.visits.count).toBe(0);
  });

  it('another attempt goes to another replica, and a caller may do without an answer', () => {
    const tried = trial([slow], [0], { call: { attempts: 2 }, replicas: [2] });
    tried.sim.run(5 * MS);
    const first = tried.load.requests.replicas.underWay[0] === 1 ? 0 : 1;
    tried.load.end(first);
    tried.sim.run();
    expect(tried.told()).toEqual([15]);
    const asks = (optional: boolean): ServicePlan[] => [
      service('a', { wait: ms(1), steps: [[call('b', { optional })]] }),
      service('b', { wait: ms(2), failChance: 1 }),
    ];
    expect(run(asks(false), [0])).toEqual(['failed 3']);
    expect(run(asks(true), [0])).toEqual([3]);
  });

  it('an abandoned request stops, or works on for nobody', () => {
    const abandon = (abandoned: 'cancel' | 'leave'): Trial => {
      const made = trial([service('a', { wait: ms(10) })], [0, 6], { call: { timeoutNs: 5 * MS, abandoned } });
      made.sim.run();
      return made;
    };
    expect(abandon('cancel').told()).toEqual(['timeout 5', 'timeout 11']);
    expect(abandon('leave').told()).toEqual(['timeout 5', 'timeout 11']);
    // Cancelled ones took 5 ms of the worker each. Left ones took 10 ms each, and the second waited for 4 ms.
    const { load: cancelled, sim: cancelSim } = abandon('cancel');
    expect(cancelled.service(0).meanBusy * cancelSim.nowNs).toBe(10 * MS);
    const { load: left, sim: leftSim } = abandon('leave');
    expect([left.service(0).meanBusy * leftSim.nowNs, leftSim.nowNs]).toEqual([20 * MS, 20 * MS]);
    expect(left.kind(0).ok).toBe(2);
    expect(left.requests.visits.count).toBe(0);
  });

  it('a failed call stops its sisters', () => {
    const services = [
      service('a', { steps: [[call('b'), call('c')]] }),
      service('b', { wait: ms(3), failChance: 1 }),
      service('c', { wait: ms(100) }),
    ];
    const { sim, load, told } = trial(services, [0]);
    sim.run();
    expect([told(), sim.nowNs / MS]).toEqual([['failed 3'], 3]);
    expect(load.kind(2).errors[CAUSE.cancelled]).toBe(1);
  });

  it('patience spans all attempts and their pauses', () => {
    const pauses = { attempts: 5, timeoutNs: 4 * MS, backoff: ms(3) };
    // 4, pause, 11, pause, 18; the fourth attempt begins at 21 and patience ends at 23.
    expect(run([slow], [0], { call: pauses, patienceNs: 23 * MS })).toEqual(['deadline 23']);
    // A pause that would outlast it is not begun.
    expect(run([slow], [0], { call: pauses, patienceNs: 20 * MS })).toEqual(['timeout 18']);
    expect(run([slow], [0], { call: pauses })).toEqual(['timeout 32']);
  });

  it('patience of the user ends calls deep below', () => {
    const services = [service('a', { steps: [[call('b')]] }), service('b', { wait: ms(50) })];
    const { sim, load, told } = trial(services, [0], { patienceNs: 7 * MS });
    sim.run();
    expect([told(), sim.nowNs / MS, load.kind(1).errors[CAUSE.cancelled]]).toEqual([['deadline 7'], 7, 1]);
  });

  it('a budget lets few retries through', () => {
    const broken = service('a', { failChance: 1 }, { workers: 10 });
    const attempts = (retryBudget?: CallPlan['retryBudget']): number => {
      const every = Array.from({ length: 200 }, (_, i) => i * 10);
      const { sim, load } = trial([broken], every, {
        call: { attempts: 4, ...(retryBudget === undefined ? {} : { retryBudget }) },
      });
      sim.run();
      return load.kind(0).offered;
    };
    expect(attempts()).toBe(800);
    // A reserve of ten seconds of one a second, what comes back of it in two, and one in five calls.
    const limited = attempts({ ratio: 0.2, minPerSec: 1 });
    expect(limited).toBeGreaterThan(200 + 40);
    expect(limited).toBeLessThan(200 + 40 + 10 + 8);
    expect(attempts({ ratio: 0, minPerSec: 0 })).toBe(200);
  });

  it('threads that wait for threads of their own service stand still, as in reality, until somebody loses patience', () => {
    const again = service('a', { steps: [[call('b')]] }, { workers: 2 });
    const back = service('b', { steps: [[call('c')]] });
    const third: ServicePlan = { name: 'c', workers: 1, requests: [{ name: 'get', steps: [[call('d')]] }] };
    const last = service('d', { wait: ms(1), steps: [[call('a', { chance: 0.5 })]] });
    const stuck = trial([again, back, third, last], [0, 0, 0, 0, 0, 0]);
    stuck.sim.run();
    expect(stuck.load.sourceMeasure(0).underWay).toBeGreaterThan(0);
    expect(stuck.load.service(0).meanBusy).toBeGreaterThan(0);
    const impatient = trial([again, back, third, last], [0, 0, 0, 0, 0, 0], { patienceNs: 50 * MS });
    impatient.sim.run();
    expect(impatient.load.sourceMeasure(0).underWay).toBe(0);
    expect(impatient.load.source(0).errors[CAUSE.deadline]).toBeGreaterThan(0);
  });

  it('calls without end stop at a depth', () => {
    const loop = service('a', { steps: [[call('a', { chance: 0.999 })]] }, { workers: 1000 });
    const told = run(
      [loop],
      Array.from({ length: 20 }, (_, i) => i),
    );
    expect(told.filter((one) => String(one).startsWith('deep')).length).toBeGreaterThan(3);
    expect(told.length).toBe(20);
  });
});

describe('replicas that come and go', () => {
  it('a draining one answers what it has and then says so', () => {
    const { sim, load, told, drained } = trial([service('a', { wait: ms(10) })], [0, 1, 5], { replicas: [1] });
    sim.run(2 * MS);
    load.drain(0);
    load.addReplica(0, 7);
    sim.run(19 * MS);
    expect(drained).toEqual([]);
    sim.run();
    expect([told(), drained]).toEqual([[10, 15, 20], [0]]);
    load.drain(1);
    expect(drained).toEqual([0, 1]);
  });

  it('one that is not on offer yet gets nothing', () => {
    const { sim, load, told } = trial([service('a', { wait: ms(1) })], [0, 5], { replicas: [0] });
    const replica = load.addReplica(0, 0, false);
    sim.run(2 * MS);
    load.offer(replica, true);
    sim.run();
    expect(told()).toEqual(['unserved 0', 6]);
  });

  it('policies deal as their names say', () => {
    const dealt = (balancing: NonNullable<ServicePlan['balancing']>, count: number): number[] => {
      const plan = service('a', { wait: ms(1000) }, { workers: 1000, balancing });
      const { sim, load } = trial(
        [plan],
        Array.from({ length: count }, (_, i) => i),
        { replicas: [3] },
      );
      sim.run(500 * MS);
      return Array.from(load.requests.replicas.underWay.subarray(0, 3));
    };
    expect(dealt('round-robin', 10)).toEqual([4, 3, 3]);
    expect(dealt('least-requests', 10)).toEqual([4, 3, 3]);
    const spread = (counts: number[]): number => Math.max(...counts) - Math.min(...counts);
    const two = dealt('two-choices', 300);
    expect(spread(two)).toBeLessThan(6);
    const random = dealt('random', 300);
    expect(spread(random)).toBeGreaterThan(spread(two));
    for (const count of random) expect(Math.abs(count - 100)).toBeLessThan(33);
  });
});

/** Sources: what they offer when, that they move no draw of others, and what is wrong with plans of them. */
import { describe, expect, it } from 'vitest';
import type { ServicePlan } from '../../../../models/traffic/load/call-graph.ts';
import { Load, type LoadPlan, type SourcePlan } from '../../../../models/traffic/load/load.ts';
import { faultsOfLoad } from '../../../../models/traffic/load/load-faults.ts';
import { LoadTimeline, type LoadWindow } from '../../../../models/traffic/load/load-timeline.ts';
import type { RateShape } from '../../../../models/traffic/load/rate-shape.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import type { Distribution } from '../../../../sim/random/distributions.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';

const SECOND = 1e9;
const exponential = (mean: number): Distribution => ({ kind: 'exponential', mean });
const services: readonly ServicePlan[] = [
  { name: 'a', workers: 1000, requests: [{ name: 'get', wait: exponential(0.01) }] },
];
const open = (rate: RateShape | number, rest: object = {}): SourcePlan => ({
  kind: 'open',
  name: 'users',
  call: { service: 'a', request: 'get' },
  rate: typeof rate === 'number' ? { kind: 'constant', perSec: rate } : rate,
  ...rest,
});

function started(sources: readonly SourcePlan[], replicas = 1): { sim: Simulation; load: Load; overs: number[][] } {
  const sim = new Simulation();
  const overs: number[][] = [];
  const requestOver = (_: number, latencyNs: number): void => {
    overs.push([sim.nowNs - latencyNs, latencyNs]);
  };
  const load = new Load({ services, sources }, { sim, streams: new StreamSource('sources') }, { requestOver });
  for (let pod = 0; pod < replicas; pod++) load.addReplica(0, pod);
  return { sim, load, overs };
}

/** A clock with nothing to do stands still: something is to be done at these seconds. */
function keepClock(sim: Simulation, atSec: readonly number[]): void {
  const tick = sim.kind('test: tick', () => undefined);
  for (const at of atSec) sim.at(at * SECOND, tick);
}

const arrivals = (overs: readonly number[][]): number[] => overs.map(([atNs]) => atNs).sort((a, b) => a - b);

describe('open sources', () => {
  it('a clockwork comes on time', () => {
    const { sim, load, overs } = started([open(4, { gaps: 'even' })]);
    load.begin(2 * SECOND);
    sim.run();
    expect(arrivals(overs)).toEqual([1, 2, 3, 4, 5, 6, 7].map((k) => k * 0.25 * SECOND));
  });

  it('another rate moves the same requests in time, and draws nothing else anew', () => {
    const lived = (rate: RateShape | number): number[] => {
      const { sim, load, overs } = started([open(rate)]);
      load.begin();
      sim.run(20 * SECOND);
      return overs.sort(([a], [b]) => a - b).map(([, latencyNs]) => latencyNs);
    };
    const [slow, fast] = [
      lived(5),
      lived({ kind: 'daily', meanPerSec: 30, amplitude: 1, peakNs: 0, periodNs: 7 * SECOND }),
    ];
    expect(slow.length).toBeGreaterThan(70);
    expect(fast.slice(0, 70)).toEqual(slow.slice(0, 70));
  });

  it('a slider keeps the place of the next arrival in operational time', () => {
    const { sim, load, overs } = started([open(1, { gaps: 'even' })]);
    keepClock(sim, [10]);
    load.begin(20 * SECOND);
    sim.run(0.5 * SECOND);
    load.scaleSource(0, 0);
    sim.run(10 * SECOND);
    expect(overs).toEqual([]);
    load.scaleSource(0, 2);
    sim.run(11 * SECOND);
    load.scaleSource(0, 0.5);
    sim.run();
    // Half of the first unit is left at 10 s and takes a quarter; then one each half; half a unit is left at 11 s and takes one.
    expect(arrivals(overs).map((ns) => ns / SECOND)).toEqual([10.25, 10.75, 12, 14, 16, 18]);
  });

  it('counts of arrivals follow the rate', () => {
    const rate: RateShape = {
      kind: 'steps',
      steps: [
        { fromNs: 0, perSec: 100 },
        { fromNs: 30 * SECOND, perSec: 400 },
      ],
    };
    const { sim, load, overs } = started([open(rate)]);
    load.begin(60 * SECOND);
    sim.run();
    const late = arrivals(overs).filter((ns) => ns >= 30 * SECOND).length;
    // Five standard deviations of Poisson counts.
    expect(Math.abs(late - 12_000)).toBeLessThan(5 * Math.sqrt(12_000));
    expect(Math.abs(overs.length - late - 3000)).toBeLessThan(5 * Math.sqrt(3000));
  });
});

describe('closed sources', () => {
  it('users come and go', () => {
    const plan: SourcePlan = {
      kind: 'closed',
      name: 'users',
      call: { service: 'a', request: 'get' },
      users: 3,
      think: { kind: 'constant', value: 1 },
    };
    const { sim, load } = started([plan]);
    keepClock(sim, [10, 11.5]);
    load.begin(100 * SECOND);
    sim.run(2.5 * SECOND);
    expect(load.source(0).offered).toBe(6);
    load.setUsers(0, 0);
    sim.run(10 * SECOND);
    expect(load.source(0).offered).toBe(6);
    load.setUsers(0, 5);
    load.setUsers(0, 2);
    load.setUsers(0, 4);
    sim.run(11.5 * SECOND);
    expect([load.source(0).offered, load.source(0).underWay]).toEqual([10, 0]);
    sim.run();
    expect(sim.nowNs).toBeLessThanOrEqual(101 * SECOND);
  });
});

describe('a timeline', () => {
  it('cuts the same counts into windows', () => {
    const { sim, load } = started([open(50)]);
    const windows: LoadWindow[] = [];
    new LoadTimeline(sim, load, { windowNs: 5 * SECOND, endNs: 30 * SECOND, sources: 1 }, (window) =>
      windows.push(window),
    );
    load.begin(30 * SECOND);
    sim.run();
    expect(windows.map(({ toNs }) => toNs / SECOND)).toEqual([5, 10, 15, 20, 25, 30]);
    const { offered, ok } = load.source(0);
    const sum = (key: 'offered' | 'ok'): number => windows.reduce((all, { sources }) => all + sources[0][key], 0);
    expect(sum('offered')).toBe(offered);
    expect(ok - sum('ok')).toBe(windows[5].sources[0].underWay);
    const busy = windows.reduce((all, { services: [service] }) => all + service.meanBusy, 0) / 6;
    expect(busy).toBeGreaterThan(0.4);
    expect(busy).toBeLessThan(0.6);
    for (const {
      sources,
      services: [service],
    } of windows) {
      expect(sources[0].p50Ns).toBeLessThan(sources[0].p99Ns);
      expect(sources[0].goodputPerSec).toBe(sources[0].ok / 5);
      expect(service.utilisation).toBeCloseTo(service.meanBusy / 1000, 12);
    }
  });
});

describe('more servers and more load together', () => {
  it('shorten the wait; more load alone makes it longer', () => {
    const waitNs = (workers: number, perSec: number): number => {
      const sim = new Simulation();
      const plan = { services: [{ ...services[0], workers }], sources: [open(perSec)] };
      const load = new Load(plan, { sim, streams: new StreamSource('metamorphic') });
      load.addReplica(0, 0);
      load.begin();
      sim.run(200 * SECOND);
      return load.service(0).meanWaitNs;
    };
    const waits = [waitNs(2, 150), waitNs(4, 300), waitNs(8, 600)];
    expect(waits[1]).toBeLessThan(waits[0]);
    expect(waits[2]).toBeLessThan(waits[1]);
    expect(waitNs(2, 180)).toBeGreaterThan(waits[0]);
  });
});

describe('faults of a plan', () => {
  const call = { service: 'a', request: 'get' };
  const linesOf = (plan: LoadPlan): string[] =>
    faultsOfLoad(plan).map(({ path, message, got }) => `${path.join('.')}: ${message}: ${got}`);
  const ask = (steps: ServicePlan['requests'][number]['steps']): ServicePlan['requests'] => [
    { name: 'get', ...(steps === undefined ? {} : { steps }) },
  ];

  it('good plans have none', () => {
    expect(linesOf({ services, sources: [open(3)] })).toEqual([]);
  });

  it('requests that never end, with the loop', () => {
    const endless = (chance: number): ServicePlan[] => [
      { name: 'a', workers: 1, requests: ask([[{ service: 'b', request: 'get' }]]) },
      {
        name: 'b',
        workers: 1,
        requests: ask([
          [
            { ...call, chance },
            { ...call, chance },
          ],
          [{ service: 'c', request: 'get' }],
        ]),
      },
      { name: 'c', workers: 1, requests: ask(undefined) },
    ];
    expect(linesOf({ services: endless(0.5), sources: [] })).toEqual([
      'services.0: requests that never end: a/get -> b/get -> a/get',
    ]);
    expect(linesOf({ services: endless(0.49), sources: [] })).toEqual([]);
  });

  it('all at once, each by its path', () => {
    const plan: LoadPlan = {
      services: [
        { name: 'a', workers: 0, queueMax: -1, requests: [] },
        { name: 'a', workers: 1.5, requests: [{ name: 'x', failChance: 2, cpu: exponential(-1) }, { name: 'x' }] },
        {
          name: 'b',
          workers: 1,
          requests: ask([
            [
              { service: 'nobody', request: 'get' },
              { service: 'b', request: 'put', chance: -1, attempts: 0, timeoutNs: 0 },
            ],
          ]),
        },
      ],
      sources: [
        {
          kind: 'closed',
          name: 's',
          call: { service: 'b', request: 'get', chance: 0.5 },
          users: -1,
          think: { kind: 'uniform', low: 2, high: 1 },
        },
        open(-1, {
          name: 's',
          call: { service: 'b', request: 'get' },
          gaps: { kind: 'constant', value: 0 },
          patienceNs: -5,
        }),
      ],
    };
    const paths = faultsOfLoad(plan).map(({ path }) => path.join('.'));
    expect(paths.sort()).toEqual(
      [
        'services.1.name',
        'services.0.workers',
        'services.0.queueMax',
        'services.0.requests',
        'services.1.workers',
        'services.1.requests.1.name',
        'services.1.requests.0.cpu',
        'services.1.requests.0.failChance',
        'services.2.requests.0.steps.0.0.service',
        'services.2.requests.0.steps.0.1.request',
        'services.2.requests.0.steps.0.1.chance',
        'services.2.requests.0.steps.0.1.attempts',
        'services.2.requests.0.steps.0.1.timeoutNs',
        'sources.1.name',
        'sources.0.think',
        'sources.0.users',
        'sources.0.call.chance',
        'sources.1.rate.perSec',
        'sources.1.gaps',
        'sources.1.patienceNs',
      ].sort(),
    );
    expect(() => new Load(plan, { sim: new Simulation(), streams: new StreamSource('x') })).toThrow(
      /services\.0\.workers/,
    );
  });
});

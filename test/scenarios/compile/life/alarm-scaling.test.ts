import { describe, expect, it } from 'vitest';
import { alarmScalingOf } from '../../../../scenarios/compile/life/alarm-scaling.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';

const SECOND = 1e9;
const MINUTE = 60 * SECOND;

/** A workload of two pods of half a processor each that tests start and stop; alarms look each minute. */
function world(measure: object) {
  const sim = new Simulation();
  const pods = [
    { runsNs: 0, sinceNs: 0 },
    { runsNs: 0, sinceNs: 0 },
  ];
  const containers = new Map<number, { cpuNs: number }>();
  /** Each that runs takes two fifths of a core, whatever it has been before. */
  const usedNs = (pod: number): number => {
    const { runsNs, sinceNs } = pods[pod]!;
    return 0.4 * (runsNs + (containers.has(pod) ? sim.nowNs - sinceNs : 0));
  };
  const start = (pod: number): void => {
    pods[pod]!.sinceNs = sim.nowNs;
    containers.set(pod, { cpuNs: usedNs(pod) });
  };
  const stop = (pod: number): void => {
    pods[pod]!.runsNs = usedNs(pod) / 0.4;
    containers.delete(pod);
  };
  const seen: number[] = [];
  const scaled: [before: number, after: number][] = [];
  let handled = 0;
  const controller = {
    replicas: 2,
    get current() {
      return containers.size;
    },
    active: () => [0, 1],
    scaleTo: (replicas: number) => {
      controller.replicas = replicas;
    },
  };
  const alarm = { ...measure, periods: 1, period: MINUTE, delay: 0, add: 1, remove: 1, cooldown: 0 };
  const ground = {
    sim,
    alternative: {
      document: { autoscalers: [{ target: 'web', min: 1, max: 9, alarm }] },
    },
    plan: { workloads: [{ name: 'web', service: 0, cpuMilli: 500 }] },
    load: () => ({ usedNs, handled: () => handled }),
    riseNs: () => 0,
    tally: { rescaled: () => {} },
  };
  const life = {
    place: { streams: new StreamSource('alarms'), prefix: '' },
    cluster: { numberOf: (pod: number) => pod },
    life: { containers },
    controllers: [controller],
    controlPlane: { server: { isThere: true } },
    serviceOf: () => 0,
    timeline: { ordered: () => {} },
    rows: { seen: (_workload: number, cpuMilli: number) => seen.push(Math.round(cpuMilli)) },
    marks: { scaled: (_workload: number, before: number, after: number) => scaled.push([before, after]) },
  };
  const part = alarmScalingOf(ground as never, life as never)!;
  part.begin?.();
  const until = (minute: number): void => {
    sim.at(minute * MINUTE, tick);
    sim.run(minute * MINUTE);
  };
  const tick = sim.kind('time has come', () => {});
  const handles = (count: number): void => {
    handled += count;
  };
  return { start, stop, until, seen, scaled, controller, handles };
}

describe('alarms of a provider on processor time', () => {
  it('see the mean of the pods that run, of what they request', () => {
    const { start, until, seen, scaled } = world({ cpu: { above: 0.9, below: 0.1 } });
    start(0);
    start(1);
    until(4);
    // Two fifths of a core each.
    expect(new Set(seen)).toEqual(new Set([400]));
    expect(scaled).toEqual([]);
  });

  it('count of a container that started anew what it has had since, and nothing of its life before', () => {
    const { start, stop, until, seen } = world({ cpu: { above: 0.9, below: 0.1 } });
    start(0);
    start(1);
    until(5);
    stop(1);
    until(7);
    start(1);
    until(12);
    // Less while one of them had not run for all of the minute, and never more.
    expect(Math.max(...seen)).toBe(400);
    expect(Math.min(...seen)).toBeGreaterThan(150);
    expect(seen.at(-1)).toBe(400);
  });

  it('see nothing while nobody runs', () => {
    const { until, seen, scaled } = world({ cpu: { above: 0.9, below: 0.1 } });
    until(3);
    expect(new Set(seen)).toEqual(new Set([Number.NaN]));
    expect(scaled).toEqual([]);
  });

  it('add above the one threshold and take away below the other', () => {
    const up = world({ cpu: { above: 0.7, below: 0.1 } });
    up.start(0);
    up.until(2.5);
    expect(up.scaled[0]).toEqual([2, 3]);
    const down = world({ cpu: { above: 0.95, below: 0.9 } });
    down.start(0);
    down.until(2.5);
    expect(down.scaled[0]).toEqual([2, 1]);
  });
});

describe('alarms of a provider on requests', () => {
  it('see the requests a second for each pod that is there', () => {
    const { start, until, handles, scaled } = world({ requests: { above: 10, below: 2 } });
    start(0);
    start(1);
    until(1.999);
    scaled.length = 0;
    // 3000 in a minute are 25 a second for each of two.
    handles(3000);
    until(2.999);
    expect(scaled.length).toBe(1);
    expect(scaled[0]![1]).toBe(scaled[0]![0] + 1);
    handles(600);
    until(3.999);
    expect(scaled.length).toBe(1);
    until(4.999);
    expect(scaled.at(-1)![1]).toBe(scaled.at(-1)![0] - 1);
  });
});

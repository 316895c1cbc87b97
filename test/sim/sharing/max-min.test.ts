import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BOUND_BY_CAP, BOUND_BY_NOTHING, SharedResources, type SolverName } from '../../../sim/sharing/max-min.ts';
import { close, networkPlan, TestNetwork, usesOf } from './random-network.ts';

const SOLVERS: readonly SolverName[] = ['full', 'incremental', 'auto'];
const ONE = Float64Array.of(1, 1, 1, 1, 1, 1);

function startOn(shared: SharedResources, nowNs: number, amount: number, resources: number[], cap?: number): number {
  return shared.start(nowNs, amount, Int32Array.from(resources), ONE, resources.length, cap);
}

/** Says what is wrong with the rates of a settled network; empty when they are max-min fair. */
function faultsOf(network: TestNetwork): string[] {
  const { shared, running, capacities } = network;
  const used = capacities.map(() => 0);
  const fastest = capacities.map(() => 0);
  for (const { id, plan } of running) {
    for (const { resource, weight } of plan.uses) {
      used[resource] += weight * shared.rate(id);
      fastest[resource] = Math.max(fastest[resource], shared.rate(id));
    }
  }
  const faults: string[] = [];
  capacities.forEach((capacity, r) => {
    if (used[r] > capacity * (1 + 1e-9)) faults.push(`resource ${r} gives ${used[r]} of ${capacity}`);
    if (!close(used[r], shared.load(r))) faults.push(`load of ${r} is ${shared.load(r)}, not ${used[r]}`);
  });
  for (const { id, plan } of running) {
    const rate = shared.rate(id);
    const bound = shared.boundBy(id);
    if (rate > plan.cap) faults.push(`flow ${id} at ${rate} is over its cap ${plan.cap}`);
    if (bound === BOUND_BY_CAP ? rate === plan.cap : isBottleneck(bound, rate)) continue;
    faults.push(`flow ${id} at ${rate} is not held back by ${bound}`);
  }
  return faults;

  function isBottleneck(r: number, rate: number): boolean {
    return r >= 0 && close(used[r], capacities[r]) && rate >= fastest[r] * (1 - 1e-9);
  }
}

describe.each(SOLVERS)('max-min sharing, solver %s', (solver) => {
  it('gives the rates of an example that was computed by hand', () => {
    // Three links of 10, 4 and 6. A crosses 0 and 1, B crosses 0, C crosses 1 and 2, D crosses 2 with a cap of 1.
    const shared = new SharedResources({ solver });
    for (const capacity of [10, 4, 6]) shared.addResource(capacity);
    const a = startOn(shared, 0, 20, [0, 1]);
    const b = startOn(shared, 0, 80, [0]);
    const c = startOn(shared, 0, 40, [1, 2]);
    const d = startOn(shared, 0, 50, [2], 1);
    shared.settle(0);
    // Link 1 fills first, at 2 each; B takes what A leaves on link 0; D stops at its cap.
    expect([a, b, c, d].map((flow) => shared.rate(flow))).toEqual([2, 8, 2, 1]);
    expect([a, b, c, d].map((flow) => shared.boundBy(flow))).toEqual([1, 0, 1, BOUND_BY_CAP]);
    expect([0, 1, 2].map((link) => shared.load(link))).toEqual([10, 4, 3]);
    // A and B end together after 10 s: A was started first.
    expect(shared.nextFinishNs()).toBe(10e9);
    expect([shared.popFinished(10e9), shared.popFinished(10e9), shared.popFinished(10e9)]).toEqual([a, b, -1]);
    shared.settle(10e9);
    // C has 20 left and link 1 for itself; link 2 has 5 left over beside D.
    expect(shared.rate(c)).toBe(4);
    expect(shared.remaining(c, 10e9)).toBe(20);
    expect(shared.nextFinishNs()).toBe(15e9);
  });

  it('weighs what a flow uses of each resource', () => {
    const shared = new SharedResources({ solver });
    const cpu = shared.addResource(100);
    const link = shared.addResource(30);
    const costly = shared.start(0, 1, Int32Array.of(cpu, link), Float64Array.of(9, 1), 2);
    const cheap = shared.start(0, 1, Int32Array.of(cpu, link), Float64Array.of(1, 2), 2);
    shared.settle(0);
    // Equal rates x with 9x + 1x = 100 and 1x + 2x = 30: both resources fill at 10.
    expect(shared.rate(costly)).toBeCloseTo(10, 12);
    expect(shared.rate(cheap)).toBeCloseTo(10, 12);
  });

  it('adds entries of one resource up and ignores weights of 0', () => {
    const shared = new SharedResources({ solver });
    const link = shared.addResource(12);
    const dead = shared.addResource(0);
    const flow = shared.start(0, 1, Int32Array.of(link, dead, link), Float64Array.of(1, 0, 3), 3);
    shared.settle(0);
    expect(shared.rate(flow)).toBe(3);
  });

  it('stalls flows on a resource without capacity and lets them go on when it comes back', () => {
    const shared = new SharedResources({ solver });
    const link = shared.addResource(10);
    const other = shared.addResource(10);
    const flow = startOn(shared, 0, 100, [link, other]);
    const beside = startOn(shared, 0, 1000, [other]);
    shared.settle(0);
    shared.setCapacity(link, 0, 2e9);
    shared.settle(2e9);
    expect([shared.rate(flow), shared.boundBy(flow), shared.rate(beside)]).toEqual([0, link, 10]);
    expect(shared.remaining(flow, 50e9)).toBe(90);
    shared.setCapacity(link, 10, 50e9);
    shared.settle(50e9);
    expect([shared.rate(flow), shared.rate(beside)]).toEqual([5, 5]);
    expect(shared.nextFinishNs()).toBe(68e9);
  });

  it('never ends a stalled flow, but an empty one at once', () => {
    const shared = new SharedResources({ solver });
    const dead = shared.addResource(0);
    startOn(shared, 5, 10, [dead]);
    shared.settle(5);
    expect(shared.nextFinishNs()).toBe(Infinity);
    const empty = startOn(shared, 7, 0, [dead]);
    shared.settle(7);
    expect(shared.nextFinishNs()).toBe(7);
    expect(shared.popFinished(7)).toBe(empty);
  });

  it('runs a flow without resources at its cap, and ends it at once without one', () => {
    const shared = new SharedResources({ solver });
    const capped = startOn(shared, 0, 10, [], 2);
    const free = startOn(shared, 0, 10, []);
    shared.settle(0);
    expect([shared.boundBy(capped), shared.rate(capped)]).toEqual([BOUND_BY_CAP, 2]);
    expect(shared.boundBy(free)).toBe(BOUND_BY_NOTHING);
    expect(shared.popFinished(0)).toBe(free);
    expect(shared.nextFinishNs()).toBe(5e9);
  });

  it('takes any number of changes at one instant', () => {
    const shared = new SharedResources({ solver });
    const link = shared.addResource(12);
    const first = startOn(shared, 0, 100, [link]);
    const brief = startOn(shared, 0, 100, [link]);
    expect(shared.stop(brief, 0)).toBe(100);
    const second = startOn(shared, 0, 100, [link]);
    shared.settle(0);
    expect([shared.rate(first), shared.rate(second), shared.running]).toEqual([6, 6, 2]);
    shared.reroute(first, 1e9, Int32Array.of(link), Float64Array.of(2), 1);
    shared.reroute(first, 1e9, Int32Array.of(link), Float64Array.of(5), 1);
    shared.settle(1e9);
    expect([shared.rate(first), shared.rate(second)]).toEqual([2, 2]);
    expect(shared.remaining(first, 1e9)).toBe(94);
  });

  it('uses the numbers of ended flows again, for small tables', () => {
    const shared = new SharedResources({ solver });
    const link = shared.addResource(1e9);
    const seen = new Set<number>();
    for (let i = 0; i < 1000; i++) {
      seen.add(startOn(shared, i, 1, [link]));
      seen.add(startOn(shared, i, 0, [link]));
      shared.settle(i);
      while (shared.popFinished(i) >= 0);
      shared.settle(i);
    }
    expect(seen.size).toBeLessThan(5);
  });

  it('meets the bottleneck condition, keeps capacities and caps', () => {
    const property = fc.property(networkPlan, ({ capacities, changes }) => {
      const network = new TestNetwork(capacities, solver);
      changes.forEach((change) => {
        network.apply(0, change);
      });
      network.shared.settle(0);
      expect(faultsOf(network)).toEqual([]);
    });
    fc.assert(property, { seed: 1, numRuns: 200, endOnFailure: true });
  });

  it('delivers what it says: started less left is the rate over time', () => {
    const property = fc.property(networkPlan, ({ capacities, changes }) => {
      const network = new TestNetwork(capacities, solver);
      const started = changes.flatMap((change) => (change.do === 'start' ? [change.flow] : []));
      started.forEach((plan) => {
        network.start(0, plan);
      });
      const delivered = drainClosed(
        network,
        started.map((plan) => plan.amount),
      );
      delivered.forEach(({ sum, left, amount }) => {
        expect(close(sum + left, amount, 1e-6)).toBe(true);
      });
    });
    fc.assert(property, { seed: 2, numRuns: 100, endOnFailure: true });
  });

  it('halves the time of a closed batch when every capacity doubles', () => {
    const property = fc.property(networkPlan, ({ capacities, changes }) => {
      const ends = [1, 2].map((factor) => {
        const network = new TestNetwork(
          capacities.map((capacity) => capacity * factor),
          solver,
        );
        for (const change of changes) {
          if (change.do !== 'start') continue;
          network.start(0, { ...change.flow, cap: change.flow.cap * factor });
        }
        return lastFinishNs(network.shared);
      });
      expect(Math.abs(ends[0] - 2 * ends[1])).toBeLessThanOrEqual(1e-9 * ends[0] + 2 * changes.length);
    });
    fc.assert(property, { seed: 3, numRuns: 100, endOnFailure: true });
  });

  it('does not care how resources are numbered', () => {
    const property = fc.property(networkPlan, fc.nat(), ({ capacities, changes }, turn) => {
      const count = capacities.length;
      const numberOf = (resource: number): number => (resource + turn) % count;
      const plain = new TestNetwork(capacities, solver);
      const turned = new TestNetwork(
        capacities.map((_, r) => capacities[(r + count - (turn % count)) % count]),
        solver,
      );
      for (const change of changes) {
        if (change.do !== 'start') continue;
        plain.start(0, change.flow);
        const uses = change.flow.uses.map((use) => ({ ...use, resource: numberOf(use.resource) }));
        turned.start(0, { ...change.flow, uses });
      }
      plain.shared.settle(0);
      turned.shared.settle(0);
      plain.rates().forEach((rate, i) => {
        expect(close(rate, turned.rates()[i])).toBe(true);
      });
    });
    fc.assert(property, { seed: 4, numRuns: 100, endOnFailure: true });
  });
});

describe('the solvers', () => {
  it('agree on every rate after every change', () => {
    const property = fc.property(networkPlan, ({ capacities, changes }) => {
      const networks = SOLVERS.map((solver) => new TestNetwork(capacities, solver));
      for (const change of [...changes, { do: 'settle' } as const]) {
        networks.forEach((network) => {
          network.apply(0, change);
        });
        if (change.do !== 'settle') continue;
        const [full, ...others] = networks.map((network) => network.rates());
        others.forEach((rates) => {
          rates.forEach((rate, i) => {
            expect(close(rate, full[i]), `flow ${i}: ${rate} against ${full[i]}`).toBe(true);
          });
        });
      }
    });
    fc.assert(property, { seed: 5, numRuns: 400, endOnFailure: true });
  });

  it('agree on a large network under many changes, where sums are kept for long', () => {
    const networks = SOLVERS.map((solver) => new TestNetwork(new Array<number>(300).fill(10), solver));
    let state = 12345;
    const draw = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let step = 0; step < 3000; step++) {
      const uses = Array.from({ length: 1 + draw(5) }, () => ({ resource: draw(300), weight: 0.25 * (1 + draw(9)) }));
      const flow = { uses, cap: draw(4) === 0 ? 0.1 * (1 + draw(20)) : Infinity, amount: 1 };
      const start = networks[0].running.length < 400 || draw(2) === 0;
      const change = start ? ({ do: 'start', flow } as const) : ({ do: 'stop', pick: draw(1e6) } as const);
      networks.forEach((network) => {
        network.apply(step, change);
        network.shared.settle(step);
      });
    }
    const [full, ...others] = networks.map((network) => network.rates());
    others.forEach((rates) => {
      expect(rates.every((rate, i) => close(rate, full[i]))).toBe(true);
    });
  });

  it('give the same bits on every run', () => {
    const once = (): number[] => {
      const network = new TestNetwork([10, 7, 3], 'auto');
      for (let i = 0; i < 50; i++) {
        network.start(0, { uses: [{ resource: i % 3, weight: 1 + i / 7 }], cap: 1 / (1 + (i % 5)), amount: 1 + i });
      }
      return [lastFinishNs(network.shared)];
    };
    expect(once()).toEqual(once());
  });
});

describe('the caller is told of its faults', () => {
  const shared = new SharedResources();
  const link = shared.addResource(1);

  it('when changes were not settled before the clock moved on', () => {
    const late = new SharedResources();
    startOn(late, 0, 1, [late.addResource(1)]);
    expect(() => late.settle(1)).toThrow('were not settled before 1 ns');
  });

  it('when a number is not one of ours', () => {
    expect(() => shared.rate(7)).toThrow('no such flow is running: 7');
    expect(() => startOn(shared, 0, 1, [link + 1])).toThrow('no such resource: 1');
    expect(() => shared.addResource(-1)).toThrow('capacity: -1');
    expect(() => startOn(shared, 0, -1, [link])).toThrow('amount of a flow: -1');
    expect(() => shared.start(0, 1, Int32Array.of(link), Float64Array.of(-2), 1)).toThrow('weight -2');
    expect(() => startOn(shared, 0, 1, [link], Number.NaN)).toThrow('cap of a flow: NaN');
  });

  it('reads only as many entries as it is told to', () => {
    const some = new SharedResources();
    const { resources, weights } = usesOf({ uses: [{ resource: some.addResource(3), weight: 1 }], cap: 1, amount: 1 });
    const flow = some.start(0, 1, Int32Array.of(...resources, 99), Float64Array.of(...weights, 1), 1);
    some.settle(0);
    expect(some.rate(flow)).toBe(3);
  });
});

/** Runs a batch until nothing ends by itself any more; the instant of the last finish. */
function lastFinishNs(shared: SharedResources): number {
  shared.settle(0);
  let endNs = 0;
  for (let ns = shared.nextFinishNs(); ns < Infinity; ns = shared.nextFinishNs()) {
    while (shared.popFinished(ns) >= 0);
    shared.settle(ns);
    endNs = ns;
  }
  return endNs;
}

/** Integrates the rates of a batch from change to change, beside what the network says is left. */
function drainClosed(network: TestNetwork, amounts: number[]): { sum: number; left: number; amount: number }[] {
  const { shared, running } = network;
  const sums = amounts.map(() => 0);
  const over = amounts.map(() => false);
  shared.settle(0);
  let nowNs = 0;
  for (let ns = shared.nextFinishNs(); ns < Infinity; ns = shared.nextFinishNs()) {
    running.forEach(({ id }, i) => {
      if (!over[i] && shared.rate(id) < Infinity) sums[i] += Math.min((shared.rate(id) * (ns - nowNs)) / 1e9, 1e12);
    });
    for (let ended = shared.popFinished(ns); ended >= 0; ended = shared.popFinished(ns)) {
      over[running.findIndex(({ id }, i) => id === ended && !over[i])] = true;
    }
    shared.settle(ns);
    nowNs = ns;
  }
  return running.map(({ id }, i) => ({
    sum: sums[i],
    left: over[i] ? 0 : shared.remaining(id, nowNs),
    amount: amounts[i],
  }));
}

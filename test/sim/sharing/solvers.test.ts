import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SharedResources, type SolverName } from '../../../sim/sharing/max-min.ts';
import { plainRates } from './plain-rates.ts';
import { type Change, close, type NetworkPlan, networkPlan, TestNetwork } from './random-network.ts';

const SOLVERS: readonly SolverName[] = ['full', 'incremental', 'auto'];

/** Most uses fall on one resource in five. */
const hotPlan: fc.Arbitrary<NetworkPlan> = networkPlan.map(({ capacities, changes }) => {
  const hot = Math.max(1, Math.floor(capacities.length / 5));
  const heated = changes.map((change): Change => {
    if (change.do !== 'start') return change;
    const uses = change.flow.uses.map((use, i) => (i % 3 < 2 ? { ...use, resource: use.resource % hot } : use));
    return { ...change, flow: { ...change.flow, uses } };
  });
  return { capacities, changes: heated };
});

/** A small generator of whole numbers: the sequences are fixed. */
function sequence(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** The largest relative error of a network's rates against the oracle's. */
function worstError(network: TestNetwork): number {
  const exact = plainRates(
    network.capacities,
    network.running.map(({ plan }) => plan),
  );
  const errors = network.rates().map((rate, i) => (rate === exact[i] ? 0 : Math.abs(rate - exact[i])));
  return Math.max(0, ...errors.map((error, i) => error / Math.max(exact[i], network.rates()[i], 1e-300)));
}

/** Starts and stops flows in a network of many resources, and calls `look` after each settlement. */
function churn(network: TestNetwork, steps: number, flows: number, usesMax: number, look: () => void): void {
  const draw = sequence(99);
  const resources = network.capacities.length;
  for (let step = 0; step < steps; step++) {
    const uses = Array.from({ length: 1 + draw(usesMax) }, () => ({ resource: draw(resources), weight: 1 + draw(3) }));
    const start = network.running.length < flows || draw(2) === 0;
    const flow = { uses, cap: draw(5) === 0 ? 0.1 * (1 + draw(20)) : Infinity, amount: 1 };
    network.apply(step, start ? { do: 'start', flow } : { do: 'stop', pick: draw(1e6) });
    network.shared.settle(step);
    look();
  }
}

describe.each(SOLVERS)('solver %s beside the plain oracle', (solver) => {
  it.each([
    ['mixed', networkPlan, 11],
    ['hot spots', hotPlan, 12],
  ] as const)('gives the same rates after every settlement: %s', (_, plans, seed) => {
    const property = fc.property(plans, ({ capacities, changes }) => {
      const network = new TestNetwork(capacities, solver);
      for (const change of [...changes, { do: 'settle' } as const]) {
        network.apply(0, change);
        if (change.do !== 'settle') continue;
        const exact = plainRates(
          network.capacities,
          network.running.map(({ plan }) => plan),
        );
        const wrong = network
          .rates()
          .flatMap((rate, i) => (close(rate, exact[i]) ? [] : [`${i}: ${rate}, ${exact[i]}`]));
        expect(wrong).toEqual([]);
      }
    });
    fc.assert(property, { seed, numRuns: 200, endOnFailure: true });
  });

  it('names the next finish as remaining amounts and rates have it, while rates sway', () => {
    const draw = sequence(7);
    const shared = new SharedResources({ solver });
    const links = Array.from({ length: 12 }, () => shared.addResource(1e3));
    const running = new Set<number>();
    const start = (nowNs: number): void => {
      const uses = Int32Array.of(links[draw(12)], links[draw(12)]);
      const cap = draw(3) === 0 ? 10 + draw(100) : Infinity;
      running.add(shared.start(nowNs, 1 + draw(5000), uses, Float64Array.of(1, 1), 2, cap));
    };
    for (let i = 0; i < 60; i++) start(0);
    let nowNs = 0;
    for (let step = 0; step < 1500; step++) {
      if (step % 50 === 0) shared.setCapacity(links[draw(12)], 100 + draw(5000), nowNs);
      // One link is dead for a while now and then.
      if (step % 100 < 2) shared.setCapacity(links[0], step % 100 === 0 ? 0 : 1e3, nowNs);
      shared.settle(nowNs);
      const finishes = [...running].map((flow) => nowNs + (shared.remaining(flow, nowNs) * 1e9) / shared.rate(flow));
      const nextNs = shared.nextFinishNs();
      const expectedNs = Math.min(...finishes);
      // The clock is whole, and what is left was rounded at every change of the rate.
      expect(nextNs - expectedNs).toBeGreaterThan(-1e-6 * (expectedNs - nowNs) - 1);
      expect(nextNs - expectedNs).toBeLessThan(1e-6 * (expectedNs - nowNs) + 2);
      nowNs = nextNs;
      for (let ended = shared.popFinished(nowNs); ended >= 0; ended = shared.popFinished(nowNs)) {
        running.delete(ended);
        start(nowNs);
      }
    }
  });
});

describe('a tolerance', () => {
  it('says its error: what it measures is what the plain oracle finds', () => {
    const network = new TestNetwork(new Array<number>(40).fill(10), 'incremental', 0.02);
    let worst = 0;
    churn(network, 400, 60, 4, () => {
      const error = worstError(network);
      worst = Math.max(worst, error);
      expect(Math.abs(network.shared.sampleRateError() - error)).toBeLessThan(1e-9);
    });
    const report = network.shared.rateError();
    expect(Math.abs(report.worstRelativeError - worst)).toBeLessThan(1e-9);
    expect(report.samples).toBeGreaterThanOrEqual(400);
    expect(report.stopped).toBeGreaterThan(20);
    expect(worst).toBeGreaterThan(1e-4);
    expect(worst).toBeLessThan(0.5);
  });

  it('samples by itself', () => {
    const network = new TestNetwork(new Array<number>(40).fill(10), 'incremental', 0.02);
    churn(network, 600, 60, 4, () => undefined);
    expect(network.shared.rateError().samples).toBe(3);
    expect(network.shared.rateError().worstRelativeError).toBeGreaterThan(0);
  });

  it('is off by default: rates are exact and nothing is stopped', () => {
    const network = new TestNetwork(new Array<number>(40).fill(10), 'incremental');
    churn(network, 300, 60, 4, () => {
      expect(network.shared.sampleRateError()).toBeLessThan(1e-9);
    });
    expect(network.shared.rateError().stopped).toBe(0);
  });

  it('must be a share', () => {
    expect(() => new SharedResources({ tolerance: -1 })).toThrow('tolerance of rates: -1');
    expect(() => new SharedResources({ tolerance: Number.NaN })).toThrow('tolerance of rates: NaN');
  });
});

describe('the choice of the solver', () => {
  it('takes the incremental one where changes stay local', () => {
    const network = new TestNetwork(new Array<number>(500).fill(10), 'auto');
    churn(network, 600, 60, 3, () => undefined);
    expect(network.shared.solved.incremental).toBeGreaterThan(550);
  });

  it('takes the full one where every change reaches everything, and comes back', () => {
    const network = new TestNetwork(new Array<number>(300).fill(10), 'auto');
    const draw = sequence(5);
    // Fifty resources for a thousand flows of four uses each, of which a hundred change at once: that reaches all of them.
    const dense = Array.from({ length: 1000 }, () => ({
      uses: Array.from({ length: 4 }, () => ({ resource: draw(50), weight: 1 + draw(3) })),
      cap: Infinity,
      amount: 1,
    }));
    dense.forEach((flow) => {
      network.start(0, flow);
    });
    for (let step = 0; step < 300; step++) {
      for (let change = 0; change < 100; change++) {
        network.apply(step, { do: 'stop', pick: draw(1e6) });
        network.start(step, dense[draw(1000)], Infinity);
      }
      network.shared.settle(step);
    }
    const { full } = network.shared.solved;
    expect(full).toBeGreaterThan(250);
    while (network.running.length > 0) network.apply(300, { do: 'stop', pick: 0 });
    network.shared.settle(300);
    // Probes are rare, and the running mean forgets slowly.
    for (let step = 301; step < 4301; step++) {
      network.apply(step, { do: 'start', flow: { uses: [{ resource: step % 300, weight: 1 }], cap: 1, amount: 1 } });
      if (network.running.length > 200) network.apply(step, { do: 'stop', pick: 0 });
      network.shared.settle(step);
    }
    const since = network.shared.solved.full - full;
    expect(since).toBeLessThan(3000);
    expect(network.shared.solved.incremental).toBeGreaterThan(1000);
  });
});

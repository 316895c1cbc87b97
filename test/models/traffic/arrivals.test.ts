import { describe, expect, it } from 'vitest';
import { Arrivals, type TalkerPlan } from '../../../models/traffic/arrivals.ts';
import { StreamSource } from '../../../sim/random/stream.ts';

const PLANS: readonly TalkerPlan[] = ['a', 'b'].map((name) => ({
  name,
  ratePerSec: 10,
  size: { kind: 'uniform', low: 1, high: 1e6 },
  measures: 'latency',
}));
/** Pods 0 and 1 of service 0, pod 2 of service 1, pod 3 of none. */
const SERVICE_OF = [0, 0, 1, -1];
const CALLS = [[1], []];
const arrivals = () => new Arrivals(PLANS, SERVICE_OF, CALLS, new StreamSource('seed'));

describe('Arrivals', () => {
  it('lets only pods call whose service calls somebody', () => {
    const draws = arrivals();
    expect(draws.callers).toBe(2);
    for (let i = 0; i < 50; i++) {
      const { sourcePod, service } = draws.draw(0, i);
      expect([sourcePod < 2, service]).toEqual([true, 1]);
    }
  });

  it('draws each decision of each talker from a stream of its own', () => {
    const first = arrivals().draw(0, 5);
    const stream = (purpose: string) => new StreamSource('seed').stream('traffic/a', purpose);
    expect(first.hash).toBe(stream('hash').uint32());
    expect(first.replica).toBe(stream('replica').uint32());
    expect(first.sourcePod).toBe(stream('caller').below(2));
    const busy = arrivals();
    for (let i = 0; i < 10; i++) busy.draw(1, i);
    busy.gapNs(0, 1);
    expect(busy.draw(0, 5)).toEqual(first);
  });

  it('hashes when, who, whom and how much', () => {
    const hashAfter = (atNs: number): number => {
      const draws = arrivals();
      draws.draw(0, atNs);
      return draws.hash;
    };
    expect(hashAfter(7)).toBe(hashAfter(7));
    // Times beyond 32 bits count too.
    expect(new Set([7, 8, 7 + 2 ** 32].map(hashAfter)).size).toBe(3);
  });

  it('never comes again at rate 0', () => {
    expect(arrivals().gapNs(0, 0)).toBe(Infinity);
  });
});

/** Division of replicas: what holds for every rule, and recorded divisions. */

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DIVISION_RULES, type DivisionShare, divide } from '../../../models/federation/division.ts';
import { federationSuite } from '../../../scenarios/reality/federation.ts';
import { validateCases } from '../../../scenarios/reality/validate.ts';

const limit = fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.nat(20));
const clusters: fc.Arbitrary<DivisionShare[]> = fc
  .array(fc.record({ weight: fc.nat(40), min: fc.nat(4), max: limit, capacity: limit }), { minLength: 1, maxLength: 7 })
  .map((list) => list.map((one, i) => ({ ...one, name: `c${i}` })));

const sum = (list: readonly number[]): number => list.reduce((total, one) => total + one, 0);

describe('webster', () => {
  it('seats nobody whose claim is smaller than that of one who goes without (Sainte-Laguë)', () => {
    const weights = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(weights, fc.nat(60), (list, seats) => {
        const shares = list.map((weight, i) => ({ name: `c${i}`, weight, min: 0, max: Infinity, capacity: Infinity }));
        const { replicas } = divide('webster', seats, shares);
        list.forEach((weight, i) => {
          list.forEach((other, j) => {
            // The last seat of i was claimed by weight / (2 n - 1), a further one of j by other / (2 m + 1).
            if (replicas[i]! > 0)
              expect(weight * (2 * replicas[j]! + 1)).toBeGreaterThanOrEqual(other * (2 * replicas[i]! - 1));
          });
        });
      }),
      { seed: 3, numRuns: 300 },
    );
  });
});

describe.each(DIVISION_RULES)('%s', (rule) => {
  it('loses and invents no replica, and keeps to every limit', () => {
    fc.assert(
      fc.property(clusters, fc.nat(120), (list, replicas) => {
        const { replicas: plan, unplaced } = divide(rule, replicas, list);
        expect(sum(plan) + unplaced).toBe(replicas);
        for (const [i, { max, capacity }] of list.entries())
          expect(plan[i]).toBeLessThanOrEqual(Math.min(max, capacity));
        // What is left over fits nowhere: whoever has a weight is full.
        if (unplaced > 0)
          for (const [i, { weight, max, capacity }] of list.entries())
            if (weight > 0) expect(plan[i]).toBe(Math.min(max, capacity));
      }),
    );
  });

  it('gives every minimum before anybody gets more, where there are enough', () => {
    fc.assert(
      fc.property(clusters, fc.nat(120), (list, replicas) => {
        const least = list.map(({ min, max, capacity }) => Math.min(min, max, capacity));
        if (sum(least) > replicas) return;
        divide(rule, replicas, list).replicas.forEach((given, i) => {
          expect(given).toBeGreaterThanOrEqual(least[i]!);
        });
      }),
    );
  });

  it('gives the only one of equals to the smallest rank, and to the first name where ranks are equal', () => {
    const equals = [
      [0, 0, 0],
      [2, 1, 1],
      [1, 2, 0],
      [-1, 3, -1],
    ];
    for (const ranks of equals) {
      const list = ranks.map((rank, i) => ({
        name: `c${i}`,
        weight: 5,
        min: 0,
        max: Infinity,
        capacity: Infinity,
        rank,
      }));
      const { replicas } = divide(rule, 1, list);
      expect(replicas.indexOf(1)).toBe(ranks.indexOf(Math.min(...ranks)));
    }
  });

  it('does not depend on the order in which clusters are listed', () => {
    fc.assert(
      fc.property(clusters, fc.nat(120), (list, replicas) => {
        const there = divide(rule, replicas, list).replicas;
        const back = divide(rule, replicas, [...list].reverse()).replicas;
        expect([...back].reverse()).toEqual(there);
      }),
    );
  });

  it('stays near the exact share where nothing limits, at most one round up for each cluster', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }),
        fc.nat(200),
        (weights, replicas) => {
          const none = { min: 0, max: Number.POSITIVE_INFINITY, capacity: Number.POSITIVE_INFINITY };
          const list = weights.map((weight, i) => ({ name: `c${i}`, weight, ...none }));
          divide(rule, replicas, list).replicas.forEach((given, i) => {
            const share = (replicas * weights[i]!) / sum(weights);
            expect(Math.abs(given - share)).toBeLessThan(weights.length);
          });
        },
      ),
    );
  });
});

describe('recorded divisions', () => {
  const path = new URL('../../oracles/federation/division.json', import.meta.url);
  const json = JSON.parse(readFileSync(path, 'utf8')) as { cases: readonly object[] };

  it('all agree', () => {
    const { suites, problems } = validateCases([{ path: 'division.json', json }], [federationSuite]);
    expect(problems).toEqual([]);
    expect(suites.map(({ family, cases, agree }) => [family, cases - agree])).toEqual([
      ['ceilByWeight', 0],
      ['floorThenHeaviest', 0],
      ['largestRemainder', 0],
      ['webster', 0],
    ]);
    expect(suites.reduce((total, { cases }) => total + cases, 0)).toBe(json.cases.length);
  });

  it('limits that are null are none, as those that are missing', () => {
    const cases = (json.cases as { clusters: object[] }[]).map((one) => ({
      ...one,
      clusters: one.clusters.map((cluster) => ({ max: null, capacity: null, ...cluster })),
    }));
    const { suites, problems } = validateCases(
      [{ path: 'division.json', json: { ...json, cases } }],
      [federationSuite],
    );
    expect(problems).toEqual([]);
    expect(suites.every(({ cases: all, agree }) => all === agree)).toBe(true);
  });

  it('a case that cannot be read is told', () => {
    const wrong = { ...json.cases[0], rule: 'fair' };
    const { problems } = validateCases([{ path: 'division.json', json: { cases: [wrong] } }], [federationSuite]);
    expect(problems[0]!.message).toContain('"rule" must be one of ceilByWeight');
  });
});

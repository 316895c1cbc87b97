import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLOUD_CATALOG } from '../../../models/world/catalog.ts';
import { partShares } from '../../../scenarios/answers/part-shares.ts';
import { GROWTH_PARTS } from '../../../scenarios/compile/life/growth-timeline.ts';
import { percentages } from '../../../sim/stats/percentages.ts';

describe('parts of a whole in per cent', () => {
  it('are what they are, the largest remainder rounded up first', () => {
    expect(percentages([1, 1, 2])).toEqual(['25.0', '25.0', '50.0']);
    expect(percentages([1, 1, 1])).toEqual(['33.4', '33.3', '33.3']);
    expect(percentages([2, 1])).toEqual(['66.7', '33.3']);
    expect(percentages([0, 5])).toEqual(['0.0', '100.0']);
    expect(percentages([0, 0])).toEqual([]);
  });

  it('add up to exactly 100, each within a tenth of what it is', () => {
    const parts = fc.array(fc.integer({ min: 0, max: 2 ** 45 }), { minLength: 1, maxLength: 15 });
    fc.assert(
      fc.property(parts, (given) => {
        const whole = given.reduce((sum, each) => sum + each, 0);
        fc.pre(whole > 0);
        const shown = percentages(given).map(Number);
        expect(Math.round(shown.reduce((sum, each) => sum + 10 * each, 0))).toBe(1000);
        shown.forEach((share, at) => {
          expect(Math.abs(share - (100 * given[at]!) / whole)).toBeLessThanOrEqual(0.1 + 1e-9);
        });
      }),
    );
  });

  it('are told of the way from load to first byte, and of nothing else', () => {
    const shares = partShares(CLOUD_CATALOG.metrics, (key) =>
      key === 'growthJoined' ? 3e9 : key === 'growthReady' ? 1e9 : 0,
    );
    expect(shares.size).toBe(GROWTH_PARTS.length);
    expect([shares.get('growthJoined'), shares.get('growthReady'), shares.get('growthBound')]).toEqual([
      '75.0 %',
      '25.0 %',
      '0.0 %',
    ]);
    expect(partShares(CLOUD_CATALOG.metrics, () => undefined).size).toBe(0);
  });
});

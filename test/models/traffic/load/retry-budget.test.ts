import { describe, expect, it } from 'vitest';
import { RetryBudget } from '../../../../models/traffic/load/retry-budget.ts';

const SECOND = 1e9;

/** How many retries the budget grants at one instant. */
function granted(budget: RetryBudget, nowNs: number): number {
  let count = 0;
  while (count < 10_000 && budget.take(nowNs)) count++;
  return count;
}

describe('a retry budget', () => {
  it('begins with ten seconds of its reserve, and has it again long after it was used up', () => {
    const budget = new RetryBudget({ ratio: 0, minPerSec: 2 });
    expect(granted(budget, 0)).toBe(20);
    expect(granted(budget, 0)).toBe(0);
    // The reserve comes back by its own time constant: 20 (1 - 1 / e), and nearly all after twenty times as long.
    expect(granted(budget, 10 * SECOND)).toBe(12);
    expect(granted(budget, 210 * SECOND)).toBe(19);
  });

  it('grants a share of the calls, of which one that makes a whole token is enough', () => {
    const budget = new RetryBudget({ ratio: 0.25, minPerSec: 0 });
    for (let call = 1; call <= 12; call++) {
      budget.called(0);
      expect(granted(budget, 0), `after ${call} calls`).toBe(call % 4 === 0 ? 1 : 0);
    }
  });

  it('lets what calls put in die away within ten seconds', () => {
    const later = (seconds: number): number => {
      const budget = new RetryBudget({ ratio: 0.5, minPerSec: 0 });
      for (let call = 0; call < 200; call++) budget.called(5 * SECOND);
      return granted(budget, (5 + seconds) * SECOND);
    };
    // 100, 100 / e, 100 / e².
    expect([0, 10, 20, 100].map(later)).toEqual([100, 36, 13, 0]);
    // A call that comes later adds its own, and brings nothing back.
    const budget = new RetryBudget({ ratio: 0.5, minPerSec: 0 });
    for (let call = 0; call < 200; call++) budget.called(0);
    for (let call = 0; call < 20; call++) budget.called(100 * SECOND);
    expect(granted(budget, 100 * SECOND)).toBe(10);
  });

  it('grants in the long run its share of the calls and its reserve a second, however hard it is asked', () => {
    const budget = new RetryBudget({ ratio: 0.1, minPerSec: 3 });
    granted(budget, 0);
    let count = 0;
    for (let tenth = 1; tenth <= 10_000; tenth++) {
      for (let call = 0; call < 5; call++) budget.called(tenth * (SECOND / 10));
      count += granted(budget, tenth * (SECOND / 10));
    }
    // 50 calls a second bring 5, and the reserve 3.
    expect(count / 1000).toBeGreaterThan(7.9);
    expect(count / 1000).toBeLessThan(8.1);
  });
});

import { describe, expect, it } from 'vitest';
import { replayHash } from '../../../viz/compare/replay-link.ts';

describe('the link from results to a replay', () => {
  it.each([
    ['network-schemes/results.json', 'a.wtrace', '#/run/network-schemes/a.wtrace'],
    ['results.json', 'a.wtrace', '#/run/a.wtrace'],
    ['deep er/x/results.json', 'a b.wtrace', '#/run/deep%20er/x/a%20b.wtrace'],
  ])('of %s to %s is %s', (results, trace, hash) => {
    expect(replayHash(results, trace)).toBe(hash);
  });
});

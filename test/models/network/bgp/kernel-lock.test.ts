import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KernelLock, type KernelLockRule } from '../../../../models/network/bgp/kernel-lock.ts';
import { NS_PER_MS, NS_PER_SECOND } from '../../../../sim/engine/sim-time.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';

const RULE: KernelLockRule = { gapMeanNs: NS_PER_SECOND, holdMaxNs: 200 * NS_PER_MS };

const lockOf = (rule: KernelLockRule, seed = '1'): KernelLock =>
  new KernelLock(rule, new StreamSource(seed).stream('kernel', 'lock'));

describe('a lock that somebody else holds now and then', () => {
  it('is never free before it is asked for, and nobody waits longer than a hold lasts', () => {
    const times = fc.array(fc.integer({ min: 0, max: 3 * NS_PER_SECOND }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(times, fc.string(), (gaps, seed) => {
        const lock = lockOf(RULE, seed);
        let atNs = 0;
        for (const gap of gaps) {
          atNs += gap;
          const freeNs = lock.freeNs(atNs);
          expect(freeNs).toBeGreaterThanOrEqual(atNs);
          expect(freeNs - atNs).toBeLessThanOrEqual(RULE.holdMaxNs);
          // Who waits for the end of a hold gets the lock then.
          expect(lock.freeNs(atNs)).toBe(freeNs);
        }
      }),
    );
  });

  it('all who ask during one hold get it at the same time', () => {
    const lock = lockOf({ gapMeanNs: NS_PER_SECOND, holdMaxNs: 10 * NS_PER_SECOND });
    const asked = Array.from({ length: 2_000 }, (_, i) => i * 5 * NS_PER_MS);
    const waits = asked.filter((atNs) => lock.freeNs(atNs) > atNs);
    const ends = new Set(waits.map((atNs) => lock.freeNs(atNs)));
    expect(waits.length).toBeGreaterThan(100);
    expect(ends.size).toBeLessThan(waits.length / 20);
  });

  it('makes wait as often and as long as its rule says', () => {
    const lock = lockOf(RULE);
    const asked = Array.from({ length: 200_000 }, (_, i) => i * 10 * NS_PER_MS);
    const waits = asked.map((atNs) => lock.freeNs(atNs) - atNs).filter((ns) => ns > 0);
    // A hold of 0.1 s on the mean follows a gap of 1 s on the mean.
    expect(waits.length / asked.length).toBeGreaterThan(0.083);
    expect(waits.length / asked.length).toBeLessThan(0.099);
    // The mean rest of a hold is the second moment over twice the first: 0.04 / 3 / (2 x 0.1) s.
    const mean = waits.reduce((sum, ns) => sum + ns, 0) / waits.length / NS_PER_SECOND;
    expect(mean).toBeGreaterThan(0.06);
    expect(mean).toBeLessThan(0.073);
  });

  it('is the same for one seed', () => {
    const asked = Array.from({ length: 500 }, (_, i) => i * 37 * NS_PER_MS);
    const answers = (seed: string): number[] => {
      const lock = lockOf(RULE, seed);
      return asked.map((atNs) => lock.freeNs(atNs));
    };
    expect(answers('a')).toEqual(answers('a'));
    expect(answers('a')).not.toEqual(answers('b'));
  });
});

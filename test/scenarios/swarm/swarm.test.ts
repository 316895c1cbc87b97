/** The swarm of the checks: two hundred seeds, each in less than a second. */
import { describe, expect, it } from 'vitest';
import { seconds } from '../../../scenarios/swarm/onlooker.ts';
import { trySeed } from '../../../scenarios/swarm/trial.ts';

const SEEDS = 200;
const CHUNK = 20;

describe('seeds of the swarm', () => {
  const firsts = Array.from({ length: SEEDS / CHUNK }, (_, chunk) => 1 + chunk * CHUNK);

  it.each(firsts)('settle from %i on', { timeout: 120_000 }, async (first) => {
    const told: string[] = [];
    for (let seed = first; seed < first + CHUNK; seed++) {
      const { findings, digest } = await trySeed(seed);
      for (const { checker, timeNs, expected, seen } of findings)
        told.push(
          `wavetank swarm --seed ${seed}: ${checker} at ${seconds(timeNs)}: expected ${expected}; seen ${seen}`,
        );
      if (findings.length === 0) expect(digest).toMatch(/^[0-9a-f]{32}$/);
    }
    expect(told).toEqual([]);
  });
});

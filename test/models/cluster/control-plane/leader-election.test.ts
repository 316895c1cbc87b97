import { describe, expect, it } from 'vitest';
import { type Hindrance, LeaderElection } from '../../../../models/cluster/control-plane/leader-election.ts';
import { Presence } from '../../../../models/cluster/control-plane/presence.ts';
import { NS_PER_SECOND } from '../../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';

/** Seconds from the end of a hindrance until the component acts, and whether as another process. */
function gap(hindrance: Hindrance, seconds: number, seed: number): { seconds: number; anew: boolean } {
  const sim = new Simulation();
  const presence = new Presence();
  const election = new LeaderElection(sim, new StreamSource(`${seed}`).stream('lease', 'tries'), presence, 'scheduler');
  const told: { seconds: number; anew: boolean }[] = [];
  presence.onReturn((anew) => told.push({ seconds: sim.nowNs / NS_PER_SECOND - 100 - seconds, anew }));
  const change = sim.kind('something changes', (ends) => election.hindered(ends === 1 ? 'none' : hindrance));
  sim.at(100 * NS_PER_SECOND, change, 0);
  sim.at((100 + seconds) * NS_PER_SECOND, change, 1);
  sim.run(1000 * NS_PER_SECOND);
  expect(told).toHaveLength(1);
  return told[0]!;
}

const seeds = Array.from({ length: 200 }, (_, seed) => seed);

describe('a component that is elected', () => {
  it('goes on as before when the API server is back within the eight seconds after which it may give up', () => {
    for (const seed of seeds) expect(gap('no-server', 8, seed)).toEqual({ seconds: 0, anew: false });
  });

  it('gives up between eight and ten seconds, by when it renewed last', () => {
    const kept = seeds.filter((seed) => !gap('no-server', 9, seed).anew).length;
    // Half of them: 200 draws of a half, within four standard deviations.
    expect(Math.abs(kept - 100)).toBeLessThan(4 * Math.sqrt(50));
    expect(seeds.every((seed) => gap('no-server', 10, seed).anew)).toBe(true);
  });

  it.each(['no-server', 'dead'] as const)('waits for its own old lease when it has given up (%s)', (hindrance) => {
    const gaps = seeds.map((seed) => gap(hindrance, 60, seed));
    expect(gaps.every(({ anew }) => anew)).toBe(true);
    const times = gaps.map(({ seconds }) => seconds);
    // Fifteen seconds from the first look on, which comes within a pause; the try after that within another (pauses are 2 to 4.4 s).
    expect(Math.min(...times)).toBeGreaterThan(15);
    expect(Math.max(...times)).toBeLessThan(15 + 2 * 4.4);
    const mean = times.reduce((sum, each) => sum + each, 0) / times.length;
    // Half a pause to the first look, 15 s, and what is left of the pause in which they end: half of one, pauses weighted by length.
    expect(Math.abs(mean - (15 + 1.6 + (3.2 ** 2 + 2.4 ** 2 / 12) / 3.2 / 2))).toBeLessThan(0.3);
  });

  it('that dies for a moment is another process: it has lost its lease', () => {
    expect(gap('dead', 1, 1).anew).toBe(true);
  });
});

describe('presence', () => {
  it('has what was asked for done in order, when it is back, after those who rebuild have heard', () => {
    const told: string[] = [];
    const presence = new Presence();
    presence.onLeave(() => told.push('leaves'));
    presence.onReturn((anew) => told.push(`back ${anew}`));
    presence.whenThere(() => told.push('now'));
    presence.leave();
    presence.leave();
    presence.whenThere(() => told.push('first'));
    presence.whenThere(() => told.push('second'));
    expect(told).toEqual(['now', 'leaves']);
    presence.comeBack(true);
    presence.comeBack(true);
    expect(told).toEqual(['now', 'leaves', 'back true', 'first', 'second']);
  });
});

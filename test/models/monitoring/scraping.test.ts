import { describe, expect, it } from 'vitest';
import { SCRAPE_DEFAULTS, ScrapeJob } from '../../../models/monitoring/scraping.ts';
import { Simulation } from '../../../sim/engine/simulation.ts';
import { Stream } from '../../../sim/random/stream.ts';

const SECOND = 1e9;

function job(read: (seconds: number) => number | undefined, seed = 'scrape') {
  const sim = new Simulation();
  const made = new ScrapeJob(sim, 'requests', new Stream(seed, 'prometheus', 'offsets'));
  made.add(0, () => read(sim.nowNs / SECOND));
  return { made, run: (seconds: number) => sim.run(Math.round(seconds * SECOND)) };
}

describe('a scrape job', () => {
  it('has the last value taken, which is up to an interval old', () => {
    const { made, run } = job((seconds) => seconds);
    run(59);
    run(300);
    const { value } = made.latest(0)!;
    expect(value).toBeGreaterThan(239);
    expect(value).toBeLessThanOrEqual(300);
  });

  it('spreads its targets over the interval', () => {
    const sim = new Simulation();
    const made = new ScrapeJob(sim, 'many', new Stream('spread', 'prometheus', 'offsets'));
    const first = new Map<number, number>();
    for (let target = 0; target < 200; target++)
      made.add(target, () => {
        if (!first.has(target)) first.set(target, sim.nowNs / SECOND);
        return 1;
      });
    sim.run(60 * SECOND);
    const times = [...first.values()];
    expect(times.length).toBe(200);
    expect(times.filter((seconds) => seconds < 30).length).toBeGreaterThan(70);
    expect(times.filter((seconds) => seconds >= 30).length).toBeGreaterThan(70);
  });

  it('has no value of a target that does not answer, and none when it is five minutes old', () => {
    const { made, run } = job((seconds) => (seconds < 200 ? 7 : undefined));
    run(199);
    expect(made.latest(0)!.value).toBe(7);
    run(265);
    expect(made.latest(0)).toBeUndefined();
  });

  it('gives the rate of a counter, through its starting anew', () => {
    const { made, run } = job((seconds) => 5 * (seconds < 400 ? seconds : seconds - 400));
    run(390);
    expect(made.rate(0, 300 * SECOND)).toBeCloseTo(5, 1);
    run(700);
    expect(made.rate(0, 300 * SECOND)!).toBeGreaterThan(4);
    expect(made.rate(0, 300 * SECOND)!).toBeLessThan(5.5);
    expect(made.rate(0, 30 * SECOND)).toBeUndefined();
  });

  it('asks each minute by default, as an unconfigured server does', () => {
    expect(SCRAPE_DEFAULTS.intervalNs).toBe(60 * SECOND);
  });
});

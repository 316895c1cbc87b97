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

/** A counter that goes up by 5 a second and is there for a while; what `rate()` says of it then, and when it was taken. */
function rateOf(count: (seconds: number) => number | undefined, now: number, range = 300) {
  const taken: number[] = [];
  const { made, run } = job((seconds) => {
    const value = count(seconds);
    if (value !== undefined && seconds > now - range) taken.push(seconds);
    return value;
  });
  run(now);
  const [first, last] = [taken[0]!, taken.at(-1)!];
  return {
    rate: made.rate(0, range * SECOND),
    toFirst: first - (now - range),
    fromLast: now - last,
    sampled: last - first,
  };
}

describe('the rate of a counter', () => {
  it('is what it rises by, wherever in the interval one asks, as long as it was seen all the time', () => {
    for (let now = 400; now < 460; now++) expect(rateOf((seconds) => 1000 + 5 * seconds, now).rate).toBeCloseTo(5, 9);
    expect(rateOf(() => 7, 400).rate).toBe(0);
    expect(rateOf(() => 0, 400).rate).toBe(0);
  });

  it('reaches half an interval beyond the values where the series begins or ends within the range', () => {
    const late = rateOf((seconds) => (seconds < 310 ? undefined : 1000 + 5 * seconds), 500);
    expect(late.toFirst).toBeGreaterThan(66);
    expect(late.rate).toBeCloseTo((5 * (late.sampled + 30 + late.fromLast)) / 300, 9);
    for (let now = 500; now < 540; now++) {
      const ended = rateOf((seconds) => (seconds > 420 ? undefined : 1000 + 5 * seconds), now);
      const beyond = ended.fromLast >= 66 ? 30 : ended.fromLast;
      expect(ended.rate).toBeCloseTo((5 * (ended.toFirst + ended.sampled + beyond)) / 300, 9);
    }
  });

  it('reaches back no further than to where the counter was zero', () => {
    const young = rateOf((seconds) => (seconds < 400 ? undefined : 5 * (seconds - 395)), 650);
    const sinceZero = 650 - young.fromLast - young.sampled - 395;
    expect(young.rate).toBeCloseTo((5 * (young.sampled + Math.min(30, sinceZero) + young.fromLast)) / 300, 9);
    const firstAt = 650 - young.fromLast - young.sampled;
    for (const before of [10, 0]) {
      const younger = rateOf((seconds) => (seconds < 400 ? undefined : 5 * (seconds - firstAt + before)), 650);
      expect(younger.rate).toBeCloseTo((5 * (younger.sampled + before + younger.fromLast)) / 300, 9);
    }
  });

  it('counts what a counter has since it began anew, and takes no value at the older end of the range', () => {
    const { made, run } = job((seconds) => (seconds < 180 ? 100 : 6));
    run(50);
    run(400);
    const taken = made.latest(0)!.atNs / SECOND;
    // 100, then 6 for the first time: 6 more, and nothing after that.
    const back = Math.ceil((taken - 180) / 60);
    const rangeBack = (now: number) => made.rate(0, (now - (taken - 60 * back)) * SECOND);
    run(taken + 30);
    expect(rangeBack(taken + 30)).toBe(0);
    const more = (taken + 30 - (taken - 60 * back) + 1) * SECOND;
    expect(made.rate(0, more)!).toBeGreaterThan(0);
  });
});

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

  it('has no value when it is five minutes old to the nanosecond, and has it until then', () => {
    const { made, run } = job((seconds) => seconds);
    run(200);
    const { atNs } = made.latest(0)!;
    made.remove(0);
    expect(made.latest(0)).toBeUndefined();
    const sim = new Simulation();
    const slow = new ScrapeJob(sim, 'slow', new Stream('slow', 'prometheus', 'offsets'), {
      ...SCRAPE_DEFAULTS,
      intervalNs: 900 * SECOND,
    });
    slow.add(0, () => 1);
    while (slow.latest(0) === undefined) sim.run(sim.nowNs + SECOND);
    const takenNs = slow.latest(0)!.atNs;
    sim.run(takenNs + 300 * SECOND - 1);
    expect(slow.latest(0)).toBeDefined();
    sim.run(takenNs + 300 * SECOND);
    expect(slow.latest(0)).toBeUndefined();
    expect(atNs).toBeLessThanOrEqual(200 * SECOND);
  });

  it('asks each minute by default, as an unconfigured server does', () => {
    expect(SCRAPE_DEFAULTS.intervalNs).toBe(60 * SECOND);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactTime, parseTime, speedText, timeText } from '../../../viz/panels/time-text.ts';
import { tickStep, tickText } from '../../../viz/panels/timeline.ts';
import { speedOfStep, stepOfSpeed } from '../../../viz/panels/transport.ts';

describe('times', () => {
  it('keep every nanosecond in links', () => {
    const property = fc.property(fc.integer({ min: 0, max: 104 * 86_400 * 1e9 }), (timeNs) => {
      expect(parseTime(exactTime(timeNs))).toBe(timeNs);
    });
    fc.assert(property, { seed: 1, numRuns: 1000 });
  });

  it.each([
    ['12.5s', 12.5e9],
    ['12.5', 12.5e9],
    ['250ms', 250e6],
    ['10us', 10e3],
    ['12m30s', 750e9],
    ['1h 2m 3s', 3723e9],
    ['3:05', 185e9],
    ['1:02:03.5', 3723.5e9],
  ])('are read from %s', (words, timeNs) => {
    expect(parseTime(words)).toBe(timeNs);
  });

  it.each(['', 'soon', '-5s', '5 parsecs', '1e9', '5s later'])('are not read from "%s"', (words) => {
    expect(parseTime(words)).toBeNull();
  });

  it.each([
    [0, '0.0000 s'],
    [12.5e9, '12.500 s'],
    [65e9, '1:05.000'],
    [119.9996e9, '1:59.999'],
    [3723.5e9, '1:02:03.5'],
  ])('show %s ns as %s', (timeNs, words) => {
    expect(timeText(timeNs)).toBe(words);
  });
});

describe('speeds', () => {
  it.each([
    [2e-5, '20 µs/s'],
    [0.5, '500 ms/s'],
    [5, '5 s/s'],
    [300, '5 min/s'],
    [7200, '2 h/s'],
  ])('show %s as %s', (speed, words) => {
    expect(speedText(speed)).toBe(words);
  });

  it('come back from the slider', () => {
    for (let step = 0; step <= 1000; step++) expect(stepOfSpeed(speedOfStep(step))).toBe(step);
  });
});

it('chooses round ticks that are far enough apart', () => {
  for (let wanted = 1; wanted < 1e14; wanted *= 1.37) {
    const step = tickStep(wanted);
    expect(step).toBeGreaterThanOrEqual(wanted * 0.999);
    expect(step).toBeLessThan(wanted * 12);
  }
});

it.each([
  [0, 120e9, '0:00'],
  [240e9, 120e9, '4:00'],
  [3600e9, 600e9, '1:00:00'],
  [20e9, 5e9, '20 s'],
  [0.25e9, 0.05e9, '0.25 s'],
])('writes a tick at %s ns, %s ns from the next, as %s', (tick, step, words) => {
  expect(tickText(tick, step)).toBe(words);
});

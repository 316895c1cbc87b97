import { describe, expect, it } from 'vitest';
import { AssertionError, assert } from '../../../sim/engine/assert.ts';
import { formatTime, nsToSeconds, secondsToNs, TIME_NS_MAX } from '../../../sim/engine/sim-time.ts';

describe('seconds and nanoseconds', () => {
  it('round to the nearest nanosecond', () => {
    expect(secondsToNs(0.1 + 0.2)).toBe(300_000_000);
    expect(secondsToNs(1e-9)).toBe(1);
    expect(secondsToNs(1.4e-9)).toBe(1);
    expect(nsToSeconds(1_500_000_000)).toBe(1.5);
  });

  it('last for 104 days', () => {
    expect(Math.floor(nsToSeconds(TIME_NS_MAX) / 86_400)).toBe(104);
    expect(() => secondsToNs(105 * 86_400)).toThrow(AssertionError);
    expect(() => secondsToNs(-1)).toThrow('time out of range: -1 s');
    expect(() => secondsToNs(Number.NaN)).toThrow('NaN');
  });
});

it.each([
  [0, '0 s'],
  [1, '1 ns'],
  [250_000, '250 us'],
  [1_234_567, '1.235 ms'],
  [12_500_000_000, '12.5 s'],
  [86_400_000_000_000, '86400 s'],
  [-2_000_000, '-2 ms'],
  [Number.POSITIVE_INFINITY, 'Infinity'],
])('%s ns is shown as %s', (ns, text) => {
  expect(formatTime(ns)).toBe(text);
});

it('assert builds its message only on failure', () => {
  let built = 0;
  const message = () => `built ${++built}`;
  assert(true, message);
  expect(built).toBe(0);
  expect(() => assert(false, message)).toThrow('built 1');
  expect(() => assert(false, 'plain')).toThrow('plain');
});

import { describe, expect, it } from 'vitest';
import { comfortableSpeed, Playhead } from '../../../viz/replay/playhead.ts';

describe('the playhead', () => {
  it('moves by speed times wall time and stops at the end', () => {
    const head = new Playhead(10e9);
    head.speed = 2;
    head.toggle();
    head.presentedNs = head.requestedNs;
    head.advance(0.05);
    expect(head.requestedNs).toBe(100_000_000);
    for (let step = 0; step < 500; step++) {
      head.presentedNs = head.requestedNs;
      head.advance(0.05);
    }
    expect(head.requestedNs).toBe(10e9);
    expect(head.playing).toBe(false);
  });

  it('waits for the picture when the picture lags', () => {
    const head = new Playhead(100e9);
    head.speed = 1;
    head.toggle();
    for (let step = 0; step < 100; step++) head.advance(0.05);
    expect(head.requestedNs).toBe(0.25e9);
  });

  it('does not jump after the tab has slept', () => {
    const head = new Playhead(100e9);
    head.speed = 1;
    head.toggle();
    head.advance(3600);
    expect(head.requestedNs).toBe(0.1e9);
  });

  it('starts again from the end', () => {
    const head = new Playhead(5e9);
    head.seek(5e9);
    head.toggle();
    expect(head.requestedNs).toBe(0);
    expect(head.playing).toBe(true);
  });

  it('stays inside the run', () => {
    const head = new Playhead(5e9);
    head.seek(-3);
    expect(head.requestedNs).toBe(0);
    head.seek(9e9);
    expect(head.requestedNs).toBe(5e9);
  });

  it('survives an empty run and one of a nanosecond', () => {
    for (const end of [0, 1]) {
      const head = new Playhead(end);
      head.toggle();
      head.advance(0.1);
      expect(head.requestedNs).toBeLessThanOrEqual(end);
      expect(head.speed).toBeGreaterThan(0);
    }
  });
});

it.each([
  [120e9, 5],
  [10e9, 0.5],
  [1e9, 0.05],
  [86_400e9, 5000],
])('a run of %s ns plays at %s s/s', (end, speed) => {
  expect(comfortableSpeed(end)).toBe(speed);
});

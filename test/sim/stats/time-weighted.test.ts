import { describe, expect, it } from 'vitest';
import { TimeWeighted } from '../../../sim/stats/time-weighted.ts';

describe('the average over time', () => {
  it('weighs each value by how long it held', () => {
    const queue = new TimeWeighted(100, 2);
    queue.set(200, 5);
    queue.set(250, 0);
    expect(queue.areaNs(300)).toBe(2 * 100 + 5 * 50);
    expect(queue.mean(300)).toBe(450 / 200);
    expect([queue.value, queue.min, queue.max]).toEqual([0, 0, 5]);
  });

  it('gives no weight to a value that held for no time, but has seen it', () => {
    const load = new TimeWeighted(0);
    load.set(10, 99);
    load.set(10, 1);
    expect(load.mean(20)).toBe(0.5);
    expect(load.max).toBe(99);
  });

  it('is the present value when no time has gone by', () => {
    expect(new TimeWeighted(5, 3).mean(5)).toBe(3);
  });

  it('refuses time that runs backwards', () => {
    const load = new TimeWeighted(0);
    load.set(10, 1);
    expect(() => load.set(9, 2)).toThrow(/backwards: 9 after 10/);
    expect(() => load.mean(9)).toThrow(/before the change/);
  });
});

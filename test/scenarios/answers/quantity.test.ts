import { describe, expect, it } from 'vitest';
import {
  estimateWords,
  formatBytes,
  formatCount,
  formatEstimate,
  quantityWords,
} from '../../../scenarios/answers/quantity.ts';

const NBSP = '\u00a0';
const words = (value: number, unit: string) => quantityWords(value, unit).replace(NBSP, ' ');
const estimate = (mean: number, low: number | null, high: number | null) => ({ mean, low, high, replications: 10 });

describe('quantities', () => {
  it.each([
    [9_284_000_000, 'bit/s', '9.28 Gbit/s'],
    [999, 'bit/s', '999 bit/s'],
    [0, 'bit/s', '0 bit/s'],
    [65_536, 'B', '64 KiB'],
    [1023, 'B', '1,023 B'],
    [3, 'MiB', '3 MiB'],
    [1_250_000, 'ns', '1.25 ms'],
    [850, 'ns', '850 ns'],
    [40, 's', '40 s'],
    [300, 's', '5 min'],
    [500, 'm', '500 millicores'],
    [2500, 'm', '2.50 cores'],
    [61.5, '1/s', '61.5 /s'],
    [41.5, '%', '41.5 %'],
    [0.415, 'fraction', '41.5 %'],
    [-526_000_000, 'bit/s', '\u2212526 Mbit/s'],
    [1523, '', '1,523'],
    [3.25, 'hops', '3.25 hops'],
  ])('writes %d %s as "%s"', (value, unit, text) => {
    expect(words(value, unit)).toBe(text);
  });

  it('keeps an unknown unit, even one that is a property of every object', () => {
    expect(words(2, 'constructor')).toBe('2 constructor');
  });

  it('shows an interval in the unit of its mean', () => {
    expect(formatEstimate(estimate(1.01e9, 0.98e9, 1.04e9), 'bit/s')).toEqual({
      value: '1.010',
      unit: 'Gbit/s',
      interval: '0.980 to 1.040',
    });
  });

  it('gives a narrow interval the digits that tell its ends apart', () => {
    const { interval } = formatEstimate(estimate(179_800, 178_410, 181_190), 'ns');
    expect(interval).toBe('178.4 to 181.2');
  });

  it('says nothing of an interval after one replication', () => {
    expect(formatEstimate(estimate(5, null, null), 's').interval).toBeNull();
    expect(estimateWords(estimate(5, null, null), 's')).toBe(`5${NBSP}s`);
  });

  it('never writes minus zero', () => {
    expect(formatEstimate(estimate(-0.0001, -1, 1), '').value).toBe('0.00');
  });

  it('groups counts and names sizes', () => {
    expect(formatCount(12_000_000)).toBe('12,000,000');
    expect(formatBytes(12_400_000)).toBe(`11.8${NBSP}MiB`);
  });
});

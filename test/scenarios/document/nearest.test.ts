import { describe, expect, it } from 'vitest';
import { nearestWord } from '../../../scenarios/document/nearest.ts';

describe('nearestWord', () => {
  const words = ['hostLink', 'uplink', 'linkLatency', 'any-uplink', 'at', 'for'];
  it.each([
    ['hostlink', 'hostLink'],
    ['host_link', 'hostLink'],
    ['uplnk', 'uplink'],
    ['latencyLink', undefined],
    ['anyuplink', 'any-uplink'],
    ['zzz', undefined],
    ['a', 'at'],
    ['', undefined],
    ['x'.repeat(10_000), undefined],
  ])('%s -> %s', (word, expected) => {
    expect(nearestWord(word, words)).toBe(expected);
  });
});

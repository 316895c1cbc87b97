import { expect, it } from 'vitest';
import { quantityText } from '../../../viz/panels/value-text.ts';

it.each([
  [25e9, 'bit/s', '25 Gbit/s'],
  [1500, 'm', '1.5'],
  [262_144, 'MiB', '256 GiB'],
  [512, 'MiB', '512 MiB'],
  [49_152, 'B', '49.15 kB'],
  [2_500_000, 'ns', '2.5 ms'],
  [17, undefined, '17'],
  [Number.NaN, 'B', '– B'],
])('shows %s %s as %s', (value, unit, words) => {
  expect(quantityText(value, unit)).toBe(words);
});

import { expect, it } from 'vitest';
import { percentText, quantityText } from '../../../viz/panels/value-text.ts';

it.each([
  [25e9, 'bit/s', '25 Gbit/s'],
  [1500, 'm', '1.5'],
  [262_144, 'MiB', '256 GiB'],
  [512, 'MiB', '512 MiB'],
  [49_152, 'B', '49.15 kB'],
  [2_500_000, 'ns', '2.5 ms'],
  [17, undefined, '17'],
  [61.4567, '1/s', '61.5/s'],
  [12_345.6, '1/s', '12346/s'],
  [Number.NaN, 'B', '– B'],
])('shows %s %s as %s', (value, unit, words) => {
  expect(quantityText(value, unit)).toBe(words);
});

it.each([
  [0, '0 %'],
  [0.35664, '35.7 %'],
  [1, '100 %'],
  [0.0000806, '0.0081 %'],
  [Number.NaN, '– %'],
])('shows a share of %s as %s', (share, words) => {
  expect(percentText(share)).toBe(words);
});

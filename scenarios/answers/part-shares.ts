/** Parts of a whole in per cent beside their figures: rounded so that what is shown adds up to exactly 100. */
import type { MetricSpec } from '../../sim/trace/catalog.ts';

/** Tenths of a per cent: what is shown has one decimal. */
const TENTHS = 1000;

/** By key of a metric that is a part: its share, such as "12.3 %". `figureOf`: the figures of one run; undefined: there is none. */
export function partShares(
  specs: readonly MetricSpec[],
  figureOf: (key: string) => number | undefined,
): ReadonlyMap<string, string> {
  const wholes = new Set(specs.flatMap(({ partOf }) => partOf ?? []));
  return new Map(
    [...wholes].flatMap((whole) => {
      const keys = specs.flatMap(({ key, partOf }) => (partOf === whole ? [key] : []));
      const shares = percentages(keys.map((key) => figureOf(key) ?? 0));
      return keys.flatMap((key, at): [string, string][] => (shares.length === 0 ? [] : [[key, `${shares[at]} %`]]));
    }),
  );
}

/** Each part in per cent with one decimal, adding up to 100.0: the largest remainders are rounded up. Empty: the whole is nothing. */
export function percentages(parts: readonly number[]): string[] {
  const whole = parts.reduce((sum, part) => sum + part, 0);
  if (!(whole > 0)) return [];
  const exact = parts.map((part) => (part / whole) * TENTHS);
  const tenths = exact.map(Math.floor);
  const left = TENTHS - tenths.reduce((sum, each) => sum + each, 0);
  const byRemainder = exact
    .map((each, at) => ({ at, rest: each - tenths[at]! }))
    .sort((a, b) => b.rest - a.rest || a.at - b.at);
  for (const { at } of byRemainder.slice(0, left)) tenths[at]!++;
  return tenths.map((each) => (each / 10).toFixed(1));
}

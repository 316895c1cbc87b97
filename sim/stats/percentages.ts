/** Shares of a whole as people read them: rounded, and adding up to the whole all the same. */

/** Tenths of a per cent: what is shown has one decimal. */
const TENTHS = 1000;

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

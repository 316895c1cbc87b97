/** How narrow the interval of a measure shall be: the number of replications then follows from a pilot. */
import { z } from 'zod';
import { CLOUD_METRICS } from '../../models/world/metrics.ts';
import { parseQuantity, type QuantityKind } from './quantity.ts';

/** The pilot of a scenario that names none. */
const PILOT_DEFAULT = 10;
const MOST_DEFAULT = 200;
const REPLICATIONS_MAX = 1000;

/** `precision` of a scenario. */
export const precisionSchema = z
  .strictObject({
    metric: z
      .enum(CLOUD_METRICS.map(({ key }) => key))
      .describe('Key of the metric to be known that well, as the results name it.'),
    halfWidth: z
      .union([z.string(), z.number()])
      .describe(
        'Half of the interval at most: a share of the mean of the pilot, such as `5%`, or an amount with its unit, such as `20us`; a bare number for counts and shares.',
      ),
    of: z
      .enum(['values', 'differences'])
      .default('values')
      .describe(
        'What is to be known that well: the figure of each alternative, or the difference of each pair. A share is then one of the mean of both.',
      ),
    pilot: z
      .int()
      .min(1)
      .max(REPLICATIONS_MAX)
      .default(PILOT_DEFAULT)
      .describe('Replications that come first and tell how far runs differ; at least 2, ten is usual.'),
    most: z
      .int()
      .min(1)
      .max(REPLICATIONS_MAX)
      .default(MOST_DEFAULT)
      .describe(
        'Replications at most; when more are wanted, the interval stays wider than asked, and the answer says so.',
      ),
  })
  .optional()
  .describe(
    'Replications until the interval of a metric is narrow enough, instead of `replications`. The rule is that of Stein (Annals of Mathematical Statistics 16, 1945): a pilot of n0 runs with the standard deviation s0 asks for N = (t s0 / h)² in all, rounded up, with t of n0 - 1 degrees of freedom and the half-width h; the largest N over all alternatives counts. The intervals at the end rest on the mean of all N and on s0, which is exact for normal figures; adding runs until an interval happens to be narrow is not.',
  );

/** `precision` of a scenario after parsing. */
export type PrecisionSettings = NonNullable<z.output<typeof precisionSchema>>;

/** A half-width in numbers, or what is wrong with it. */
export type HalfWidth =
  | { readonly ok: true; readonly halfWidth: number; readonly relative: boolean }
  | { readonly ok: false; readonly message: string; readonly expected: string; readonly hint: string };

/** By unit of the catalog: the quantity that people write, and how many of its smallest steps one unit is. */
const QUANTITIES: Readonly<Record<string, { readonly kind: QuantityKind; readonly scale: number }>> = {
  'bit/s': { kind: 'bandwidth', scale: 1 },
  ns: { kind: 'duration', scale: 1 },
  s: { kind: 'duration', scale: 1e9 },
  B: { kind: 'bytes', scale: 1 },
};

/** Reads a half-width in the unit of its metric. */
export function halfWidthOf({ metric, halfWidth: raw }: Pick<PrecisionSettings, 'metric' | 'halfWidth'>): HalfWidth {
  if (typeof raw === 'string' && raw.trim().endsWith('%')) {
    const share = parseQuantity('percent', raw.trim());
    return share.ok ? aboveZero(share.value, true, '5%') : share;
  }
  const { unit } = CLOUD_METRICS.find(({ key }) => key === metric)!;
  const quantity = QUANTITIES[unit];
  if (quantity === undefined) {
    const value = typeof raw === 'number' ? raw : Number.NaN;
    if (Number.isFinite(value)) return aboveZero(value, false, '0.5');
    return {
      ok: false,
      message: 'not a half-width',
      expected: 'a share such as 5%, or a number such as 0.5',
      hint: '',
    };
  }
  const read = parseQuantity(quantity.kind, raw);
  return read.ok ? aboveZero(read.value / quantity.scale, false, '5%') : read;
}

function aboveZero(halfWidth: number, relative: boolean, example: string): HalfWidth {
  if (halfWidth > 0) return { ok: true, halfWidth, relative };
  const hint = `write for example ${example}`;
  return { ok: false, message: 'no interval is that narrow', expected: 'more than 0', hint };
}

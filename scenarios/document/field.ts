/**
 * The leaves of the document's schema: quantities with units, names, counts, and "exactly one of". Each refuses with what
 * was expected and a hint, which `issue.ts` turns into a problem with its place.
 */
import { z } from 'zod';
import {
  type BitsPerSec,
  type Bytes,
  type CpuMilli,
  type DurationNs,
  type Fraction,
  formatQuantity,
  type MemoryMib,
  parseQuantity,
  type QuantityKind,
  quantityExpectation,
  quantityPattern,
} from './quantity.ts';
import { SEED_LENGTH_MAX } from './seed.ts';

/** What a leaf says about a refused value; travels in the `params` of a zod issue. */
export interface Refusal {
  readonly message: string;
  readonly expected: string;
  readonly hint: string;
}

/** What "exactly one of" says: the keys of which one must stand. */
export interface OneOf {
  readonly oneOf: readonly string[];
}

/** The range that a quantity must lie in, both ends allowed. */
export interface QuantityLimits {
  /** Smallest allowed value in the parsed unit; 0 if not given. */
  readonly min?: number;
  /** Largest allowed value in the parsed unit. */
  readonly max?: number;
}

const quantity = (kind: QuantityKind, limits: QuantityLimits) =>
  z
    .unknown()
    .transform((raw, context): number => {
      const reading = parseQuantity(kind, raw);
      const refusal = reading.ok ? outsideLimits(kind, reading.value, limits) : reading;
      if (reading.ok && refusal === undefined) return reading.value;
      context.issues.push({ code: 'custom', input: raw, message: refusal!.message, params: { refusal } });
      return z.NEVER;
    })
    .meta({
      ...(kind === 'cpu' ? { type: ['string', 'number'] as never } : { type: 'string' }),
      pattern: quantityPattern(kind),
      // Read by json-schema.ts, which adds the examples: zod drops examples of values that it transforms.
      'x-quantity': kind,
    });

/** Simulated time, parsed to ns. */
export const duration = (limits: QuantityLimits = {}): z.ZodType<DurationNs> => quantity('duration', limits);
/** A rate, parsed to bits/s; never 0 unless the limits say so. */
export const bandwidth = (limits: QuantityLimits = { min: 1 }): z.ZodType<BitsPerSec> => quantity('bandwidth', limits);
/** Processor cores, parsed to thousandths. */
export const cpu = (limits: QuantityLimits = {}): z.ZodType<CpuMilli> => quantity('cpu', limits);
/** Memory, parsed to MiB. */
export const memory = (limits: QuantityLimits = {}): z.ZodType<MemoryMib> => quantity('memory', limits);
/** An amount of data, parsed to bytes; never 0 unless the limits say so. */
export const bytes = (limits: QuantityLimits = {}): z.ZodType<Bytes> => quantity('bytes', { min: 1, ...limits });
/** A share, parsed to a fraction between 0 and 1. */
export const percent = (limits: QuantityLimits = {}): z.ZodType<Fraction> => quantity('percent', limits);

/** A name that may become part of file names and paths: lower-case letters, digits, dots and hyphens. */
export const plainName = () =>
  z
    .string()
    .max(63)
    .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, 'a name of lower-case letters, digits, dots and hyphens');

/** One line of text for people. */
export const line = () => z.string().trim().min(1).max(300);

/** Label keys and values, as Kubernetes spells them: text, so numbers stand in quotes. */
export const labelText = () => z.string().max(253);

/** A seed: text, or a whole number that is taken as text. */
export const seed = () =>
  z.union([z.string().min(1).max(SEED_LENGTH_MAX), z.int()]).transform((value) => String(value));

/** A number above 0 and at most `max`. */
export const positive = (max: number) => z.number().positive().max(max);

/**
 * Refuses an object that holds none or several of the keys. Runs even if other members are wrong, so that all problems
 * come at once.
 */
export function exactlyOne<Shape extends z.ZodRawShape>(
  object: z.ZodObject<Shape, z.core.$strict>,
  keys: readonly (keyof Shape & string)[],
): z.ZodObject<Shape, z.core.$strict> {
  const params: OneOf = { oneOf: keys };
  return object.refine((value) => countPresent(value, keys) === 1, {
    when: ({ value }) => typeof value === 'object' && value !== null,
    message: `exactly one of ${keys.join(', ')}`,
    params: { ...params },
  });
}

/** How many of the keys hold something. */
function countPresent(value: object, keys: readonly string[]): number {
  return keys.filter((key) => (value as Record<string, unknown>)[key] !== undefined).length;
}

function outsideLimits(kind: QuantityKind, value: number, limits: QuantityLimits): Refusal | undefined {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = limits;
  const expected = quantityExpectation(kind);
  if (value < min) return { message: 'too small', expected, hint: `write at least ${formatQuantity(kind, min)}` };
  if (value > max) return { message: 'too large', expected, hint: `write at most ${formatQuantity(kind, max)}` };
  return undefined;
}

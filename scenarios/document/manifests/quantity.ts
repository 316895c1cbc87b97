/**
 * Quantities as Kubernetes writes them: `1500m`, `2Gi`, `1e3`, `.5`.
 *
 * Source: Kubernetes 1.34 `apimachinery/pkg/api/resource` (grammar of the suffixes, rounding away from zero to thousand
 * millionths, cap at 2^63 - 1). Leaves out: exponents in what is written back.
 */

/** The outcome of reading one quantity. */
export type QuantityReading =
  | { readonly ok: true; readonly nano: bigint; readonly tooLarge: boolean }
  | { readonly ok: false; readonly expected: string; readonly hint: string };

/** Nano units in one unit. */
export const NANO_PER_UNIT = 1_000_000_000n;
const NANO_PER_MILLI = 1_000_000n;

/** The largest quantity that upstream keeps, in nano units. */
export const QUANTITY_NANO_MAX = (2n ** 63n - 1n) * NANO_PER_UNIT;

/** Longer texts are no quantities, and exact arithmetic on them is slow. */
const TEXT_LENGTH_MAX = 64;
/** Beyond this power of ten any digit is above the cap. */
const EXPONENT_MAX = 100;

const DECIMAL: Readonly<Record<string, number>> = {
  ...{ n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 },
};
const BINARY: Readonly<Record<string, bigint>> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n };

/** Sign, whole part, decimals, suffix; upstream lets the digits be missing where the rest tells the number. */
const FORM = /^([+-]?)([0-9]*)(?:\.([0-9]*))?([A-Za-z]*)([+-]?[0-9]*)$/;

const EXPECTED = 'a quantity such as 500m, 2, 1.5, 512Mi or 1e3';

/** Reads a quantity from text or a number of JSON or YAML. */
export function readQuantity(raw: unknown): QuantityReading {
  const text = typeof raw === 'number' ? String(raw) : raw;
  if (typeof text !== 'string') return { ok: false, expected: EXPECTED, hint: 'write it as text, such as "500m"' };
  return readText(text.trim());
}

/** The quantity in nano units, exact; undefined if the text is none. */
export function parseQuantity(raw: unknown): bigint | undefined {
  const reading = readQuantity(raw);
  return reading.ok ? reading.nano : undefined;
}

/** Thousandths, rounded away from zero: what the scheduler counts of processors. 0 if it is no quantity. */
export function cpuMilliOf(raw: unknown): number {
  return milliOfNano(parseQuantity(raw) ?? 0n);
}

/** Whole units, rounded away from zero: bytes, or pieces of a device. 0 if it is no quantity. */
export function bytesOf(raw: unknown): number {
  return unitsOfNano(parseQuantity(raw) ?? 0n);
}

/** Nano units as thousandths, rounded away from zero. */
export function milliOfNano(nano: bigint): number {
  return Number(dividedUp(nano, NANO_PER_MILLI));
}

/** Nano units as whole units, rounded away from zero. */
export function unitsOfNano(nano: bigint): number {
  return Number(dividedUp(nano, NANO_PER_UNIT));
}

/**
 * A quantity as upstream writes it: the largest suffix that leaves a whole number; powers of two where `binary` and the
 * amount is whole and at least 1024.
 */
export function quantityText(nano: bigint, binary = false): string {
  if (nano === 0n) return '0';
  const size = nano < 0n ? -nano : nano;
  if (binary && nano % NANO_PER_UNIT === 0n && size >= 1024n * NANO_PER_UNIT) {
    const units = nano / NANO_PER_UNIT;
    const fitting = Object.entries(BINARY).filter(([, power]) => units % (1n << power) === 0n);
    const [suffix, power] = fitting.at(-1) ?? ['', 0n];
    return `${units >> power}${suffix}`;
  }
  const fitting = Object.entries(DECIMAL).filter(([, power]) => nano % 10n ** BigInt(power + 9) === 0n);
  const [suffix, power] = fitting.reduce((best, one) => (one[1] > best[1] ? one : best));
  return `${nano / 10n ** BigInt(power + 9)}${suffix}`;
}

/** Whether a quantity is written in powers of two. */
export function isBinary(raw: unknown): boolean {
  return typeof raw === 'string' && raw.trim().endsWith('i');
}

function readText(text: string): QuantityReading {
  const match = text.length === 0 || text.length > TEXT_LENGTH_MAX ? null : FORM.exec(text);
  if (match === null) return refusal(text);
  const [, sign, whole, decimals = '', letters, digits] = match;
  const exponents = exponentsOf(letters, digits);
  if (exponents === undefined) return refusal(text);
  const magnitude = magnitudeOf(BigInt(`0${whole}${decimals}`), exponents.ten - decimals.length, exponents.two);
  const tooLarge = magnitude > QUANTITY_NANO_MAX;
  const capped = tooLarge ? QUANTITY_NANO_MAX : magnitude;
  return { ok: true, nano: sign === '-' ? -capped : capped, tooLarge };
}

/** Powers of ten and two that a suffix means; undefined if it is none. */
function exponentsOf(letters: string, digits: string): { ten: number; two: bigint } | undefined {
  if (digits === '') {
    if (Object.hasOwn(DECIMAL, letters)) return { ten: DECIMAL[letters], two: 0n };
    return Object.hasOwn(BINARY, letters) ? { ten: 0, two: BINARY[letters] } : undefined;
  }
  if ((letters !== 'e' && letters !== 'E') || !/[0-9]/.test(digits)) return undefined;
  return { ten: Number(digits), two: 0n };
}

/** `number` · 10^ten · 2^two in nano units, rounded up. */
function magnitudeOf(number: bigint, ten: number, two: bigint): bigint {
  if (number === 0n) return 0n;
  const power = ten + 9;
  if (power > EXPONENT_MAX) return QUANTITY_NANO_MAX + 1n;
  // So small that rounding up leaves the smallest step.
  if (power < -2 * EXPONENT_MAX) return 1n;
  const shifted = number << two;
  return power >= 0 ? shifted * 10n ** BigInt(power) : dividedUp(shifted, 10n ** BigInt(-power));
}

function dividedUp(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  if (value % divisor === 0n) return quotient;
  return value < 0n ? quotient - 1n : quotient + 1n;
}

function refusal(text: string): QuantityReading {
  return { ok: false, expected: EXPECTED, hint: hintFor(text) };
}

function hintFor(text: string): string {
  const tight = text.replace(/[\s_,]+/g, '');
  const bytes = tight.replace(/^([0-9.]+)([kKMGTPE]i?)[bB]$/, '$1$2').replace(/^([0-9.]+)K$/, '$1k');
  const spelled = bytes.replace(/^([0-9.]+)([kmgtpe])(i)$/i, (_, number, unit) => `${number}${unit.toUpperCase()}i`);
  return spelled !== text && readText(spelled).ok
    ? `write ${spelled}`
    : 'suffixes are n, u, m, k, M, G, T, P, E and Ki, Mi, Gi, Ti, Pi, Ei';
}

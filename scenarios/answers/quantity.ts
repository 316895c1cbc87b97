/**
 * Numbers with units, as people read them: 9.28 Gbit/s, 64 KiB, 1.2 ms, 41 %.
 *
 * Decimal prefixes for rates, binary ones for bytes. An interval is shown in the unit of its mean, so that the three
 * numbers can be compared at a glance.
 */
import type { Estimate } from '../../sim/experiment/results.ts';

interface Step {
  /** Smallest magnitude that uses this step, in the base unit. */
  readonly from: number;
  readonly per: number;
  readonly unit: string;
}

interface Scale {
  /** Turns a stored value into the base unit of the steps. */
  readonly toBase: number;
  readonly steps: readonly Step[];
}

/** A number and its unit, apart, so that a page can give them different weight. */
export interface QuantityText {
  readonly value: string;
  readonly unit: string;
}

/** An estimate in words: `interval` is null when one replication gave none. */
export interface EstimateText extends QuantityText {
  readonly interval: string | null;
}

function ladder(unit: string, base: number, prefixes: readonly string[]): readonly Step[] {
  return prefixes.map((prefix, index) => {
    const per = base ** index;
    return { from: index === 0 ? 0 : per, per, unit: `${prefix}${unit}` };
  });
}

const RATE = ladder('bit/s', 1000, ['', 'k', 'M', 'G', 'T']);
const BYTES = ladder('B', 1024, ['', 'Ki', 'Mi', 'Gi', 'Ti']);
const BYTE_RATE = ladder('B/s', 1000, ['', 'k', 'M', 'G', 'T']);
const TIME: readonly Step[] = [
  { from: 0, per: 1, unit: 'ns' },
  { from: 1e3, per: 1e3, unit: 'µs' },
  { from: 1e6, per: 1e6, unit: 'ms' },
  { from: 1e9, per: 1e9, unit: 's' },
  { from: 120e9, per: 60e9, unit: 'min' },
];
const CPU: readonly Step[] = [
  { from: 0, per: 1, unit: 'millicores' },
  { from: 1000, per: 1000, unit: 'cores' },
];
const PER_SECOND: readonly Step[] = [{ from: 0, per: 1, unit: '/s' }];
const PERCENT: readonly Step[] = [{ from: 0, per: 1, unit: '%' }];

const SCALES: Readonly<Record<string, Scale>> = {
  'bit/s': { toBase: 1, steps: RATE },
  'bits/s': { toBase: 1, steps: RATE },
  B: { toBase: 1, steps: BYTES },
  byte: { toBase: 1, steps: BYTES },
  bytes: { toBase: 1, steps: BYTES },
  KiB: { toBase: 1024, steps: BYTES },
  MiB: { toBase: 1024 * 1024, steps: BYTES },
  'B/s': { toBase: 1, steps: BYTE_RATE },
  ns: { toBase: 1, steps: TIME },
  us: { toBase: 1e3, steps: TIME },
  ms: { toBase: 1e6, steps: TIME },
  s: { toBase: 1e9, steps: TIME },
  m: { toBase: 1, steps: CPU },
  cores: { toBase: 1000, steps: CPU },
  '1/s': { toBase: 1, steps: PER_SECOND },
  '%': { toBase: 1, steps: PERCENT },
  fraction: { toBase: 100, steps: PERCENT },
};

const DIGITS = 3;
const DIGITS_MOST = 4;

/** Formats one value in its unit with three significant digits. */
export function formatQuantity(value: number, unit: string): QuantityText {
  const { factor, unit: shown } = stepFor([value], unit);
  const scaled = value * factor;
  return { value: grouped(scaled, decimalsFor(scaled, DIGITS)), unit: shown };
}

/** Formats a mean and its interval in one unit; a narrow interval earns the mean more digits. */
export function formatEstimate(estimate: Estimate, unit: string): EstimateText {
  const { mean, low, high } = estimate;
  const { factor, unit: shown } = stepFor([mean], unit);
  const decimals = estimateDecimals(mean * factor, low === null || high === null ? 0 : (high - low) * factor);
  const value = grouped(mean * factor, decimals);
  if (low === null || high === null) return { value, unit: shown, interval: null };
  return { value, unit: shown, interval: `${grouped(low * factor, decimals)} to ${grouped(high * factor, decimals)}` };
}

/** A value and its unit in one string, joined by a no-break space. */
export function quantityWords(value: number, unit: string): string {
  return joined(formatQuantity(value, unit));
}

/** "9.28 Gbit/s (9.12 to 9.44)". */
export function estimateWords(estimate: Estimate, unit: string): string {
  const text = formatEstimate(estimate, unit);
  return text.interval === null ? joined(text) : `${joined(text)} (${text.interval})`;
}

/** A whole number with a comma every three digits. */
export function formatCount(count: number): string {
  return grouped(count, 0);
}

/** A file's size. */
export function formatBytes(bytes: number): string {
  return quantityWords(bytes, 'B');
}

function joined(text: QuantityText): string {
  return text.unit === '' ? text.value : `${text.value}\u00a0${text.unit}`;
}

function stepFor(values: readonly number[], unit: string): { factor: number; unit: string } {
  const scale = Object.hasOwn(SCALES, unit) ? SCALES[unit] : undefined;
  if (scale === undefined) return { factor: 1, unit: unit === '1' ? '' : unit };
  const largest = Math.max(...values.map(Math.abs)) * scale.toBase;
  // Nothing at all is "0 s": it has no size that could choose a smaller unit.
  if (largest === 0 && scale.steps === TIME) return { factor: scale.toBase / 1e9, unit: 's' };
  let step = scale.steps[0]!;
  for (const candidate of scale.steps) {
    if (largest >= candidate.from) step = candidate;
  }
  return { factor: scale.toBase / step.per, unit: step.unit };
}

function decimalsFor(value: number, digits: number): number {
  if (value === 0 || !Number.isFinite(value) || Number.isInteger(value)) return 0;
  return Math.min(12, Math.max(0, digits - 1 - magnitude(value)));
}

function estimateDecimals(mean: number, width: number): number {
  if (width === 0) return decimalsFor(mean, DIGITS);
  const wanted = Math.max(0, 1 - magnitude(width));
  // A mean far inside its interval has no digits of its own: the width decides.
  const size = magnitude(Math.max(Math.abs(mean), width));
  const least = Math.max(0, DIGITS - 1 - size);
  const most = Math.max(0, DIGITS_MOST - 1 - size);
  return Math.min(12, most, Math.max(least, wanted));
}

function magnitude(value: number): number {
  return Math.floor(Math.log10(Math.abs(value)));
}

function grouped(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return 'not a number';
  const [whole, rest] = Math.abs(value).toFixed(decimals).split('.');
  const commas = whole!.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  const digits = rest === undefined ? commas : `${commas}.${rest}`;
  return value < 0 && /[1-9]/.test(digits) ? `\u2212${digits}` : digits;
}

/**
 * Quantities as people write them: a number and its unit, `10Gbps`, `250ms`, `500m`, `2Gi`, `48KiB`, `60%`.
 *
 * A unit is required wherever a bare number could be misread. Values are exact: decimals are scaled as big integers, and
 * what is not a whole number of the smallest unit is refused instead of rounded.
 */

/** What is measured; decides the units that are understood and the unit of the parsed number. */
export type QuantityKind = 'duration' | 'bandwidth' | 'cpu' | 'memory' | 'bytes' | 'percent';

/** Simulated time in whole nanoseconds. */
export type DurationNs = number;
/** Whole bits a second. */
export type BitsPerSec = number;
/** Thousandths of a processor core. */
export type CpuMilli = number;
/** Whole mebibytes (2^20 bytes). */
export type MemoryMib = number;
/** Whole bytes. */
export type Bytes = number;
/** A share between 0 and 1. */
export type Fraction = number;

/** The outcome of reading one quantity: its value in the smallest unit, or what was expected and how to mend it. */
export type QuantityReading =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly message: string; readonly expected: string; readonly hint: string };

interface Unit {
  readonly suffix: string;
  /** How many of the smallest unit one of this unit is. */
  readonly scale: bigint;
}

interface Kind {
  readonly noun: string;
  readonly examples: readonly string[];
  /** Smallest unit first; the first two fitting ones are what a hint proposes. */
  readonly units: readonly Unit[];
  /** The unit that is proposed when somebody wrote a bare number. */
  readonly usual: string;
  readonly max: bigint;
  /** Divides the scaled value at the end; percent only. */
  readonly divisor?: number;
}

const SAFE_MAX = BigInt(Number.MAX_SAFE_INTEGER);

const units = (...pairs: readonly (readonly [string, bigint])[]): readonly Unit[] =>
  pairs.map(([suffix, scale]) => ({ suffix, scale }));

const KIB = 1024n;
const KINDS: Readonly<Record<QuantityKind, Kind>> = {
  duration: {
    noun: 'a duration',
    examples: ['250ms', '1us', '120s'],
    units: units(
      ['ns', 1n],
      ['us', 1_000n],
      ['ms', 1_000_000n],
      ['s', 1_000_000_000n],
      ['m', 60_000_000_000n],
      ['h', 3_600_000_000_000n],
    ),
    usual: 's',
    max: SAFE_MAX,
  },
  bandwidth: {
    noun: 'a bandwidth',
    examples: ['10Gbps', '500Mbps'],
    units: units(
      ['bps', 1n],
      ['Kbps', 1_000n],
      ['Mbps', 1_000_000n],
      ['Gbps', 1_000_000_000n],
      ['Tbps', 1_000_000_000_000n],
    ),
    usual: 'Gbps',
    max: SAFE_MAX,
  },
  cpu: {
    noun: 'processor cores',
    examples: ['500m', '3', '1.5'],
    units: units(['m', 1n], ['', 1000n]),
    usual: '',
    max: 100_000_000n,
  },
  memory: {
    noun: 'a memory size',
    examples: ['512Mi', '2Gi'],
    units: units(['Mi', 1n], ['Gi', KIB], ['Ti', KIB * KIB]),
    usual: 'Gi',
    max: 1n << 40n,
  },
  bytes: {
    noun: 'a size in bytes',
    examples: ['48KiB', '64MiB', '1MB'],
    units: units(
      ['B', 1n],
      ['KB', 1_000n],
      ['KiB', KIB],
      ['MB', 1_000_000n],
      ['MiB', KIB * KIB],
      ['GB', 1_000_000_000n],
      ['GiB', KIB * KIB * KIB],
      ['TB', 1_000_000_000_000n],
      ['TiB', KIB * KIB * KIB * KIB],
    ),
    usual: 'KiB',
    max: SAFE_MAX,
  },
  percent: {
    noun: 'a percentage',
    examples: ['60%', '2.5%'],
    // Kept in millionths of a percent, so that 12.345% is exact.
    units: units(['%', 1_000_000n]),
    usual: '%',
    max: 100_000_000n,
    divisor: 100_000_000,
  },
};

/** Digits that a written number may have; longer ones are mistakes or attacks, and exact arithmetic on them is slow. */
const DIGITS_MAX = 30;
const NUMBER_WITH_SUFFIX = /^(\d+)(?:\.(\d+))?([A-Za-zµ%/]*)$/;

/**
 * Reads a quantity from what the YAML held: text, or a number (only processor cores may stand without a unit).
 * The value is in ns, bits/s, thousandths of a core, MiB, bytes, or a fraction.
 */
export function parseQuantity(kind: QuantityKind, raw: unknown): QuantityReading {
  const text = typeof raw === 'number' ? plainDecimal(raw) : raw;
  if (typeof text !== 'string') return refuse(kind, `not ${KINDS[kind].noun}`, exampleHint(kind));
  if (text.length > DIGITS_MAX) return refuse(kind, 'too long for a quantity', exampleHint(kind));
  const match = NUMBER_WITH_SUFFIX.exec(text);
  if (match === null) return refuse(kind, `not ${KINDS[kind].noun}`, spacingHint(kind, text));
  const [, whole, decimals = '', suffix] = match;
  const unit = KINDS[kind].units.find((u) => u.suffix === suffix);
  if (unit === undefined) return refuse(kind, unitMessage(kind, suffix), unitHint(kind, text, suffix));
  return scaled(kind, BigInt(whole + decimals) * unit.scale, decimals.length);
}

/** Writes a value with the largest unit that keeps it whole; `parseQuantity` reads it back to the same value. */
export function formatQuantity(kind: QuantityKind, value: number): string {
  if (kind === 'percent') return `${trimDecimals((value * 100).toFixed(6))}%`;
  const exact = BigInt(value);
  const fitting = KINDS[kind].units.filter((u) => exact % u.scale === 0n);
  const unit = exact === 0n ? KINDS[kind].units.find((u) => u.suffix === KINDS[kind].usual)! : fitting.at(-1)!;
  return `${exact / unit.scale}${unit.suffix}`;
}

/** A regular expression source that accepts exactly the spellings of this kind; for the JSON Schema. */
export function quantityPattern(kind: QuantityKind): string {
  const suffixes = KINDS[kind].units.map((u) => u.suffix).filter((suffix) => suffix !== '');
  const optional = KINDS[kind].units.some((u) => u.suffix === '') ? '?' : '';
  return `^[0-9]+(\\.[0-9]+)?(${suffixes.join('|')})${optional}$`;
}

/** Spellings to show to people. */
export function quantityExamples(kind: QuantityKind): readonly string[] {
  return KINDS[kind].examples;
}

/** "a bandwidth with its unit, such as 10Gbps or 500Mbps". */
export function quantityExpectation(kind: QuantityKind): string {
  const { noun, examples } = KINDS[kind];
  return `${noun}${kind === 'cpu' ? '' : ' with its unit'}, such as ${examples.slice(0, 2).join(' or ')}`;
}

function scaled(kind: QuantityKind, numerator: bigint, decimals: number): QuantityReading {
  const denominator = 10n ** BigInt(decimals);
  const smallest = KINDS[kind].units[0].suffix;
  if (numerator % denominator !== 0n) {
    const named = kind === 'percent' ? 'a millionth of one percent' : `1${smallest}`;
    return refuse(kind, `finer than the smallest step, ${named}`, `write a whole number of ${named}`);
  }
  const value = numerator / denominator;
  const { max, divisor } = KINDS[kind];
  if (value > max) return refuse(kind, 'too large', `write at most ${largest(kind)}`);
  return { ok: true, value: divisor === undefined ? Number(value) : Number(value) / divisor };
}

function largest(kind: QuantityKind): string {
  if (kind === 'percent') return '100%';
  // The exact limit is an odd number; the largest whole hour, terabit or tebibyte below it is what helps people.
  const unit = KINDS[kind].units.at(-1)!;
  return `${KINDS[kind].max / unit.scale}${unit.suffix}`;
}

function refuse(kind: QuantityKind, message: string, hint: string): QuantityReading {
  return { ok: false, message, expected: quantityExpectation(kind), hint };
}

function unitMessage(kind: QuantityKind, suffix: string): string {
  return suffix === '' ? 'the unit is missing' : `"${suffix}" is not a unit of ${KINDS[kind].noun}`;
}

function unitHint(kind: QuantityKind, text: string, suffix: string): string {
  const number = text.slice(0, text.length - suffix.length);
  if (suffix === '') return `write ${number}${KINDS[kind].usual}`;
  const spelled = nearestUnit(kind, suffix);
  if (spelled !== undefined) return `write ${number}${spelled}`;
  if (kind === 'cpu') return `write ${number} for cores, or ${number}m for thousandths`;
  return `units are ${KINDS[kind].units.map((u) => u.suffix).join(', ')}`;
}

/** The unit that differs only in case, in a slash, or by a common other spelling. */
function nearestUnit(kind: QuantityKind, suffix: string): string | undefined {
  const plain = suffix.toLowerCase().replace('b/s', 'bps').replace('bit/s', 'bps').replace('µ', 'u');
  const other = OTHER_SPELLINGS[kind]?.[plain];
  if (other !== undefined) return other;
  return KINDS[kind].units.find((u) => u.suffix.toLowerCase() === plain)?.suffix;
}

const OTHER_SPELLINGS: Partial<Record<QuantityKind, Readonly<Record<string, string>>>> = {
  duration: { sec: 's', secs: 's', seconds: 's', min: 'm', mins: 'm', minutes: 'm', hours: 'h', hour: 'h', msec: 'ms' },
  bandwidth: { k: 'Kbps', m: 'Mbps', g: 'Gbps', gbit: 'Gbps', mbit: 'Mbps', kbit: 'Kbps' },
  memory: { mib: 'Mi', gib: 'Gi', tib: 'Ti', mb: 'Mi', gb: 'Gi', tb: 'Ti', m: 'Mi', g: 'Gi', t: 'Ti' },
  bytes: { ki: 'KiB', mi: 'MiB', gi: 'GiB', ti: 'TiB', k: 'KB', m: 'MB', g: 'GB', t: 'TB' },
};

function spacingHint(kind: QuantityKind, text: string): string {
  const tight = text.replace(/[\s_,]+/g, '');
  if (tight !== text && parseQuantity(kind, tight).ok) return `write ${tight}`;
  return exampleHint(kind);
}

function exampleHint(kind: QuantityKind): string {
  return `write for example ${KINDS[kind].examples[0]}`;
}

/** A number as the decimal digits that a person would have written; exponents are left to fail as text. */
function plainDecimal(value: number): string {
  return String(value);
}

function trimDecimals(text: string): string {
  return text.replace(/\.?0+$/, '');
}

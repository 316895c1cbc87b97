/**
 * Reads the file of a comparison that somebody gives us: checks the parts that readers lean on before they do.
 *
 * Keys that this version does not know are let through: an older reader shows what it understands.
 */
import { type ComparisonResult, RESULTS_VERSION } from './results.ts';

/** The file is not a comparison that can be shown. The message is a sentence with what to do. */
export class ResultsProblem extends Error {
  override readonly name = 'ResultsProblem';
}

/** Checks parsed JSON. @throws ResultsProblem with a clear sentence when it is something else, newer or damaged. */
export function readComparison(json: unknown): ComparisonResult {
  checkKind(json);
  comparison(json, 'the file');
  return json as unknown as ComparisonResult;
}

/** Alternatives that pages draw; a scenario has 500 at most. */
const ALTERNATIVES_MAX = 10_000;
/** Differences: 500 alternatives on two axes have some 15,000 pairs, each with a score of metrics. */
const DIFFERENCES_MAX = 500_000;
/** Entries of any other list. */
const ENTRIES_MAX = 100_000;

type Json = Readonly<Record<string, unknown>>;
type Check = (value: unknown, path: string) => void;

function checkKind(json: unknown): asserts json is Json {
  if (!isObject(json) || json['format'] !== 'wavetank-comparison') {
    throw new ResultsProblem(
      'This is not the result of a comparison: its "format" is not "wavetank-comparison". Give the results.json that `wavetank compare --out FOLDER` wrote.',
    );
  }
  const version = json['version'];
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    throw new ResultsProblem(
      'The "version" of this comparison is not a number; the file is damaged. Run the comparison again.',
    );
  }
  if (version > RESULTS_VERSION) {
    throw new ResultsProblem(
      `This comparison has version ${version} of the file layout, and this program reads up to ${RESULTS_VERSION}. Update Wavetank, or run the comparison again with this one.`,
    );
  }
}

function fail(path: string, expected: string): never {
  throw new ResultsProblem(`This comparison is damaged: ${path} should be ${expected}. Run the comparison again.`);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const text: Check = (value, path) => {
  if (typeof value !== 'string') fail(path, 'a text');
};

const flag: Check = (value, path) => {
  if (typeof value !== 'boolean') fail(path, 'true or false');
};

const number: Check = (value, path) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) fail(path, 'a number');
};

const whole: Check = (value, path) => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) fail(path, 'a whole number from 0 on');
};

const betweenZeroAndOne: Check = (value, path) => {
  if (typeof value !== 'number' || !(value > 0 && value < 1)) fail(path, 'a number between 0 and 1');
};

const bound: Check = (value, path) => {
  if (value !== null) number(value, path);
};

const textOrNull: Check = (value, path) => {
  if (value !== null) text(value, path);
};

function oneOf(...words: readonly string[]): Check {
  return (value, path) => {
    if (typeof value !== 'string' || !words.includes(value)) fail(path, `one of ${words.join(', ')}`);
  };
}

function optional(check: Check): Check {
  return (value, path) => {
    if (value !== undefined) check(value, path);
  };
}

/** Both checks, one after the other. */
function both(first: Check, second: Check): Check {
  return (value, path) => {
    first(value, path);
    second(value, path);
  };
}

function list(check: Check, max = ENTRIES_MAX): Check {
  return (value, path) => {
    if (!Array.isArray(value)) fail(path, 'a list');
    if (value.length > max) fail(path, `a list of at most ${max} entries`);
    value.forEach((item, i) => {
      check(item, `${path}[${i}]`);
    });
  };
}

function table(check: Check): Check {
  return (value, path) => {
    if (!isObject(value)) fail(path, 'an object');
    for (const [key, item] of Object.entries(value)) check(item, `${path}.${key}`);
  };
}

function object(fields: Readonly<Record<string, Check>>): Check {
  return (value, path) => {
    if (!isObject(value)) fail(path, 'an object');
    for (const [key, check] of Object.entries(fields)) check(value[key], path === 'the file' ? key : `${path}.${key}`);
  };
}

/** An interval's ends in their order; pages draw from one to the other. */
const interval: Check = (value, path) => {
  const { low, high } = value as { low: number | null; high: number | null };
  if (low !== null && high !== null && low > high) fail(path, 'an interval whose low is not above its high');
};

const estimate = both(object({ mean: number, low: bound, high: bound, replications: whole }), interval);

const difference = both(
  object({
    a: text,
    b: text,
    metric: text,
    mean: number,
    low: bound,
    high: bound,
    tolerance: optional(number),
    p: optional(bound),
    adjustedP: optional(bound),
  }),
  interval,
);

const because = object({
  rule: text,
  hop: text,
  header: text,
  words: text,
  condition: optional(text),
  source: optional(text),
});

const item = object({ words: text, count: optional(number), source: optional(text), closedForm: optional(flag) });

const alternative = object({
  name: text,
  axes: table(text),
  scheme: text,
  environment: text,
  placement: text,
  verdict: oneOf('allowed', 'restricted', 'refused'),
  because: list(because),
  connected: object({ fromPods: text, toPods: text, podAddressesVisible: flag }),
  changes: list(item),
  risks: list(item),
  wiring: object({ layer: text, traversal: text, isolation: text }),
  metrics: table(estimate),
  digests: list(text),
  trace: optional(text),
});

const metric = object({
  key: text,
  label: text,
  unit: text,
  better: oneOf('higher', 'lower', 'neither'),
  help: text,
  partOf: optional(text),
});

const recommendation = object({
  group: text,
  environment: text,
  alternative: textOrNull,
  level: list(text),
  because: list(object({ metric: text, eliminated: list(text), kept: list(text) })),
  otherwise: list(text),
  words: text,
});

const tippingPoint = object({
  environment: text,
  assumption: text,
  baseValue: number,
  unit: text,
  direction: oneOf('up', 'down'),
  factor: bound,
  value: bound,
  flipsTo: textOrNull,
  level: list(text),
  playsPart: flag,
  words: text,
});

const tipping = object({
  replications: whole,
  farthest: number,
  points: list(tippingPoint),
  skipped: list(object({ environment: text, words: text })),
});

const stopping = object({
  rule: text,
  metric: text,
  of: oneOf('values', 'differences'),
  halfWidth: number,
  relative: flag,
  pilot: whole,
  replications: whole,
  capped: flag,
});

const comparison = object({
  wavetank: text,
  scenario: object({ name: text, title: text, question: text, digest: text }),
  seed: text,
  replications: whole,
  confidence: betweenZeroAndOne,
  interrupted: flag,
  assumptions: list(text),
  leftOut: list(text),
  metrics: list(metric),
  alternatives: list(alternative, ALTERNATIVES_MAX),
  differences: list(difference, DIFFERENCES_MAX),
  decide: optional(list(text)),
  stopping: optional(stopping),
  recommendations: optional(list(recommendation)),
  tipping: optional(tipping),
  command: text,
});

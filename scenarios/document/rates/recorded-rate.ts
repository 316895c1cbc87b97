/**
 * A recorded rate of requests from a CSV file: a column of times, a column of requests a second, any others as labels.
 *
 * Rows of one instant are summed (one row for each container, say). Times are numbers in a stated unit or ISO 8601 with a zone, and rise. The
 * series that comes out begins at 0 and stands on a grid: the commonest distance of neighbours. Everything that is wrong is told with its line, and
 * then there is no series: a rate with a value missing or negative in the middle would be another load than the recorded one. A hole (an instant
 * of the grid without any row) is refused too, unless the caller says what it means.
 */
import type { RateSeries } from '../../../models/traffic/load/rate-shape.ts';
import { type CsvRow, csvTable } from './csv-rows.ts';

/** How a file is to be read. */
export interface RecordedRateOptions {
  /** Column of the times; if left out, the only one whose name has `time` or `date` in it. */
  readonly time?: string;
  /** Column of the requests a second; if left out, the only one named `value`, `qps`, `rps` or `rate`. */
  readonly value?: string;
  /** Unit of times that are numbers; seconds if left out. */
  readonly timeUnit?: keyof typeof UNIT_NS;
  /** Only rows whose columns have these values. */
  readonly where?: Readonly<Record<string, string>>;
  /** What an instant without rows means: a fault of the file, no requests, or what its neighbours say. `refuse` if left out. */
  readonly holes?: 'refuse' | 'zero' | 'interpolate';
  /** Between the samples; `step` if left out. */
  readonly between?: 'linear' | 'step';
  /** After the last sample; `hold` if left out. */
  readonly after?: 'hold' | 'repeat' | 'stop';
}

/** A file, by its name beside the scenario. */
export interface RateText {
  readonly name: string;
  readonly text: string;
}

/** What is wrong with a file, in one sentence. */
export interface RateFault {
  readonly file: string;
  /** Counted from 1; 0 where the whole file is meant. */
  readonly line: number;
  readonly message: string;
}

/** What came of a file. */
export interface RecordedRate {
  /** Undefined when there are problems. */
  readonly series?: RateSeries;
  /** What was read, in one sentence each. */
  readonly notes: readonly string[];
  readonly problems: readonly RateFault[];
}

const UNIT_NS = { ns: 1, us: 1e3, ms: 1e6, s: 1e9, min: 60e9 } as const;

/** More problems than this tell nobody anything. */
const PROBLEMS_MAX = 50;

/** A distance of so many steps of the grid is a hole. */
const HOLE_STEPS = 1.5;

const ISO_TIME = /^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})$/;

interface Sample {
  readonly line: number;
  readonly ns: number;
  readonly perSec: number;
}

/** Reads a file. Never throws for what it holds. */
export function readRecordedRate({ name, text }: RateText, options: RecordedRateOptions = {}): RecordedRate {
  if (text.trim() === '') return { notes: [], problems: [{ file: name, line: 1, message: 'The file is empty.' }] };
  const table = csvTable(text);
  const time = columnOf(table.columns, options.time, /time|date/i, 'time');
  const value = columnOf(table.columns, options.value, /^(?:value|qps|rps|rate)$/i, 'value');
  const missing = Object.keys(options.where ?? {}).filter((column) => !table.columns.includes(column));
  const wrong = [time, value].flatMap((one) => (typeof one === 'string' ? [] : [one.wrong]));
  wrong.push(...missing.map((column) => `there is no column ${column}; there are ${table.columns.join(', ')}`));
  if (wrong.length > 0 || typeof time !== 'string' || typeof value !== 'string')
    return { notes: [], problems: wrong.map((message) => ({ file: name, line: 1, message })) };
  const problems: RateFault[] = table.ragged.map((line) => ({
    file: name,
    line,
    message: `This line has not the ${table.columns.length} fields that the first line names.`,
  }));
  const rows = table.rows.filter(({ fields }) =>
    Object.entries(options.where ?? {}).every(([key, want]) => fields[key] === want),
  );
  const samples = rows.flatMap((row) => sampleOf(row, time, value, options, name, problems));
  problems.push(...repeated(rows, value, name));
  const sums = summed(samples, name, problems);
  if (sums.length === 0) problems.push({ file: name, line: 0, message: 'No row of this file can be used.' });
  return problems.length > 0
    ? { notes: [], problems: shortened(problems, name) }
    : onGrid(sums, options, name, samples.length);
}

function columnOf(
  columns: readonly string[],
  named: string | undefined,
  usual: RegExp,
  what: string,
): string | { wrong: string } {
  const all = columns.join(', ');
  if (named !== undefined)
    return columns.includes(named) ? named : { wrong: `there is no column ${named}; there are ${all}` };
  const fitting = columns.filter((column) => usual.test(column));
  if (fitting.length === 1) return fitting[0];
  const found = fitting.length === 0 ? 'none is' : `${fitting.join(' and ')} are`;
  return { wrong: `which column is the ${what}? ${found} named so; name it (${all})` };
}

function sampleOf(
  { line, fields }: CsvRow,
  time: string,
  value: string,
  { timeUnit = 's' }: RecordedRateOptions,
  file: string,
  problems: RateFault[],
): Sample[] {
  const ns = instantNs(fields[time], timeUnit);
  const perSec = fields[value] === '' ? Number.NaN : Number(fields[value]);
  const say = (message: string): void => {
    problems.push({ file, line, message });
  };
  if (!Number.isFinite(ns)) say(`${time} is "${fields[time]}"; a number or an ISO 8601 time with a zone is expected.`);
  if (fields[value] === '')
    say(
      `${value} is empty: a hole in the rate. Write 0 where nothing came, or leave the row out and say what holes mean.`,
    );
  else if (!Number.isFinite(perSec)) say(`${value} is "${fields[value]}"; requests a second are expected.`);
  else if (perSec < 0)
    say(`${value} is ${fields[value]}; a rate is 0 or more. A counter's reset must be taken out before.`);
  // A row with a wrong value still has its place in time, by which the next one is judged.
  return Number.isFinite(ns) ? [{ line, ns, perSec }] : [];
}

function instantNs(text: string, unit: keyof typeof UNIT_NS): number {
  if (ISO_TIME.test(text)) return Date.parse(text) * UNIT_NS.ms;
  return text === '' ? Number.NaN : Number(text) * UNIT_NS[unit];
}

/** Rows that differ in nothing but the value: one of them is too many. */
function repeated(rows: readonly CsvRow[], value: string, file: string): RateFault[] {
  const seen = new Map<string, number>();
  return rows.flatMap(({ line, fields }) => {
    const key = JSON.stringify({ ...fields, [value]: '' });
    const before = seen.get(key);
    if (before === undefined) seen.set(key, line);
    return before === undefined
      ? []
      : [{ file, line, message: `This row has the time and the labels of line ${before}; one of both is too many.` }];
  });
}

/** One sample for each instant. */
function summed(samples: readonly Sample[], file: string, problems: RateFault[]): Sample[] {
  const sums: Sample[] = [];
  for (const { line, ns, perSec } of samples) {
    const last = sums[sums.length - 1];
    if (last !== undefined && ns < last.ns) {
      problems.push({
        file,
        line,
        message: `The time goes back, from that of line ${last.line}. Sort the file by time.`,
      });
      continue;
    }
    if (last === undefined || ns > last.ns) sums.push({ line, ns, perSec });
    else sums[sums.length - 1] = { ...last, perSec: last.perSec + perSec };
  }
  return sums;
}

function onGrid(sums: readonly Sample[], options: RecordedRateOptions, file: string, rows: number): RecordedRate {
  const stepNs = commonestGap(sums);
  const { holes = 'refuse', between = 'step', after = 'hold' } = options;
  const [timesNs, perSec]: [number[], number[]] = [[0], [sums[0].perSec]];
  const problems: RateFault[] = [];
  let filled = 0;
  for (let i = 1; i < sums.length; i++) {
    const gapNs = sums[i].ns - sums[i - 1].ns;
    if (gapNs > HOLE_STEPS * stepNs) {
      if (holes === 'refuse')
        problems.push({
          file,
          line: sums[i].line,
          message: `A hole of ${gapNs / 1e9} s before this row, where every ${stepNs / 1e9} s is expected. Say whether holes are zero or interpolated.`,
        });
      filled += Math.round(gapNs / stepNs) - 1;
      // In a linear series neighbours are joined by themselves; in steps the middle of a hole belongs to the later one.
      if (holes === 'zero')
        put(
          timesNs,
          perSec,
          [sums[i - 1].ns + stepNs, sums[i].ns - (between === 'linear' ? stepNs : 0)],
          sums[0].ns,
          0,
        );
      else if (between === 'step') fillBetween(timesNs, perSec, sums[i - 1], sums[i], stepNs, sums[0].ns);
    }
    if (timesNs[timesNs.length - 1] === Math.round(sums[i].ns - sums[0].ns)) perSec[perSec.length - 1] = sums[i].perSec;
    else put(timesNs, perSec, [sums[i].ns], sums[0].ns, sums[i].perSec);
  }
  if (problems.length > 0) return { notes: [], problems: shortened(problems, file) };
  const lengthSec = (sums[sums.length - 1].ns - sums[0].ns) / 1e9;
  const notes = [
    `${file}: ${rows} rows, ${sums.length} instants over ${lengthSec} s, one every ${stepNs / 1e9} s.`,
    ...(filled > 0
      ? [
          `${file}: ${filled} instants without rows, taken as ${holes === 'zero' ? '0' : 'what lies between their neighbours'}.`,
        ]
      : []),
  ];
  return { series: { kind: 'series', timesNs, perSec, between, after }, notes, problems: [] };
}

function put(timesNs: number[], perSec: number[], atNs: readonly number[], originNs: number, rate: number): void {
  for (const ns of atNs) {
    const time = Math.round(ns - originNs);
    if (time <= timesNs[timesNs.length - 1]) continue;
    timesNs.push(time);
    perSec.push(rate);
  }
}

function fillBetween(
  timesNs: number[],
  perSec: number[],
  from: Sample,
  to: Sample,
  stepNs: number,
  originNs: number,
): void {
  const steps = Math.round((to.ns - from.ns) / stepNs);
  for (let k = 1; k < steps; k++) {
    const share = k / steps;
    put(
      timesNs,
      perSec,
      [from.ns + share * (to.ns - from.ns)],
      originNs,
      from.perSec + share * (to.perSec - from.perSec),
    );
  }
}

/** The distance that most neighbours have; of equally common ones the shortest. A second where there is one instant only. */
function commonestGap(sums: readonly Sample[]): number {
  const counts = new Map<number, number>();
  for (let i = 1; i < sums.length; i++) {
    const gap = sums[i].ns - sums[i - 1].ns;
    counts.set(gap, (counts.get(gap) ?? 0) + 1);
  }
  return [...counts].sort(([a, countA], [b, countB]) => countB - countA || a - b)[0]?.[0] ?? UNIT_NS.s;
}

function shortened(problems: readonly RateFault[], file: string): RateFault[] {
  const sorted = [...problems].sort((a, b) => a.line - b.line);
  const rest = sorted.length - PROBLEMS_MAX;
  return rest <= 0 ? sorted : [...sorted.slice(0, PROBLEMS_MAX), { file, line: 0, message: `… and ${rest} more.` }];
}

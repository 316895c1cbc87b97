/**
 * Schedules of CronJobs as people write them: five fields, or a name such as `@hourly`.
 *
 * Source: robfig/cron v3, `ParseStandard`, which Kubernetes 1.34 uses, and `pkg/apis/batch/validation`: minute, hour, day of the month, month, day
 * of the week; lists, ranges, steps (`5/15` goes on to the end), names of months and days. Where both fields of days are restricted, a day that
 * meets either of them counts; `*` and `?` restrict nothing, a star with a step does. Nothing within five years: it never comes. UTC.
 * Leaves out: `timeZone` (other zones and their changes of the clock), a star followed by a range (`*-5`), which robfig reads as a star.
 */
import { civilTimeOf, DAY_SECONDS, dayNumberOf } from './civil-time.ts';

/** A schedule that was understood. */
export interface CronSchedule {
  /** The first instant after one, both in whole seconds since 1970 UTC; Infinity: none within five years. */
  nextAfter(seconds: number): number;
}

/** What is wrong with a schedule. */
export interface CronFault {
  readonly message: string;
  readonly expected: string;
  readonly got: string;
}

/** Either. */
export type CronReading =
  | { readonly ok: true; readonly schedule: CronSchedule }
  | { readonly ok: false; readonly fault: CronFault };

interface FieldRule {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names of values, from `min` on. */
  readonly names?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const FIELDS: readonly FieldRule[] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of the month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, names: MONTHS },
  { name: 'day of the week', min: 0, max: 6, names: DAYS },
];

/** What names stand for. */
const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const EVERY = '@every ';
const DURATION_PART = /^(\d+(?:\.\d+)?)(h|m|s)/;
const SECONDS_OF: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };
/** Beyond this many years nothing is looked for. */
const YEARS = 5;

/** The values that a field allows. */
interface Allowed {
  readonly values: ReadonlySet<number>;
  readonly isStar: boolean;
}

class Refused extends Error {
  readonly fault: CronFault;
  constructor(message: string, expected: string, got: string) {
    super(message);
    this.fault = { message, expected, got };
  }
}

/** Reads a schedule; tells what is wrong with one that the API server would refuse. */
export function readCronSchedule(text: string): CronReading {
  try {
    return { ok: true, schedule: scheduleOf(text.trim()) };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, fault: error.fault };
    throw error;
  }
}

function scheduleOf(text: string): CronSchedule {
  if (/^(?:CRON_)?TZ=/.test(text)) throw new Refused('a schedule holds no time zone', 'five fields, in UTC', text);
  if (text.startsWith(EVERY)) return new Interval(secondsOf(text.slice(EVERY.length), text));
  if (text.startsWith('@')) {
    const fields = DESCRIPTORS[text];
    if (fields !== undefined) return scheduleOf(fields);
    throw new Refused('a name that is not known', [...Object.keys(DESCRIPTORS), '@every 1h30m'].join(', '), text);
  }
  const parts = text.split(/\s+/).filter((part) => part !== '');
  if (parts.length !== FIELDS.length)
    throw new Refused('not five fields', 'minute, hour, day of the month, month, day of the week', text);
  const [minutes, hours, days, months, weekdays] = parts.map((part, at) => fieldOf(part, FIELDS[at]!));
  return new Fields(minutes!, hours!, days!, months!, weekdays!);
}

function secondsOf(duration: string, text: string): number {
  let rest = duration;
  let seconds = 0;
  while (rest !== '') {
    const part = DURATION_PART.exec(rest);
    if (part === null) throw new Refused('a time that is not understood', 'a time such as 1h30m', text);
    seconds += Number(part[1]) * SECONDS_OF[part[2]!]!;
    rest = rest.slice(part[0].length);
  }
  return Math.max(1, Math.floor(seconds));
}

/** A list of ranges. */
function fieldOf(text: string, rule: FieldRule): Allowed {
  const values = new Set<number>();
  let isStar = false;
  for (const range of text.split(',')) {
    if (range === '') continue;
    const { from, to, step, star } = rangeOf(range, rule);
    for (let value = from; value <= to; value += step) values.add(value);
    if (star && step === 1) isStar = true;
  }
  if (values.size === 0) throw refused(rule, text);
  return { values, isStar };
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly star: boolean;
}

function rangeOf(text: string, rule: FieldRule): Range {
  const [ends, stepText, ...more] = text.split('/');
  const [low, high, ...others] = ends!.split('-');
  if (more.length > 0 || others.length > 0) throw refused(rule, text);
  const step = stepText === undefined ? 1 : numberOf(stepText, text, rule);
  if (step === 0) throw new Refused(`a step of 0 in the ${rule.name}`, 'a step of 1 or more', text);
  if (low === '*' || low === '?') {
    if (high !== undefined) throw refused(rule, text);
    return { from: rule.min, to: rule.max, step, star: true };
  }
  const from = endOf(low!, text, rule);
  const last = stepText === undefined ? from : rule.max;
  const to = high === undefined ? last : endOf(high, text, rule);
  if (from > to) throw new Refused(`the ${rule.name} ends before it begins`, 'the smaller one first', text);
  return { from, to, step, star: false };
}

function endOf(text: string, range: string, rule: FieldRule): number {
  const named = rule.names?.indexOf(text.toLowerCase()) ?? -1;
  if (named >= 0) return rule.min + named;
  const value = numberOf(text, range, rule);
  if (value < rule.min || value > rule.max) throw refused(rule, range);
  return value;
}

function numberOf(text: string, range: string, rule: FieldRule): number {
  if (!/^\d{1,9}$/.test(text)) throw refused(rule, range);
  return Number(text);
}

function refused({ name, min, max, names }: FieldRule, got: string): Refused {
  const spelled = names === undefined ? '' : `, or ${names[0]} to ${names.at(-1)}`;
  return new Refused(
    `not ${name === 'hour' ? 'an' : 'a'} ${name}`,
    `${min} to ${max}${spelled}, as *, 5, 1-5, */2 or 1,3`,
    got,
  );
}

/** `@every`: so long after the instant before, in whole seconds. */
class Interval implements CronSchedule {
  readonly #seconds: number;

  constructor(seconds: number) {
    this.#seconds = seconds;
  }

  nextAfter(seconds: number): number {
    return Math.floor(seconds) + this.#seconds;
  }
}

/** Five fields. */
class Fields implements CronSchedule {
  readonly #minutes: readonly number[];
  readonly #hours: readonly number[];
  readonly #days: Allowed;
  readonly #months: Allowed;
  readonly #weekdays: Allowed;

  constructor(minutes: Allowed, hours: Allowed, days: Allowed, months: Allowed, weekdays: Allowed) {
    this.#minutes = inOrder(minutes);
    this.#hours = inOrder(hours);
    this.#days = days;
    this.#months = months;
    this.#weekdays = weekdays;
  }

  nextAfter(seconds: number): number {
    const fromSeconds = (Math.floor(seconds / 60) + 1) * 60;
    const from = civilTimeOf(fromSeconds);
    const firstDay = Math.floor(fromSeconds / DAY_SECONDS);
    const lastDay = dayNumberOf(from.year + YEARS + 1, 1, 1);
    for (let day = firstDay; day < lastDay; day++) {
      if (!this.#meets(day)) continue;
      const afterMinute = day === firstDay ? from.hour * 60 + from.minute : 0;
      const minute = this.#minuteFrom(afterMinute);
      if (minute !== undefined) return day * DAY_SECONDS + minute * 60;
    }
    return Number.POSITIVE_INFINITY;
  }

  #meets(dayNumber: number): boolean {
    const { month, day, weekday } = civilTimeOf(dayNumber * DAY_SECONDS);
    if (!this.#months.values.has(month)) return false;
    const [byDay, byWeekday] = [this.#days.values.has(day), this.#weekdays.values.has(weekday)];
    return this.#days.isStar || this.#weekdays.isStar ? byDay && byWeekday : byDay || byWeekday;
  }

  /** The first minute of a day at or after one; undefined: that day has none any more. */
  #minuteFrom(minute: number): number | undefined {
    for (const hour of this.#hours) {
      if (hour < Math.floor(minute / 60)) continue;
      const from = hour === Math.floor(minute / 60) ? minute % 60 : 0;
      const found = this.#minutes.find((each) => each >= from);
      if (found !== undefined) return hour * 60 + found;
    }
    return undefined;
  }
}

function inOrder({ values }: Allowed): number[] {
  return [...values].sort((a, b) => a - b);
}

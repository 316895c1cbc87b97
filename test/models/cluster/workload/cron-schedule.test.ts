import { describe, expect, it } from 'vitest';
import { civilTimeOf, dayNumberOf } from '../../../../models/cluster/workload/civil-time.ts';
import { readCronSchedule } from '../../../../models/cluster/workload/cron-schedule.ts';
import { Stream } from '../../../../sim/random/stream.ts';

const MINUTE = 60;
const DAY = 86_400;

/** Seconds since 1970 of a time that the engine's own calendar reads. */
const at = (iso: string): number => Date.parse(iso) / 1000;
const iso = (seconds: number): string =>
  Number.isFinite(seconds) ? new Date(seconds * 1000).toISOString().slice(0, 16) : 'never';

function next(text: string, after: string): string {
  const reading = readCronSchedule(text);
  if (!reading.ok) throw new Error(JSON.stringify(reading.fault));
  return iso(reading.schedule.nextAfter(at(after)));
}

describe('dates', () => {
  it("are those of the engine's calendar, from 1900 to 2200", () => {
    for (let day = -25_567; day < 84_006; day += 1) {
      const date = new Date(day * DAY * 1000);
      const civil = civilTimeOf(day * DAY);
      const [year, month, dayOfMonth] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
      if (
        civil.year !== year ||
        civil.month !== month ||
        civil.day !== dayOfMonth ||
        civil.weekday !== date.getUTCDay()
      )
        expect(civil, date.toISOString()).toEqual({ year, month, day: dayOfMonth, weekday: date.getUTCDay() });
      if (dayNumberOf(year, month, dayOfMonth) !== day) expect(dayNumberOf(year, month, dayOfMonth)).toBe(day);
    }
  });

  it('have minutes', () => {
    expect(civilTimeOf(at('2026-02-28T23:59:59Z'))).toMatchObject({ month: 2, day: 28, hour: 23, minute: 59 });
    expect(civilTimeOf(at('2024-02-29T00:00:00Z'))).toMatchObject({ month: 2, day: 29, hour: 0, minute: 0 });
  });
});

describe('a schedule', () => {
  // The cases of robfig/cron's own tests, and of the documentation of Kubernetes.
  it.each([
    ['* * * * *', '2026-07-09T14:45:00Z', '2026-07-09T14:46'],
    ['* * * * *', '2026-07-09T14:59:59Z', '2026-07-09T15:00'],
    ['0/15 * * * *', '2012-07-09T14:45:00Z', '2012-07-09T15:00'],
    ['20-35/15 * * * *', '2012-07-09T14:46:00Z', '2012-07-09T15:20'],
    ['5/20 * * * *', '2012-07-09T14:46:00Z', '2012-07-09T15:05'],
    ['*/15 0 * * *', '2012-07-09T23:46:00Z', '2012-07-10T00:00'],
    ['0 0 9 APR-OCT *', '2012-10-10T00:00:00Z', '2013-04-09T00:00'],
    ['30 23 * * MON', '2012-07-09T23:35:00Z', '2012-07-16T23:30'],
    ['0 0 29 feb ?', '2012-02-29T00:00:00Z', '2016-02-29T00:00'],
    ['0 3 * * 1', '2026-01-05T00:00:00Z', '2026-01-05T03:00'],
    ['@yearly', '2026-01-05T00:00:00Z', '2027-01-01T00:00'],
    ['@monthly', '2026-01-31T12:00:00Z', '2026-02-01T00:00'],
    ['@weekly', '2026-01-05T00:00:00Z', '2026-01-11T00:00'],
    ['@daily', '2026-01-05T00:00:00Z', '2026-01-06T00:00'],
    ['@hourly', '2026-01-05T00:00:00Z', '2026-01-05T01:00'],
    ['@every 1h30m', '2026-01-05T00:00:00Z', '2026-01-05T01:30'],
    ['0 0 31 2 *', '2026-01-05T00:00:00Z', 'never'],
    ['0 0 31 apr *', '2026-01-05T00:00:00Z', 'never'],
  ])('%s after %s', (text, after, expected) => {
    expect(next(text, after)).toBe(expected);
  });

  it('with two fields of days takes a day that meets either', () => {
    // The thirteenth, or any Friday.
    expect(next('0 0 13 * 5', '2026-01-05T00:00:00Z')).toBe('2026-01-09T00:00');
    expect(next('0 0 13 * 5', '2026-01-09T00:00:00Z')).toBe('2026-01-13T00:00');
    // A star with a step is a restriction: each second day of the month, or a Sunday.
    expect(next('0 0 */2 * sun', '2026-01-03T00:00:00Z')).toBe('2026-01-04T00:00');
    // A star is none: Sundays.
    expect(next('0 0 */1 * sun', '2026-01-05T00:00:00Z')).toBe('2026-01-11T00:00');
    expect(next('0 0 ? * sun', '2026-01-05T00:00:00Z')).toBe('2026-01-11T00:00');
  });

  it.each([
    ['', 'not five fields'],
    ['* * * *', 'not five fields'],
    ['0 * * * * *', 'not five fields'],
    ['60 * * * *', 'not a minute'],
    ['* 24 * * *', 'not an hour'],
    ['* * 0 * *', 'not a day of the month'],
    ['* * 32 * *', 'not a day of the month'],
    ['* * * 13 *', 'not a month'],
    ['* * * * 7', 'not a day of the week'],
    ['* * * foo *', 'not a month'],
    ['5-1 * * * *', 'the minute ends before it begins'],
    ['*/0 * * * *', 'a step of 0 in the minute'],
    ['1-2-3 * * * *', 'not a minute'],
    ['1/2/3 * * * *', 'not a minute'],
    ['-5 * * * *', 'not a minute'],
    ['*-5 * * * *', 'not a minute'],
    [', * * * *', 'not a minute'],
    ['@fortnightly', 'a name that is not known'],
    ['@every soon', 'a time that is not understood'],
    ['TZ=Europe/Berlin 0 3 * * *', 'a schedule holds no time zone'],
  ])('%s is refused', (text, message) => {
    const reading = readCronSchedule(text);
    expect(reading.ok ? 'accepted' : reading.fault.message).toBe(message);
  });

  it('agrees with trying every minute, on random fields', () => {
    const random = new Stream('test', 'cron', 'fields');
    for (let trial = 0; trial < 120; trial++) {
      const drawn = LIMITS.map(([min, max]) => drawnField(random, min, max));
      const text = drawn.map(({ text }) => text).join(' ');
      const reading = readCronSchedule(text);
      if (!reading.ok) throw new Error(`${text}: ${JSON.stringify(reading.fault)}`);
      let seconds = at('2027-12-01T00:00:00Z') + random.below(90 * DAY);
      for (let step = 0; step < 4; step++) {
        const found = reading.schedule.nextAfter(seconds);
        // Every minute of 400 days; most schedules come within hours.
        const plain = firstMinute(seconds, drawn);
        if (plain === undefined) {
          expect(found, text).toBeGreaterThan(seconds + 400 * DAY);
          break;
        }
        if (found !== plain) expect(`${text} ${iso(found)}`).toBe(`${text} ${iso(plain)}`);
        seconds = found;
      }
    }
  });
});

const LIMITS = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
] as const;

/** A field as somebody might write it, and what it means by its own definition. */
interface Drawn {
  readonly text: string;
  readonly isStar: boolean;
  has(value: number): boolean;
}

function drawnField(random: Stream, min: number, max: number): Drawn {
  if (random.below(3) === 0) return { text: '*', isStar: true, has: () => true };
  const parts = Array.from({ length: 1 + random.below(2) }, () => drawnRange(random, min, max));
  return {
    text: parts.map(({ text }) => text).join(','),
    isStar: false,
    has: (value) => parts.some((part) => part.has(value)),
  };
}

function drawnRange(random: Stream, min: number, max: number): Omit<Drawn, 'isStar'> {
  const low = min + random.below(max - min + 1);
  const high = low + random.below(max - low + 1);
  const step = 2 + random.below(6);
  const within = (value: number, from: number, to: number, by: number): boolean =>
    value >= from && value <= to && (value - from) % by === 0;
  const forms: readonly Omit<Drawn, 'isStar'>[] = [
    { text: `${low}`, has: (value) => value === low },
    { text: `${low}-${high}`, has: (value) => within(value, low, high, 1) },
    { text: `${low}-${high}/${step}`, has: (value) => within(value, low, high, step) },
    { text: `${low}/${step}`, has: (value) => within(value, low, max, step) },
    { text: `*/${step}`, has: (value) => within(value, min, max, step) },
  ];
  return forms[random.below(forms.length)]!;
}

function firstMinute(after: number, [minute, hour, day, month, weekday]: readonly Drawn[]): number | undefined {
  const first = (Math.floor(after / MINUTE) + 1) * MINUTE;
  for (let seconds = first; seconds < after + 400 * DAY; ) {
    const date = new Date(seconds * 1000);
    const byDay = day!.has(date.getUTCDate());
    const byWeekday = weekday!.has(date.getUTCDay());
    const isDay =
      month!.has(date.getUTCMonth() + 1) && (day!.isStar || weekday!.isStar ? byDay && byWeekday : byDay || byWeekday);
    if (!isDay) seconds = (Math.floor(seconds / DAY) + 1) * DAY;
    else if (hour!.has(date.getUTCHours()) && minute!.has(date.getUTCMinutes())) return seconds;
    else seconds += MINUTE;
  }
  return undefined;
}

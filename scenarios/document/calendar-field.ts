/** Leaves of the document's schema that speak of the calendar: an instant in UTC, and the schedule of a CronJob. */
import { z } from 'zod';
import { civilTimeOf, DAY_SECONDS, dayNumberOf } from '../../models/cluster/workload/civil-time.ts';
import { readCronSchedule } from '../../models/cluster/workload/cron-schedule.ts';
import type { Refusal } from './field.ts';

const INSTANT = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})Z$/;
const EXAMPLE = '2026-01-05T00:00Z';

/** A minute of the calendar in UTC, parsed to seconds since 1970. */
export const instant = () =>
  z
    .string()
    .transform((text, context): number => {
      const seconds = secondsOf(text);
      if (seconds !== undefined) return seconds;
      const refusal: Refusal = {
        message: 'not an instant',
        expected: `a date and a time in UTC, such as ${EXAMPLE}`,
        hint: `write it as ${EXAMPLE}`,
      };
      context.issues.push({ code: 'custom', input: text, message: refusal.message, params: { refusal } });
      return z.NEVER;
    })
    .meta({ type: 'string', pattern: INSTANT.source, examples: [EXAMPLE] });

function secondsOf(text: string): number | undefined {
  const [year, month, day, hour, minute] = (INSTANT.exec(text) ?? []).slice(1).map(Number);
  if (year === undefined || hour! > 23 || minute! > 59) return undefined;
  const seconds = dayNumberOf(year, month!, day!) * DAY_SECONDS + hour! * 3600 + minute! * 60;
  // The 30th of February would be a day of March.
  const read = civilTimeOf(seconds);
  return read.month === month && read.day === day ? seconds : undefined;
}

/** A schedule of a CronJob, kept as it is written. */
export const cronSchedule = () =>
  z
    .string()
    .superRefine((text, context) => {
      const refusal = refusalOf(text);
      if (refusal === undefined) return;
      context.addIssue({ code: 'custom', input: text, message: refusal.message, params: { refusal } });
    })
    .meta({ examples: ['*/5 * * * *', '0 3 * * mon-fri', '@hourly'] });

function refusalOf(text: string): Refusal | undefined {
  if (text.startsWith('@every'))
    return { message: 'a period is no schedule', expected: 'five fields, or a name', hint: 'write every: 90s instead' };
  const reading = readCronSchedule(text);
  if (reading.ok) return undefined;
  const { message, expected, got } = reading.fault;
  const hint = /^\S*7/.test(got) && message.includes('week') ? 'Sunday is 0' : 'write it as 0 3 * * 1-5';
  return { message: got === text ? message : `${message}: ${got}`, expected, hint };
}

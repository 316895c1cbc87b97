/**
 * Dates and times of day in UTC, from seconds since 1970 and back.
 *
 * Source: the Gregorian calendar, counted in eras of 400 years that begin in March, so that the leap day is the last of a year. Leaves out: leap
 * seconds (POSIX time has none), time zones.
 */

/** A minute of the calendar, in UTC. */
export interface CivilTime {
  readonly year: number;
  /** 1: January. */
  readonly month: number;
  /** Of the month, from 1 on. */
  readonly day: number;
  /** 0: Sunday. */
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
}

/** Seconds of a day. */
export const DAY_SECONDS = 86_400;

const ERA_DAYS = 146_097;
const ERA_YEARS = 400;
/** Days from the first of March of year 0 to the first of January 1970. */
const EPOCH_DAYS = 719_468;
/** 1 January 1970 was a Thursday. */
const EPOCH_WEEKDAY = 4;

/** Days since 1 January 1970 of a date; the date is taken as it stands, so 31 February is a day of March. */
export function dayNumberOf(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / ERA_YEARS);
  const yearOfEra = shifted - era * ERA_YEARS;
  const monthFromMarch = (month + 9) % 12;
  const dayOfYear = Math.floor((153 * monthFromMarch + 2) / 5) + day - 1;
  const leaps = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  return era * ERA_DAYS + yearOfEra * 365 + leaps + dayOfYear - EPOCH_DAYS;
}

/** The minute that an instant lies in; `seconds` since 1 January 1970. */
export function civilTimeOf(seconds: number): CivilTime {
  const dayNumber = Math.floor(seconds / DAY_SECONDS);
  const days = dayNumber + EPOCH_DAYS;
  const era = Math.floor(days / ERA_DAYS);
  const dayOfEra = days - era * ERA_DAYS;
  const leapDays = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const minutes = Math.floor((seconds - dayNumber * DAY_SECONDS) / 60);
  return {
    year: yearOfEra + era * ERA_YEARS + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
    weekday: (((dayNumber + EPOCH_WEEKDAY) % 7) + 7) % 7,
    hour: Math.floor(minutes / 60),
    minute: minutes % 60,
  };
}

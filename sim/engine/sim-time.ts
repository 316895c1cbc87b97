/**
 * Simulated time: an integer count of nanoseconds in a JavaScript number.
 *
 * Integers make equal times really equal (no epsilon) and results the same on every machine. Left out: calendars,
 * time zones and leap seconds; time 0 is the start of the run.
 */

import { assert } from './assert.ts';

/** Nanoseconds since the start of the run; an integer from 0 to `TIME_NS_MAX`. */
export type TimeNs = number;

/** Nanoseconds in a microsecond. */
export const NS_PER_US = 1e3;
/** Nanoseconds in a millisecond. */
export const NS_PER_MS = 1e6;
/** Nanoseconds in a second. */
export const NS_PER_SECOND = 1e9;

/**
 * The last instant that can be simulated: about 104 days. Up to here every nanosecond is a number of its own;
 * beyond 2^53 neighbours would merge and ties would be luck.
 */
export const TIME_NS_MAX = 9_007_199_254_740_991;

/** Whole nanoseconds nearest to `seconds`. Asserts that the result is a time or a delay that can be simulated. */
export function secondsToNs(seconds: number): TimeNs {
  const ns = Math.round(seconds * NS_PER_SECOND);
  assert(ns >= 0 && ns <= TIME_NS_MAX, () => `time out of range: ${seconds} s`);
  return ns;
}

/** Seconds as a double; exact to one part in 2^53. */
export function nsToSeconds(ns: TimeNs): number {
  return ns / NS_PER_SECOND;
}

/** The units that people read, largest first. */
const SHOWN_UNITS = [
  { name: 's', ns: NS_PER_SECOND },
  { name: 'ms', ns: NS_PER_MS },
  { name: 'us', ns: NS_PER_US },
  { name: 'ns', ns: 1 },
] as const;

/** For people: at most four significant digits in the largest fitting unit, such as `12.5 s` or `250 us`. */
export function formatTime(ns: TimeNs): string {
  if (!Number.isFinite(ns)) return String(ns);
  const size = Math.abs(ns);
  const unit = SHOWN_UNITS.find((each) => size >= each.ns) ?? (size === 0 ? SHOWN_UNITS[0] : SHOWN_UNITS[3]);
  const value = ns / unit.ns;
  // Large values keep all their whole digits: "86400 s" must not become "8.64e+4 s".
  const shown = Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(4));
  return `${shown} ${unit.name}`;
}

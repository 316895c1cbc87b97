/** Simulated time as people read and write it. */

const NS_PER_SECOND = 1e9;
const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  min: 60e9,
  h: 3600e9,
  d: 86_400e9,
};

/** A time for the screen, cut and not rounded: `12.500 s`, `3:05.200`, `1:02:03.5`. */
export function timeText(timeNs: number): string {
  const seconds = Math.floor(timeNs / NS_PER_SECOND);
  const fraction = (digits: number): string => digitsAfter(timeNs - seconds * NS_PER_SECOND, digits);
  if (seconds < 60) return `${seconds}.${fraction(seconds < 10 ? 4 : 3)} s`;
  const rest = String(seconds % 60).padStart(2, '0');
  const minutes = Math.floor(seconds / 60) % 60;
  if (seconds < 3600) return `${minutes}:${rest}.${fraction(3)}`;
  return `${Math.floor(seconds / 3600)}:${String(minutes).padStart(2, '0')}:${rest}.${fraction(1)}`;
}

function digitsAfter(ns: number, digits: number): string {
  return String(ns).padStart(9, '0').slice(0, digits);
}

/** A time without loss, for permalinks: seconds with as many digits as it takes. */
export function exactTime(timeNs: number): string {
  const seconds = Math.floor(timeNs / NS_PER_SECOND);
  const rest = String(timeNs - seconds * NS_PER_SECOND)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return rest ? `${seconds}.${rest}s` : `${seconds}s`;
}

/** Reads `12.5s`, `12m30s`, `250ms`, `3:05`, or a bare number of seconds; `null` when it is none of them. */
export function parseTime(words: string): number | null {
  const text = words.trim().toLowerCase();
  if (/^\d+(:\d{1,2}){1,2}(\.\d+)?$/.test(text)) return clockTime(text);
  if (/^\d+(\.\d+)?$/.test(text)) return exactSeconds(text);
  if (!/^(\d+(\.\d+)?\s*(ns|us|µs|ms|s|min|m|h|d)\s*)+$/.test(text)) return null;
  let total = 0;
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d+)?)\s*(ns|us|µs|ms|s|min|m|h|d)/g)) {
    total += unit === 's' ? exactSeconds(number) : Math.round(Number(number) * UNITS[unit]);
  }
  return total;
}

/** Digits are moved, not multiplied, so that every nanosecond survives the round trip. */
function exactSeconds(number: string): number {
  const [whole, fraction = ''] = number.split('.');
  return Number(whole) * NS_PER_SECOND + Number(fraction.slice(0, 9).padEnd(9, '0'));
}

function clockTime(text: string): number {
  const parts = text.split(':');
  const seconds = exactSeconds(parts[parts.length - 1]);
  const minutes = Number(parts[parts.length - 2]);
  const hours = parts.length === 3 ? Number(parts[0]) : 0;
  return seconds + (minutes * 60 + hours * 3600) * NS_PER_SECOND;
}

/** Speed as simulated time per second: `1 s/s`, `2 ms/s`, `5 min/s`. */
export function speedText(speed: number): string {
  if (speed >= 3600) return `${trim(speed / 3600)} h/s`;
  if (speed >= 60) return `${trim(speed / 60)} min/s`;
  if (speed >= 1) return `${trim(speed)} s/s`;
  if (speed >= 1e-3) return `${trim(speed * 1e3)} ms/s`;
  return `${trim(speed * 1e6)} µs/s`;
}

function trim(value: number): string {
  return String(Number(value.toPrecision(2)));
}

/** Messages and what they carried, counted as the recording counts them, beside the spread of our runs. */
import type { Quantity } from '../quantity.ts';
import { COUNT_NAMES, type CountName, type MessageCounts, type RecordedWindow } from './recorded.ts';
import type { SimMessage, SimWindow } from './run.ts';
import { isWithin, placeAmong, spreadOf, widthOf } from './spread.ts';

/** How a window's counts are judged. */
export interface CountRule {
  /** So much more room around the range of our runs, as a share of the recorded count of UPDATEs and prefixes. */
  readonly room: number;
  /** The same for a single direction. */
  readonly directionRoom: number;
  /** Where repeats vary: the pool that totals of UPDATEs go to, and the largest width of our own spread, as a share. */
  readonly pool?: { readonly name: string; readonly width: number };
}

/** Connections may collide: so many more OPENs and NOTIFICATIONs were seen. */
const COLLISIONS = 6;
/** Share of the directions whose count must lie in our range. */
const DIRECTIONS_SHARE = 0.95;

/** Bytes of an OPEN of a node: how many there are is chance, like the number of keepalives. */
export type OpenBytes = (node: string) => number;

const NONE: MessageCounts = {
  OPEN: 0,
  UPDATE_routes: 0,
  UPDATE_eor: 0,
  KEEPALIVE: 0,
  NOTIFICATION: 0,
  nlri_announced: 0,
  nlri_withdrawn: 0,
  bytes: 0,
};

/** Counts of one of our windows. */
export interface WindowCounts {
  readonly total: MessageCounts;
  /** By `a>b`. */
  readonly directions: ReadonlyMap<string, MessageCounts>;
}

/** Counts the messages of a window. */
export function countsOf({ messages }: Pick<SimWindow, 'messages'>): WindowCounts {
  const directions = new Map<string, MessageCounts>();
  let total = NONE;
  for (const message of messages) {
    const key = `${message.from}>${message.to}`;
    directions.set(key, plus(directions.get(key) ?? NONE, message));
    total = plus(total, message);
  }
  return { total, directions };
}

function plus(counts: MessageCounts, message: SimMessage): MessageCounts {
  const { kind, endOfRib, announced, withdrawn } = message;
  const one = (is: boolean): number => (is ? 1 : 0);
  return {
    OPEN: counts.OPEN + one(kind === 'open'),
    UPDATE_routes: counts.UPDATE_routes + one(kind === 'update' && !endOfRib),
    UPDATE_eor: counts.UPDATE_eor + one(kind === 'update' && endOfRib),
    KEEPALIVE: counts.KEEPALIVE + one(kind === 'keepalive'),
    NOTIFICATION: counts.NOTIFICATION + one(kind === 'notification'),
    nlri_announced: counts.nlri_announced + announced.length,
    nlri_withdrawn: counts.nlri_withdrawn + withdrawn.length,
    bytes: counts.bytes + message.bytes,
  };
}

/** All counts of one window. Bytes are those of UPDATEs alone. */
export function countQuantities(
  label: string,
  recorded: RecordedWindow,
  windows: readonly SimWindow[],
  rule: CountRule,
  openBytes: OpenBytes,
): readonly Quantity[] {
  const seen = ofUpdates({ total: recorded.total, directions: recorded.counts }, openBytes);
  const ours = windows.map((window) => ofUpdates(countsOf(window), openBytes));
  return COUNT_NAMES.flatMap((name) => {
    const told = name === 'bytes' ? 'bytes of UPDATEs' : name;
    return [
      totalQuantity(`${label}: ${told}`, name, seen, ours, rule),
      directionQuantity(`${label}: ${told}`, name, seen, ours, rule),
    ];
  });
}

/** Takes the bytes of other messages off. */
function ofUpdates({ total, directions }: WindowCounts, openBytes: OpenBytes): WindowCounts {
  let sum = 0;
  const less = new Map<string, MessageCounts>();
  for (const [key, counts] of directions) {
    const others = 19 * counts.KEEPALIVE + 21 * counts.NOTIFICATION + openBytes(key.split('>')[0]!) * counts.OPEN;
    const bytes = Math.max(0, counts.bytes - others);
    less.set(key, { ...counts, bytes });
    sum += bytes;
  }
  return { total: { ...total, bytes: sum }, directions: less };
}

function totalQuantity(
  title: string,
  name: CountName,
  recorded: WindowCounts,
  ours: readonly WindowCounts[],
  rule: CountRule,
): Quantity {
  const observed = recorded.total[name];
  const samples = ours.map(({ total }) => total[name]);
  const room = roomOf(name, observed, recorded.directions.size, rule);
  const quantity = {
    name: title,
    observed,
    simulated: spreadOf(samples),
    tolerance: `in our range, ${room} more on both sides`,
    agree: isWithin(observed, samples, room),
  };
  if (rule.pool === undefined || name !== 'UPDATE_routes') return quantity;
  const widest = rule.pool.width * Math.max(observed, 1);
  return {
    ...quantity,
    tolerance: `${quantity.tolerance}; evenly spread places over the family; our 5-95 % width at most ${widest}`,
    agree: quantity.agree && widthOf(samples) <= widest,
    pool: { name: rule.pool.name, places: [placeAmong(title, observed, samples, 0)] },
  };
}

/** How much more than our own range is allowed for a total. */
function roomOf(name: CountName, observed: number, directions: number, { room }: CountRule): number {
  if (name === 'OPEN' || name === 'NOTIFICATION') return COLLISIONS;
  // How long an event was watched is known to half an interval.
  if (name === 'KEEPALIVE') return directions;
  if (name === 'UPDATE_eor') return 0;
  return Math.floor(room * observed);
}

function directionQuantity(
  title: string,
  name: CountName,
  recorded: WindowCounts,
  ours: readonly WindowCounts[],
  rule: CountRule,
): Quantity {
  const keys = [
    ...new Set([...recorded.directions.keys(), ...ours.flatMap(({ directions }) => [...directions.keys()])]),
  ];
  const wrong: Record<string, number> = {};
  const simulated: Record<string, readonly [number, number]> = {};
  for (const key of keys.sort()) {
    const observed = recorded.directions.get(key)?.[name] ?? 0;
    const samples = ours.map(({ directions }) => directions.get(key)?.[name] ?? 0);
    if (isWithin(observed, samples, directionRoom(name, observed, rule))) continue;
    wrong[key] = observed;
    simulated[key] = [Math.min(...samples), Math.max(...samples)];
  }
  const allowed = Math.floor((1 - DIRECTIONS_SHARE) * keys.length);
  return {
    name: `${title} by direction, those outside our range`,
    observed: wrong,
    simulated,
    tolerance: `at most ${allowed} of ${keys.length}`,
    agree: Object.keys(wrong).length <= allowed,
  };
}

/** A direction's count may differ by one where chance decides: collisions, the end of the window, who is told twice. */
function directionRoom(name: CountName, observed: number, { directionRoom: room }: CountRule): number {
  if (name === 'OPEN' || name === 'NOTIFICATION') return 2;
  if (name === 'KEEPALIVE') return 1;
  if (name === 'UPDATE_eor' || room === 0) return 0;
  return Math.max(1, Math.floor(room * observed));
}

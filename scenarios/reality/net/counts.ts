/** Messages and what they carried, counted as the recording counts them, beside the spread of our runs. */
import type { Quantity } from '../quantity.ts';
import { COUNT_NAMES, type CountName, type MessageCounts, type RecordedWindow } from './recorded.ts';
import type { SimMessage, SimWindow } from './run.ts';
import { isWithin, placeAmong, spreadOf } from './spread.ts';
import { figureQuantity, isForPool, ONCE_NEEDS, varies } from './varying.ts';

/** How a window's counts are judged. */
export interface CountRule {
  /** So much more room around the range of our runs, as a share of the recorded count of UPDATEs and prefixes. */
  readonly room: number;
  /** The same for a single direction. */
  readonly directionRoom: number;
  /** A count may be an exception among its repeats: where no target was set for single runs. */
  readonly allowsExceptions: boolean;
  /** Keepalives of a dead connection may come among those of the new one, or not. */
  readonly hasLastWords: boolean;
  /** Name of the case. */
  readonly case: string;
  /** What happened, as the names of pools have it. */
  readonly pool: string;
}

/** Connections may collide: so many more OPENs and NOTIFICATIONs were seen. */
const COLLISIONS = 6;
/** Among OPENs and NOTIFICATIONs one more or less is no difference. */
const ONE_COLLISION = 1;
/** Largest width of our own spread of a varying count, as a share of the largest recorded repeat: some are 3 or 27. */
export const WIDTH_SHARE = 5;
/** Narrower than this a spread of counts need not be. */
export const WIDTH_LEAST = 12;
/** A hold time holds so many: that many of a dead connection may come with its NOTIFICATION, or not. */
const HOLD_KEEPALIVES = 3;
/** Share of the directions whose count must lie in our range. */
const DIRECTIONS_SHARE = 0.95;
/** An UPDATE that we never send ourselves is as long as this, bytes. */
const UPDATE_BYTES = 60;
/** Of those that lie outside more than in any of our own runs, no more than this share of all. */
const STRANGE_SHARE = 0.25;

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

/** All counts of one window, which is one of several repeats. Bytes are those of UPDATEs alone. */
export function countQuantities(
  label: string,
  { recorded, repeats }: { readonly recorded: RecordedWindow; readonly repeats: readonly RecordedWindow[] },
  windows: readonly SimWindow[],
  rule: CountRule,
  openBytes: OpenBytes,
): readonly Quantity[] {
  const read = ({ total, counts }: RecordedWindow): WindowCounts => ofUpdates({ total, directions: counts }, openBytes);
  const seen = { recorded: read(recorded), repeats: repeats.map(read) };
  const ours = windows.map((window) => ofUpdates(countsOf(window), openBytes));
  const updateBytes = longestUpdate(windows);
  return COUNT_NAMES.flatMap((name) => {
    const told = name === 'bytes' ? 'bytes of UPDATEs' : name;
    const named = { title: `${label}: ${told}`, pool: `${rule.pool}: ${told}`, name, updateBytes };
    return [totalQuantity(named, seen, ours, rule), directionQuantity(named, seen, ours, rule)];
  });
}

/** A count, with its words in reports. */
interface NamedCount {
  readonly title: string;
  readonly pool: string;
  readonly name: CountName;
  /** The longest UPDATE of our runs. */
  readonly updateBytes: number;
}

function longestUpdate(windows: readonly SimWindow[]): number {
  let most = UPDATE_BYTES;
  for (const { messages } of windows)
    for (const { kind, bytes } of messages) if (kind === 'update') most = Math.max(most, bytes);
  return most;
}

interface SeenCounts {
  readonly recorded: WindowCounts;
  readonly repeats: readonly WindowCounts[];
}

/** Takes the bytes of other messages off. */
function ofUpdates({ total, directions }: WindowCounts, openBytes: OpenBytes): WindowCounts {
  let sum = 0;
  const less = new Map<string, MessageCounts>();
  for (const [key, counts] of directions) {
    const others = 19 * counts.KEEPALIVE + 21 * counts.NOTIFICATION + openBytes(key.split('>')[0]!) * counts.OPEN;
    // A NOTIFICATION may carry some bytes of its own.
    const isQuiet = counts.UPDATE_routes + counts.UPDATE_eor === 0;
    const bytes = isQuiet ? 0 : Math.max(0, counts.bytes - others);
    less.set(key, { ...counts, bytes });
    sum += bytes;
  }
  return { total: { ...total, bytes: sum }, directions: less };
}

function totalQuantity(
  { title, pool, name }: NamedCount,
  { recorded, repeats }: SeenCounts,
  ours: readonly WindowCounts[],
  rule: CountRule,
): Quantity {
  const observed = recorded.total[name];
  const samples = ours.map(({ total }) => total[name]);
  // One keepalive more or less in each direction that has any, ours included: a quiet window has none by chance.
  const directions = Math.max(recorded.directions.size, ...ours.map((each) => each.directions.size));
  const room = roomOf(name, observed, directions, rule);
  const steady = () => ({
    simulated: spreadOf(samples),
    tolerance: `in our range, ${room} more on both sides`,
    agree: isWithin(observed, samples, room),
  });
  // How long an event was watched is read off its keepalives: they are given, and what is left is that tolerance.
  if (name === 'KEEPALIVE') return { name: title, observed, ...steady() };
  const all = repeats.map(({ total }) => total[name]);
  const isChance = name === 'OPEN' || name === 'NOTIFICATION';
  return figureQuantity(
    title,
    { observed, repeats: all },
    samples,
    {
      case: rule.case,
      pool,
      steady: isChance ? 0 : room,
      resolution: isChance ? ONE_COLLISION : room,
      room,
      width: Math.max(WIDTH_LEAST, WIDTH_SHARE * Math.max(...all)),
      allowsExceptions: isChance || rule.allowsExceptions,
      unit: '',
    },
    steady,
  );
}

/** How much more than our own range is allowed for a total. */
function roomOf(name: CountName, observed: number, directions: number, { room }: CountRule): number {
  if (name === 'OPEN' || name === 'NOTIFICATION') return COLLISIONS;
  // How long an event was watched is known to half an interval.
  if (name === 'KEEPALIVE') return directions;
  if (name === 'UPDATE_eor') return 0;
  return Math.floor(room * observed);
}

/** How many directions lie outside our range; where they vary, beside how many of one of our runs lie outside that of the others. */
function directionQuantity(
  { title, pool, name, updateBytes }: NamedCount,
  { recorded, repeats }: SeenCounts,
  ours: readonly WindowCounts[],
  rule: CountRule,
): Quantity {
  const ranges = new DirectionRanges({ name, updateBytes }, [recorded, ...repeats], ours, rule);
  const wrong = ranges.outside(recorded, undefined);
  const observed = Object.fromEntries(wrong.map((key) => [key, countIn(recorded, key, name)]));
  const simulated = Object.fromEntries(wrong.map((key) => [key, ranges.rangeOf(key)]));
  const allowed = Math.floor((1 - DIRECTIONS_SHARE) * ranges.keys.length);
  const quantity = {
    name: `${title} by direction, those outside our range`,
    observed,
    simulated,
    tolerance: `at most ${allowed} of ${ranges.keys.length}`,
    agree: wrong.length <= allowed,
  };
  if (name === 'KEEPALIVE') return quantity;
  const samples = ours.map((counts, run) => ranges.outside(counts, run).length);
  const isSeenToVary = ranges.vary(repeats);
  const judgedPool = {
    name: `${pool} by direction`,
    places: [placeAmong(`${rule.case} ${title}`, wrong.length, samples, allowed)],
    isVarying: isSeenToVary || isForPool(quantity.agree, repeats.length, Math.max(...samples), allowed),
    ...(isSeenToVary ? {} : { needs: ONCE_NEEDS }),
  };
  if (!judgedPool.isVarying) return { ...quantity, pool: judgedPool };
  const most = Math.max(...samples) + allowed + Math.ceil(STRANGE_SHARE * ranges.keys.length);
  return {
    ...quantity,
    tolerance: `how many there are, evenly spread places over the family; at most ${most} of ${ranges.keys.length}`,
    agree: wrong.length <= most,
    pool: judgedPool,
  };
}

/** The counts of every direction in our runs. */
class DirectionRanges {
  readonly keys: readonly string[];
  readonly #name: CountName;
  readonly #updateBytes: number;
  readonly #rule: CountRule;
  readonly #samples: ReadonlyMap<string, readonly number[]>;
  readonly #mayHaveLastWords: ReadonlySet<string>;

  constructor(
    { name, updateBytes }: Pick<NamedCount, 'name' | 'updateBytes'>,
    recorded: readonly WindowCounts[],
    ours: readonly WindowCounts[],
    rule: CountRule,
  ) {
    this.#name = name;
    this.#updateBytes = updateBytes;
    this.#rule = rule;
    this.keys = [...new Set([...recorded, ...ours].flatMap(({ directions }) => [...directions.keys()]))].sort();
    const all = [...recorded, ...ours];
    const hasLastWords = rule.hasLastWords && name === 'KEEPALIVE';
    this.#mayHaveLastWords = new Set(
      hasLastWords ? this.keys.filter((key) => all.some((each) => countIn(each, key, 'NOTIFICATION') > 0)) : [],
    );
    this.#samples = new Map(this.keys.map((key) => [key, ours.map((counts) => countIn(counts, key, name))]));
  }

  rangeOf(key: string): readonly [number, number] {
    const samples = this.#samples.get(key)!;
    return [Math.min(...samples), Math.max(...samples)];
  }

  /** Directions of a window that lie outside the range of our runs, without the run that the window is of. */
  outside(counts: WindowCounts, own: number | undefined): readonly string[] {
    return this.keys.filter((key) => {
      const observed = countIn(counts, key, this.#name);
      const all = this.#samples.get(key)!;
      const samples = own === undefined ? all : all.filter((_, run) => run !== own);
      const room = this.#room(counts, key);
      return !isWithin(observed, samples, room + (this.#mayHaveLastWords.has(key) ? HOLD_KEEPALIVES : 0));
    });
  }

  /** Whether any direction of recorded repeats varies. */
  vary(repeats: readonly WindowCounts[]): boolean {
    return this.keys.some((key) => {
      const counts = repeats.map((repeat) => countIn(repeat, key, this.#name));
      const isChance = this.#name === 'OPEN' || this.#name === 'NOTIFICATION';
      const room = Math.max(...repeats.map((repeat) => this.#room(repeat, key)));
      return varies(counts, isChance ? 0 : room);
    });
  }

  /** A direction's UPDATEs that may be one more or fewer may be as many bytes longer. */
  #room(counts: WindowCounts, key: string): number {
    const room = directionRoom(this.#name, countIn(counts, key, this.#name), this.#rule);
    if (this.#name !== 'bytes') return room;
    const updates = directionRoom('UPDATE_routes', countIn(counts, key, 'UPDATE_routes'), this.#rule);
    return Math.max(room, updates * this.#updateBytes);
  }
}

function countIn({ directions }: WindowCounts, key: string, name: CountName): number {
  return directions.get(key)?.[name] ?? 0;
}

/** A direction's count may differ by one where chance decides: collisions, the end of the window, who is told twice. */
function directionRoom(name: CountName, observed: number, { directionRoom: room }: CountRule): number {
  if (name === 'OPEN' || name === 'NOTIFICATION') return 2;
  if (name === 'KEEPALIVE') return 1;
  if (name === 'UPDATE_eor' || room === 0) return 0;
  return Math.max(1, Math.floor(room * observed));
}

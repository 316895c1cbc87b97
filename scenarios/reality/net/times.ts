/** When things happened: recorded times beside those of our runs. */
import { Stream } from '../../../sim/random/stream.ts';
import type { Quantity } from '../quantity.ts';
import type { JsonObject } from '../suite.ts';
import type { NetCase, RecordedEvent, RecordedStart } from './recorded.ts';
import { shortestHoldOf, type TimeRule, timeRuleOf } from './rules.ts';
import type { SimWindow } from './run.ts';
import { type Figure, isWithin, middleOf, spreadOf } from './spread.ts';
import { type FigureRule, figureQuantity, type RecordedFigure } from './varying.ts';
import { isLockHeld } from './watch.ts';

/** A recorded time and the same of our window. */
interface TimeField {
  readonly field: string;
  ours(window: SimWindow): Figure;
}

const UPDATES: readonly TimeField[] = [
  { field: 'first_update_s', ours: (window) => first(updatesOf(window)) },
  { field: 'last_update_s', ours: (window) => last(updatesOf(window)) },
];

const FIRST_LAST: readonly TimeField[] = [
  ...UPDATES,
  { field: 'last_fib_change_s', ours: ({ changes }) => last(changes) },
];

const EVENT_FIELDS: readonly TimeField[] = [
  { field: 'first_fib_change_s', ours: ({ changes }) => first(changes) },
  ...FIRST_LAST,
  {
    field: 'first_notification_s',
    ours: ({ messages }) => first(messages.filter((each) => each.kind === 'notification')),
  },
];

/** When each daemon started was not recorded, only over which time: no target was set for cold starts, s. */
const START_ROOM_SECONDS = 3;
/** Two starts that are no farther apart are alike, s. */
const START_SAME_SECONDS = 1;
/** Connections that failed are tried again after minutes at most: what a start may take longer in one run than in another, s. */
const START_WIDTH_SECONDS = 20;
/** The recorder looked so often whether all sessions were up, s. */
const LOOK_SECONDS = 0.3;
/** And needed so much longer, where it asked busy daemons of BIRD one after the other. */
const LOOK_BUSY_SECONDS = { low: 0.15, high: 0.45 };
/** Apart by less, two times are the same, s. */
const SAME_SECONDS = 0.008;
/** A kernel tells of a port within this, s. */
const LINK_SECONDS = 0.05;
/** So much later than the change that it follows a kernel route was written where others held the kernel's lock, s. */
const LOCK_SECONDS = 0.5;

/** Times of an event. */
export function timeQuantities(
  label: string,
  event: RecordedEvent,
  windows: readonly SimWindow[],
  netCase: NetCase,
): readonly Quantity[] {
  const rule = timeRuleOf(event, netCase);
  const repeats = netCase.events.filter(({ name }) => name === event.name);
  const lockSeconds = lateSeconds(event, windows, netCase);
  const times = EVENT_FIELDS.flatMap(({ field, ours }) => {
    if (!(field in event.json)) return [];
    const all = repeats.map(({ json }) => figureOf(json, field));
    const observed = figureOf(event.json, field);
    const late = field.includes('fib') ? lockSeconds : 0;
    const told = { case: netCase.name, repeats: all, pool: `${event.name}: ${field}`, apart: 0, late };
    return [timeQuantity(`${label}: ${field}`, observed, windows.map(ours), ruleOf(field, rule, netCase), told)];
  });
  return [...times, ...linkQuantity(label, event, windows)];
}

/**
 * How much later than ours a kernel route of an event may have been recorded, s.
 *
 * Section 6 of the recording's notes: others that made namespaces on the same machine held the kernel's lock and delayed routes, never the
 * other way round, by up to half a second; UPDATEs carry the kernel's own time stamps and are to be preferred. So on a machine that was
 * busy a route may come that much late, where the UPDATEs of the event came when ours did (or neither has any): what the
 * protocol did is then judged by them. A route that came early is not excused.
 */
export function lateSeconds(event: RecordedEvent, windows: readonly SimWindow[], netCase: NetCase): number {
  if (!isLockHeld(netCase)) return 0;
  const { tolerance } = timeRuleOf(event, netCase);
  const agree = UPDATES.every(({ field, ours }) => {
    const observed = figureOf(event.json, field);
    const simulated = middleOf(windows.map(ours));
    if (observed === null || simulated === null) return observed === simulated;
    return Math.abs(observed - simulated) <= tolerance(observed);
  });
  return agree ? LOCK_SECONDS : 0;
}

/** Last words come when TCP next tries, up to as long after a silence as the silence was; and not all of them at all. */
function ruleOf(field: string, rule: TimeRule, netCase: NetCase): TimeRule {
  if (field !== 'first_notification_s') return rule;
  return { ...rule, isConditioned: false, width: Math.max(rule.width, shortestHoldOf(netCase)) };
}

function linkQuantity(label: string, { json }: RecordedEvent, windows: readonly SimWindow[]): readonly Quantity[] {
  if (!('first_link_event_s' in json)) return [];
  const observed = figureOf(json, 'first_link_event_s');
  // Silence leaves the carrier as it is.
  const ours = windows.map(({ ports }) => first(ports.filter(({ isCarrier }) => isCarrier)));
  const simulated = middleOf(ours);
  const agree =
    observed === null ? simulated === null : simulated !== null && Math.abs(observed - simulated) <= LINK_SECONDS;
  return [{ name: `${label}: first_link_event_s`, observed, simulated, tolerance: LINK_SECONDS, agree }];
}

/** So much beyond our own runs a varying time may be, as a share of it: the target for the middle of link events. */
const ROOM_SHARE = 0.3;

/** A time, held against the middle of our runs where recorded repeats agree, else against their spread. */
export function timeQuantity(
  name: string,
  observed: Figure,
  samples: readonly Figure[],
  rule: TimeRule,
  { case: owner, repeats, pool, apart, late }: TimeRepeats,
): Quantity {
  const tolerance = (observed === null ? 0 : rule.tolerance(observed)) + apart;
  const steady = () => {
    const simulated = middleOf(samples);
    const lateBy = observed === null || simulated === null ? Number.NaN : observed - simulated;
    const isNear = lateBy >= -tolerance && lateBy <= tolerance + late;
    const told =
      late === 0 ? tolerance : `${Number(tolerance.toPrecision(3))} s, or up to ${late} s more if recorded late`;
    // Timers in whole seconds spread our own runs wider than the tolerance.
    return { simulated, tolerance: told, agree: isNear || isWithin(observed, samples, SAME_SECONDS) };
  };
  if (rule.isConditioned) return { name, observed, ...steady() };
  const room = Math.max(tolerance, ROOM_SHARE * (observed ?? 0));
  const { width } = rule;
  return figureQuantity(
    name,
    { observed, repeats },
    samples,
    {
      case: owner,
      pool,
      steady: 2 * tolerance,
      resolution: tolerance,
      room,
      width,
      allowsExceptions: true,
      unit: ' s',
    },
    steady,
  );
}

/** What else is known of a recorded time. */
export interface TimeRepeats {
  /** Name of the case. */
  readonly case: string;
  /** The same time of all repeats. */
  readonly repeats: readonly Figure[];
  readonly pool: string;
  /** What its measuring adds to the tolerance, s. */
  readonly apart: number;
  /** How much later than ours it may have been recorded, s. */
  readonly late: number;
}

/** From one look at the sessions to the next, s. */
function lookSeconds(daemons: ReadonlySet<string>, stream: Stream): number {
  if ([...daemons].join() !== 'bird') return LOOK_SECONDS;
  return LOOK_SECONDS + LOOK_BUSY_SECONDS.low + (LOOK_BUSY_SECONDS.high - LOOK_BUSY_SECONDS.low) * stream.uniform();
}

/** Times of a cold start, which is one of several repeats. */
export function startTimeQuantities(
  name: string,
  label: string,
  { recorded, repeats }: { readonly recorded: RecordedStart; readonly repeats: readonly RecordedStart[] },
  windows: readonly SimWindow[],
  daemons: ReadonlySet<string>,
): readonly Quantity[] {
  const looks = new Stream(`${name} ${label}`, 'recorder', 'looks');
  const established: TimeField = {
    field: 'established_after_s',
    ours: ({ sessions }) => {
      const look = lookSeconds(daemons, looks);
      const up = last(sessions.filter((session) => session.up));
      const after = up === null ? null : Math.max(0, up - (recorded.spanSeconds ?? 0));
      return after === null ? null : Math.ceil(after / look) * look;
    },
  };
  return [established, ...FIRST_LAST].flatMap(({ field, ours }) => {
    if (!(field in recorded.json)) return [];
    const figure = {
      observed: figureOf(recorded.json, field),
      repeats: repeats.map(({ json }) => figureOf(json, field)),
    };
    return [startTime(name, `${label}: ${field}`, field, figure, windows.map(ours))];
  });
}

function startTime(
  name: string,
  title: string,
  field: string,
  figure: RecordedFigure,
  samples: readonly Figure[],
): Quantity {
  const rule: FigureRule = {
    case: name,
    pool: `cold start: ${field}`,
    steady: START_ROOM_SECONDS,
    resolution: START_SAME_SECONDS,
    room: START_ROOM_SECONDS,
    width: START_WIDTH_SECONDS,
    allowsExceptions: true,
    unit: ' s',
  };
  return figureQuantity(title, figure, samples, rule, () => ({
    simulated: spreadOf(samples),
    tolerance: `in our range, ${START_ROOM_SECONDS} s more on both sides`,
    agree: isWithin(figure.observed, samples, START_ROOM_SECONDS),
  }));
}

function updatesOf({ messages }: SimWindow): readonly { readonly seconds: number }[] {
  return messages.filter(({ kind, endOfRib }) => kind === 'update' && !endOfRib);
}

function first(list: readonly { readonly seconds: number }[]): Figure {
  return list[0]?.seconds ?? null;
}

function last(list: readonly { readonly seconds: number }[]): Figure {
  return list.at(-1)?.seconds ?? null;
}

/** A recorded time; null if nothing happened. */
export function figureOf(json: JsonObject, field: string): Figure {
  const value = json[field];
  return typeof value === 'number' ? value : null;
}

/** When things happened: recorded times beside those of our runs. */
import type { Quantity } from '../quantity.ts';
import type { JsonObject } from '../suite.ts';
import type { NetCase, RecordedEvent, RecordedStart } from './recorded.ts';
import { type TimeRule, timeRuleOf, varies } from './rules.ts';
import type { SimWindow } from './run.ts';
import { type Figure, isWithin, middleOf, placeAmong, spreadOf, widthOf } from './spread.ts';

/** A recorded time and the same of our window. */
interface TimeField {
  readonly field: string;
  ours(window: SimWindow): Figure;
}

const FIRST_LAST: readonly TimeField[] = [
  { field: 'first_update_s', ours: (window) => first(updatesOf(window)) },
  { field: 'last_update_s', ours: (window) => last(updatesOf(window)) },
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
/** The recorder looked so often whether all sessions were up, s. */
const LOOK_SECONDS = 0.3;
/** Apart by less, two times are the same, s. */
const SAME_SECONDS = 0.008;
/** A kernel tells of a port within this, s. */
const LINK_SECONDS = 0.05;

/** Times of an event. */
export function timeQuantities(
  label: string,
  event: RecordedEvent,
  windows: readonly SimWindow[],
  netCase: NetCase,
): readonly Quantity[] {
  const rule = timeRuleOf(event, netCase);
  const repeats = netCase.events.filter(({ name }) => name === event.name);
  const times = EVENT_FIELDS.flatMap(({ field, ours }) => {
    if (!(field in event.json)) return [];
    const all = repeats.map(({ json }) => figureOf(json, field));
    const observed = figureOf(event.json, field);
    return [timeQuantity(`${label}: ${field}`, observed, windows.map(ours), rule, all, `${event.name} ${field}`)];
  });
  return [...times, ...linkQuantity(label, event, windows)];
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

function timeQuantity(
  name: string,
  observed: Figure,
  samples: readonly Figure[],
  rule: TimeRule,
  repeats: readonly Figure[],
  pool: string,
): Quantity {
  const tolerance = observed === null ? 0 : rule.tolerance(observed);
  if (!rule.isConditioned && varies(repeats, 2 * tolerance)) return pooledTime(name, observed, samples, rule, pool);
  const simulated = middleOf(samples);
  const isNear = observed !== null && simulated !== null && Math.abs(observed - simulated) <= tolerance;
  // Timers in whole seconds spread our own runs wider than the tolerance.
  const agree = isNear || isWithin(observed, samples, SAME_SECONDS);
  return { name, observed, simulated, tolerance, agree };
}

/** So much beyond our own runs a varying time may be, as a share of it. */
const ROOM_SHARE = 0.3;

/** A time that varies: it must lie in our range, and its place among our runs is judged with those of the family. */
export function pooledTime(
  name: string,
  observed: Figure,
  samples: readonly Figure[],
  rule: Pick<TimeRule, 'width' | 'tolerance'>,
  pool: string,
): Quantity {
  const room = Math.max(rule.tolerance(observed ?? 0), ROOM_SHARE * (observed ?? 0));
  const within = isWithin(observed, samples, room);
  return {
    name,
    observed,
    simulated: spreadOf(samples),
    tolerance: `in our range, ${seconds(room)} more on both sides; our 5-95 % width at most ${seconds(rule.width)}`,
    agree: within && widthOf(samples) <= rule.width,
    pool: { name: pool, places: [placeAmong(name, observed, samples, rule.tolerance(observed ?? 0))] },
  };
}

function seconds(value: number): string {
  return `${Number(value.toPrecision(3))} s`;
}

/** Times of a cold start. */
export function startTimeQuantities(
  label: string,
  start: RecordedStart,
  windows: readonly SimWindow[],
): readonly Quantity[] {
  const established: TimeField = {
    field: 'established_after_s',
    ours: ({ sessions }) => {
      const up = last(sessions.filter((session) => session.up));
      const after = up === null ? null : Math.max(0, up - (start.spanSeconds ?? 0));
      return after === null ? null : Math.ceil(after / LOOK_SECONDS) * LOOK_SECONDS;
    },
  };
  return [established, ...FIRST_LAST].flatMap(({ field, ours }) => {
    if (!(field in start.json)) return [];
    const observed = figureOf(start.json, field);
    return [startTime(`${label}: ${field}`, observed, windows.map(ours))];
  });
}

function startTime(name: string, observed: Figure, samples: readonly Figure[]): Quantity {
  return {
    name,
    observed,
    simulated: spreadOf(samples),
    tolerance: `in our range, ${START_ROOM_SECONDS} s more on both sides`,
    agree: isWithin(observed, samples, START_ROOM_SECONDS),
  };
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

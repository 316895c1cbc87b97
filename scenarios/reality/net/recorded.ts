/** A recorded case of routers, read: what was seen at the cold start, after it, and at each event. */
import { isObject, numberField, objectField, textField } from '../case-reader.ts';
import { CaseProblem, type JsonObject } from '../suite.ts';
import { type CaseTopology, topologyOf } from './topology.ts';

/** How many messages of each kind one router sent to another, and what they carried. */
export interface MessageCounts {
  readonly OPEN: number;
  readonly UPDATE_routes: number;
  readonly UPDATE_eor: number;
  readonly KEEPALIVE: number;
  readonly NOTIFICATION: number;
  readonly nlri_announced: number;
  readonly nlri_withdrawn: number;
  readonly bytes: number;
}

/** The names of the counts, in the order of the recording. */
export const COUNT_NAMES = [
  'OPEN',
  'UPDATE_routes',
  'UPDATE_eor',
  'KEEPALIVE',
  'NOTIFICATION',
  'nlri_announced',
  'nlri_withdrawn',
  'bytes',
] as const;

/** One of the names. */
export type CountName = (typeof COUNT_NAMES)[number];

/** A kernel route that was written (`hops` has the names of nodes) or removed (undefined), s after the start. */
export interface RouteChange {
  readonly seconds: number;
  readonly node: string;
  readonly prefix: string;
  readonly hops: readonly string[] | undefined;
}

/** A stretch of time that was watched: the cold start, or an event. */
export interface RecordedWindow {
  readonly json: JsonObject;
  /** By `a>b`. */
  readonly counts: ReadonlyMap<string, MessageCounts>;
  readonly total: MessageCounts;
  /** Messages as they were decoded. Empty if they were not kept. */
  readonly messages: readonly JsonObject[];
  /** Whether all of them were kept. */
  readonly isWhole: boolean;
}

/** An event, and what followed it. */
export interface RecordedEvent extends RecordedWindow {
  readonly name: string;
  readonly description: string;
  readonly issuedForSeconds: number;
  readonly changes: readonly RouteChange[];
  /** By `a>b`: how long before the fault `a` had sent the last message that counts at `b`, s. */
  readonly ageSeconds: ReadonlyMap<string, number>;
}

/** A cold start from scratch. */
export interface RecordedStart extends RecordedWindow {
  /** Over how long the daemons were started, one after another; undefined if it was not recorded. */
  readonly spanSeconds: number | undefined;
  readonly watchedSeconds: number | undefined;
  /** From the last thing that happened to the end of the watch; 0 if it was not recorded. */
  readonly quietSeconds: number;
}

/** A case. */
export interface NetCase {
  readonly name: string;
  readonly family: string;
  readonly json: JsonObject;
  readonly topology: CaseTopology;
  /** The first cold start, then the repeats. */
  readonly starts: readonly RecordedStart[];
  readonly events: readonly RecordedEvent[];
  /** Paths by node and prefix after the first cold start. */
  readonly rib: JsonObject;
  /** Kernel routes by node and prefix after the first cold start. */
  readonly fib: JsonObject;
}

/** Reads a case. @throws CaseProblem */
export function netCaseOf(json: JsonObject): NetCase {
  const initial = objectField(json, 'initial');
  const state = objectField(initial, 'state');
  const repeats = objectsOf(json.repeat_runs, 'repeat_runs');
  return {
    name: textField(json, 'case'),
    family: textField(json, 'family'),
    json,
    topology: topologyOf(objectField(json, 'topology')),
    starts: [initial, ...repeats].map((run) => startOf(objectField(run, 'startup'))),
    events: objectsOf(json.events, 'events').map(eventOf),
    rib: objectField(state, 'rib'),
    fib: objectField(state, 'fib'),
  };
}

function startOf(json: JsonObject): RecordedStart {
  const watchedSeconds = optionalSeconds(json, 'observed_for_s');
  const last = ['last_update_s', 'last_fib_change_s'].map((name) => optionalSeconds(json, name) ?? 0);
  return {
    ...windowOf(json),
    spanSeconds: optionalSeconds(json, 'daemons_start_span_s'),
    watchedSeconds,
    quietSeconds: watchedSeconds === undefined ? 0 : Math.max(0, watchedSeconds - Math.max(...last)),
  };
}

function eventOf(json: JsonObject): RecordedEvent {
  const fib = objectField(json, 'fib');
  const ages = isObject(json.hold_reset_age_s) ? Object.keys(json.hold_reset_age_s) : [];
  return {
    ...windowOf(json),
    name: textField(json, 'event'),
    description: textField(json, 'description'),
    issuedForSeconds: optionalSeconds(json, 'cmd_duration_s') ?? 0,
    changes: Array.isArray(fib.changes) ? fib.changes.map(changeOf) : [],
    ageSeconds: new Map(ages.map((key) => [key, numberField(json.hold_reset_age_s as JsonObject, key, 0, 1e6)])),
  };
}

function windowOf(json: JsonObject): RecordedWindow {
  const counts = objectField(json, 'msg_counts');
  const directions = objectField(counts, 'per_direction');
  const timeline = isObject(json.timeline) ? json.timeline : {};
  return {
    json,
    counts: new Map(Object.keys(directions).map((key) => [key, countsOf(objectField(directions, key))])),
    total: countsOf(objectField(counts, 'total')),
    messages: objectsOf(timeline.messages, 'messages'),
    isWhole: timeline.truncated === false,
  };
}

function countsOf(json: JsonObject): MessageCounts {
  const entries = COUNT_NAMES.map((name) => [name, numberField(json, name, 0, Number.MAX_SAFE_INTEGER)]);
  return Object.fromEntries(entries) as unknown as MessageCounts;
}

function changeOf(change: unknown): RouteChange {
  const [seconds, node, kind, prefix, hops] = Array.isArray(change) ? change : [];
  if (typeof seconds !== 'number' || typeof node !== 'string' || typeof prefix !== 'string' || !Array.isArray(hops)) {
    throw new CaseProblem('A change of kernel routes must be [seconds, node, add or del, prefix, next hops].');
  }
  return { seconds, node, prefix, hops: kind === 'del' ? undefined : hops.map(String).sort() };
}

function optionalSeconds(json: JsonObject, name: string): number | undefined {
  return json[name] === undefined || json[name] === null ? undefined : numberField(json, name, 0, 1e6);
}

/** A list of objects that may be absent. @throws CaseProblem */
export function objectsOf(list: unknown, name: string): readonly JsonObject[] {
  if (list === undefined || list === null) return [];
  if (Array.isArray(list) && list.every(isObject)) return list;
  throw new CaseProblem(`"${name}" must be a list of objects.`);
}

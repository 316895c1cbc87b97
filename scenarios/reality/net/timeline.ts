/** Messages and changes of kernel routes in order of time: those that were recorded, and those of one of our runs. */
import type { JsonObject, TimelineEntry, TimelineStretch } from '../suite.ts';
import { countsOf } from './counts.ts';
import { COUNT_NAMES, type NetCase, type RecordedEvent, type RecordedWindow, type RouteChange } from './recorded.ts';
import { type SimMessage, type SimWindow, simulate } from './run.ts';

/** The cold start and each event. */
export function timelineOf(netCase: NetCase, seed: string): readonly TimelineStretch[] {
  const run = simulate(netCase, netCase.starts[0]!, netCase.events, seed);
  const start = stretchOf('cold start', netCase.starts[0]!, [], run.start);
  const events = netCase.events.map((event, i) => stretchOf(titleOf(event, i), event, event.changes, run.events[i]!));
  return [start, ...events];
}

function titleOf({ name, description }: RecordedEvent, index: number): string {
  return `event ${index + 1} ${name}: ${description}`;
}

function stretchOf(
  title: string,
  recorded: RecordedWindow,
  changes: readonly RouteChange[],
  window: SimWindow,
): TimelineStretch {
  const told = new Set(recorded.messages.map(({ type }) => type));
  // Keepalives were kept only where hold timers are looked at.
  const messages = window.messages.filter(({ kind }) => kind !== 'keepalive' || told.has('KEEPALIVE'));
  const entries: TimelineEntry[] = [
    ...recorded.messages.map((message) => entryOf('recorded', Number(message.t), recordedText(message))),
    ...changes.map((change) => entryOf('recorded', change.seconds, routeText(change))),
    ...messages.map((message) => entryOf('ours', message.seconds, messageText(message))),
    ...window.changes.map((change) => entryOf('ours', change.seconds, routeText(change))),
  ];
  const ours = countsOf(window).total;
  return {
    title,
    entries: entries.sort((a, b) => a.seconds - b.seconds),
    counts: COUNT_NAMES.map((name) => ({ name, recorded: recorded.total[name], ours: ours[name] })),
  };
}

function entryOf(source: TimelineEntry['source'], seconds: number, text: string): TimelineEntry {
  return { seconds, source, text };
}

function recordedText(message: JsonObject): string {
  const list = (field: string): readonly string[] => (Array.isArray(message[field]) ? message[field].map(String) : []);
  return wordsOf(`${message.from}>${message.to}`, String(message.type), {
    announced: list('nlri'),
    withdrawn: list('withdrawn'),
    asPath: list('as_path'),
    endOfRib: message.end_of_rib === true,
    code: typeof message.code === 'number' ? message.code : undefined,
  });
}

function messageText(message: SimMessage): string {
  return wordsOf(`${message.from}>${message.to}`, message.kind.toUpperCase(), message);
}

interface Contents {
  readonly announced: readonly string[];
  readonly withdrawn: readonly string[];
  readonly asPath: readonly (number | string)[];
  readonly endOfRib: boolean;
  readonly code: number | undefined;
}

function wordsOf(direction: string, kind: string, contents: Contents): string {
  const { announced, withdrawn, asPath, endOfRib, code } = contents;
  const parts = [
    direction,
    kind,
    endOfRib ? 'end of RIB' : '',
    withdrawn.length === 0 ? '' : `withdraws ${listText(withdrawn)}`,
    announced.length === 0 ? '' : `${listText(announced)} by [${asPath.join(' ')}]`,
    code === undefined ? '' : `code ${code}`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function routeText({ node, prefix, hops }: RouteChange): string {
  return `${node} route ${prefix} ${hops === undefined ? 'removed' : `to ${hops.join(' ')}`}`;
}

/** Many prefixes of one message are shown as a count. */
function listText(list: readonly string[]): string {
  const sorted = [...list].sort();
  return sorted.length <= 3 ? sorted.join(' ') : `${sorted[0]} and ${sorted.length - 1} more`;
}

/** FRR's own counters of its neighbours after the cold start, beside the messages and paths of our runs. */
import { isObject } from '../case-reader.ts';
import type { Quantity } from '../quantity.ts';
import type { JsonObject } from '../suite.ts';
import { countsOf } from './counts.ts';
import type { MessageCounts, NetCase } from './recorded.ts';
import type { SimRun } from './run.ts';
import { isWithin } from './spread.ts';

/** Share of neighbours that may differ. */
const DIFFERENT_SHARE = 0.05;

/** A figure of one node's neighbour in one run; undefined if our models do not have it. */
type Reader = (run: ReadRun, node: string, peer: string) => number | string | undefined;

interface ReadRun {
  readonly run: SimRun;
  readonly netCase: NetCase;
  readonly directions: ReadonlyMap<string, MessageCounts>;
  /** Prefixes that one told another and did not take back, by `a>b`. */
  readonly told: ReadonlyMap<string, ReadonlySet<string>>;
}

const sent = (count: (counts: MessageCounts) => number): Reader => {
  return ({ directions }, node, peer) => countIn(directions, `${node}>${peer}`, count);
};
const received = (count: (counts: MessageCounts) => number): Reader => {
  return ({ directions }, node, peer) => countIn(directions, `${peer}>${node}`, count);
};

/** Counters and how far they may lie outside our range. */
const FIELDS: Readonly<Record<string, { readonly read: Reader; readonly room: number }>> = {
  state: { read: stateIn, room: 0 },
  open_sent: { read: sent(({ OPEN }) => OPEN), room: 2 },
  open_rcvd: { read: received(({ OPEN }) => OPEN), room: 2 },
  notif_sent: { read: sent(({ NOTIFICATION }) => NOTIFICATION), room: 2 },
  notif_rcvd: { read: received(({ NOTIFICATION }) => NOTIFICATION), room: 2 },
  // FRR counts End-of-RIB among its UPDATEs.
  update_sent: { read: sent((counts) => counts.UPDATE_routes + counts.UPDATE_eor), room: 1 },
  update_rcvd: { read: received((counts) => counts.UPDATE_routes + counts.UPDATE_eor), room: 1 },
  keepalive_sent: { read: sent(({ KEEPALIVE }) => KEEPALIVE), room: 2 },
  keepalive_rcvd: { read: received(({ KEEPALIVE }) => KEEPALIVE), room: 2 },
  rr_sent: { read: refreshesIn, room: 0 },
  hold_s: { read: (run, node, peer) => holdIn(run, node, peer), room: 0 },
  keepalive_s: { read: keepaliveIn, room: 0 },
  pfx_accepted: { read: acceptedIn, room: 0 },
  pfx_sent: { read: ({ told }, node, peer) => told.get(`${node}>${peer}`)?.size ?? 0, room: 0 },
  adv_interval_ms: { read: intervalIn, room: 0 },
  conn_dropped: { read: droppedIn, room: 1 },
};

/** What is no counter of the protocol. */
const ASIDE = new Set(['peer_ip']);

/** One quantity for each counter, over all neighbours. */
export function statisticsQuantities(
  statistics: unknown,
  netCase: NetCase,
  runs: readonly SimRun[],
): readonly Quantity[] {
  if (!isObject(statistics)) return [];
  const read = runs.map((run): ReadRun => {
    return { run, netCase, directions: countsOf(run.start).directions, told: toldIn(run) };
  });
  const rows = Object.entries(statistics).flatMap(([node, peers]) => {
    if (!isObject(peers)) return [];
    return Object.entries(peers).flatMap(([peer, row]) => (isObject(row) ? [{ node, peer, row }] : []));
  });
  const fields = new Set(rows.flatMap(({ row }) => Object.keys(row)).filter((field) => !ASIDE.has(field)));
  return [...fields].map((field) => fieldQuantity(field, rows, read));
}

interface Row {
  readonly node: string;
  readonly peer: string;
  readonly row: JsonObject;
}

function fieldQuantity(field: string, rows: readonly Row[], read: readonly ReadRun[]): Quantity {
  const known = FIELDS[field];
  const observed: Record<string, unknown> = {};
  const simulated: Record<string, unknown> = {};
  const having = rows.filter(({ row }) => field in row);
  for (const { node, peer, row } of having) {
    const samples = known === undefined ? [] : read.map((run) => known.read(run, node, peer) ?? null);
    if (fits(row[field], samples, known?.room ?? 0)) continue;
    observed[`${node} ${peer}`] = row[field];
    simulated[`${node} ${peer}`] = samples[0] ?? null;
  }
  const allowed = Math.floor(DIFFERENT_SHARE * having.length);
  return {
    name: `neighbours' ${field}, those unlike ours`,
    observed,
    simulated,
    tolerance: `at most ${allowed} of ${having.length}`,
    agree: Object.keys(observed).length <= allowed,
  };
}

function fits(value: unknown, samples: readonly (number | string | null)[], room: number): boolean {
  if (typeof value !== 'number') return samples.includes(value as string);
  return isWithin(
    value,
    samples.filter((each): each is number => typeof each === 'number'),
    room,
  );
}

function countIn(
  directions: ReadonlyMap<string, MessageCounts>,
  key: string,
  count: (counts: MessageCounts) => number,
): number {
  const counts = directions.get(key);
  return counts === undefined ? 0 : count(counts);
}

function stateIn({ run }: ReadRun, node: string, peer: string): string {
  const last = run.start.sessions.filter((session) => session.node === node && session.peer === peer).at(-1);
  return last?.up === true ? 'Established' : 'Active';
}

function droppedIn({ run }: ReadRun, node: string, peer: string): number {
  return run.start.sessions.filter((session) => session.node === node && session.peer === peer && !session.up).length;
}

function timersIn({ netCase }: ReadRun, node: string, peer: string) {
  const { speakers } = netCase.topology.configuration;
  const other = netCase.topology.nodeOf(peer);
  const ours = speakers[netCase.topology.nodeOf(node)]!.neighbors;
  return ours.find(({ address }) => netCase.topology.nodeAt(address) === other)?.timers;
}

function holdIn(run: ReadRun, node: string, peer: string): number | undefined {
  const ours = timersIn(run, node, peer);
  const theirs = timersIn(run, peer, node);
  return ours && theirs && Math.min(ours.holdSeconds, theirs.holdSeconds);
}

function keepaliveIn(run: ReadRun, node: string, peer: string): number | undefined {
  const ours = timersIn(run, node, peer);
  const hold = holdIn(run, node, peer);
  return ours && hold && Math.min(ours.keepaliveSeconds, Math.floor(hold / 3));
}

function intervalIn(run: ReadRun, node: string, peer: string): number | undefined {
  const ours = timersIn(run, node, peer);
  return ours && ours.mraiSeconds * 1000;
}

function refreshesIn({ run }: ReadRun, node: string, peer: string): number {
  return run.start.messages.filter(({ kind, from, to }) => kind === 'refresh' && from === node && to === peer).length;
}

function acceptedIn({ run }: ReadRun, node: string, peer: string): number {
  const tables = run.rib.get(node);
  return [...(tables?.values() ?? [])].filter((paths) => paths.some((path) => path.peer === peer)).length;
}

function toldIn({ start }: SimRun): ReadonlyMap<string, ReadonlySet<string>> {
  const told = new Map<string, Set<string>>();
  for (const { from, to, announced, withdrawn } of start.messages) {
    const key = `${from}>${to}`;
    const known = told.get(key) ?? new Set();
    told.set(key, known);
    for (const prefix of withdrawn) known.delete(prefix);
    for (const prefix of announced) known.add(prefix);
  }
  return told;
}

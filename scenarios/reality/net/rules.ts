/**
 * How figures of an event are judged: the targets that the recording's own notes set (section 7), by what was done.
 *
 * A figure that hardly varies between its recorded repeats is held against the middle of our runs; one that varies, against
 * their spread (varying.ts says how).
 */
import { actionsOf, type NetAction } from './action.ts';
import type { CountRule } from './counts.ts';
import type { NetCase, RecordedEvent } from './recorded.ts';

/** What was done, as far as the targets tell it apart. */
export type EventKind = NetAction['kind'];

/** The rule for times of an event, s. */
export interface TimeRule {
  /** From the middle of our runs, where recorded repeats are no farther apart than this. */
  readonly tolerance: (observed: number) => number;
  /** Every event has a time of its own (it follows from how old the last messages were), so that repeats need not agree. */
  readonly isConditioned: boolean;
  /** Largest width of our own spread where repeats vary, from 5 % to 95 %. */
  readonly width: number;
}

/** The kind of an event. */
export function kindOf(event: RecordedEvent, { topology }: NetCase): EventKind {
  return actionsOf(event, topology)[0]?.kind ?? 'heal';
}

/** The rule for times. */
export function timeRuleOf(event: RecordedEvent, netCase: NetCase): TimeRule {
  const kind = kindOf(event, netCase);
  const timers = timersOf(netCase);
  if (kind === 'announce' || kind === 'withdraw') return prefixRule(netCase, timers.mraiSeconds);
  if (kind === 'silence') return silenceRule(netCase, timers.holdSeconds);
  // What spreads: the kernel's link watch (1 s), the retry of a connection, the idle hold after a reset, when daemons run.
  const width = { port: 1.3, heal: 1.3 * timers.connectRetrySeconds + 1, reset: 1, kill: 0.4, start: 1.6 }[kind];
  // And a round of advertisements, which waits or does not, as it does for single prefixes.
  return {
    tolerance: (observed) => Math.max(0.008, 0.05 * observed),
    isConditioned: false,
    width: width + timers.mraiSeconds,
  };
}

function prefixRule(netCase: NetCase, mraiSeconds: number): TimeRule {
  const tolerance = (observed: number): number => {
    // These were recorded on a busy machine, where single changes came up to half a second late.
    if (mraiSeconds >= 30) return Math.max(0.5, 0.02 * observed);
    if (mraiSeconds > 0 && observed > 1) return Math.max(1, 0.05 * observed);
    return Math.max(0.008, 0.05 * observed);
  };
  // A loaded machine is late by tenths of a second, and a timer in whole seconds is early by up to one.
  return { tolerance, isConditioned: false, width: daemonsOf(netCase).has('frr') ? 0.3 + mraiSeconds : 0.5 };
}

/** Hold timers are exact in FRR; BIRD takes three quarters of them or more. BFD is exact to one interval. */
function silenceRule(netCase: NetCase, holdSeconds: number): TimeRule {
  const bfd = netCase.topology.configuration.speakers
    .flatMap(({ neighbors }) => neighbors)
    .find((each) => each.bfd)?.bfd;
  if (bfd !== undefined) {
    const interval = Math.max(bfd.transmitMs, bfd.receiveMs) / 1000;
    return { tolerance: () => interval, isConditioned: true, width: 1.5 * interval };
  }
  const width = 0.3 * holdSeconds + 0.6;
  if (!daemonsOf(netCase).has('frr')) return { tolerance: () => 0.1, isConditioned: false, width };
  const lan = netCase.topology.configuration.segments.some(({ name }) => name === 'lan');
  return { tolerance: () => (lan ? 0.6 : 0.1), isConditioned: true, width };
}

/** Share by which a direction's count may leave our range while paths are hunted. */
const HUNTING_ROOM = 0.5;

/** Room for counts of UPDATEs: none for single prefixes on FRR, else the measured range widened. */
export function countRuleOf(event: RecordedEvent, netCase: NetCase): CountRule {
  const kind = kindOf(event, netCase);
  const isPrefix = kind === 'announce' || kind === 'withdraw';
  const isFrr = [...daemonsOf(netCase)].join() === 'frr';
  const isSettled = isPrefix && isFrr && netCase.family !== 'clique';
  const room = isSettled ? 0 : 0.15;
  // Who hunts which path in which round is chance; the totals are not.
  const directionRoom = isPrefix && !isSettled ? HUNTING_ROOM : room;
  return {
    room,
    directionRoom,
    allowsExceptions: !isPrefix,
    hasLastWords: kind === 'heal',
    case: netCase.name,
    pool: event.name,
  };
}

/** A cold start: exact in most, else within a tenth. */
export function startCountRule({ name }: NetCase): CountRule {
  return {
    room: 0.1,
    directionRoom: 0.1,
    allowsExceptions: false,
    hasLastWords: false,
    case: name,
    pool: 'cold start',
  };
}

/** Timers of the case, as most of its nodes have them. */
export function timersOf(netCase: NetCase): {
  readonly mraiSeconds: number;
  readonly holdSeconds: number;
  readonly connectRetrySeconds: number;
} {
  const neighbors = netCase.topology.configuration.speakers.flatMap((speaker) => speaker.neighbors);
  return neighbors[0]?.timers ?? { mraiSeconds: 0, holdSeconds: 0, connectRetrySeconds: 0 };
}

/** The shortest hold time that a router of the case proposes, s. */
export function shortestHoldOf({ topology }: NetCase): number {
  const { speakers } = topology.configuration;
  const holds = speakers.flatMap(({ neighbors }) => neighbors.map(({ timers }) => timers.holdSeconds));
  return Math.min(...holds.filter((seconds) => seconds > 0));
}

/** Daemons that run in the case. */
export function daemonsOf({ topology }: NetCase): ReadonlySet<string> {
  return new Set(topology.configuration.speakers.map(({ daemon }) => daemon));
}

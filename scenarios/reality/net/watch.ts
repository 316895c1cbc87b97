/**
 * What the recorder did in time: when it started each daemon, and how long it watched an event. The recording tells the first
 * only for all daemons together, and the second not at all; the keepalives that were counted do.
 */
import type { KernelLockRule } from '../../../models/network/bgp/kernel-lock.ts';
import { PROFILES } from '../../../models/network/bgp/profile.ts';
import { NS_PER_SECOND, secondsToNs } from '../../../sim/engine/sim-time.ts';
import { exponential } from '../../../sim/random/distributions.ts';
import type { Stream } from '../../../sim/random/stream.ts';
import { isObject } from '../case-reader.ts';
import type { NetCase, RecordedEvent, RecordedStart } from './recorded.ts';
import { daemonsOf, kindOf, shortestHoldOf, timersOf } from './rules.ts';

/**
 * The recorder went on for a few seconds after the last thing that happened, s; and for a minimum advertisement interval where
 * there is one, or it could not have known that the last round was the last.
 */
const QUIET_SECONDS = 3;
/** Where it waited for a hold time, so much longer: last words came as long after a silence as they then must, s. */
const HOLD_QUIET_SECONDS = 4;

/** On a quiet machine a daemon is started in this time, s. */
export const QUIET_START_SECONDS = 0.09;
/** The busier the machine, the more of the time others hold the kernel's lock, up to half of it. */
const LOCK_SHARE_MAX = 0.5;
const LOCK_SHARE_BUSY = 8;
/** Longest hold of the lock that was seen often, ns. */
const LOCK_HOLD_NS = 0.25 * NS_PER_SECOND;
/** Of the time that starting a daemon takes, so much has gone by when it runs. */
const UP_SHARE = 0.75;
/**
 * Others start and stop beside a cold start more than later: of 44 events on machines as busy as can be a quarter had its last route
 * more than 20 ms late.
 */
const LOCK_LATER = 0.4;
/** Less than this is a quiet machine. */
const LOCK_SHARE_MIN = 0.02;

/** How much slower than on a quiet machine the daemons were started: 0 on a quiet one. */
export function busyOf({ spanSeconds }: RecordedStart, count: number): number {
  if (spanSeconds === undefined) return 0;
  return Math.max(0, spanSeconds / count / QUIET_START_SECONDS - 1);
}

/** How the kernel's lock was held on a machine that was so busy until a cold start was over, and then; undefined on a quiet one. */
export function kernelLockOf(busy: number, startSeconds: number): KernelLockRule | undefined {
  const share = Math.min(LOCK_SHARE_MAX, busy / LOCK_SHARE_BUSY);
  if (share < LOCK_SHARE_MIN) return undefined;
  const gapMeanNs = (of: number): number => Math.round((LOCK_HOLD_NS / 2) * (1 / of - 1));
  const later = { fromNs: secondsToNs(startSeconds), gapMeanNs: gapMeanNs(LOCK_LATER * share) };
  return { holdMaxNs: LOCK_HOLD_NS, gapMeanNs: gapMeanNs(share), later };
}

/** Whether others held the kernel's lock now and then while a case was recorded. */
export function isLockHeld({ starts, topology }: NetCase): boolean {
  const busy = busyOf(starts[0]!, topology.configuration.speakers.length);
  return kernelLockOf(busy, 0) !== undefined;
}

/**
 * When each daemon was started, one after another over a span. A quiet machine needs the same time for each; the longer the
 * span, the busier the machine was and the more uneven they are.
 */
export function startSeconds(span: number, count: number, stream: Stream): readonly number[] {
  const busy = Math.max(0, span / count / QUIET_START_SECONDS - 1);
  const shares = Array.from({ length: count }, () => 1 + exponential(stream, busy));
  const sum = shares.reduce((total, share) => total + share, 0);
  let at = 0;
  return shares.map((share) => {
    at += (share / sum) * span;
    return at - (1 - UP_SHARE) * (share / sum) * span;
  });
}

/** A command that adds a prefix to a GoBGP that runs takes so long at least, and on a busy machine so much more, mean; s. */
const COMMAND_SECONDS = 0.1;
const COMMAND_BUSY_SECONDS = 0.3;

/**
 * How long each command took that told a daemon of a prefix after its start, s. GoBGP has no prefixes in its configuration: in
 * one of two recorded starts the last ones came when some sessions were already up, in the other before the first.
 */
export function commandSeconds(stream: Stream): number {
  return COMMAND_SECONDS + exponential(stream, COMMAND_BUSY_SECONDS);
}

/** To so much it is known how long an event was watched, s. */
const WATCH_SECONDS = 1;
/** The same where its keepalives were written down. */
const TOLD_WATCH_SECONDS = 0.25;
/** The same where a daemon was killed. */
const KILL_WATCH_SECONDS = 0.08;
/** From the end of the watch to the next event: the recorder's own work, and stopping the packets of probes, s. */
const WORK_SECONDS = 0.08;
const PROBE_SECONDS = 1.26;

/**
 * Between which the length of an event's window lies, s. Where FRR's keepalives were written down the recorder waited for a hold time
 * and for quiet, and for nothing else: when sessions came back after the next event, at a whole number of seconds after they
 * had ended, tells to a tenth of a second how long that took.
 */
export function watchedSeconds(
  event: RecordedEvent,
  netCase: NetCase,
): { readonly low: number; readonly high: number } {
  const isTold = event.isWhole && event.messages.some(({ type }) => type === 'KEEPALIVE');
  const probed = isObject(event.json.probe) ? PROBE_SECONDS : 0;
  const isFrr = [...daemonsOf(netCase)].join() === 'frr';
  // Neighbours that try each second came back 1.01 s after each of six restarts, and with probes 0.70 s after each of three.
  if (isFrr && kindOf(event, netCase) === 'kill' && timersOf(netCase).mraiSeconds === 0)
    return between(QUIET_SECONDS + probed, KILL_WATCH_SECONDS);
  if (!isTold || !isFrr) {
    return between(aboutSeconds(event, netCase), WATCH_SECONDS);
  }
  const low = quietSeconds(event, netCase) + WORK_SECONDS + probed - TOLD_WATCH_SECONDS / 2;
  return { low: Math.max(heardSeconds(event), low), high: Math.max(heardSeconds(event), low + TOLD_WATCH_SECONDS) };
}

function between(middle: number, width: number): { readonly low: number; readonly high: number } {
  return { low: middle - width / 2, high: middle + width / 2 };
}

/** The last message that was written down. */
function heardSeconds({ messages }: RecordedEvent): number {
  return Math.max(0, ...messages.map(({ t }) => Number(t)));
}

/** When the recorder had waited long enough. */
function quietSeconds(event: RecordedEvent, netCase: NetCase): number {
  return Math.max(leastSeconds(event, netCase), lastSeconds(event) + QUIET_SECONDS + timersOf(netCase).mraiSeconds);
}

/** The length of an event's window, s, as far as it follows from what happened, and from how many keepalives there were. */
function aboutSeconds(event: RecordedEvent, netCase: NetCase): number {
  const seen = Math.max(quietSeconds(event, netCase), heardSeconds(event));
  const stretches: number[] = [];
  const keepalives: number[] = [];
  for (const [direction, { KEEPALIVE, OPEN }] of event.counts) {
    const seconds = keepaliveSeconds(direction, netCase);
    // A session that was broken tells nothing.
    if (seconds === 0 || OPEN > 0) continue;
    stretches.push(KEEPALIVE * seconds);
    keepalives.push(seconds);
  }
  if (stretches.length === 0) return seen;
  const middle = median(stretches);
  const interval = median(keepalives);
  return Math.min(Math.max(seen, middle - interval / 2), Math.max(seen, middle + interval / 2));
}

/** After packets began to be dropped it waited for the hold time to be over, BFD or not. */
function leastSeconds(event: RecordedEvent, netCase: NetCase): number {
  const holdSeconds = shortestHoldOf(netCase);
  if (kindOf(event, netCase) !== 'silence') return 0;
  return holdSeconds + (hasBfd(netCase) ? 0 : HOLD_QUIET_SECONDS);
}

function hasBfd({ topology }: NetCase): boolean {
  return topology.configuration.speakers.some(({ neighbors }) => neighbors.some(({ bfd }) => bfd !== undefined));
}

/** The last thing that is known to have happened. */
function lastSeconds({ json, messages }: RecordedEvent): number {
  const probe = isObject(json.probe) ? json.probe.last_loss_s : undefined;
  const known = [json.last_fib_change_s, json.last_update_s, json.first_notification_s, probe];
  // Keepalives go on whatever happens.
  const told = messages.filter(({ type }) => type !== 'KEEPALIVE').map(({ t }) => t);
  const times = [...known, ...told].filter((each) => typeof each === 'number');
  return Math.max(0, ...times);
}

/** Keepalives of a direction follow each other after this time, s; 0 if they never do. */
function keepaliveSeconds(direction: string, { topology }: NetCase): number {
  const [from, to] = direction.split('>').map((name) => topology.nodeOf(name));
  const { speakers } = topology.configuration;
  const timersAt = (node: number, other: number) => {
    return speakers[node]!.neighbors.find(({ address }) => topology.nodeAt(address) === other)?.timers;
  };
  const ours = timersAt(from!, to!);
  const theirs = timersAt(to!, from!);
  if (ours === undefined || theirs === undefined) return 0;
  const hold = Math.min(ours.holdSeconds, theirs.holdSeconds);
  const { low, high } = PROFILES[speakers[from!]!.daemon].timerJitter;
  return ((low + high) / 2) * Math.min(ours.keepaliveSeconds, Math.floor(hold / 3));
}

function median(list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

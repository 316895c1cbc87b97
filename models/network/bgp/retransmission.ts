/**
 * When Linux tries again to send what TCP could not bring over.
 *
 * A first repetition comes after a retransmission time-out of a fifth of a second and the usual time to an answer; each further one
 * waits twice as long. A segment that left its host is repeated once more before that, as a probe for the loss of a tail. Timers
 * are coarse the farther they are: of those beyond two seconds the kernel keeps only every 256 ms.
 * Source: RFC 6298 (first packets after a second; Linux repeats four of them at that pace, `tcp_syn_linear_timeouts`), RFC 8985 section 7 (tail loss probe); `tcp_timer.c`, `tcp_output.c` and the timer wheel (`timer.c`, which rounds up by
 * a whole step) of Linux at 250 ticks a second; our recordings (NOTIFICATIONs that left 256 ms apart after a silence).
 * Left out: orphaned connections, which are given up after some hundred seconds.
 */
import { NS_PER_MS, NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';

/** Least time-out, and the longest pause between two tries. */
const RTO_LEAST_NS = 200 * NS_PER_MS;
const RTO_MOST_NS = 120 * NS_PER_SECOND;
/** The kernel's clock ticks this often. */
const TICK_NS = 4 * NS_PER_MS;

/** Steps of the kernel's clock: a timer farther away than `fromNs` is rounded up by `stepNs`. */
const WHEEL: readonly { readonly fromNs: TimeNs; readonly stepNs: TimeNs }[] = [
  { fromNs: 16_128 * NS_PER_MS, stepNs: 2_048 * NS_PER_MS },
  { fromNs: 2_016 * NS_PER_MS, stepNs: 256 * NS_PER_MS },
  { fromNs: 252 * NS_PER_MS, stepNs: 32 * NS_PER_MS },
  { fromNs: 0, stepNs: TICK_NS },
];

/** What is known of a connection. */
export interface TryRule {
  /** Its usual time to an answer (smoothed round trip), ns. */
  readonly answerNs: TimeNs;
  /** The segment left its host and was lost farther away, so that a tail loss probe comes first. */
  readonly hasProbe: boolean;
}

/** The first try at `nowNs` or later, of something that was sent first at `sinceNs` and lost again and again. */
export function nextTryNs(sinceNs: TimeNs, nowNs: TimeNs, { answerNs, hasProbe }: TryRule): TimeNs {
  // A tick at least is added to the least time-out: no round trip takes no time.
  const timeoutNs = Math.max(1, Math.ceil(answerNs / TICK_NS)) * TICK_NS + RTO_LEAST_NS;
  let waitNs = timeoutNs;
  let atNs = onWheel(sinceNs, waitNs);
  for (let tries = 1; atNs < nowNs; tries++) {
    if (!(hasProbe && tries === 1)) waitNs = Math.min(2 * waitNs, RTO_MOST_NS);
    atNs = onWheel(atNs, waitNs);
  }
  return atNs;
}

/** Repetitions of a connection's first packet: so many a second apart, each further one after twice as long. */
const LINEAR_SYNS = 5;

/** When the first packet of a connection is repeated at `nowNs` or later that was sent first at `sinceNs` and never answered. */
export function nextSynNs(sinceNs: TimeNs, nowNs: TimeNs): TimeNs {
  let waitNs: TimeNs = NS_PER_SECOND;
  let atNs = onWheel(sinceNs, waitNs);
  for (let tries = 1; atNs < nowNs; tries++) {
    if (tries >= LINEAR_SYNS) waitNs = Math.min(2 * waitNs, RTO_MOST_NS);
    atNs = onWheel(atNs, waitNs);
  }
  return atNs;
}

function onWheel(fromNs: TimeNs, waitNs: TimeNs): TimeNs {
  const { stepNs } = WHEEL.find(({ fromNs: least }) => waitNs >= least)!;
  const dueNs = Math.floor(fromNs / TICK_NS) * TICK_NS + waitNs;
  return (Math.floor(dueNs / stepNs) + 1) * stepNs;
}

/**
 * When Linux tries again to send what TCP could not bring over.
 *
 * A first repetition comes after a retransmission time-out of a fifth of a second; each further one waits twice as long, and timers far away
 * are coarse: of those beyond two seconds the kernel keeps only every 256 ms.
 * Source: RFC 6298; `tcp_timer.c` and the timer wheel of Linux at 250 ticks a second; our recordings (NOTIFICATIONs that left
 * 256 ms apart after a silence). Left out: the growth of the time-out with the round trip, two minutes at most.
 */
import { NS_PER_MS, type TimeNs } from '../../../sim/engine/sim-time.ts';

/** The first time-out of a connection whose round trip is short. */
const RTO_NS = 204 * NS_PER_MS;

/** Steps of the kernel's clock: a timer farther away than `fromNs` is rounded up to `stepNs`. */
const WHEEL: readonly { readonly fromNs: TimeNs; readonly stepNs: TimeNs }[] = [
  { fromNs: 16_128 * NS_PER_MS, stepNs: 2_048 * NS_PER_MS },
  { fromNs: 2_016 * NS_PER_MS, stepNs: 256 * NS_PER_MS },
  { fromNs: 252 * NS_PER_MS, stepNs: 32 * NS_PER_MS },
  { fromNs: 0, stepNs: 4 * NS_PER_MS },
];

/** The first try at `nowNs` or later, of something that was sent first at `sinceNs` and lost again and again. */
export function nextTryNs(sinceNs: TimeNs, nowNs: TimeNs): TimeNs {
  let waitNs = RTO_NS;
  let atNs = onWheel(sinceNs, waitNs);
  while (atNs < nowNs) {
    waitNs *= 2;
    atNs = onWheel(atNs, waitNs);
  }
  return atNs;
}

function onWheel(fromNs: TimeNs, waitNs: TimeNs): TimeNs {
  const { stepNs } = WHEEL.find(({ fromNs: least }) => waitNs >= least)!;
  return Math.ceil((fromNs + waitNs) / stepNs) * stepNs;
}

/**
 * How long callers go on sending to a neighbour that fell silent.
 *
 * Source: the defaults of Linux' neighbour tables. Left out: entries that were stale already, other hosts' questions.
 */
import { NS_PER_SECOND, type TimeNs } from '../../sim/engine/sim-time.ts';
import type { Stream } from '../../sim/random/stream.ts';

/** Linux neighbour entries: reachable 15 to 45 s after the last proof, then 5 s of delay and three probes a second apart. */
export function neighbourExpiry(stream: Stream): TimeNs {
  const reachableNs = (15 + 30 * stream.uniform()) * NS_PER_SECOND;
  return Math.round(reachableNs + (5 + 3) * NS_PER_SECOND);
}

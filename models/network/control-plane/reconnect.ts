/**
 * When a watcher that lost its server first tries again after the server is back: somewhere in a pause that grew while it waited.
 *
 * Source: exponential back-off with jitter (client-go wait.Backoff, ovs lib/reconnect, gRPC): tries fail while the server is away.
 * Leaves out: tries that the server turns away because it has too many.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Stream } from '../../../sim/random/stream.ts';
import type { ReconnectPauses } from './profile.ts';

/** Time from the server's return to the first try of a watcher that lost it `awayNs` before. */
export function firstTryNs(pauses: ReconnectPauses, awayNs: TimeNs, stream: Stream): TimeNs {
  let triedNs = 0;
  let pauseNs = pauses.firstNs;
  do {
    triedNs += Math.max(1, Math.round(pauseNs * (1 + pauses.jitter * stream.uniform())));
    pauseNs = Math.min(pauses.longestNs, pauseNs * pauses.factor);
  } while (triedNs < awayNs);
  return triedNs - awayNs;
}

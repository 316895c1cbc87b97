/**
 * How long TCP waits for the acknowledgement of an end's keepalives.
 *
 * Who speaks second answers with its own keepalive, and as long as that follows within the time that an acknowledgement may
 * wait, it carries it: the first one's round trip is the time between the two. All others are acknowledged at once.
 * Source: RFC 1122 section 4.2.3.2, RFC 6298 (a round trip counts an eighth), Linux 6 `tcp_output.c` (`tcp_event_data_sent`: a
 * connection goes back and forth when data follow data within that time), `tcp_timer.c` (`tcp_delack_timer_handler` ends it);
 * in our recordings routers that spoke 5 to 37 ms before their peers had no last words, those that spoke after them did.
 * How many of a session's first messages are acknowledged late is ours: what left after a silence came as late as time-outs of 204,
 * 208 or 212 ms make it. Left out: the round trips of later UPDATEs.
 */
import { NS_PER_MS, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Stream } from '../../../sim/random/stream.ts';

/** So long an acknowledgement waits at least for something that carries it. */
const DELAYED_NS = 40 * NS_PER_MS;
/** A new round trip counts so much (RFC 6298: alpha). */
const KEPT_SHARE = 7 / 8;

/** The keepalives of both ends of a session. */
export interface KeepaliveRhythm {
  /** The last ones. */
  readonly ownNs: TimeNs;
  readonly peerNs: TimeNs;
  readonly intervalNs: TimeNs;
}

/** From a keepalive of an end to that of its peer, if that carries the acknowledgement; else 0. */
export function answeredAfterNs({ ownNs, peerNs, intervalNs }: KeepaliveRhythm): TimeNs {
  const apartNs = (((peerNs - ownNs) % intervalNs) + intervalNs) % intervalNs;
  return apartNs < DELAYED_NS ? apartNs : 0;
}

/** So many of a session's first messages at most are acknowledged late. */
const LATE_FIRST = 3;

/** The smoothed round trip after so many keepalives, each answered after `answeredNs`. */
export function smoothedNs(answeredNs: TimeNs, keepalives: number, stream: Stream): TimeNs {
  const firstNs = DELAYED_NS * (1 - keptAfter(Math.floor((LATE_FIRST + 1) * stream.uniform())));
  const old = keptAfter(keepalives);
  return Math.round(firstNs * old + answeredNs * (1 - old));
}

/** What is left of a round trip after so many others. */
function keptAfter(others: number): number {
  let kept = 1;
  for (let i = 0; i < others && kept > 0.001; i++) kept *= KEPT_SHARE;
  return kept;
}

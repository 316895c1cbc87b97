/**
 * How long callers wait for a silent callee, and how often they try.
 *
 * Source: ours (timeout and tries); retransmissions of a SYN as Linux sends them after RFC 6298: after 1 s, and each later pause
 * twice the one before.
 * Left out: what applications do when their calls fail.
 */
import { NS_PER_SECOND, type TimeNs } from '../../sim/engine/sim-time.ts';

/** A caller gives up on a silent callee after this: SYN at 0 and 1 s, given up at the third second. Ours. */
export const CONNECT_TIMEOUT_NS = 3 * NS_PER_SECOND;
/** Replicas that a caller tries before its call fails. Ours. */
export const ATTEMPTS_MAX = 3;
const FIRST_RETRANSMISSION_NS = NS_PER_SECOND;
/**
 * How long Linux sends a segment again before it gives a connection up: `tcp_retries2` 15, from 0.2 s on twice as long each time
 * up to 120 s (0.2 + 0.4 + … + 102.4 and 6 times 120 s).
 */
export const RETRANSMISSIONS_NS = 924.6 * NS_PER_SECOND;

/** How long callers wait, and how often they try. */
export interface CallerPatience {
  readonly connectTimeoutNs: TimeNs;
  /** Replicas that a caller tries before its call fails. */
  readonly attemptsMax: number;
}

/** What a caller does when nobody says otherwise. */
export const CALLER_PATIENCE: CallerPatience = { connectTimeoutNs: CONNECT_TIMEOUT_NS, attemptsMax: ATTEMPTS_MAX };

/** From a packet that was sent `soFarNs` after the first one to the next one, or to the timeout if that comes sooner. */
export function waitForAnswerNs(soFarNs: TimeNs, { connectTimeoutNs }: CallerPatience): TimeNs {
  // Packets leave after 0, 1, 3, 7 … s.
  return Math.min(connectTimeoutNs, 2 * soFarNs + FIRST_RETRANSMISSION_NS) - soFarNs;
}

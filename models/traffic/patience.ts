/**
 * How long callers wait for a silent callee, and how often they try.
 *
 * Source: ours. Left out: patience that differs from caller to caller.
 */
import { NS_PER_SECOND, type TimeNs } from '../../sim/engine/sim-time.ts';

/** A caller gives up on a silent callee after this: SYN at 0 and 1 s, given up at the third second. Ours. */
export const CONNECT_TIMEOUT_NS = 3 * NS_PER_SECOND;
/** Replicas that a caller tries before its call fails. Ours. */
export const ATTEMPTS_MAX = 3;
/** How long callers wait for a silent callee, and how often they try. */
export interface CallerPatience {
  readonly connectTimeoutNs: TimeNs;
  /** Replicas that a caller tries before its call fails. */
  readonly attemptsMax: number;
}

/** What a caller does when nobody says otherwise. */
export const CALLER_PATIENCE: CallerPatience = { connectTimeoutNs: CONNECT_TIMEOUT_NS, attemptsMax: ATTEMPTS_MAX };

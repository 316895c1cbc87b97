/**
 * How the daemons differ: what they wait for, what they tell to whom, how exact their clocks are.
 *
 * Source: our recordings of FRR 8.4.4, BIRD 2.0.12 and GoBGP 3.10 (`rib-*`, `events`, `birdev`, `clique` cases and their README);
 * FRR's constants are also in its source (work queue of 50 ms, announcement after 50 + 100 ms, coalescing of 1 s).
 * Left out: the daemons' own processor time, which makes very large tables slower than here.
 */
import { NS_PER_MS, NS_PER_SECOND, NS_PER_US, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Daemon } from './configuration.ts';

/** A delay that is drawn: uniform from `low` to `high`. */
export interface DelayNs {
  readonly low: TimeNs;
  readonly high: TimeNs;
}

/** What makes one daemon behave as it does. */
export interface Profile {
  /** Changes wait so long for others, and are then decided together. Undefined: each message is handled by itself. */
  readonly batch: DelayNs | undefined;
  /** One thread reads sockets and then tells what came of it (main-loop.ts), and its answers race with TCP's (segments.ts). */
  readonly hasMainLoop: boolean;
  /** From a decision to the UPDATEs that tell of it. */
  readonly output: DelayNs;
  /** Where there is no batch: from a message's arrival to its answer, exponential with this mean; one after the other. */
  readonly handlingMeanNs: TimeNs;
  /** From a decision to the changed kernel route. Undefined: the daemon writes no kernel routes. */
  readonly kernel: DelayNs | undefined;
  /** From an established session to the first UPDATE on it. */
  readonly firstUpdate: DelayNs;
  /** So much longer for each peer, and shared by peers of an update group. Undefined: each session for itself. */
  readonly firstUpdatePeerNs: TimeNs | undefined;
  /** A route is told to the session that it came from, too. */
  readonly tellsSource: boolean;
  /** A route is told to neighbours whose AS is in its path, too; they will refuse it. */
  readonly tellsAsInPath: boolean;
  /** Small segments wait for the acknowledgement of those before them: the daemon leaves Nagle's algorithm on. */
  readonly nagle: boolean;
  /** MRAI is kept; in whole seconds of the clock. */
  readonly keepsMrai: boolean;
  /** Timers of keepalive and hold are multiplied by a draw from this range. */
  readonly timerJitter: { readonly low: number; readonly high: number };
  /** From the loss of a port to its sessions' end, at that port's own router. */
  readonly portLoss: DelayNs;
  /** From a session's end to the moment when what it had told is taken out. */
  readonly clearing: DelayNs;
  /** From the start of the daemon to the first attempts to connect. */
  readonly startDelay: DelayNs;
  /** That delay is drawn in whole multiples of this; undefined: as fine as can be. */
  readonly startStepNs: TimeNs | undefined;
  /** From the return of a port to the next attempt to connect. */
  readonly returnDelay: DelayNs;
  /**
   * The same where the other end does not yet know of the port: the first attempt is not answered. Where the other end then comes
   * first, its connection is broken off. Undefined: like any other return.
   */
  readonly lateReturn: DelayNs | undefined;
  /** To open a connection takes this mean time, exponential; an attempt of the other end meanwhile collides. 0: no time. */
  readonly handshakeMeanNs: TimeNs;
  /** From the start of the daemon to the end of a time when it breaks off connections that come to it. */
  readonly unready: DelayNs;
  /** An attempt that came to nothing is made again so much later than written. */
  readonly retryDelay: DelayNs;
  /** The same where the peer's kernel refused it at once, as nobody listens. Undefined: no different. */
  readonly refusedDelay: DelayNs | undefined;
  /** Pause after a session ended before it is tried again: where the peer or an operator ended it, and where the end itself gave it up. */
  readonly idleHoldNs: TimeNs;
  readonly idleLostNs: TimeNs;
  /** Among equal external paths the selected one stays, whatever its router id. */
  readonly keepsOldest: boolean;
  /** It knows graceful restart without a word of configuration: both ends must for an End-of-RIB to be told. */
  readonly endOfRib: boolean;
  /** From its start to the removal of kernel routes that an earlier daemon left. */
  readonly sweepNs: TimeNs;
}

const AT_ONCE: DelayNs = { low: 0, high: 0 };

const FRR: Profile = {
  batch: { low: 50 * NS_PER_MS, high: 50.2 * NS_PER_MS },
  hasMainLoop: false,
  output: { low: 0.5 * NS_PER_MS, high: 0.8 * NS_PER_MS },
  handlingMeanNs: 0,
  kernel: { low: 10.7 * NS_PER_MS, high: 11.2 * NS_PER_MS },
  firstUpdate: { low: 1_000 * NS_PER_MS, high: 1_002 * NS_PER_MS },
  firstUpdatePeerNs: 50 * NS_PER_MS,
  tellsSource: true,
  tellsAsInPath: true,
  nagle: true,
  keepsMrai: true,
  timerJitter: { low: 1, high: 1 },
  portLoss: { low: 0.2 * NS_PER_MS, high: 2 * NS_PER_MS },
  // Of its work queue `clear_node_queue`.
  clearing: { low: 10 * NS_PER_MS, high: 10.5 * NS_PER_MS },
  startDelay: { low: 1_000 * NS_PER_MS, high: 1_010 * NS_PER_MS },
  startStepNs: undefined,
  returnDelay: { low: 11 * NS_PER_MS, high: 18 * NS_PER_MS },
  lateReturn: { low: 650 * NS_PER_MS, high: 1_050 * NS_PER_MS },
  handshakeMeanNs: 4 * NS_PER_MS,
  unready: { low: 0, high: 50 * NS_PER_MS },
  retryDelay: { low: 0, high: 10 * NS_PER_MS },
  // Neighbours of a killed router all came back within 2 ms of each other after three tries.
  refusedDelay: { low: 0, high: 0.5 * NS_PER_MS },
  // `v_start` of bgp_fsm.c is a second, and is doubled by a received error; connections tried anew after silences tell the same.
  idleHoldNs: 2 * NS_PER_SECOND,
  idleLostNs: NS_PER_SECOND,
  keepsOldest: true,
  endOfRib: true,
  // Ours: what is learned again replaces it in the recordings, and nothing else was left.
  sweepNs: 60 * NS_PER_SECOND,
};

const BIRD: Profile = {
  batch: undefined,
  hasMainLoop: true,
  output: { low: 0, high: 0 },
  handlingMeanNs: 0,
  kernel: { low: 50 * NS_PER_US, high: 50 * NS_PER_US },
  firstUpdate: AT_ONCE,
  firstUpdatePeerNs: undefined,
  tellsSource: false,
  tellsAsInPath: true,
  nagle: true,
  keepsMrai: false,
  timerJitter: { low: 0.75, high: 1 },
  portLoss: { low: 2 * NS_PER_MS, high: 12 * NS_PER_MS },
  clearing: AT_ONCE,
  // Connect delay and retry of the recordings were 1 s; BIRD takes up to a quarter off every timer.
  startDelay: { low: 0.75 * NS_PER_SECOND, high: NS_PER_SECOND },
  startStepNs: undefined,
  returnDelay: { low: 5 * NS_PER_MS, high: NS_PER_SECOND },
  lateReturn: undefined,
  handshakeMeanNs: 0,
  unready: AT_ONCE,
  retryDelay: AT_ONCE,
  refusedDelay: undefined,
  idleHoldNs: NS_PER_SECOND,
  idleLostNs: NS_PER_SECOND,
  keepsOldest: false,
  endOfRib: false,
  sweepNs: 2 * NS_PER_MS,
};

const GOBGP: Profile = {
  batch: undefined,
  hasMainLoop: false,
  output: { low: 0, high: 0 },
  handlingMeanNs: NS_PER_MS,
  kernel: undefined,
  firstUpdate: { low: 100 * NS_PER_US, high: 5 * NS_PER_MS },
  firstUpdatePeerNs: undefined,
  tellsSource: false,
  tellsAsInPath: false,
  nagle: false,
  keepsMrai: false,
  timerJitter: { low: 1, high: 1 },
  portLoss: { low: 2 * NS_PER_MS, high: 12 * NS_PER_MS },
  clearing: AT_ONCE,
  // Sessions came up 5, 6, 7 and 8 s after the daemons: each end draws whole seconds, and the first of both counts.
  startDelay: { low: 5 * NS_PER_SECOND, high: 10 * NS_PER_SECOND - 1 },
  startStepNs: NS_PER_SECOND,
  returnDelay: { low: 5 * NS_PER_MS, high: 10 * NS_PER_SECOND },
  lateReturn: undefined,
  handshakeMeanNs: 0,
  unready: AT_ONCE,
  retryDelay: AT_ONCE,
  refusedDelay: undefined,
  idleHoldNs: 30 * NS_PER_SECOND,
  idleLostNs: 30 * NS_PER_SECOND,
  keepsOldest: false,
  endOfRib: false,
  sweepNs: 30 * NS_PER_MS,
};

/** The behaviour of each daemon. */
export const PROFILES: Readonly<Record<Daemon, Profile>> = { frr: FRR, bird: BIRD, gobgp: GOBGP };

/**
 * The timers that daemons have when nobody writes any.
 *
 * Source: read from untouched daemons (`default-timers` of our recordings): FRR 8.4.4 with either of its sets of defaults,
 * BIRD 2.0.12, GoBGP 3.10; BIRD's own hold time and connect retry from its manual. A keepalive is a third of the hold time.
 * Left out: damping, timers of other protocols. Conditional advertisement and the end of stale paths are named and not modelled.
 */
import type { BfdTimers, BgpTimers } from './configuration.ts';

/** A daemon with the set of defaults that it was built or started with. */
export type DefaultSet = 'frr traditional' | 'frr datacenter' | 'bird' | 'gobgp';

/** What stands in a daemon without a word of configuration. */
export interface DaemonDefaults {
  readonly timers: BgpTimers;
  /** What it does for peers that restart gracefully: keeps their routes, or at least knows what they say. */
  readonly gracefulRestart: 'helper' | 'aware' | undefined;
  /** So long it asks its peers to wait for its own return, s. */
  readonly restartSeconds?: number;
  /** So long it keeps routes of a peer that came back and has not told all again, s. */
  readonly stalePathSeconds?: number;
  /** How often it looks at the conditions of conditional advertisements, s. */
  readonly conditionalAdvertisementSeconds?: number;
}

const TRADITIONAL_KEEPALIVE = 60;
const FRR_RESTART = { gracefulRestart: 'helper', restartSeconds: 120, stalePathSeconds: 360 } as const;

/** The defaults of every daemon. */
export const DAEMON_DEFAULTS: Readonly<Record<DefaultSet, DaemonDefaults>> = {
  'frr traditional': {
    timers: {
      keepaliveSeconds: TRADITIONAL_KEEPALIVE,
      holdSeconds: 3 * TRADITIONAL_KEEPALIVE,
      connectRetrySeconds: 120,
      mraiSeconds: 0,
    },
    ...FRR_RESTART,
    conditionalAdvertisementSeconds: 60,
  },
  'frr datacenter': {
    timers: { keepaliveSeconds: 3, holdSeconds: 9, connectRetrySeconds: 10, mraiSeconds: 0 },
    ...FRR_RESTART,
  },
  bird: {
    timers: { keepaliveSeconds: 80, holdSeconds: 240, connectRetrySeconds: 120, mraiSeconds: 0 },
    gracefulRestart: 'aware',
  },
  gobgp: {
    timers: { keepaliveSeconds: 30, holdSeconds: 90, connectRetrySeconds: 120, mraiSeconds: 0 },
    gracefulRestart: undefined,
  },
};

/** BFD of FRR where a session only asks for it. */
export const BFD_DEFAULTS: BfdTimers & { readonly slowStartMs: number; readonly echo: boolean } = {
  multiplier: 3,
  receiveMs: 300,
  transmitMs: 300,
  slowStartMs: 1_000,
  echo: false,
};

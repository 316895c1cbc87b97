/**
 * What operators write for BGP: speakers with their neighbours, and the segments that join them.
 *
 * Source: RFC 4271, RFC 4456 (reflectors), RFC 4724 (graceful restart), RFC 5880 (BFD); the knobs are those of FRR, BIRD and GoBGP.
 * Left out: IPv6, confederations, route damping, add-path, multi-hop BFD.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { KernelLockRule } from './kernel-lock.ts';
import type { LinkWatchRule } from './link-watch.ts';
import type { Policy } from './policy.ts';
import type { ResolutionRule } from './resolution.ts';

/** Whose behaviour a speaker shows; see profile.ts. */
export type Daemon = 'frr' | 'bird' | 'gobgp';

/** An IPv4 range: network address as an unsigned 32-bit number, and length. */
export interface Prefix {
  readonly address: number;
  readonly length: number;
}

/** The timers of one session at one end, s. */
export interface BgpTimers {
  /** Time between keepalives; a third of the negotiated hold time where that is less. */
  readonly keepaliveSeconds: number;
  /** 0: never expires. The smaller of both ends counts. */
  readonly holdSeconds: number;
  readonly connectRetrySeconds: number;
  /** Minimum route advertisement interval; 0: none. */
  readonly mraiSeconds: number;
}

/** BFD on a session; the slower of what one end sends and the other end accepts counts. */
export interface BfdTimers {
  readonly transmitMs: number;
  readonly receiveMs: number;
  readonly multiplier: number;
}

/** One neighbour as one speaker has it written. */
export interface NeighborConfiguration {
  /** The neighbour's address. */
  readonly address: number;
  /** Our own address towards it. */
  readonly localAddress: number;
  readonly remoteAsn: number;
  readonly timers: BgpTimers;
  readonly bfd?: BfdTimers;
  /** Weight of what it sends; 0 if absent. */
  readonly weight?: number;
  readonly reflectorClient?: boolean;
  /** `external`: routes learned outside leave with our own address; `all`: reflected ones too (`force`). */
  readonly nextHopSelf?: 'external' | 'all';
  /** A default route is told to it, whether or not we have one. */
  readonly defaultOriginate?: boolean;
  /** How often our own AS may stand in a path from it; 0 if absent. */
  readonly allowAsIn?: number;
  /** Its AS number in paths towards it is replaced by ours. */
  readonly asOverride?: boolean;
  /** Private AS numbers are taken out of paths towards it: where there are no others, or in any case. */
  readonly removePrivateAs?: 'only' | 'all';
  /** Communities are told to it; true if absent. */
  readonly sendsCommunities?: boolean;
  /** We wait for it to connect. */
  readonly passive?: boolean;
  readonly importPolicy?: Policy;
  readonly exportPolicy?: Policy;
}

/** A range that is told in place of its parts, once one of them is there. */
export interface AggregateConfiguration {
  readonly prefix: Prefix;
  /** The parts are kept back. */
  readonly summaryOnly: boolean;
}

/** One router. */
export interface SpeakerConfiguration {
  readonly name: string;
  readonly asn: number;
  /** As an unsigned 32-bit number. */
  readonly routerId: number;
  readonly daemon: Daemon;
  /** Its router id if absent. */
  readonly clusterId?: number;
  /** Prefixes that it originates from the start. */
  readonly networks: readonly Prefix[];
  /** Most equal paths in use; 1: no multipath. */
  readonly maximumPaths: { readonly external: number; readonly internal: number };
  /** Paths of equal length may share the load although their ASes differ. */
  readonly multipathRelax?: boolean;
  /** Among equal external paths the lowest router id wins, and not the oldest. */
  readonly compareRouterId?: boolean;
  /** MED is compared between different neighbour ASes, too. */
  readonly alwaysCompareMed?: boolean;
  /** A path without a MED counts as one with the worst, and not with the best. */
  readonly medMissingAsWorst?: boolean;
  /** Paths of one neighbour AS are compared with each other before those of different ones. */
  readonly deterministicMed?: boolean;
  /** The length of the AS path does not count. */
  readonly ignoresAsPathLength?: boolean;
  /** Local preference of what comes from outside; 100 if absent. */
  readonly defaultLocalPreference?: number;
  /**
   * The speaker asks its peers to keep its routes while it restarts. `startsCold`: a daemon that is started anew knows nothing of
   * the kernel's routes (BIRD without its option for recovery), so that peers drop what they kept when its session is back.
   */
  readonly gracefulRestart?: { readonly restartSeconds: number; readonly startsCold?: boolean };
  readonly aggregates?: readonly AggregateConfiguration[];
  /** Routes written by hand, for the resolution of next hops. */
  readonly staticRoutes?: readonly { readonly prefix: Prefix; readonly gateway: number }[];
  /** Its routes reach the kernel by another program where the daemon writes none itself (GoBGP). */
  readonly writesRoutes?: boolean;
  readonly neighbors: readonly NeighborConfiguration[];
}

/** One port on a segment. */
export interface SegmentMember {
  /** Index into `speakers`. */
  readonly speaker: number;
  readonly address: number;
  /** The port's number in its kernel; 0 if absent. */
  readonly interfaceIndex?: number;
}

/** A cable (two members) or a LAN. */
export interface SegmentConfiguration {
  readonly name: string;
  /** Length of its subnet. */
  readonly prefixLength: number;
  readonly members: readonly SegmentMember[];
  /** From one end to the other. */
  readonly latencyNs: TimeNs;
}

/** All of it. */
export interface BgpConfiguration {
  readonly speakers: readonly SpeakerConfiguration[];
  readonly segments: readonly SegmentConfiguration[];
  /** Processors that the main loops of all speakers share; each has its own if absent. */
  readonly sharedProcessors?: number;
  /** The kernel's table of neighbours is full for a while. */
  readonly lateResolution?: ResolutionRule;
  /** All speakers share one kernel, whose lock others hold now and then. */
  readonly kernelLock?: KernelLockRule;
  /** All speakers share one kernel, which watches all links together. */
  readonly linkWatch?: LinkWatchRule;
}

/**
 * What detection sees of the world, and what it has of watches: one for each probe point and cluster, or one for each lease.
 *
 * Source: ours. Leaves out: how the world knows; whoever wires a federation tells it.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';

/** What a probe finds: an answer that all is well, an answer that it is not (or a refusal), or nothing. */
export type Finding = 'well' | 'unwell' | 'silent';

/** The world as probe points and the hub find it. */
export interface WatchedWorld {
  /** What a probe of a point would find at a cluster now. */
  finding(point: number, cluster: number): Finding;
  /** There and back from a point to a cluster. */
  rttNs(point: number, cluster: number): TimeNs;
  /** Whether what a point thinks reaches the controller now. */
  isHeard(point: number): boolean;
  /** Whether a renewal of a cluster's lease reaches the hub now. */
  renews(cluster: number): boolean;
}

/** One watch over one cluster. It needs no events while nothing changes. */
export interface Watch {
  readonly healthy: boolean;
  /** The world may have changed. */
  wake(): void;
  /** An event that the watch asked for; `step` is the number that it gave. */
  due(step: number): void;
}

/** Time of an event that is not wanted any more. */
export const NEVER: TimeNs = Number.POSITIVE_INFINITY;

/** How a watch has events: `due` is called with `step` then. Each watch has one at most: asking for another one takes it back. */
export interface WatchClock {
  readonly nowNs: TimeNs;
  at(timeNs: TimeNs, step: number): void;
}

/**
 * A call: one flow from its arrival to its end, over all replicas that it tries.
 *
 * Source: ours; what happens to it stands in talkers.ts.
 * Left out: what talkers.ts leaves out.
 */
import type { TimeNs } from '../../sim/engine/sim-time.ts';
import { NOWHERE } from '../cluster/residents.ts';
import type { DataPathCost } from '../machine/data-path.ts';
import type { Arrival } from './arrivals.ts';

/** A call from its arrival to its end. */
export interface Call extends Arrival {
  readonly talker: number;
  /** Its row in the recording. */
  readonly row: number;
  readonly arrivedNs: TimeNs;
  /** Replicas that it has tried. */
  attempts: number;
  /** The replica whose node does not know the way, or the way to which is not known; NOWHERE: there is none. */
  sought: number;
  /** Since when it seeks that one. */
  soughtNs: TimeNs;
  startedNs: TimeNs;
  cost: DataPathCost | null;
  /** When it began to stand still; -1 while it moves. */
  stalledNs: TimeNs;
  roundTripNs: TimeNs;
  destinationNode: number;
  /** The replica that it reached, NOWHERE before. */
  pod: number;
  /** Links that it crosses. */
  hops: number;
  /** Its large packets are lost in silence. */
  swallowed: boolean;
  /** It has failed; an event may still wait for it. */
  over: boolean;
}

/** What a call has yet to find out. */
export const NOT_YET_ON_ITS_WAY = {
  attempts: 0,
  sought: NOWHERE,
  soughtNs: 0,
  startedNs: 0,
  cost: null,
  stalledNs: -1,
  roundTripNs: 0,
  destinationNode: NOWHERE,
  pod: NOWHERE,
  hops: 0,
  swallowed: false,
  over: false,
} as const satisfies Partial<Call>;

/**
 * What a control plane costs: what its server is asked and what it sends, and the time of its processors.
 *
 * Source: counts of control-plane.ts; sizes and times of its profile.
 * Leaves out: acknowledgements, keepalives and bookmarks of quiet watches.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';

/** Counts since the beginning of the run. */
export interface ControlPlaneLoad {
  /** Changes that were written. */
  readonly writes: number;
  /** Full lists that were asked for. */
  readonly lists: number;
  /** Copies of changes to watchers of the server. */
  readonly serverCopies: number;
  /** Copies of changes from relays to agents. */
  readonly relayCopies: number;
  /** Bytes of the server's copies and lists. */
  readonly serverBytes: number;
  /** Processor time of the server, passes of a controller included. */
  readonly serverCpuNs: TimeNs;
  /** Processor time of all relays. */
  readonly relayCpuNs: TimeNs;
}

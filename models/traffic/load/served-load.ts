/**
 * What whoever runs pods needs of a load, simulated request by request (load.ts) or by windows (thin-load.ts).
 *
 * Source: ours. Left out: what only one of the two can tell.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { CallGraph } from './call-graph.ts';
import type { RequestReport } from './request-measure.ts';

/** A kind of request since it was last asked for. */
export interface KindWindow {
  readonly ok: number;
  readonly failed: number;
  /** NaN when nothing was answered, or where nobody measures it. */
  readonly p99Ns: number;
}

/** A load whose replicas come and go. */
export interface ServedLoad {
  readonly graph: CallGraph;
  /** Requests under way now. */
  readonly underWay: number;
  /** Sources begin now and offer nothing from `endNs` on. */
  begin(endNs?: TimeNs): void;
  /** Forgets all figures and begins to measure now, after a warm-up. */
  measureFromNow(): void;
  /** Scales an open source's rate. */
  scaleSource(source: number, factor: number): void;
  /** Figures of a source since measuring began. */
  source(source: number): RequestReport;
  /** Requests that a source has made since the run began. */
  offeredBy(source: number): number;
  /** Figures of a kind of request, as its callers see each attempt, since this was last asked. */
  window(kind: number): KindWindow;
  /** Requests of all kinds at a service that are over, well or not, since the run began: what its counter says. */
  handled(service: number): number;
  /** Processor time that a pod has had, ns. */
  usedNs(pod: number): number;
  /** Processor time that all pods of a service together have had, ns, where it is known without asking each. */
  usedByService?(service: number): number;
  /** A new replica of a service on a pod; its number is never used again. */
  addReplica(service: number, pod: number, offered?: boolean): number;
  /** Callers may choose a replica, or not any more. */
  offer(replica: number, on: boolean): void;
  /** What stands at a replica fails now, and it stays as it is. */
  reset(replica: number): void;
  /** The machine of a replica has died: whoever waits for it does not hear of it. */
  strand(replica: number): void;
  /** A replica is no more, and whoever still waits for it does not hear of it. */
  vanish(replica: number): void;
  /** A replica is no more. */
  end(replica: number): void;
  /** Whether a service has somebody on offer. */
  isServed(service: number): boolean;
}

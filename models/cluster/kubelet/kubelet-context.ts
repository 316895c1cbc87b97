/**
 * What the kubelets of a cluster need, and what they tell.
 *
 * Source: none, an interface. Leaves out: what kubelets.ts leaves out.
 */
import type { Simulation } from '../../../sim/engine/simulation.ts';
import type { PodTable } from '../pod-table.ts';
import type { NodeServices } from './node-services.ts';
import type { Application, KubeletTimes, PodRuntime } from './pod-runtime.ts';
import type { StatusListener } from './status-reports.ts';

/** How far a pod has come on its node, for the time line of a start. */
export type PodStage =
  | 'seen'
  | 'networked'
  /** An image is not there: its turn is awaited, or it comes. */
  | 'pulling'
  | 'pull-failed'
  | 'pulled'
  | 'initialised'
  | 'started'
  | 'ready'
  | 'unready'
  | 'exited'
  /** Its container has ended, well or badly, and is not started again. */
  | 'succeeded'
  | 'failed'
  | 'signalled'
  | 'stopped'
  /** Its kubelet has ended it for its node's sake. */
  | 'evicted'
  /** Its node has lost its power, and it with it. */
  | 'lost';

/** What kubelets tell, besides the status of pods. */
export interface KubeletListener extends StatusListener {
  /** A stage was reached, at this very instant on the node. */
  stage?(pod: number, stage: PodStage): void;
}

/** What kubelets need. */
export interface KubeletContext {
  readonly sim: Simulation;
  readonly pods: PodTable;
  readonly runtimeOf: (template: number) => PodRuntime;
  readonly application: Application;
  readonly services: NodeServices;
  readonly listener: KubeletListener;
  readonly times?: KubeletTimes;
  /** Images that a node pulls at the same time; 1 if left out. */
  readonly pullsAtOnce?: number;
}

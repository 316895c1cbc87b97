/** A workload of a living cluster as everybody else sees it, whatever kind of controller keeps its pods. */

import type { PodShape } from '../../../../models/cluster/pod.ts';
import type { RolloutState } from '../../../../models/cluster/workload/deployment.ts';
import type { Job, JobListener } from '../../../../models/cluster/workload/job.ts';
import type { ClusterPlace } from '../cluster-place.ts';
import type { LivingWorkload } from '../life-plan.ts';
import type { LivingCluster } from '../living-cluster.ts';
import type { NodeRoster } from '../node-roster.ts';

/** Pods of one kind, and somebody who keeps them. */
export interface ScaledWorkload {
  /** Number of its object at the controllers. */
  readonly object: number;
  /** Pods that there are to be now. */
  readonly replicas: number;
  /** Pods that exist or are on their way. */
  readonly current: number;
  /** Pods that exist, have not ended and are to stay. */
  readonly activeCount: number;
  /** Of those, the ones that have a node. */
  readonly placed: number;
  /** Of those, the ones that are Ready. */
  readonly ready: number;
  /** Whether no pod of it is left, those that are ending and those on their way among them. */
  readonly isEmpty: boolean;
  /** Whether it has what it is to have. What comes and goes by itself is never missed. */
  readonly isWhole: boolean;
  /** Rows of the active pods. */
  active(): readonly number[];
  /** Sets `spec.replicas`; only where the kind has replicas. */
  scaleTo(replicas: number): void;
  /** Sets the template: a rollout begins; only where the kind rolls. */
  rollTo(template: number): void;
  /** Nodes came, went, or changed their taints. */
  nodesChanged?(): void;
  /** Something about the readiness of pods has changed. */
  podsChanged?(): void;
  /** Its Jobs that exist. */
  jobs?(): readonly Job[];
  /** Instants of its schedule that have come and have no run. */
  missed?(): number;
}

/** What the controller of a workload is made of. */
export interface WorkloadGround {
  readonly workload: LivingWorkload;
  readonly place: ClusterPlace;
  /** How many pods there are at first. */
  readonly replicas: number;
  readonly cluster: LivingCluster;
  readonly roster: NodeRoster;
  readonly shapeOf: (template: number) => PodShape;
  /** Hears how far a rollout has come. */
  readonly onRollout: (state: RolloutState) => void;
  /** What time it is when the run begins, in seconds since 1970 UTC. */
  readonly beginsSeconds: number;
  /** Hears how a Job ended. */
  readonly onJobEnd: JobListener;
  /** A CronJob had missed so many instants when it began its next Job. */
  readonly onTooManyMissed: (missed: number) => void;
}

/** Makes the controller of a workload. */
export type MakeWorkload = (ground: WorkloadGround) => ScaledWorkload;

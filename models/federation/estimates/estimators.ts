/**
 * How many further replicas fit into a cluster, as estimators of federations tell.
 *
 * Source: karmada `pkg/estimator` at f8fdd02 (August 2026): `total` (general-estimator) divides what the cluster has left in all, so ten nodes with 8
 * processors each "hold" a replica of 12 (issue #521); `perNode` (accurate estimator) adds up nodes; `models` counts nodes by grade and
 * takes each for the least that its grade allows. Where several estimate, the least counts. Leaves out: quotas, node selectors, extended resources.
 */
import type { ClusterRoom, ReplicaRequest } from '../member-cluster.ts';
import { fitIn, fitOn, totalsOf } from './room-snapshot.ts';

/** Says how many replicas of a request fit. */
export type Estimator = (room: ClusterRoom, request: ReplicaRequest) => number;

/** Karmada's grades of nodes if nobody writes others: the least processors and GiB of each. */
export const DEFAULT_GRADES: readonly ReplicaRequest[] = [
  [0, 0],
  [1, 4],
  [2, 16],
  [4, 32],
  [8, 64],
  [16, 128],
  [32, 256],
  [64, 512],
  [128, 1024],
].map(([cpu, gib]) => ({ cpuMilli: cpu! * 1000, memoryMib: gib! * 1024 }));

/** Pods that a node of a grade is taken to hold. */
const GRADE_PODS = 110;

/** By the sums over all nodes. */
export function total(room: ClusterRoom, request: ReplicaRequest): number {
  return fitIn(totalsOf(room), request);
}

/** Node by node. */
export function perNode(room: ClusterRoom, request: ReplicaRequest): number {
  let fits = 0;
  for (let node = 0; node < room.nodes; node++) fits += fitOn(room, node, request);
  return fits;
}

/** By grades of nodes; more than the pods that the cluster may still hold are never told. */
export function models(room: ClusterRoom, request: ReplicaRequest, grades = DEFAULT_GRADES): number {
  let fits = 0;
  for (let node = 0; node < room.nodes; node++) {
    const grade = gradeOf(room, node, grades);
    if (grade !== undefined) fits += fitIn({ ...grade, pods: GRADE_PODS }, request);
  }
  return Math.min(fits, totalsOf(room).pods);
}

/** The least that any of several estimators tells. */
export function leastOf(...estimators: readonly Estimator[]): Estimator {
  return (room, request) => Math.min(...estimators.map((estimate) => estimate(room, request)));
}

/** The highest grade of which the node has enough of everything left. */
function gradeOf(room: ClusterRoom, node: number, grades: readonly ReplicaRequest[]): ReplicaRequest | undefined {
  const [cpuMilli, memoryMib] = [room.freeCpuMilli(node), room.freeMemoryMib(node)];
  return grades.filter((grade) => grade.cpuMilli <= cpuMilli && grade.memoryMib <= memoryMib).at(-1);
}

/** One cluster of a living run before anything lives in it: its nodes, those that may come, and what they are called. */
import type { ClusterNode } from '../../../models/cluster/node.ts';
import type { AddressPool } from '../../../models/network/addresses.ts';
import type { StreamSource } from '../../../sim/random/stream.ts';
import type { NodeAutoscalerFile } from '../../document/node-group-schema.ts';

/** Which cluster it is. */
export interface ClusterPlace {
  /** Its place among the clusters of the run. */
  readonly index: number;
  /** Empty where there is one cluster. */
  readonly name: string;
  /** Stands before the names of its nodes and workloads. */
  readonly prefix: string;
  /** The run's number of its first node. */
  readonly firstNode: number;
  readonly nodes: readonly ClusterNode[];
  /** Those of them that are machines which groups may add: they are not there when the run begins. */
  readonly spare: ReadonlySet<number>;
  /** What makes nodes come and go; undefined: they stay. */
  readonly autoscaler: NodeAutoscalerFile | undefined;
  /** The group of each node at it; -1: none. */
  readonly groupOf: readonly number[];
  readonly addresses: AddressPool;
  readonly streams: StreamSource;
  /** How many pods of each workload there are at first. */
  readonly replicas: readonly number[];
}

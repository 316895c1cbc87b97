/**
 * Pods, as the scheduler sees them: what they request, where they may go, and which service they belong to.
 *
 * Source: Kubernetes 1.34 API `core/v1` PodSpec; GPU requests by device and thousandths as in the OpenB trace.
 * Pods come in shapes (a large cluster has thousands of pods but some hundred shapes), and all that costs time is
 * computed by shape. Leaves out: containers one by one (a shape is the sum), limits.
 */
import { assert } from '../../sim/engine/assert.ts';
import type { LabelSelector } from './label-selector.ts';
import { GPU_DEVICE_MILLI } from './node.ts';
import type { NodeAffinity } from './node-selector.ts';
import type { PodAffinity, TopologySpreadConstraint } from './pod-relations.ts';
import type { Toleration } from './toleration.ts';

/** What pods of one kind have in common. */
export interface PodShape {
  readonly name: string;
  /** Requested; 0: no request, which the scorer counts as 100. */
  readonly cpuMilli: number;
  /** Requested; 0: no request, which the scorer counts as 200. */
  readonly memoryMib: number;
  /** Devices. */
  readonly gpus: number;
  /** Thousandths of each device; less than 1000 only with one device, which other pods then may share. */
  readonly gpuMilli: number;
  /** Models that it can run on; empty: any. */
  readonly gpuModels: readonly string[];
  readonly tolerations: readonly Toleration[];
  /** Labels that a node must carry, each with that value. */
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly nodeAffinity: NodeAffinity;
  /** `default` if absent. */
  readonly namespace?: string;
  /** None if absent. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Amounts of other resources by name (`ephemeral-storage` and huge pages in bytes, `example.com/fpga` in pieces). */
  readonly extended?: Readonly<Record<string, number>>;
  /** What the scorer counts: the request with 100 thousandths for each container that names none. Absent: by shape. */
  readonly scoredCpuMilli?: number;
  /** As `scoredCpuMilli`, with 200 MiB. */
  readonly scoredMemoryMib?: number;
  /** Image of each container and init container, with its tag or digest (`nginx:latest`). */
  readonly images?: readonly string[];
  /** Ports of the node that it takes. */
  readonly hostPorts?: readonly HostPort[];
  /** The only node that will do; absent: any. */
  readonly nodeName?: string;
  /** 0 if absent; pods of higher priority go first and may push out others. */
  readonly priority?: number;
  /** Whether it may push out others; `PreemptLowerPriority` if absent. */
  readonly preemptionPolicy?: 'PreemptLowerPriority' | 'Never';
  readonly podAffinity?: PodAffinity;
  readonly podAntiAffinity?: PodAffinity;
  readonly topologySpread?: readonly TopologySpreadConstraint[];
  /** Selector of the ReplicaSet, StatefulSet or ReplicationController that it belongs to: it is spread by default. */
  readonly ownerSelector?: LabelSelector;
  /** While any is left, the pod is not even queued. */
  readonly schedulingGates?: readonly string[];
  /** Profile that schedules it; `default-scheduler` if absent. */
  readonly schedulerName?: string;
  /** Persistent volume claims that it mounts, by name in its namespace. */
  readonly claims?: readonly string[];
}

/** A port of the node that a pod takes for itself. */
export interface HostPort {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  /** `0.0.0.0` takes the port on every address. */
  readonly hostIp: string;
  readonly port: number;
}

/** One pod. */
export interface Pod {
  readonly name: string;
  /** Index into the list of shapes. */
  readonly shape: number;
  /** Number of the service it is a replica of; -1: none. */
  readonly service: number;
  /** When it started, seconds of any one clock; preemption spares those that started early. Absent: not started. */
  readonly startedSeconds?: number;
}

/**
 * Fails on a shape that no scheduler could treat: negative requests, or a share of several devices.
 * @throws AssertionError; documents are checked before they get here.
 */
export function assertShape(shape: PodShape): void {
  const amounts = [shape.cpuMilli, shape.memoryMib, shape.gpus, shape.gpuMilli];
  assert(
    amounts.every((amount) => Number.isFinite(amount) && amount >= 0),
    () => `shape ${shape.name} requests ${amounts.join(', ')}`,
  );
  if (shape.gpus === 0) return;
  const shared = shape.gpus === 1 && shape.gpuMilli > 0 && shape.gpuMilli < GPU_DEVICE_MILLI;
  assert(
    shared || shape.gpuMilli === GPU_DEVICE_MILLI,
    () => `shape ${shape.name} requests ${shape.gpus} devices of ${shape.gpuMilli} milli`,
  );
}

/**
 * What pods of a template do on a node: init containers, start, probes, the end.
 *
 * Source: Kubernetes 1.34 `core/v1` PodSpec and its defaults (restart Always, 30 s of grace). A pod has one application container here:
 * side containers are part of it.
 * Leaves out: several application containers with lives of their own, sidecars that outlive the main container.
 */
import { NS_PER_MS, NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Probe } from './probe.ts';

/** How pods of one template live. */
export interface PodRuntime {
  /** Images in the order in which they are pulled, by number of the image catalog. */
  readonly images: readonly number[];
  /** How long each init container runs, one after another. */
  readonly initNs: readonly TimeNs[];
  readonly startup?: Probe;
  readonly readiness?: Probe;
  readonly liveness?: Probe;
  readonly restart: 'Always' | 'OnFailure' | 'Never';
  /** What the application does before it is told to stop (`preStop`). */
  readonly preStopNs: TimeNs;
  /** `terminationGracePeriodSeconds`, from the request to delete on. */
  readonly graceNs: TimeNs;
}

/** Defaults of `core/v1`. */
export const POD_RUNTIME_DEFAULTS: PodRuntime = {
  images: [],
  initNs: [],
  restart: 'Always',
  preStopNs: 0,
  graceNs: 30 * NS_PER_SECOND,
};

/** What the application in a pod does: drawn by whoever knows it, once for each start of the container. */
export interface Application {
  /** From the container's start until it answers its probes. */
  startNs(pod: number): TimeNs;
  /** How long the container runs before it ends by itself; Infinity: as long as it is let. */
  runNs(pod: number): TimeNs;
  /** Whether that end is a good one (exit status 0). */
  endsWell(pod: number): boolean;
  /** From SIGTERM to its end; more than the grace that is left: it is killed. */
  stopNs(pod: number): TimeNs;
}

/** A server that starts at once, runs for ever and stops at once. */
export const PATIENT_SERVER: Application = {
  startNs: () => 0,
  runNs: () => Number.POSITIVE_INFINITY,
  endsWell: () => true,
  stopNs: () => 0,
};

/** How long a kubelet takes over its own work. */
export interface KubeletTimes {
  /** From a change in the API server until the kubelet acts on it. */
  readonly watchNs: TimeNs;
  /** The pod's sandbox, without its network. */
  readonly sandboxNs: TimeNs;
  /** From the call to the container runtime until the container runs. */
  readonly containerStartNs: TimeNs;
  /** From a change of a container until the API server has it: the runtime is listed each second, so half of that on average. */
  readonly reportNs: TimeNs;
}

/** Assumptions but for the listing period of 1 s (kubelet, generic PLEG). */
export const KUBELET_TIMES: KubeletTimes = {
  watchNs: 20 * NS_PER_MS,
  sandboxNs: 200 * NS_PER_MS,
  containerStartNs: 300 * NS_PER_MS,
  reportNs: 500 * NS_PER_MS,
};

/** From a document to what lives: templates of pods, services with their requests, sources. */
import type { PodRuntime } from '../../../models/cluster/kubelet/pod-runtime.ts';
import type { Probe } from '../../../models/cluster/kubelet/probe.ts';
import type { ImageCatalog } from '../../../models/images/image.ts';
import type { CallPlan } from '../../../models/traffic/load/call-graph.ts';
import type { LoadPlan } from '../../../models/traffic/load/load.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import { loadPlanOf } from '../../document/load-plan.ts';
import type { LoadFile } from '../../document/load-schema.ts';
import { reservesOf } from '../../document/node-groups.ts';
import { RESERVE_NAME } from '../../document/reserve.ts';
import type { ScenarioDocument } from '../../document/schema.ts';
import type { ChangeFile, ProbeFile, WorkloadFile } from '../../document/workload-schema.ts';
import { workloadsSchema } from '../../document/workload-schema.ts';
import type { Population } from '../population.ts';
import { ImagePlan } from './image-plan.ts';
import { callerAt, placeOfCallers } from './joined-clusters.ts';
import type { LivingTemplate } from './living-cluster.ts';

/** A version of a workload. */
export interface Version extends LivingTemplate {
  /** Number of the workload. */
  readonly workload: number;
  /** From the start of its container until it answers; Infinity: never. */
  readonly startNs: TimeNs;
}

/** One workload of the document. */
export interface LivingWorkload {
  readonly name: string;
  readonly replicas: number;
  readonly file: WorkloadFile;
  /** Number of its service in the load; -1: it answers nobody. */
  readonly service: number;
  /** Thousandths of a processor that a pod of it requests, and memory. */
  readonly cpuMilli: number;
  readonly memoryMib: number;
  /** Pause pods, which keep room free and do no work. */
  readonly isReserve: boolean;
  /** Numbers of its versions, the first one first. */
  readonly versions: readonly number[];
}

/** A change with its names resolved. */
export interface PlannedChange {
  readonly atNs: TimeNs;
  readonly file: ChangeFile;
  /** The workload that it changes; -1: a node. */
  readonly workload: number;
  /** The version that `roll` brings; -1: none. */
  readonly version: number;
}

/** All that lives in a scenario. */
export interface LifePlan {
  readonly workloads: readonly LivingWorkload[];
  readonly versions: readonly Version[];
  readonly changes: readonly PlannedChange[];
  /** Services of one cluster. */
  readonly services: number;
  readonly load: LoadPlan;
  readonly images: ImageCatalog;
}

/** What lives in a document that has a `load`. */
export function lifePlanOf(document: ScenarioDocument, load: LoadFile, population: Population): LifePlan {
  const versions: Version[] = [];
  const images = new ImagePlan();
  const hasReserve = reservesOf(document).length > 0;
  const workloads = document.cluster.pods.map((group, workload): LivingWorkload => {
    const file = document.workloads[group.name] ?? defaultWorkload();
    const service = load.services.findIndex(({ name }) => name === group.name);
    // Groups come first among the shapes, one each.
    const base = { workload, service, shape: workload, name: group.name, priority: group.shape.priority };
    const first = versions.length;
    const runtime = (version: number) => runtimeOf(file, images.imagesOf(group.name, file.image, version));
    versions.push({ ...base, runtime: runtime(0), startNs: file.start });
    const rolls = document.changes.filter(({ roll }) => roll === group.name);
    rolls.forEach((change, index) => {
      const startNs = change.broken === true ? Number.POSITIVE_INFINITY : (change.start ?? file.start);
      versions.push({ ...base, runtime: runtime(index + 1), startNs });
    });
    const numbers = Array.from({ length: rolls.length + 1 }, (_, index) => first + index);
    const { cpuMilli, memoryMib } = population.shapes[workload]!;
    const isReserve = hasReserve && group.name === RESERVE_NAME;
    return {
      name: group.name,
      replicas: group.count,
      file,
      service,
      cpuMilli,
      memoryMib,
      isReserve,
      versions: numbers,
    };
  });
  return {
    workloads,
    versions,
    changes: changesOf(document.changes, workloads),
    services: load.services.length,
    load: loadOf(load, document.federation?.clusters.map(({ name }) => name) ?? []),
    images,
  };
}

/**
 * Where clusters are many, each has its own copy of every service, in their order; calls stay among the copies of one cluster, and those of
 * sources name the first one's until discovery sends them elsewhere.
 */
function loadOf(load: LoadFile, clusters: readonly string[]): LoadPlan {
  const plan = loadPlanOf(load);
  if (clusters.length === 0) return plan;
  const services = clusters.flatMap((cluster) => {
    const own = (call: CallPlan): CallPlan => ({ ...call, service: copyName(cluster, call.service) });
    return plan.services.map((service) => ({
      ...service,
      name: copyName(cluster, service.name),
      requests: service.requests.map((request) => ({
        ...request,
        ...(request.steps === undefined ? {} : { steps: request.steps.map((step) => step.map(own)) }),
      })),
    }));
  });
  const sources = plan.sources.map((source, index) => ({
    ...source,
    pod: callerAt(placeOfCallers(load.sources[index]!.near, clusters)),
    call: { ...source.call, service: copyName(clusters[0]!, source.call.service) },
  }));
  return { services, sources };
}

function copyName(cluster: string, service: string): string {
  return `${cluster}-${service}`;
}

/** What a group is that says nothing of itself. */
function defaultWorkload(): WorkloadFile {
  return workloadsSchema.parse({ group: {} })['group']!;
}

function changesOf(changes: readonly ChangeFile[], workloads: readonly LivingWorkload[]): PlannedChange[] {
  const rolled = workloads.map(() => 0);
  const planned = changes.map((file): PlannedChange => {
    const name = file.scale ?? file.roll ?? file.delete;
    const workload = workloads.findIndex((each) => each.name === name);
    const version = file.roll === undefined ? -1 : workloads[workload]!.versions[++rolled[workload]!]!;
    return { atNs: file.at, file, workload, version };
  });
  return planned.sort((a, b) => a.atNs - b.atNs);
}

function runtimeOf(file: WorkloadFile, images: readonly number[]): PodRuntime {
  const { startupProbe, readinessProbe, livenessProbe } = file;
  return {
    images,
    initNs: file.init,
    // A Job makes another pod for one that failed.
    restart: file.run === undefined ? 'Always' : 'Never',
    preStopNs: file.preStop,
    graceNs: file.gracePeriod,
    ...(startupProbe === undefined ? {} : { startup: probeOf(startupProbe) }),
    ...(readinessProbe === undefined ? {} : { readiness: probeOf(readinessProbe) }),
    ...(livenessProbe === undefined ? {} : { liveness: probeOf(livenessProbe) }),
  };
}

function probeOf({ initialDelay, period, timeout, successes, failures }: ProbeFile): Probe {
  return {
    initialDelayNs: initialDelay,
    periodNs: period,
    timeoutNs: timeout,
    successThreshold: successes,
    failureThreshold: failures,
  };
}

/** From a document to what lives: templates of pods, services with their requests, sources. */
import type { PodRuntime } from '../../../models/cluster/kubelet/pod-runtime.ts';
import type { Probe } from '../../../models/cluster/kubelet/probe.ts';
import type { CallPlan, ServicePlan } from '../../../models/traffic/load/call-graph.ts';
import type { LoadPlan, SourcePlan } from '../../../models/traffic/load/load.ts';
import type { RateShape } from '../../../models/traffic/load/rate-shape.ts';
import { NS_PER_SECOND, nsToSeconds, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Distribution } from '../../../sim/random/distributions.ts';
import type { LoadFile, SpanFile } from '../../document/load-schema.ts';
import type { ScenarioDocument } from '../../document/schema.ts';
import type { ChangeFile, ProbeFile, WorkloadFile } from '../../document/workload-schema.ts';
import { workloadsSchema } from '../../document/workload-schema.ts';
import type { Population } from '../population.ts';
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
  /** Thousandths of a processor that a pod of it requests. */
  readonly cpuMilli: number;
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
  readonly load: LoadPlan;
}

/** What lives in a document that has a `load`. */
export function lifePlanOf(document: ScenarioDocument, load: LoadFile, population: Population): LifePlan {
  const versions: Version[] = [];
  const workloads = document.cluster.pods.map((group, workload): LivingWorkload => {
    const file = document.workloads[group.name] ?? defaultWorkload();
    const service = load.services.findIndex(({ name }) => name === group.name);
    // Groups come first among the shapes, one each.
    const base = { workload, service, shape: workload, name: group.name, priority: group.shape.priority };
    const first = versions.length;
    versions.push({ ...base, runtime: runtimeOf(file), startNs: file.start });
    const rolls = document.changes.filter(({ roll }) => roll === group.name);
    rolls.forEach((change) => {
      const startNs = change.broken === true ? Number.POSITIVE_INFINITY : (change.start ?? file.start);
      versions.push({ ...base, runtime: runtimeOf(file), startNs });
    });
    const numbers = Array.from({ length: rolls.length + 1 }, (_, index) => first + index);
    const { cpuMilli } = population.shapes[workload]!;
    return { name: group.name, replicas: group.count, file, service, cpuMilli, versions: numbers };
  });
  return { workloads, versions, changes: changesOf(document.changes, workloads), load: loadPlanOf(load) };
}

/** What a group is that says nothing of itself. */
function defaultWorkload(): WorkloadFile {
  return workloadsSchema.parse({ group: {} })['group']!;
}

function changesOf(changes: readonly ChangeFile[], workloads: readonly LivingWorkload[]): PlannedChange[] {
  const rolled = workloads.map(() => 0);
  const planned = changes.map((file): PlannedChange => {
    const name = file.scale ?? file.roll;
    const workload = workloads.findIndex((each) => each.name === name);
    const version = file.roll === undefined ? -1 : workloads[workload]!.versions[++rolled[workload]!]!;
    return { atNs: file.at, file, workload, version };
  });
  return planned.sort((a, b) => a.atNs - b.atNs);
}

function runtimeOf(file: WorkloadFile): PodRuntime {
  const { startupProbe, readinessProbe, livenessProbe } = file;
  return {
    images: [],
    initNs: file.init,
    restart: 'Always',
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

function loadPlanOf({ services, sources }: LoadFile): LoadPlan {
  return {
    services: services.map(
      ({ name, workers, queue, balancing, requests }): ServicePlan => ({
        name,
        workers,
        balancing,
        ...(queue === undefined ? {} : { queueMax: queue }),
        requests: requests.map(({ name: request, cpu, wait, calls, answer }) => ({
          name: request,
          ...(cpu === undefined ? {} : { cpu: spanOf(cpu) }),
          ...(wait === undefined ? {} : { wait: spanOf(wait) }),
          ...(answer === undefined ? {} : { responseBytes: constant(answer) }),
          steps: calls.map((call) => [callOf(call)]),
        })),
      }),
    ),
    sources: sources.map(sourceOf),
  };
}

function sourceOf(source: LoadFile['sources'][number]): SourcePlan {
  const call = callOf({ ...source, chance: 1 });
  if (source.users !== undefined)
    return {
      kind: 'closed',
      name: source.name,
      call,
      users: source.users,
      think: source.think === undefined ? constant(0) : spanOf(source.think),
    };
  return { kind: 'open', name: source.name, call, rate: rateOf(source.rate!) };
}

function callOf(call: {
  readonly to: string;
  readonly request: string;
  readonly chance: number;
  readonly attempts: number;
  readonly timeout?: number | undefined;
  readonly size?: number | undefined;
}): CallPlan {
  const { to, request, chance, attempts, timeout, size } = call;
  return {
    service: to,
    request,
    chance,
    attempts,
    ...(timeout === undefined ? {} : { timeoutNs: timeout }),
    ...(size === undefined ? {} : { requestBytes: constant(size) }),
  };
}

function rateOf(rate: NonNullable<LoadFile['sources'][number]['rate']>): RateShape {
  if (typeof rate === 'number') return { kind: 'constant', perSec: rate };
  const { steps, between, repeatEvery } = rate;
  return {
    kind: 'series',
    timesNs: steps.map(({ at }) => at),
    perSec: steps.map((step) => step.rate),
    between,
    ...(repeatEvery === undefined ? { after: 'hold' } : { after: 'repeat', periodNs: repeatEvery }),
  };
}

/** Seconds, as the load counts. */
function spanOf(span: SpanFile): Distribution {
  if (span.constant !== undefined) return constant(nsToSeconds(span.constant));
  if (span.exponential !== undefined) return { kind: 'exponential', mean: nsToSeconds(span.exponential.mean) };
  if (span.uniform !== undefined)
    return { kind: 'uniform', low: nsToSeconds(span.uniform.low), high: nsToSeconds(span.uniform.high) };
  return { kind: 'lognormal', mean: span.lognormal!.mean / NS_PER_SECOND, sigma: span.lognormal!.sigma };
}

function constant(value: number): Distribution {
  return { kind: 'constant', value };
}

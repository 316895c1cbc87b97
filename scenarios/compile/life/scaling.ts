/** Autoscalers of a living run: what the metrics pipeline tells them of their pods, and what they write. */
import {
  behaviorWithDefaults,
  cpuUtilization,
  type MetricSpec,
  withDefaults,
} from '../../../models/autoscaling/horizontal-autoscaler.ts';
import type { HorizontalDecision } from '../../../models/autoscaling/horizontal-controller.ts';
import { HorizontalLoops } from '../../../models/autoscaling/horizontal-loop.ts';
import type { AutoscaledPod, MetricReadings, PodSample } from '../../../models/autoscaling/metric-readings.ts';
import { type SteadyPods, steadyPods } from '../../../models/autoscaling/steady-usage.ts';
import type { Presence } from '../../../models/cluster/control-plane/presence.ts';
import { NEVER_NS, NONE, POD_PHASE } from '../../../models/cluster/pod-table.ts';
import type { ResourceMetrics } from '../../../models/monitoring/resource-metrics.ts';
import { NS_PER_SECOND } from '../../../sim/engine/sim-time.ts';
import type { Simulation } from '../../../sim/engine/simulation.ts';
import type { StreamSource } from '../../../sim/random/stream.ts';
import { AUTOSCALER_DEFAULTS, type AutoscalerFile } from '../../document/autoscaler-schema.ts';
import type { LivingCluster } from './living-cluster.ts';
import { requestsMetric, ScrapedRates } from './scraped-rates.ts';
import type { ScaledWorkload } from './workloads/scaled-workload.ts';

/** What autoscalers act on. */
export interface ScalingParts {
  readonly sim: Simulation;
  readonly controllers: Presence;
  readonly streams: StreamSource;
  readonly cluster: LivingCluster;
  readonly metrics: ResourceMetrics;
  /** The workload of a name, and what one of its pods requests. */
  readonly controllerOf: (name: string) => { readonly controller: ScaledWorkload; readonly cpuMilli: number };
  /** When the pod's Ready condition last changed; NEVER_NS: it has never been Ready. */
  readonly readyChangedNs: (pod: number) => number;
  /** Requests of a workload's service that are over so far. */
  readonly handled: (name: string) => number;
  /** An autoscaler has looked, and was told this use of the processors of a pod, thousandths; NaN: nothing. */
  readonly onDecision: (name: string, decision: HorizontalDecision, cpuMilliSeen: number) => void;
}

/** What one autoscaler was told at its last look; derived again only where the table of pods has changed. */
interface Sight {
  /** What each of its pods requests: all are of one kind. */
  readonly containers: AutoscaledPod['containers'];
  version: number;
  pods: readonly AutoscaledPod[];
  /** The same, where nothing of them has to be weighed. */
  steady: SteadyPods | undefined;
  /** Numbers of those pods. */
  numbers: readonly number[];
  cpuMilliSeen: number;
}

const NO_OBJECTS: MetricReadings['objectMetrics'] = new Map();
const NO_PODS: MetricReadings['podMetrics'] = new Map();
const NO_EXTERNALS: MetricReadings['externalMetrics'] = new Map();
const PHASE_NAMES = ['Unknown', 'Pending', 'Running', 'Succeeded', 'Failed'] as const;

/** The autoscalers of a document at work. */
export class Scaling {
  readonly #parts: ScalingParts;
  readonly #loops: HorizontalLoops;
  readonly #names: string[] = [];
  readonly #sights: Sight[] = [];
  readonly #rates: ScrapedRates;

  constructor(parts: ScalingParts, files: readonly AutoscalerFile[]) {
    this.#parts = parts;
    this.#loops = new HorizontalLoops(
      parts.sim,
      parts.streams.stream('autoscalers', 'phases'),
      (number, decision) => parts.onDecision(this.#names[number]!, decision, this.#sights[number]!.cpuMilliSeen),
      { controllers: parts.controllers },
    );
    this.#rates = new ScrapedRates(parts);
    for (const file of files) this.#add(file);
  }

  #add(file: AutoscalerFile): void {
    const { target, min, max, upWindow = AUTOSCALER_DEFAULTS.upWindowNs } = file;
    const { downWindow = AUTOSCALER_DEFAULTS.downWindowNs, scrape = AUTOSCALER_DEFAULTS.scrape } = file;
    const autoscaler = withDefaults({
      minReplicas: min,
      maxReplicas: max,
      metrics: metricsOf(file),
      behavior: behaviorWithDefaults({
        scaleUp: { stabilizationWindowSeconds: Math.round(upWindow / NS_PER_SECOND) },
        scaleDown: { stabilizationWindowSeconds: Math.round(downWindow / NS_PER_SECOND) },
      }),
    });
    const { controller, cpuMilli } = this.#parts.controllerOf(target);
    const containers = [{ name: 'app', requestsMilli: { cpu: BigInt(cpuMilli) } }];
    const sight: Sight = {
      containers,
      version: -1,
      pods: [],
      steady: undefined,
      numbers: [],
      cpuMilliSeen: Number.NaN,
    };
    const rate = file.requests === undefined ? undefined : this.#rates.watch(target, scrape);
    this.#names.push(target);
    this.#sights.push(sight);
    this.#loops.add(autoscaler, {
      get specReplicas() {
        return controller.replicas;
      },
      get statusReplicas() {
        return controller.current;
      },
      pods: () => {
        this.#look(sight, controller);
        return sight.pods;
      },
      readings: () => this.#readings(sight, rate?.() ?? NO_OBJECTS),
      scaleTo: (replicas) => controller.scaleTo(replicas),
    });
  }

  #look(sight: Sight, controller: ScaledWorkload): void {
    const { cluster } = this.#parts;
    if (sight.version === cluster.pods.version) return;
    const active = controller.active();
    sight.version = cluster.pods.version;
    sight.pods = active.map((pod) => this.#seen(pod, sight.containers));
    sight.steady = steadyPods(sight.pods);
    sight.numbers = active.map((pod) => cluster.numberOf(pod));
  }

  /** A pod as the API server tells of it. */
  #seen(pod: number, containers: AutoscaledPod['containers']): AutoscaledPod {
    const { cluster, readyChangedNs } = this.#parts;
    const { pods } = cluster;
    const changedNs = readyChangedNs(pod);
    return {
      name: String(cluster.numberOf(pod)),
      phase: PHASE_NAMES[pods.phase[pod]!]!,
      deleting: pods.terminating[pod] === 1,
      startedNs: pods.node[pod] === NONE || pods.phase[pod] === POD_PHASE.pending ? null : pods.createdNs[pod]!,
      ready: changedNs === NEVER_NS ? null : { value: pods.ready[pod] === 1, sinceNs: changedNs },
      containers,
    };
  }

  #readings(sight: Sight, objectMetrics: MetricReadings['objectMetrics']): MetricReadings {
    const { metrics } = this.#parts;
    let [used, usedMilli, sampled] = [0, 0, 0];
    for (const number of sight.numbers) {
      const sample = metrics.sampleOf(number);
      if (sample === undefined) continue;
      used += sample.cpuMilli;
      usedMilli += Math.ceil(sample.cpuMilli);
      sampled++;
    }
    sight.cpuMilliSeen = sampled === 0 ? Number.NaN : used / sampled;
    const { steady, numbers } = sight;
    const isWhole = steady !== undefined && sampled === numbers.length;
    const samples = (): MetricReadings['podSamples'] => this.#samples(sight);
    return {
      objectMetrics,
      podMetrics: NO_PODS,
      externalMetrics: NO_EXTERNALS,
      ...(isWhole ? { steadyCpu: { ...steady, usedMilli: BigInt(usedMilli) } } : {}),
      // Asked for only where pods have to be weighed one by one.
      get podSamples() {
        return samples();
      },
    };
  }

  #samples({ numbers, pods }: Sight): MetricReadings['podSamples'] {
    const samples = new Map<string, PodSample>();
    numbers.forEach((number, index) => {
      const sample = this.#parts.metrics.sampleOf(number);
      if (sample === undefined) return;
      const { timestampNs, windowNs, cpuMilli } = sample;
      const usageMilli = { cpu: BigInt(Math.ceil(cpuMilli)) };
      samples.set(pods[index]!.name, { timestampNs, windowNs, containers: [{ name: 'app', usageMilli }] });
    });
    return samples;
  }
}

function metricsOf({ target, cpu, requests }: AutoscalerFile): MetricSpec[] {
  const share = cpu ?? (requests === undefined ? AUTOSCALER_DEFAULTS.cpu : undefined);
  return [
    ...(share === undefined ? [] : [cpuUtilization(Math.round(share * 100))]),
    ...(requests === undefined ? [] : [requestsMetric(target, requests)]),
  ];
}

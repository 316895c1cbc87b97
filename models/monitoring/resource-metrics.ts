/**
 * What the resource metrics API says of pods: late, averaged, and only of nodes that could be asked.
 *
 * Source: kubelet (cAdvisor housekeeping each 10 s, `--housekeeping-interval` with jitter), metrics-server 0.7 (`--metric-resolution` 15 s;
 * `pkg/storage/pod.go`): each scrape takes from every node the last sample of cumulated processor time; the API answers with the rate
 * between the last two samples of a pod that differ, their distance as the window and the time of the later one. A sample that was taken
 * from 10 s after the container's start to one resolution after it stands on that start instead; one that is later and has none before it
 * says nothing yet. What a scrape did not bring is gone from the answer.
 * The processor time at the instant of a node's sample is read at the scrape and drawn back in a straight line to that instant: a change of
 * load between two scrapes is thus spread over them, as the average does anyway.
 * Leaves out: scrapes that take time or fail by chance, memory other than the working set of the moment.
 */
import { NS_PER_SECOND, type TimeNs } from '../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../sim/engine/simulation.ts';
import type { Stream } from '../../sim/random/stream.ts';

/** What is measured on the nodes: the truth. */
export interface UsageSource {
  /** Pods whose containers run, on all nodes, in any order. */
  running(): Iterable<number>;
  /** Tells one life of a pod's number from the next. */
  lifeOf(pod: number): number;
  nodeOf(pod: number): number;
  /** Processor time since the container started, ns of one core. */
  cpuNs(pod: number): number;
  /** When the container that runs started. */
  startedNs(pod: number): TimeNs;
  memoryMib(pod: number): number;
  /** Whether the server can ask that node. */
  reaches(node: number): boolean;
}

/** Periods of the pipeline. */
export interface ResourceMetricsOptions {
  /** How often a kubelet looks at its containers. */
  readonly housekeepingNs: TimeNs;
  /** How often the server asks all nodes. */
  readonly resolutionNs: TimeNs;
}

/** Defaults of kubelet and metrics-server. */
export const RESOURCE_METRICS_DEFAULTS: ResourceMetricsOptions = {
  housekeepingNs: 10 * NS_PER_SECOND,
  resolutionNs: 15 * NS_PER_SECOND,
};

/** A sample that is taken so soon after the start does not stand on it: the time between would be too short to be exact. */
const YOUNGEST_NS = 10 * NS_PER_SECOND;

/** Before every instant of a run. */
const NEVER = -1;

/** What the API answers of one pod. */
export interface ResourceSample {
  /** Thousandths of a processor, averaged over the window. */
  readonly cpuMilli: number;
  readonly memoryMib: number;
  /** When it was measured. */
  readonly timestampNs: TimeNs;
  readonly windowNs: TimeNs;
}

/** One of these for each pod that runs, written over at every scrape: a day of a cluster has millions of them. */
interface History {
  readonly life: number;
  /** What was read at the last scrape, to draw the next sample back from. */
  readNs: TimeNs;
  readCpuNs: number;
  /** The last sample, and the one or the start that it stands on; NEVER: there is none. */
  lastNs: TimeNs;
  lastCpuNs: number;
  beforeNs: TimeNs;
  beforeCpuNs: number;
  memoryMib: number;
  startedNs: TimeNs;
  /** The scrape that brought it last. */
  scrape: number;
}

/** One cluster's metrics-server and the kubelets that it asks. */
export class ResourceMetrics {
  readonly #sim: Simulation;
  readonly #source: UsageSource;
  readonly #options: ResourceMetricsOptions;
  readonly #stream: Stream;
  readonly #kind: EventKind;
  readonly #phaseOf = new Map<number, TimeNs>();
  readonly #histories = new Map<number, History>();
  #scrapes = 0;

  /** `stream` draws the phase of the server and of each node. */
  constructor(
    sim: Simulation,
    source: UsageSource,
    stream: Stream,
    options: ResourceMetricsOptions = RESOURCE_METRICS_DEFAULTS,
  ) {
    this.#sim = sim;
    this.#source = source;
    this.#options = options;
    this.#stream = stream;
    this.#kind = sim.kind('metrics-server asks', () => this.#scrape());
  }

  /** The first scrape comes within one resolution from now. */
  begin(): void {
    this.#sim.after(this.#stream.below(this.#options.resolutionNs / 1000) * 1000, this.#kind);
  }

  /** What the API says of a pod now; undefined: nothing. */
  sampleOf(pod: number): ResourceSample | undefined {
    const history = this.#histories.get(pod);
    if (history === undefined || history.life !== this.#source.lifeOf(pod) || history.scrape !== this.#scrapes) return;
    const { lastNs, lastCpuNs, beforeNs, beforeCpuNs, memoryMib } = history;
    if (beforeNs === NEVER) return undefined;
    const windowNs = lastNs - beforeNs;
    return { cpuMilli: (1000 * (lastCpuNs - beforeCpuNs)) / windowNs, memoryMib, timestampNs: lastNs, windowNs };
  }

  #scrape(): void {
    this.#scrapes++;
    for (const pod of this.#source.running()) if (this.#source.reaches(this.#source.nodeOf(pod))) this.#take(pod);
    for (const [pod, { scrape }] of this.#histories) if (scrape !== this.#scrapes) this.#histories.delete(pod);
    this.#sim.after(this.#options.resolutionNs, this.#kind);
  }

  #take(pod: number): void {
    const { nowNs } = this.#sim;
    const history = this.#historyOf(pod);
    const cpuNs = this.#source.cpuNs(pod);
    const atNs = this.#lastHousekeepingNs(this.#source.nodeOf(pod));
    history.scrape = this.#scrapes;
    history.memoryMib = this.#source.memoryMib(pod);
    if (atNs > Math.max(history.lastNs, history.startedNs)) {
      const ageNs = atNs - history.startedNs;
      const standsOnStart = ageNs >= YOUNGEST_NS && ageNs < this.#options.resolutionNs;
      history.beforeNs = standsOnStart ? history.startedNs : history.lastNs;
      history.beforeCpuNs = standsOnStart ? 0 : history.lastCpuNs;
      history.lastNs = atNs;
      history.lastCpuNs = drawnBack(history, nowNs, cpuNs, atNs);
    }
    history.readNs = nowNs;
    history.readCpuNs = cpuNs;
  }

  /** A container that has started again begins anew: its processor time does. */
  #historyOf(pod: number): History {
    const known = this.#histories.get(pod);
    const life = this.#source.lifeOf(pod);
    const startedNs = this.#source.startedNs(pod);
    if (known?.life === life && known.startedNs === startedNs) return known;
    const made: History = {
      life,
      startedNs,
      readNs: startedNs,
      readCpuNs: 0,
      lastNs: NEVER,
      lastCpuNs: 0,
      beforeNs: NEVER,
      beforeCpuNs: 0,
      memoryMib: 0,
      scrape: 0,
    };
    this.#histories.set(pod, made);
    return made;
  }

  #lastHousekeepingNs(node: number): TimeNs {
    const { housekeepingNs } = this.#options;
    let phaseNs = this.#phaseOf.get(node);
    if (phaseNs === undefined) {
      phaseNs = this.#stream.below(housekeepingNs / 1000) * 1000;
      this.#phaseOf.set(node, phaseNs);
    }
    const { nowNs } = this.#sim;
    return Math.floor((nowNs - phaseNs) / housekeepingNs) * housekeepingNs + phaseNs;
  }
}

/** The value at an instant between the last reading and the one of now. */
function drawnBack({ readNs, readCpuNs }: History, nowNs: TimeNs, cpuNs: number, atNs: TimeNs): number {
  if (nowNs === readNs || atNs <= readNs) return readCpuNs;
  return readCpuNs + ((cpuNs - readCpuNs) * (atNs - readNs)) / (nowNs - readNs);
}

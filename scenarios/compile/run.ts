/** One run of one alternative: the only place where all models meet. */
import type { ClusterNode } from '../../models/cluster/node.ts';
import { Residents } from '../../models/cluster/residents.ts';
import { dataPathCapacityNsPerSec } from '../../models/machine/processors.ts';
import { Fabric } from '../../models/network/fabric.ts';
import { FabricRows } from '../../models/network/fabric-rows.ts';
import { Transport } from '../../models/network/transport.ts';
import type { Scheduler } from '../../models/scheduling/scheduler.ts';
import { Endpoints } from '../../models/service/endpoints.ts';
import { callGraph } from '../../models/service/services.ts';
import { Talkers } from '../../models/traffic/talkers.ts';
import { CLOUD_CATALOG, PHASE } from '../../models/world/catalog.ts';
import { settleFaults } from '../../models/world/faults.ts';
import { Publication } from '../../models/world/publication.ts';
import type { World } from '../../models/world/world.ts';
import { assert } from '../../sim/engine/assert.ts';
import { NS_PER_SECOND, type TimeNs } from '../../sim/engine/sim-time.ts';
import { type EventKind, Simulation } from '../../sim/engine/simulation.ts';
import { StreamSource } from '../../sim/random/stream.ts';
import { SharedResources } from '../../sim/sharing/shared-resources.ts';
import type { RecordingLevel } from '../../sim/trace/catalog.ts';
import { traceHeader } from '../../sim/trace/header.ts';
import { type ChunkSink, Recorder } from '../../sim/trace/recorder.ts';
import { Breakage } from './breakage.ts';
import { addressPoolOf, type Placement, place, schedulerOf } from './placement.ts';
import type { Plan, PlannedAlternative } from './plan.ts';
import { clusterNodesOf, type Population, populationOf } from './population.ts';
import { fabricSettingOf, faultPlansOf } from './surroundings.ts';
import { WAVETANK_VERSION } from './version.ts';

/** Loads are sampled this many times in a run. */
const SAMPLES_OF_A_RUN = 120;

/** What a run is recorded into, and what it may take over from elsewhere. */
export interface RunOptions {
  readonly sink?: ChunkSink;
  readonly level?: RecordingLevel;
  /** A placement made before, for the same placement key and seed. */
  readonly placement?: Placement;
  readonly population?: Population;
  /** Stops here instead of at the end; what happens before is the same. */
  readonly untilNs?: TimeNs;
}

export interface RunResult {
  readonly digest: string;
  readonly records: number;
  readonly traceBytes: number;
  readonly events: number;
  readonly simulatedNs: TimeNs;
  /** Keys of the catalog's metrics; one that has no sample is absent. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Equal in runs that drew the same arrivals. */
  readonly arrivalsHash: number;
}

/** What sliders of a live run may scale. */
export type Knob = 'load' | 'uplink';

/** Starts a run of the alternative of that name. */
export function startRun(plan: Plan, alternative: string, seed: string, options: RunOptions = {}): Run {
  const planned = plan.alternatives.find((one) => one.name === alternative);
  assert(planned !== undefined, () => `no alternative is named ${alternative}`);
  return new Run(plan, planned, seed, options);
}

export class Run {
  readonly endNs: TimeNs;
  readonly simulation = new Simulation();
  readonly #plan: Plan;
  readonly #alternative: PlannedAlternative;
  readonly #population: Population;
  readonly #placement: Placement;
  readonly #world: World;
  readonly #nodes: readonly ClusterNode[];
  readonly #residents: Residents;
  readonly #endpoints: Endpoints;
  readonly #resources = new SharedResources();
  readonly #fabric: Fabric;
  readonly #rows: FabricRows;
  readonly #transport: Transport;
  readonly #talkers: Talkers;
  readonly #sampleNs: TimeNs;
  readonly #sampleKind: EventKind;
  readonly #placeKind: EventKind;
  readonly #placedOfService: Uint32Array;
  readonly #loadWritten: Float64Array;
  #scheduler: Scheduler | undefined;
  #podsPlaced = 0;

  constructor(plan: Plan, alternative: PlannedAlternative, seed: string, options: RunOptions) {
    const { document } = plan;
    this.#plan = plan;
    this.#alternative = alternative;
    this.endNs = Math.min(document.duration, options.untilNs ?? document.duration);
    this.#population = options.population ?? populationOf(document);
    this.#placement = options.placement ?? place(plan, alternative, this.#population, seed);
    const { pods, shapes, services } = this.#population;
    const streams = new StreamSource(seed);
    const publish = new Publication(this.#makeRecorder(seed, options));
    this.#world = { sim: this.simulation, streams, publish };
    const nodeCount = document.cluster.nodes.reduce((sum, run) => sum + run.count, 0);
    this.#nodes = clusterNodesOf(document, alternative.reserve, addressPoolOf(document, alternative, nodeCount));
    this.#fabric = new Fabric(nodeCount, fabricSettingOf(document), this.#resources);
    this.#rows = new FabricRows(this.#fabric, publish);
    this.#residents = new Residents(this.#nodes, pods, shapes, publish);
    this.#rows.bear();
    this.#residents.bearNodes();
    this.#rows.bearLinks((node) => this.#nodes[node]!.name);
    this.#endpoints = new Endpoints(services, publish);
    this.#placedOfService = this.#countPlaced();
    this.#transport = new Transport(this.#fabric, this.#resources, this.#processors());
    this.#loadWritten = new Float64Array(nodeCount);
    const breakage = this.#makeBreakage(streams);
    this.#talkers = this.#makeTalkers(streams, (node) => breakage.refusedFromNs(node));
    this.#placeKind = this.simulation.kind('pod is placed', (index) => this.#placeNext(index));
    this.#sampleKind = this.simulation.kind('loads are sampled', () => this.#sample(), 6);
    this.#sampleNs = Math.max(1, Math.floor(document.duration / SAMPLES_OF_A_RUN));
    this.#begin(breakage);
  }

  #makeRecorder(seed: string, options: RunOptions): Recorder {
    const { document } = this.#plan;
    const { name, axes } = this.#alternative;
    return new Recorder({
      catalog: CLOUD_CATALOG,
      clock: this.simulation,
      header: traceHeader({
        wavetank: WAVETANK_VERSION,
        scenario: document.file,
        title: document.title,
        seed,
        alternative: name,
        parameters: { ...axes },
      }),
      ...(options.level === undefined ? {} : { level: options.level }),
      ...(options.sink === undefined ? {} : { sink: options.sink }),
    });
  }

  #makeBreakage(streams: StreamSource): Breakage {
    const { document } = this.#plan;
    const { nodes, racks, spines } = this.#fabric;
    const faults = settleFaults(faultPlansOf(document), { nodes, racks, spines }, streams);
    return new Breakage(faults, {
      world: this.#world,
      fabric: this.#fabric,
      rows: this.#rows,
      residents: this.#residents,
      endpoints: this.#endpoints,
      scheme: this.#alternative.scheme,
      environment: this.#alternative.environment,
      patience: { notReadyAfterNs: document.lifecycle.notReadyAfter, evictionAfterNs: document.lifecycle.evictionAfter },
      replace: (pod) => this.#replace(pod),
    });
  }

  #makeTalkers(streams: StreamSource, refusedFromNs: (node: number) => TimeNs): Talkers {
    const { document } = this.#plan;
    const { scheme, wire } = this.#alternative;
    const plans = document.traffic.talkers.map(({ name, rate, size, measures, pace }) => ({
      name,
      ratePerSec: rate,
      size,
      measures,
      ...(pace === undefined ? {} : { paceBytesPerSec: pace / 8 }),
    }));
    return new Talkers(
      plans,
      {
        world: this.#world,
        residents: this.#residents,
        endpoints: this.#endpoints,
        calls: callGraph(this.#population.services, document.services, streams),
        fabric: this.#fabric,
        resources: this.#resources,
        transport: this.#transport,
        carriage: { wire, path: scheme.dataPath, sameNodePath: scheme.sameNodePath, offload: document.machine.offload },
      },
      refusedFromNs,
    );
  }

  #countPlaced(): Uint32Array {
    const placed = new Uint32Array(this.#population.services.length);
    this.#population.pods.forEach((pod, index) => {
      if (this.#placement.addressed[index] === 1) placed[pod.service]!++;
    });
    return placed;
  }

  /** Processor time for packets on each node, once all pods stand. */
  #processors(): Float64Array {
    const requested = new Float64Array(this.#nodes.length);
    this.#population.pods.forEach((pod, index) => {
      if (this.#placement.addressed[index] === 1)
        requested[this.#placement.node[index]!]! += this.#population.shapes[pod.shape]!.cpuMilli;
    });
    return requested.map((requestedMilli, node) => this.#processorsOf(node, requestedMilli));
  }

  #processorsOf(node: number, requestedMilli: number): number {
    return dataPathCapacityNsPerSec({
      capacityMilli: this.#nodes[node]!.capacity.cpuMilli,
      agentMilli: this.#alternative.scheme.agent.cpuMilli,
      reserveMilli: this.#alternative.dataPathMilli,
      requestedMilli,
      podCpuUse: this.#plan.document.machine.podCpuUse,
    });
  }

  #begin(breakage: Breakage): void {
    const { scheduling, traffic } = this.#plan.document;
    for (const pod of this.#placement.order) this.#residents.bearPod(pod);
    this.simulation.at(scheduling.start, this.#placeKind, 0);
    this.#talkers.begin(traffic.start, this.#plan.document.duration);
    breakage.begin(this.#talkers);
    this.simulation.at(traffic.start, this.#sampleKind);
  }

  #placeNext(index: number): void {
    const { scheduling } = this.#plan.document;
    const { order, node } = this.#placement;
    if (index >= order.length) return;
    const next = index + 1;
    const nextNs = scheduling.start + Math.round((next * NS_PER_SECOND) / scheduling.rate);
    // The chain of placements is not a chain of causes.
    this.simulation.cause = -1;
    if (next < order.length) this.simulation.at(nextNs, this.#placeKind, next);
    const pod = order[index]!;
    if (node[pod]! < 0) this.#announceShortage(pod);
    else this.#announcePlacement(pod);
  }

  #announceShortage(pod: number): void {
    const { publish } = this.#world;
    const shortage = this.#placement.shortages.get(pod)!;
    const row = this.#residents.row(pod);
    publish.recorder.mark(publish.mark('unschedulable'), row, publish.recorder.text(shortage.reason), shortage.nodes);
    this.#residents.wait(pod, PHASE.unschedulable);
  }

  #announcePlacement(pod: number): void {
    const { publish } = this.#world;
    const { node, score, feasible, ties, addressed } = this.#placement;
    const row = this.#residents.row(pod);
    publish.recorder.mark(publish.mark('scheduled'), row, node[pod]!, score[pod]!, feasible[pod]!, ties[pod]!);
    if (addressed[pod] === 0) {
      publish.recorder.mark(publish.mark('no-address'), row, node[pod]!);
      this.#residents.wait(pod, PHASE.noAddress);
      return;
    }
    this.#podsPlaced++;
    if (this.#residents.alive[node[pod]!] === 0) return;
    this.#residents.settle(pod, node[pod]!);
    this.#endpoints.add(this.#population.pods[pod]!.service, pod);
  }

  /** A pod that was given up gets a new row, and a node if there is one. */
  #replace(pod: number): void {
    const { publish } = this.#world;
    const scheduler = this.#schedulerNow();
    scheduler.forget(pod);
    const decision = scheduler.schedule(pod);
    this.#residents.bearPod(pod);
    const row = this.#residents.row(pod);
    if (decision.node < 0) {
      const reason = decision.refusals[0]?.reason ?? 'no node is ready';
      publish.recorder.mark(publish.mark('unschedulable'), row, publish.recorder.text(reason), decision.refusals[0]?.count ?? 0);
      this.#residents.wait(pod, PHASE.unschedulable);
      return;
    }
    publish.recorder.mark(publish.mark('scheduled'), row, decision.node, decision.score, decision.feasible, decision.ties);
    this.#residents.settle(pod, decision.node);
    this.#endpoints.add(this.#population.pods[pod]!.service, pod);
    this.#talkers.podRuns(pod);
    const capacity = this.#processorsOf(decision.node, this.#residents.requestedMilli(decision.node));
    this.#resources.setCapacity(this.#transport.processorOf(decision.node), capacity, this.simulation.nowNs);
    this.#talkers.settlement.changed();
  }

  /** The scheduler with all that it has decided so far; made when first asked, since most runs never ask. */
  #schedulerNow(): Scheduler {
    if (this.#scheduler === undefined) {
      const scheduler = schedulerOf(this.#plan, this.#alternative, this.#population, this.#nodes, this.#world.streams);
      for (const pod of this.#placement.order)
        if (this.#placement.node[pod]! >= 0) scheduler.assume(pod, this.#placement.node[pod]!, this.#placement.devices[pod]!);
      this.#scheduler = scheduler;
    }
    for (let node = 0; node < this.#nodes.length; node++)
      if (this.#residents.alive[node] === 0) this.#scheduler.setNodeReady(node, false);
    return this.#scheduler;
  }

  #sample(): void {
    this.simulation.cause = -1;
    const { mean, peak } = this.#rows.sample(this.#resources);
    this.#talkers.measurement.uplinks(mean, peak);
    this.#talkers.sampleLimits();
    this.#sampleProcessors();
    const nextNs = this.simulation.nowNs + this.#sampleNs;
    if (nextNs < this.#plan.document.duration) this.simulation.at(nextNs, this.#sampleKind);
  }

  #sampleProcessors(): void {
    const { recorder } = this.#world.publish;
    const column = this.#world.publish.column('nodes.dataPathLoad');
    for (let node = 0; node < this.#nodes.length; node++) {
      const resource = this.#transport.processorOf(node);
      const load = this.#resources.load(resource) / this.#resources.capacityOf(resource);
      const before = this.#loadWritten[node]!;
      if (Math.abs(load - before) < 0.005 && !(load === 0 && before !== 0)) continue;
      this.#loadWritten[node] = load;
      recorder.set(column, node, load);
    }
  }

  /** Runs on to `untilNs` or the end; true when the end is reached. */
  advance(untilNs: TimeNs): boolean {
    this.simulation.run(Math.min(untilNs, this.endNs));
    return untilNs >= this.endNs;
  }

  /** Moves a slider: takes effect now and is marked in the recording. */
  set(knob: Knob, factor: number): void {
    const { publish } = this.#world;
    this.simulation.cause = -1;
    publish.recorder.mark(publish.mark('parameter-changed'), 0, publish.recorder.text(knob), factor);
    if (knob === 'load') return this.#talkers.scaleLoad(factor);
    this.#fabric.scaleUplinks(factor, this.simulation.nowNs);
    this.#rows.capacities();
    this.#talkers.settlement.changed();
  }

  /** Runs to the end and sums up. */
  finish(): RunResult {
    this.advance(this.endNs);
    const unfinished = this.#talkers.end();
    const recorded = this.#world.publish.recorder.finish();
    const metrics = { ...this.#talkers.measurement.metrics(unfinished), ...this.#survival() };
    return {
      digest: recorded.digest,
      records: recorded.records,
      traceBytes: recorded.bytes,
      events: this.simulation.dispatched,
      simulatedNs: this.simulation.nowNs,
      metrics,
      arrivalsHash: this.#talkers.arrivalsHash,
    };
  }

  #survival(): Record<string, number> {
    const running = new Uint32Array(this.#placedOfService.length);
    this.#population.pods.forEach((pod, index) => {
      if (this.#residents.nodeOf[index]! >= 0) running[pod.service]!++;
    });
    let existed = 0;
    let survived = 0;
    let worst = 0;
    this.#placedOfService.forEach((placed, service) => {
      if (placed === 0) return;
      existed++;
      if (running[service]! > 0) survived++;
      worst = Math.max(worst, (placed - running[service]!) / placed);
    });
    return {
      podsRunning: this.#podsPlaced,
      podsWaiting: this.#population.pods.length - this.#podsPlaced,
      servicesSurviving: existed === 0 ? 1 : survived / existed,
      replicasLostWorst: worst,
    };
  }
}

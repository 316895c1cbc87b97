/** One run of flows between standing pods: the only place where all their models meet. */
import type { ClusterNode } from '../../models/cluster/node.ts';
import { Residents } from '../../models/cluster/residents.ts';
import { dataPathCapacityNsPerSec } from '../../models/machine/processors.ts';
import type { AddressPool } from '../../models/network/addresses.ts';
import { CONTROL_PLANES } from '../../models/network/control-plane/profiles.ts';
import { Fabric, PATH_LINKS_MAX } from '../../models/network/fabric.ts';
import { FabricRows } from '../../models/network/fabric-rows.ts';
import type { FlowCarrier } from '../../models/network/flow-carrier.ts';
import type { PodSegments } from '../../models/network/layer2/pod-segments.ts';
import { Transport } from '../../models/network/transport.ts';
import { Endpoints } from '../../models/service/endpoints.ts';
import { callGraph } from '../../models/service/services.ts';
import { Talkers } from '../../models/traffic/talkers.ts';
import { cablesOf, settleFaults, zonesAsNodes } from '../../models/world/faults.ts';
import { WHOLE_CLUSTER } from '../../models/world/marks.ts';
import { Publication } from '../../models/world/publication.ts';
import type { World } from '../../models/world/world.ts';
import type { TimeNs } from '../../sim/engine/sim-time.ts';
import { Simulation } from '../../sim/engine/simulation.ts';
import { StreamSource } from '../../sim/random/stream.ts';
import { SharedResources } from '../../sim/sharing/shared-resources.ts';
import { nodeCount } from '../document/cluster-size.ts';
import { Breakage } from './breakage.ts';
import { FloodTakes } from './flood-takes.ts';
import { gpuUse } from './gpu-use.ts';
import { takesTime } from './living.ts';
import { joiningNodes, letNodesJoin } from './node-joins.ts';
import { PacketPart } from './packet-level.ts';
import { PacketProcessors } from './packet-processors.ts';
import { addressPoolOf, type Placement, place, schedulerOf } from './placement.ts';
import { Placing } from './placing.ts';
import type { PlannedAlternative } from './plan.ts';
import { clusterNodesOf, type Population, populationOf } from './population.ts';
import { Proxies } from './proxies.ts';
import { Sampling } from './sampling.ts';
import { type Knob, type Run, type RunOptions, type RunResult, recorderOf } from './scenario-run.ts';
import { segmentMetrics, segmentsOf } from './segments.ts';
import { sharedNodes } from './shared-nodes.ts';
import { fabricRoutingOf, fabricSettingOf, faultPlansOf, talkerPlansOf } from './surroundings.ts';
import { placedOfServices, survival } from './survival.ts';
import { controlPlaneOf, isKubernetes, Telling } from './telling.ts';
import { fitsOf } from './ways.ts';

/** One run: models wired together, to be advanced to any instant and finished once. */
export class FlowRun implements Run {
  readonly simulation = new Simulation();
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
  readonly #transport: FlowCarrier;
  readonly #packets: PacketPart | undefined;
  readonly #talkers: Talkers;
  readonly #placing: Placing;
  readonly #breakage: Breakage;
  readonly #telling: Telling | undefined;
  readonly #proxies: Proxies | undefined;
  readonly #segments: PodSegments | undefined;
  readonly #processors: PacketProcessors;
  /** Nodes that join later. */
  readonly #absent: readonly number[];
  #endNs: TimeNs;
  #faultsHash = '';

  constructor(alternative: PlannedAlternative, seed: string, options: RunOptions) {
    const { document } = alternative;
    this.#alternative = alternative;
    this.#endNs = Math.min(document.duration, options.untilNs ?? document.duration);
    this.#population = options.population ?? populationOf(document);
    this.#placement = options.placement ?? place(alternative, this.#population, seed);
    const publish = new Publication(recorderOf(alternative, seed, this.simulation, options));
    this.#world = { sim: this.simulation, streams: new StreamSource(seed), publish };
    const nodes = nodeCount(document.cluster);
    const addresses = addressPoolOf(document, alternative, nodes);
    this.#nodes = clusterNodesOf(document, alternative, addresses);
    this.#fabric = new Fabric(nodes, fabricSettingOf(document), this.#resources);
    this.#rows = new FabricRows(this.#fabric, publish);
    this.#residents = new Residents(this.#nodes, this.#population.pods, this.#population.shapes, publish);
    this.#rows.bear();
    this.#absent = joiningNodes(document).map(({ node }) => node);
    const absent = new Set(this.#absent);
    this.#residents.bearNodes((node) => !absent.has(node));
    this.#rows.bearLinks((node) => this.#nodes[node]!.name);
    this.#proxies = document.services.proxies === 'by-watch' ? this.#makeProxies() : undefined;
    this.#endpoints = new Endpoints(this.#population.services, publish, this.#proxies);
    const left = this.#leftForPackets();
    const fluid = new Transport(this.#fabric, this.#resources, left);
    this.#packets = this.#makePackets(fluid);
    this.#transport = this.#packets?.carrier ?? fluid;
    this.#processors = new PacketProcessors(this.#resources, this.#transport, left);
    this.#telling = this.#makeTelling();
    this.#segments = segmentsOf(this.#alternative, this.#fabric, this.#world);
    const breakage = this.#makeBreakage();
    this.#breakage = breakage;
    this.#talkers = this.#makeTalkers((node, caller) => breakage.refusedFromNs(node, caller));
    this.#placing = this.#makePlacing(addresses, breakage);
    this.#segments?.load.listen(this.#floodTakes(this.#segments));
    this.#begin(breakage, options.warmUpNs ?? 0);
  }

  #makePackets(fluid: Transport): PacketPart | undefined {
    const { document } = this.#alternative;
    const { packetLevel } = document;
    if (packetLevel === undefined) return undefined;
    return new PacketPart(document, packetLevel, this.#endNs, fluid, this.#fabric, this.#resources, this.#world);
  }

  #makeBreakage(): Breakage {
    const { document } = this.#alternative;
    const { nodes, racks, spines } = this.#fabric;
    const settled = settleFaults(faultPlansOf(document), { nodes, racks, spines }, this.#world.streams);
    const faults = zonesAsNodes(settled).flatMap((fault) =>
      fault.kind === 'spine' ? cablesOf(fault, { racks, spines }) : [fault],
    );
    this.#faultsHash = faults
      .map(({ kind, atNs, untilNs, rack, spine, node }) => [kind, atNs, untilNs, rack, spine, node].join())
      .join(';');
    return new Breakage(faults, {
      world: this.#world,
      fabric: this.#fabric,
      rows: this.#rows,
      residents: this.#residents,
      endpoints: this.#endpoints,
      scheme: this.#alternative.scheme,
      environment: this.#alternative.environment,
      patience: {
        notReadyAfterNs: document.lifecycle.notReadyAfter,
        evictionAfterNs: document.lifecycle.evictionAfter,
      },
      fabricRouting: fabricRoutingOf(document),
      rerouteFactor: document.assume.rerouteTime,
      endNs: this.#endNs,
      telling: this.#telling,
      proxies: this.#proxies,
      oneServer: isKubernetes(this.#alternative.scheme, document.assume.controlPlane),
      replace: (pod) => this.#placing.replace(pod),
    });
  }

  /** The server stands in another rack than the node that it tells. */
  #oneWayNs(bytes: number): TimeNs {
    return Math.round(this.#fabric.roundTripNs(PATH_LINKS_MAX, bytes, 0) / 2);
  }

  #makeProxies(): Proxies {
    const oneWayNs = this.#oneWayNs(CONTROL_PLANES['kube-proxy'].objectBytes);
    return new Proxies(this.#world, this.#nodes.length, oneWayNs, this.#absent);
  }

  #makeTelling(): Telling | undefined {
    const { document, scheme } = this.#alternative;
    const profile = controlPlaneOf(scheme, document.assume.controlPlane);
    if (profile === undefined) return undefined;
    const oneWayNs = this.#oneWayNs(profile.objectBytes);
    return new Telling(profile, {
      world: this.#world,
      residents: this.#residents,
      placement: this.#placement,
      scheme,
      needsAddress: (pod) => this.#population.inHostNetwork[pod] !== 1,
      oneWayNs,
      absent: this.#absent,
    });
  }

  #makeTalkers(refusedFromNs: (node: number, caller: number) => TimeNs): Talkers {
    const { scheme, podMtu, environment, document } = this.#alternative;
    const fits = fitsOf(this.#alternative);
    const surroundings = {
      world: this.#world,
      residents: this.#residents,
      endpoints: this.#endpoints,
      calls: callGraph(this.#population.services, document.services, this.#world.streams),
      fabric: this.#fabric,
      resources: this.#resources,
      transport: this.#transport,
      carriage: {
        paths: scheme.paths,
        chains: scheme.chains ?? 'none',
        podMtu,
        subnets: environment.subnets,
        offload: document.machine.offload,
        processorSpeed: document.assume.nodeCpu,
        ...(fits === undefined ? {} : { fits }),
      },
      segments: this.#segments,
      patience: { connectTimeoutNs: document.assume.connectTimeout, attemptsMax: document.assume.attempts },
      ...(this.#telling === undefined ? {} : { knowsWay: this.#knowsWay }),
    };
    return new Talkers(talkerPlansOf(document), surroundings, refusedFromNs);
  }

  readonly #knowsWay = (node: number, pod: number): boolean => this.#telling!.knowsWay(node, pod);

  #makePlacing(addresses: AddressPool, breakage: Breakage): Placing {
    return new Placing({
      world: this.#world,
      residents: this.#residents,
      endpoints: this.#endpoints,
      placement: this.#placement,
      addresses,
      needsAddress: (pod) => this.#population.inHostNetwork[pod] !== 1,
      freshScheduler: () =>
        // Streams of its own: those of the run have gone on, and talkers and ties must be those of the placement.
        schedulerOf(this.#alternative, this.#population, this.#nodes, new StreamSource(this.#world.streams.seed)),
      onSettled: (pod, node) => this.#onSettled(pod, node),
      onLeft: (pod, node) => this.#onLeft(pod, node),
      onReplaced: (pod, node) => this.#onReplaced(pod, node),
      isBelievedDead: (node) => breakage.isBelievedDead(node),
      onDeadNode: (pod, node) => breakage.adopt(pod, node),
      letGo: (pod) => breakage.letGo(pod),
    });
  }

  #onSettled(pod: number, node: number): void {
    this.#telling?.podRuns(pod, node);
    this.#segments?.podRuns({ pod, node, rack: this.#fabric.rackOf(node), isOld: this.#stoodBefore(pod) });
  }

  /** Placed before the run, and not since. */
  #stoodBefore(pod: number): boolean {
    const isFirstPlace = this.simulation.nowNs <= this.#alternative.document.scheduling.start;
    return isFirstPlace && this.#population.boundTo[pod]! >= 0;
  }

  #floodTakes({ trunks }: PodSegments): FloodTakes {
    return new FloodTakes({
      processors: this.#processors,
      fabric: this.#fabric,
      trunks,
      now: () => this.simulation.nowNs,
      changed: () => this.#talkers.settlement.changed(),
    });
  }

  #onLeft(pod: number, node: number): void {
    this.#telling?.podGone(pod, node);
    this.#segments?.podGone(pod, true);
  }

  /** Processor time for packets on each node, once all pods stand. */
  #leftForPackets(): Float64Array {
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
      podCpuUse: this.#alternative.document.machine.podCpuUse,
    });
  }

  #onReplaced(pod: number, node: number): void {
    this.#talkers.podRuns(pod);
    const capacity = this.#processorsOf(node, this.#residents.requestedMilli(node));
    this.#processors.setWhole(node, capacity, this.simulation.nowNs);
    this.#talkers.settlement.changed();
  }

  #begin(breakage: Breakage, foundNs: TimeNs): void {
    const { scheduling, traffic, duration } = this.#alternative.document;
    this.#placing.begin(scheduling.start, scheduling.rate);
    const warmUpNs = traffic.warmUp === 'auto' ? foundNs : traffic.warmUp;
    this.#talkers.begin(traffic.start, duration, traffic.start + warmUpNs);
    breakage.begin(this.#talkers);
    letNodesJoin(this.#alternative.document, {
      world: this.#world,
      residents: this.#residents,
      telling: this.#telling,
      proxies: this.#proxies?.plane,
    });
    const sampling = new Sampling(
      {
        world: this.#world,
        rows: this.#rows,
        processors: this.#processors,
        transport: this.#transport,
        talkers: this.#talkers,
        packets: this.#packets,
        nodes: this.#nodes.length,
      },
      duration,
    );
    sampling.begin(traffic.start);
  }

  /** Calls under way now. */
  get callsUnderWay(): number {
    return this.#talkers.underWay;
  }

  /** The instant at which the run ends. */
  get endNs(): TimeNs {
    return this.#endNs;
  }

  /** Runs on to `untilNs` or the end; true when the end is reached. */
  advance(untilNs: TimeNs): boolean {
    this.simulation.run(Math.min(untilNs, this.#endNs));
    return untilNs >= this.#endNs;
  }

  /** Ends the run where it is. */
  cutShort(atNs: TimeNs): void {
    this.#endNs = atNs;
  }

  /** Writes what was recorded so far, so that a live view sees it; changes the file's bytes and not the digest. */
  flush(): void {
    this.#world.publish.recorder.flush();
  }

  /** Moves a slider: takes effect now and is marked in the recording. */
  set(knob: Knob, factor: number): void {
    const { publish } = this.#world;
    this.simulation.cause = -1;
    publish.recorder.mark(publish.mark('parameter-changed'), WHOLE_CLUSTER, publish.recorder.text(knob), factor);
    if (knob === 'load') {
      this.#talkers.scaleLoad(factor);
      return;
    }
    this.#fabric.scaleUplinks(factor, this.simulation.nowNs);
    this.#rows.capacities();
    this.#talkers.settlement.changed();
  }

  /** How pods came to serve, where that takes time. */
  #startMetrics(): Record<string, number> {
    const { ready, pushedOut } = this.#placing;
    const serving = [...ready].filter(([pod]) => this.#residents.nodeOf[pod]! >= 0);
    const last = serving.reduce((latest, [, sinceNs]) => Math.max(latest, sinceNs), 0);
    const { scheduling, startup } = this.#alternative.document;
    // Pods that start at once serve as soon as they stand: nothing to tell.
    if (!takesTime(startup)) return { podsPushedOut: pushedOut };
    return {
      podsServing: serving.length,
      podsPushedOut: pushedOut,
      ...(serving.length === this.#placement.order.length ? { allServeAfter: last - scheduling.start } : {}),
    };
  }

  /** Runs to the end and sums up. */
  finish(): RunResult {
    this.advance(this.#endNs);
    const unfinished = this.#talkers.end();
    const { digest, records, bytes } = this.#world.publish.recorder.finish();
    const placed = placedOfServices(this.#population, this.#placing.everRan);
    return {
      digest,
      records,
      traceBytes: bytes,
      events: this.simulation.dispatched,
      simulatedNs: this.simulation.nowNs,
      metrics: {
        ...this.#talkers.measurement.metrics(unfinished),
        ...this.#breakage.routingMetrics,
        ...survival(this.#population, placed, this.#residents),
        ...Object.fromEntries(this.#alternative.growth.map(({ key, count }) => [key, count])),
        ...segmentMetrics(this.#segments),
        ...sharedNodes(this.#population, this.#residents),
        ...(this.#telling?.metrics() ?? {}),
        ...(this.#packets?.metrics() ?? {}),
        ...(this.#proxies?.metrics() ?? {}),
        podsFit: this.#placing.placed,
        podsUnfit: this.#population.pods.length - this.#placing.placed,
        podsAtEnd: this.#residents.running,
        ...gpuUse(this.#alternative, this.#population, this.#nodes, this.#placement),
        ...(this.#placement.steps === undefined ? {} : this.#startMetrics()),
      },
      arrivalsHash: this.#talkers.arrivalsHash,
      faultsHash: this.#faultsHash,
    };
  }
}

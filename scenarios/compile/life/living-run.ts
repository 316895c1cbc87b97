/**
 * One run of living services: controllers, scheduler, kubelets, requests, metrics and autoscalers on one clock.
 *
 * Requests pay the way between their pods by the scheme's data path and the fabric's wires and switches, small ones as if nothing else were on
 * them; payloads of `load.flowsFrom` and more share links, and images come over them (cluster-images.ts).
 */
import { NONE } from '../../../models/cluster/pod-table.ts';
import { Residents } from '../../../models/cluster/residents.ts';
import { Fabric } from '../../../models/network/fabric.ts';
import { FabricRows } from '../../../models/network/fabric-rows.ts';
import { FlowGround } from '../../../models/network/flow-ground.ts';
import type { ServedLoad } from '../../../models/traffic/load/served-load.ts';
import { WHOLE_CLUSTER } from '../../../models/world/marks.ts';
import { Publication } from '../../../models/world/publication.ts';
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../sim/engine/simulation.ts';
import { StreamSource } from '../../../sim/random/stream.ts';
import { SharedResources } from '../../../sim/sharing/shared-resources.ts';
import type { LoadFile } from '../../document/load-schema.ts';
import type { PlannedAlternative } from '../plan.ts';
import { type Population, populationOf, RACK_LABEL } from '../population.ts';
import { type Knob, type Run, type RunOptions, type RunResult, recorderOf } from '../scenario-run.ts';
import { fabricSettingOf } from '../surroundings.ts';
import { ClusterLife, type LivingGround } from './cluster-life.ts';
import type { ClusterPlace } from './cluster-place.ts';
import { clusterPlacesOf } from './cluster-places.ts';
import { FederationLife } from './federation-life.ts';
import { FederationRows } from './federation-rows.ts';
import { type Growth, growthMetrics, growthWords } from './growth-timeline.ts';
import { LifeFaults } from './life-faults.ts';
import { type LifePlan, lifePlanOf, type PlannedChange } from './life-plan.ts';
import { LinkLoads } from './link-loads.ts';
import { LivingFlows } from './living-flows.ts';
import { livingLoadOf } from './living-load.ts';
import { loadRiseNs } from './load-rise.ts';
import { MachineTally } from './machine-tally.ts';
import type { Payloads } from './payloads.ts';
import { FirstAnswers, Offers } from './ports.ts';
import { requestMetrics } from './request-metrics.ts';
import { Tally } from './tally.ts';
import { Ways } from './ways.ts';

/** One run of living services. */
export class LivingRun implements Run {
  readonly simulation = new Simulation();
  readonly #alternative: PlannedAlternative;
  readonly #file: LoadFile;
  readonly #plan: LifePlan;
  readonly #publish: Publication;
  readonly #streams: StreamSource;
  readonly #residents: Residents;
  readonly #clusters: readonly ClusterLife[];
  /** The cluster of each pod, by the pod's number. */
  readonly #clusterOf: ClusterLife[] = [];
  readonly #ways: Ways;
  readonly #links: FlowGround;
  readonly #flows: LivingFlows;
  readonly #faults: LifeFaults;
  readonly #federation: FederationLife | undefined;
  readonly #load: ServedLoad;
  readonly #payloads: Payloads | undefined;
  readonly #linkLoads: LinkLoads | undefined;
  readonly #offers: Offers;
  readonly #tally = new Tally(0);
  readonly #machines: MachineTally;
  readonly #answers: FirstAnswers;
  #endNs: TimeNs;

  constructor(alternative: PlannedAlternative, file: LoadFile, seed: string, options: RunOptions) {
    const { document } = alternative;
    const { simulation: sim } = this;
    this.#alternative = alternative;
    this.#file = file;
    this.#endNs = Math.min(document.duration, options.untilNs ?? document.duration);
    const population = options.population ?? populationOf(document);
    this.#plan = lifePlanOf(document, file, population);
    this.#streams = new StreamSource(seed);
    this.#publish = new Publication(recorderOf(alternative, seed, sim, options));
    this.#answers = new FirstAnswers((pod) => this.#clusterOf[pod]!.timeline.answered(pod, sim.nowNs));
    const places = clusterPlacesOf(alternative, this.#plan, this.#streams);
    this.#machines = machinesOf(places);
    const nodes = places.flatMap((place) => place.nodes);
    const sites = places.map((place) => place.nodes.length);
    const resources = new SharedResources();
    const fabric = new Fabric(sites, fabricSettingOf(document), resources);
    const links = sim.within('links', () => new FlowGround(sim, resources));
    const rows = new FabricRows(fabric, this.#publish, (rack) => {
      const first = nodes.findIndex((node) => node.rack === rack);
      return nodes[first]!.labels[RACK_LABEL] ?? nodes[first]!.name;
    });
    this.#residents = new Residents(nodes, [], population.shapes, this.#publish);
    rows.bear();
    const spare = new Set(places.flatMap((place) => [...place.spare].map((node) => place.firstNode + node)));
    this.#residents.bearNodes((node) => !spare.has(node));
    rows.bearLinks((node) => nodes[node]!.name);
    this.#ways = new Ways(alternative, fabric);
    this.#links = links;
    this.#flows = new LivingFlows(sim, fabric, links, rows);
    const ground = this.#ground(population, options.onAttempt);
    this.#clusters = places.map((place) => sim.within(place.name, () => new ClusterLife(ground, place)));
    this.#faults = this.#makeFaults(fabric, rows);
    this.#federation = this.#makeFederation();
    const { load, payloads } = livingLoadOf({
      sim,
      streams: this.#streams,
      file,
      plan: this.#plan.load,
      ways: this.#ways,
      fabric,
      links,
      residents: this.#residents,
      reach: this.#faults.reach,
      answers: this.#answers,
      clusterOf: (number) => this.#clusterOf[number]!,
      silences: (service) => this.#clusters[Math.floor(service / this.#plan.services)]!.cluster.kubelets.silences,
      federation: this.#federation,
    });
    this.#load = load;
    this.#payloads = payloads;
    const countFromNs = file.start + file.warmUp;
    if (file.flowsFrom !== undefined)
      this.#linkLoads = new LinkLoads({ sim, rows, links: resources, countFromNs, endNs: document.duration });
    this.#offers = new Offers(
      sim,
      this.#load,
      file.endpointLag,
      (pod) => this.#offered(pod),
      (service) => this.#federation?.offered(service),
    );
    this.#begin();
  }

  get endNs(): TimeNs {
    return this.#endNs;
  }

  get callsUnderWay(): number {
    return this.#load.underWay;
  }

  advance(untilNs: TimeNs): boolean {
    this.simulation.run(Math.min(untilNs, this.#endNs));
    return untilNs >= this.#endNs;
  }

  cutShort(atNs: TimeNs): void {
    this.#endNs = atNs;
  }

  flush(): void {
    this.#publish.recorder.flush();
  }

  set(knob: Knob, factor: number): void {
    const { recorder } = this.#publish;
    this.simulation.cause = -1;
    recorder.mark(this.#publish.mark('parameter-changed'), WHOLE_CLUSTER, recorder.text(knob), factor);
    if (knob === 'uplink') {
      this.#ways.scaleUplinks(factor, this.simulation.nowNs);
      this.#links.changed();
      return;
    }
    this.#file.sources.forEach(({ rate }, source) => {
      if (rate !== undefined) this.#load.scaleSource(source, factor);
    });
  }

  finish(): RunResult {
    this.advance(this.#endNs);
    const { digest, records, bytes } = this.#publish.recorder.finish();
    return {
      digest,
      records,
      traceBytes: bytes,
      events: this.simulation.dispatched,
      simulatedNs: this.simulation.nowNs,
      metrics: {
        ...this.#requestMetrics(),
        ...this.#payloads?.metrics(),
        ...this.#linkLoads?.metrics(),
        ...this.#tally.metrics(this.#endNs, this.#isAutoscaled()),
        ...this.#nodeMetrics(),
        ...this.#federation?.metrics(this.#endNs),
        ...this.#faults.metrics(),
      },
      arrivalsHash: this.#arrivals(),
      faultsHash: this.#faults.hash,
    };
  }

  /** Nodes that came and went, and the way from load to the first byte. */
  #nodeMetrics(): Record<string, number> {
    const counts = this.#clusters.map((cluster) => cluster.metrics(this.#endNs));
    return { ...Object.assign({}, ...counts), ...growthMetrics(this.#slowest()) };
  }

  /** The pod of all clusters that took longest; undefined: none has come to its end. */
  #slowest(): Growth | undefined {
    return this.#clusters.reduce<Growth | undefined>((slowest, { timeline }) => {
      const one = timeline.slowest;
      return slowest === undefined || (one !== undefined && one.wholeNs > slowest.wholeNs) ? one : slowest;
    }, undefined);
  }

  /** Requests that came at a rate: users come as they are answered. */
  #arrivals(): number {
    return this.#file.sources.reduce(
      (sum, { rate }, source) => sum + (rate === undefined ? 0 : this.#load.offeredBy(source)),
      0,
    );
  }

  #isAutoscaled(): boolean {
    return this.#alternative.document.autoscalers.length > 0;
  }

  #requestMetrics(): Record<string, number> {
    const { sources, start, warmUp } = this.#file;
    const reports = sources.map((_, source) => this.#load.source(source));
    return requestMetrics(sources, reports, (this.#endNs - start - warmUp) / NS_PER_SECOND);
  }

  #ground(population: Population, onAttempt: RunOptions['onAttempt']): LivingGround {
    return {
      sim: this.simulation,
      publish: this.#publish,
      alternative: this.#alternative,
      population,
      plan: this.#plan,
      residents: this.#residents,
      tally: this.#tally,
      flows: this.#flows,
      load: () => this.#load,
      offers: () => this.#offers,
      readinessChanged: (cluster) => this.#readinessChanged(cluster),
      riseNs: () => this.#riseNs(),
      grown: (growth) => this.#grown(growth),
      machines: this.#machines,
      answers: this.#answers,
      onAttempt,
      bound: () => this.#federation?.progressed(),
      joined: (node) => this.#faults.joined(node),
      created: (number, cluster) => {
        this.#clusterOf[number] = cluster;
      },
    };
  }

  #makeFaults(fabric: Fabric, rows: FabricRows): LifeFaults {
    const rosters = this.#clusters.flatMap(({ roster, place }) => place.nodes.map((_, own) => ({ roster, own })));
    return new LifeFaults({
      sim: this.simulation,
      streams: this.#streams,
      document: this.#alternative.document,
      nodes: this.#residents.nodes,
      fabric: {
        ...{ alternative: this.#alternative, fabric, rows, publish: this.#publish, endNs: this.#endNs },
        linksChanged: () => this.#links.changed(),
        respread: () => this.#flows.respread() + (this.#payloads?.respread() ?? 0),
      },
      tally: this.#tally,
      holdControlPlane: (part, holds) => this.#clusters[0]!.controlPlane.hold(part, holds),
      rosterOf: (node) => rosters[node]!,
    });
  }

  /** Whether all is whole matters from the first fault on. */
  #readinessChanged(cluster: number): void {
    this.#federation?.readinessChanged(cluster);
    if (!this.#tally.isHit) return;
    const isWhole = this.#clusters.every((cluster) => cluster.isWhole);
    this.#tally.whole(isWhole, this.simulation.nowNs);
  }

  /** Callers see a pod: its first answer is waited for, where answers are followed one by one. */
  #offered(pod: number): void {
    const { nowNs } = this.simulation;
    const { timeline } = this.#clusterOf[pod]!;
    timeline.reached(pod, 'offered', nowNs);
    if (this.#file.thin !== undefined) timeline.answered(pod, nowNs);
  }

  /** Sources send more, or callers of a member that was lost come to the others. */
  #riseNs(): TimeNs {
    return Math.max(loadRiseNs(this.#file, this.simulation.nowNs), this.#federation?.lostNs ?? 0);
  }

  #grown(growth: Growth): void {
    const { pod, wholeNs } = growth;
    const { recorder } = this.#publish;
    recorder.mark(
      this.#publish.mark('first-answer'),
      this.#residents.row(pod),
      wholeNs,
      recorder.text(growthWords(growth)),
    );
  }

  #makeFederation(): FederationLife | undefined {
    const { federation } = this.#alternative.document;
    if (federation === undefined) return undefined;
    return new FederationLife({
      file: federation,
      sim: this.simulation,
      streams: this.#streams,
      document: this.#alternative.document,
      plan: this.#plan,
      clusters: this.#clusters,
      clusterOf: (number) => this.#clusterOf[number]!.place.index,
      load: () => this.#load,
      rows: new FederationRows(this.#publish, federation, this.#plan, this.#clusters),
      machines: this.#machines,
    });
  }

  #begin(): void {
    const { document } = this.#alternative;
    const { sim, measure } = { sim: this.simulation, measure: this.#file.start + this.#file.warmUp };
    const begin = sim.kind('requests begin', () => this.#load.begin(document.duration));
    const count = sim.kind('counting begins', () => {
      this.#load.measureFromNow();
      this.#payloads?.measureFromNow();
    });
    const change = sim.kind('somebody changes something', (index) => this.#change(this.#plan.changes[index]!));
    sim.at(this.#file.start, begin);
    sim.at(measure, count);
    this.#plan.changes.forEach(({ atNs }, index) => {
      sim.at(atNs, change, index);
    });
    if (this.#file.standing) this.#settle();
    for (const cluster of this.#clusters) cluster.begin();
  }

  /** Pods stand before anything happens: nobody sees how they came, and nothing led to them. */
  #settle(): void {
    this.#federation?.settle();
    for (const cluster of this.#clusters) cluster.settle();
    this.simulation.cause = -1;
  }

  /** Nodes stand in one cluster; workloads are in all of them. */
  #change(change: PlannedChange): void {
    if (this.#federation?.change(change) === true) return;
    const { drain, uncordon, outOfService, inService } = change.file;
    const node = drain ?? uncordon ?? outOfService ?? inService;
    for (const cluster of this.#clusters)
      if (node === undefined || cluster.nodeOf(node) !== NONE) cluster.change(change);
  }
}

/** Nodes of all clusters with their prices; those of no group cost nothing. */
function machinesOf(places: readonly ClusterPlace[]): MachineTally {
  const priceOf = ({ autoscaler, groupOf }: ClusterPlace, node: number): number =>
    autoscaler?.groups[groupOf[node]!]?.price ?? 0;
  return new MachineTally(
    places.flatMap((place) => place.nodes.map((_, node) => priceOf(place, node))),
    places.flatMap(({ firstNode, nodes, spare }) =>
      [...nodes.keys()].flatMap((node) => (spare.has(node) ? [] : [firstNode + node])),
    ),
  );
}

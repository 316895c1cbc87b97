/**
 * The clusters of a run as one federation: who gets how many replicas, who is believed lost, where callers are sent, and what breaks.
 *
 * A pod calls the copy of a service in its own cluster as long as that has somebody on offer, and else asks as callers outside do: by DNS.
 * A member that dies loses its machines and every way to it at one instant. What a federation believes comes from its probes or leases.
 * Left out: the federation's own control plane never fails.
 */

import { NONE } from '../../../models/cluster/pod-table.ts';
import { Discovery, NO_ENDPOINT } from '../../../models/federation/discovery/discovery.ts';
import { Authority } from '../../../models/federation/discovery/names.ts';
import { CACHE_POLICIES } from '../../../models/federation/discovery/resolver.ts';
import { FailoverControl } from '../../../models/federation/failover/failover-control.ts';
import { Federator } from '../../../models/federation/federator.ts';
import type { ServedLoad } from '../../../models/traffic/load/served-load.ts';
import type { MEMBER_HEALTH } from '../../../models/world/catalog.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Simulation } from '../../../sim/engine/simulation.ts';
import type { StreamSource } from '../../../sim/random/stream.ts';
import type { FederationFaultFile, FederationFile } from '../../document/federation-schema.ts';
import type { ScenarioDocument } from '../../document/schema.ts';
import type { ClusterLife } from './cluster-life.ts';
import { EvacuableHealth } from './evacuable-health.ts';
import { type FederationPart, memberOf } from './federation-part.ts';
import { FEDERATION_PARTS } from './federation-parts.ts';
import { detectionOf, federatorOptionsOf } from './federation-plan.ts';
import { type FederationReport, type FederationRows, federationMetrics } from './federation-rows.ts';
import { JoinedClusters, placeOf, placeOfCaller } from './joined-clusters.ts';
import type { LifePlan, PlannedChange } from './life-plan.ts';
import type { MachineTally } from './machine-tally.ts';
import { MemberLife } from './member-life.ts';
import { ReplicaCounts } from './replica-counts.ts';

/** What a federation of a run stands on; the load is made after it. */
export interface FederationParts {
  readonly file: FederationFile;
  readonly sim: Simulation;
  readonly streams: StreamSource;
  readonly document: ScenarioDocument;
  readonly plan: LifePlan;
  readonly clusters: readonly ClusterLife[];
  /** The place among them of a pod's cluster. */
  readonly clusterOf: (number: number) => number;
  readonly load: () => ServedLoad;
  readonly rows: FederationRows;
  readonly machines: MachineTally;
}

/** The federation of one run. */
export class FederationLife {
  readonly joined: JoinedClusters;
  readonly #parts: FederationParts;
  /** Faults that hold each member down. */
  readonly #deaths: number[];
  /** Faults that cut each member off. */
  readonly #cutOffs: number[];
  /** Whether the API of each member is away. */
  readonly #apiAway: boolean[];
  /** Members that are down. */
  #dead = 0;
  /** When a member was lost last, by its death or for being cut off; 0: none was. */
  lostNs: TimeNs = 0;
  readonly #retains: (workload: number) => boolean;
  readonly #failover: FailoverControl;
  /** What the planner acts on. */
  readonly #health: EvacuableHealth;
  readonly #federator: Federator;
  readonly #fedParts: readonly FederationPart[];
  /** Those of them that say who serves what. */
  readonly #gates: readonly FederationPart[];
  #longestMoveNs = -1;
  readonly #authority: Authority;
  readonly #discovery: Discovery;
  readonly #turns: number[] = [];
  /** By service, what was last published. */
  readonly #published: (readonly number[])[] = [];

  constructor(parts: FederationParts) {
    const { file, sim, streams, plan, document } = parts;
    const scaled = new Set(document.autoscalers.map(({ target }) => target));
    this.#parts = parts;
    this.#retains = (workload) => scaled.has(plan.workloads[workload]!.name);
    this.joined = new JoinedClusters(file, sim, streams.stream('federation/lines', 'losses'));
    this.#deaths = file.clusters.map(() => 0);
    this.#cutOffs = file.clusters.map(() => 0);
    this.#apiAway = file.clusters.map(() => false);
    this.#failover = this.#makeFailover();
    this.#failover.health.onChanged(() => this.#publishAll());
    this.#health = new EvacuableHealth(this.#failover.health);
    this.#federator = this.#makeFederator();
    const { ttl, sync, resolver } = file.discovery;
    const places = file.clusters.map(placeOf);
    this.#authority = new Authority({ places, services: plan.services, ttlNs: ttl, syncNs: sync });
    const clients = file.clusters.map((_, cluster) => ({ cluster, resolver: cluster, cache: CACHE_POLICIES.none }));
    this.#discovery = new Discovery(
      this.#authority,
      file.clusters.map(() => CACHE_POLICIES[resolver]),
      clients,
    );
    this.#fedParts = this.#makeParts();
    this.#gates = this.#fedParts.filter((part) => part.serves !== undefined);
    this.#beginFaults(file.faults);
  }

  #makeFailover(): FailoverControl {
    const { file, sim, streams, clusters, rows } = this.#parts;
    const { quorum, ...profile } = detectionOf(file.detection);
    const counts = clusters.map((life) => new ReplicaCounts(life));
    return new FailoverControl({
      sim,
      name: 'federation',
      profile,
      quorum,
      clusters: file.clusters.length,
      world: {
        finding: (point, cluster) => (this.#isReachable(cluster, this.#placeOfPoint(point)) ? 'well' : 'silent'),
        rttNs: (point, cluster) => this.#rttNs(this.#placeOfPoint(point), cluster),
        isHeard: (point) => point === 0 || this.#isReachable(point - 1),
        renews: (cluster) => this.#isReachable(cluster),
      },
      streams: (cluster, point) => streams.stream(`federation/${file.clusters[cluster]!.name}`, `probe point ${point}`),
      replicas: {
        placed: (cluster) => counts[cluster]!.placed,
        ready: (cluster) => counts[cluster]!.ready,
      },
      trafficUsd: () => this.joined.interconnect.bill().trafficUsd,
      believes: (cluster, healthy) => rows.believed(cluster, healthy),
    });
  }

  #makeParts(): FederationPart[] {
    const ground = {
      ...this.#parts,
      federator: this.#federator,
      retains: this.#retains,
      report: () => this.report(),
      isReachable: (cluster: number) => this.#isReachable(cluster),
      rttNs: (cluster: number) => this.#rttNs(this.joined.control, cluster),
      isWell: (cluster: number) => this.#deaths[cluster] === 0 && this.#failover.health.takesNew(cluster),
      hasPower: (cluster: number) => this.#deaths[cluster] === 0,
      isOpen: (a: number, b: number) =>
        this.#deaths[a] === 0 && this.#deaths[b] === 0 && (a === b || this.joined.interconnect.isOpen(a, b, 'control')),
      rttBetweenNs: (a: number, b: number) => this.#rttNs(a, b),
      offersChanged: () => this.#publishAll(),
      setApi: (cluster: number, up: boolean) => {
        this.#apiAway[cluster] = !up;
        this.#reachChanged();
      },
    };
    return FEDERATION_PARTS.flatMap((make) => make(ground) ?? []);
  }

  /** Members may be reached that were not, or not any more. */
  #reachChanged(): void {
    this.#failover.changed();
    this.#publishAll();
    for (const part of this.#fedParts) part.reachChanged?.();
  }

  #makeFederator(): Federator {
    const { file, sim, plan, clusters, rows } = this.#parts;
    const members = file.clusters.map(
      (member, cluster) => new MemberLife(member, clusters[cluster]!, () => this.#isReachable(cluster), this.#retains),
    );
    const options = {
      ...federatorOptionsOf(file, (cluster) => this.#rttNs(this.joined.control, cluster)),
      onLeft: (workload: number, cluster: number, tookNs: TimeNs) => {
        this.#longestMoveNs = Math.max(this.#longestMoveNs, tookNs);
        rows.happened(cluster, `old copies of ${plan.workloads[workload]!.name} are told to go`);
      },
    };
    const federator = new Federator(sim, members, this.#health, options, (decision) => {
      rows.decided(decision);
      for (const part of this.#fedParts) part.decided?.(decision);
      this.progressed();
    });
    const preferences = file.clusters.map(({ weight, min, max }) => ({ weight, min, max: max ?? Infinity }));
    // A reserve comes last, and is kept by each member for itself.
    for (const { name, replicas, cpuMilli, memoryMib } of plan.workloads.filter(({ isReserve }) => !isReserve))
      federator.add({ key: `default/${name}`, uid: name, request: { cpuMilli, memoryMib }, replicas, preferences });
    return federator;
  }

  /** Its members have all that it wants of them at once. */
  settle(): void {
    this.#federator.settle();
  }

  /** Somebody changes something; true: it was the federation's business. */
  change(change: PlannedChange): boolean {
    const { scale, to, evacuate, admit } = change.file;
    this.#parts.sim.cause = -1;
    if (scale !== undefined) this.#federator.scale(change.workload, to!);
    else if (evacuate !== undefined || admit !== undefined) this.#evacuate(evacuate ?? admit!, evacuate !== undefined);
    else return this.#fedParts.some((part) => part.change?.(change) === true);
    return true;
  }

  #evacuate(name: string, leaves: boolean): void {
    const { file, rows } = this.#parts;
    const member = memberOf(file, name);
    rows.happened(member, leaves ? 'workloads are to leave it' : 'takes workloads again');
    this.#health.evacuate(member, leaves);
  }

  /** What a payload takes from cluster to cluster, beside its ways within them; Infinity: it never arrives. */
  wayNs(from: number, to: number, bytes: number): TimeNs {
    return this.joined.wayNs(this.#placeOf(from), this.#placeOf(to), bytes, this.#parts.sim.nowNs);
  }

  /** The kind of request that a call asks for; NONE: nobody is found. */
  route(call: number, from: number): number {
    const { graph } = this.#parts.load();
    const { kind } = graph.calls[call]!;
    const own = graph.kinds.length / this.#parts.clusters.length;
    const near = from >= 0 ? this.#parts.clusterOf(from) : placeOfCaller(from) - this.joined.control - 1;
    const asked = graph.kinds[kind]!.service;
    const service = asked % this.#parts.plan.services;
    if (from >= 0 && this.#parts.load().isServed(asked) && this.#serves(service, near)) return kind;
    const turn = this.#turns[near] ?? 0;
    this.#turns[near] = turn + 1;
    const cluster = this.#discovery.endpointOf(near, service, this.#parts.sim.nowNs, turn);
    return cluster === NO_ENDPOINT || !this.#serves(service, cluster) ? NONE : (kind % own) + cluster * own;
  }

  /** The same where nobody follows single payloads: a member that cannot be reached answers nobody. */
  routeByWindow(call: number, from: number): number {
    const kind = this.route(call, from);
    if (kind === NONE) return NONE;
    const { graph } = this.#parts.load();
    const cluster = Math.floor(graph.kinds[kind]!.service / this.#parts.plan.services);
    return this.joined.interconnect.isOpen(placeOfCaller(from), cluster, 'service') ? kind : NONE;
  }

  /** Requests of callers failed. */
  requestsFailed(count: number): void {
    this.#failover.measures.requestsFailed(count);
  }

  /** Somebody is on offer who was not, or not any more: records follow, as far as the federation hears of it. */
  offered(service: number): void {
    const { plan } = this.#parts;
    const [cluster, own] = [Math.floor(service / plan.services), service % plan.services];
    const isPublished = this.#published[own]?.includes(cluster) ?? false;
    // Nothing else has changed than this one member.
    if (this.#isOnOffer(own, cluster, isPublished) !== isPublished) this.#publish(own);
    this.progressed();
  }

  /** A pod of a member has become Ready, or is so no longer; callers may not know, nor ever ask it. */
  readinessChanged(cluster: number): void {
    this.#parts.rows.ready(cluster);
  }

  /** Keys of the catalog's metrics. */
  metrics(nowNs: TimeNs): Record<string, number> {
    const parts = this.#fedParts.map((part) => part.metrics?.(nowNs));
    const moves = this.#federator.keptSince().map((sinceNs) => nowNs - sinceNs);
    const moveNs = Math.max(this.#longestMoveNs, ...moves);
    const counts = { replicasUnplaced: this.#federator.unplaced, ...(moveNs < 0 ? {} : { moveTime: moveNs }) };
    return Object.assign(
      {},
      federationMetrics(this.report(), this.#parts.document.load!.thin === undefined),
      counts,
      ...parts,
    );
  }

  /** Outages so far, and what traffic between places has cost. */
  report(): FederationReport {
    const { trafficUsd, lineUsd } = this.joined.interconnect.bill();
    return { outages: this.#failover.outages(), trafficUsd, lineUsd };
  }

  /** Replicas may have got a node or become Ready: perhaps what was lost with a member is served elsewhere. */
  progressed(): void {
    if (this.#dead > 0) this.#failover.progressed();
  }

  /** Clusters that offer the service, as far as the federation hears of them, and are not held lost. */
  #publish(service: number): void {
    const { clusters, sim } = this.#parts;
    const before = this.#published[service] ?? [];
    const on = [...clusters.keys()].filter((cluster) => this.#isOnOffer(service, cluster, before.includes(cluster)));
    if (on.join() === before.join()) return;
    this.#published[service] = on;
    this.#authority.publish(service, on, sim.nowNs);
  }

  #isOnOffer(service: number, cluster: number, wasPublished: boolean): boolean {
    const { load, plan } = this.#parts;
    if (!this.#failover.health.takesNew(cluster)) return false;
    // Of a cluster that is not heard nothing new is known.
    if (!this.#isReachable(cluster)) return wasPublished;
    return load().isServed(cluster * plan.services + service) && this.#serves(service, cluster);
  }

  /** Whether a member takes requests to a service at all. */
  #serves(service: number, cluster: number): boolean {
    return this.#gates.every((part) => part.serves!(service, cluster));
  }

  #publishAll(): void {
    for (let service = 0; service < this.#parts.plan.services; service++) this.#publish(service);
  }

  #beginFaults(faults: readonly FederationFaultFile[]): void {
    const { sim } = this.#parts;
    const begins = sim.kind('something breaks between clusters', (index) => this.#break(faults[index]!, true));
    const ends = sim.kind('something is mended between clusters', (index) => this.#break(faults[index]!, false));
    faults.forEach((fault, index) => {
      sim.at(fault.at, begins, index);
      if (fault.for !== undefined) sim.at(fault.at + fault.for, ends, index);
    });
  }

  #break({ cluster, region, isolate, cut }: FederationFaultFile, broken: boolean): void {
    const { file, sim, rows } = this.#parts;
    const numberOf = (name: string): number => memberOf(file, name);
    sim.cause = -1;
    if (broken && cut === undefined) this.lostNs = sim.nowNs;
    if (cluster !== undefined) this.#power(numberOf(cluster), broken);
    else if (region !== undefined)
      file.clusters.forEach((member, number) => {
        if (placeOf(member).region === region) this.#power(number, broken);
      });
    else if (isolate !== undefined) {
      const member = numberOf(isolate);
      this.#cutOffs[member]! += broken ? 1 : -1;
      rows.happened(member, broken ? 'cut off from everybody' : 'joined again', this.#healthOf(member));
      if (broken) this.joined.isolate(member);
      else this.joined.rejoin(member);
    } else {
      const [a, b] = [numberOf(cut![0]!), numberOf(cut![1]!)];
      rows.happened(a, broken ? `its lines to ${cut![1]} break` : `its lines to ${cut![1]} are mended`);
      if (broken) this.joined.interconnect.cut(a, b);
      else this.joined.interconnect.heal(a, b);
    }
    this.#reachChanged();
  }

  /** What a member is, when faults overlap. */
  #healthOf(member: number): keyof typeof MEMBER_HEALTH {
    if (this.#deaths[member]! > 0) return 'lost';
    return this.#cutOffs[member]! > 0 ? 'cutOff' : 'up';
  }

  /** A member loses its power, or has it again; two faults may overlap. */
  #power(member: number, isOff: boolean): void {
    const { clusters, rows } = this.#parts;
    const before = this.#deaths[member]!;
    const after = before + (isOff ? 1 : -1);
    this.#deaths[member] = after;
    if (before > 0 === after > 0) return;
    rows.happened(member, isOff ? 'dies' : 'is back', this.#healthOf(member));
    const { roster, place } = clusters[member]!;
    for (const node of place.nodes.keys()) roster.holdPlace(node, isOff);
    if (isOff) {
      this.joined.unplug(member);
      this.#dead += 1;
      this.#failover.lost(member);
      for (const node of place.nodes.keys()) roster.die(node);
      clusters[member]!.powered(false);
    } else {
      this.joined.plug(member);
      this.#dead -= 1;
      this.#failover.back(member);
      for (const node of place.nodes.keys()) roster.recover(node);
      clusters[member]!.powered(true);
    }
  }

  #isReachable(cluster: number, from = this.joined.control): boolean {
    return (
      this.#deaths[cluster] === 0 &&
      !this.#apiAway[cluster] &&
      this.joined.interconnect.isOpen(from, cluster, 'control')
    );
  }

  #rttNs(from: number, cluster: number): TimeNs {
    return this.joined.interconnect.rttNs(from, cluster, 'control');
  }

  /** The first point is where the federation is, the others are in the members. */
  #placeOfPoint(point: number): number {
    return point === 0 ? this.joined.control : point - 1;
  }

  #placeOf(pod: number): number {
    return pod < 0 ? placeOfCaller(pod) : this.#parts.clusterOf(pod);
  }
}

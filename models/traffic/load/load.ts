/**
 * The load of a cluster: sources, services with their replicas, and what is measured. The front door of this folder.
 *
 * Make it with a plan, add replicas, `begin`, and let the simulation run; `source`, `service` and `kind` tell figures, load-timeline.ts tells
 * them by windows, and `processors.usedNs(pod)` what a pod has burnt. MODELS.md says what it was held against, bench/load.ts what a request costs.
 *
 * Source: ours; each file names its own. Left out: who adds, drains and ends replicas (workload controllers, the kubelet), who hears of it when
 * (endpoints and proxies), and the network (a carrier).
 */
import { assert } from '../../../sim/engine/assert.ts';
import { TIME_NS_MAX, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Simulation } from '../../../sim/engine/simulation.ts';
import type { StreamSource } from '../../../sim/random/stream.ts';
import { CallGraph, type ServicePlan } from './call-graph.ts';
import { atOnce, type CarrierMaker } from './carrier.ts';
import { CAUSE } from './cause.ts';
import { ClosedSource, type ClosedSourcePlan } from './closed-source.ts';
import { faultsOfLoad } from './load-faults.ts';
import { OpenSource, type OpenSourcePlan } from './open-source.ts';
import { faultLines } from './plan-fault.ts';
import { ownCores, type Processors, type ProcessorsMaker } from './processors.ts';
import { RequestMeasure, type RequestReport } from './request-measure.ts';
import { Requests, type Route } from './requests.ts';
import type { KindWindow, ServedLoad } from './served-load.ts';
import type { ServiceReport } from './service-measure.ts';
import { NONE } from './visits.ts';

/** What offers requests. */
export type SourcePlan = OpenSourcePlan | ClosedSourcePlan;

/** Services, and who asks them. */
export interface LoadPlan {
  readonly services: readonly ServicePlan[];
  readonly sources: readonly SourcePlan[];
}

/** What a load stands on. */
export interface LoadSurroundings {
  readonly sim: Simulation;
  readonly streams: StreamSource;
  /** All arrives at once if left out. */
  readonly carrier?: CarrierMaker;
  /** Where a call goes when services are more than one; to the service that it names if left out. */
  readonly route?: Route;
  /** As many cores of its own for each pod as its service has workers, if left out. */
  readonly processors?: ProcessorsMaker;
}

/** Who wants to hear of single requests and of replicas. */
export interface LoadListener {
  /** A source's request is over: `cause` is one of `CAUSE`, or -1 for a good answer. */
  readonly requestOver?: (source: number, latencyNs: TimeNs, cause: number) => void;
  /** A replica that was draining has answered all that it had. */
  readonly drained?: (replica: number) => void;
}

/** A load at work. Asserts that its plan has no faults (load-faults.ts tells them for people). */
export class Load implements ServedLoad {
  readonly graph: CallGraph;
  readonly requests: Requests;
  readonly #sim: Simulation;
  readonly #listener: LoadListener;
  readonly #plans: readonly SourcePlan[];
  readonly #open: (OpenSource | undefined)[] = [];
  readonly #closed: (ClosedSource | undefined)[] = [];
  readonly #sources: readonly RequestMeasure[];
  readonly #firstCall: number;
  /** When a user's request began, by tag; tags of open sources are slots of this list. */
  readonly #beganNs: number[] = [];
  readonly #freeTags: number[] = [];
  /** By tag: the user of a closed source, else `NONE`. */
  readonly #userOf: number[] = [];

  constructor(plan: LoadPlan, at: LoadSurroundings, listener: LoadListener = {}) {
    const faults = faultsOfLoad(plan);
    assert(faults.length === 0, () => faultLines(faults));
    const { sim, streams } = at;
    this.#sim = sim;
    this.#listener = listener;
    this.#plans = plan.sources;
    this.graph = new CallGraph(plan.services);
    this.#firstCall = this.graph.calls.length;
    for (const { call } of plan.sources) this.graph.addCall(call);
    this.requests = new Requests({
      sim,
      streams,
      graph: this.graph,
      carrier: at.carrier ?? atOnce,
      route: at.route,
      processors: at.processors ?? ownCores(sim, (pod) => this.#workersOf(pod)),
      over: (call, tag, cause) => this.#over(call - this.#firstCall, tag, cause),
      drained: (replica) => listener.drained?.(replica),
    });
    this.#sources = plan.sources.map(() => new RequestMeasure());
    this.#makeSources(sim, streams);
  }

  #makeSources(sim: Simulation, streams: StreamSource): void {
    const arrival = sim.kind('load: request arrives', (number) => this.#open[number]!.due());
    const thought = sim.kind('load: user has thought', (number, user) => this.#closed[number]!.due(user));
    this.#plans.forEach((plan, number) => {
      this.requests.addSource(this.#firstCall + number, `load/${plan.name}`, plan.pod ?? NONE);
      const at = { sim, streams, arrival, thought, number };
      if (plan.kind === 'open') this.#open[number] = new OpenSource(plan, at, () => this.#offer(number, NONE));
      else this.#closed[number] = new ClosedSource(plan, at, (user) => this.#offer(number, user));
    });
  }

  /** Sources begin now and offer nothing from `endNs` on. */
  begin(endNs: TimeNs = TIME_NS_MAX): void {
    for (const source of [...this.#open, ...this.#closed]) source?.begin(endNs);
  }

  /** Scales an open source's rate from now on; a live slider. */
  scaleSource(source: number, factor: number): void {
    this.#open[source]!.scale(factor);
  }

  /** One request of a source now, beside those that it offers by itself: a hand on a button. */
  offerOne(source: number): void {
    this.#offer(source, NONE);
  }

  /** Changes the users of a closed source from now on. */
  setUsers(source: number, users: number): void {
    this.#closed[source]!.setUsers(users);
  }

  /** A new replica of a service on a pod; on offer at once unless told otherwise. Its number is never used again. */
  addReplica(service: number, pod: number, offered = true): number {
    const replica = this.requests.addReplica(service, pod);
    if (offered) this.requests.replicas.offer(replica, true);
    return replica;
  }

  /** Callers may choose a replica, or not any more. What is under way goes on. */
  offer(replica: number, on: boolean): void {
    this.requests.replicas.offer(replica, on && this.requests.replicas.alive[replica] === 1);
  }

  /** Takes a replica off offer; the listener hears when it has answered all that it has. It stays alive until `end`. */
  drain(replica: number): void {
    this.requests.drainReplica(replica);
  }

  /** What stands at a replica fails now, and it stays as it is: a container that ended and of which callers do not know yet. */
  reset(replica: number): void {
    this.requests.resetReplica(replica);
  }

  /** The machine of a replica has died: callers do not hear of it, and wait for as long as they have said. */
  strand(replica: number): void {
    this.requests.strandReplica(replica);
  }

  /** A replica is no more, and callers who still wait for it do not hear of it. */
  vanish(replica: number): void {
    this.requests.vanishReplica(replica);
  }

  /** A replica is no more, planned or not: requests that stand at it fail. */
  end(replica: number): void {
    this.requests.endReplica(replica);
  }

  get underWay(): number {
    return this.requests.visits.count;
  }

  offeredBy(source: number): number {
    return this.#sources[source].offered;
  }

  window(kind: number): KindWindow {
    const { ok, errors, p99Ns } = this.requests.kinds[kind].closeWindow(this.#sim.nowNs);
    return { ok, failed: errors.reduce((sum, count) => sum + count, 0), p99Ns };
  }

  handled(service: number): number {
    let sum = 0;
    for (const [kind, { service: own }] of this.graph.kinds.entries()) {
      if (own !== service) continue;
      const { offered, underWay } = this.requests.kinds[kind];
      sum += offered - underWay;
    }
    return sum;
  }

  usedNs(pod: number): number {
    return this.requests.processors.usedNs(pod);
  }

  isServed(service: number): boolean {
    return this.requests.replicas.offered[service].length > 0;
  }

  /** Who gives processor time; knows what each pod has had. */
  get processors(): Processors {
    return this.requests.processors;
  }

  /** Figures of a source since measuring began. */
  source(source: number): RequestReport {
    return this.#sources[source].report(this.#sim.nowNs);
  }

  /** The counts of a source, which only rise. */
  sourceMeasure(source: number): RequestMeasure {
    return this.#sources[source];
  }

  /** Figures of a service since measuring began. */
  service(service: number): ServiceReport {
    return this.requests.services[service].report(this.#sim.nowNs);
  }

  /** Figures of one kind of request, as its callers see each attempt, since measuring began. */
  kind(kind: number): RequestReport {
    return this.requests.kinds[kind].report(this.#sim.nowNs);
  }

  /** Forgets all figures and begins to measure now, after a warm-up. */
  measureFromNow(): void {
    const { nowNs } = this.#sim;
    for (const measure of [...this.#sources, ...this.requests.kinds, ...this.requests.services])
      measure.measureFrom(nowNs);
  }

  #offer(source: number, user: number): void {
    const tag = this.#freeTags.pop() ?? this.#beganNs.length;
    const { nowNs } = this.#sim;
    this.#beganNs[tag] = nowNs;
    this.#userOf[tag] = user;
    this.#sources[source].offered += 1;
    this.requests.call(this.#firstCall + source, tag, nowNs + (this.#plans[source].patienceNs ?? Infinity));
  }

  #over(source: number, tag: number, cause: number): void {
    const latencyNs = this.#sim.nowNs - this.#beganNs[tag];
    const user = this.#userOf[tag];
    this.#freeTags.push(tag);
    if (cause === NONE) this.#sources[source].answered(latencyNs);
    else this.#sources[source].failed(cause, latencyNs);
    this.#listener.requestOver?.(source, latencyNs, cause);
    if (user !== NONE) this.#closed[source]!.answered(user);
  }

  /** Workers of the service whose replica stands on a pod. */
  #workersOf(pod: number): number {
    const { replicas } = this.requests;
    for (let replica = replicas.count - 1; replica >= 0; replica--)
      if (replicas.pod[replica] === pod) return replicas.workers[replica];
    assert(false, `no replica stands on pod ${pod}`);
  }
}

/** Names of what a caller may hear instead of an answer. */
export { CAUSE };

/**
 * Load by rates and windows instead of by requests: what autoscalers need when requests are too many to be simulated one by one.
 *
 * Once in a window (15 s, say) each source's count of arrivals is drawn from its rate's integral, the traffic equations spread it over the services,
 * each service moves on by one window (thin-service.ts: use, queue, loss), and a fixed number of sampled requests walk the graph
 * (thin-walk.ts), each with the weight of those that it stands for: they give latencies and errors by cause. The cost is that of windows, services and
 * samples, whatever the rate. Replicas count by their mean number over the window; processor time is spread evenly over them.
 *
 * Source: traffic equations of Jackson (1957); the interactive response time law for closed sources (Denning and Buzen, ACM Computing Surveys 10,
 * 1978); the rest as the two files say. Held against the full mode by test/models/traffic/load/thin-load.test.ts, which states the errors.
 *
 * Left out: retries as load (they count for latency and errors only, so there are no retry storms); that a request which is given up frees what
 * it held (it costs its whole work here, as with `abandoned: leave`); what a replica has when it dies; a queue's place (replicas that come take over
 * what waits at others, where a real one waits at its replica); requests under way at a window's end (each counts in the window in which it arrives); anything
 * faster than a window; calls that leave a cluster of many (only sources find another where their own has nobody; calls of services fail); that users of a closed source who wait ask nothing meanwhile, but in the mean (latencies are too long, by a seventh at three quarters of use and half where they fill a service); neighbours on a node.
 */
import { assert } from '../../../sim/engine/assert.ts';
import { NS_PER_SECOND, TIME_NS_MAX, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import { exponential, meanOf, normal } from '../../../sim/random/distributions.ts';
import type { Stream, StreamSource } from '../../../sim/random/stream.ts';
import { CallGraph } from './call-graph.ts';
import { OUTSIDE } from './carrier.ts';
import { CAUSE } from './cause.ts';
import type { LoadPlan, SourcePlan } from './load.ts';
import { faultsOfLoad } from './load-faults.ts';
import { faultLines } from './plan-fault.ts';
import type { RateCurve } from './rate-curve.ts';
import { rateCurve } from './rate-shape.ts';
import { RequestMeasure, type RequestReport } from './request-measure.ts';
import type { Route } from './requests.ts';
import type { KindWindow, ServedLoad } from './served-load.ts';
import { type ThinReplica, ThinReplicas } from './thin-replicas.ts';
import { type ServiceLoad, ThinService } from './thin-service.ts';
import { ThinWalk } from './thin-walk.ts';
import { NONE } from './visits.ts';
import { momentsOf } from './work-moments.ts';

/** What thin load stands on. */
export interface ThinSurroundings {
  readonly sim: Simulation;
  readonly streams: StreamSource;
  readonly windowNs: TimeNs;
  /** Requests of each source that walk in each window; 50 if left out. */
  readonly samples?: number;
  /** Where the calls of a source go, asked once in a window; to the service that they name if left out. */
  readonly route?: Route;
  /** Cores of a pod; as many as its service has workers if left out. */
  readonly coresOf?: (pod: number) => number;
  /** Whether a pod answers, asked at the end of each window of those on offer: the others refuse what they are asked. All do if left out. */
  readonly listens?: (pod: number) => boolean;
  /**
   * Another number whenever a pod of a service may have ceased to answer: as long as it stays, replicas that answered are not asked
   * again. If left out, they are asked in each window.
   */
  readonly silences?: (service: number) => number;
  /** Time of a payload from pod to pod; none if left out. */
  readonly hopNs?: TimeNs;
  /** Called when a window is done. */
  readonly windowDone?: () => void;
}

/** Counts up to here are drawn gap by gap, larger ones as normal. */
const COUNTED_MAX = 50;

/** Rounds in which losses and the traffic behind them settle; each brings what is lost one service further. */
const ROUNDS_MAX = 32;

interface ThinSource {
  readonly plan: SourcePlan;
  readonly call: number;
  /** The kind of request that it asks for in this window. */
  kind: number;
  /** Discovery finds nobody for it. */
  isLost: boolean;
  readonly curve: RateCurve | undefined;
  readonly counts: Stream;
  readonly measure: RequestMeasure;
  factor: number;
  users: number;
  /** Mean latency of the last window, for closed sources. */
  responseSec: number;
}

/** Load in thin mode. Asserts that its plan has no faults. */
export class ThinLoad implements ServedLoad {
  readonly graph: CallGraph;
  readonly services: readonly ThinService[];
  readonly #at: ThinSurroundings;
  readonly #sources: readonly ThinSource[];
  readonly #walk: ThinWalk;
  readonly #window: EventKind;
  /** By service. */
  readonly #replicas: readonly ThinReplicas[];
  /** The service of each replica, and the newest replica on each pod, for ever. */
  readonly #serviceOf: number[] = [];
  readonly #onPod: (ThinReplica | undefined)[] = [];
  /** By kind: requests a second in the last window. */
  readonly #perSec: Float64Array;
  /** By kind: mean seconds for which the calls of a request are out, and mean squares, as sampled so far. */
  readonly #held: Float64Array;
  readonly #heldSquare: Float64Array;
  /** By kind, since they were last asked for. */
  readonly #ok: Float64Array;
  readonly #handled: Float64Array;
  readonly #failed: Float64Array;
  #sinceNs: TimeNs = 0;
  #endNs: TimeNs = 0;

  constructor(plan: LoadPlan, at: ThinSurroundings) {
    const faults = faultsOfLoad(plan);
    assert(faults.length === 0, () => faultLines(faults));
    assert(Number.isSafeInteger(at.windowNs) && at.windowNs > 0, () => `a window of ${at.windowNs} ns`);
    this.#at = at;
    this.graph = new CallGraph(plan.services);
    this.services = plan.services.map((service) => new ThinService(service));
    this.#walk = new ThinWalk(this.graph, this.services, at.streams, at.hopNs ?? 0);
    this.#sources = plan.sources.map((source) => this.#sourceOf(source));
    this.#replicas = plan.services.map(() => new ThinReplicas(at.sim.nowNs));
    this.#perSec = new Float64Array(this.graph.kinds.length);
    this.#ok = new Float64Array(this.graph.kinds.length);
    this.#handled = new Float64Array(this.graph.services.length);
    this.#failed = new Float64Array(this.graph.kinds.length);
    this.#held = new Float64Array(this.graph.kinds.length);
    this.#heldSquare = new Float64Array(this.graph.kinds.length);
    this.#window = at.sim.kind('load: window ends', () => this.#windowEnds());
  }

  #sourceOf(plan: SourcePlan): ThinSource {
    const call = this.graph.addCall(plan.call);
    this.#walk.know(call, `load/${plan.name}`);
    return {
      plan,
      call,
      kind: this.graph.calls[call].kind,
      isLost: false,
      curve: plan.kind === 'open' ? rateCurve(plan.rate) : undefined,
      counts: this.#at.streams.stream(`load/${plan.name}`, 'thin counts'),
      measure: new RequestMeasure(),
      factor: 1,
      users: plan.kind === 'closed' ? plan.users : 0,
      responseSec: 0,
    };
  }

  /** Windows begin now, one after the other, until `endNs`; the last one may be shorter. */
  begin(endNs: TimeNs = TIME_NS_MAX): void {
    this.#endNs = endNs;
    this.#sinceNs = this.#at.sim.nowNs;
    this.#planWindow();
  }

  /** A new replica of a service on a pod. */
  addReplica(service: number, pod: number, offered = true): number {
    const cores = this.#at.coresOf?.(pod) ?? this.graph.services[service].workers;
    const number = this.#serviceOf.push(service) - 1;
    // Never with a hole, which would make engines keep the list as a table of keys.
    while (this.#onPod.length < pod) this.#onPod.push(undefined);
    this.#onPod[pod] = this.#replicas[service].add(number, pod, cores);
    this.offer(number, offered);
    return number;
  }

  /** Callers may choose a replica, or not any more; draining is the same here. */
  offer(replica: number, on: boolean): void {
    this.#replicas[this.#serviceOf[replica]].offer(replica, on, this.#at.sim.nowNs);
  }

  /** Nothing stands at a single replica here that could fail. */
  reset(): void {}

  /** Nothing stands anywhere here. */
  strand(): void {}

  /** As `end`: nobody waits here. */
  vanish(replica: number): void {
    this.end(replica);
  }

  /** A replica is no more; what its pod has used stays known. */
  end(replica: number): void {
    this.#replicas[this.#serviceOf[replica]].end(replica, this.#at.sim.nowNs);
  }

  isServed(service: number): boolean {
    return this.#replicas[service].offered > 0;
  }

  /** Requests that wait for a worker, as far as whole numbers of them are known. */
  get underWay(): number {
    return Math.round(this.services.reduce((sum, { queue }) => sum + queue, 0));
  }

  /** Forgets what was measured up to the last window. */
  measureFromNow(): void {
    for (const { measure } of this.#sources) measure.measureFrom(this.#at.sim.nowNs);
  }

  offeredBy(source: number): number {
    return this.#sources[source].measure.offered;
  }

  /** Latencies are those of sources that ask for it, and of nobody else. */
  window(kind: number): KindWindow {
    const { nowNs } = this.#at.sim;
    const source = this.#sources.find((one) => one.kind === kind);
    const p99Ns = source === undefined ? Number.NaN : source.measure.closeWindow(nowNs).p99Ns;
    const window = { ok: this.#ok[kind], failed: this.#failed[kind], p99Ns };
    this.#ok[kind] = this.#failed[kind] = 0;
    return window;
  }

  /** Up to the end of the last window. */
  handled(service: number): number {
    return this.#handled[service];
  }

  /** Scales an open source's rate from the next window on. */
  scaleSource(source: number, factor: number): void {
    this.#sources[source].factor = factor;
  }

  /** Changes the users of a closed source from the next window on. */
  setUsers(source: number, users: number): void {
    this.#sources[source].users = users;
  }

  /** Processor time that a pod has had up to the end of the last window, in ns. */
  usedNs(pod: number): number {
    const one = this.#onPod[pod];
    return one === undefined ? 0 : one.of.usedBy(one);
  }

  /** Processor time that all pods of a service together have had up to the end of the last window, in ns. */
  usedByService(service: number): number {
    return this.#replicas[service].usedNs;
  }

  /** Figures of a source since measuring began, as of the last window. */
  source(source: number): RequestReport {
    return this.#sources[source].measure.report(this.#sinceNs);
  }

  /** The counts of a source. */
  sourceMeasure(source: number): RequestMeasure {
    return this.#sources[source].measure;
  }

  /** Requests a second of a kind in the last window. */
  perSec(kind: number): number {
    return this.#perSec[kind];
  }

  #planWindow(): void {
    const endNs = Math.min(this.#endNs, TIME_NS_MAX);
    if (this.#sinceNs < endNs) this.#at.sim.at(Math.min(this.#sinceNs + this.#at.windowNs, endNs), this.#window);
  }

  #windowEnds(): void {
    const { nowNs } = this.#at.sim;
    const seconds = (nowNs - this.#sinceNs) / NS_PER_SECOND;
    const { route } = this.#at;
    if (route !== undefined)
      for (const source of this.#sources) this.#send(source, route(source.call, source.plan.pod ?? OUTSIDE));
    this.#lookForBroken();
    const counts = this.#sources.map((source) => this.#count(source, nowNs, seconds));
    const replicas = this.#replicas.map((known) => known.mean(nowNs, seconds));
    this.#moveServices(counts, replicas, seconds);
    for (const [i, source] of this.#sources.entries()) this.#sample(source, counts[i]);
    this.#spreadCpu(seconds);
    this.#sinceNs = nowNs;
    this.#planWindow();
    this.#at.windowDone?.();
  }

  /** By service, the share of those on offer that refuse. */
  #lookForBroken(): void {
    const { listens, silences } = this.#at;
    if (listens === undefined) return;
    this.services.forEach((service, s) => {
      service.refused = this.#replicas[s].refused(listens, silences?.(s));
    });
  }

  /** A source that finds nobody asks whom it names, in vain. */
  #send(source: ThinSource, kind: number): void {
    source.isLost = kind === NONE;
    source.kind = source.isLost ? this.graph.calls[source.call].kind : kind;
  }

  /** Arrivals of a source in the window. */
  #count({ plan, curve, counts, factor, users, responseSec }: ThinSource, nowNs: TimeNs, seconds: number): number {
    if (plan.kind === 'closed')
      return (users * seconds) / Math.max(1 / NS_PER_SECOND, meanOf(plan.think) + responseSec);
    const mean = curve!.expected(this.#sinceNs, nowNs) * factor;
    if ((plan.gaps ?? 'poisson') !== 'poisson') return mean;
    if (mean > COUNTED_MAX) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(counts)));
    let count = -1;
    for (let passed = 0; passed <= mean; count++) passed += exponential(counts, 1);
    return count;
  }

  /** The traffic equations with losses: what a service loses calls nobody. */
  #moveServices(counts: readonly number[], replicas: readonly number[], seconds: number): void {
    const kept = new Float64Array(this.services.length).fill(1);
    for (let round = 0; round < ROUNDS_MAX; round++) {
      this.#spread(counts, kept, seconds);
      let changed = 0;
      this.services.forEach((_, s) => {
        const next = this.#keptBy(s, replicas[s], seconds);
        changed = Math.max(changed, Math.abs(next - kept[s]));
        kept[s] = next;
      });
      if (changed < 1e-9) break;
    }
    this.services.forEach((service, s) => {
      service.step(this.#loadOf(s, replicas[s]), seconds);
    });
  }

  #spread(counts: readonly number[], kept: Float64Array, seconds: number): void {
    const { kinds, calls } = this.graph;
    const next = new Float64Array(kinds.length);
    this.#sources.forEach(({ kind, isLost }, i) => {
      if (!isLost) next[kind] += counts[i] / seconds;
    });
    let wave = next.slice();
    for (let depth = 0; depth < 1000 && wave.some((perSec) => perSec > 1e-9); depth++) {
      const after = new Float64Array(kinds.length);
      wave.forEach((perSec, k) => {
        const { service } = kinds[k];
        const goesOn =
          perSec * (1 - this.services[service].refused) * kept[service] * (1 - (kinds[k].plan.failChance ?? 0));
        if (goesOn > 0)
          for (const call of kinds[k].steps.flat()) after[calls[call].kind] += goesOn * calls[call].chance;
      });
      after.forEach((perSec, k) => {
        next[k] += perSec;
      });
      wave = after;
    }
    this.#perSec.set(next);
  }

  /** The share of its requests that a service works off, roughly: what its servers can do of what comes and waits. */
  #keptBy(service: number, replicas: number, seconds: number): number {
    if (replicas === 0 || this.services[service].refused === 1) return 0;
    const load = this.#loadOf(service, replicas);
    const capacity = load.holdSec === 0 ? Infinity : (load.replicas * load.servers) / load.holdSec;
    const comes = load.perSec + this.services[service].queue / seconds;
    return comes <= capacity ? 1 : capacity / comes;
  }

  /** What comes to those of its replicas that answer. */
  #loadOf(service: number, present: number): ServiceLoad {
    const answering = 1 - this.services[service].refused;
    const replicas = present * answering;
    const { workers, style } = this.graph.services[service];
    const cores = this.#replicas[service].cores ?? workers;
    const holdsCalls = (style ?? 'thread') === 'thread';
    let [perSec, mean, square, cpu] = [0, 0, 0, 0];
    for (const k of this.graph.kindsOf[service]) {
      const rate = this.#perSec[k] * answering;
      const work = momentsOf(
        this.graph.kinds[k].plan,
        holdsCalls ? this.#held[k] : 0,
        holdsCalls ? this.#heldSquare[k] : 0,
      );
      perSec += rate;
      mean += rate * work.mean;
      square += rate * work.square;
      cpu += rate * work.cpu;
    }
    if (perSec === 0) return { perSec, holdSec: 0, scv: 1, replicas, servers: workers };
    const [holdSec, cpuSec] = [mean / perSec, cpu / perSec];
    const servers = Math.max(1, Math.ceil(cores));
    this.#walk.stretch[service] = cores < workers ? servers / cores : 1;
    // Threads that share fewer cores than they are: as many are there as if they stood in line, whatever the services are.
    if (cpuSec > 0 && cores / cpuSec < workers / holdSec)
      return { perSec, holdSec: (cpuSec * servers) / cores, scv: 1, replicas, servers };
    return { perSec, holdSec, scv: Math.max(0, square / perSec / (holdSec * holdSec) - 1), replicas, servers: workers };
  }

  #sample(source: ThinSource, count: number): void {
    const { measure, plan, call, kind } = source;
    const samples = Math.min(this.#at.samples ?? 50, Math.ceil(count));
    measure.offered += count;
    if (source.isLost) {
      measure.failed(CAUSE.unserved, 0, count);
      return;
    }
    let sum = 0;
    for (let i = 0; i < samples; i++) {
      const cause = this.#walk.call(call, (plan.patienceNs ?? Infinity) / NS_PER_SECOND, 0, kind);
      const latencyNs = Math.round(this.#walk.seconds * NS_PER_SECOND);
      sum += this.#walk.seconds;
      if (cause === NONE) measure.answered(latencyNs, count / samples);
      else measure.failed(cause, latencyNs, count / samples);
    }
    // Half of the step to what was seen: the full step makes users and latency chase each other.
    if (samples > 0) source.responseSec += (sum / samples - source.responseSec) / 2;
  }

  #spreadCpu(seconds: number): void {
    this.services.forEach((service, s) => {
      const { servedShare: served, failedShare: failed } = service;
      let cpu = 0;
      for (const k of this.graph.kindsOf[s]) {
        const { plan } = this.graph.kinds[k];
        this.#handled[s] += this.#perSec[k] * seconds;
        this.#ok[k] += this.#perSec[k] * seconds * served;
        this.#failed[k] += this.#perSec[k] * seconds * failed;
        if (plan.cpu !== undefined) cpu += this.#perSec[k] * meanOf(plan.cpu);
      }
      this.#replicas[s].spread(cpu * served * seconds * NS_PER_SECOND);
    });
    this.#noteHeld();
  }

  /** How long calls are out, half by the last window's samples and half by what was known. */
  #noteHeld(): void {
    const { walked, heldSec, heldSquare } = this.#walk;
    for (let kind = 0; kind < walked.length; kind++) {
      if (walked[kind] === 0) continue;
      this.#held[kind] += (heldSec[kind] / walked[kind] - this.#held[kind]) / 2;
      this.#heldSquare[kind] += (heldSquare[kind] / walked[kind] - this.#heldSquare[kind]) / 2;
    }
    for (const sums of [walked, heldSec, heldSquare]) sums.fill(0);
  }
}

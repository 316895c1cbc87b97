/**
 * Talkers: pods call replicas of the services that their own service calls, and bytes flow.
 *
 * Source: ours, declared by the scenario (rates, sizes); Poisson arrivals. Each decision of an arrival has a stream of its
 * own, so that all alternatives meet the same callers, sizes and hashes, wherever pods stand.
 * A callee on a dead node does not answer: while the network still sends packets towards it the caller waits for its
 * connect timeout, afterwards it is refused at once; then it turns to another replica.
 * Left out: answers of a size of their own, think times, connection set-up, retries of broken flows.
 */
import { NS_PER_SECOND, type TimeNs } from '../../sim/engine/sim-time.ts';
import type { EventKind } from '../../sim/engine/simulation.ts';
import { type Distribution, exponential, sample } from '../../sim/random/distributions.ts';
import type { Stream } from '../../sim/random/stream.ts';
import { BOUND_BY_CAP, BOUND_BY_NOTHING, type FlowId } from '../../sim/sharing/max-min.ts';
import type { SharedResources } from '../../sim/sharing/shared-resources.ts';
import { NOWHERE, type Residents } from '../cluster/residents.ts';
import { type DataPathCost, type DataPathKind, type DataPathSetting, dataPathCost, TCP_IP_HEADER_BYTES, tcpPayloadBytes } from '../machine/data-path.ts';
import type { Fabric } from '../network/fabric.ts';
import { podMtu, type WireShape, wireBytes } from '../network/frames.ts';
import { Settlement } from '../network/settlement.ts';
import type { Transport } from '../network/transport.ts';
import type { Endpoints } from '../service/endpoints.ts';
import { FLOW_STATE } from '../world/catalog.ts';
import type { World } from '../world/world.ts';
import { type Measure, Measurement } from './measurement.ts';

/** A caller gives up on a silent callee after this: SYN at 0 and 1 s, given up at the third second. Ours. */
export const CONNECT_TIMEOUT_NS = 3 * NS_PER_SECOND;
/** Replicas that a caller tries before its call fails. Ours. */
export const ATTEMPTS_MAX = 3;

/** One kind of traffic. */
export interface TalkerPlan {
  readonly name: string;
  /** Flows a second over the whole cluster. */
  readonly ratePerSec: number;
  /** Payload bytes of a flow. */
  readonly size: Distribution;
  readonly measures: Measure;
  /** Payload bytes a second that the application itself offers at most; absent: as fast as it goes. */
  readonly paceBytesPerSec?: number;
}

/** How the scheme's packets look and what they cost. */
export interface Carriage {
  readonly wire: WireShape;
  readonly path: DataPathKind;
  readonly sameNodePath: DataPathKind;
  readonly offload: boolean;
}

/** What talkers stand on. */
export interface TalkerSurroundings {
  readonly world: World;
  readonly residents: Residents;
  readonly endpoints: Endpoints;
  /** For each service the services that it calls. */
  readonly calls: readonly (readonly number[])[];
  readonly fabric: Fabric;
  readonly resources: SharedResources;
  readonly transport: Transport;
  readonly carriage: Carriage;
}

interface Draws {
  readonly arrival: Stream;
  readonly caller: Stream;
  readonly callee: Stream;
  readonly replica: Stream;
  readonly hash: Stream;
  readonly size: Stream;
}

/** A call from its arrival to its end. */
interface Call {
  readonly talker: number;
  readonly row: number;
  readonly sourcePod: number;
  readonly service: number;
  readonly bytes: number;
  readonly hash: number;
  readonly replica: number;
  readonly arrivedNs: TimeNs;
  attempts: number;
  startedNs: TimeNs;
  cost: DataPathCost | null;
  /** When it began to stand still; -1 while it moves. */
  stalledNs: TimeNs;
  roundTripNs: TimeNs;
  destinationNode: number;
}

export class Talkers {
  readonly measurement = new Measurement();
  readonly settlement: Settlement;
  readonly #plans: readonly TalkerPlan[];
  readonly #at: TalkerSurroundings;
  readonly #setting: DataPathSetting;
  readonly #draws: Draws[];
  readonly #callers: number[];
  readonly #calls: (Call | undefined)[] = [];
  readonly #retrying: (Call | undefined)[] = [];
  readonly #arrivalKind: EventKind;
  readonly #retryKind: EventKind;
  readonly #refusedAfterNs: (node: number) => TimeNs;
  #loadFactor = 1;
  #rows = 0;
  #endNs = Number.POSITIVE_INFINITY;
  /** Running hash of all arrivals that were drawn: equal in runs that met the same arrivals. */
  arrivalsHash = 0x811c9dc5;

  /** `refusedFromNs(node)`: from when on callers of that dead node are refused at once; Infinity: never. */
  constructor(plans: readonly TalkerPlan[], at: TalkerSurroundings, refusedFromNs: (node: number) => TimeNs) {
    this.#plans = plans;
    this.#at = at;
    this.#refusedAfterNs = refusedFromNs;
    this.#setting = { offload: at.carriage.offload, podMtu: podMtu(at.carriage.wire) };
    const { sim, streams } = at.world;
    this.settlement = new Settlement(sim, at.resources, () => this.#finishDue());
    this.#arrivalKind = sim.kind('flow arrives', (talker) => this.#arrive(talker));
    this.#retryKind = sim.kind('caller turns to another replica', (slot) => this.#retry(slot));
    this.#draws = plans.map(({ name }) => {
      const stream = (purpose: string): Stream => streams.stream(`traffic/${name}`, purpose);
      return {
        arrival: stream('arrival'),
        caller: stream('caller'),
        callee: stream('callee'),
        replica: stream('replica'),
        hash: stream('hash'),
        size: stream('size'),
      };
    });
    this.#callers = at.residents.pods.flatMap((pod, index) => (at.calls[pod.service]!.length > 0 ? [index] : []));
  }

  /** Schedules the first arrival of each talker; no flow arrives at or after `endNs`. */
  begin(startNs: TimeNs, endNs: TimeNs): void {
    this.#endNs = endNs;
    if (this.#callers.length === 0) return;
    this.#plans.forEach((_, talker) => this.#scheduleArrival(talker, startNs));
  }

  /** Scales all rates from the next arrival on (a live slider). */
  scaleLoad(factor: number): void {
    this.#loadFactor = factor;
  }

  #scheduleArrival(talker: number, fromNs: TimeNs): void {
    const meanNs = NS_PER_SECOND / (this.#plans[talker]!.ratePerSec * this.#loadFactor);
    const atNs = fromNs + Math.round(exponential(this.#draws[talker]!.arrival, meanNs));
    if (atNs < this.#endNs) this.#at.world.sim.at(atNs, this.#arrivalKind, talker);
  }

  #arrive(talker: number): void {
    const { sim } = this.#at.world;
    sim.cause = -1;
    this.#scheduleArrival(talker, sim.nowNs);
    const draws = this.#draws[talker]!;
    const sourcePod = this.#callers[draws.caller.below(this.#callers.length)]!;
    const callees = this.#at.calls[this.#at.residents.pods[sourcePod]!.service]!;
    const service = callees[draws.callee.below(callees.length)]!;
    const replica = draws.replica.uint32();
    const hash = draws.hash.uint32();
    const bytes = Math.max(1, Math.round(sample(this.#plans[talker]!.size, draws.size)));
    this.#noteArrival(sim.nowNs, sourcePod, service, bytes);
    if (this.#at.residents.nodeOf[sourcePod] === NOWHERE) return;
    if (this.#at.endpoints.count(service) === 0) {
      this.measurement.unserved++;
      return;
    }
    this.measurement.offered++;
    const row = this.#bear(talker, sourcePod, bytes);
    const call: Call = {
      talker, row, sourcePod, service, bytes, hash, replica,
      arrivedNs: sim.nowNs, attempts: 0, startedNs: 0, cost: null, stalledNs: -1, roundTripNs: 0, destinationNode: NOWHERE,
    };
    this.#attempt(call);
  }

  #noteArrival(nowNs: TimeNs, sourcePod: number, service: number, bytes: number): void {
    for (const word of [nowNs % 0x1_0000_0000, Math.floor(nowNs / 0x1_0000_0000), sourcePod, service, bytes % 0x1_0000_0000])
      this.arrivalsHash = Math.imul(this.arrivalsHash ^ word, 0x01000193) >>> 0;
  }

  #bear(talker: number, sourcePod: number, bytes: number): number {
    const { publish } = this.#at.world;
    const row = this.#rows++;
    publish.recorder.born(publish.table('flows'), row, `${this.#plans[talker]!.name}-${row}`);
    publish.recorder.set(publish.column('flows.source'), row, this.#at.residents.row(sourcePod));
    publish.recorder.set(publish.column('flows.talker'), row, publish.recorder.text(this.#plans[talker]!.name));
    publish.recorder.set(publish.column('flows.bytes'), row, bytes);
    return row;
  }

  /** Calls the next replica, or fails when there is none left to try. */
  #attempt(call: Call): void {
    const { residents, endpoints } = this.#at;
    const sourceNode = residents.nodeOf[call.sourcePod]!;
    const offered = endpoints.count(call.service);
    if (sourceNode === NOWHERE || offered === 0 || call.attempts === ATTEMPTS_MAX) return this.#fail(call, call.bytes);
    const pod = endpoints.at(call.service, (call.replica + call.attempts) % offered);
    call.attempts++;
    const node = residents.nodeOf[pod]!;
    if (node === NOWHERE) return this.#wait(call, pod);
    call.destinationNode = node;
    this.#at.world.publish.recorder.set(this.#at.world.publish.column('flows.destination'), call.row, residents.row(pod));
    this.#start(call, sourceNode, node);
  }

  #start(call: Call, from: number, to: number): void {
    const { carriage, fabric, transport, world } = this.#at;
    const now = world.sim.nowNs;
    const cost = dataPathCost(from === to ? carriage.sameNodePath : carriage.path, this.#setting, call.bytes);
    const payload = tcpPayloadBytes(this.#setting.podMtu);
    const onWire = wireBytes(carriage.wire, call.bytes, payload, TCP_IP_HEADER_BYTES);
    const capBytesPerSec = Math.min(cost.streamBytesPerSec, this.#plans[call.talker]!.paceBytesPerSec ?? Number.POSITIVE_INFINITY);
    const { bytes, hash } = call;
    const flow = transport.start({ from, to, bytes, wireBytes: onWire, hash, cost, capBytesPerSec }, now);
    const hops = transport.hops(flow);
    call.cost = cost;
    call.startedNs = now;
    call.roundTripNs = Math.round(cost.roundTripNs) + fabric.roundTripNs(hops, Math.min(onWire, carriage.wire.underlayMtu));
    this.#calls[flow] = call;
    this.measurement.started(hops, fabric.rackOf(from) !== fabric.rackOf(to));
    world.publish.recorder.set(world.publish.column('flows.hops'), call.row, hops);
    if (transport.standsStill(flow)) this.#stall(call);
    else if (call.attempts > 1) this.#state(call, FLOW_STATE.running);
    this.settlement.changed();
  }

  /** The callee is dead: wait for the timeout, or be refused at once where routes are gone. */
  #wait(call: Call, pod: number): void {
    const { sim, publish } = this.#at.world;
    const node = this.#lastNodeOf(pod);
    const refused = sim.nowNs >= this.#refusedAfterNs(node);
    const waitNs = refused ? this.#refusalNs() : CONNECT_TIMEOUT_NS;
    this.measurement.retried++;
    this.#state(call, FLOW_STATE.waiting);
    publish.recorder.mark(publish.mark('flow-retried'), call.row, node, waitNs);
    let slot = this.#retrying.indexOf(undefined);
    if (slot < 0) slot = this.#retrying.length;
    this.#retrying[slot] = call;
    sim.after(waitNs, this.#retryKind, slot);
  }

  /** A refusal comes back from the first router: one way out and back in the kernels and a switch. */
  #refusalNs(): TimeNs {
    const { carriage, fabric } = this.#at;
    return Math.round(dataPathCost(carriage.path, this.#setting, 64).roundTripNs) + fabric.roundTripNs(2, 64);
  }

  /** The node on which a dead pod stood; told by the owner of the deaths. */
  #lastNodeOf(pod: number): number {
    return this.#deadNodeOf.get(pod) ?? NOWHERE;
  }

  readonly #deadNodeOf = new Map<number, number>();

  #retry(slot: number): void {
    const call = this.#retrying[slot]!;
    this.#retrying[slot] = undefined;
    this.#attempt(call);
  }

  /** A node died with these pods: flows with an end there fail. */
  nodeDied(node: number, pods: readonly number[]): void {
    for (const pod of pods) this.#deadNodeOf.set(pod, node);
    const { transport, world } = this.#at;
    for (const flow of transport.flowsAt(node)) {
      const call = this.#calls[flow]!;
      this.#calls[flow] = undefined;
      if (call.stalledNs >= 0) this.measurement.stoodStill(call.stalledNs, world.sim.nowNs);
      this.#fail(call, transport.stop(flow, world.sim.nowNs));
    }
    this.settlement.changed();
  }

  /** A pod runs again: callers are told nothing old about it. */
  podRuns(pod: number): void {
    this.#deadNodeOf.delete(pod);
  }

  #fail(call: Call, bytesLost: number): void {
    const { publish } = this.#at.world;
    this.measurement.failed++;
    this.measurement.bytesLost += bytesLost;
    this.#state(call, FLOW_STATE.failed);
    publish.recorder.mark(publish.mark('flow-failed'), call.row, bytesLost, call.destinationNode);
    publish.recorder.died(publish.table('flows'), call.row);
  }

  #finishDue(): void {
    const { transport, world } = this.#at;
    const now = world.sim.nowNs;
    for (let flow = transport.popFinished(now); flow >= 0; flow = transport.popFinished(now)) this.#finish(flow, now);
  }

  #finish(flow: FlowId, now: TimeNs): void {
    const call = this.#calls[flow]!;
    const { publish } = this.#at.world;
    this.#calls[flow] = undefined;
    this.measurement.finished({
      measures: this.#plans[call.talker]!.measures,
      bytes: call.bytes,
      latencyNs: now - call.arrivedNs + call.roundTripNs,
      transferNs: now - call.startedNs + call.roundTripNs,
      cpuNs: call.bytes * call.cost!.cpuNsPerByte,
    });
    this.#state(call, FLOW_STATE.done);
    publish.recorder.died(publish.table('flows'), call.row);
  }

  /** A link changed its state: flows on it stand still or move again. */
  linkChanged(link: number): void {
    for (const flow of this.#at.transport.flowsOver(link)) this.#recheck(flow);
    this.settlement.changed();
  }

  /** Switches changed their minds: flows are spread anew; returns how many moved. */
  respread(): number {
    const moved = this.#at.transport.rehash(this.#at.world.sim.nowNs);
    for (const flow of moved) this.#recheck(flow);
    this.settlement.changed();
    return moved.length;
  }

  #recheck(flow: FlowId): void {
    const call = this.#calls[flow]!;
    const still = this.#at.transport.standsStill(flow);
    if (still && call.stalledNs < 0) this.#stall(call);
    if (still || call.stalledNs < 0) return;
    this.measurement.stoodStill(call.stalledNs, this.#at.world.sim.nowNs);
    call.stalledNs = -1;
    this.#state(call, FLOW_STATE.running);
  }

  #stall(call: Call): void {
    call.stalledNs = this.#at.world.sim.nowNs;
    this.measurement.stalled++;
    this.#state(call, FLOW_STATE.stalled);
  }

  #state(call: Call, state: number): void {
    this.#at.world.publish.recorder.set(this.#at.world.publish.column('flows.state'), call.row, state);
  }

  /** Notes what bounds each flow that is on its way now. */
  sampleLimits(): void {
    const { resources, fabric } = this.#at;
    this.#calls.forEach((call, flow) => {
      if (call === undefined) return;
      const bound = resources.boundBy(flow);
      if (bound === BOUND_BY_NOTHING) return;
      if (bound === BOUND_BY_CAP) this.measurement.boundBy(this.#plans[call.talker]!.paceBytesPerSec === undefined ? 'Core' : 'Pace');
      else if (bound >= fabric.linkCount) this.measurement.boundBy('Processors');
      else this.measurement.boundBy(fabric.isTrunk(bound) ? 'Uplink' : 'HostLink');
    });
  }

  /** The run is over: flows that still stand still are counted up to now. Returns how many flows have not finished. */
  end(): number {
    const now = this.#at.world.sim.nowNs;
    for (const call of this.#calls)
      if (call !== undefined && call.stalledNs >= 0) this.measurement.stoodStill(call.stalledNs, now);
    return this.#at.transport.running + this.#retrying.filter((call) => call !== undefined).length;
  }
}

/**
 * Talkers: pods call replicas of the services that their own service calls, and bytes flow.
 *
 * Source: ours, declared by the scenario; who calls whom is drawn in arrivals.ts, wherever pods stand.
 * A callee on a dead node does not answer: while the network still sends packets towards it the caller waits for its
 * connect timeout, afterwards it is refused at once; then it turns to another replica.
 * A callee whose node is not known to the caller's node, or the other way round, does not answer either; the caller asks again
 * after 1 s, 2 s, 4 s … (SYN retransmissions of Linux) until its timeout. Where pods share layer 2 a call first finds its callee
 * by ARP, and neighbour tables decide how long a dead one is called (first-contacts.ts).
 * Left out: answers of a size of their own, think times, connection set-up, retries of broken flows; a way that is forgotten
 * while a flow runs.
 */
import { assert } from '../../sim/engine/assert.ts';
import type { TimeNs } from '../../sim/engine/sim-time.ts';
import type { EventHandle, EventKind } from '../../sim/engine/simulation.ts';
import type { FlowId } from '../../sim/sharing/max-min.ts';
import { NOWHERE } from '../cluster/residents.ts';
import { Settlement } from '../network/settlement.ts';
import { FLOW_STATE } from '../world/catalog.ts';
import { Arrivals, type TalkerPlan } from './arrivals.ts';
import { type Call, NOT_YET_ON_ITS_WAY } from './call.ts';
import { FirstContacts } from './first-contacts.ts';
import { limitOf } from './flow-limit.ts';
import { FlowRows } from './flow-rows.ts';
import { type CarriedFlow, Measurement } from './measurement.ts';
import { CALLER_PATIENCE, type CallerPatience, RETRANSMISSIONS_NS, waitForAnswerNs } from './patience.ts';
import type { TalkerSurroundings } from './talker-surroundings.ts';
import { Ways } from './ways.ts';

export type { TalkerPlan } from './arrivals.ts';
export type { TalkerSurroundings } from './talker-surroundings.ts';

/** No arrival is scheduled. */
const NO_EVENT = -1;

/** All traffic of one run. */
export class Talkers {
  /** What counts: calls that arrived after the warm-up. */
  readonly measurement = new Measurement();
  /** What happened in the warm-up or belongs to calls from then; nobody asks for it. */
  readonly #warmUp = new Measurement();
  /** To be told of every change of capacities that others make. */
  readonly settlement: Settlement;
  readonly #plans: readonly TalkerPlan[];
  readonly #at: TalkerSurroundings;
  readonly #arrivals: Arrivals;
  readonly #rows: FlowRows;
  readonly #ways: Ways;
  readonly #patience: CallerPatience;
  readonly #calls: (Call | undefined)[] = [];
  readonly #retrying: (Call | undefined)[] = [];
  /** The node on which each dead pod stood. */
  readonly #deadNodeOf = new Map<number, number>();
  readonly #arrivalKind: EventKind;
  readonly #retryKind: EventKind;
  readonly #contacts: FirstContacts<Call> | undefined;
  readonly #refusedFromNs: (node: number, caller: number) => TimeNs;
  /** The next arrival of each talker. */
  readonly #next: EventHandle[];
  #loadFactor = 1;
  #startNs = 0;
  /** The warm-up ends here. */
  #countFromNs = 0;
  /** No flow arrives from here on; nothing arrives before begin(). */
  #endNs = 0;

  /** `refusedFromNs(node, caller)`: from when on callers on `caller` are refused a dead node at once; Infinity: never. */
  constructor(
    plans: readonly TalkerPlan[],
    at: TalkerSurroundings,
    refusedFromNs: (node: number, caller: number) => TimeNs,
  ) {
    this.#plans = plans;
    this.#at = at;
    this.#refusedFromNs = refusedFromNs;
    this.#ways = new Ways(at.carriage, at.fabric);
    this.#patience = at.patience ?? CALLER_PATIENCE;
    const { sim, streams, publish } = at.world;
    this.#rows = new FlowRows(publish);
    const serviceOf = at.residents.pods.map((pod) => pod.service);
    this.#arrivals = new Arrivals(plans, serviceOf, at.calls, streams);
    this.settlement = new Settlement(sim, at.resources, () => this.#finishDue(), at.transport);
    this.#arrivalKind = sim.kind('flow arrives', (talker) => this.#arrive(talker));
    this.#retryKind = sim.kind('caller turns to another replica', (slot) => this.#retry(slot));
    this.#next = plans.map(() => NO_EVENT);
    this.#contacts = at.segments && new FirstContacts(sim, at.segments, this.#patience, this);
  }

  /** Where what happens now is counted, if it belongs to no call: loads, stand-stills, arrivals. */
  get measurementNow(): Measurement {
    return this.#at.world.sim.nowNs < this.#countFromNs ? this.#warmUp : this.measurement;
  }

  /** A call counts by its arrival: the same calls count in every alternative. */
  #counts(call: Call): boolean {
    return call.arrivedNs >= this.#countFromNs;
  }

  #countOf(call: Call): Measurement {
    return this.#counts(call) ? this.measurement : this.#warmUp;
  }

  /** Calls under way: flows that run, and callers that wait. */
  get underWay(): number {
    const runs = this.#calls.reduce((sum, call) => sum + (call === undefined ? 0 : 1), 0);
    return runs + this.#waiting().length;
  }

  /** Running hash of all arrivals that were drawn: equal in runs that met the same arrivals. */
  get arrivalsHash(): number {
    return this.#arrivals.hash;
  }

  /** Schedules the first arrival of each talker; no flow arrives at or after `endNs`. Calls count from `countFromNs` on. */
  begin(startNs: TimeNs, endNs: TimeNs, countFromNs: TimeNs = startNs): void {
    this.#countFromNs = countFromNs;
    if (this.#arrivals.callers === 0) return;
    this.#startNs = startNs;
    this.#endNs = endNs;
    for (let talker = 0; talker < this.#plans.length; talker++) this.#scheduleArrival(talker, startNs);
  }

  /**
   * Scales all rates from now on (a live slider; 0 stops arrivals). The next arrivals are drawn anew, which Poisson
   * arrivals allow at any instant: otherwise a slow talker would stay silent after its rate was raised.
   */
  scaleLoad(factor: number): void {
    assert(factor >= 0 && Number.isFinite(factor), () => `a load is scaled by a number from 0 up, got ${factor}`);
    const { sim } = this.#at.world;
    this.#loadFactor = factor;
    this.#next.forEach((handle, talker) => {
      if (handle !== NO_EVENT) sim.cancel(handle);
      this.#scheduleArrival(talker, Math.max(sim.nowNs, this.#startNs));
    });
  }

  #scheduleArrival(talker: number, fromNs: TimeNs): void {
    const atNs = fromNs + this.#arrivals.gapNs(talker, this.#loadFactor);
    this.#next[talker] = atNs < this.#endNs ? this.#at.world.sim.at(atNs, this.#arrivalKind, talker) : NO_EVENT;
  }

  #arrive(talker: number): void {
    const { world, residents, endpoints } = this.#at;
    const now = world.sim.nowNs;
    // One arrival is not the cause of the next.
    world.sim.cause = -1;
    this.#scheduleArrival(talker, now);
    const arrival = this.#arrivals.draw(talker, now);
    if (residents.nodeOf[arrival.sourcePod] === NOWHERE) {
      this.measurementNow.absent++;
      return;
    }
    if (endpoints.count(arrival.service, residents.nodeOf[arrival.sourcePod]!) === 0) {
      this.measurementNow.unserved++;
      return;
    }
    this.measurementNow.offered++;
    const row = this.#rows.bear(this.#plans[talker]!.name, residents.row(arrival.sourcePod), arrival.bytes);
    this.#attempt({ ...arrival, talker, row, arrivedNs: now, ...NOT_YET_ON_ITS_WAY });
  }

  /** Calls the next replica, or fails when there is none left to try. */
  #attempt(call: Call): void {
    const { residents, endpoints } = this.#at;
    const sourceNode = residents.nodeOf[call.sourcePod]!;
    if (
      sourceNode === NOWHERE ||
      endpoints.count(call.service, sourceNode) === 0 ||
      call.attempts === this.#patience.attemptsMax
    ) {
      this.#giveUp(call);
      return;
    }
    const pod = endpoints.reached(call.service, call.replica, call.attempts, sourceNode);
    call.attempts++;
    const isGone = residents.nodeOf[pod] === NOWHERE;
    if (isGone && this.#contacts !== undefined) this.#callDead(call, pod);
    else if (isGone || endpoints.isStale(sourceNode, pod)) this.#wait(call, pod);
    else this.#approach(call, sourceNode, pod);
  }

  /** Starts where both nodes know the way; else its first packets are lost. */
  #approach(call: Call, from: number, pod: number): void {
    const to = this.#at.residents.nodeOf[pod]!;
    const knowsWay = this.#at.knowsWay ?? (() => true);
    if (from !== to && !(knowsWay(from, pod) && knowsWay(to, call.sourcePod))) {
      this.#seek(call, pod);
      return;
    }
    call.sought = NOWHERE;
    if (this.#contacts === undefined) this.#start(call, from, pod);
    else this.#contacts.meet(call, call.sourcePod, pod);
  }

  /** Layer 2 has found the callee, unless one of both has died meanwhile. */
  go(call: Call, pod: number): void {
    const { nodeOf } = this.#at.residents;
    const from = nodeOf[call.sourcePod]!;
    if (call.over) return;
    if (from === NOWHERE || nodeOf[pod] === NOWHERE) this.#attempt(call);
    else this.#start(call, from, pod);
  }

  /** Layer 2 has not: the caller turns to the next. */
  unmet(call: Call, waitedNs: TimeNs, refused: boolean): void {
    this.#countOf(call).metDeadReplica(waitedNs, refused);
    this.#attempt(call);
  }

  /** What its kernel knows of the callee is wrong, or nobody answers for it. */
  #callDead(call: Call, pod: number): void {
    this.#rows.waits(call.row, this.#deadNodeOf.get(pod) ?? NOWHERE, this.#patience.connectTimeoutNs);
    this.#contacts!.meet(call, call.sourcePod, pod);
  }

  /** Calls that wait for an answer. */
  #waiting(): Call[] {
    const waiting = this.#retrying.filter((call): call is Call => call !== undefined && !call.over);
    return this.#contacts === undefined ? waiting : [...waiting, ...this.#contacts.calls()];
  }

  /** Asks again when its packet has gone unanswered, until the timeout. */
  #seek(call: Call, pod: number): void {
    const { nowNs } = this.#at.world.sim;
    if (call.sought !== pod) {
      call.sought = pod;
      call.soughtNs = nowNs;
      this.#countOf(call).heldUp++;
    }
    const waitNs = waitForAnswerNs(nowNs - call.soughtNs, this.#patience);
    this.#rows.waits(call.row, this.#at.residents.nodeOf[pod]!, waitNs);
    this.#park(call, waitNs);
  }

  /** The next packet to the pod that it seeks, or no more of them. */
  #seekOn(call: Call): void {
    const { nodeOf } = this.#at.residents;
    const from = nodeOf[call.sourcePod]!;
    const pod = call.sought;
    const isLate = this.#at.world.sim.nowNs - call.soughtNs >= this.#patience.connectTimeoutNs;
    if (from !== NOWHERE && nodeOf[pod] !== NOWHERE && !isLate) {
      this.#approach(call, from, pod);
      return;
    }
    call.sought = NOWHERE;
    if (isLate) this.#countOf(call).untold++;
    this.#attempt(call);
  }

  #start(call: Call, from: number, pod: number): void {
    const { fabric, transport, world, residents } = this.#at;
    const to = residents.nodeOf[pod]!;
    call.destinationNode = to;
    call.pod = pod;
    this.#rows.destination(call.row, residents.row(pod));
    const { bytes, hash } = call;
    const plan = this.#plans[call.talker]!;
    const { cost, wireBytes, packetBytes, packets, isSwallowed } = this.#ways.carry(plan, from, to, bytes);
    call.cost = cost;
    call.startedNs = world.sim.nowNs;
    if (isSwallowed) {
      this.#swallow(call);
      return;
    }
    const capBytesPerSec = Math.min(cost.streamBytesPerSec, plan.paceBytesPerSec ?? Infinity);
    const request = { from, to, bytes, wireBytes, hash, cost, capBytesPerSec, packets };
    const flow = transport.start(request, world.sim.nowNs);
    this.#calls[flow] = call;
    const hops = transport.hops(flow);
    call.hops = hops;
    call.roundTripNs = Math.round(cost.roundTripNs) + fabric.roundTripNs(hops, packetBytes, packets.answerBytes);
    this.#countOf(call).started(hops, fabric.rackOf(from) !== fabric.rackOf(to));
    this.#rows.hops(call.row, hops);
    if (transport.standsStill(flow)) this.#stall(call);
    else if (call.attempts > 1) this.#rows.state(call.row, FLOW_STATE.running);
    this.settlement.changed();
  }

  /** Its large packets never arrive: it sends them again until its kernel gives up, and no other replica is tried. */
  #swallow(call: Call): void {
    this.#countOf(call).swallowed++;
    this.#rows.state(call.row, FLOW_STATE.stalled);
    call.swallowed = true;
    // It has left its node, and comes no further.
    call.hops = 1;
    call.attempts = this.#patience.attemptsMax;
    this.#park(call, RETRANSMISSIONS_NS);
  }

  /** The callee is dead: wait for the timeout, or be refused at once where routes are gone. */
  #wait(call: Call, pod: number): void {
    const { sim } = this.#at.world;
    const node = this.#deadNodeOf.get(pod) ?? NOWHERE;
    const refused = sim.nowNs >= this.#refusedFromNs(node, this.#at.residents.nodeOf[call.sourcePod]!);
    const waitNs = refused ? this.#ways.refusalNs() : this.#patience.connectTimeoutNs;
    this.#countOf(call).metDeadReplica(waitNs, refused);
    this.#rows.waits(call.row, node, waitNs);
    this.#park(call, waitNs);
  }

  #park(call: Call, waitNs: TimeNs): void {
    let slot = this.#retrying.indexOf(undefined);
    if (slot < 0) slot = this.#retrying.length;
    this.#retrying[slot] = call;
    this.#at.world.sim.after(waitNs, this.#retryKind, slot);
  }

  #retry(slot: number): void {
    const call = this.#retrying[slot]!;
    this.#retrying[slot] = undefined;
    if (call.over) return;
    if (call.sought === NOWHERE) this.#attempt(call);
    else this.#seekOn(call);
  }

  /** A node died with these pods: flows with an end there fail, and so do calls of its pods that wait for an answer. */
  nodeDied(node: number, pods: readonly number[]): void {
    for (const pod of pods) this.#deadNodeOf.set(pod, node);
    for (const flow of this.#at.transport.flowsAt(node)) this.#breakOff(flow);
    for (const pod of pods) this.#contacts?.podDied(pod);
    const dead = new Set(pods);
    for (const call of this.#waiting()) if (dead.has(call.sourcePod)) this.#giveUp(call);
    this.settlement.changed();
  }

  #breakOff(flow: FlowId): void {
    const { transport, world } = this.#at;
    const now = world.sim.nowNs;
    const call = this.#calls[flow]!;
    this.#calls[flow] = undefined;
    if (call.stalledNs >= 0) this.measurementNow.stoodStill(call.stalledNs, now);
    this.#contacts?.confirm(call.sourcePod, call.pod);
    const left = transport.stop(flow, now);
    this.#countOf(call).cut(this.#carriedBy(call, call.bytes - left, now));
    this.#fail(call, left);
  }

  /** A call that never got on its way fails. */
  #giveUp(call: Call): void {
    if (call.over) return;
    if (this.#plans[call.talker]!.measures === 'latency')
      this.#countOf(call).unanswered(this.#at.world.sim.nowNs - call.arrivedNs);
    this.#fail(call, call.bytes);
  }

  #carriedBy(call: Call, bytes: number, now: TimeNs): CarriedFlow {
    return {
      measures: this.#plans[call.talker]!.measures,
      bytes,
      latencyNs: now - call.arrivedNs,
      transferNs: now - call.startedNs,
      cpuNs: bytes * call.cost!.cpuNsPerByte,
      crossedNetwork: call.hops > 0,
    };
  }

  /** A pod runs again: callers are told nothing old about it. */
  podRuns(pod: number): void {
    this.#deadNodeOf.delete(pod);
  }

  #fail(call: Call, bytesLost: number): void {
    call.over = true;
    const count = this.#countOf(call);
    count.failed++;
    count.bytesLost += bytesLost;
    this.#rows.failed(call.row, bytesLost, call.destinationNode);
  }

  #finishDue(): void {
    const { transport, world } = this.#at;
    const now = world.sim.nowNs;
    for (let flow = transport.popFinished(now); flow >= 0; flow = transport.popFinished(now)) this.#finish(flow, now);
  }

  #finish(flow: FlowId, now: TimeNs): void {
    const call = this.#calls[flow]!;
    this.#calls[flow] = undefined;
    const lost = this.#at.transport.lostBytes(flow);
    this.#countOf(call).bytesLost += lost;
    this.#contacts?.confirm(call.sourcePod, call.pod);
    // The last byte of a fluid is still on its way, and then comes its answer.
    const endNs = now + call.roundTripNs - this.#at.transport.arrivedNs(flow);
    this.#countOf(call).finished(this.#carriedBy(call, call.bytes - lost, endNs));
    this.#rows.done(call.row);
  }

  /** A link changed its state: flows on it stand still or move again. */
  linkChanged(link: number): void {
    this.measurement.linkBroke = true;
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
    this.measurementNow.stoodStill(call.stalledNs, this.#at.world.sim.nowNs);
    call.stalledNs = -1;
    this.#rows.state(call.row, FLOW_STATE.running);
  }

  #stall(call: Call): void {
    call.stalledNs = this.#at.world.sim.nowNs;
    this.measurementNow.stalled++;
    this.#rows.state(call.row, FLOW_STATE.stalled);
  }

  /** Notes what bounds each flow that moves now; one that stands still is bound by a fault and not by a lack. */
  sampleLimits(): void {
    this.#calls.forEach((call, flow) => {
      if (call === undefined || call.stalledNs >= 0) return;
      const { paceBytesPerSec } = this.#plans[call.talker]!;
      const limit = limitOf(flow, call.cost!.streamBytesPerSec, paceBytesPerSec, this.#at);
      if (limit !== undefined) this.measurementNow.boundBy(limit);
    });
  }

  /** The run is over: what is still under way counts as far as it came. Returns how many calls have not ended. */
  end(): number {
    const now = this.#at.world.sim.nowNs;
    let unfinished = 0;
    this.#calls.forEach((call, flow) => {
      if (call === undefined) return;
      unfinished += this.#counts(call) ? 1 : 0;
      if (call.stalledNs >= 0) this.measurementNow.stoodStill(call.stalledNs, now);
      this.#countOf(call).cut(this.#carriedBy(call, call.bytes - this.#at.transport.remaining(flow, now), now));
    });
    for (const call of this.#waiting()) {
      unfinished += this.#counts(call) ? 1 : 0;
      if (call.swallowed) this.#countOf(call).cut(this.#carriedBy(call, 0, now));
      else if (this.#plans[call.talker]!.measures === 'latency') this.#countOf(call).unanswered(now - call.arrivedNs);
    }
    return unfinished;
  }
}

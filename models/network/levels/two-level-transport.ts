/**
 * Flows at two levels: a fluid on most links, packets on some of them, or for a while.
 *
 * Nouns. A *packet link* is a link of the fabric that is a port with a queue (packet-fabric.ts) from `fromNs` to `untilNs`. A flow that
 * crosses one in that time is a *packet flow* (packet-flows.ts): TCP or UDP move what it has left. Its *shadow* is the same flow in the
 * fluid, which has no end and uses only what is not at packet level: fluid links, the processors of both ends, one core's rate.
 *
 * State. The fluid knows where every flow goes (transport.ts) and which links are apart; packets know what has arrived; here stand the
 * payload that each packet flow was handed, what it lost before, its measured rate and its shadow's cap.
 *
 * Who calls whom. Traffic starts, stops and reroutes flows here and asks for remaining bytes; whatever happens goes to the fluid first
 * and then, for packet flows, to the packets. After each settling of shares, packets are told their *pace*: a shadow that a resource
 * holds back goes at that rate, one that stands at its cap goes as the flow's own cap (core, application) allows. Every `MEASURE_NS` the
 * bytes that arrived become the cap of the shadow, so that it holds on fluid links what its packets use, and a little more, or it could
 * not grow. The last packet's arrival is the flow's end. When the window ends, or routes leave the packet links, what has not arrived
 * goes on as a fluid: no byte is lost or counted twice, but what is in flight then is sent again.
 *
 * Source: ours; hybrid simulation of this kind is in Gu, Liu and Towsley (INFOCOM 2004). Left out: the fluid's share of packet links
 * (there is none: every flow over them is packets), queues on fluid links, acknowledgements' share of fluid links.
 */
import { assert } from '../../../sim/engine/assert.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import { BOUND_BY_CAP, BOUND_BY_NOTHING } from '../../../sim/sharing/max-min.ts';
import type { FlowId, ResourceId, SharedResources } from '../../../sim/sharing/shared-resources.ts';
import type { Fabric } from '../fabric.ts';
import type { FlowCarrier, FlowRequest } from '../flow-carrier.ts';
import type { QueueSetting } from '../packet/port-table.ts';
import type { MarkResponse } from '../packet/tcp-state.ts';
import type { Transport } from '../transport.ts';
import { PacketClock } from './packet-clock.ts';
import { PacketFabric, type PacketWays, type PortReading } from './packet-fabric.ts';
import { PacketFlows } from './packet-flows.ts';

/** Arrivals are turned into rates so often: some round trips of a data centre, and short beside the life of a bulk flow. */
export const MEASURE_NS: TimeNs = 1e6;
/** A shadow may be so much faster than its packets were, so that they can gain on it. */
const HEADROOM = 1.1;
/** A cap that would move by less stays. */
const CAP_STEP = 0.05;
/** A rate so near a cap is at it. */
const AT_CAP = 0.95;
/** Windows open before anything else of their instant. */
const FIRST_PRIORITY = 0;
/** No event is scheduled. */
const INFINITE = Number.POSITIVE_INFINITY;

/** What is at packet level, when, and how its ports and senders behave. */
export interface PacketLevelSetting {
  readonly fromNs: TimeNs;
  /** Infinity: to the end. */
  readonly untilNs: TimeNs;
  /** The run ends here: nobody asks what packets would do later. */
  readonly endNs: TimeNs;
  /** Links in ascending order. */
  readonly links: readonly number[];
  readonly queue: QueueSetting;
  readonly marks: MarkResponse;
}

/** A packet flow's part of the state. */
interface Shadow {
  /** Payload that was handed to packets. */
  readonly bytes: number;
  arrivedBefore: number;
  capBytesPerSec: number;
}

/** What became of packets, for the metrics. */
export interface PacketTotals {
  readonly flows: number;
  readonly hops: number;
  readonly drops: number;
  readonly marks: number;
  /** Most packets that waited in one port at once. */
  readonly queuePeak: number;
  readonly resent: number;
  readonly timeouts: number;
}

/** Flows of one run; some links are at packet level for some time. */
export class TwoLevelTransport implements FlowCarrier {
  readonly fabric: PacketFabric;
  readonly #fluid: Transport;
  readonly #resources: SharedResources;
  readonly #sim: Simulation;
  readonly #linkOf: (resource: ResourceId) => number;
  readonly #resourceOf: Int32Array;
  readonly #flows: PacketFlows;
  readonly #clock: PacketClock;
  readonly #measureKind: EventKind;
  readonly #requests: FlowRequest[] = [];
  readonly #shadows = new Map<FlowId, Shadow>();
  /** Payload that a flow has lost as packets. */
  readonly #lost: number[] = [];
  /** Of flows that finished as packets: the time that their last byte took. */
  readonly #arrivedNs: number[] = [];
  #isMeasuring = false;
  #measuredNs = 0;
  #due: () => void = () => {};
  /** By port: bytes and instant of the last look at its load, and what the load was. */
  readonly #looked: Float64Array;
  #lookedNs = 0;
  readonly #portLoad: Float64Array;

  constructor(
    setting: PacketLevelSetting,
    fluid: Transport,
    fabric: Fabric,
    resources: SharedResources,
    sim: Simulation,
  ) {
    assert(setting.links.length > 0, 'some links are at packet level');
    this.#fluid = fluid;
    this.#resources = resources;
    this.#sim = sim;
    this.#linkOf = (resource) => fabric.linkOf(resource);
    this.#resourceOf = fabric.resourceOf;
    this.fabric = new PacketFabric(fabric, setting.links, setting.queue);
    this.#flows = new PacketFlows(this.fabric.network, setting.marks);
    this.#clock = new PacketClock(sim, this.fabric.network, setting.endNs, () => this.#due());
    this.#looked = new Float64Array(setting.links.length);
    this.#portLoad = new Float64Array(setting.links.length);
    this.#measureKind = sim.kind('packet rates are measured', () => this.#measure());
    const open = sim.kind('packet level begins', () => this.#open(), FIRST_PRIORITY);
    const close = sim.kind('packet level ends', () => this.#close(), FIRST_PRIORITY);
    sim.at(setting.fromNs, open);
    if (setting.untilNs < INFINITE) sim.at(setting.untilNs, close);
  }

  whenDue(due: () => void): void {
    this.#due = due;
  }

  processorOf(node: number): ResourceId {
    return this.#fluid.processorOf(node);
  }

  start(request: FlowRequest, nowNs: TimeNs): FlowId {
    const flow = this.#fluid.start(request, nowNs);
    this.#requests[flow] = request;
    this.#lost[flow] = 0;
    this.#arrivedNs[flow] = 0;
    if (this.#crosses(flow)) this.#toPackets(flow, request.bytes, 0);
    return flow;
  }

  #crosses(flow: FlowId): boolean {
    const { apart } = this.#fluid;
    for (const link of this.#fluid.linksOf(flow)) if (apart[link] === 1) return true;
    return false;
  }

  #open(): void {
    this.#catchUp();
    const running = this.fabric.links.flatMap((link) => this.#fluid.flowsOver(link));
    const rates = new Map(running.map((flow) => [flow, this.#resources.rate(flow)]));
    for (const link of this.fabric.links) this.#fluid.apart[link] = 1;
    for (const flow of this.#fluid.flowsApart())
      this.#toPackets(flow, this.#resources.remaining(flow, this.#sim.nowNs), rates.get(flow)!);
    this.#due();
  }

  #close(): void {
    this.#catchUp();
    this.#fluid.apart.fill(0);
    for (const flow of [...this.#flows.running].sort((a, b) => a - b)) this.#toFluid(flow);
    this.#due();
  }

  /** What the flow has left goes on as packets; the fluid keeps its shadow. */
  #toPackets(flow: FlowId, bytes: number, goesOnBytesPerSec: number): void {
    this.#catchUp();
    const { capBytesPerSec, packets } = this.#requests[flow]!;
    assert(packets !== undefined, () => `flow ${flow} does not say how its packets look`);
    this.#fluid.goOn(flow, INFINITE, capBytesPerSec, this.#sim.nowNs);
    this.#shadows.set(flow, { bytes, arrivedBefore: 0, capBytesPerSec });
    // Nothing leaves before the shares are settled at the end of this instant.
    this.#flows.begin(flow, bytes, this.#waysOf(flow), packets, { bytesPerSec: 0, goesOnBytesPerSec });
    this.#clock.wake();
    if (this.#isMeasuring) return;
    this.#isMeasuring = true;
    this.#measuredNs = this.#sim.nowNs;
    this.#sim.after(MEASURE_NS, this.#measureKind);
  }

  #waysOf(flow: FlowId): PacketWays {
    const request = this.#requests[flow]!;
    const packets = request.packets!;
    // The largest packet that the flow has.
    const shape = { ...packets, packetBytes: Math.min(packets.packetBytes, request.wireBytes) };
    return this.fabric.ways(this.#fluid.linksOf(flow), request, shape, request.cost.roundTripNs);
  }

  /** What has not arrived goes on as a fluid. */
  #toFluid(flow: FlowId): void {
    const left = this.#leftOf(flow);
    this.#lost[flow]! += this.#flows.lostBytes(flow);
    this.#flows.end(flow);
    this.#shadows.delete(flow);
    this.#fluid.goOn(flow, left, this.#requests[flow]!.capBytesPerSec, this.#sim.nowNs);
  }

  /** Payload of a packet flow that has neither arrived nor got lost. */
  #leftOf(flow: FlowId): number {
    const left = this.#shadows.get(flow)!.bytes - this.#flows.arrivedBytes(flow) - this.#flows.lostBytes(flow);
    return Math.max(0, left);
  }

  stop(flow: FlowId, nowNs: TimeNs): number {
    const left = this.remaining(flow, nowNs);
    if (this.#flows.has(flow)) this.#endPackets(flow);
    this.#fluid.stop(flow, nowNs);
    return left;
  }

  #endPackets(flow: FlowId): void {
    this.#catchUp();
    this.#lost[flow]! += this.#flows.lostBytes(flow);
    this.#arrivedNs[flow] = this.#flows.waysOf(flow).thereNs;
    this.#flows.end(flow);
    this.#shadows.delete(flow);
  }

  popFinished(nowNs: TimeNs): FlowId {
    const { finished } = this.#flows;
    while (finished.length > 0) {
      const flow = finished.shift()!;
      // It may have been stopped, or gone back to the fluid, at the same instant.
      if (!this.#flows.has(flow) || this.#leftOf(flow) > 0) continue;
      this.#endPackets(flow);
      this.#fluid.stop(flow, nowNs);
      return flow;
    }
    return this.#fluid.popFinished(nowNs);
  }

  rehash(nowNs: TimeNs): FlowId[] {
    this.#catchUp();
    const moved = this.#fluid.rehash(nowNs);
    for (const flow of moved) {
      const crosses = this.#crosses(flow);
      if (this.#flows.has(flow)) {
        if (crosses) this.#flows.reroute(flow, this.#waysOf(flow));
        else this.#toFluid(flow);
      } else if (crosses) this.#toPackets(flow, this.#resources.remaining(flow, nowNs), 0);
    }
    return moved;
  }

  hops(flow: FlowId): number {
    return this.#fluid.hops(flow);
  }

  standsStill(flow: FlowId): boolean {
    return this.#fluid.standsStill(flow);
  }

  flowsAt(node: number): FlowId[] {
    return this.#fluid.flowsAt(node);
  }

  flowsOver(link: number): FlowId[] {
    return this.#fluid.flowsOver(link);
  }

  remaining(flow: FlowId, nowNs: TimeNs): number {
    const lost = this.#lost[flow]!;
    if (!this.#flows.has(flow)) return lost + this.#resources.remaining(flow, nowNs);
    this.#catchUp();
    return lost + this.#leftOf(flow) + this.#flows.lostBytes(flow);
  }

  lostBytes(flow: FlowId): number {
    return this.#lost[flow]! + (this.#flows.has(flow) ? this.#flows.lostBytes(flow) : 0);
  }

  arrivedNs(flow: FlowId): TimeNs {
    return this.#arrivedNs[flow]!;
  }

  boundBy(flow: FlowId): ResourceId {
    const bound = this.#resources.boundBy(flow);
    const shadow = this.#shadows.get(flow);
    if (shadow === undefined || bound !== BOUND_BY_CAP) return bound;
    if (shadow.capBytesPerSec >= AT_CAP * this.#requests[flow]!.capBytesPerSec) return bound;
    return this.#busiestOf(flow);
  }

  /** The packet link of a flow's way with the highest load. */
  #busiestOf(flow: FlowId): ResourceId {
    let busiest = BOUND_BY_NOTHING;
    let highest = 0;
    for (const link of this.#fluid.linksOf(flow)) {
      const port = this.fabric.portOf(link);
      if (port < 0 || this.#portLoad[port]! <= highest) continue;
      highest = this.#portLoad[port]!;
      busiest = this.#resourceOf[link]!;
    }
    return busiest;
  }

  load(resource: ResourceId): number {
    const link = this.#linkOf(resource);
    const port = link < 0 ? -1 : this.fabric.portOf(link);
    if (port < 0) return this.#resources.load(resource);
    this.#look();
    return this.#resources.load(resource) + this.#portLoad[port]!;
  }

  /** What ports have carried since the last look, bytes a second; at most once an instant. */
  #look(): void {
    const sinceNs = this.#sim.nowNs - this.#lookedNs;
    if (sinceNs === 0) return;
    this.#catchUp();
    this.#lookedNs += sinceNs;
    for (let port = 0; port < this.#looked.length; port++) {
      const bytes = this.fabric.takenBytes(port);
      this.#portLoad[port] = ((bytes - this.#looked[port]!) * 1e9) / sinceNs;
      this.#looked[port] = bytes;
    }
  }

  sharesChanged(): void {
    this.#catchUp();
    this.fabric.follow();
    for (const [flow, { capBytesPerSec }] of this.#shadows) {
      const own = this.#requests[flow]!.capBytesPerSec;
      const bound = this.#resources.boundBy(flow);
      const isHeld = bound !== BOUND_BY_CAP || capBytesPerSec === own;
      this.#flows.setRate(flow, isHeld ? this.#resources.rate(flow) : own);
    }
    if (this.#shadows.size > 0) this.#clock.wake();
  }

  #measure(): void {
    this.#catchUp();
    this.#isMeasuring = false;
    const { nowNs } = this.#sim;
    const overNs = nowNs - this.#measuredNs;
    this.#measuredNs = nowNs;
    let changed = false;
    for (const [flow, shadow] of this.#shadows) changed = this.#recap(flow, shadow, overNs) || changed;
    if (changed || this.#flows.finished.length > 0) this.#due();
    if (this.#shadows.size === 0) return;
    this.#isMeasuring = true;
    this.#sim.after(MEASURE_NS, this.#measureKind);
  }

  /** The shadow's cap follows what arrived in the last `overNs`. True if it moved. */
  #recap(flow: FlowId, shadow: Shadow, overNs: TimeNs): boolean {
    const arrived = this.#flows.arrivedBytes(flow);
    const bytes = arrived - shadow.arrivedBefore;
    shadow.arrivedBefore = arrived;
    const { capBytesPerSec: own, packets } = this.#requests[flow]!;
    // At least a packet: what has sent nothing may be about to.
    const capBytesPerSec = Math.min(own, (Math.max(bytes, packets!.payloadBytes) * HEADROOM * 1e9) / overNs);
    const before = shadow.capBytesPerSec;
    if (capBytesPerSec > before * (1 - CAP_STEP) && capBytesPerSec < before * (1 + CAP_STEP)) return false;
    shadow.capBytesPerSec = capBytesPerSec;
    this.#fluid.goOn(flow, INFINITE, capBytesPerSec, this.#sim.nowNs);
    return true;
  }

  #catchUp(): void {
    this.#clock.catchUp();
  }

  /** What each port at packet level holds and did so far, in the order of its links. */
  ports(): PortReading[] {
    this.#catchUp();
    return this.fabric.readings(this.#sim.nowNs);
  }

  /** What became of packets so far. */
  totals(): PacketTotals {
    this.#catchUp();
    const { hops, dropped, marked, peak } = this.fabric.counts();
    return { flows: this.#flows.begun, hops, drops: dropped, marks: marked, queuePeak: peak, ...this.#flows.totals() };
  }
}

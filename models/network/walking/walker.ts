/**
 * One packet to another pod or node and its answer, hop by hop: which table sent it where, what was put around it, what it cost,
 * and where it died.
 *
 * Every step looks up real header fields in tables that the scheme's devices would have, and changes real headers; the rules of
 * the environment are asked where switches and routers ask them. Both directions meet the neighbour tables that the first
 * has filled. Nodes as ends: node-ends.ts.
 * Source: the files of this folder. Left out: faults and load of a run, connection state, services, policies (scenarios have
 * none), the life of a node's entries (they are all there).
 */
import { fragmentationNeeded, type IcmpHeader, quotedBy } from '../wire/icmp.ts';
import { ipv4, PROTOCOL } from '../wire/ipv4.ts';
import { encodePacket, type Packet } from '../wire/packet.ts';
import { crossFabric } from './fabric-way.ts';
import type { Ground, Station } from './ground.ts';
import { HOST_END_MAC } from './hardware.ts';
import type { LegReport, WireFrame } from './hop.ts';
import { Leg } from './leg.ts';
import { answerToHidden, goWithNode } from './node-ends.ts';
import { crossNode, enterNode } from './node-in.ts';
import { leaveNode } from './node-out.ts';
import { bridgeSide, podSends } from './pod-end.ts';
import { ethernetHeader, Trip, vethOf } from './trip.ts';

/** A packet from one end to the other, from its IPv4 header on, and what it carries for a program. */
export interface Message {
  readonly packet: Packet;
  readonly payloadBytes: number;
}

/** What is asked. */
export interface WalkRequest {
  readonly from: Station;
  readonly to: Station;
  readonly question: Message;
  readonly answer: Message;
  /** By which of equal ways switches send the question, and the answer. */
  readonly hash: number;
}

/** What came of it. */
export interface WalkReport {
  readonly question: LegReport;
  /** Null when the question died. */
  readonly answer: LegReport | null;
  /** The message by which the sender learns of a link's MTU; null when nobody tells it. */
  readonly told: Packet | null;
  /** Frames on all wires, in order of time. */
  readonly frames: readonly WireFrame[];
}

/** What a program takes between a question and its answer is its own affair: here nothing. */
export function walkThereAndBack(ground: Ground, request: WalkRequest): WalkReport {
  const { from, to, question, answer, hash } = request;
  const trip = new Trip(ground, hash);
  const there = new Leg(question.packet, 0, ground.costsOf(question.payloadBytes), trip.wires);
  const arrived = go(trip, there, from, to);
  const told = there.died?.told && from.kind === 'pod' ? tellSender(trip, there, from, to) : null;
  const back = new Leg(answer.packet, there.nowNs, ground.costsOf(answer.payloadBytes), trip.wires);
  if (arrived) {
    answerToHidden(trip, back);
    go(trip, back, to, from);
  }
  const frames = trip.wires
    .map((frame, index) => ({ frame, index }))
    .sort((a, b) => a.frame.timeNs - b.frame.timeNs || a.index - b.index)
    .map(({ frame }) => frame);
  return { question: there.report(), answer: arrived ? back.report() : null, told, frames };
}

function go(trip: Trip, leg: Leg, from: Station, to: Station): boolean {
  if (from.kind === 'node' || to.kind === 'node') return goWithNode(trip, leg, from, to);
  const relation = trip.ground.relation(from, to);
  if (!podSends(trip, leg, from, to)) return false;
  if (from.machine.index === to.machine.index) return crossNode(trip, leg, from, to);
  if (!leaveNode(trip, leg, from, to)) return false;
  return crossFabric(trip, leg, { from, to, relation }) && enterNode(trip, leg, from, to);
}

/** "Fragmentation needed" on the pod's own wire: from its router, or in the name of the receiver. */
function tellSender(trip: Trip, leg: Leg, from: Station, to: Station): Packet | null {
  const mtu = leg.died?.mtu;
  // The pod's own kernel told its program at once.
  if (mtu === undefined || leg.hops.length === 1) return null;
  const { joins } = trip.ground.forwarding;
  const inner = leg.first.headers.map(({ kind }) => kind).lastIndexOf('ipv4');
  const about = encodePacket({ headers: leg.first.headers.slice(inner), payload: leg.first.payload });
  const bridge = bridgeSide(trip, from);
  const [source, mac] =
    joins === 'veth' ? [from.machine.ip, HOST_END_MAC] : joins === 'bridge' ? [bridge.ip, bridge.mac] : [to.ip, to.mac];
  const header: IcmpHeader = fragmentationNeeded(mtu);
  const ip = ipv4({ source, destination: from.ip, protocol: PROTOCOL.icmp });
  const packet: Packet = { headers: [ethernetHeader(mac, from.mac), ip, header], payload: quotedBy(about) };
  trip.wires.push({ wire: vethOf(from), onCable: false, timeNs: leg.nowNs, packet });
  return packet;
}

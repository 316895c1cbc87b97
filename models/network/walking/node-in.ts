/**
 * From the card of a node to a pod on it: what is taken off, and which table finds the pod; and the way between pods of one node.
 *
 * Source: as node-out.ts, the other way round. Left out: what node-out.ts leaves out.
 */
import { ipText } from '../address-book.ts';
import { type EthernetHeader, macText } from '../wire/ethernet.ts';
import { exchangeArp } from './arp.ts';
import type { Station } from './ground.ts';
import { HOST_END_MAC, podMac } from './hardware.ts';
import type { Match } from './hop.ts';
import type { Leg } from './leg.ts';
import { type ArpSide, neighbourMatch } from './neighbours.ts';
import { findHidden } from './node-ends.ts';
import { chains, SWITCHING } from './node-out.ts';
import { bridgeSide, interfaceOf, onVeth, podReceives } from './pod-end.ts';
import { findRoute, routeText } from './routes.ts';
import { blockOf, CARD, gatewayOf, nodeRoutes } from './tables.ts';
import { ethernetHeader, type Trip, vethOf } from './trip.ts';
import { untagged } from './wrapping.ts';

/** Brings what came by cable to the pod. False when it died. */
export function enterNode(trip: Trip, leg: Leg, from: Station, to: Station): boolean {
  leg.otherEnd();
  const { joins } = trip.ground.forwarding;
  const { wrap } = trip.ground.relation(from, to);
  if (to.kind === 'node') return toNode(trip, leg, from, to);
  if (joins === 'macvlan' || joins === 'ipvlan-l2') return fromStation(trip, leg, to);
  if (wrap.kind === 'vlan') return atCard(leg, to, []) && untag(trip, leg, to) && toPod(trip, leg, to);
  leg.unwrap(1);
  if (!atCard(leg, to, ['Ethernet'])) return false;
  if (findHidden(trip, leg, to) && !leg.tell(finding(to))) return false;
  if (wrap.kind !== 'none' && !unwrapTunnel(trip, leg, from, to)) return false;
  return deliver(trip, leg, to, wrap.kind);
}

/** A node's own program takes it in, out of a tunnel if it came through one. */
function toNode(trip: Trip, leg: Leg, from: Station, to: Station): boolean {
  const { wrap } = trip.ground.relation(from, to);
  if (wrap.kind === 'none' || wrap.kind === 'vlan') return atCard(leg, to, []) && podReceives(trip, leg, to);
  leg.unwrap(1);
  if (!atCard(leg, to, ['Ethernet']) || !unwrapTunnel(trip, leg, from, to)) return false;
  const hasEthernet = leg.first.headers[0]?.kind === 'ethernet';
  if (!hasEthernet) leg.wrap(() => [ethernetHeader(to.machine.mac, to.machine.mac)]);
  return podReceives(trip, leg, to);
}

/** What is told of an answer that was sent to the node in place of its pod. */
function finding(to: Station) {
  const entry = `${ipText(to.machine.ip)} stands for ${ipText(to.ip)} of ${to.name}`;
  return { device: to.machine.name, part: 'masquerading', matches: [{ table: 'connections', entry }] };
}

function atCard(leg: Leg, to: Station, unwrapped: readonly string[]): boolean {
  const matches =
    unwrapped.length === 0 ? [] : [{ table: 'hardware addresses', entry: `${macText(to.machine.mac)} is its own` }];
  return leg.tell({ device: to.machine.name, part: `card ${CARD}`, costs: ['card'], unwrapped, matches });
}

/** The end of a tunnel: outer headers come off. */
function unwrapTunnel(trip: Trip, leg: Leg, from: Station, to: Station): boolean {
  const { ground } = trip;
  const { tunnel, writtenBy } = ground.forwarding;
  const { wrap } = ground.relation(from, to);
  const whole = leg.reassemble(to.machine.ip);
  const notes = whole ? ['put together from its fragments'] : [];
  const place = { device: to.machine.name, costs: ['tunnel', 'proxy'] as const, notes };
  if (wrap.kind === 'ipip') {
    leg.unwrap(1);
    const matches = [{ table: 'protocols', entry: `4 (IP in IP) for ${ipText(to.machine.ip)}` }];
    return leg.tell({ ...place, part: `tunnel ${tunnel}`, unwrapped: ['outer IPv4'], matches });
  }
  if (wrap.kind === 'udp') {
    leg.unwrap(2);
    const matches = [{ table: 'sockets', entry: `UDP port ${wrap.port} of ${writtenBy}` }];
    const part = `program ${writtenBy} behind ${tunnel}`;
    return leg.tell({ ...place, part, unwrapped: ['outer IPv4', 'UDP'], matches });
  }
  const name = wrap.kind === 'vxlan' ? 'VXLAN' : 'Geneve';
  const { port, vni } = wrap as { port: number; vni: number };
  leg.unwrap(3);
  const matches = [{ table: 'sockets', entry: `UDP port ${port}, VNI ${vni}: device ${tunnel}` }];
  return leg.tell({ ...place, part: `tunnel ${tunnel}`, unwrapped: ['outer IPv4', 'UDP', name], matches });
}

/** What the node does with the packet inside. */
export function deliver(trip: Trip, leg: Leg, to: Station, wrap: string): boolean {
  const { joins } = trip.ground.forwarding;
  const hasInnerEthernet = wrap === 'vxlan' || wrap === 'geneve';
  if (joins === 'veth' || joins === 'bridge') {
    if (hasInnerEthernet) leg.unwrap(1);
    return routeIn(trip, leg, to, ['route']) && overBridge(trip, leg, to) && toPod(trip, leg, to);
  }
  if (!hasInnerEthernet) leg.wrap(() => [ethernetHeader(to.machine.mac, to.mac)]);
  return joins === 'ipvlan-l3' ? ipvlanIn(trip, leg, to) : switchIn(trip, leg, to);
}

function ipvlanIn(trip: Trip, leg: Leg, to: Station): boolean {
  const told = leg.tell({
    device: to.machine.name,
    part: `IPVLAN on ${CARD}`,
    costs: SWITCHING,
    matches: [{ table: 'addresses of pods', entry: `${ipText(to.ip)} is ${to.name}` }],
  });
  return told && podReceives(trip, leg, to);
}

/** The node routes to the pod: its own route, or the bridge of its block. */
function routeIn(trip: Trip, leg: Leg, to: Station, costs: readonly (typeof SWITCHING)[number][]): boolean {
  const { ground } = trip;
  const { joins } = ground.forwarding;
  leg.countDown();
  const route = findRoute(nodeRoutes(ground, to.machine), to.ip)!;
  const side: ArpSide =
    joins === 'bridge'
      ? bridgeSide(trip, to)
      : { interface: `host end of ${to.name}`, ip: to.machine.ip, mac: HOST_END_MAC };
  const known = trip.neighbours.find(side, to.ip);
  if (known === undefined)
    exchangeArp(trip, leg, { asker: side, answerer: interfaceOf(to), wires: [onVeth(to)], byCard: false, wiresNs: 0 });
  leg.wrap(() => [ethernetHeader(side.mac, to.mac)]);
  const matches: Match[] = [
    { table: 'routing table', entry: routeText(route) },
    neighbourMatch(to.ip, to.mac, known === undefined ? 'asked by ARP' : 'known'),
  ];
  const told = leg.tell({
    device: to.machine.name,
    part: 'routing table',
    costs,
    mtu: ground.podMtu,
    matches,
  });
  return told && chains(trip, leg, to);
}

/** Through the bridge of the pods, where there is one. */
function overBridge(trip: Trip, leg: Leg, to: Station): boolean {
  if (trip.ground.forwarding.joins !== 'bridge') return true;
  return leg.tell({
    device: to.machine.name,
    part: `bridge ${trip.ground.forwarding.bridge}`,
    costs: ['bridge', 'veth'],
    mtu: trip.ground.podMtu,
    matches: [{ table: 'forwarding database', entry: `${macText(to.mac)} on port ${vethOf(to)}` }],
  });
}

function untag(trip: Trip, leg: Leg, to: Station): boolean {
  leg.packets = leg.packets.map(untagged);
  return leg.tell({
    device: to.machine.name,
    part: `switch ${trip.ground.forwarding.bridge}`,
    costs: SWITCHING,
    mtu: trip.ground.podMtu,
    unwrapped: ['802.1Q'],
    matches: [{ table: 'hardware addresses', entry: `${macText(to.mac)} on port ${vethOf(to)}` }],
  });
}

/** Open vSwitch, or programs in the kernel, find the pod. */
function switchIn(trip: Trip, leg: Leg, to: Station): boolean {
  const { ground } = trip;
  const { joins, bridge } = ground.forwarding;
  const isEbpf = joins === 'ebpf';
  const routes = isEbpf || joins === 'routing-switch';
  if (routes) {
    if (isEbpf) leg.countDown();
    const source = podMac(gatewayOf(blockOf(ground, to.ip)));
    leg.change<EthernetHeader>(0, (header) => ({ ...header, source, destination: to.mac }));
  }
  const entry = isEbpf ? `${ipText(to.ip)} is ${to.name}` : `nw_dst=${ipText(to.ip)}: output ${vethOf(to)}`;
  const told = leg.tell({
    device: to.machine.name,
    part: isEbpf ? 'eBPF programs at the card' : `switch ${bridge}`,
    costs: SWITCHING,
    mtu: ground.podMtu,
    matches: [{ table: isEbpf ? 'map of endpoints' : 'flows', entry }],
  });
  return told && chains(trip, leg, to) && toPod(trip, leg, to);
}

function fromStation(trip: Trip, leg: Leg, to: Station): boolean {
  const isMacvlan = trip.ground.forwarding.joins === 'macvlan';
  const entry = isMacvlan ? `${macText(to.mac)} is ${to.name}` : `${ipText(to.ip)} is ${to.name}`;
  const told = leg.tell({
    device: to.machine.name,
    part: `${isMacvlan ? 'macvlan' : 'IPVLAN'} on ${CARD}`,
    costs: [...SWITCHING, 'card'],
    mtu: trip.ground.podMtu,
    matches: [{ table: 'stations of the card', entry }],
  });
  return told && podReceives(trip, leg, to);
}

function toPod(trip: Trip, leg: Leg, to: Station): boolean {
  leg.onWire(vethOf(to), false, () => 0);
  return podReceives(trip, leg, to);
}

/** From a pod to another pod of the same node. */
export function crossNode(trip: Trip, leg: Leg, from: Station, to: Station): boolean {
  const { ground } = trip;
  const { joins, bridge } = ground.forwarding;
  if (joins === 'macvlan' || joins === 'ipvlan-l2' || joins === 'ipvlan-l3') return betweenStations(trip, leg, to);
  leg.onWire(vethOf(from), false, () => 0);
  if (joins === 'veth') {
    leg.unwrap(1);
    return routeIn(trip, leg, to, SWITCHING) && secondHalf(leg) && toPod(trip, leg, to);
  }
  if (joins === 'bridge') return overBridge(trip, leg, to) && secondHalf(leg) && toPod(trip, leg, to);
  const routes = joins === 'ebpf';
  if (routes) {
    leg.countDown();
    leg.change<EthernetHeader>(0, (header) => ({
      ...header,
      source: podMac(gatewayOf(blockOf(ground, to.ip))),
      destination: to.mac,
    }));
  }
  const told = leg.tell({
    device: to.machine.name,
    part: routes ? `eBPF programs at ${vethOf(from)}` : `switch ${bridge}`,
    costs: SWITCHING,
    mtu: ground.podMtu,
    matches: [
      routes
        ? { table: 'map of endpoints', entry: `${ipText(to.ip)} is ${to.name}` }
        : { table: 'hardware addresses', entry: `${macText(to.mac)} on port ${vethOf(to)}` },
    ],
  });
  return told && chains(trip, leg, to) && secondHalf(leg) && toPod(trip, leg, to);
}

function betweenStations(trip: Trip, leg: Leg, to: Station): boolean {
  const isMacvlan = trip.ground.forwarding.joins === 'macvlan';
  const told = leg.tell({
    device: to.machine.name,
    part: `${isMacvlan ? 'macvlan' : 'IPVLAN'} on ${CARD}`,
    costs: SWITCHING,
    mtu: trip.ground.podMtu,
    matches: [{ table: 'stations of the card', entry: `${isMacvlan ? macText(to.mac) : ipText(to.ip)} is ${to.name}` }],
  });
  return told && secondHalf(leg) && podReceives(trip, leg, to);
}

/** On one node both halves of the way are the same machine's. */
function secondHalf(leg: Leg): boolean {
  leg.otherEnd();
  return true;
}

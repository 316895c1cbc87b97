/**
 * From a pod to the card of its node: what stands between, which table sends the packet where, and what is put around it.
 *
 * Source: Linux ip_forward, br_forward and vxlan_xmit; the devices are those that a scheme names (ground.ts).
 * Left out: services (a walk names pods), policy rules one by one, masquerading.
 */
import { ipText, subnetText } from '../address-book.ts';
import type { EthernetHeader } from '../wire/ethernet.ts';
import { macText } from '../wire/ethernet.ts';
import { toCard } from './card.ts';
import type { Station } from './ground.ts';
import { podMac, tunnelMac } from './hardware.ts';
import { headerWords } from './header-words.ts';
import type { Match } from './hop.ts';
import { ipBytesOf, type Leg } from './leg.ts';
import { type Fit, fitByRouting, fitBySwitching, fitByWrapping } from './mtu.ts';
import { hideSource } from './node-ends.ts';
import { findRoute, routeText } from './routes.ts';
import { blockOf, CARD, gatewayOf, nodeRoutes, placeText } from './tables.ts';
import { ethernetHeader, type Trip, vethOf } from './trip.ts';
import { tagged, tunnelBetween, tunnelHeaders } from './wrapping.ts';

/** Parts that a switch, a program or a station of the segment stands for, whatever the way calls them. */
export const SWITCHING = ['veth', 'bridge', 'switch', 'programs', 'station', 'route'] as const;

/** Brings a frame of a pod onto its node's card, ready for the cable. False when it died. */
export function leaveNode(trip: Trip, leg: Leg, from: Station, to: Station): boolean {
  const { joins } = trip.ground.forwarding;
  if (joins !== 'macvlan' && joins !== 'ipvlan-l2' && joins !== 'ipvlan-l3') leg.onWire(vethOf(from), false, () => 0);
  switch (joins) {
    case 'veth':
      return chains(trip, leg, from) && routeOut(trip, leg, from, to, ['veth', 'route']);
    case 'bridge':
      return throughBridge(trip, leg, from) && chains(trip, leg, from) && routeOut(trip, leg, from, to, ['route']);
    case 'ipvlan-l3':
      return routeOut(trip, leg, from, to, SWITCHING);
    case 'macvlan':
    case 'ipvlan-l2':
      return throughStation(trip, leg, from);
    default:
      return throughSwitch(trip, leg, from, to);
  }
}

/** A bridge whose own address the frame has: up to the node that routes. */
function throughBridge(trip: Trip, leg: Leg, from: Station): boolean {
  const { destination } = leg.first.headers[0] as EthernetHeader;
  return leg.tell({
    device: from.machine.name,
    part: `bridge ${trip.ground.forwarding.bridge}`,
    costs: ['veth', 'bridge'],
    mtu: trip.ground.podMtu,
    matches: [{ table: 'forwarding database', entry: `${macText(destination)} is its own: up to the node` }],
  });
}

/** The chains of a policy agent. No policy is a part of scenarios, so they let everything pass. */
export function chains(trip: Trip, leg: Leg, at: Station): boolean {
  if (!trip.ground.chains) return true;
  const { writtenBy } = trip.ground.forwarding;
  return leg.tell({
    device: at.machine.name,
    part: 'policy chains',
    costs: ['chains'],
    matches: [{ table: 'iptables FORWARD', entry: `the chains of ${writtenBy}: accept, as no policy names this pod` }],
  });
}

/** The node routes: to its card, or into a tunnel's device. */
export function routeOut(
  trip: Trip,
  leg: Leg,
  from: Station,
  to: Station,
  costs: readonly (typeof SWITCHING)[number][],
): boolean {
  const { ground } = trip;
  const { machine } = from;
  leg.unwrap(1);
  // IPVLAN hands the packet to the node's routing without counting down.
  if (ground.forwarding.joins !== 'ipvlan-l3') leg.countDown();
  const route = findRoute(nodeRoutes(ground, machine), to.ip)!;
  const { wrap } = ground.relation(from, to);
  const intoTunnel = wrap.kind !== 'none' && wrap.kind !== 'vlan';
  const mtu = intoTunnel ? ground.tunnelMtu : ground.environment.underlayMtu;
  const fit = fitByRouting(leg, mtu, ground.tells);
  const alive = leg.tell({
    device: machine.name,
    part: 'routing table',
    costs,
    mtu,
    unwrapped: ['Ethernet'],
    matches: [{ table: 'routing table', entry: routeText(route) }],
    notes: fit.notes,
    ...(fit.death === undefined ? {} : { died: fit.death }),
  });
  if (!alive) return false;
  if (hideSource(trip, leg, from, to) && !leg.tell(hiding(from))) return false;
  return (intoTunnel ? kernelTunnel(trip, leg, from, to) : true) && toCard(trip, leg, from, to);
}

/** What is told of masquerading. */
function hiding(from: Station) {
  const entry = `${ipText(from.ip)} of ${from.name} becomes ${ipText(from.machine.ip)}`;
  return { device: from.machine.name, part: 'masquerading', matches: [{ table: 'iptables POSTROUTING', entry }] };
}

/** A tunnel's device of the kernel, or a program behind a TUN device. */
export function kernelTunnel(trip: Trip, leg: Leg, from: Station, to: Station): boolean {
  const { ground } = trip;
  const { tunnel, writtenBy } = ground.forwarding;
  const { wrap } = ground.relation(from, to);
  const matches: Match[] = [];
  if (wrap.kind === 'vxlan' || wrap.kind === 'geneve') {
    const mac = tunnelMac(to.machine.ip);
    const address = ipText(blockOf(ground, to.ip).address);
    matches.push(
      { table: 'neighbours', entry: `${address} is at ${macText(mac)} (written by ${writtenBy})` },
      { table: `forwarding database of ${tunnel}`, entry: `${macText(mac)} behind ${placeText(to.machine)}` },
    );
    leg.wrap(() => [ethernetHeader(tunnelMac(from.machine.ip), mac)]);
  } else if (wrap.kind === 'udp') {
    matches.push({
      table: `table of ${writtenBy}`,
      entry: `${subnetText(blockOf(ground, to.ip))} at ${placeText(to.machine)}`,
    });
  } else {
    matches.push({ table: `device ${tunnel}`, entry: `the far end is the route's next hop, ${placeText(to.machine)}` });
  }
  const isProgram = wrap.kind === 'udp';
  const place = {
    device: from.machine.name,
    part: isProgram ? `program ${writtenBy} behind ${tunnel}` : `tunnel ${tunnel}`,
    costs: ['tunnel', 'proxy'] as const,
    mtu: ground.environment.underlayMtu,
    matches,
  };
  const { death } = fitByWrapping(leg, tunnelBetween(trip, from, to), place.mtu, ground.tells);
  if (death !== undefined) return leg.tell({ ...place, died: death });
  const added = wrapNow(trip, leg, from, to);
  return leg.tell({
    ...place,
    wrapped: wrap.kind === 'vxlan' || wrap.kind === 'geneve' ? [...added, 'inner Ethernet'] : added,
  });
}

/** Puts the tunnel's headers around every packet; their words. */
function wrapNow(trip: Trip, leg: Leg, from: Station, to: Station): string[] {
  const headers = tunnelHeaders(trip, from, to, ipBytesOf(leg.first));
  leg.wrap((packet) => tunnelHeaders(trip, from, to, ipBytesOf(packet)));
  return headerWords({ headers, payload: new Uint8Array(0) }).map((words) =>
    words.startsWith('IPv4') ? `outer ${words}` : words,
  );
}

/** An interface of the pod on the card itself. */
function throughStation(trip: Trip, leg: Leg, from: Station): boolean {
  const { joins } = trip.ground.forwarding;
  const mtu = trip.ground.environment.underlayMtu;
  const fit = fitBySwitching(leg, mtu);
  const { source } = leg.first.headers[0] as EthernetHeader;
  return leg.tell({
    device: from.machine.name,
    part: `${joins === 'macvlan' ? 'macvlan' : 'IPVLAN'} on ${CARD}`,
    costs: [...SWITCHING, 'card'],
    mtu,
    matches: [
      { table: 'stations of the card', entry: `${macText(source)} is ${from.name}; the other is not on this node` },
    ],
    ...(fit.death === undefined ? {} : { died: fit.death }),
  });
}

/** Open vSwitch, or programs in the kernel. */
function throughSwitch(trip: Trip, leg: Leg, from: Station, to: Station): boolean {
  const { ground } = trip;
  const { joins, bridge, tunnel } = ground.forwarding;
  const { wrap } = ground.relation(from, to);
  const intoTunnel = wrap.kind !== 'none' && wrap.kind !== 'vlan';
  if (joins === 'routing-switch') routeInSwitch(trip, leg, from, to);
  const fit = fitOfSwitch(trip, leg, from, to);
  if (wrap.kind === 'vlan' && fit.death === undefined)
    leg.packets = leg.packets.map((packet) => tagged(packet, wrap.id));
  const alive = leg.tell({
    device: from.machine.name,
    part: joins === 'ebpf' ? `eBPF programs at ${vethOf(from)}` : `switch ${bridge}`,
    costs: SWITCHING,
    mtu: intoTunnel ? ground.tunnelMtu : ground.environment.underlayMtu,
    matches: [switchMatch(trip, from, to)],
    wrapped: wrap.kind === 'vlan' && fit.death === undefined ? [`802.1Q VLAN ${wrap.id}`] : [],
    notes: fit.notes,
    ...(fit.death === undefined ? {} : { died: fit.death }),
  });
  if (!alive) return false;
  if (!chains(trip, leg, from)) return false;
  if (wrap.kind === 'vlan') return leg.tell({ device: from.machine.name, part: `card ${CARD}`, costs: ['card'] });
  if (!intoTunnel) return routeOut(trip, leg, from, to, []);
  const added = wrapNow(trip, leg, from, to);
  const told = leg.tell({
    device: from.machine.name,
    part: `tunnel ${tunnel}`,
    costs: ['tunnel'],
    mtu: ground.environment.underlayMtu,
    matches: [{ table: 'end of the tunnel', entry: placeText(to.machine) }],
    wrapped: added,
  });
  return told && toCard(trip, leg, from, to);
}

/** A switch that routes writes new hardware addresses and counts down. */
function routeInSwitch(trip: Trip, leg: Leg, from: Station, to: Station): void {
  const { ground } = trip;
  const { wrap } = ground.relation(from, to);
  // Plain packets go on to the node's own routing, which does both.
  if (wrap.kind === 'none') return;
  const source = podMac(gatewayOf(blockOf(ground, from.ip)));
  const destination = ground.forwarding.tunnelTo ?? to.mac;
  leg.countDown();
  leg.change<EthernetHeader>(0, (header) => ({ ...header, source, destination }));
}

function fitOfSwitch(trip: Trip, leg: Leg, from: Station, to: Station): Fit {
  const { ground } = trip;
  const { wrap } = ground.relation(from, to);
  const mtu = ground.environment.underlayMtu;
  // Without a wrap the node's routing decides.
  if (wrap.kind === 'none') return { notes: [] };
  if (wrap.kind === 'vlan') return fitBySwitching(leg, mtu);
  return fitByWrapping(leg, tunnelBetween(trip, from, to), mtu, ground.tells);
}

function switchMatch({ ground }: Trip, from: Station, to: Station): Match {
  const { joins, tunnel } = ground.forwarding;
  const { wrap } = ground.relation(from, to);
  const block = ground.blocks.length === 0 ? ipText(to.ip) : subnetText(blockOf(ground, to.ip));
  if (joins === 'ebpf') {
    const through = wrap.kind === 'none' ? "to the node's routing" : `tunnel endpoint ${placeText(to.machine)}`;
    return { table: 'map of addresses (ipcache)', entry: `${block}: ${through}` };
  }
  if (wrap.kind === 'vlan')
    return { table: 'hardware addresses', entry: `${macText(to.mac)}: out on ${CARD}, VLAN ${wrap.id}` };
  if (wrap.kind === 'none') return { table: 'flows', entry: `nw_dst=${block}: up to ${from.machine.name}'s routing` };
  return { table: 'flows', entry: `nw_dst=${block}: set tun_dst=${ipText(to.machine.ip)}, output ${tunnel}` };
}

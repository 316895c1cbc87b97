/**
 * What a pod (or a node, where it is an end itself) does with a packet: it sends it by its own routing table and neighbours, and
 * takes it in.
 *
 * Source: Linux ip_output and arp; how pods resolve their next hop follows from the scheme's devices (ground.ts).
 * Left out: connection tracking, what a program does between question and answer.
 */
import { ipText } from '../address-book.ts';
import type { MacAddress } from '../wire/ethernet.ts';
import { exchangeArp } from './arp.ts';
import { askOverNetwork } from './asking.ts';
import type { Station } from './ground.ts';
import { HOST_END_MAC, podMac, routerMac } from './hardware.ts';
import type { Match } from './hop.ts';
import type { Leg } from './leg.ts';
import { fitByRouting } from './mtu.ts';
import { type ArpSide, neighbourMatch } from './neighbours.ts';
import { findRoute, routeText } from './routes.ts';
import { blockOf, CARD, gatewayOf, LINK_LOCAL_ROUTER, podRoutes } from './tables.ts';
import { ethernetHeader, type Trip, vethOf } from './trip.ts';

/** The interface of a pod, for the tables of neighbours. */
export const interfaceOf = ({ name, ip, mac }: Station): ArpSide => ({ interface: `card of ${name}`, ip, mac });

/** A pod sends: route, neighbour, Ethernet. False when the packet does not leave it. */
export function podSends(trip: Trip, leg: Leg, from: Station, to: Station): boolean {
  const { ground } = trip;
  const place = { device: from.machine.name, part: `pod ${from.name}`, costs: ['socket'] as const, mtu: ground.podMtu };
  const fit = fitByRouting(leg, ground.podMtu, true);
  if (fit.death !== undefined) {
    const words = `${leg.ipBytes} bytes do not fit the pod's own MTU of ${ground.podMtu} and must not be cut: its kernel refuses the call ("message too long")`;
    return leg.tell({ ...place, died: { ...fit.death, words, told: true } });
  }
  const route = findRoute(podRoutes(ground, from), to.ip)!;
  const nextHop = route.via ?? to.ip;
  const resolved = resolve(trip, leg, from, to, nextHop);
  const matches: Match[] = [{ table: 'routing table', entry: routeText(route) }];
  if (resolved.match !== undefined) matches.push(resolved.match);
  if (resolved.mac === undefined) {
    const died = resolved.death ?? {
      cause: 'arp' as const,
      told: false,
      words: `nobody answers for ${ipText(nextHop)}`,
    };
    return leg.tell({ ...place, matches, rules: resolved.rules ?? [], died });
  }
  const destination = resolved.mac;
  leg.wrap(() => [ethernetHeader(from.mac, destination)]);
  return leg.tell({ ...place, matches, notes: fit.notes, rules: resolved.rules ?? [] });
}

/** What a pod finds out about its next hop. */
interface Resolved {
  readonly mac?: MacAddress;
  readonly match?: Match;
  readonly death?: NonNullable<ReturnType<typeof askOverNetwork>['death']>;
  readonly rules?: ReturnType<typeof askOverNetwork>['rules'];
}

function resolve(trip: Trip, leg: Leg, from: Station, to: Station, nextHop: number): Resolved {
  const { ground } = trip;
  const { joins, resolves } = ground.forwarding;
  const asker = interfaceOf(from);
  // IPVLAN in mode L3 has no ARP: the frame never leaves the node as it is.
  if (joins === 'ipvlan-l3') return { mac: from.machine.mac };
  const known = trip.neighbours.find(asker, nextHop);
  if (known !== undefined) return { mac: known, match: neighbourMatch(nextHop, known, 'known') };
  const local = from.machine.index === to.machine.index;
  const onLink = nextHop === to.ip;
  if (onLink && (resolves === 'asks' || (local && joins !== 'switch'))) return asked(trip, leg, from, to);
  const answerer = answererFor(trip, from, to, nextHop);
  if (resolves === 'written') {
    trip.neighbours.learn(asker, nextHop, answerer.mac);
    return {
      mac: answerer.mac,
      match: neighbourMatch(nextHop, answerer.mac, `written by ${ground.forwarding.writtenBy}`),
    };
  }
  exchangeArp(trip, leg, { asker, answerer, wires: [onVeth(from)], byCard: false, wiresNs: 0 });
  const who = resolves === 'agent' ? 'asked by ARP, the switch answers' : 'asked by ARP, its node answers';
  return { mac: answerer.mac, match: neighbourMatch(nextHop, answerer.mac, who) };
}

/** An exchange on the pair that joins a pod. */
export const onVeth = (pod: Station) => ({ wire: vethOf(pod), onCable: false, requestNs: 0, replyNs: 0 });

/** Who answers for the next hop: the router of the pods on this node, or the switch for the pod itself. */
function answererFor({ ground }: Trip, from: Station, to: Station, nextHop: number): ArpSide {
  const { joins } = ground.forwarding;
  if (nextHop === to.ip && joins === 'switch')
    return { interface: `switch of ${from.machine.name}`, ip: to.ip, mac: to.mac };
  if (nextHop === LINK_LOCAL_ROUTER) return { interface: `host end of ${from.name}`, ip: nextHop, mac: HOST_END_MAC };
  const isRouterOfSegment = joins === 'macvlan' || joins === 'ipvlan-l2';
  const mac = isRouterOfSegment ? routerMac(nextHop) : podMac(nextHop);
  return { interface: `bridge of ${from.machine.name}`, ip: nextHop, mac };
}

/** The other pod answers itself: on the bridge of the node, or over the network. */
function asked(trip: Trip, leg: Leg, from: Station, to: Station): Resolved {
  const over = askOverNetwork(trip, leg, from, to);
  if (over.death !== undefined) return { death: over.death, rules: over.rules };
  const mac = trip.neighbours.find(interfaceOf(from), to.ip)!;
  return { mac, match: neighbourMatch(to.ip, mac, `asked by ARP, ${to.name} answers`), rules: over.rules };
}

/** A pod takes the packet in. */
export function podReceives(trip: Trip, leg: Leg, to: Station): boolean {
  leg.unwrap(1);
  const whole = leg.reassemble(to.ip);
  return leg.tell({
    device: to.machine.name,
    part: to.kind === 'pod' ? `pod ${to.name}` : 'its own socket',
    // A tunnel that was on this way has been charged where it ended.
    costs: to.kind === 'node' ? ['socket'] : leg.due.filter((part) => part !== 'tunnel' && part !== 'proxy'),
    matches: [{ table: 'local addresses', entry: `${ipText(to.ip)} dev ${CARD}` }],
    notes: whole ? ['put together from its fragments'] : [],
    unwrapped: ['Ethernet'],
    mtu: trip.ground.podMtu,
  });
}

/** The router of a pod's block, as a bridge has it. */
export const bridgeSide = ({ ground }: Trip, pod: Station): ArpSide => {
  const ip = gatewayOf(blockOf(ground, pod.ip));
  return { interface: `bridge of ${pod.machine.name}`, ip, mac: podMac(ip) };
};

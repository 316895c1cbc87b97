/**
 * The card of a node: the next hop's hardware address is found, the Ethernet header put before the packet; and taken off where it
 * arrives.
 *
 * Source: Linux ip_finish_output2 and arp; in a provider's network the provider answers ARP itself. Left out: queues of the card.
 */
import { ipText } from '../address-book.ts';
import type { MacAddress } from '../wire/ethernet.ts';
import type { Packet } from '../wire/packet.ts';
import { exchangeArp } from './arp.ts';
import { rulingsOn } from './fabric-way.ts';
import { type Machine, type Station, shareSubnet } from './ground.ts';
import { routerMac } from './hardware.ts';
import type { Death, Match, RuleWords } from './hop.ts';
import type { Leg } from './leg.ts';
import { fitByRouting } from './mtu.ts';
import { type ArpSide, neighbourMatch } from './neighbours.ts';
import { findRoute, routeText } from './routes.ts';
import { CARD, nodeRoutes, underlayRoutes } from './tables.ts';
import { cableOf, ethernetHeader, type Trip } from './trip.ts';

const PROBE: Packet = { headers: [], payload: new Uint8Array(0) };

/** Readies packets whose first header is IPv4 for the cable. False when they died. */
export function toCard(trip: Trip, leg: Leg, from: Station, to: Station): boolean {
  const { ground } = trip;
  const { machine } = from;
  const isOuter = leg.ip.destination === to.machine.ip;
  const route = findRoute(isOuter ? underlayRoutes(machine) : nodeRoutes(ground, machine), leg.ip.destination)!;
  const mtu = ground.environment.underlayMtu;
  const place = { device: machine.name, part: `card ${CARD}`, costs: ['card'] as const, mtu };
  const fit = fitByRouting(leg, mtu, ground.tells);
  if (fit.death !== undefined) return leg.tell({ ...place, died: fit.death });
  const nextHop = route.via ?? leg.ip.destination;
  const stray = unreachable(trip, from, to, nextHop);
  if (stray !== undefined) return leg.tell({ ...place, matches: [], rules: stray.rules, died: stray.death });
  const { mac, match } = resolveOnCable(trip, leg, from, to, nextHop);
  leg.wrap(() => [ethernetHeader(machine.mac, mac)]);
  // A route that decided before need not be told twice.
  const matches: Match[] = isOuter ? [{ table: 'routing table', entry: routeText(route) }, match] : [match];
  return leg.tell({ ...place, matches, notes: fit.notes });
}

/** A next hop that stands in another subnet hears no ARP request, where a rule keeps segments apart. */
function unreachable(
  trip: Trip,
  from: Station,
  to: Station,
  nextHop: number,
): { death: Death; rules: readonly RuleWords[] } | undefined {
  const relation = trip.ground.relation(from, to);
  if (shareSubnet(from.machine, to.machine) || nextHop === from.machine.router) return undefined;
  const names = [`the access port of ${from.machine.name}`, `the router of ${from.machine.name}`] as const;
  const { entry, death } = rulingsOn(trip.ground, { from, to, relation }, relation.frame, names);
  if (death === undefined) return undefined;
  const words = `nobody answers ARP for ${ipText(nextHop)}, which stands in another subnet: ${death.words}`;
  return { death: { ...death, words }, rules: entry };
}

function resolveOnCable(
  trip: Trip,
  leg: Leg,
  from: Station,
  to: Station,
  nextHop: number,
): { mac: MacAddress; match: Match } {
  const { machine } = from;
  const asker = cardSide(machine);
  const known = trip.neighbours.find(asker, nextHop);
  if (known !== undefined) return { mac: known, match: neighbourMatch(nextHop, known, 'known') };
  const isRouter = nextHop === machine.router;
  const isProviders = trip.ground.environment.kind === 'vpc';
  const answerer: ArpSide = isRouter
    ? { interface: `router of ${machine.name}`, ip: nextHop, mac: routerMac(nextHop) }
    : { ...cardSide(to.machine), ip: nextHop };
  const near = isRouter || isProviders;
  const ns = near ? trip.cableNs(PROBE) + trip.ground.fabric.linkLatencyNs : trip.oneWayNs(machine, to.machine, PROBE);
  const own = { wire: cableOf(machine), onCable: true, requestNs: 0, replyNs: 2 * ns };
  const other = { wire: cableOf(to.machine), onCable: true, requestNs: ns, replyNs: ns };
  // A provider answers by itself: the other machine hears nothing.
  const deaf = isProviders ? { ...answerer, interface: "the provider's switch" } : answerer;
  const wires = near ? [own] : [own, other];
  exchangeArp(trip, leg, { asker, answerer: deaf, wires, ends: near ? 1 : 2, byCard: true, wiresNs: 2 * ns });
  const who = isProviders ? 'asked by ARP, the provider answers' : 'asked by ARP';
  return { mac: answerer.mac, match: neighbourMatch(nextHop, answerer.mac, who) };
}

/** A node's card, for the tables of neighbours. */
export const cardSide = ({ name, ip, mac }: Machine): ArpSide => ({ interface: `card of ${name}`, ip, mac });

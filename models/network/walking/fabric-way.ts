/**
 * From one node's cable to another's: the switches and routers of the room, or the provider's network, and the rules that they keep.
 *
 * Where racks are subnets the leaf switches route: one to the other over a spine that they choose by a hash of addresses and ports.
 * What is not addressed to the router is switched by its hardware address. A provider looks every packet up in a table of
 * its own; which machines that runs on is not to be seen.
 * Source: fabric.ts (links, speeds, latencies), walk.ts (rules). Left out: links that are down, what others send.
 */
import { assert } from '../../../sim/engine/assert.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import { ipText, subnetText } from '../address-book.ts';
import { numbered } from '../fabric-rows.ts';
import { walk } from '../walk.ts';
import type { EthernetHeader } from '../wire/ethernet.ts';
import { macText } from '../wire/ethernet.ts';
import type { Packet } from '../wire/packet.ts';
import { exchangeArp } from './arp.ts';
import { type Ground, type Machine, type Relation, type Station, shareSubnet } from './ground.ts';
import { routerMac, spineMac } from './hardware.ts';
import type { Death, Match, RuleWords } from './hop.ts';
import type { Leg } from './leg.ts';
import { type Fit, fitByRouting, fitBySwitching } from './mtu.ts';
import { type ArpSide, neighbourMatch } from './neighbours.ts';
import { blockOf } from './tables.ts';
import { cableOf, type Trip } from './trip.ts';

/** A packet between two nodes. */
export interface Crossing {
  readonly from: Station;
  readonly to: Station;
  readonly relation: Relation;
}

/** A device of the fabric. */
interface Device {
  readonly name: string;
  /** Wire by which the packet leaves it. */
  readonly wire: string;
  readonly role: 'first' | 'middle' | 'last';
  /** Whether that wire leads to another switch. */
  readonly isTrunk: boolean;
}

/** Carries what stands ready on the sender's card. False when it died. */
export function crossFabric(trip: Trip, leg: Leg, crossing: Crossing): boolean {
  const { from, to } = crossing;
  leg.onWire(cableOf(from.machine), true, (packet) => trip.cableNs(packet));
  leg.nowNs += trip.ground.fabric.linkLatencyNs + leg.packets.reduce((sum, packet) => sum + trip.cableNs(packet), 0);
  const { environment } = trip.ground;
  const alive = environment.kind === 'vpc' ? crossProvider(trip, leg, crossing) : crossRoom(trip, leg, crossing);
  if (!alive) return false;
  leg.onWire(cableOf(to.machine), true, (packet) => trip.cableNs(packet));
  leg.nowNs += trip.ground.fabric.linkLatencyNs + longestNs(leg, (packet) => trip.cableNs(packet));
  return true;
}

const longestNs = (leg: Leg, timeOf: (packet: Packet) => TimeNs): TimeNs => Math.max(...leg.packets.map(timeOf));

/** What rules say of the packet, by where: at the first device, and at a router behind it. */
export function rulingsOn(
  ground: Ground,
  { from, to, relation }: Crossing,
  frame: Relation['frame'],
  names: readonly [entry: string, router: string],
): { readonly entry: RuleWords[]; readonly router: RuleWords[]; readonly death: Death | undefined } {
  const crossesSubnets = !shareSubnet(from.machine, to.machine) && relation.nextHop === 'router';
  const isVpc = ground.environment.kind === 'vpc';
  const [entry, router] = names;
  const hops = [{ name: entry, role: 'entry' as const }];
  const all = crossesSubnets || isVpc ? [...hops, { name: router, role: 'router' as const }] : hops;
  const acrossSubnets = !shareSubnet(from.machine, to.machine);
  const rulings = walk(
    { what: 'the packet', frame, hops: all, crossesSubnets, acrossSubnets },
    ground.environment,
    ground.met,
  );
  const words = rulings.map(({ hop, rule, outcome, words }) => ({ hop, rule, outcome, words }));
  const drop = words.find(({ outcome }) => outcome === 'drop');
  return {
    entry: words.filter(({ hop }) => hop === entry),
    router: words.filter(({ hop }) => hop === router && router !== entry),
    death:
      drop === undefined
        ? undefined
        : { cause: 'rule', rule: drop.rule, told: false, words: `${drop.words} (rule ${drop.rule})` },
  };
}

function crossProvider(trip: Trip, leg: Leg, crossing: Crossing): boolean {
  const { ground } = trip;
  const { from, to } = crossing;
  const names = [
    `the provider's virtual switch at ${from.machine.name}`,
    `the provider's virtual switch at ${to.machine.name}`,
  ] as const;
  const { entry, router, death } = rulingsOn(ground, crossing, crossing.relation.frame, names);
  const diedAtEntry = death !== undefined && router.every(({ outcome }) => outcome !== 'drop');
  const mtu = ground.environment.underlayMtu;
  const place = { part: 'virtual switch', mtu, takesNs: ground.fabric.switchLatencyNs };
  const matches = diedAtEntry ? [] : [providerMatch(ground, leg.ip.destination, to.machine)];
  if (!leg.tell({ ...place, device: names[0], matches, rules: entry, ...(diedAtEntry ? { died: death } : {}) }))
    return false;
  if (from.machine.rack !== to.machine.rack) {
    const { linkLatencyNs, switchLatencyNs } = ground.fabric;
    leg.nowNs += 2 * linkLatencyNs + 2 * switchLatencyNs + 2 * longestNs(leg, (packet) => trip.trunkNs(packet));
  }
  return leg.tell({
    ...place,
    device: names[1],
    takesNs: 0,
    rules: router,
    ...(death === undefined ? {} : { died: death }),
  });
}

function providerMatch(ground: Ground, destination: number, machine: Machine): Match {
  if (destination === machine.ip)
    return { table: "provider's addresses", entry: `${ipText(destination)} is ${machine.name}` };
  const block = blockOf(ground, destination);
  const what = ground.blocks.length === 0 ? ipText(destination) : subnetText(block);
  return { table: "provider's routes", entry: `${what} at the interface of ${machine.name}` };
}

function devicesBetween(trip: Trip, from: Machine, to: Machine): Device[] {
  const { racks, fabric } = trip.ground;
  const leaf = (rack: number): string => numbered('leaf', rack, racks);
  if (from.rack === to.rack) return [{ name: leaf(from.rack), wire: cableOf(to), role: 'first', isTrunk: false }];
  const spine = numbered('spine', trip.hash % fabric.spines, fabric.spines);
  return [
    { name: leaf(from.rack), wire: `${leaf(from.rack)} to ${spine}`, role: 'first', isTrunk: true },
    { name: spine, wire: `${spine} to ${leaf(to.rack)}`, role: 'middle', isTrunk: true },
    { name: leaf(to.rack), wire: cableOf(to), role: 'last', isTrunk: false },
  ];
}

function crossRoom(trip: Trip, leg: Leg, crossing: Crossing): boolean {
  const { ground } = trip;
  const { from, to, relation } = crossing;
  const devices = devicesBetween(trip, from.machine, to.machine);
  const routed = relation.nextHop === 'router' && !shareSubnet(from.machine, to.machine);
  const first = devices[0]!.name;
  const names = [`the access port of ${first}`, `the router ${first}`] as const;
  const { entry, router, death } = rulingsOn(ground, crossing, relation.frame, names);
  for (const [at, device] of devices.entries()) {
    const rules = at === 0 ? [...entry, ...router] : [];
    if (at === 0 && death !== undefined)
      return leg.tell({ device: first, part: routed ? 'router' : 'switch', rules, died: death });
    const alive = routed ? routeAt(trip, leg, crossing, device, rules) : switchAt(trip, leg, device, rules);
    if (!alive) return false;
    if (device.wire === cableOf(to.machine)) continue;
    leg.onWire(device.wire, true, (packet) => trip.trunkNs(packet));
    leg.nowNs += ground.fabric.linkLatencyNs + longestNs(leg, (packet) => trip.trunkNs(packet));
  }
  return true;
}

/** MTU of the link by which a packet leaves a device. */
function mtuBehind({ ground }: Trip, device: Device): number {
  const { underlayMtu } = ground.environment;
  return device.isTrunk ? (ground.fabricMtu ?? underlayMtu) : underlayMtu;
}

function switchAt(trip: Trip, leg: Leg, device: Device, rules: readonly RuleWords[]): boolean {
  const ethernet = leg.first.headers[0] as EthernetHeader;
  const mtu = mtuBehind(trip, device);
  const fit = fitBySwitching(leg, mtu);
  const vlan = leg.first.headers.find(({ kind }) => kind === 'vlan');
  const inVlan = vlan?.kind === 'vlan' ? ` in VLAN ${vlan.id}` : '';
  const matches = [
    { table: 'hardware addresses', entry: `${macText(ethernet.destination)}${inVlan} on port ${device.wire}` },
  ];
  return leg.tell({
    device: device.name,
    part: 'switch',
    mtu,
    takesNs: trip.ground.fabric.switchLatencyNs,
    matches,
    rules,
    ...(fit.death === undefined ? {} : { died: fit.death }),
  });
}

function routeAt(trip: Trip, leg: Leg, crossing: Crossing, device: Device, rules: readonly RuleWords[]): boolean {
  const { ground } = trip;
  const mtu = mtuBehind(trip, device);
  const { to } = crossing;
  const destination = leg.ip.destination;
  const isPods = destination !== to.machine.ip;
  const what =
    isPods && ground.blocks.length > 0
      ? subnetText(blockOf(ground, destination))
      : isPods
        ? ipText(destination)
        : subnetText(to.machine.subnet);
  const last = device.role === 'last';
  const byNode = isPods && ground.forwarding.joins !== 'macvlan' && ground.forwarding.joins !== 'ipvlan-l2';
  const through = last ? (byNode ? ` via ${ipText(to.machine.ip)}` : ', on the link') : ` by ${device.wire}`;
  const matches: Match[] = [{ table: 'routing table', entry: `${what}${through}` }];
  leg.countDown();
  const fit = fitOfRouter(leg, mtu, ground.tells, !isPods && to.kind === 'pod');
  const place = { device: device.name, part: 'router', mtu, takesNs: ground.fabric.switchLatencyNs, matches, rules };
  if (fit.death !== undefined) return leg.tell({ ...place, takesNs: 0, died: fit.death });
  if (last) matches.push(lastHop(trip, leg, to, byNode || !isPods));
  else
    leg.change<EthernetHeader>(0, (header) => ({
      ...header,
      source:
        device.role === 'first' ? routerMac(crossing.from.machine.router) : spineMac(trip.hash % ground.fabric.spines),
      destination: device.role === 'first' ? spineMac(trip.hash % ground.fabric.spines) : routerMac(to.machine.router),
    }));
  return leg.tell({ ...place, notes: fit.notes });
}

/** A router cuts or drops a packet behind its Ethernet header; of a tunnel's packet it tells the node that sent it. */
function fitOfRouter(leg: Leg, mtu: number, tells: boolean, isTunnels: boolean): Fit {
  const [ethernet] = leg.first.headers;
  leg.unwrap(1);
  const fit = fitByRouting(leg, mtu, tells);
  leg.wrap(() => [ethernet!]);
  if (fit.death === undefined || !tells || !isTunnels) return fit;
  const words = `${fit.death.words}; here that is the node, which tells the pod when the next packet comes`;
  return { ...fit, death: { ...fit.death, told: false, words } };
}

/** The last router finds the hardware address of the node, or of the pod itself. */
function lastHop(trip: Trip, leg: Leg, to: Station, isNode: boolean): Match {
  const { machine } = to;
  const router: ArpSide = {
    interface: `router of ${machine.name}`,
    ip: machine.router,
    mac: routerMac(machine.router),
  };
  const other: ArpSide = isNode
    ? { interface: `card of ${machine.name}`, ip: machine.ip, mac: machine.mac }
    : {
        interface: `card of ${to.name}`,
        ip: to.ip,
        mac: trip.ground.forwarding.joins === 'macvlan' ? to.mac : machine.mac,
      };
  const known = trip.neighbours.find(router, other.ip);
  if (known === undefined) askOnCable(trip, leg, router, other, machine);
  const mac = trip.neighbours.find(router, other.ip);
  assert(mac !== undefined, 'who was asked has answered');
  leg.change<EthernetHeader>(0, (header) => ({ ...header, source: router.mac, destination: mac }));
  return neighbourMatch(other.ip, mac, known === undefined ? 'asked by ARP' : 'known');
}

/** A router and a node that share one cable. */
function askOnCable(trip: Trip, leg: Leg, asker: ArpSide, answerer: ArpSide, machine: Machine): void {
  const { linkLatencyNs } = trip.ground.fabric;
  const ns = linkLatencyNs + trip.cableNs({ headers: [], payload: new Uint8Array(0) });
  const wire = { wire: cableOf(machine), onCable: true, requestNs: 0, replyNs: ns };
  exchangeArp(trip, leg, { asker, answerer, wires: [wire], ends: 1, byCard: true, wiresNs: 2 * ns, routerAsks: true });
}

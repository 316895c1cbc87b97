/**
 * A node as an end of a walk: its own programs send and take packets, to other nodes and to pods.
 *
 * Where the network below does not know pods, a node hides a pod's address behind its own when the packet goes to a node
 * (masquerading, as Flannel, Calico's pools, OpenShift and OVN do it as they come), and finds the pod again for the answer. A node that
 * calls a pod through a tunnel does it under an address of its own block.
 * Source: Linux nf_nat, flanneld --ip-masq, Calico's natOutgoing. Left out: ports that masquerading has to change, host
 * endpoints' policies, and pods that stand on the card itself (macvlan, IPVLAN in mode L2), which do not reach their own node.
 */
import { ipText } from '../address-book.ts';
import type { Ipv4Header } from '../wire/ipv4.ts';
import { toCard } from './card.ts';
import { crossFabric } from './fabric-way.ts';
import type { Ground, Machine, Station } from './ground.ts';
import type { Leg } from './leg.ts';
import { deliver, enterNode } from './node-in.ts';
import { chains, kernelTunnel, leaveNode } from './node-out.ts';
import { podReceives, podSends } from './pod-end.ts';
import { findRoute, routeText } from './routes.ts';
import { gatewayOf, nodeRoutes, underlayRoutes } from './tables.ts';
import { type Trip, vethOf } from './trip.ts';

/** The address under which a node's programs call pods: its own, or one of its block where a tunnel leads to them. */
export function callingAddress(ground: Pick<Ground, 'forwarding' | 'blocks'>, machine: Machine): number | undefined {
  const own = ground.blocks.find(({ node }) => node === machine.index);
  if (own === undefined) return undefined;
  return ground.forwarding.joins === 'bridge' ? own.address : gatewayOf(own);
}

/** Whether a node hides its pods behind itself from other nodes. */
export function masquerades({ sameSubnet, acrossSubnets }: Ground): boolean {
  return [sameSubnet, acrossSubnets].some(({ wrap }) => wrap.kind !== 'none' && wrap.kind !== 'vlan');
}

/** From a node, or to one. */
export function goWithNode(trip: Trip, leg: Leg, from: Station, to: Station): boolean {
  if (from.kind === 'pod') return fromPod(trip, leg, from, to);
  return fromNode(trip, leg, from, to);
}

function fromPod(trip: Trip, leg: Leg, from: Station, to: Station): boolean {
  if (!podSends(trip, leg, from, to)) return false;
  if (from.machine.index === to.machine.index) return toOwnNode(trip, leg, from, to);
  const relation = trip.ground.relation(from, to);
  return (
    leaveNode(trip, leg, from, to) && crossFabric(trip, leg, { from, to, relation }) && enterNode(trip, leg, from, to)
  );
}

/** Up to the node's own programs. */
function toOwnNode(trip: Trip, leg: Leg, from: Station, to: Station): boolean {
  leg.onWire(vethOf(from), false, () => 0);
  const told = leg.tell({
    device: to.machine.name,
    part: 'routing table',
    costs: ['veth', 'bridge', 'switch', 'programs', 'route'],
    matches: [{ table: 'local addresses', entry: `${ipText(to.ip)} is its own` }],
  });
  return told && chains(trip, leg, from) && podReceives(trip, leg, to);
}

function fromNode(trip: Trip, leg: Leg, from: Station, to: Station): boolean {
  const { ground } = trip;
  const destination = leg.ip.destination;
  const toNode = to.kind === 'node' || destination === to.machine.ip;
  const route = findRoute(toNode ? underlayRoutes(from.machine) : nodeRoutes(ground, from.machine), destination)!;
  const told = leg.tell({
    device: from.machine.name,
    part: 'its own socket',
    costs: ['socket'],
    mtu: ground.environment.underlayMtu,
    matches: [{ table: 'routing table', entry: routeText(route) }],
  });
  if (!told) return false;
  if (from.machine.index === to.machine.index)
    return to.kind === 'node' ? podReceives(trip, leg, to) : toOwnPod(trip, leg, to);
  const relation = ground.relation(from, to);
  const { wrap } = relation;
  const intoTunnel = wrap.kind !== 'none' && wrap.kind !== 'vlan';
  if (intoTunnel && !kernelTunnel(trip, leg, from, to)) return false;
  return (
    toCard(trip, leg, from, to) && crossFabric(trip, leg, { from, to, relation }) && enterNode(trip, leg, from, to)
  );
}

/** From the node's own programs to a pod on it. */
function toOwnPod(trip: Trip, leg: Leg, to: Station): boolean {
  leg.otherEnd();
  return deliver(trip, leg, to, 'none');
}

/** A packet of a pod goes to a node: its own address is hidden. True if it was. */
export function hideSource(trip: Trip, leg: Leg, from: Station, to: Station): boolean {
  if (from.kind !== 'pod' || to.kind !== 'node' || leg.ip.destination !== to.machine.ip) return false;
  if (!masquerades(trip.ground)) return false;
  leg.change<Ipv4Header>(0, (header) => ({ ...header, source: from.machine.ip }));
  trip.hidden = from;
  return true;
}

/** An answer to a pod that was hidden is sent to its node. */
export function answerToHidden(trip: Trip, leg: Leg): void {
  const { hidden } = trip;
  if (hidden !== null) leg.change<Ipv4Header>(0, (header) => ({ ...header, destination: hidden.machine.ip }));
}

/** The node finds the pod that it has hidden. True if it was one. */
export function findHidden(trip: Trip, leg: Leg, to: Station): boolean {
  if (trip.hidden?.name !== to.name || leg.ip.destination !== to.machine.ip) return false;
  leg.change<Ipv4Header>(0, (header) => ({ ...header, destination: to.ip }));
  return true;
}

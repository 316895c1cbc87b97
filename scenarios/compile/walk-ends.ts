/** Whom a walk can go between: pods where the placement puts them, services by their first pod, and nodes. */
import { AddressBook, nodeAddress, nodeSubnet, routerOf, subnetOf } from '../../models/network/address-book.ts';
import type { Machine, Station } from '../../models/network/walking/ground.ts';
import { cardMac, podMac } from '../../models/network/walking/hardware.ts';
import { nodeCount } from '../document/cluster-size.ts';
import { podNames } from './explaining.ts';
import { addressPoolOf, type Placement, place } from './placement.ts';
import { addressPlanOf, type PlannedAlternative, podRangeOf } from './plan.ts';
import { clusterNodesOf, type Population, populationOf } from './population.ts';

/** What a name stands for. */
export type WalkEnd =
  | { readonly kind: 'station'; readonly station: Station; readonly note?: string }
  /** A pod without a node or without an address. */
  | { readonly kind: 'waits'; readonly why: string }
  /** Pods of that name are in several namespaces. */
  | { readonly kind: 'several'; readonly names: readonly string[] }
  | { readonly kind: 'unknown'; readonly names: readonly string[] };

/** Addresses and places of one alternative under one seed. */
export interface WalkPlaces {
  readonly machines: readonly Machine[];
  readonly books: readonly AddressBook[];
  find(name: string): WalkEnd;
  /** All pods of a node that have an address of their own. */
  podsOf(machine: Machine): Station[];
}

/** Places all pods and hands out addresses in the order of placing. */
export function walkPlaces(alternative: PlannedAlternative, seed: string): WalkPlaces {
  const population = populationOf(alternative.document);
  const placement = place(alternative, population, seed);
  const machines = machinesOf(alternative);
  const { books, ipOf } = addressesOf(alternative, population, placement, machines);
  const names = podNames(alternative);
  const ordinalOf = ordinals(placement);
  const stationOf = (pod: number): Station =>
    podStation(pod, names[pod]!, machines, population, placement, ipOf, ordinalOf);
  return {
    machines,
    books,
    podsOf: (machine) => {
      const here = names.flatMap((_, pod) => (placement.node[pod] === machine.index && ipOf[pod]! > 0 ? [pod] : []));
      return here.map(stationOf);
    },
    find: (name) => findEnd(name, names, population, placement, machines, ipOf, stationOf),
  };
}

function machinesOf(alternative: PlannedAlternative): Machine[] {
  const { document, environment } = alternative;
  const { nodesPerRack } = document.fabric;
  const count = nodeCount(document.cluster);
  const nodes = clusterNodesOf(document, alternative, addressPoolOf(document, alternative, count));
  const range = subnetOf(document.cluster.nodeCidr);
  const perRack = environment.subnets === 'per-rack' ? Math.min(nodesPerRack, count) : undefined;
  return nodes.map(({ name }, index) => {
    const rack = Math.floor(index / nodesPerRack);
    const subnet = nodeSubnet(range, rack, perRack);
    const ip = nodeAddress(subnet, perRack === undefined ? index : index % nodesPerRack);
    return { name, index, ip, mac: cardMac(ip), rack, subnet, router: routerOf(subnet) };
  });
}

/** Stations of a segment have addresses of their rack's own part of the range, where racks are subnets. */
function addressesOf(
  alternative: PlannedAlternative,
  population: Population,
  placement: Placement,
  machines: readonly Machine[],
): { books: AddressBook[]; ipOf: Float64Array } {
  const { document, scheme } = alternative;
  const plan = addressPlanOf(document, scheme);
  const books = segmentsOf(alternative).map((range) => new AddressBook(plan, range, machines.length));
  const ipOf = new Float64Array(population.pods.length);
  for (const pod of placement.order) {
    const node = placement.node[pod]!;
    if (node < 0 || placement.addressed[pod] !== 1 || population.inHostNetwork[pod] === 1) continue;
    const book = books[books.length === 1 ? 0 : machines[node]!.rack]!;
    ipOf[pod] = book.take(node) ?? 0;
  }
  return { books, ipOf };
}

/** The range of pods, or a part of it for each rack. */
export function segmentsOf({ document, scheme, environment }: PlannedAlternative) {
  const range = subnetOf(podRangeOf(document, scheme));
  const { joins } = scheme.forwarding;
  const racks = Math.ceil(nodeCount(document.cluster) / document.fabric.nodesPerRack);
  const apart = environment.subnets === 'per-rack' && (joins === 'macvlan' || joins === 'ipvlan-l2') && racks > 1;
  if (!apart) return [range];
  const bits = 32 - Math.clz32(racks - 1);
  const length = Math.min(29, range.length + bits);
  return Array.from({ length: racks }, (_, rack) => ({ address: range.address + rack * 2 ** (32 - length), length }));
}

function ordinals(placement: Placement): Int32Array {
  const next = new Map<number, number>();
  const ordinalOf = new Int32Array(placement.node.length);
  for (const pod of placement.order) {
    const node = placement.node[pod]!;
    ordinalOf[pod] = next.get(node) ?? 0;
    next.set(node, ordinalOf[pod]! + 1);
  }
  return ordinalOf;
}

function podStation(
  pod: number,
  name: string,
  machines: readonly Machine[],
  population: Population,
  placement: Placement,
  ipOf: Float64Array,
  ordinalOf: Int32Array,
): Station {
  const machine = machines[placement.node[pod]!]!;
  if (population.inHostNetwork[pod] === 1)
    return { kind: 'node', name, ip: machine.ip, mac: machine.mac, machine, ordinal: ordinalOf[pod]! };
  const ip = ipOf[pod]!;
  return { kind: 'pod', name, ip, mac: podMac(ip), machine, ordinal: ordinalOf[pod]! };
}

function findEnd(
  name: string,
  names: readonly string[],
  population: Population,
  placement: Placement,
  machines: readonly Machine[],
  ipOf: Float64Array,
  stationOf: (pod: number) => Station,
): WalkEnd {
  const pod = names.indexOf(name);
  if (pod >= 0) return podEnd(pod, name, population, placement, ipOf, stationOf);
  const machine = machines.find((one) => one.name === name);
  if (machine !== undefined)
    return { kind: 'station', station: { kind: 'node', name, ip: machine.ip, mac: machine.mac, machine, ordinal: 0 } };
  const service = population.services.find((one) => one.name === name);
  if (service !== undefined) return serviceEnd(service, names, population, placement, ipOf, stationOf);
  const alike = names.filter((one) => one.endsWith(`/${name}`));
  if (alike.length > 0) return { kind: 'several', names: alike };
  return {
    kind: 'unknown',
    names: [...names, ...machines.map((one) => one.name), ...population.services.map((one) => one.name)],
  };
}

function podEnd(
  pod: number,
  name: string,
  population: Population,
  placement: Placement,
  ipOf: Float64Array,
  stationOf: (pod: number) => Station,
): WalkEnd {
  if (placement.node[pod]! < 0) {
    const why = placement.shortages.get(pod)?.reason ?? 'it has not been placed';
    return { kind: 'waits', why: `${name} waits for a node (${why})` };
  }
  if (ipOf[pod] === 0 && population.inHostNetwork[pod] !== 1)
    return { kind: 'waits', why: `${name} waits for an address: the scheme has none left for its node` };
  return { kind: 'station', station: stationOf(pod) };
}

/** The first pod of a service that runs. */
function serviceEnd(
  service: { readonly name: string; readonly first: number; readonly replicas: number },
  names: readonly string[],
  population: Population,
  placement: Placement,
  ipOf: Float64Array,
  stationOf: (pod: number) => Station,
): WalkEnd {
  for (let pod = service.first; pod < service.first + service.replicas; pod++) {
    const end = podEnd(pod, names[pod]!, population, placement, ipOf, stationOf);
    if (end.kind !== 'station') continue;
    return {
      ...end,
      note: `${service.name} is a service; ${names[pod]} is the first of its ${service.replicas} pods that runs`,
    };
  }
  return { kind: 'waits', why: `no pod of the service ${service.name} runs` };
}

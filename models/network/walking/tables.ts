/**
 * Routing tables of pods and nodes, as the devices that a scheme uses need them.
 *
 * Source: the CNI plugins bridge and ptp, Calico's and Flannel's documentation (169.254.1.1; routes with the tunnel's device); what a
 * node writes for others follows from the headers of the scheme's packets.
 * Left out: policy routing tables, blackholes for a node's own blocks, routes to services.
 */
import { holds, ipText, type Subnet } from '../address-book.ts';
import { type Ground, type Machine, type Shape, type Station, shapeBetween } from './ground.ts';
import { DEFAULT, hostRoute, type Route } from './routes.ts';

/** What pods of routing nodes send everything to: 169.254.1.1. */
export const LINK_LOCAL_ROUTER = 0xa9fe0101;
/** The card of pods and of nodes. */
export const CARD = 'eth0';

/** The block that an address is of, or the whole range of pods. */
export function blockOf(ground: Ground, ip: number): Subnet {
  return ground.blocks.find((block) => holds(block, ip)) ?? ground.podRange;
}

/** The router of a block: its first address after the network's. */
export const gatewayOf = ({ address }: Subnet): number => address + 1;

/** Name of the host's end of a pod's pair. */
export const hostEnd = ({ name }: Station): string => `veth of ${name}`;

/** A pod's own routing table. */
export function podRoutes(ground: Ground, pod: Station): Route[] {
  const block = blockOf(ground, pod.ip);
  const onLink = (to: Subnet): Route => ({ to, device: CARD });
  const byDefault = (via: number): Route => ({ to: DEFAULT, via, device: CARD });
  switch (ground.forwarding.joins) {
    case 'veth':
      return [byDefault(LINK_LOCAL_ROUTER)];
    case 'ipvlan-l3':
      return [{ to: DEFAULT, device: CARD }];
    case 'ebpf':
      return [byDefault(gatewayOf(block))];
    case 'switch':
      return [onLink(ground.podRange), byDefault(gatewayOf(block))];
    case 'macvlan':
    case 'ipvlan-l2': {
      const segment = ground.segmentOf(pod.machine);
      return [onLink(segment), byDefault(gatewayOf(segment))];
    }
    default:
      return [onLink(block), byDefault(gatewayOf(block))];
  }
}

/** Routes of a node to what lies below it: its own subnet, and the rest by its router. */
export function underlayRoutes({ subnet, router }: Machine): Route[] {
  return [
    { to: subnet, device: CARD },
    { to: DEFAULT, via: router, device: CARD },
  ];
}

/** A node's routing table. */
export function nodeRoutes(ground: Ground, machine: Machine): Route[] {
  return [...underlayRoutes(machine), ...localRoutes(ground, machine), ...remoteRoutes(ground, machine)];
}

function localRoutes(ground: Ground, machine: Machine): Route[] {
  const { joins, bridge, writtenBy } = ground.forwarding;
  if (joins === 'bridge') {
    const own = ground.blocks.filter(({ node }) => node === machine.index);
    return own.map((to) => ({ to, device: bridge ?? 'bridge' }));
  }
  const pods = ground.pods.filter((pod) => pod.machine.index === machine.index);
  return pods.map((pod) => hostRoute(pod.ip, hostEnd(pod), writtenBy));
}

function remoteRoutes(ground: Ground, machine: Machine): Route[] {
  const { writtenBy } = ground.forwarding;
  const routes: Route[] = [];
  if (ground.blocks.length === 0) return routesToSinglePods(ground, machine);
  // A user-space tunnel has one route; its program knows the blocks.
  if (ground.sameSubnet.wrap.kind === 'udp')
    return [{ to: ground.podRange, device: ground.forwarding.tunnel ?? 'tunnel', writtenBy }];
  for (const block of ground.blocks) {
    const other = ground.machines[block.node]!;
    if (other.index === machine.index) continue;
    const route = routeTo(ground, shapeBetween(ground, machine, other), block, other);
    if (route !== undefined) routes.push({ ...route, writtenBy });
  }
  return routes;
}

/** One range for all pods: a provider knows where each is; elsewhere nodes are told of each by itself. */
function routesToSinglePods(ground: Ground, machine: Machine): Route[] {
  const { writtenBy } = ground.forwarding;
  if (ground.environment.kind === 'vpc') return [{ to: ground.podRange, device: CARD, writtenBy }];
  return ground.pods.flatMap((pod) => {
    const isNear = shapeBetween(ground, machine, pod.machine).nextHop === 'node';
    if (pod.machine.index === machine.index || !isNear) return [];
    return [{ ...hostRoute(pod.ip, CARD, writtenBy), via: pod.machine.ip }];
  });
}

/** The route to another node's block; undefined where the default route does. */
function routeTo({ forwarding }: Ground, { wrap, nextHop }: Shape, to: Subnet, other: Machine): Route | undefined {
  const tunnel = forwarding.tunnel ?? 'tunnel';
  if (wrap.kind === 'vxlan' || wrap.kind === 'geneve') return { to, via: to.address, device: tunnel };
  if (wrap.kind === 'ipip') return { to, via: other.ip, device: tunnel };
  return nextHop === 'node' ? { to, via: other.ip, device: CARD } : undefined;
}

/** As "10.128.5.0/24 at node-05 (172.16.0.7)". */
export const placeText = ({ name, ip }: Machine): string => `${name} (${ipText(ip)})`;

/**
 * What all modes of Calico have in common: /26 blocks claimed on demand, a /32 route for each local pod, proxy ARP, policy.
 *
 * Source: Calico's documentation; requests of its agent by calico.yaml (250 m); recorded BIRD 2.0.12 and FRR 8.4.
 * Its agent's chains stand in the way of every packet (machine/rule-cost.ts). Leaves out: the eBPF data plane, WireGuard,
 * what single policies cost, Typha, borrowed addresses.
 */
import { BIRD_TIMERS, type NodeRouting, type NodeRoutingDesign } from '../network/routing/node-routing.ts';
import type { Growth } from './growth.ts';
import { gatewayArp, grown, podsOfNode } from './growth.ts';
import type { ClusterExtent, NetworkScheme, Statement } from './scheme.ts';

/** TCP port of BGP. */
export const BGP_PORT = 179;
/** Beyond this many nodes Calico recommends route reflectors (its documentation says 50 to 100). */
export const FULL_MESH_NODES_MAX = 100;

/** The members that do not depend on the mode. */
export const CALICO = {
  title: 'Calico',
  attachment: 'CNI and CNM',
  layer: '3',
  isolation: 'policy',
  policy: 'NetworkPolicy',
  chains: 'iptables',
  forwarding: { joins: 'veth', tunnel: 'vxlan.calico', writtenBy: 'Felix', resolves: 'node' },
  addressPlan: { kind: 'claimed-blocks', prefix: 26 },
  agent: { cpuMilli: 250, memoryMib: 0, source: 'calico.yaml' },
} as const satisfies Partial<NetworkScheme>;

const JOIN = [
  'The kubelet calls the CNI plugin (ADD); under Docker, libnetwork calls the CNM driver (CreateEndpoint, Join).',
  "calico-ipam takes an address of one of the node's /26 blocks, claiming a new block when they are full.",
  'A veth pair joins the pod to the host; the pod sends everything to 169.254.1.1, which the host answers by proxy ARP.',
];

/** How a pod joins where BIRD tells the others. */
export const JOIN_BY_BGP = [
  ...JOIN,
  'Felix writes a /32 route to the pod; BIRD announces the block, once for all pods in it.',
];

/** How a pod joins where every agent reads blocks from the data store. */
export const JOIN_BY_STORE = [
  ...JOIN,
  'Felix writes a /32 route to the pod; other nodes read the block from the data store.',
];

/** Routes of a node (local pods, all blocks, its own as blackholes) and what pods ask by ARP. */
export function calicoNode(extent: ClusterExtent): Growth[] {
  const source = 'a route for each local pod and for each block; its own blocks as blackholes';
  return [
    grown('routesPerNode', podsOfNode(extent) + extent.blocks, source),
    grown('neighboursPerNode', podsOfNode(extent), 'one entry for each local pod'),
    ...gatewayArp(extent),
  ];
}

/** Sessions between all nodes must be let through. */
export function meshChange({ nodes }: ClusterExtent): Statement {
  return {
    words: `TCP port ${BGP_PORT} between all nodes (a full mesh of sessions)`,
    count: (nodes * (nodes - 1)) / 2,
    source: 'N (N - 1) / 2 sessions',
  };
}

/** A mesh beyond what Calico recommends. */
export function largeMesh({ nodes }: ClusterExtent): Statement[] {
  if (nodes <= FULL_MESH_NODES_MAX) return [];
  const words = `A full mesh of more than ${FULL_MESH_NODES_MAX} nodes is beyond what Calico recommends: use route reflectors`;
  return [{ words, source: 'Calico documentation' }];
}

/** Peers learn of a silent node only by their timer. */
export const SLOW_HOLD: Statement = {
  words: 'A silent node is given up after 100 to 240 s by the hold timer',
  source: 'recorded BIRD 2.0.12',
};

/** Without encapsulation a router between the nodes has to know the pods. */
export const INSIDE_ONE_SUBNET: Statement = {
  words: 'Pods are reached only inside the subnet',
  source: 'Calico documentation',
};

/** BIRD on every node, with its own timers. */
export function byBird(design: NodeRoutingDesign): NodeRouting {
  return { design, daemon: 'bird', timers: BIRD_TIMERS };
}

/** Life of a node whose peers hear of it by BGP alone. */
export const LIFE_BY_BGP = {
  controlPlane: { kind: 'bgp' },
  onNodeJoin: 'The node opens its sessions and announces its blocks; nobody is told by hand.',
  onNodeLeave: 'Its sessions end and its routes are withdrawn.',
  nodeRouting: () => byBird({ kind: 'mesh' }),
  onNodeDeath: () => ({
    afterNs: null,
    words: 'Peers give the node up when their hold timer expires',
    source: 'recorded BIRD 2.0.12 (node silent, hold 240 s)',
  }),
} satisfies Partial<NetworkScheme>;

/** Life of a node that the others know from the data store. */
export const LIFE_BY_STORE = {
  controlPlane: { kind: 'typha', forwardsBy: 'block' },
  onNodeJoin: 'Every node writes routes, a neighbour and a forwarding entry, when its watch tells it.',
  onNodeLeave: 'The entries stay until the Node object is deleted.',
  onNodeDeath: () => ({
    afterNs: null,
    words:
      'Calico without BGP does not notice: entries stay until the Node object is deleted, so callers wait for an answer',
    source: 'Calico documentation',
  }),
} satisfies Partial<NetworkScheme>;

/**
 * How the state and the control plane of a scheme grow with the cluster, in closed form.
 *
 * Source: our recordings, named at each form (`rib-ibgp`, `rib-bird`, `rib-gobgp`: UPDATE messages of a cold start with one
 * set of attributes for each node; `l2`: ARP until every host has talked to every other). Table sizes follow from what each
 * scheme's documentation says it writes for a node, a block or a pod.
 * Leaves out: services and policies, state that ages before it is full, the protocols themselves.
 */
import type { ClusterExtent } from './scheme.ts';

/** What is counted; each is a metric of an answer under the same key. */
export type GrowthKey =
  | 'sessions'
  | 'sessionsPerNodeMax'
  | 'coldStartUpdates'
  | 'routesPerNode'
  | 'routesInRouter'
  | 'forwardingEntriesPerNode'
  | 'neighboursPerNode'
  | 'arpRequests'
  | 'arpFramesReceived'
  | 'macEntriesPerSwitch'
  | 'networkIds';

/** One count of a scheme at one size of the cluster. */
export interface Growth {
  readonly key: GrowthKey;
  /** What is counted, for people. */
  readonly words: string;
  readonly count: number;
  /** Where that state is held. */
  readonly where: 'node' | 'switch' | 'network';
  /** Where the form is written or was recorded. */
  readonly source: string;
}

const MEANING: Readonly<Record<GrowthKey, readonly [words: string, where: Growth['where']]>> = {
  sessions: ['BGP sessions in all', 'network'],
  sessionsPerNodeMax: ['BGP sessions of the node that holds most', 'node'],
  coldStartUpdates: ['UPDATE messages when all sessions start at once', 'network'],
  routesPerNode: ['Routes that a node holds', 'node'],
  routesInRouter: ['Routes for pods that one router or route table holds', 'switch'],
  forwardingEntriesPerNode: ['Forwarding entries of bridges, tunnels and flow tables on a node', 'node'],
  neighboursPerNode: ['Neighbour (ARP) entries in the kernel of a node', 'node'],
  arpRequests: ['ARP requests until every pod has talked to every other', 'network'],
  arpFramesReceived: ['Copies of ARP requests that pods receive until then', 'network'],
  macEntriesPerSwitch: ["Pods' hardware addresses in the table of each switch", 'switch'],
  networkIds: ['VLAN or network ids in use, one for each tenant', 'network'],
};

/** The kernel of Linux holds this many neighbour entries in all namespaces together by default (`gc_thresh3`). */
export const NEIGHBOURS_MAX = 1024;

/** One count. */
export function grown(key: GrowthKey, count: number, source: string): Growth {
  const [words, where] = MEANING[key];
  return { key, words, count, where, source };
}

/** Pods on a node if all nodes hold alike. */
export function podsOfNode({ pods, nodes }: ClusterExtent): number {
  return Math.ceil(pods / nodes);
}

/** Every node peers with every other: N (N - 1) / 2 sessions, N (N - 1) UPDATE messages at the start. */
export function fullMesh({ nodes }: ClusterExtent): Growth[] {
  const source = 'N (N - 1) / 2 sessions; N (N - 1) messages recorded with FRR, BIRD and GoBGP';
  return [
    grown('sessions', (nodes * (nodes - 1)) / 2, source),
    grown('sessionsPerNodeMax', nodes - 1, source),
    grown('coldStartUpdates', nodes * (nodes - 1), source),
  ];
}

/**
 * `count` reflectors on machines of their own, meshed with each other, all nodes clients of each. Messages as FRR 8.4 sends
 * them, which reflects a route to its originator too. BIRD does not (one reflector: N x N), but with two it was recorded
 * to send some routes twice while it chose (187 messages instead of 160 for eight clients).
 */
export function routeReflectors({ nodes }: ClusterExtent, count: number): Growth[] {
  const source = 'N R + R (R - 1) / 2 sessions; R N + R N N + R (R - 1) N messages recorded with FRR 8.4';
  const messages = count * nodes + count * nodes * nodes + count * (count - 1) * nodes;
  return [
    grown('sessions', nodes * count + (count * (count - 1)) / 2, source),
    grown('sessionsPerNodeMax', nodes + count - 1, source),
    grown('coldStartUpdates', messages, source),
  ];
}

/** Every node peers with the router of its rack, which holds all routes to pods. */
export function rackPeering({ nodes }: ClusterExtent, routes: number): Growth[] {
  const source = 'one session a node; every router learns every route';
  return [
    grown('sessions', nodes, source),
    grown('sessionsPerNodeMax', 1, source),
    grown('routesInRouter', routes, source),
  ];
}

/** Pods that reach all others through their node: each asks once for its gateway, and nobody else hears it. */
export function gatewayArp({ pods }: ClusterExtent): Growth[] {
  return [
    grown('arpRequests', pods, 'one request a pod, for its gateway'),
    grown('arpFramesReceived', 0, 'none leaves the node'),
  ];
}

/** Tenants' sizes as even as can be: how many hold one pod more, and how many pods the others hold. */
function tenantSizes({ pods, tenants }: ClusterExtent): readonly (readonly [tenants: number, pods: number])[] {
  const less = Math.floor(pods / tenants);
  const larger = pods - less * tenants;
  return [
    [larger, less + 1],
    [tenants - larger, less],
  ];
}

/** Pods of a tenant in one broadcast domain: n (n - 1) / 2 requests, each heard by n - 1, and every switch learns every pod. */
export function flatSegment(extent: ClusterExtent): Growth[] {
  const source = 'n (n - 1) / 2 requests and n (n - 1) (n - 1) / 2 copies recorded, for each tenant';
  let requests = 0;
  let copies = 0;
  for (const [tenants, pods] of tenantSizes(extent)) {
    const own = pods === 0 ? 0 : (pods * (pods - 1)) / 2;
    requests += tenants * own;
    copies += tenants * own * Math.max(0, pods - 1);
  }
  const peers = Math.max(0, Math.ceil(extent.pods / extent.tenants) - 1);
  return [
    grown('arpRequests', requests, source),
    grown('arpFramesReceived', copies, source),
    grown(
      'macEntriesPerSwitch',
      extent.pods,
      'one entry a pod in every switch that carries the VLAN: recorded, IEEE 802.1Q',
    ),
    grown(
      'neighboursPerNode',
      podsOfNode(extent) * peers,
      'one entry for each pair of a local pod and a pod of its tenant',
    ),
  ];
}

/**
 * What all modes of Cilium have in common: programs in the kernel (eBPF) instead of a bridge, identities, policy.
 *
 * Source: Cilium's documentation (cluster-pool addresses, a /24 for each node; an ipcache entry for each pod's address on every
 * node). Nodes forward by the ranges of other nodes, and are told of every pod beside, which policies go by. Its chart
 * requests nothing for the agent by default, so its requests are our assumption.
 * Leaves out: layer-7 policy, encryption, DSR (12 bytes more in Geneve), the key-value store, kube-proxy's replacement.
 */

import type { Growth } from './growth.ts';
import { gatewayArp, grown } from './growth.ts';
import type { ClusterExtent, NetworkScheme } from './scheme.ts';

/** The members that do not depend on the mode. */
export const CILIUM = {
  title: 'Cilium',
  attachment: 'CNI',
  layer: '3',
  isolation: 'policy',
  policy: 'NetworkPolicy',
  forwarding: { joins: 'ebpf', tunnel: 'cilium_vxlan', writtenBy: 'the agent', resolves: 'node' },
  addressPlan: { kind: 'node-block', prefix: 24 },
  agent: { cpuMilli: 100, memoryMib: 512, source: 'our assumption: its chart requests nothing by default' },
  join: [
    'The kubelet calls the CNI plugin (ADD), which asks the agent on the node.',
    "The agent takes an address of the node's /24 and joins the pod by a veth pair with an eBPF program at its end.",
    'The agent gives the pod an identity by its labels; every other agent learns its address and identity (ipcache).',
  ],
  onNodeJoin: 'Every agent learns the new node from the Kubernetes API.',
  onNodeLeave: 'Agents forget it when the CiliumNode object is deleted.',
  controlPlane: { kind: 'kubernetes', forwardsBy: 'node', alsoTells: 'pod' },
  onNodeDeath: () => ({
    afterNs: null,
    words: 'The agents keep their entries until the CiliumNode object is deleted, so callers wait for an answer',
    source: 'Cilium documentation',
  }),
} as const satisfies Partial<NetworkScheme>;

/** What a node holds: the address of every pod, routes, and a tunnel entry for each other node where there are tunnels. */
export function ciliumNode(extent: ClusterExtent, routes: number, tunnels: number): Growth[] {
  return [
    grown('routesPerNode', routes, 'routes to the blocks of other nodes, or one into the tunnel'),
    grown(
      'forwardingEntriesPerNode',
      extent.pods + tunnels,
      'an ipcache entry for each pod, a tunnel entry for each other node',
    ),
    ...gatewayArp(extent),
  ];
}

/**
 * What all modes of Antrea have in common: Open vSwitch on every node, a /24 for each node, policy as flows.
 *
 * Source: Antrea's documentation; requests by its chart (200 m each for the agent and for Open vSwitch).
 * Leaves out: tiers and Antrea's own policies, encryption, egress, multi-cluster gateways.
 */

import type { Growth } from './growth.ts';
import { gatewayArp, grown, podsOfNode } from './growth.ts';
import type { ClusterExtent, NetworkScheme } from './scheme.ts';

/** UDP port of Geneve. */
export const GENEVE_PORT = 6081;

/** The members that do not depend on the mode. */
export const ANTREA = {
  title: 'Antrea',
  attachment: 'CNI',
  layer: '3',
  isolation: 'policy',
  policy: 'NetworkPolicy',
  forwarding: {
    joins: 'routing-switch',
    bridge: 'br-int',
    tunnel: 'antrea-tun0',
    writtenBy: 'the agent',
    resolves: 'agent',
    tunnelTo: 0xaabb_ccdd_eeff,
  },
  addressPlan: { kind: 'node-block', prefix: 24 },
  agent: { cpuMilli: 400, memoryMib: 0, source: "Antrea's chart: 200 m each for the agent and for Open vSwitch" },
  join: [
    'The kubelet calls the CNI plugin (ADD), which asks the agent on the node.',
    "host-local takes an address of the node's /24; a veth pair joins the pod to Open vSwitch (br-int).",
    'The agent writes flows for the pod; other nodes reach it by the flow or route of its node.',
  ],
  needs: () => [],
  onNodeJoin: 'Every node writes one flow or route, when its watch tells it.',
  onNodeLeave: 'The flows stay until the Node object is deleted.',
  controlPlane: { kind: 'kubernetes', forwardsBy: 'node' },
  onNodeDeath: () => ({
    afterNs: null,
    words: 'Flows and routes stay until the Node object is deleted, so callers wait for an answer',
    source: 'Antrea documentation',
  }),
} as const satisfies Partial<NetworkScheme>;

/** What a node holds: a flow for each other node and each local pod, and `routes`. */
export function antreaNode(extent: ClusterExtent, routes: number): Growth[] {
  return [
    grown('routesPerNode', routes, 'routes to the blocks of other nodes'),
    grown(
      'forwardingEntriesPerNode',
      extent.nodes - 1 + podsOfNode(extent),
      'a flow for each other node and each local pod',
    ),
    ...gatewayArp(extent),
  ];
}

/**
 * kube-router: a GoBGP speaker on every node in a full mesh, plain routes inside a subnet and IP in IP across subnets.
 *
 * Source: kube-router's documentation (a /24 for each node, overlay type "subnet", policy by ipset); requests by its
 * kubeadm manifest (250 m, 250 MiB); GoBGP 3.10 as recorded (hold 90 s, keepalive 30 s); RFC 2003.
 * Leaves out: its service proxy, peering with outside routers, route reflectors.
 */
import { GOBGP_TIMERS } from '../network/routing/node-routing.ts';
import { smallerPackets } from './flannel.ts';
import { fullMesh, gatewayArp, grown, podsOfNode } from './growth.ts';
import { ipInIpPacket, plainPacket } from './packets.ts';
import type { NetworkScheme } from './scheme.ts';

/** kube-router with its default overlay across subnets. */
export const kubeRouter: NetworkScheme = {
  name: 'kube-router',
  title: 'kube-router',
  mode: 'BGP, IPIP by subnet',
  attachment: 'CNI',
  layer: '3',
  traversal: 'mixed',
  isolation: 'policy',
  policy: 'NetworkPolicy',
  paths: {
    sameNode: 'same-node-bridge',
    sameSubnet: { dataPath: 'bridge-routed', encapsulationBytes: 0, tagBytes: 0 },
    acrossSubnets: { dataPath: 'ipip-bridge', encapsulationBytes: 20, tagBytes: 0 },
  },
  forwarding: {
    joins: 'bridge',
    bridge: 'kube-bridge',
    tunnel: 'tun-peer',
    writtenBy: 'kube-router',
    resolves: 'node',
  },
  mtuReserveBytes: 20,
  addressPlan: { kind: 'node-block', prefix: 24 },
  agent: { cpuMilli: 250, memoryMib: 250, source: "kube-router's kubeadm manifest" },
  controlPlane: { kind: 'bgp' },
  join: [
    'The kubelet calls the CNI plugin (ADD): the standard bridge plugin.',
    "A veth pair joins the pod to the bridge kube-bridge; host-local takes an address of the node's /24.",
    'The agent announces the /24 to all other nodes by BGP, once.',
  ],
  source: 'kube-router documentation, RFC 4271, RFC 2003',
  needs: () => [],
  packets: (ends) => [ends.sameSubnet ? plainPacket(ends) : ipInIpPacket(ends)],
  growth: (extent) => [
    ...fullMesh(extent),
    grown('routesPerNode', extent.nodes - 1, 'one route for each other node'),
    grown('forwardingEntriesPerNode', podsOfNode(extent), 'bridge entries of local pods'),
    grown(
      'neighboursPerNode',
      extent.nodes - 1 + podsOfNode(extent),
      'up to one for each other node, one for each local pod',
    ),
    ...gatewayArp(extent),
  ],
  changes: (extent, environment) => [
    {
      words: 'TCP port 179 between all nodes (a full mesh of sessions)',
      count: (extent.nodes * (extent.nodes - 1)) / 2,
      source: 'N (N - 1) / 2 sessions',
    },
    ...(environment.subnets === 'one'
      ? []
      : [{ words: 'IP protocol 4 between all nodes', count: 1, source: 'kube-router documentation' }]),
  ],
  risks: () => [
    smallerPackets(20, 'RFC 2003'),
    {
      words: 'A silent node is given up after 60 to 90 s by the hold timer',
      source: 'GoBGP 3.10: hold 90 s, keepalive 30 s',
    },
  ],
  onNodeJoin: 'The node opens its sessions and announces its block; nobody is told by hand.',
  onNodeLeave: 'Its sessions end and its route is withdrawn.',
  nodeRouting: () => ({ design: { kind: 'mesh' }, daemon: 'gobgp', timers: GOBGP_TIMERS }),
  onNodeDeath: () => ({
    afterNs: null,
    words: 'Peers give the node up when their hold timer expires',
    source: 'GoBGP 3.10: hold 90 s, keepalive 30 s (recorded default timers)',
  }),
};

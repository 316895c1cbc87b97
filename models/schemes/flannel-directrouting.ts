/**
 * Flannel's VXLAN backend with DirectRouting: plain routes between nodes of one subnet, VXLAN between subnets.
 *
 * Source: Flannel's documentation of its backends (DirectRouting; the MTU stays that of VXLAN); RFC 7348.
 * Leaves out: what flannel.ts leaves out.
 */
import { FLANNEL, FLANNEL_HAS_NO_POLICY, smallerPackets } from './flannel.ts';
import { gatewayArp, grown, podsOfNode } from './growth.ts';
import { plainPacket, vxlanPacket } from './packets.ts';
import { type NetworkScheme, nodesOfOtherSubnets } from './scheme.ts';

const UDP_PORT = 8472;
const VNI = 1;

/** Flannel, VXLAN with direct routing. */
export const flannelDirectRouting: NetworkScheme = {
  ...FLANNEL,
  name: 'flannel-directrouting',
  mode: 'VXLAN, DirectRouting',
  traversal: 'mixed',
  paths: {
    sameNode: 'same-node-bridge',
    sameSubnet: { dataPath: 'bridge-routed', encapsulationBytes: 0, tagBytes: 0 },
    acrossSubnets: { dataPath: 'vxlan-bridge', encapsulationBytes: 50, tagBytes: 0 },
  },
  mtuReserveBytes: 50,
  source: 'Flannel documentation, RFC 7348',
  packets: (ends) => [ends.sameSubnet ? plainPacket(ends) : vxlanPacket(ends, UDP_PORT, VNI)],
  growth: (extent, environment) => {
    const source = 'one route for each other node; forwarding entries only for nodes of other subnets';
    return [
      grown('routesPerNode', extent.nodes - 1, source),
      grown('forwardingEntriesPerNode', nodesOfOtherSubnets(extent, environment) + podsOfNode(extent), source),
      grown('neighboursPerNode', extent.nodes - 1 + podsOfNode(extent), source),
      ...gatewayArp(extent),
    ];
  },
  changes: (_extent, environment) =>
    environment.subnets === 'one'
      ? []
      : [{ words: `UDP port ${UDP_PORT} between all nodes`, count: 1, source: 'Flannel documentation' }],
  risks: () => [FLANNEL_HAS_NO_POLICY, smallerPackets(50, 'Flannel documentation: the MTU stays that of the tunnel')],
  onNodeJoin: 'Every node writes a route, and a forwarding entry when the new node stands in another subnet.',
};

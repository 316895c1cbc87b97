/**
 * Calico with VXLAN only between nodes of different subnets, and no BGP.
 *
 * Source: Calico's documentation (vxlanMode CrossSubnet; the MTU is that of the tunnel everywhere); RFC 7348.
 * Leaves out: what calico.ts leaves out.
 */
import { calicoNode } from './calico.ts';
import { CALICO_VNI, CALICO_VXLAN_PORT, calicoVxlan } from './calico-vxlan.ts';
import { grown, podsOfNode } from './growth.ts';
import { plainPacket, vxlanPacket } from './packets.ts';
import { type NetworkScheme, nodesOfOtherSubnets } from './scheme.ts';

/** Calico, VXLAN across subnets. */
export const calicoVxlanCrossSubnet: NetworkScheme = {
  ...calicoVxlan,
  name: 'calico-vxlan-crosssubnet',
  mode: 'VXLAN across subnets',
  traversal: 'mixed',
  paths: {
    sameNode: 'same-node-routed',
    sameSubnet: { dataPath: 'routed', encapsulationBytes: 0, tagBytes: 0 },
    acrossSubnets: { dataPath: 'vxlan-routed', encapsulationBytes: 50, tagBytes: 0 },
  },
  packets: (ends) => [ends.sameSubnet ? plainPacket(ends) : vxlanPacket(ends, CALICO_VXLAN_PORT, CALICO_VNI)],
  growth: (extent, environment) => [
    ...calicoNode(extent).filter(({ key }) => key !== 'neighboursPerNode'),
    grown(
      'forwardingEntriesPerNode',
      nodesOfOtherSubnets(extent, environment),
      'one forwarding entry for each node of another subnet',
    ),
    grown(
      'neighboursPerNode',
      extent.nodes - 1 + podsOfNode(extent),
      'one neighbour for each other node and local pod',
    ),
  ],
};

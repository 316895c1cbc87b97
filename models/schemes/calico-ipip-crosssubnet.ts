/**
 * Calico with IP in IP only between nodes of different subnets, and a full mesh of BGP.
 *
 * Source: Calico's documentation (ipipMode CrossSubnet; the MTU is that of the tunnel everywhere); RFC 2003.
 * Leaves out: what calico.ts leaves out.
 */
import { calicoIpip } from './calico-ipip.ts';
import { ipInIpPacket, plainPacket } from './packets.ts';
import type { NetworkScheme } from './scheme.ts';

/** Calico, IP in IP across subnets. */
export const calicoIpipCrossSubnet: NetworkScheme = {
  ...calicoIpip,
  name: 'calico-ipip-crosssubnet',
  mode: 'IPIP across subnets',
  traversal: 'mixed',
  paths: {
    sameNode: 'same-node-routed',
    sameSubnet: { dataPath: 'routed', encapsulationBytes: 0, tagBytes: 0 },
    acrossSubnets: { dataPath: 'ipip-routed', encapsulationBytes: 20, tagBytes: 0 },
  },
  packets: (ends) => [ends.sameSubnet ? plainPacket(ends) : ipInIpPacket(ends)],
};

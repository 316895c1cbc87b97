/**
 * Antrea in hybrid mode: plain between nodes of one subnet, Geneve across subnets.
 *
 * Source: Antrea's documentation (hybrid; the MTU is that of the tunnel); RFC 8926.
 * Leaves out: what antrea.ts leaves out.
 */
import { GENEVE_PORT } from './antrea.ts';
import { antreaGeneve } from './antrea-geneve.ts';
import { genevePacket, plainPacket } from './packets.ts';
import type { NetworkScheme } from './scheme.ts';

/** Antrea, hybrid. */
export const antreaHybrid: NetworkScheme = {
  ...antreaGeneve,
  name: 'antrea-hybrid',
  mode: 'Geneve across subnets',
  traversal: 'mixed',
  paths: {
    sameNode: 'same-node-ovs',
    sameSubnet: { dataPath: 'ovs-plain', encapsulationBytes: 0, tagBytes: 0 },
    acrossSubnets: { dataPath: 'ovs-geneve', encapsulationBytes: 50, tagBytes: 0 },
  },
  packets: (ends) => [ends.sameSubnet ? plainPacket(ends) : genevePacket(ends, GENEVE_PORT, 0)],
};

/**
 * Antrea with Geneve between all nodes (encap, its default).
 *
 * Source: Antrea's documentation (UDP port 6081, 50 bytes of the MTU); RFC 8926.
 * Leaves out: what antrea.ts leaves out.
 */
import { ANTREA, antreaNode, GENEVE_PORT } from './antrea.ts';
import { smallerPackets } from './flannel.ts';
import { genevePacket } from './packets.ts';
import { type NetworkScheme, uniformPaths } from './scheme.ts';

/** Antrea, encap. */
export const antreaGeneve: NetworkScheme = {
  ...ANTREA,
  name: 'antrea-geneve',
  mode: 'Geneve (encap)',
  traversal: 'overlay',
  paths: uniformPaths('same-node-ovs', { dataPath: 'ovs-geneve', encapsulationBytes: 50, tagBytes: 0 }),
  mtuReserveBytes: 50,
  source: 'Antrea documentation, RFC 8926',
  packets: (ends) => [genevePacket(ends, GENEVE_PORT, 0)],
  growth: (extent) => antreaNode(extent, extent.nodes - 1),
  changes: () => [{ words: `UDP port ${GENEVE_PORT} between all nodes`, count: 1, source: 'Antrea documentation' }],
  risks: () => [
    smallerPackets(50, 'RFC 8926'),
    { words: 'While the agent is down, new pods get no network and old flows stay', source: 'Antrea documentation' },
  ],
};

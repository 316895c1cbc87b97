/**
 * Cilium in Geneve between all nodes (its tunnel mode).
 *
 * Source: Cilium's documentation (UDP port 6081, 50 bytes of the MTU; the sender's identity travels in the network id);
 * RFC 8926. Leaves out: what cilium.ts leaves out.
 */
import { CILIUM, ciliumNode } from './cilium.ts';
import { smallerPackets } from './flannel.ts';
import { genevePacket } from './packets.ts';
import { type NetworkScheme, uniformPaths } from './scheme.ts';

const UDP_PORT = 6081;
/** An identity of a pod, for the example: those of users begin here. */
const IDENTITY = 256;

/** Cilium, Geneve. */
export const ciliumGeneve: NetworkScheme = {
  ...CILIUM,
  name: 'cilium-geneve',
  mode: 'Geneve',
  traversal: 'overlay',
  paths: uniformPaths('same-node-ebpf', { dataPath: 'ebpf-geneve', encapsulationBytes: 50, tagBytes: 0 }),
  forwarding: { ...CILIUM.forwarding, tunnel: 'cilium_geneve' },
  mtuReserveBytes: 50,
  source: 'Cilium documentation, RFC 8926',
  needs: () => [],
  packets: (ends) => [genevePacket(ends, UDP_PORT, IDENTITY)],
  growth: (extent) => ciliumNode(extent, 1, extent.nodes - 1),
  changes: () => [{ words: `UDP port ${UDP_PORT} between all nodes`, count: 1, source: 'Cilium documentation' }],
  risks: () => [
    smallerPackets(50, 'RFC 8926'),
    { words: 'Every node holds an entry for every pod', source: 'Cilium documentation' },
  ],
};

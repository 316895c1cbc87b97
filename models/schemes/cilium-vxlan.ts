/**
 * Cilium in VXLAN between all nodes (its tunnel mode).
 *
 * Source: Cilium's documentation (UDP port 8472, 50 bytes of the MTU; the sender's identity travels in the network id);
 * RFC 7348. Leaves out: what cilium.ts leaves out.
 */
import { CILIUM, ciliumNode } from './cilium.ts';
import { smallerPackets } from './flannel.ts';
import { vxlanPacket } from './packets.ts';
import { type NetworkScheme, uniformPaths } from './scheme.ts';

const UDP_PORT = 8472;
/** An identity of a pod, for the example: those of users begin here. */
const IDENTITY = 256;

/** Cilium, VXLAN. */
export const ciliumVxlan: NetworkScheme = {
  ...CILIUM,
  name: 'cilium-vxlan',
  mode: 'VXLAN',
  traversal: 'overlay',
  paths: uniformPaths('same-node-ebpf', { dataPath: 'ebpf-vxlan', encapsulationBytes: 50, tagBytes: 0 }),
  mtuReserveBytes: 50,
  source: 'Cilium documentation, RFC 7348',
  needs: () => [],
  packets: (ends) => [vxlanPacket(ends, UDP_PORT, IDENTITY)],
  growth: (extent) => ciliumNode(extent, 1, extent.nodes - 1),
  changes: () => [{ words: `UDP port ${UDP_PORT} between all nodes`, count: 1, source: 'Cilium documentation' }],
  risks: () => [
    smallerPackets(50, 'RFC 7348'),
    { words: 'Every node holds an entry for every pod', source: 'Cilium documentation' },
  ],
};

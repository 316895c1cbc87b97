/**
 * Calico with IP in IP between all nodes and a full mesh of BGP.
 *
 * Source: Calico's documentation (ipipMode Always; needs BGP; 20 bytes of the MTU); RFC 2003.
 * Leaves out: what calico.ts leaves out.
 */
import { CALICO, calicoNode, JOIN_BY_BGP, LIFE_BY_BGP, largeMesh, meshChange, SLOW_HOLD } from './calico.ts';
import { smallerPackets } from './flannel.ts';
import { fullMesh } from './growth.ts';
import { ipInIpPacket } from './packets.ts';
import { type NetworkScheme, uniformPaths } from './scheme.ts';

/** Calico, IP in IP everywhere. */
export const calicoIpip: NetworkScheme = {
  ...CALICO,
  ...LIFE_BY_BGP,
  name: 'calico-ipip',
  mode: 'IPIP',
  traversal: 'overlay',
  paths: uniformPaths('same-node-routed', { dataPath: 'ipip-routed', encapsulationBytes: 20, tagBytes: 0 }),
  forwarding: { ...CALICO.forwarding, tunnel: 'tunl0', writtenBy: 'Felix and BIRD' },
  mtuReserveBytes: 20,
  join: JOIN_BY_BGP,
  source: 'Calico documentation, RFC 2003',
  needs: () => [],
  packets: (ends) => [ipInIpPacket(ends)],
  growth: (extent) => [...fullMesh(extent), ...calicoNode(extent)],
  changes: (extent) => [
    meshChange(extent),
    { words: 'IP protocol 4 between all nodes', count: 1, source: 'Calico documentation' },
  ],
  risks: (extent) => [...largeMesh(extent), smallerPackets(20, 'RFC 2003'), SLOW_HOLD],
};

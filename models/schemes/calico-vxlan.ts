/**
 * Calico with VXLAN between all nodes and no BGP: every node reads the others' blocks from the data store.
 *
 * Source: Calico's documentation (vxlanMode Always, UDP port 4789, VNI 4096; static entries by Felix); RFC 7348.
 * Leaves out: what calico.ts leaves out; the time from the data store to every node.
 */
import { CALICO, calicoNode, JOIN_BY_STORE, LIFE_BY_STORE } from './calico.ts';
import { smallerPackets } from './flannel.ts';
import { grown, podsOfNode } from './growth.ts';
import { vxlanPacket } from './packets.ts';
import { type NetworkScheme, uniformPaths } from './scheme.ts';

/** UDP port of Calico's VXLAN. */
export const CALICO_VXLAN_PORT = 4789;
/** Its network identifier. */
export const CALICO_VNI = 4096;

/** Calico, VXLAN everywhere. */
export const calicoVxlan: NetworkScheme = {
  ...CALICO,
  ...LIFE_BY_STORE,
  name: 'calico-vxlan',
  mode: 'VXLAN',
  traversal: 'overlay',
  paths: uniformPaths('same-node-routed', { dataPath: 'vxlan-routed', encapsulationBytes: 50, tagBytes: 0 }),
  mtuReserveBytes: 50,
  join: JOIN_BY_STORE,
  source: 'Calico documentation, RFC 7348',
  needs: () => [],
  packets: (ends) => [vxlanPacket(ends, CALICO_VXLAN_PORT, CALICO_VNI)],
  growth: (extent) => {
    const source = 'one forwarding and one neighbour entry for each other node';
    return [
      ...calicoNode(extent).filter(({ key }) => key !== 'neighboursPerNode'),
      grown('forwardingEntriesPerNode', extent.nodes - 1, source),
      grown('neighboursPerNode', extent.nodes - 1 + podsOfNode(extent), source),
    ];
  },
  changes: () => [
    { words: `UDP port ${CALICO_VXLAN_PORT} between all nodes`, count: 1, source: 'Calico documentation' },
  ],
  risks: (extent) => [
    smallerPackets(50, 'RFC 7348'),
    {
      words: 'Every node holds a neighbour and a forwarding entry for each other node',
      count: extent.nodes - 1,
      source: 'Calico documentation',
    },
  ],
};

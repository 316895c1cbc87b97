/**
 * Flannel in VXLAN mode: every node owns a /24, a bridge joins its pods, the kernel wraps what leaves for other nodes.
 *
 * Source: Flannel's documentation of its backends (VNI 1, UDP port 8472, static forwarding and neighbour entries written
 * from the Kubernetes API, no learning); header bytes by RFC 7348.
 * Leaves out: what flannel.ts leaves out.
 */
import { FLANNEL, FLANNEL_HAS_NO_POLICY, smallerPackets } from './flannel.ts';
import { gatewayArp, grown, podsOfNode } from './growth.ts';
import { vxlanPacket } from './packets.ts';
import { type NetworkScheme, uniformPaths } from './scheme.ts';

const UDP_PORT = 8472;
const VNI = 1;

/** Flannel in VXLAN mode. */
export const flannelVxlan: NetworkScheme = {
  ...FLANNEL,
  name: 'flannel-vxlan',
  mode: 'VXLAN',
  traversal: 'overlay',
  paths: uniformPaths('same-node-bridge', { dataPath: 'vxlan-bridge', encapsulationBytes: 50, tagBytes: 0 }),
  mtuReserveBytes: 50,
  source: 'Flannel documentation, RFC 7348',
  packets: (ends) => [vxlanPacket(ends, UDP_PORT, VNI)],
  growth: (extent) => {
    const source = 'one route, neighbour and forwarding entry for each other node; bridge entries for local pods';
    const others = extent.nodes - 1;
    return [
      grown('routesPerNode', others, source),
      grown('forwardingEntriesPerNode', others + podsOfNode(extent), source),
      grown('neighboursPerNode', others + podsOfNode(extent), source),
      ...gatewayArp(extent),
    ];
  },
  changes: () => [{ words: `UDP port ${UDP_PORT} between all nodes`, count: 1, source: 'Flannel documentation' }],
  risks: (extent) => [
    FLANNEL_HAS_NO_POLICY,
    smallerPackets(50, 'RFC 7348'),
    {
      words: 'Every node holds a route, a neighbour and a forwarding entry for each other node',
      count: extent.nodes - 1,
      source: 'Flannel documentation',
    },
  ],
  onNodeJoin: 'Every node writes one route, one neighbour and one forwarding entry, when its watch tells it.',
};

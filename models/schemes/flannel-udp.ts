/**
 * Flannel in UDP mode: a program on each node reads packets from a TUN device and sends them in UDP.
 *
 * Source: Flannel's documentation of its backends (UDP port 8285, for debugging and old kernels only); RFC 768. Of the
 * MTU, outer IPv4 (20) and UDP (8) are taken: the recorded MSS of 1,420 agrees.
 * Leaves out: what flannel.ts leaves out.
 */
import { FLANNEL, FLANNEL_HAS_NO_POLICY, smallerPackets } from './flannel.ts';
import { gatewayArp, grown, podsOfNode } from './growth.ts';
import { udpPacket } from './packets.ts';
import { type NetworkScheme, uniformPaths } from './scheme.ts';

const UDP_PORT = 8285;

/** Flannel in UDP mode. */
export const flannelUdp: NetworkScheme = {
  ...FLANNEL,
  name: 'flannel-udp',
  mode: 'UDP, user space',
  traversal: 'overlay',
  paths: uniformPaths('same-node-bridge', { dataPath: 'tun-bridge', encapsulationBytes: 28, tagBytes: 0 }),
  forwarding: { ...FLANNEL.forwarding, tunnel: 'flannel0' },
  mtuReserveBytes: 28,
  source: 'Flannel documentation, RFC 768',
  packets: (ends) => [udpPacket(ends, UDP_PORT)],
  growth: (extent) => {
    const source = 'one route to the TUN device; the daemon holds an entry for each other node';
    return [
      grown('routesPerNode', 1, source),
      grown('forwardingEntriesPerNode', extent.nodes - 1 + podsOfNode(extent), source),
      grown('neighboursPerNode', podsOfNode(extent), source),
      ...gatewayArp(extent),
    ];
  },
  changes: () => [{ words: `UDP port ${UDP_PORT} between all nodes`, count: 1, source: 'Flannel documentation' }],
  risks: () => [
    FLANNEL_HAS_NO_POLICY,
    smallerPackets(28, 'RFC 768, RFC 791'),
    {
      words:
        'Every packet goes through a program twice; while it is down, pods of different nodes do not reach each other',
      source: 'Flannel documentation',
    },
  ],
  onNodeJoin: 'The daemon of every node learns the new node, when its watch tells it.',
};

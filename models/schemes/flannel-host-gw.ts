/**
 * Flannel in host-gw mode: a plain route for each node, whose next hop is that node itself.
 *
 * Source: Flannel's documentation of its backends (nodes must share a layer-2 segment; routes checked every 10 s).
 * Leaves out: what flannel.ts leaves out.
 */
import { FLANNEL, FLANNEL_HAS_NO_POLICY } from './flannel.ts';
import { gatewayArp, grown, podsOfNode } from './growth.ts';
import { nextHopPacket } from './packets.ts';
import { type NetworkScheme, uniformPaths } from './scheme.ts';

/** Flannel in host-gw mode. */
export const flannelHostGw: NetworkScheme = {
  ...FLANNEL,
  name: 'flannel-host-gw',
  mode: 'host-gw',
  traversal: 'underlay',
  paths: uniformPaths('same-node-bridge', { dataPath: 'bridge-routed', encapsulationBytes: 0, tagBytes: 0 }),
  mtuReserveBytes: 0,
  source: 'Flannel documentation',
  packets: (ends) => [nextHopPacket(ends)],
  growth: (extent) => {
    const source = 'one route and up to one neighbour for each other node; bridge entries for local pods';
    return [
      grown('routesPerNode', extent.nodes - 1, source),
      grown('forwardingEntriesPerNode', podsOfNode(extent), source),
      grown('neighboursPerNode', extent.nodes - 1 + podsOfNode(extent), source),
      ...gatewayArp(extent),
    ];
  },
  changes: () => [],
  risks: (extent) => [
    FLANNEL_HAS_NO_POLICY,
    { words: 'A node that stands behind a router is not reached', source: 'Flannel documentation' },
    { words: 'Every node holds a route for each other node', count: extent.nodes - 1, source: 'Flannel documentation' },
  ],
  onNodeJoin: 'Every node writes one route, when its watch tells it.',
};

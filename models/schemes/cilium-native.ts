/**
 * Cilium with native routing: pods' packets travel as they are. Where nodes share a subnet every node writes the routes
 * itself; where racks are subnets its BGP control plane tells the routers.
 *
 * Source: Cilium's documentation (autoDirectNodeRoutes needs one layer-2 segment; BGP control plane, GoBGP inside).
 * Leaves out: what cilium.ts leaves out; addresses from a provider (its ENI and Azure modes).
 */

import type { Environment } from '../network/environment.ts';
import { GOBGP_TIMERS } from '../network/routing/node-routing.ts';
import { CILIUM, ciliumNode } from './cilium.ts';
import { rackPeering } from './growth.ts';
import { plainPacket } from './packets.ts';
import { type NetworkScheme, uniformPaths } from './scheme.ts';

function peersWithRouters(environment: Environment): boolean {
  return environment.subnets === 'per-rack';
}

/** Cilium, native routing. */
export const ciliumNative: NetworkScheme = {
  ...CILIUM,
  name: 'cilium-native',
  mode: 'native routing',
  traversal: 'underlay',
  paths: uniformPaths('same-node-ebpf', { dataPath: 'ebpf-routed', encapsulationBytes: 0, tagBytes: 0 }),
  mtuReserveBytes: 0,
  source: 'Cilium documentation',
  needs: (extent, environment) =>
    peersWithRouters(environment)
      ? [
          {
            rule: 'bgp-to-top-of-rack',
            header: 'BGP OPEN, TCP port 179, from each node to its top-of-rack router',
            hop: 'top-of-rack router',
            routes: extent.nodes,
            gives: 'route-known',
          },
        ]
      : [],
  packets: (ends) => [plainPacket(ends)],
  growth: (extent, environment) =>
    peersWithRouters(environment)
      ? [...rackPeering(extent, extent.nodes), ...ciliumNode(extent, 1, 0)]
      : ciliumNode(extent, extent.nodes - 1, 0),
  changes: (extent, environment) =>
    peersWithRouters(environment)
      ? [
          {
            words: 'BGP sessions from nodes to their top-of-rack routers',
            count: extent.nodes,
            source: 'Cilium documentation',
          },
          {
            words: 'Routes that each router must hold (one a node)',
            count: extent.nodes,
            source: 'Cilium documentation',
          },
        ]
      : [],
  risks: () => [
    {
      words: 'Without a route in the network below, pods of other nodes are not reached',
      source: 'Cilium documentation',
    },
    { words: 'Every node holds an entry for every pod', source: 'Cilium documentation' },
  ],
  nodeRouting: (environment) =>
    peersWithRouters(environment)
      ? { design: { kind: 'top-of-rack' }, daemon: 'gobgp', timers: GOBGP_TIMERS }
      : undefined,
  onNodeDeath: (environment) =>
    peersWithRouters(environment)
      ? {
          afterNs: null,
          words: 'The top-of-rack router loses carrier and withdraws the routes: callers are refused at once',
          source: 'recorded FRR 8.4 (process killed, all links of a node down)',
        }
      : CILIUM.onNodeDeath(),
};

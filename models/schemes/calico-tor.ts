/**
 * Calico without encapsulation, every node peering with the router of its rack, which tells the rest of the network.
 *
 * Source: Calico's documentation (peering with the top-of-rack router, mesh switched off); RFC 4271, RFC 7938.
 * Leaves out: what calico.ts leaves out; which AS numbers racks and nodes have; messages between the routers.
 */
import { BGP_PORT, byBird, CALICO, JOIN_BY_BGP, LIFE_BY_BGP } from './calico.ts';
import { gatewayArp, grown, podsOfNode, rackPeering } from './growth.ts';
import { plainPacket } from './packets.ts';
import { type NetworkScheme, uniformPaths } from './scheme.ts';

/** Calico, peering with the rack's router. */
export const calicoTor: NetworkScheme = {
  ...CALICO,
  ...LIFE_BY_BGP,
  name: 'calico-tor',
  mode: 'BGP, top of rack',
  traversal: 'underlay',
  paths: uniformPaths('same-node-routed', { dataPath: 'routed', encapsulationBytes: 0, tagBytes: 0 }),
  forwarding: { ...CALICO.forwarding, writtenBy: 'Felix and BIRD' },
  mtuReserveBytes: 0,
  join: JOIN_BY_BGP,
  source: 'Calico documentation, RFC 4271',
  needs: (extent) => [
    {
      rule: 'bgp-to-top-of-rack',
      header: `BGP OPEN, TCP port ${BGP_PORT}, from each node to its top-of-rack router`,
      hop: 'top-of-rack router',
      routes: extent.blocks,
      gives: 'route-known',
    },
  ],
  packets: (ends) => [plainPacket(ends)],
  growth: (extent) => {
    const source = 'a route for each local pod, its own blocks as blackholes, and a default route to the router';
    const own = Math.ceil(extent.blocks / extent.nodes);
    return [
      ...rackPeering(extent, extent.blocks),
      grown('routesPerNode', podsOfNode(extent) + own + 1, source),
      grown('neighboursPerNode', podsOfNode(extent) + 1, 'one entry for each local pod, and the router'),
      ...gatewayArp(extent),
    ];
  },
  changes: (extent) => [
    {
      words: 'BGP sessions from nodes to their top-of-rack routers',
      count: extent.nodes,
      source: 'Calico documentation',
    },
    {
      words: 'Routes that each router must hold (one a pod block)',
      count: extent.blocks,
      source: 'Calico documentation',
    },
  ],
  risks: () => [
    { words: 'A wrong filter at a router takes the pods of a rack off the network', source: 'RFC 4271' },
    {
      words: 'Routes follow a dead node within about a second when its port loses carrier',
      source: 'recorded FRR 8.4',
    },
  ],
  nodeRouting: () => byBird({ kind: 'top-of-rack' }),
  onNodeDeath: () => ({
    afterNs: null,
    words: 'The top-of-rack router loses carrier and withdraws the routes: callers are refused at once',
    source: 'recorded FRR 8.4 (process killed, all links of a node down)',
  }),
};

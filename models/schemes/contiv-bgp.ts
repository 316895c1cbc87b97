/**
 * Contiv in layer-3 mode: Open vSwitch routes pods, GoBGP on each node announces each pod to the router of the rack.
 *
 * Source: Contiv's documentation (BGP mode, one session a node, host routes); RFC 4271; GoBGP's defaults as recorded.
 * Leaves out: policy groups, aggregation at the router, messages between routers.
 */
import { GOBGP_TIMERS } from '../network/routing/node-routing.ts';
import { contivVlan } from './contiv-vlan.ts';
import { gatewayArp, grown, podsOfNode, rackPeering } from './growth.ts';
import { plainPacket } from './packets.ts';
import { type NetworkScheme, uniformPaths } from './scheme.ts';

/** Contiv in layer-3 mode. */
export const contivBgp: NetworkScheme = {
  ...contivVlan,
  name: 'contiv-bgp',
  mode: 'BGP, top of rack',
  layer: '3',
  isolation: 'policy',
  controlPlane: { kind: 'bgp' },
  paths: uniformPaths('same-node-ovs', { dataPath: 'ovs-plain', encapsulationBytes: 0, tagBytes: 0 }),
  forwarding: { joins: 'routing-switch', bridge: 'contivVlanBridge', writtenBy: 'GoBGP', resolves: 'agent' },
  mtuReserveBytes: 0,
  join: [
    'Docker calls the CNM driver (CreateNetwork, CreateEndpoint, Join); the kubelet calls the CNI plugin (ADD).',
    "netplugin asks netmaster for an address of the network's subnet.",
    'A veth pair joins the pod to Open vSwitch; GoBGP announces its /32 to the router of the rack.',
  ],
  source: 'Contiv documentation, RFC 4271',
  needs: (extent) => [
    {
      rule: 'bgp-to-top-of-rack',
      header: 'BGP OPEN, TCP port 179, from each node to its top-of-rack router',
      hop: 'top-of-rack router',
      routes: extent.pods,
      gives: 'route-known',
    },
  ],
  packets: (ends) => [plainPacket(ends)],
  growth: (extent) => [
    ...rackPeering(extent, extent.pods),
    grown('forwardingEntriesPerNode', podsOfNode(extent), 'a flow for each local pod'),
    ...gatewayArp(extent),
  ],
  changes: (extent) => [
    {
      words: 'BGP sessions from nodes to their top-of-rack routers',
      count: extent.nodes,
      source: 'Contiv documentation',
    },
    { words: 'Routes that each router must hold (one a pod)', count: extent.pods, source: 'Contiv documentation' },
  ],
  risks: () => [
    {
      words: 'netmaster and its store hand out all addresses: while they are down no pod starts',
      source: 'Contiv documentation',
    },
    { words: 'A wrong filter at a router takes the pods of a rack off the network', source: 'RFC 4271' },
    { words: 'The project is archived', source: 'Contiv documentation' },
  ],
  onNodeJoin: 'The network team lets its session in; it announces its pods.',
  onNodeLeave: 'Its session ends and its routes are withdrawn.',
  nodeRouting: () => ({ design: { kind: 'top-of-rack' }, daemon: 'gobgp', timers: GOBGP_TIMERS }),
  onNodeDeath: () => ({
    afterNs: null,
    words: 'The top-of-rack router loses carrier and withdraws the routes: callers are refused at once',
    source: 'recorded FRR 8.4 (process killed, all links of a node down)',
  }),
};

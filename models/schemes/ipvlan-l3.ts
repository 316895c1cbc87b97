/**
 * IPVLAN in mode L3: the node's kernel routes for its pods, without ARP and broadcasts; routers need a route to each node.
 *
 * Source: the standard CNI plugin ipvlan, Linux' documentation of the driver (upstream routes are up to the operator).
 * Leaves out: modes L3S, private and VEPA.
 */
import { grown } from './growth.ts';
import { plainPacket } from './packets.ts';
import { type NetworkScheme, uniformPaths } from './scheme.ts';
import { STATION } from './station.ts';
import { changeWrittenRoutes, needWrittenRoutes, ROUTES_STAY } from './written-routes.ts';

/** IPVLAN, mode L3. */
export const ipvlanL3: NetworkScheme = {
  ...STATION,
  name: 'ipvlan-l3',
  title: 'IPVLAN',
  mode: 'L3',
  layer: '3',
  paths: uniformPaths('same-node-ipvlan', { dataPath: 'ipvlan-l3', encapsulationBytes: 0, tagBytes: 0 }),
  forwarding: { joins: 'ipvlan-l3', writtenBy: 'hand', resolves: 'written' },
  addressPlan: { kind: 'node-block', prefix: 24 },
  join: [
    'The kubelet calls the CNI plugin (ADD): ipvlan.',
    "The plugin makes an interface that shares the hardware address of the node's network card and moves it into the pod.",
    "host-local takes an address of the node's block; the routers already know the block.",
  ],
  source: 'CNI plugin ipvlan, Linux documentation',
  needs: needWrittenRoutes,
  packets: (ends) => [plainPacket(ends)],
  growth: (extent) => [
    grown('routesInRouter', extent.nodes, 'one route a node'),
    grown('routesPerNode', 1, 'a default route'),
    grown('arpRequests', 0, 'the mode drops ARP; the node asks for its router'),
    grown('arpFramesReceived', 0, 'none reaches a pod'),
  ],
  changes: changeWrittenRoutes,
  risks: () => [
    { words: 'A forgotten or wrong route: its node has pods that nobody reaches', source: 'Linux documentation' },
    ROUTES_STAY,
    { words: 'No NetworkPolicy: any pod reaches any pod', source: 'the plugin enforces none' },
  ],
  onNodeJoin: 'Somebody writes a route.',
  onNodeLeave: 'Somebody removes the route.',
  controlPlane: { kind: 'written' },
  onNodeDeath: () => ({
    afterNs: null,
    words: 'Routes stay until somebody removes them, so callers wait for an answer',
    source: 'static routes have no timer',
  }),
};

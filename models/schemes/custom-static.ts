/**
 * Routing by hand: every node owns a /24, and somebody writes one route for each node into the routers or the route table.
 *
 * Source: kubenet and the cloud providers' route controllers (one route a node; AWS and Azure quotas bound them); the
 * standard bridge and host-local plugins. Leaves out: routes written on the nodes themselves (host-gw), delays of a
 * cloud's API.
 */
import { gatewayArp, grown, podsOfNode } from './growth.ts';
import { plainPacket } from './packets.ts';
import { type NetworkScheme, uniformPaths } from './scheme.ts';
import { changeWrittenRoutes, needWrittenRoutes, ROUTES_STAY } from './written-routes.ts';

/** Routes by hand. */
export const customStatic: NetworkScheme = {
  name: 'custom-static',
  title: 'Custom routes',
  mode: 'static',
  attachment: 'CNI',
  layer: '3',
  traversal: 'underlay',
  isolation: 'none',
  policy: 'none',
  paths: uniformPaths('same-node-bridge', { dataPath: 'bridge-routed', encapsulationBytes: 0, tagBytes: 0 }),
  forwarding: { joins: 'bridge', bridge: 'cbr0', writtenBy: 'hand', resolves: 'node' },
  mtuReserveBytes: 0,
  addressPlan: { kind: 'node-block', prefix: 24 },
  agent: { cpuMilli: 0, memoryMib: 0, source: 'no agent runs' },
  controlPlane: { kind: 'written' },
  join: [
    'The kubelet calls the CNI plugin (ADD): the standard bridge plugin.',
    "A veth pair joins the pod to the node's bridge; host-local takes an address of the node's /24.",
    "The pod's default route is the bridge; the routers already know the /24.",
  ],
  source: 'Kubernetes kubenet, cloud-provider routes',
  needs: needWrittenRoutes,
  packets: (ends) => [plainPacket(ends)],
  growth: (extent) => [
    grown('routesInRouter', extent.nodes, 'one route a node'),
    grown('routesPerNode', 2, 'its own bridge and a default route'),
    grown('forwardingEntriesPerNode', podsOfNode(extent), 'bridge entries of local pods'),
    grown('neighboursPerNode', podsOfNode(extent) + 1, 'one entry for each local pod, and the router'),
    ...gatewayArp(extent),
  ],
  changes: changeWrittenRoutes,
  risks: () => [
    {
      words: 'A forgotten or wrong route: its node has pods that nobody reaches',
      source: 'routes are written by hand',
    },
    ROUTES_STAY,
    { words: 'No NetworkPolicy: any pod reaches any pod', source: 'the bridge plugin enforces none' },
  ],
  onNodeJoin: 'Somebody writes a route.',
  onNodeLeave: 'Somebody removes the route.',
  onNodeDeath: () => ({
    afterNs: null,
    words: 'Routes stay until somebody removes them, so callers wait for an answer',
    source: 'static routes have no timer',
  }),
};

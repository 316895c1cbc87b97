/**
 * Routes in a provider's route table, written by a controller: one for each node.
 *
 * Source: Kubernetes' route controller and the cloud providers (kubenet); quotas of route tables as each environment states
 * them: AWS 50 by default and up to 1,000, Azure 400.
 * Leaves out: the delay of the provider's interface, calls that it throttles, several route tables.
 */
import { customStatic } from './custom-static.ts';
import type { NetworkScheme } from './scheme.ts';

/** Routes of a route table. */
export const customVpcRoutes: NetworkScheme = {
  ...customStatic,
  name: 'custom-vpc-routes',
  mode: 'VPC route table',
  controlPlane: { kind: 'provider' },
  source: 'Kubernetes route controller, cloud providers',
  join: [
    'The kubelet calls the CNI plugin (ADD): the standard bridge plugin.',
    "A veth pair joins the pod to the node's bridge; host-local takes an address of the node's /24.",
    "The pod's default route is the bridge; the route table of the VPC already knows the /24.",
  ],
  needs: (extent) => [
    {
      rule: 'route-api',
      header: 'one route for each node, to its pod block',
      hop: 'route table',
      routes: extent.nodes,
      gives: 'route-known',
    },
  ],
  changes: (extent) => [
    { words: 'Routes that a controller writes into the route table', count: extent.nodes, source: 'one a node' },
    { words: 'Rights on the route table that the controller needs', count: 1, source: 'Kubernetes route controller' },
  ],
  risks: () => [
    {
      words: 'A new node gets no pods until the route table has taken its route',
      source: 'Kubernetes route controller',
    },
    {
      words: 'Routes do not follow a dead node until its Node object is deleted',
      closedForm: true,
      source: 'Kubernetes route controller',
    },
    { words: 'The quota of the route table bounds the number of nodes', source: 'AWS and Azure limits' },
    { words: 'No NetworkPolicy: any pod reaches any pod', source: 'the bridge plugin enforces none' },
  ],
  onNodeJoin: 'The controller writes a route.',
  onNodeLeave: 'The controller removes the route with the Node object.',
  onNodeDeath: () => ({
    afterNs: null,
    words: 'The route stays until the Node object is deleted, so callers wait for an answer',
    source: 'Kubernetes route controller',
  }),
};

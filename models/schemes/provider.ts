/**
 * What schemes have in common whose pods get addresses from the provider's own network.
 *
 * Source: the providers' documentation, named in each scheme's file. The provider routes by its own tables, so nothing in the
 * cluster notices a dead node before its objects and addresses are taken back.
 * Leaves out: the delay and the throttling of the provider's interface, security groups for single pods.
 */

import type { Growth } from './growth.ts';
import { gatewayArp, grown, podsOfNode } from './growth.ts';
import type { ClusterExtent, NetworkScheme } from './scheme.ts';

/** The members that do not depend on the provider. */
export const PROVIDED = {
  attachment: 'CNI',
  layer: '3',
  traversal: 'underlay',
  isolation: 'policy',
  policy: 'NetworkPolicy',
  mtuReserveBytes: 0,
  controlPlane: { kind: 'provider' },
  onNodeDeath: () => ({
    afterNs: null,
    words: "The provider's network still points at the node's interface, so callers wait for an answer",
    source: 'our assumption: providers do not withdraw addresses of a machine that fails',
  }),
} as const satisfies Partial<NetworkScheme>;

/** What a node holds: a route or rule for each local pod and its default route; `networkRoutes` stand in the provider's. */
export function providedNode(extent: ClusterExtent, networkRoutes: number): Growth[] {
  return [
    grown('routesPerNode', podsOfNode(extent) + 1, 'a route for each local pod, and a default route'),
    grown('routesInRouter', networkRoutes, "addresses or ranges that the provider's network maps to machines"),
    grown('neighboursPerNode', podsOfNode(extent) + 1, 'one entry for each local pod, and the router'),
    ...gatewayArp(extent),
  ];
}

/**
 * Routes that somebody writes into routers by hand, one for each node: what custom routing and IPVLAN L3 have in common.
 *
 * Source: Kubernetes' kubenet (cloud-provider routes), Linux' documentation of IPVLAN. Leaves out: routes on the nodes themselves.
 */
import type { NetworkScheme, Statement } from './scheme.ts';

/** The routers must accept a route for each node. */
export const needWrittenRoutes: NetworkScheme['needs'] = (extent) => [
  {
    rule: 'static-routes',
    header: 'one route for each node, to its pod block',
    hop: 'router or route table',
    routes: extent.nodes,
    gives: 'route-known',
  },
];

/** Somebody writes them, and once more for every node that comes or goes. */
export const changeWrittenRoutes: NetworkScheme['changes'] = (extent) => [
  { words: 'Routes that somebody must write', count: extent.nodes, source: 'one a node' },
  { words: 'Changes for each node that joins or leaves', count: 1, source: 'one route' },
];

/** Nothing takes a route back when its node dies. */
export const ROUTES_STAY: Statement = {
  words: 'Routes do not follow a dead node until somebody removes them',
  closedForm: true,
  source: 'static routes have no timer',
};

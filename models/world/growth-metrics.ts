/** Sizes of control planes and tables. */
import type { MetricSpec } from '../../sim/trace/catalog.ts';
import { counted } from './metric-spec.ts';

/** How large a scheme's control plane and tables are. */
export const GROWTH_METRICS: readonly MetricSpec[] = [
  // How large the control plane and the tables of a scheme are: closed forms, the same in every run of an alternative.
  counted('sessions', 'BGP sessions', 'BGP sessions in all, by the formula of how the scheme peers.'),
  counted('sessionsPerNodeMax', 'BGP sessions of one node', 'Of the node, or the reflector, that holds most.'),
  counted(
    'coldStartUpdates',
    'BGP updates at a cold start',
    'UPDATE messages when all sessions start at once; the formula was recorded with real routers.',
  ),
  counted('routesPerNode', 'Routes on a node', 'Routes that the kernel of a node holds for pods.'),
  counted('routesInRouter', 'Routes in a router', 'Routes for pods that one router or route table holds.'),
  counted(
    'forwardingEntriesPerNode',
    'Forwarding entries on a node',
    'Entries of bridges, tunnels and flow tables that a node holds for pods and other nodes.',
  ),
  counted(
    'neighboursPerNode',
    'Neighbour entries on a node',
    'ARP entries in the kernel of a node; Linux keeps 1,024 by default, for all pods together.',
  ),
  counted('arpRequests', 'ARP requests', 'Requests until every pod has talked to every other of its tenant.'),
  counted('arpFramesReceived', 'Copies of ARP requests', 'Copies that pods receive until then.'),
  counted('macEntriesPerSwitch', 'Hardware addresses in a switch', "Pods' addresses in the table of each switch."),
  counted('networkIds', 'VLAN or network ids', 'Ids in use: one for each tenant.'),
];

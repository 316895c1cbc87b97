/**
 * OpenShift SDN with the networkpolicy plugin: NetworkPolicy as Open vSwitch flows.
 *
 * Source: OpenShift's SDN documentation (a VNID for each project, by which flows match); RFC 7348.
 * Leaves out: the flows of policies themselves, which grow with policies times pods; policies are no part of a scenario yet.
 */
import { openshiftMultitenant } from './openshift-multitenant.ts';
import type { NetworkScheme } from './scheme.ts';

/** OpenShift SDN, ovs-networkpolicy. */
export const openshiftNetworkPolicy: NetworkScheme = {
  ...openshiftMultitenant,
  name: 'openshift-networkpolicy',
  mode: 'ovs-networkpolicy',
  isolation: 'policy',
  policy: 'NetworkPolicy',
};

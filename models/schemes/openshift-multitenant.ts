/**
 * OpenShift SDN with the multitenant plugin: a network id for each project; flows let only pods of one project meet.
 *
 * Source: OpenShift's SDN documentation and its constants (24 bits, 0 for global projects, 1 to 9 reserved); RFC 7348.
 * Leaves out: joined and global projects, egress addresses.
 */
import { grown } from './growth.ts';
import { openshiftNode, openshiftSdn } from './openshift-sdn.ts';
import { vxlanPacket } from './packets.ts';
import { NETWORK_IDS, type NetworkScheme } from './scheme.ts';

const UDP_PORT = 4789;
/** Ids 0 to 9 are not for projects. */
const VNID_FIRST = 10;

/** OpenShift SDN, ovs-multitenant. */
export const openshiftMultitenant: NetworkScheme = {
  ...openshiftSdn,
  name: 'openshift-multitenant',
  mode: 'ovs-multitenant',
  isolation: 'VXLAN',
  needs: (extent) => [
    {
      header: 'a network id (VNID) for each project',
      hop: 'the VXLAN header',
      ids: {
        rule: 'network-ids',
        count: extent.tenants,
        limit: NETWORK_IDS - VNID_FIRST,
        source: 'OpenShift SDN: MaxVNID is 2^24 - 1, of which 0 to 9 are reserved',
      },
    },
  ],
  packets: (ends) => [vxlanPacket(ends, UDP_PORT, VNID_FIRST)],
  growth: (extent) => [
    ...openshiftNode(extent, extent.tenants),
    grown('networkIds', extent.tenants, 'one VNID a project'),
  ],
};

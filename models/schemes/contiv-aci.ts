/**
 * Contiv with Cisco ACI: groups of pods become end point groups of the fabric, which tags and polices their packets.
 *
 * Source: Contiv's documentation (ACI mode with VLAN encapsulation only; the APIC gateway maps groups); IEEE 802.1Q.
 * Leaves out: contracts between groups, the fabric's own VXLAN, the APIC's delays (no source gives any, so end points are known at once).
 */
import { contivVlan, VLAN_IDS_USABLE } from './contiv-vlan.ts';
import { grown } from './growth.ts';
import { taggedPacket } from './packets.ts';
import { type NetworkScheme, uniformPaths } from './scheme.ts';

/** Contiv with an ACI fabric. */
export const contivAci: NetworkScheme = {
  ...contivVlan,
  name: 'contiv-aci',
  mode: 'ACI, VLAN',
  paths: uniformPaths('same-node-ovs', { dataPath: 'ovs-plain', encapsulationBytes: 0, tagBytes: 4 }),
  forwarding: { ...contivVlan.forwarding, resolves: 'agent' },
  source: 'Contiv documentation, IEEE 802.1Q',
  join: [
    'Docker calls the CNM driver (CreateNetwork, CreateEndpoint, Join); the kubelet calls the CNI plugin (ADD).',
    "netplugin asks netmaster for an address of the network's subnet.",
    'A veth pair joins the pod to Open vSwitch, on a port with the VLAN of its end point group.',
    'The fabric takes the pod as an end point of that group and answers for it.',
  ],
  needs: (extent) => [
    {
      rule: 'fabric-controller',
      header: 'end point groups, by the controller of the fabric (APIC)',
      hop: 'fabric controller',
    },
    {
      header: 'a VLAN for each tenant',
      hop: 'the ports of the leaf switches',
      ids: { rule: 'vlan-ids', count: extent.tenants, limit: VLAN_IDS_USABLE, source: 'IEEE 802.1Q' },
    },
  ],
  packets: (ends) => [taggedPacket(ends)],
  growth: (extent) => [
    grown('macEntriesPerSwitch', extent.pods, 'one end point a pod; the fabric keeps them'),
    grown('networkIds', extent.tenants, 'one VLAN a tenant; 4,094 can be numbered'),
    grown('arpRequests', extent.pods, 'one request a pod; the fabric answers for its end points'),
  ],
  changes: (extent) => [
    { words: 'End point groups and contracts in the fabric', count: extent.tenants, source: 'Contiv documentation' },
    { words: 'Server ports with the VLANs of the groups', count: extent.nodes, source: 'Contiv documentation' },
  ],
  risks: () => [
    { words: 'While the APIC is down no group changes; what is set goes on', source: 'Contiv documentation' },
    { words: 'Tenants that VLAN ids allow', count: VLAN_IDS_USABLE, source: 'IEEE 802.1Q' },
    { words: 'It ties the containers to one maker of switches', source: 'Contiv documentation' },
    { words: 'The project is archived', source: 'Contiv documentation' },
  ],
  onNodeDeath: () => ({
    afterNs: null,
    words: 'The agent goes on answering for pods of the dead node, so callers wait for an answer',
    source: 'our assumption: its documentation describes no probe between nodes',
  }),
};

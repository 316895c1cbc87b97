/**
 * Contiv in VLAN mode: Open vSwitch bridges pods into VLANs that the physical switches carry.
 *
 * Source: Contiv's documentation (netmaster and netplugin, VLAN ids 1 to 4094, trunks to every server, CNM and CNI);
 * IEEE 802.1Q; neighbour timers of Linux. The project is archived and is kept as the historical scheme of the report.
 * Its trunks are taken to be aggregated over all spines (flows are hashed, a dead member is left like a dead route).
 * Leaves out: policy groups, the ACI mode, spanning trees.
 */
import { flatSegment, grown } from './growth.ts';
import { arpBroadcast, taggedPacket } from './packets.ts';
import { type NetworkScheme, uniformPaths } from './scheme.ts';

/** 4,096 ids, of which 0 and 4,095 are reserved. */
export const VLAN_IDS_USABLE = 4094;

/** Contiv in VLAN mode. */
export const contivVlan: NetworkScheme = {
  name: 'contiv-vlan',
  title: 'Contiv',
  mode: 'VLAN',
  attachment: 'CNI and CNM',
  layer: '2',
  traversal: 'underlay',
  isolation: 'VLAN',
  policy: 'own',
  paths: uniformPaths('same-node-bridge', { dataPath: 'bridge-l2', encapsulationBytes: 0, tagBytes: 4 }),
  forwarding: { joins: 'switch', bridge: 'contivVlanBridge', writtenBy: 'netplugin', resolves: 'asks' },
  mtuReserveBytes: 0,
  addressPlan: { kind: 'flat' },
  agent: { cpuMilli: 150, memoryMib: 256, source: 'our assumption: its manifests request nothing' },
  broadcastDomain: 'tenant',
  controlPlane: { kind: 'learnt' },
  join: [
    'Docker calls the CNM driver (CreateNetwork, CreateEndpoint, Join); the kubelet calls the CNI plugin (ADD).',
    "netplugin asks netmaster for an address of the network's subnet.",
    "A veth pair joins the pod to Open vSwitch, on a port with the network's VLAN tag.",
    'The pod asks for its peers by ARP, and every member of the VLAN hears it.',
  ],
  source: 'Contiv documentation, IEEE 802.1Q',
  needs: (extent) => [
    {
      header: 'a VLAN for each tenant',
      hop: 'the trunks of the switches',
      ids: { rule: 'vlan-ids', count: extent.tenants, limit: VLAN_IDS_USABLE, source: 'IEEE 802.1Q' },
    },
    {
      header: 'MAC and IP addresses of the pods of a node',
      hop: 'the access port of the top-of-rack switch',
      addressesOfInterface: extent.podsPerNodeMax,
    },
  ],
  packets: (ends) => [arpBroadcast(ends), taggedPacket(ends)],
  growth: (extent) => [
    ...flatSegment(extent),
    grown('networkIds', extent.tenants, 'one VLAN a tenant; 4,094 can be numbered'),
  ],
  changes: (extent) => [
    { words: 'VLANs that must be stretched over all racks', count: extent.tenants, source: 'Contiv documentation' },
    {
      words: 'Server ports that must become trunks with the container VLANs',
      count: extent.nodes,
      source: 'Contiv documentation',
    },
    {
      words: 'Addresses that switches must hold in their MAC tables (one a pod)',
      count: extent.pods,
      source: 'IEEE 802.1Q',
    },
  ],
  risks: (extent) => [
    {
      words: 'Pods in one broadcast domain: each ARP request reaches all of them',
      count: extent.pods,
      source: 'recorded: n (n - 1) / 2 requests, each copied n - 1 times',
    },
    { words: 'Tenants that VLAN ids allow', count: VLAN_IDS_USABLE, source: 'IEEE 802.1Q' },
    {
      words: 'netmaster and its store hand out all addresses: while they are down no pod starts',
      source: 'Contiv documentation',
    },
    { words: 'A loop or a storm reaches every rack', source: 'IEEE 802.1Q' },
  ],
  onNodeJoin: 'The network team makes its port a trunk; the rest is learnt.',
  onNodeLeave: 'Switches forget its addresses as they age.',
  onNodeDeath: () => ({
    // Not at one instant: the neighbour tables of a run decide it (models/network/layer2/pod-segments.ts).
    afterNs: null,
    words: "Callers' neighbour entries age out and their probes are not answered",
    source: 'Linux neighbour defaults: reachable 15 to 45 s, delay 5 s, three probes',
  }),
};

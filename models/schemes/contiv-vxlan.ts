/**
 * Contiv in VXLAN mode: Open vSwitch bridges pods and wraps what leaves for other nodes, one network id for each tenant.
 *
 * Source: Contiv's documentation (UDP port 8472, its default range of ids 1 to 10,000; ARP answered by the agent); RFC 7348.
 * Pods are told one by one, by netmaster through its store.
 * Leaves out: policy groups, members of netmaster's store.
 */
import { contivVlan } from './contiv-vlan.ts';
import { smallerPackets } from './flannel.ts';
import { gatewayArp, grown, podsOfNode } from './growth.ts';
import { vxlanPacket } from './packets.ts';
import { NETWORK_IDS, type NetworkScheme, uniformPaths } from './scheme.ts';

const UDP_PORT = 8472;
const VNI = 1;

/** Contiv in VXLAN mode. */
export const contivVxlan: NetworkScheme = {
  ...contivVlan,
  name: 'contiv-vxlan',
  mode: 'VXLAN',
  layer: '2+3',
  traversal: 'overlay',
  isolation: 'VXLAN',
  controlPlane: { kind: 'contiv', forwardsBy: 'pod' },
  paths: uniformPaths('same-node-ovs', { dataPath: 'ovs-vxlan', encapsulationBytes: 50, tagBytes: 0 }),
  forwarding: {
    joins: 'switch',
    bridge: 'contivVxlanBridge',
    tunnel: 'its VXLAN port',
    writtenBy: 'netplugin',
    resolves: 'agent',
  },
  mtuReserveBytes: 50,
  join: [
    'Docker calls the CNM driver (CreateNetwork, CreateEndpoint, Join); the kubelet calls the CNI plugin (ADD).',
    "netplugin asks netmaster for an address of the network's subnet.",
    'A veth pair joins the pod to Open vSwitch; flows put it into the network of its tenant.',
    "The agent answers the pod's ARP requests itself; other nodes learn of the pod through the key-value store.",
  ],
  source: 'Contiv documentation, RFC 7348',
  needs: (extent) => [
    {
      header: 'a network id for each tenant',
      hop: 'the VXLAN header',
      ids: { rule: 'network-ids', count: extent.tenants, limit: NETWORK_IDS, source: 'RFC 7348' },
    },
  ],
  packets: (ends) => [vxlanPacket(ends, UDP_PORT, VNI)],
  growth: (extent) => [
    grown(
      'forwardingEntriesPerNode',
      extent.nodes - 1 + podsOfNode(extent),
      'a tunnel to each other node, a flow a local pod',
    ),
    grown('networkIds', extent.tenants, 'one network id a tenant'),
    ...gatewayArp(extent),
  ],
  changes: () => [{ words: `UDP port ${UDP_PORT} between all nodes`, count: 1, source: 'Contiv documentation' }],
  risks: () => [
    smallerPackets(50, 'RFC 7348'),
    {
      words: 'netmaster and its store hand out all addresses: while they are down no pod starts',
      source: 'Contiv documentation',
    },
    { words: 'Network ids that its default range allows', count: 10_000, source: 'Contiv documentation' },
    { words: 'The project is archived', source: 'Contiv documentation' },
  ],
  onNodeJoin: 'Every node opens a tunnel to it, as the store tells.',
  onNodeLeave: 'Tunnels and flows stay until the store forgets the node.',
  onNodeDeath: () => ({
    afterNs: null,
    words: 'Contiv does not withdraw a tunnel by itself, so callers wait for an answer',
    source: 'our assumption: its documentation describes no probe between nodes',
  }),
};

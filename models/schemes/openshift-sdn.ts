/**
 * OpenShift SDN (ovs-subnet): Open vSwitch on every node, VXLAN between nodes, flat.
 *
 * Source: OpenShift's SDN documentation (br0, vxlan0 on UDP 4789, a /23 for each node by default, VNI 0 without tenants);
 * header bytes by RFC 7348. It was replaced by OVN-Kubernetes and is kept as the historical scheme that the report compared.
 * Leaves out: the multitenant and networkpolicy plugins; its datapath cost is a stand-in (see machine/data-path.ts).
 */
import { type Growth, gatewayArp, grown, podsOfNode } from './growth.ts';
import { vxlanPacket } from './packets.ts';
import { type ClusterExtent, type NetworkScheme, uniformPaths } from './scheme.ts';

const UDP_PORT = 4789;
const VNI = 0;

/** What a node holds: Open vSwitch flows for each other node, each local pod and each of `rules`. */
export function openshiftNode(extent: ClusterExtent, rules: number): Growth[] {
  const source = 'one flow for each other node, each local pod and each tenant';
  return [
    grown('routesPerNode', 1, 'one route for all pods, into the bridge br0'),
    grown('forwardingEntriesPerNode', extent.nodes - 1 + podsOfNode(extent) + rules, source),
    ...gatewayArp(extent),
  ];
}

/** OpenShift SDN, ovs-subnet. */
export const openshiftSdn: NetworkScheme = {
  name: 'openshift-sdn',
  title: 'OpenShift SDN',
  mode: 'ovs-subnet, VXLAN',
  attachment: 'CNI',
  layer: '2+3',
  traversal: 'overlay',
  isolation: 'none',
  policy: 'none',
  paths: uniformPaths('same-node-routed', { dataPath: 'vxlan-routed', encapsulationBytes: 50, tagBytes: 0 }),
  forwarding: { joins: 'switch', bridge: 'br0', tunnel: 'vxlan0', writtenBy: 'the SDN agent', resolves: 'asks' },
  mtuReserveBytes: 50,
  addressPlan: { kind: 'node-block', prefix: 23 },
  agent: {
    cpuMilli: 200,
    memoryMib: 600,
    source: 'OKD manifests: sdn and Open vSwitch pods (100 m each; 200 and 400 MiB)',
  },
  controlPlane: { kind: 'kubernetes', forwardsBy: 'node' },
  join: [
    'The kubelet calls the CNI plugin (ADD), which asks the SDN agent on the node.',
    'A veth pair joins the pod to the Open vSwitch bridge br0; the agent takes an address from the range of the node.',
    "Flows for the pod are written into br0; other nodes reach it through the node's VXLAN end point.",
  ],
  source: 'OpenShift SDN documentation, RFC 7348',
  needs: () => [],
  packets: (ends) => [vxlanPacket(ends, UDP_PORT, VNI)],
  growth: (extent) => openshiftNode(extent, 0),
  changes: () => [{ words: `UDP port ${UDP_PORT} between all nodes`, count: 1, source: 'OpenShift SDN documentation' }],
  risks: (extent) => [
    {
      words: 'The SDN agent writes all flows: while it is down, new pods get no network and old flows stay',
      source: 'OpenShift SDN documentation',
    },
    { words: 'Packets are 50 bytes smaller than outside: pods that ignore the MTU stall', source: 'RFC 7348' },
    {
      words: 'Every node holds an Open vSwitch flow for each other node',
      count: extent.nodes - 1,
      source: 'OpenShift SDN documentation',
    },
    { words: 'The product is retired: OVN-Kubernetes took its place', source: 'OpenShift release notes' },
  ],
  onNodeJoin: 'The master gives the node a range (HostSubnet); every node writes one flow.',
  onNodeLeave: 'The flows stay until the HostSubnet is deleted.',
  onNodeDeath: () => ({
    afterNs: null,
    words: 'The SDN does not notice: flows stay until the HostSubnet is deleted, so callers wait for an answer',
    source: 'OpenShift SDN documentation',
  }),
};

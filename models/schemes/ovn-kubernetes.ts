/**
 * OVN-Kubernetes: a logical switch for each node, Geneve between nodes.
 *
 * Source: OVN-Kubernetes' documentation (UDP port 6081, a /23 for each node in OpenShift, 100 bytes of the MTU reserved);
 * the OVN architecture (8 bytes of options with the logical ports, so 58 bytes stand in the packet); RFC 8926; requests by
 * its single-node-zone manifest (six containers of 100 m and 300 MiB). Its databases stand in one zone for all nodes, and every
 * node is told of every pod; with a zone for each node (the default since 2023) other nodes would be told of its range alone.
 * Leaves out: user-defined networks, hybrid overlay, gateways, the cost of access lists, members of its databases.
 */
import { smallerPackets } from './flannel.ts';
import { gatewayArp, grown, podsOfNode } from './growth.ts';
import { genevePacket } from './packets.ts';
import { type NetworkScheme, uniformPaths } from './scheme.ts';

const UDP_PORT = 6081;
const DATAPATH_KEY = 1;
/** Class, type and length (4) and the logical ingress and egress ports (4). */
const OPTION_BYTES = 8;

/** OVN-Kubernetes. */
export const ovnKubernetes: NetworkScheme = {
  name: 'ovn-kubernetes',
  title: 'OVN-Kubernetes',
  mode: 'Geneve',
  attachment: 'CNI',
  layer: '2+3',
  traversal: 'overlay',
  isolation: 'policy',
  policy: 'NetworkPolicy',
  paths: uniformPaths('same-node-ovs', { dataPath: 'ovs-geneve', encapsulationBytes: 58, tagBytes: 0 }),
  forwarding: {
    joins: 'routing-switch',
    bridge: 'br-int',
    tunnel: 'genev_sys_6081',
    writtenBy: 'ovn-controller',
    resolves: 'agent',
    outerChecksum: true,
  },
  mtuReserveBytes: 100,
  addressPlan: { kind: 'node-block', prefix: 23 },
  agent: {
    cpuMilli: 600,
    memoryMib: 1800,
    source: 'OVN-Kubernetes, single-node-zone manifest: six containers of 100 m and 300 MiB',
  },
  controlPlane: { kind: 'ovn', forwardsBy: 'pod' },
  join: [
    'The kubelet calls the CNI plugin (ADD), which asks ovnkube on the node.',
    "A logical port in the node's logical switch gets an address of the node's range.",
    'A veth pair joins the pod to Open vSwitch (br-int); ovn-controller turns logical flows into flows.',
  ],
  source: 'OVN-Kubernetes documentation, RFC 8926',
  needs: () => [],
  packets: (ends) => [genevePacket(ends, UDP_PORT, DATAPATH_KEY, OPTION_BYTES)],
  growth: (extent) => [
    grown('routesPerNode', 1, 'one route for all pods, into Open vSwitch'),
    grown(
      'forwardingEntriesPerNode',
      extent.nodes - 1 + podsOfNode(extent),
      'at least a tunnel to each other node and a flow a local pod',
    ),
    ...gatewayArp(extent),
  ],
  changes: () => [
    { words: `UDP port ${UDP_PORT} between all nodes`, count: 1, source: 'OVN-Kubernetes documentation' },
  ],
  risks: () => [
    smallerPackets(100, 'OVN-Kubernetes documentation'),
    {
      words: 'While its databases or ovn-controller are down, new pods get no network and old flows stay',
      source: 'OVN architecture',
    },
  ],
  onNodeJoin: 'The node gets a range and a logical switch; every node opens a tunnel to it.',
  onNodeLeave: 'Tunnels stay until the Node object is deleted.',
  onNodeDeath: () => ({
    afterNs: null,
    words: 'Tunnels stay until the Node object is deleted, so callers wait for an answer',
    source: 'OVN-Kubernetes documentation',
  }),
};

/**
 * GKE VPC-native: each node's interface has an alias range, from which its pods get addresses.
 *
 * Source: Google Cloud's documentation (alias ranges, a /24 for 110 pods; MTU of the VPC, 1,460 by default; Dataplane V2 is
 * Cilium). Requests of its agent are our assumption.
 * Leaves out: what provider.ts leaves out; other sizes of alias ranges, GKE's legacy data plane.
 */
import { grantedPacket } from './packets.ts';
import { PROVIDED, providedNode } from './provider.ts';
import { type NetworkScheme, uniformPaths } from './scheme.ts';

/** GKE, VPC-native with Dataplane V2. */
export const gkeVpcNative: NetworkScheme = {
  ...PROVIDED,
  name: 'gke-vpc-native',
  title: 'GKE VPC-native',
  mode: 'alias ranges',
  paths: uniformPaths('same-node-ebpf', { dataPath: 'ebpf-routed', encapsulationBytes: 0, tagBytes: 0 }),
  forwarding: { joins: 'ebpf', writtenBy: 'the agent', resolves: 'node' },
  addressPlan: { kind: 'node-block', prefix: 24 },
  agent: { cpuMilli: 100, memoryMib: 300, source: 'our assumption' },
  join: [
    'The kubelet calls the CNI plugin (ADD), which asks the agent on the node.',
    "The agent takes an address of the node's alias range and joins the pod by a veth pair with an eBPF program.",
    'The VPC knows which machine has the range; nothing is announced.',
  ],
  source: 'Google Cloud documentation of VPC-native clusters',
  needs: ({ nodes }) => [
    {
      provider: 'gcp',
      header: 'an alias range on the interface of each machine',
      hop: "provider's interface for addresses",
      addressesOfNetwork: nodes * 257,
    },
  ],
  packets: (ends) => [grantedPacket(ends)],
  growth: (extent) => providedNode(extent, extent.nodes),
  changes: ({ nodes }) => [
    { words: 'Alias ranges of the VPC, one a node', count: nodes, source: 'Google Cloud documentation' },
  ],
  risks: () => [
    { words: 'The secondary range runs out: no further node starts', source: 'Google Cloud documentation' },
    { words: "While the provider's interface fails, no node starts", source: 'Google Cloud documentation' },
  ],
  onNodeJoin: 'Its interface gets an alias range.',
  onNodeLeave: 'The range goes with the machine.',
};

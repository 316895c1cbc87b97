/**
 * AWS VPC CNI: each pod gets a secondary address of one of its node's network interfaces.
 *
 * Source: AWS documentation of the VPC CNI plugin and of pods for each instance type: interfaces x (addresses - 1) + 2, the
 * two being pods on the host's network; requests by its chart (25 m each for the daemon and the node agent).
 * Leaves out: what provider.ts leaves out; warm pools of addresses, branch interfaces, custom networking. The two pods on
 * the host's network count as any others here, so a node may hold up to two pods more than it has addresses.
 */
import { instanceTypeOf } from '../machine/instance-types.ts';
import { grantedPacket } from './packets.ts';
import { PROVIDED, providedNode } from './provider.ts';
import { type NetworkScheme, uniformPaths } from './scheme.ts';

/** Pods that live on the host's network and take no address. */
export const HOST_NETWORK_PODS = 2;

/** AWS VPC CNI, one address a pod. */
export const awsVpcCni: NetworkScheme = {
  ...PROVIDED,
  name: 'aws-vpc-cni',
  title: 'AWS VPC CNI',
  mode: 'secondary addresses',
  paths: uniformPaths('same-node-routed', { dataPath: 'routed', encapsulationBytes: 0, tagBytes: 0 }),
  forwarding: { joins: 'veth', writtenBy: 'ipamd', resolves: 'written' },
  addressPlan: { kind: 'flat' },
  agent: { cpuMilli: 50, memoryMib: 0, source: 'aws-vpc-cni chart: 25 m for the daemon; for the node agent the same' },
  join: [
    'The kubelet calls the CNI plugin (ADD), which asks the daemon (ipamd) on the node.',
    "The daemon gives one of the secondary addresses of the node's interfaces, or attaches one more interface.",
    'A veth pair joins the pod to the host; a route and a rule lead it to the interface of its address.',
  ],
  source: 'AWS documentation of the VPC CNI plugin',
  needs: (extent) => [
    {
      provider: 'aws',
      header: 'secondary addresses on the network interfaces of instances',
      hop: "provider's interface for addresses",
      addressesOfNetwork: extent.nodes + extent.pods,
    },
  ],
  packets: (ends) => [grantedPacket(ends)],
  podsPerNode: ({ cpuMilli, instanceType }) => {
    const { interfaces, addressesPerInterface } = instanceTypeOf(instanceType, cpuMilli);
    return interfaces * (addressesPerInterface - 1) + HOST_NETWORK_PODS;
  },
  growth: (extent) => providedNode(extent, extent.pods),
  changes: (extent) => [
    { words: 'Addresses of the VPC that pods take', count: extent.pods, source: 'one a pod' },
    { words: 'Rights on network interfaces that every node needs', count: 1, source: 'AWS documentation' },
  ],
  risks: () => [
    {
      words: 'The type of the instance bounds the pods of a node: interfaces x (addresses - 1) + 2',
      source: 'AWS documentation',
    },
    { words: 'Subnets run out of addresses', source: 'AWS documentation' },
    { words: "While the provider's interface fails, new pods get no address", source: 'AWS documentation' },
  ],
  onNodeJoin: 'Its daemon attaches interfaces and asks for addresses.',
  onNodeLeave: 'Its interfaces and addresses go with the instance.',
};

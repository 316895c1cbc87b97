/**
 * AWS VPC CNI with prefix delegation: each slot of an interface holds a /28, sixteen addresses, instead of one.
 *
 * Source: AWS documentation (VPC CNI 1.9 and later, Nitro instances; it advises at most 110 pods on instances with fewer than 30
 * processors and 250 on larger ones).
 * Leaves out: what aws-vpc-cni.ts leaves out; subnets too fragmented for a /28.
 */
import { instanceTypeOf } from '../machine/instance-types.ts';
import { awsVpcCni, HOST_NETWORK_PODS } from './aws-vpc-cni.ts';
import { providedNode } from './provider.ts';
import type { NetworkScheme } from './scheme.ts';

const ADDRESSES_OF_A_PREFIX = 16;
const SMALL_VCPUS_MAX = 30;
const PODS_MAX = { small: 110, large: 250 } as const;

/** AWS VPC CNI, prefixes. */
export const awsVpcCniPrefix: NetworkScheme = {
  ...awsVpcCni,
  name: 'aws-vpc-cni-prefix',
  mode: 'prefix delegation',
  addressPlan: { kind: 'claimed-blocks', prefix: 28 },
  join: [
    'The kubelet calls the CNI plugin (ADD), which asks the daemon (ipamd) on the node.',
    "The daemon gives an address of a /28 of the node's interfaces, or asks for one more /28.",
    'A veth pair joins the pod to the host; a route and a rule lead it to the interface of its address.',
  ],
  needs: (extent) => [
    {
      provider: 'aws',
      header: 'prefixes on the network interfaces of instances',
      hop: "provider's interface for addresses",
      addressesOfNetwork: extent.nodes + extent.blocks * ADDRESSES_OF_A_PREFIX,
    },
  ],
  podsPerNode: ({ cpuMilli, instanceType }) => {
    const { interfaces, addressesPerInterface, vcpus } = instanceTypeOf(instanceType, cpuMilli);
    const addresses = interfaces * (addressesPerInterface - 1) * ADDRESSES_OF_A_PREFIX;
    return Math.min(addresses + HOST_NETWORK_PODS, vcpus < SMALL_VCPUS_MAX ? PODS_MAX.small : PODS_MAX.large);
  },
  growth: (extent) => providedNode(extent, extent.blocks),
  risks: () => [
    { words: 'A /28 is taken whole: a fragmented subnet has none left', source: 'AWS documentation' },
    { words: "While the provider's interface fails, new pods get no address", source: 'AWS documentation' },
  ],
};

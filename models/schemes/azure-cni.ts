/**
 * Azure CNI with a node subnet: each pod gets an address of the virtual network, reserved on its node in advance.
 *
 * Source: Azure's documentation (250 pods a node at most, 256 addresses a network interface, 65,536 a virtual network; addresses
 * for all pods that a node may hold are reserved when it starts). Requests of its agent are our assumption.
 * Leaves out: what provider.ts leaves out; the pod subnet, which reserves by need.
 */
import { grantedPacket } from './packets.ts';
import { PROVIDED, providedNode } from './provider.ts';
import { type NetworkScheme, uniformPaths } from './scheme.ts';

/** Pods that a node of AKS may hold at most. */
export const AKS_PODS_MAX = 250;

/** Azure CNI, node subnet. */
export const azureCni: NetworkScheme = {
  ...PROVIDED,
  name: 'azure-cni',
  title: 'Azure CNI',
  mode: 'node subnet',
  paths: uniformPaths('same-node-routed', { dataPath: 'routed', encapsulationBytes: 0, tagBytes: 0 }),
  forwarding: { joins: 'veth', writtenBy: 'azure-vnet', resolves: 'written' },
  addressPlan: { kind: 'flat' },
  agent: { cpuMilli: 50, memoryMib: 250, source: 'our assumption' },
  join: [
    'The kubelet calls the CNI plugin (ADD): azure-vnet.',
    "The plugin takes one of the addresses that were reserved on the node's network interface.",
    'A veth pair joins the pod to the host; the virtual network delivers to the node by that address.',
  ],
  source: 'Azure documentation of AKS networking',
  needs: ({ nodes, podsPerNodeMax }) => [
    {
      provider: 'azure',
      header: 'addresses of the virtual network on the interfaces of machines',
      hop: "provider's interface for addresses",
      addressesOfInterface: Math.min(podsPerNodeMax, AKS_PODS_MAX) + 1,
      addressesOfNetwork: nodes * (Math.min(podsPerNodeMax, AKS_PODS_MAX) + 1),
    },
  ],
  packets: (ends) => [grantedPacket(ends)],
  podsPerNode: () => AKS_PODS_MAX,
  growth: (extent) => providedNode(extent, extent.nodes * Math.min(extent.podsPerNodeMax, AKS_PODS_MAX)),
  changes: ({ nodes, podsPerNodeMax }) => [
    {
      words: 'Addresses of the virtual network that are reserved for pods',
      count: nodes * Math.min(podsPerNodeMax, AKS_PODS_MAX),
      source: 'Azure documentation',
    },
  ],
  risks: () => [
    { words: 'The subnet runs out of addresses, for pods that may never come', source: 'Azure documentation' },
    { words: "While the provider's interface fails, no node starts", source: 'Azure documentation' },
  ],
  onNodeJoin: 'Its interface gets addresses for all pods that it may hold.',
  onNodeLeave: 'Its addresses go with the machine.',
};

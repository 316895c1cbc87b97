/**
 * Azure CNI overlay: each node gets a /24 of a private range, which the virtual network itself carries between nodes.
 *
 * Source: Azure's documentation (a /24 for each node, up to 250 pods on it, no encapsulation on the nodes, no addresses of the virtual
 * network). Requests of its agent are our assumption.
 * Leaves out: what provider.ts leaves out; how Azure's network carries the packets, which its documentation does not say.
 */
import { AKS_PODS_MAX, azureCni } from './azure-cni.ts';
import { grantedPacket } from './packets.ts';
import { providedNode } from './provider.ts';
import type { NetworkScheme } from './scheme.ts';

/** Azure CNI, overlay. */
export const azureCniOverlay: NetworkScheme = {
  ...azureCni,
  name: 'azure-cni-overlay',
  mode: 'overlay',
  addressPlan: { kind: 'node-block', prefix: 24 },
  join: [
    'The kubelet calls the CNI plugin (ADD): azure-vnet.',
    "The plugin takes an address of the node's /24.",
    'A veth pair joins the pod to the host; the virtual network knows which node has the /24.',
  ],
  needs: () => [
    {
      provider: 'azure',
      header: 'a routing domain for pods, with a /24 for each node',
      hop: "provider's interface for addresses",
    },
  ],
  packets: (ends) => [grantedPacket(ends)],
  podsPerNode: () => AKS_PODS_MAX,
  growth: (extent) => providedNode(extent, extent.nodes),
  changes: () => [{ words: 'A private range for pods', count: 1, source: 'Azure documentation' }],
  risks: () => [
    { words: 'Pods are reached from outside only through a node port or an Ingress', source: 'Azure documentation' },
    { words: "While the provider's interface fails, no node starts", source: 'Azure documentation' },
  ],
  onNodeJoin: 'The provider gives it a /24.',
  onNodeLeave: 'Its /24 goes back.',
};

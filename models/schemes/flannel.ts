/**
 * What all backends of Flannel have in common: a /24 for each node, a bridge on it, entries written from the Kubernetes API.
 *
 * Source: Flannel's documentation; requests of its agent by kube-flannel.yml (100 m, 50 MiB).
 * The subnets of nodes come by the Kubernetes API (a kind of control plane for etcd and its 24 h leases is there to be tried).
 * Leaves out: nodes that join, so that agents would have to be told of them.
 */
import type { NetworkScheme, Statement } from './scheme.ts';

/** The members that do not depend on the backend. */
export const FLANNEL = {
  title: 'Flannel',
  attachment: 'CNI',
  layer: '3',
  isolation: 'none',
  policy: 'none',
  forwarding: { joins: 'bridge', bridge: 'cni0', tunnel: 'flannel.1', writtenBy: 'flanneld', resolves: 'node' },
  addressPlan: { kind: 'node-block', prefix: 24 },
  agent: { cpuMilli: 100, memoryMib: 50, source: 'kube-flannel.yml' },
  controlPlane: { kind: 'kubernetes', forwardsBy: 'node' },
  join: [
    'The kubelet calls the CNI plugin (ADD) with the network namespace of the pod.',
    "Flannel's plugin delegates to the bridge plugin: a veth pair, one end in the pod, the other on the bridge cni0.",
    "host-local takes an address of the node's /24; the pod's default route is the bridge.",
  ],
  needs: () => [],
  onNodeLeave: 'The entries stay until the Node object is deleted.',
  onNodeDeath: () => ({
    afterNs: null,
    words: 'Flannel does not notice: entries stay until the Node object is deleted, so callers wait for an answer',
    source: 'Flannel documentation',
  }),
} as const satisfies Partial<NetworkScheme>;

/** Flannel enforces no policy in any mode. */
export const FLANNEL_HAS_NO_POLICY: Statement = {
  words: 'No NetworkPolicy: any pod reaches any pod',
  source: 'Flannel documentation',
};

/** A wrap makes packets smaller. */
export function smallerPackets(bytes: number, source: string): Statement {
  return { words: `Packets are ${bytes} bytes smaller than outside: pods that ignore the MTU stall`, source };
}

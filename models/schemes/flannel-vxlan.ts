/**
 * Flannel in VXLAN mode: every node owns a /24, a bridge joins its pods, the kernel wraps what leaves for other nodes.
 *
 * Source: Flannel's documentation of its backends (VNI 1, UDP port 8472, static forwarding and neighbour entries written
 * from the Kubernetes API, no learning); header bytes by RFC 7348; requests of its agent by kube-flannel.yml (100 m, 50 MiB).
 * Leaves out: DirectRouting, the etcd store with its 24 h leases, the time between a watch event and the kernel's entries.
 */
import { vxlanPacket } from './packets.ts';
import { type NetworkScheme, uniformPaths } from './scheme.ts';

const UDP_PORT = 8472;
const VNI = 1;

/** Flannel in VXLAN mode. */
export const flannelVxlan: NetworkScheme = {
  name: 'flannel-vxlan',
  title: 'Flannel',
  mode: 'VXLAN',
  attachment: 'CNI',
  layer: '3',
  traversal: 'overlay',
  isolation: 'none',
  policy: 'none',
  paths: uniformPaths('same-node-bridge', { dataPath: 'vxlan-bridge', encapsulationBytes: 50, tagBytes: 0 }),
  mtuReserveBytes: 50,
  addressPlan: { kind: 'node-block', prefix: 24 },
  agent: { cpuMilli: 100, memoryMib: 50, source: 'kube-flannel.yml' },
  join: [
    'The kubelet calls the CNI plugin (ADD) with the network namespace of the pod.',
    "Flannel's plugin delegates to the bridge plugin: a veth pair, one end in the pod, the other on the bridge cni0.",
    "host-local takes an address of the node's /24; the pod's default route is the bridge.",
  ],
  source: 'Flannel documentation, RFC 7348',
  needs: () => [],
  packets: (ends) => [vxlanPacket(ends, UDP_PORT, VNI)],
  changes: () => [{ words: `UDP port ${UDP_PORT} between all nodes`, count: 1, source: 'Flannel documentation' }],
  risks: (extent) => [
    { words: 'No NetworkPolicy: any pod reaches any pod', source: 'Flannel documentation' },
    {
      words: 'Packets are 50 bytes smaller than outside: pods that ignore the MTU stall',
      source: 'RFC 7348',
    },
    {
      words: 'Every node holds a route, a neighbour and a forwarding entry for each other node',
      count: extent.nodes - 1,
      source: 'Flannel documentation',
    },
  ],
  onNodeJoin: 'Every node writes one route, one neighbour and one forwarding entry, when its watch tells it.',
  onNodeLeave: 'The entries stay until the Node object is deleted.',
  onNodeDeath: () => ({
    afterNs: null,
    words: 'Flannel does not notice: entries stay until the Node object is deleted, so callers wait for an answer',
    source: 'Flannel documentation',
  }),
};

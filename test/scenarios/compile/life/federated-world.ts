/** A world of two nodes and one workload, for tests of federations. */

/** What differs between such worlds. */
interface FederatedWorld {
  readonly replicas: number;
  /** How long containers take until they answer. */
  readonly start: string;
  /** Lines below `load`, indented. */
  readonly load: string;
}

/** The text of such a world, without its federation. */
export function federatedWorld({ replicas, start, load }: FederatedWorld): string {
  return `
wavetank: 1
title: A test
question: Does it?
duration: 900s
cluster:
  nodes: [{ count: 2, name: node, cpu: 8, memory: 32Gi }]
  pods: [{ count: ${replicas}, name: web, cpu: 1, memory: 1Gi, replicas: ${replicas} }]
fabric: { nodesPerRack: 2, spines: 1, hostLink: 10Gbps, uplink: 10Gbps }
environment: machine-room-bgp
scheme: calico-bgp
workloads: { web: { start: ${start}, stop: 1s, readinessProbe: { period: 1s } } }
load:
${load}
`;
}

/** One small cluster, every scheme, every environment of the library. */
import { SCHEMES } from '../../../models/schemes/index.ts';

/** The environments in the order of the verdict table. */
export const ENVIRONMENTS = [
  'machine-room-bgp',
  'machine-room-no-bgp',
  'machine-room-flat',
  'machine-room-aci',
  'vmware-like-room',
  'aws-like-vpc',
  'azure-like-vpc',
  'gcp-like-vpc',
] as const;

/** Twelve nodes in three racks; `more` are further sections of the scenario, `cluster` further members of its cluster. */
export function everyScheme(
  environments: readonly string[],
  schemes = SCHEMES.map(({ name }) => name),
  more = '',
  cluster = '',
): string {
  return `
wavetank: 1
title: Every scheme
question: What is allowed where?
duration: 3s
cluster:
  nodes: [{ count: 12, name: node, cpu: 8, memory: 32Gi }]
  pods: [{ count: 60, name: web, cpu: 500m, memory: 1Gi, replicas: 6 }]
  podsPerNodeMax: 30
${cluster}
fabric: { nodesPerRack: 4, spines: 2, hostLink: 10Gbps, uplink: 10Gbps }
services: { fanout: 2 }
traffic:
  start: 1s
  talkers:
    - { name: requests, rate: 40, size: { constant: 64KiB }, measures: latency }
    - { name: bulk, rate: 10, size: { constant: 8MiB }, measures: throughput }
vary:
  environment: [${environments.join(', ')}]
  scheme: [${schemes.join(', ')}]
${more}
`;
}

/**
 * Calico with BGP and no encapsulation: pods are routed, each node announces its blocks by BGP.
 *
 * Source: Calico's documentation (BIRD, /26 blocks claimed on demand, /32 routes for local pods, proxy ARP at
 * 169.254.1.1, peering with the top-of-rack router; on AWS un-encapsulated only inside a subnet and with the
 * source/destination check off); requests of its agent by calico.yaml (250 m). Where nodes share one subnet they peer
 * with each other and need nothing of a router; where racks are subnets of their own, the router has to learn the blocks.
 * Leaves out: route reflectors, the full mesh across racks, IP in IP, VXLAN, the eBPF data plane, policy's cost.
 */
import { birdHoldExpiry, carrierWithdrawal } from '../network/convergence.ts';
import type { Environment } from '../network/environment.ts';
import { plainPacket } from './packets.ts';
import { type NetworkScheme, uniformPaths } from './scheme.ts';

const BGP_PORT = 179;
/** Beyond this many nodes Calico recommends route reflectors (its documentation says 50 to 100). */
const FULL_MESH_NODES_MAX = 100;

function peersWithRouters(environment: Environment): boolean {
  return environment.subnets === 'per-rack';
}

/** Calico, BGP without encapsulation. */
export const calicoBgp: NetworkScheme = {
  name: 'calico-bgp',
  title: 'Calico',
  mode: 'BGP, no encapsulation',
  attachment: 'CNI and CNM',
  layer: '3',
  traversal: 'underlay',
  isolation: 'policy',
  policy: 'NetworkPolicy',
  paths: uniformPaths('same-node-routed', { dataPath: 'routed', encapsulationBytes: 0, tagBytes: 0 }),
  mtuReserveBytes: 0,
  addressPlan: { kind: 'claimed-blocks', prefix: 26 },
  agent: { cpuMilli: 250, memoryMib: 0, source: 'calico.yaml' },
  join: [
    'The kubelet calls the CNI plugin (ADD); under Docker, libnetwork calls the CNM driver (CreateEndpoint, Join).',
    "calico-ipam takes an address of one of the node's /26 blocks, claiming a new block when they are full.",
    'A veth pair joins the pod to the host; the pod sends everything to 169.254.1.1, which the host answers by proxy ARP.',
    'Felix writes a /32 route to the pod; BIRD announces the block, once for all pods in it.',
  ],
  source: 'Calico documentation, RFC 4271',
  needs: (extent, environment) =>
    peersWithRouters(environment)
      ? [
          {
            rule: 'bgp-to-top-of-rack',
            header: `BGP OPEN, TCP port ${BGP_PORT}, from each node to its top-of-rack router`,
            hop: 'top-of-rack router',
            routes: extent.blocks,
            gives: 'route-known',
          },
        ]
      : [],
  packets: (ends) => [plainPacket(ends)],
  changes: (extent, environment) =>
    peersWithRouters(environment)
      ? [
          {
            words: 'BGP sessions from nodes to their top-of-rack routers',
            count: extent.nodes,
            source: 'Calico documentation',
          },
          {
            words: 'Routes that each router must hold (one a pod block)',
            count: extent.blocks,
            source: 'Calico documentation',
          },
        ]
      : [
          {
            words: `TCP port ${BGP_PORT} between all nodes (a full mesh of sessions)`,
            count: (extent.nodes * (extent.nodes - 1)) / 2,
            source: 'N (N - 1) / 2 sessions',
          },
        ],
  risks: (extent, environment) =>
    peersWithRouters(environment)
      ? [
          { words: 'A wrong filter at a router takes the pods of a rack off the network', source: 'RFC 4271' },
          {
            words: 'Routes follow a dead node within 0.2 s when its port loses carrier',
            closedForm: true,
            source: 'recorded FRR 8.4',
          },
        ]
      : [
          ...(extent.nodes > FULL_MESH_NODES_MAX
            ? [
                {
                  words: `A full mesh of more than ${FULL_MESH_NODES_MAX} nodes is beyond what Calico recommends: use route reflectors`,
                  source: 'Calico documentation',
                },
              ]
            : []),
          { words: 'Pods are reached only inside the subnet', source: 'Calico documentation' },
          {
            words: 'A silent node is given up after 100 to 240 s by the hold timer',
            closedForm: true,
            source: 'recorded BIRD 2.0.12',
          },
        ],
  onNodeJoin: 'The node opens its sessions and announces its blocks; nobody is told by hand.',
  onNodeLeave: 'Its sessions end and its routes are withdrawn.',
  onNodeDeath: (environment, stream) =>
    peersWithRouters(environment)
      ? {
          afterNs: carrierWithdrawal(),
          words: 'The top-of-rack router loses carrier and withdraws the routes: callers are refused at once',
          source: 'recorded FRR 8.4 (process killed, all links of a node down)',
        }
      : {
          afterNs: birdHoldExpiry(stream),
          words: 'Peers give the node up when their hold timer expires',
          source: 'recorded BIRD 2.0.12 (node silent, hold 240 s)',
        },
};

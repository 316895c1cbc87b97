/**
 * Calico with BGP and no encapsulation, peering as the environment calls for: with the routers of the racks where racks are
 * subnets of their own, and in a full mesh where all nodes share one.
 *
 * Source: Calico's documentation (peering with the top-of-rack router; on AWS un-encapsulated only inside a subnet and with
 * the source/destination check off). calico-mesh, calico-reflectors and calico-tor fix one way of peering each.
 * Leaves out: what calico.ts leaves out.
 */
import type { Environment } from '../network/environment.ts';
import { CALICO, JOIN_BY_BGP, LIFE_BY_BGP } from './calico.ts';
import { calicoMesh } from './calico-mesh.ts';
import { calicoTor } from './calico-tor.ts';
import { plainPacket } from './packets.ts';
import { type NetworkScheme, uniformPaths } from './scheme.ts';

/** The mode that fits the environment. */
function fitting(environment: Environment): NetworkScheme {
  return environment.subnets === 'per-rack' ? calicoTor : calicoMesh;
}

/** Calico, BGP without encapsulation. */
export const calicoBgp: NetworkScheme = {
  ...CALICO,
  ...LIFE_BY_BGP,
  name: 'calico-bgp',
  mode: 'BGP, no encapsulation',
  traversal: 'underlay',
  paths: uniformPaths('same-node-routed', { dataPath: 'routed', encapsulationBytes: 0, tagBytes: 0 }),
  forwarding: { ...CALICO.forwarding, writtenBy: 'Felix and BIRD' },
  mtuReserveBytes: 0,
  join: JOIN_BY_BGP,
  source: 'Calico documentation, RFC 4271',
  needs: (extent, environment) => fitting(environment).needs(extent, environment),
  packets: (ends) => [plainPacket(ends)],
  growth: (extent, environment) => fitting(environment).growth(extent, environment),
  changes: (extent, environment) => fitting(environment).changes(extent, environment),
  risks: (extent, environment) => fitting(environment).risks(extent, environment),
  nodeRouting: (environment) => fitting(environment).nodeRouting?.(environment),
  onNodeDeath: (environment, stream) => fitting(environment).onNodeDeath(environment, stream),
};

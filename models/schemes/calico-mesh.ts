/**
 * Calico without encapsulation, every node peering with every other.
 *
 * Source: Calico's documentation (node-to-node mesh, the default; recommended up to 50 to 100 nodes); RFC 4271.
 * Leaves out: what calico.ts leaves out. The mesh tells nodes and no router, so pods behind a router are not reached.
 */
import {
  CALICO,
  calicoNode,
  INSIDE_ONE_SUBNET,
  JOIN_BY_BGP,
  LIFE_BY_BGP,
  largeMesh,
  meshChange,
  SLOW_HOLD,
} from './calico.ts';
import { fullMesh } from './growth.ts';
import { plainPacket } from './packets.ts';
import { type NetworkScheme, uniformPaths } from './scheme.ts';

/** Calico, a full mesh without encapsulation. */
export const calicoMesh: NetworkScheme = {
  ...CALICO,
  ...LIFE_BY_BGP,
  name: 'calico-mesh',
  mode: 'BGP, full mesh',
  traversal: 'underlay',
  paths: uniformPaths('same-node-routed', { dataPath: 'routed', encapsulationBytes: 0, tagBytes: 0 }),
  forwarding: { ...CALICO.forwarding, writtenBy: 'Felix and BIRD' },
  mtuReserveBytes: 0,
  join: JOIN_BY_BGP,
  source: 'Calico documentation, RFC 4271',
  needs: () => [],
  packets: (ends) => [plainPacket(ends)],
  growth: (extent) => [...fullMesh(extent), ...calicoNode(extent)],
  changes: (extent) => [meshChange(extent)],
  risks: (extent) => [...largeMesh(extent), INSIDE_ONE_SUBNET, SLOW_HOLD],
};

/**
 * Calico without encapsulation, with three route reflectors on machines of their own instead of a mesh.
 *
 * Source: Calico's documentation (in-cluster route reflectors, recommended above 50 to 100 nodes); RFC 4456. Three is ours:
 * one may be in repair while another fails.
 * Leaves out: what calico.ts leaves out; clusters of reflectors, reflectors that also run pods.
 */
import {
  BGP_PORT,
  byBird,
  CALICO,
  calicoNode,
  INSIDE_ONE_SUBNET,
  JOIN_BY_BGP,
  LIFE_BY_BGP,
  SLOW_HOLD,
} from './calico.ts';
import { routeReflectors } from './growth.ts';
import { plainPacket } from './packets.ts';
import { type NetworkScheme, uniformPaths } from './scheme.ts';

/** Route reflectors that the model runs. */
export const REFLECTORS = 3;

/** Calico, route reflectors without encapsulation. */
export const calicoReflectors: NetworkScheme = {
  ...CALICO,
  ...LIFE_BY_BGP,
  nodeRouting: () => byBird({ kind: 'reflectors', count: REFLECTORS }),
  name: 'calico-reflectors',
  mode: 'BGP, route reflectors',
  traversal: 'underlay',
  paths: uniformPaths('same-node-routed', { dataPath: 'routed', encapsulationBytes: 0, tagBytes: 0 }),
  forwarding: { ...CALICO.forwarding, writtenBy: 'Felix and BIRD' },
  mtuReserveBytes: 0,
  join: JOIN_BY_BGP,
  source: 'Calico documentation, RFC 4456',
  needs: () => [],
  packets: (ends) => [plainPacket(ends)],
  growth: (extent) => [...routeReflectors(extent, REFLECTORS), ...calicoNode(extent)],
  changes: (extent) => [
    {
      words: `TCP port ${BGP_PORT} between each node and ${REFLECTORS} route reflectors`,
      count: extent.nodes * REFLECTORS,
      source: 'N R sessions',
    },
    { words: 'Machines that reflect routes', count: REFLECTORS, source: 'our assumption' },
  ],
  risks: () => [
    {
      words: 'Without any reflector no route changes; routes last as long as graceful restart lets them (120 s)',
      source: 'Calico documentation, recorded default timers',
    },
    INSIDE_ONE_SUBNET,
    SLOW_HOLD,
  ],
};

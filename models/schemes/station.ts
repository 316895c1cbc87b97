/**
 * What macvlan and IPVLAN have in common: a pod is a station of its node's own segment, with an address of that subnet.
 *
 * Source: the standard CNI plugins macvlan and ipvlan, Linux' documentation of both drivers.
 * Leaves out: who hands out addresses of the segment (DHCP or a static list), VLANs on the parent interface.
 */
import type { ClusterExtent, Need, NetworkScheme } from './scheme.ts';

/** The members that do not depend on the mode. */
export const STATION = {
  attachment: 'CNI',
  layer: '2',
  traversal: 'underlay',
  isolation: 'none',
  policy: 'none',
  mtuReserveBytes: 0,
  addressPlan: { kind: 'flat' },
  agent: { cpuMilli: 0, memoryMib: 0, source: 'no agent runs' },
  controlPlane: { kind: 'learnt' },
  onNodeJoin: 'Nothing to write; its pods ask and answer by ARP.',
  onNodeLeave: 'Switches and pods forget its addresses as they age.',
  onNodeDeath: () => ({
    // Not at one instant: the neighbour tables of a run decide it (models/network/layer2/pod-segments.ts).
    afterNs: null,
    words: "Callers' neighbour entries age out and their probes are not answered",
    source: 'Linux neighbour defaults: reachable 15 to 45 s, delay 5 s, three probes',
  }),
} satisfies Partial<NetworkScheme>;

/** Addresses of the rack's own subnet: its router is connected to it, so it needs no route for each node or pod. */
export function addressesOfTheSegment({ podsPerNodeMax }: ClusterExtent): Need {
  return {
    header: "addresses of pods, taken from the subnet of their node's segment",
    hop: 'the access port of the top-of-rack switch',
    addressesOfInterface: podsPerNodeMax,
    gives: 'route-known',
  };
}

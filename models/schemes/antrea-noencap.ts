/**
 * Antrea without encapsulation: the network below must route pods' addresses, or all nodes share a subnet.
 *
 * Source: Antrea's documentation (noEncap: plain routes between nodes of one subnet, else the node network's own routes).
 * Leaves out: what antrea.ts leaves out; routes that a cloud provider or BGP would add across subnets.
 */
import { ANTREA, antreaNode } from './antrea.ts';
import { plainPacket } from './packets.ts';
import { type NetworkScheme, uniformPaths } from './scheme.ts';

/** Antrea, noEncap. */
export const antreaNoEncap: NetworkScheme = {
  ...ANTREA,
  name: 'antrea-noencap',
  mode: 'no encapsulation',
  traversal: 'underlay',
  paths: uniformPaths('same-node-ovs', { dataPath: 'ovs-plain', encapsulationBytes: 0, tagBytes: 0 }),
  mtuReserveBytes: 0,
  source: 'Antrea documentation',
  packets: (ends) => [plainPacket(ends)],
  growth: (extent) => antreaNode(extent, extent.nodes - 1),
  changes: () => [],
  risks: () => [
    { words: 'Pods behind a router are reached only if somebody routes them', source: 'Antrea documentation' },
    { words: 'While the agent is down, new pods get no network and old flows stay', source: 'Antrea documentation' },
  ],
};

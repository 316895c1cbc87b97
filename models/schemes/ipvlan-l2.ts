/**
 * IPVLAN in mode L2: every pod is a station of its node's segment, under the hardware address of its node.
 *
 * Source: the standard CNI plugin ipvlan, Linux' documentation of the driver.
 * Leaves out: what station.ts leaves out.
 */
import { flatSegment, grown } from './growth.ts';
import { stationArp, stationPacket } from './packets.ts';
import { type NetworkScheme, uniformPaths } from './scheme.ts';
import { addressesOfTheSegment, STATION } from './station.ts';

/** IPVLAN, mode L2. */
export const ipvlanL2: NetworkScheme = {
  ...STATION,
  name: 'ipvlan-l2',
  title: 'IPVLAN',
  mode: 'L2',
  broadcastDomain: 'subnet',
  paths: uniformPaths('same-node-ipvlan', { dataPath: 'ipvlan-l2', encapsulationBytes: 0, tagBytes: 0 }),
  forwarding: { joins: 'ipvlan-l2', writtenBy: 'the plugin', resolves: 'asks' },
  join: [
    'The kubelet calls the CNI plugin (ADD): ipvlan.',
    "The plugin makes an interface that shares the hardware address of the node's network card and moves it into the pod.",
    "The pod takes an address of the segment's subnet and asks for its peers by ARP.",
  ],
  source: 'CNI plugin ipvlan, Linux documentation',
  needs: (extent) => [addressesOfTheSegment(extent)],
  packets: (ends) => [stationArp(ends, "node's"), stationPacket(ends, "node's")],
  growth: (extent) => [
    ...flatSegment({ ...extent, tenants: 1 }).filter(({ key }) => key !== 'macEntriesPerSwitch'),
    grown('macEntriesPerSwitch', 0, "pods share their nodes' addresses, which switches hold anyway"),
  ],
  changes: (extent) => [{ words: 'Addresses of the segments that pods take', count: extent.pods, source: 'one a pod' }],
  risks: (extent) => [
    {
      words: 'Pods in broadcast domains of the room: each ARP request reaches all stations of its segment',
      count: extent.pods,
      source: 'recorded: n (n - 1) / 2 requests, each copied n - 1 times',
    },
    { words: 'A pod does not reach its own node over this interface', source: 'Linux documentation' },
    { words: 'No NetworkPolicy: any pod reaches any pod', source: 'the plugin enforces none' },
  ],
};

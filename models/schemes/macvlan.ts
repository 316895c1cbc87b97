/**
 * macvlan: every pod is a station of its node's segment, with a hardware address of its own.
 *
 * Source: the standard CNI plugin macvlan (bridge mode), Linux' documentation of the driver; IEEE 802.1D.
 * Leaves out: what station.ts leaves out; a pod does not reach its own node through the parent, which is not modelled.
 */
import { flatSegment } from './growth.ts';
import { stationArp, stationPacket } from './packets.ts';
import { type NetworkScheme, uniformPaths } from './scheme.ts';
import { addressesOfTheSegment, STATION } from './station.ts';

/** macvlan in bridge mode. */
export const macvlan: NetworkScheme = {
  ...STATION,
  name: 'macvlan',
  title: 'macvlan',
  mode: 'bridge',
  broadcastDomain: 'subnet',
  paths: uniformPaths('same-node-macvlan', { dataPath: 'macvlan', encapsulationBytes: 0, tagBytes: 0 }),
  forwarding: { joins: 'macvlan', writtenBy: 'the plugin', resolves: 'asks' },
  join: [
    'The kubelet calls the CNI plugin (ADD): macvlan.',
    "The plugin makes an interface with a hardware address of its own on the node's network card and moves it into the pod.",
    "The pod takes an address of the segment's subnet and asks for its peers by ARP.",
  ],
  source: 'CNI plugin macvlan, Linux documentation',
  needs: (extent) => [addressesOfTheSegment(extent)],
  packets: (ends) => [stationArp(ends, 'own'), stationPacket(ends, 'own')],
  growth: (extent) => flatSegment({ ...extent, tenants: 1 }),
  changes: (extent) => [
    {
      words: 'Server ports that must take more than one hardware address',
      count: extent.nodes,
      source: 'Linux documentation',
    },
    { words: 'Addresses of the segments that pods take', count: extent.pods, source: 'one a pod' },
  ],
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

/**
 * The tunnel that a scheme's headers stand for, and the way from pod to pod as the overlay room (models/network/overlay) plays it by
 * message: walks and runs both ask here, so that they agree on what is cut, dropped and told.
 *
 * Source: ground.ts for who joins pods to nodes; encapsulation.ts for what tunnels do. A pod on a switch of Open vSwitch or on its
 * node's card is bridged; the others are routed. Devices of Open vSwitch, and those that eBPF programs redirect to, take any length
 * (OVS sets the largest MTU; a redirect asks for none): there the outer packet decides.
 * Left out: what else stands on the way.
 */
import type { Tunnel } from '../overlay/encapsulation.ts';
import type { FabricDevice, PathSettings } from '../overlay/path-settings.ts';
import type { NodeForwarding, Wrap } from './ground.ts';

/** What devices without a limit of their own take: the longest IPv4 packet. */
const ANY_LENGTH = 65_535;

type Joins = NodeForwarding['joins'];

const isSwitched = (joins: Joins): boolean => joins === 'switch' || joins === 'routing-switch';

/** The tunnel between nodes; encapsulation `none` where packets go as they are or with a tag. */
export function tunnelOf(wrap: Wrap, joins: Joins): Tunnel {
  const madeBy = isSwitched(joins) ? 'open-vswitch' : 'kernel';
  switch (wrap.kind) {
    case 'none':
    case 'vlan':
      return { encapsulation: 'none' };
    case 'udp':
      return { encapsulation: 'tun' };
    case 'geneve':
      return { encapsulation: 'geneve', optionBytes: wrap.optionBytes, madeBy };
    default:
      return { encapsulation: wrap.kind, madeBy };
  }
}

/** What the MTUs on a way are set to. */
export interface WayMtus {
  readonly pod: number;
  /** Of the nodes' cards. */
  readonly underlay: number;
  /** Of the tunnel's device. */
  readonly device: number;
  /** Of the links between switches and routers; the cards' if left out. */
  readonly fabric?: number;
  /** Whether nodes and routers say "fragmentation needed". */
  readonly tells: boolean;
}

/** The way from a pod to one on another node, past some devices of one kind. */
export function pathOf(
  wrap: Wrap,
  joins: Joins,
  mtus: WayMtus,
  devices: { readonly kind: FabricDevice['kind']; readonly names: readonly string[] },
): PathSettings {
  const tunnel = tunnelOf(wrap, joins);
  const isTunnel = tunnel.encapsulation !== 'none';
  const isStation = joins === 'macvlan' || joins === 'ipvlan-l2' || wrap.kind === 'vlan';
  const bridged = isTunnel ? isSwitched(joins) : isStation;
  const between = mtus.fabric ?? mtus.underlay;
  return {
    podMtu: mtus.pod,
    tunnel,
    attachment: bridged ? 'bridged' : 'routed',
    deviceMtu: isSwitched(joins) || joins === 'ebpf' ? ANY_LENGTH : isTunnel ? mtus.device : mtus.underlay,
    fabric: devices.names.map((name) => ({ name, kind: devices.kind, tells: mtus.tells })),
    linkMtus: [mtus.underlay, ...devices.names.map((_, i) => (i < devices.names.length - 1 ? between : mtus.underlay))],
    nodesTell: mtus.tells,
  };
}

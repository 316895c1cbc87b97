/**
 * A pod asks for another pod's hardware address, and the other answers: on one node, in a VLAN or a segment, or through a tunnel.
 *
 * Source: RFC 826; IEEE 802.1Q; OpenShift's SDN documentation (requests for pods of another node go into the tunnel to it alone).
 * Left out: everybody else who hears the request (models/network/layer2 counts them).
 */
import type { Packet } from '../wire/packet.ts';
import { exchangeArp } from './arp.ts';
import { rulingsOn } from './fabric-way.ts';
import { type Station, shareSubnet } from './ground.ts';
import type { Death, RuleWords } from './hop.ts';
import type { Leg } from './leg.ts';
import type { ArpSide, ArpWire } from './neighbours.ts';
import { cableOf, type Trip, vethOf } from './trip.ts';
import { tagged, wrapHeaders } from './wrapping.ts';

/** How it went. */
export interface Asked {
  readonly death?: Death;
  readonly rules: readonly RuleWords[];
}

/** Both learn, unless a rule of the environment drops the request. */
export function askOverNetwork(trip: Trip, leg: Leg, from: Station, to: Station): Asked {
  const { ground } = trip;
  const asker: ArpSide = { interface: `card of ${from.name}`, ip: from.ip, mac: from.mac };
  const answerer: ArpSide = { interface: `card of ${to.name}`, ip: to.ip, mac: to.mac };
  const hasVeth = ground.forwarding.joins !== 'macvlan' && ground.forwarding.joins !== 'ipvlan-l2';
  const near: ArpWire[] = hasVeth ? [{ wire: vethOf(from), onCable: false, requestNs: 0, replyNs: 0 }] : [];
  if (from.machine.index === to.machine.index) {
    const far = hasVeth ? [{ wire: vethOf(to), onCable: false, requestNs: 0, replyNs: 0 }] : [];
    exchangeArp(trip, leg, { asker, answerer, wires: [...near, ...far], byCard: false, wiresNs: 0 });
    return { rules: [] };
  }
  const relation = ground.relation(from, to);
  const frame = relation.request ?? relation.frame;
  const names = [`the access port of ${from.machine.name}`, `the router of ${from.machine.name}`] as const;
  const { entry, router, death } = rulingsOn(ground, { from, to, relation }, frame, names);
  const rules = [...entry, ...router];
  if (death !== undefined) {
    const words = `the ARP request for ${to.name} finds nobody: ${death.words}`;
    return { rules, death: { ...death, cause: 'rule', words } };
  }
  const probe: Packet = { headers: [], payload: new Uint8Array(0) };
  const ns = trip.oneWayNs(from.machine, to.machine, probe);
  const around = aroundOf(trip, from, to);
  const cables = [from, to].map(({ machine }, i) => ({
    wire: cableOf(machine),
    onCable: true,
    requestNs: i * ns,
    replyNs: (2 - i) * ns,
    ...(around === undefined ? {} : { around }),
  }));
  const far = hasVeth ? [{ wire: vethOf(to), onCable: false, requestNs: ns, replyNs: ns }] : [];
  const home = near.map((wire) => ({ ...wire, replyNs: 2 * ns }));
  exchangeArp(trip, leg, { asker, answerer, wires: [...home, ...cables, ...far], byCard: true, wiresNs: 2 * ns });
  return { rules };
}

/** What stands around an ARP frame on the cables. */
function aroundOf(trip: Trip, from: Station, to: Station): ArpWire['around'] {
  const { wrap } = trip.ground.relation(from, to);
  if (wrap.kind === 'vlan') return (frame) => tagged(frame, wrap.id);
  if (wrap.kind !== 'vxlan' && wrap.kind !== 'geneve') return undefined;
  return (frame, answer) => {
    const [a, b] = answer ? [to, from] : [from, to];
    const nextHop = shareSubnet(a.machine, b.machine) ? b.machine.mac : undefined;
    return wrapHeaders(trip, frame, a, b, nextHop);
  };
}

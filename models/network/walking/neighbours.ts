/**
 * Who knows whose hardware address, and the ARP messages by which they learn it.
 *
 * Source: RFC 826: who is asked learns the asker's address, too. Left out: entries that age (models/network/layer2 has them).
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import { ipText } from '../address-book.ts';
import { ARP_OPERATION, type ArpMessage } from '../wire/arp.ts';
import { BROADCAST, ETHER_TYPE, type MacAddress, macText } from '../wire/ethernet.ts';
import type { Packet, WireHeader } from '../wire/packet.ts';
import type { Match, WireFrame } from './hop.ts';

/** One side of an exchange. */
export interface ArpSide {
  /** The interface, as "eth0 of web-07": who keeps the entry. */
  readonly interface: string;
  readonly ip: number;
  readonly mac: MacAddress;
}

/** A wire that an exchange passes, and when the request and the reply are on it, since its beginning. */
export interface ArpWire {
  readonly wire: string;
  readonly onCable: boolean;
  readonly requestNs: TimeNs;
  readonly replyNs: TimeNs;
  /** Headers around the ARP frame there: a tag, or a tunnel's. */
  around?(frame: Packet, answer: boolean): Packet;
}

/** Tables of neighbours of all interfaces that a walk meets. */
export class Neighbours {
  readonly #known = new Map<string, MacAddress>();
  readonly #wires: WireFrame[];

  constructor(wires: WireFrame[]) {
    this.#wires = wires;
  }

  /** The entry of an interface. */
  find(side: ArpSide, ip: number): MacAddress | undefined {
    return this.#known.get(`${side.interface} ${ip}`);
  }

  /** An entry that was learnt or written. */
  learn(side: ArpSide, ip: number, mac: MacAddress): void {
    this.#known.set(`${side.interface} ${ip}`, mac);
  }

  /** Asks and is answered after `thinkNs`; frames stand on the wires from `nowNs` on. Both learn. */
  exchange(asker: ArpSide, answerer: ArpSide, wires: readonly ArpWire[], nowNs: TimeNs, thinkNs: TimeNs): void {
    const request = frameOf(ARP_OPERATION.request, asker, { ...answerer, mac: 0 }, BROADCAST);
    const reply = frameOf(ARP_OPERATION.reply, answerer, asker, asker.mac);
    for (const { wire, onCable, requestNs, replyNs, around } of wires) {
      const on = (packet: Packet, answer: boolean, timeNs: TimeNs): void => {
        this.#wires.push({ wire, onCable, timeNs: nowNs + timeNs, packet: around?.(packet, answer) ?? packet });
      };
      on(request, false, requestNs);
      on(reply, true, replyNs + thinkNs);
    }
    this.learn(asker, answerer.ip, answerer.mac);
    this.learn(answerer, asker.ip, asker.mac);
  }
}

/** The ARP message of one side to the other, as a frame. */
function frameOf(operation: number, from: ArpSide, to: ArpSide, destination: MacAddress): Packet {
  const arp: ArpMessage = {
    kind: 'arp',
    operation,
    senderMac: from.mac,
    senderIp: from.ip,
    targetMac: to.mac,
    targetIp: to.ip,
  };
  const ethernet: WireHeader = { kind: 'ethernet', destination, source: from.mac, etherType: ETHER_TYPE.arp };
  return { headers: [ethernet, arp], payload: new Uint8Array(0) };
}

/** An entry in words, with how it came to be. */
export function neighbourMatch(ip: number, mac: MacAddress, how: string): Match {
  return { table: 'neighbours', entry: `${ipText(ip)} is at ${macText(mac)} (${how})` };
}

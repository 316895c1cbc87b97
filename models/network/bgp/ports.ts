/**
 * Ports on segments: which are up, which drop packets in silence, and which next hops can be reached through them.
 *
 * Source: the Linux kernel as recorded (`events` cases): a port that is shut acts at once; the other end of a cable loses its
 * carrier; packets that a rule drops leave the carrier as it is.
 * Left out: half-duplex faults of carrier, bridges between segments.
 */
import type { BgpConfiguration } from './configuration.ts';
import { isInSubnet } from './prefix-table.ts';

/** Cables have two ends. */
const CABLE_ENDS = 2;

/** A port that nobody has. */
export const NO_PORT = -1;

/** All ports of a network, numbered. */
export class Ports {
  readonly segmentOf: Int32Array;
  readonly speakerOf: Int32Array;
  readonly address: Uint32Array;
  readonly prefixLength: Uint8Array;
  readonly latencyNs: Float64Array;
  /** Its number in its kernel. */
  readonly interfaceIndex: Int32Array;
  /** The port at the other end of a cable; `NO_PORT` on a LAN. */
  readonly otherEnd: Int32Array;
  /** 0 while the operator has it shut. */
  readonly up: Uint8Array;
  /** 1 while nothing leaves. */
  readonly silentOut: Uint8Array;
  /** 1 while nothing comes in. */
  readonly silentIn: Uint8Array;
  /** Ports of each speaker. */
  readonly ofSpeaker: readonly (readonly number[])[];
  readonly #byAddress = new Map<number, number>();
  readonly #statics: readonly BgpConfiguration['speakers'][number]['staticRoutes'][];

  constructor({ speakers, segments }: BgpConfiguration) {
    const count = segments.reduce((sum, { members }) => sum + members.length, 0);
    this.segmentOf = new Int32Array(count);
    this.speakerOf = new Int32Array(count);
    this.address = new Uint32Array(count);
    this.prefixLength = new Uint8Array(count);
    this.latencyNs = new Float64Array(count);
    this.interfaceIndex = new Int32Array(count);
    this.otherEnd = new Int32Array(count).fill(NO_PORT);
    this.up = new Uint8Array(count).fill(1);
    this.silentOut = new Uint8Array(count);
    this.silentIn = new Uint8Array(count);
    const ofSpeaker: number[][] = speakers.map(() => []);
    this.ofSpeaker = ofSpeaker;
    this.#statics = speakers.map(({ staticRoutes }) => staticRoutes);
    let port = 0;
    for (const [segment, { members, prefixLength, latencyNs }] of segments.entries()) {
      const first = port;
      for (const { speaker, address, interfaceIndex = 0 } of members) {
        this.interfaceIndex[port] = interfaceIndex;
        this.segmentOf[port] = segment;
        this.speakerOf[port] = speaker;
        this.address[port] = address;
        this.prefixLength[port] = prefixLength;
        this.latencyNs[port] = latencyNs;
        if (members.length === CABLE_ENDS) this.otherEnd[port] = port === first ? first + 1 : first;
        ofSpeaker[speaker]!.push(port);
        this.#byAddress.set(address, port);
        port++;
      }
    }
  }

  /** The port with an address, or `NO_PORT`. */
  at(address: number): number {
    return this.#byAddress.get(address) ?? NO_PORT;
  }

  /** The port of a speaker on a segment, or `NO_PORT`. */
  on(speaker: number, segment: number): number {
    return this.ofSpeaker[speaker]!.find((port) => this.segmentOf[port] === segment) ?? NO_PORT;
  }

  /** Whether a packet that leaves `from` reaches `to` now. */
  carries(from: number, to: number): boolean {
    if (this.up[from] === 0 || this.up[to] === 0) return false;
    return this.silentOut[from] === 0 && this.silentIn[to] === 0;
  }

  /** Whether a speaker has a port that is up on a segment of another one's. */
  neighbours(speaker: number, other: number): boolean {
    return this.ofSpeaker[speaker]!.some((port) => {
      return (
        this.up[port] === 1 && this.ofSpeaker[other]!.some((each) => this.segmentOf[each] === this.segmentOf[port])
      );
    });
  }

  /** The port through which a speaker reaches a next hop, itself or by a static route; `NO_PORT` if it cannot. */
  towards(speaker: number, nextHop: number): number {
    const direct = this.#connected(speaker, nextHop);
    if (direct !== NO_PORT) return direct;
    const gateway = this.#gatewayFor(speaker, nextHop);
    return gateway === undefined ? NO_PORT : this.#connected(speaker, gateway);
  }

  /** The speaker that packets for a next hop are handed to; -1 if it cannot be reached. */
  handedTo(speaker: number, nextHop: number): number {
    if (this.#connected(speaker, nextHop) !== NO_PORT) return this.#speakerAt(nextHop);
    const gateway = this.#gatewayFor(speaker, nextHop);
    if (gateway === undefined || this.#connected(speaker, gateway) === NO_PORT) return -1;
    return this.#speakerAt(gateway);
  }

  #speakerAt(address: number): number {
    const port = this.at(address);
    return port === NO_PORT ? -1 : this.speakerOf[port]!;
  }

  #connected(speaker: number, address: number): number {
    for (const port of this.ofSpeaker[speaker]!) {
      if (this.up[port] === 1 && isInSubnet(address, this.address[port]!, this.prefixLength[port]!)) return port;
    }
    return NO_PORT;
  }

  /** Of the static route with the longest prefix. */
  #gatewayFor(speaker: number, address: number): number | undefined {
    let longest = -1;
    let gateway: number | undefined;
    for (const route of this.#statics[speaker] ?? []) {
      const { length } = route.prefix;
      if (length <= longest || !isInSubnet(address, route.prefix.address, length)) continue;
      longest = length;
      gateway = route.gateway;
    }
    return gateway;
  }
}

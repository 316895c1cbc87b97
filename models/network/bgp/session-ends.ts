/**
 * Both ends of every session, numbered: those of one speaker stand in a row, in the order of its neighbours.
 *
 * Source: ours. Left out: sessions of one pair of speakers over more than one pair of addresses are told apart by their
 * addresses only.
 */
import type { BgpConfiguration, NeighborConfiguration } from './configuration.ts';
import { NO_PORT, type Ports } from './ports.ts';

/** No end: a neighbour that nobody is, or a route of one's own. */
export const NO_END = -1;

const ADDRESSES = 2 ** 32;
/** Addresses in a key of two, which must stay exact: the local one by its port. */
const keyOf = (port: number, address: number): number => port * ADDRESSES + address;

/** The ends of all sessions, and what never changes about them. */
export class SessionEnds {
  readonly count: number;
  /** First end of each speaker, and one more for the end of the last. */
  readonly firstOf: Int32Array;
  readonly speakerOf: Int32Array;
  /** The end at the other side, or `NO_END`. */
  readonly peerOf: Int32Array;
  /** Own port, or `NO_PORT`. */
  readonly portOf: Int32Array;
  /** 1 where the neighbour is in another AS. */
  readonly external: Uint8Array;
  /** 1 where we reflect for the neighbour. */
  readonly client: Uint8Array;
  readonly neighborOf: readonly NeighborConfiguration[];
  readonly #byPort = new Map<number, number>();
  readonly #routerIds: readonly number[];
  /** Of speakers that were asked: ends by the router id at the other side. */
  readonly #byRouter = new Map<number, ReadonlyMap<number, number>>();

  constructor({ speakers }: BgpConfiguration, ports: Ports) {
    this.#routerIds = speakers.map(({ routerId }) => routerId);
    this.neighborOf = speakers.flatMap(({ neighbors }) => neighbors);
    this.count = this.neighborOf.length;
    this.firstOf = new Int32Array(speakers.length + 1);
    this.speakerOf = new Int32Array(this.count);
    this.peerOf = new Int32Array(this.count).fill(NO_END);
    this.portOf = new Int32Array(this.count).fill(NO_PORT);
    this.external = new Uint8Array(this.count);
    this.client = new Uint8Array(this.count);
    let end = 0;
    for (const [speaker, { neighbors, asn }] of speakers.entries()) {
      this.firstOf[speaker] = end;
      for (const neighbor of neighbors) {
        const port = ports.at(neighbor.localAddress);
        this.speakerOf[end] = speaker;
        this.portOf[end] = port !== NO_PORT && ports.speakerOf[port] === speaker ? port : NO_PORT;
        this.external[end] = neighbor.remoteAsn === asn ? 0 : 1;
        this.client[end] = neighbor.reflectorClient === true ? 1 : 0;
        this.#byPort.set(keyOf(this.portOf[end]!, neighbor.address), end);
        end++;
      }
    }
    this.firstOf[speakers.length] = end;
    for (let each = 0; each < end; each++) this.peerOf[each] = this.#findPeer(each, ports);
  }

  /** The end that lists our address as its neighbour, at the port that has the neighbour's address, on our segment. */
  #findPeer(end: number, ports: Ports): number {
    const own = this.portOf[end]!;
    const { address, localAddress } = this.neighborOf[end]!;
    const port = ports.at(address);
    if (own === NO_PORT || port === NO_PORT || port === own) return NO_END;
    if (ports.segmentOf[port] !== ports.segmentOf[own]) return NO_END;
    return this.#byPort.get(keyOf(port, localAddress)) ?? NO_END;
  }

  /** The end at `speaker` of its session with `peer`; the first one if there are several, `NO_END` if there is none. */
  endOf(speaker: number, peer: number): number {
    for (let end = this.firstOf[speaker]!; end < this.firstOf[speaker + 1]!; end++) {
      const other = this.peerOf[end]!;
      if (other !== NO_END && this.speakerOf[other] === peer) return end;
    }
    return NO_END;
  }

  /** The end of a speaker towards the router with an id; `NO_END` if it has none, or the id is 0. */
  towards(speaker: number, routerId: number): number {
    if (routerId === 0) return NO_END;
    let known = this.#byRouter.get(speaker);
    if (known === undefined) {
      const ends = Array.from(
        { length: this.firstOf[speaker + 1]! - this.firstOf[speaker]! },
        (_, i) => this.firstOf[speaker]! + i,
      );
      known = new Map(
        ends
          .filter((end) => this.peerOf[end] !== NO_END)
          .map((end) => [this.#routerIds[this.speakerOf[this.peerOf[end]!]!]!, end] as const),
      );
      this.#byRouter.set(speaker, known);
    }
    return known.get(routerId) ?? NO_END;
  }
}

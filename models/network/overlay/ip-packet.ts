/**
 * IPv4 packets with what fragmentation needs, how they are cut and put together again.
 *
 * Source: RFC 791 (3.2: offsets are multiples of 8; the first fragment's header is copied), RFC 6864; Linux waits 30 s for
 * missing fragments (`ipfrag_time`).
 * Left out: options, overlapping fragments, limits of the reassembly's memory (`ipfrag_high_thresh`).
 */
import { assert } from '../../../sim/engine/assert.ts';
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import { HEADER_BYTES } from '../frames.ts';

/** How long Linux keeps fragments of an incomplete packet. */
export const REASSEMBLY_NS = 30 * NS_PER_SECOND;
/** Every link carries this much (RFC 791). */
export const MTU_MIN = 68;
/** Every host takes this much (RFC 791). */
export const MTU_USUAL_MIN = 576;

const HEADER = HEADER_BYTES.ipv4;

/** What a packet is. */
export type PacketKind = 'data' | 'acknowledgement' | 'too big';

/** A packet. `from` and `to` are places on a path. */
export interface IpPacket {
  readonly kind: PacketKind;
  readonly from: number;
  readonly to: number;
  /** Length with its header. */
  readonly bytes: number;
  readonly dontFragment: boolean;
  /** The packet inside a tunnel. */
  readonly inner: IpPacket | undefined;
  /** First byte of what it carries of a stream, or the number of a datagram; what an acknowledgement asks for next. */
  readonly position: number;
  /** Bytes of the stream or the datagram that it carries. */
  readonly length: number;
  /** Of 'too big': the MTU that it did not fit. */
  readonly mtu: number;
  /** Of a fragment: the packet that it is a part of, and where its payload lies there. */
  readonly part: { readonly of: IpPacket; readonly offset: number; readonly last: boolean } | undefined;
}

/** Bytes of a packet's payload. */
export const payloadOf = ({ bytes }: IpPacket): number => bytes - HEADER;

/** A packet cut to fit an MTU. A fragment may be cut again. */
export function fragmentsOf(packet: IpPacket, mtu: number): IpPacket[] {
  assert(mtu >= MTU_MIN, () => `no link has an MTU of ${mtu}: the least is ${MTU_MIN}`);
  if (packet.bytes <= mtu) return [packet];
  const room = Math.floor((mtu - HEADER) / 8) * 8;
  const payload = payloadOf(packet);
  const start = packet.part?.offset ?? 0;
  const endsWhole = packet.part?.last ?? true;
  const pieces: IpPacket[] = [];
  for (let offset = 0; offset < payload; offset += room) {
    const size = Math.min(room, payload - offset);
    const last = endsWhole && offset + size === payload;
    const of = packet.part?.of ?? packet;
    pieces.push({ ...packet, bytes: HEADER + size, part: { of, offset: start + offset, last } });
  }
  return pieces;
}

interface Pending {
  readonly sinceNs: TimeNs;
  readonly have: Map<number, number>;
  total: number | undefined;
}

/** Puts fragments together at one place. */
export class Reassembly {
  readonly #pending = new Map<IpPacket, Pending>();

  /** A packet has arrived: the whole one once nothing is missing, undefined until then. */
  take(packet: IpPacket, nowNs: TimeNs): IpPacket | undefined {
    const { part } = packet;
    if (part === undefined) return packet;
    const known = this.#pending.get(part.of);
    // What came too late starts anew, and will hardly be completed.
    const pending =
      known !== undefined && nowNs - known.sinceNs <= REASSEMBLY_NS
        ? known
        : { sinceNs: nowNs, have: new Map<number, number>(), total: undefined };
    this.#pending.set(part.of, pending);
    pending.have.set(part.offset, payloadOf(packet));
    if (part.last) pending.total = part.offset + payloadOf(packet);
    if (!isWhole(pending)) return undefined;
    this.#pending.delete(part.of);
    return part.of;
  }

  /** Packets of which something is missing. */
  get incomplete(): number {
    return this.#pending.size;
  }
}

function isWhole({ have, total }: Pending): boolean {
  if (total === undefined) return false;
  let bytes = 0;
  for (const size of have.values()) bytes += size;
  return bytes >= total;
}

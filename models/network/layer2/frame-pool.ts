/**
 * Frames and packets in flight, in typed arrays: what is on the wire, in queues, and inside of tunnels.
 *
 * Source: IEEE 802.3, RFC 826 (fields of ARP). A frame is never changed; copies of a flood are holds on one row, and the row is free when the last is released. Left
 * out: the bytes (models/network/wire), and header fields that no model here looks at.
 */
import { FIRST_ROWS, HeldRows } from './held-rows.ts';
import { grown } from './pair-table.ts';

/** What a frame carries. */
export const FRAME_KIND = { arpRequest: 0, arpReply: 1, ip: 2, other: 3 } as const;
/** A kind of frame. */
export type FrameKind = (typeof FRAME_KIND)[keyof typeof FRAME_KIND];

/** The hardware address of everybody. Others are whole numbers from 1. */
export const BROADCAST_MAC = 0;

/** Ethernet frames. ARP's own fields are `senderIp` and `targetIp`; an IP frame holds a packet. */
export class FramePool {
  kind = new Uint8Array(FIRST_ROWS);
  source = new Int32Array(FIRST_ROWS);
  destination = new Int32Array(FIRST_ROWS);
  senderIp = new Int32Array(FIRST_ROWS);
  targetIp = new Int32Array(FIRST_ROWS);
  /** The packet of an IP frame, -1 for others. */
  packet = new Int32Array(FIRST_ROWS);
  /** Copies made where bridges flooded it to other bridges. */
  copies = new Int32Array(FIRST_ROWS);
  readonly #rows = new HeldRows('frame', (length) => this.#grow(length));

  /** A new frame with one hold. */
  take(kind: FrameKind, source: number, destination: number, senderIp: number, targetIp: number, packet = -1): number {
    const row = this.#rows.take();
    this.kind[row] = kind;
    this.source[row] = source;
    this.destination[row] = destination;
    this.senderIp[row] = senderIp;
    this.targetIp[row] = targetIp;
    this.packet[row] = packet;
    this.copies[row] = 0;
    return row;
  }

  /** Somebody else needs it too. */
  hold(row: number): void {
    this.#rows.hold(row);
  }

  /** Whoever held it is done. True when that was the last. */
  release(row: number): boolean {
    return this.#rows.release(row);
  }

  /** Frames that somebody still holds. */
  get inFlight(): number {
    return this.#rows.inFlight;
  }

  #grow(length: number): void {
    this.kind = grown(this.kind, length);
    this.source = grown(this.source, length);
    this.destination = grown(this.destination, length);
    this.senderIp = grown(this.senderIp, length);
    this.targetIp = grown(this.targetIp, length);
    this.packet = grown(this.packet, length);
    this.copies = grown(this.copies, length);
  }
}

/**
 * IPv4 packets in flight, in typed arrays: what frames carry, what waits for a hardware address, what tunnels wrap.
 *
 * Source: RFC 791. Left out: the bytes, options, type of service.
 */
import { FIRST_ROWS, HeldRows } from './held-rows.ts';
import { grown } from './pair-table.ts';

/** As Linux sends them. */
export const TTL_FIRST = 64;

/** A packet before it is sent. */
export interface PacketFields {
  readonly source: number;
  readonly destination: number;
  /** Length of the IPv4 packet with its header. */
  readonly bytes: number;
  /** IPv4's protocol number; 17 (UDP) if left out. */
  readonly protocol?: number;
  /** What it is about, for whoever receives it: a number of the sender's choice. 0 if left out. */
  readonly note?: number;
  /** The frame that it wraps; the packet takes over a hold on it. */
  readonly inner?: number;
}

/** IPv4 packets; a row is free when its last holder releases it. */
export class PacketPool {
  source = new Int32Array(FIRST_ROWS);
  destination = new Int32Array(FIRST_ROWS);
  bytes = new Int32Array(FIRST_ROWS);
  ttl = new Uint8Array(FIRST_ROWS);
  protocol = new Uint8Array(FIRST_ROWS);
  note = new Float64Array(FIRST_ROWS);
  /** The frame inside, -1 for none. */
  inner = new Int32Array(FIRST_ROWS);
  readonly #rows = new HeldRows('packet', (length) => this.#grow(length));

  /** A new packet with one hold. */
  take(fields: PacketFields): number {
    const row = this.#rows.take();
    this.source[row] = fields.source;
    this.destination[row] = fields.destination;
    this.bytes[row] = fields.bytes;
    this.ttl[row] = TTL_FIRST;
    this.protocol[row] = fields.protocol ?? 17;
    this.note[row] = fields.note ?? 0;
    this.inner[row] = fields.inner ?? -1;
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

  /** Packets that somebody still holds. */
  get inFlight(): number {
    return this.#rows.inFlight;
  }

  #grow(length: number): void {
    this.source = grown(this.source, length);
    this.destination = grown(this.destination, length);
    this.bytes = grown(this.bytes, length);
    this.ttl = grown(this.ttl, length);
    this.protocol = grown(this.protocol, length);
    this.note = grown(this.note, length);
    this.inner = grown(this.inner, length);
  }
}

/**
 * Ports: each sends one packet at a time at its own speed, and lets the others wait in a queue of a limited length.
 *
 * Hot file: `npm run bench -- packet`. A port is first in, first out, so when a packet comes in, the time at which it will have left is
 * known: it is computed at once, and no event marks the departure. The queue is a ring of the times at which waiting packets begin to
 * be sent; those that are past have left. The packet that is being sent does not count as waiting, as in Linux and ns-3.
 *
 * Source: drop-tail as DropTailQueue of ns-3 and pfifo of Linux; marks at a length as DCTCP (RFC 8257, 3.1); random early detection as
 * Floyd and Jacobson (IEEE/ACM ToN 1(4), 1993), with `gentle`, with marks instead of drops where the sender understands them.
 * Left out: several queues in one port (priorities, fair queueing), pause frames, buffers that ports share, cut-through.
 */
import { assert } from '../../../sim/engine/assert.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { RandomEarlyDetection } from './early-detection.ts';
import { BYTES_MASK, CONGESTION, ECN_CAPABLE } from './packet-pool.ts';

/** How long a queue may grow, and when it speaks up. */
export interface QueueSetting {
  /** Packets that may wait, the one that is being sent not among them. */
  readonly packetsMax: number;
  /** Bytes that may wait; without it, any number. */
  readonly bytesMax?: number;
  /** A packet that finds so many waiting is marked (if its sender understands marks); without it, none is. */
  readonly markFromPackets?: number;
  /** Random early detection; without it, packets are dropped only when the queue is full. */
  readonly early?: RandomEarlyDetection;
}

/** One direction of a cable: the port that sends into it, and the way to the next port. */
export interface PortSetting {
  readonly bitsPerSec: number;
  /** From the last bit sent to the packet being at hand in the next port: cable and switch. */
  readonly delayNs: TimeNs;
  readonly queue: QueueSetting;
}

/** Doubles of a port count from 16 * port: when it is free, in ns and parts of it, so that no speed is rounded. */
export const FREE = 0;
/** Time to send a byte. */
export const NS_PER_BYTE = 1;
/** Time from the last bit to the next port. */
export const DELAY = 2;
/** Packets taken in. */
export const TAKEN = 3;
/** Bytes taken in. */
export const TAKEN_BYTES = 4;
/** Packets dropped because there was no room. */
export const DROPPED = 5;
/** Packets marked. */
export const MARKED = 6;
/** Sum of the waiting times. */
export const WAITED = 7;
/** Packets lost because the link was down. */
export const CUT = 8;
/** Doubles of a port. */
export const PORT_SHIFT = 4;

/** Words of a port count from 32 * port, behind its doubles: most packets that have waited at once. */
export const PEAK = 22;
/** Places of its ring, less one. */
export const RING_MASK = 23;
/** The first waiting entry of the ring, as a running number. */
export const HEAD = 24;
/** The first free entry of the ring, as a running number. */
export const TAIL = 25;
/** Bytes that wait, where their number is limited. */
export const WAITING_BYTES = 26;
/** Packets that may wait. */
export const PACKETS_MAX = 27;
/** Bytes that may wait. */
export const BYTES_MAX = 28;
/** A packet that finds so many waiting is marked. */
export const MARK_FROM = 29;
/** Where the ring begins in `doubles`: of each waiting packet, when it begins to be sent. */
export const RING = 30;
/** What has to be looked at before a packet is taken in: 0 nothing, else the sum of those below. */
export const CARE = 31;
/** The link is down. */
export const CARE_DOWN = 1;
/** The queue detects congestion early. */
export const CARE_EARLY = 2;
/** The bytes that wait are limited. */
export const CARE_BYTES = 4;

/** Packets that may wait in all ports of a network: more than 2^24 places in all rings together are 200 MB. */
export const PLACES_MAX = 2 ** 24;
const NO_LIMIT = 2 ** 31 - 1;
const NS_PER_SEC_BITS = 8e9;

/** Places of the ring of a port in which so many packets may wait: a power of two. */
export function ringPlaces(packetsMax: number): number {
  let places = 1;
  while (places < packetsMax) places *= 2;
  return places;
}

/** State of all ports of a network. */
export class PortTable {
  count: number;
  /** Of port p at 16 * p + FREE and so on; behind all ports their rings. */
  doubles: Float64Array;
  /** The same memory: of port p at 32 * p + HEAD and so on. */
  words: Int32Array;
  /** Bytes of each waiting packet, in ports where they are limited. */
  private readonly sizes: Int32Array;
  /** Ports that there is room for. */
  private capacity: number;

  constructor(settings: readonly PortSetting[]) {
    this.count = settings.length;
    this.capacity = settings.length;
    const places = settings.reduce((sum, { queue }) => sum + ringPlaces(queue.packetsMax), 0);
    assert(places <= PLACES_MAX, () => `${places} places in queues are more than ${PLACES_MAX}`);
    const buffer = new ArrayBuffer(((this.capacity << PORT_SHIFT) + places) * 8);
    this.doubles = new Float64Array(buffer);
    this.words = new Int32Array(buffer);
    this.sizes = new Int32Array(places);
    let ring = this.capacity << PORT_SHIFT;
    settings.forEach((setting, port) => {
      this.write(port, setting, ring);
      ring += ringPlaces(setting.queue.packetsMax);
    });
  }

  /**
   * Adds a line that only delays, as long as it may be and however many packets are on it. Its number. Not while packets move.
   */
  addLine(delayNs: TimeNs): number {
    const port = this.count++;
    if (this.count > this.capacity) this.grow();
    this.write(port, { bitsPerSec: Number.POSITIVE_INFINITY, delayNs, queue: { packetsMax: 0 } }, 0);
    return port;
  }

  /** Room for more ports: the rings move up. */
  private grow(): void {
    const ringsFrom = this.capacity << PORT_SHIFT;
    const rings = this.doubles.subarray(ringsFrom);
    this.capacity = 2 * this.count;
    const upBy = (this.capacity << PORT_SHIFT) - ringsFrom;
    const buffer = new ArrayBuffer((ringsFrom + upBy + rings.length) * 8);
    const doubles = new Float64Array(buffer);
    doubles.set(this.doubles.subarray(0, ringsFrom));
    doubles.set(rings, ringsFrom + upBy);
    this.doubles = doubles;
    this.words = new Int32Array(buffer);
    for (let port = 0; port < this.count; port++) this.words[(port << (PORT_SHIFT + 1)) | RING]! += upBy;
  }

  private write(port: number, setting: PortSetting, ring: number): void {
    const { bitsPerSec, delayNs, queue } = setting;
    assert(
      bitsPerSec > 0 && Number.isInteger(delayNs) && delayNs >= 0,
      () => `port ${port}: ${bitsPerSec} bit/s, ${delayNs} ns`,
    );
    assert(
      Number.isInteger(queue.packetsMax) && queue.packetsMax >= 0,
      () => `port ${port}: ${queue.packetsMax} packets`,
    );
    const { doubles, words } = this;
    const d = port << PORT_SHIFT;
    const w = d << 1;
    doubles[d | NS_PER_BYTE] = NS_PER_SEC_BITS / bitsPerSec;
    doubles[d | DELAY] = delayNs;
    words[w | PACKETS_MAX] = queue.packetsMax;
    words[w | BYTES_MAX] = queue.bytesMax ?? NO_LIMIT;
    words[w | MARK_FROM] = queue.markFromPackets ?? NO_LIMIT;
    words[w | RING] = ring;
    words[w | CARE] = (queue.early === undefined ? 0 : CARE_EARLY) | (queue.bytesMax === undefined ? 0 : CARE_BYTES);
    words[w | RING_MASK] = ringPlaces(queue.packetsMax) - 1;
  }

  /** Another speed from now on; what is being sent or waits keeps the time that it was given. */
  setBitsPerSec(port: number, bitsPerSec: number): void {
    assert(bitsPerSec > 0, () => `port ${port} keeps some speed, got ${bitsPerSec} bit/s`);
    this.doubles[(port << PORT_SHIFT) | NS_PER_BYTE] = NS_PER_SEC_BITS / bitsPerSec;
  }

  /** Packets that wait at `nowNs`, without the one that is being sent. */
  waiting(port: number, nowNs: TimeNs): number {
    this.letGo(port, nowNs);
    const w = port << (PORT_SHIFT + 1);
    return (this.words[w | TAIL]! - this.words[w | HEAD]!) | 0;
  }

  /** Forgets what waits and what is being sent. */
  empty(port: number, nowNs: TimeNs): void {
    const w = port << (PORT_SHIFT + 1);
    this.words[w | HEAD] = this.words[w | TAIL]!;
    this.words[w | WAITING_BYTES] = 0;
    this.doubles[(port << PORT_SHIFT) | FREE] = nowNs;
  }

  /** Takes those that have begun to be sent by `nowNs` out of the ring. */
  letGo(port: number, nowNs: TimeNs): void {
    const { words, doubles } = this;
    const w = port << (PORT_SHIFT + 1);
    const ring = words[w | RING]!;
    const mask = words[w | RING_MASK]!;
    const tail = words[w | TAIL]!;
    let head = words[w | HEAD]!;
    const sizesFrom = ring - (this.capacity << PORT_SHIFT);
    let gone = 0;
    while (head !== tail && doubles[ring + (head & mask)]! <= nowNs) {
      gone += this.sizes[sizesFrom + (head & mask)]!;
      head = (head + 1) | 0;
    }
    words[w | HEAD] = head;
    if ((words[w | CARE]! & CARE_BYTES) !== 0) words[w | WAITING_BYTES]! -= gone;
  }

  /**
   * A packet comes in at `nowNs` while the port is busy. Its size word, marked if need be, or -1 if there is no room for it (or if it
   * was lost already, which is what a negative size word says).
   */
  queue(port: number, nowNs: TimeNs, size: number): number {
    if (size < 0) return size;
    this.letGo(port, nowNs);
    const bytes = size & BYTES_MASK;
    const { words, doubles } = this;
    const d = port << PORT_SHIFT;
    const w = d << 1;
    const tail = words[w | TAIL]!;
    const waiting = (tail - words[w | HEAD]!) | 0;
    const waitingBytes = (words[w | CARE]! & CARE_BYTES) === 0 ? 0 : words[w | WAITING_BYTES]! + bytes;
    if (waiting >= words[w | PACKETS_MAX]! || waitingBytes > words[w | BYTES_MAX]!) {
      doubles[d | DROPPED]! += 1;
      return -1;
    }
    const place = words[w | RING]! + (tail & words[w | RING_MASK]!);
    doubles[place] = doubles[d]!;
    this.sizes[place - (this.capacity << PORT_SHIFT)] = bytes;
    words[w | TAIL] = (tail + 1) | 0;
    if (waiting >= words[w | PEAK]!) words[w | PEAK] = waiting + 1;
    words[w | WAITING_BYTES] = waitingBytes;
    doubles[d | WAITED]! += doubles[d]! - nowNs;
    if (waiting < words[w | MARK_FROM]! || (size & ECN_CAPABLE) === 0) return size;
    doubles[d | MARKED]! += 1;
    return size | CONGESTION;
  }
}

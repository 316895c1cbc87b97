/**
 * Hops: what is due is taken to its next port, where the time at which it will be at the one after that follows from the port's state.
 *
 * Hot file: `npm run bench -- packet`; nearly all that a packet costs is spent here, so the loop is one function that calls none. What it
 * cannot do (ends of ways, ports that need care, what is lost or far away) it hands to packet-network.ts. Source: store and forward as
 * in ns-3's point-to-point devices; the same rules as in port-table.ts, without limits in bytes. A plain version of both is the oracle of
 * the tests. Left out: what packet-network.ts leaves out.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import {
  BASE,
  BITS,
  BUCKETS,
  CLOSE,
  type DueWheel,
  LIMIT,
  MAP,
  MAP_END,
  NEWEST,
  OPEN,
  SLOTS,
  WIDTH_NS_MAX,
} from './due-wheel.ts';
import { BYTES_MASK, CONGESTION, CURSOR, ECN_CAPABLE, NEXT, NONE, type PacketPool, SIZE } from './packet-pool.ts';
import {
  CARE,
  DELAY,
  DROPPED,
  FREE,
  HEAD,
  MARK_FROM,
  MARKED,
  NS_PER_BYTE,
  PACKETS_MAX,
  PEAK,
  PORT_SHIFT,
  type PortTable,
  RING,
  RING_MASK,
  TAIL,
  TAKEN,
  TAKEN_BYTES,
  WAITED,
} from './port-table.ts';
import type { Ways } from './ways.ts';

/** Ends whose handlers only record have numbers from here on, so that one look tells them. */
export const RECORDS = 0x1000_0000;
/** Takes the handler's number out of such a number. */
export const RECORDS_MASK = 0xfff_ffff;

/** Hops ended because nothing is left in the bucket. */
export const EMPTY = -2;
/** What is left comes later. */
export const LATER = -3;
/** Hops ended at this packet, whose port needs care; without any of these bits, its way ends. */
export const AT_CARE = 0x100_0000;
/** Its port has no room for it. */
export const AT_FULL = 0x200_0000;
/** It is due again in the open bucket or beyond the wheel's turn. */
export const AT_FAR = 0x400_0000;
/** Takes the packet's number out. */
export const AT_ITEM = 0xff_ffff;

/** Takes packets from port to port. */
export class Hops {
  private readonly wheel: DueWheel;
  private readonly pool: PacketPool;
  private readonly ports: PortTable;
  private readonly ways: Ways;
  /** What has come to ends that only record and was not told yet: a list, oldest first. */
  landed = NONE;
  lastLanded = NONE;

  constructor(wheel: DueWheel, pool: PacketPool, ports: PortTable, ways: Ways) {
    this.wheel = wheel;
    this.pool = pool;
    this.ports = ports;
    this.ways = ways;
  }

  /**
   * Takes what is due in the open bucket to its next port, up to `untilNs` or to what needs more: that is returned.
   *
   * One function that calls none, with everything that it reads in variables, because this is what the packet level spends its time on:
   * after a call the engine would read each array's place and length anew for every packet.
   *
   * @param first A packet that is at hand in its first port now, before all others; or `NONE`.
   */
  hop(first: number, untilNs: TimeNs): number {
    const { wheel } = this;
    const { times } = wheel;
    const { doubles: state, words: limits } = this.ports;
    const { doubles, words } = this.pool;
    const { cells } = this.ways;
    const openNs = times[OPEN]!;
    const closeNs = times[CLOSE]!;
    const limitNs = times[LIMIT]!;
    const baseNs = times[BASE]!;
    const lastPlace = Math.min(untilNs - openNs, WIDTH_NS_MAX) | 0;
    // Small integers from here on, which the engine is told by `| 0`.
    const shift = wheel.shift | 0;
    let word = wheel.word | 0;
    let rest = wheel.rest | 0;
    let place = wheel.place | 0;
    let item = first | 0;
    let nowNs = openNs + place;
    let at = EMPTY | 0;
    let landed = this.landed | 0;
    let last = this.lastLanded | 0;
    for (;;) {
      if (item === NONE) {
        if (rest === NONE) {
          while (word < MAP_END && words[word] === 0) word = (word + 1) | 0;
          if (word === MAP_END) break;
          const left = words[word]!;
          const next = ((word - MAP) << 5) | (31 - Math.clz32(left & -left));
          if (next > lastPlace) {
            at = LATER;
            break;
          }
          place = next;
          nowNs = openNs + place;
          words[word] = left & (left - 1);
          rest = words[SLOTS + place]!;
          words[SLOTS + place] = NONE;
        }
        item = rest;
        rest = words[(item << 3) | NEXT]!;
      }
      const cursor = words[(item << 3) | CURSOR]!;
      const port = cells[cursor]!;
      if (port < 0) {
        if (port > ~RECORDS) {
          at = item;
          break;
        }
        if (landed === NONE) landed = item;
        else words[(last << 3) | NEXT] = item;
        last = item;
        item = NONE;
        continue;
      }
      const d = port << PORT_SHIFT;
      const w = d << 1;
      if (limits[w | CARE] !== 0) {
        at = item | AT_CARE;
        break;
      }
      let size = words[(item << 3) | SIZE]!;
      const freeNs = state[d | FREE]!;
      let startNs = nowNs;
      if (nowNs < freeNs) {
        startNs = freeNs;
        const ring = limits[w | RING]!;
        const mask = limits[w | RING_MASK]!;
        const tail = limits[w | TAIL]!;
        let head = limits[w | HEAD]!;
        while (head !== tail && state[ring + (head & mask)]! <= nowNs) head = (head + 1) | 0;
        limits[w | HEAD] = head;
        const waiting = (tail - head) | 0;
        if (waiting >= limits[w | PACKETS_MAX]!) {
          state[d | DROPPED]! += 1;
          at = item | AT_FULL;
          break;
        }
        state[ring + (tail & mask)] = freeNs;
        limits[w | TAIL] = (tail + 1) | 0;
        if (waiting >= limits[w | PEAK]!) limits[w | PEAK] = waiting + 1;
        state[d | WAITED]! += freeNs - nowNs;
        if (waiting >= limits[w | MARK_FROM]! && (size & ECN_CAPABLE) !== 0) {
          state[d | MARKED]! += 1;
          size |= CONGESTION;
          words[(item << 3) | SIZE] = size;
        }
      }
      const bytes = size & BYTES_MASK;
      const goneNs = startNs + bytes * state[d | NS_PER_BYTE]!;
      const dueNs = Math.floor(goneNs + state[d | DELAY]! + 0.5);
      state[d | FREE] = goneNs;
      state[d | TAKEN]! += 1;
      state[d | TAKEN_BYTES]! += bytes;
      doubles[item << 2] = dueNs;
      words[(item << 3) | CURSOR] = cursor + 1;
      if (dueNs < closeNs || dueNs >= limitNs) {
        at = item | AT_FAR;
        break;
      }
      const bucket = ((dueNs - baseNs) >> shift) & (BUCKETS - 1);
      words[(item << 3) | NEXT] = words[NEWEST + bucket]!;
      words[NEWEST + bucket] = item;
      words[BITS + (bucket >> 5)]! |= 1 << bucket;
      item = NONE;
    }
    wheel.word = word;
    wheel.rest = rest;
    wheel.place = place;
    this.landed = landed;
    this.lastLanded = last;
    return at;
  }
}

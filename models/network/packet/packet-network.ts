/**
 * Packets over ports: each is stored, waits, is sent and arrives at the next port, until it is delivered or dropped.
 *
 * Hot file: `npm run bench -- packet`. One item of the wheel for each hop: when a packet comes to a port, the time at which it will be
 * at the next one follows from the port's state (port-table.ts). Who sends and who receives is told by numbers at the ends of ways:
 * UDP (udp-sources.ts) and TCP (tcp/) register what they do there. A way is fixed when a packet sets out, so a packet that is under way
 * while routes change goes on along the old one.
 *
 * Source: store and forward as in ns-3's point-to-point devices, against which the benchmark holds counts and delays packet by packet.
 * Left out: bit errors, fragmentation, layer 2 and its broadcasts (models/network/layer2), the processors of hosts.
 */
import { assert } from '../../../sim/engine/assert.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Stream } from '../../../sim/random/stream.ts';
import { BASE, BUCKETS, CLOSE, DueWheel, LIMIT, WIDTH_NS_MAX } from './due-wheel.ts';
import { EarlyDetection } from './early-detection.ts';
import {
  BORN,
  BYTES_MASK,
  CONGESTION,
  CURSOR,
  ECN_CAPABLE,
  ITEM_MASK,
  NEXT,
  NONE,
  PacketPool,
  SEQUENCE,
  SIZE,
} from './packet-pool.ts';
import {
  CARE,
  CARE_DOWN,
  CUT,
  DELAY,
  DROPPED,
  FREE,
  MARKED,
  NS_PER_BYTE,
  PORT_SHIFT,
  type PortSetting,
  PortTable,
  TAKEN,
  TAKEN_BYTES,
} from './port-table.ts';
import { Ways } from './ways.ts';

/**
 * What happens at the end of a way, or when a timer is due.
 *
 * @param item The packet or timer, which the handler releases, or uses again.
 * @param flow The number that the way was made for.
 * @returns A packet that sets out now (`make`), or `NONE`.
 */
export type EndHandler = (item: number, flow: number) => number;

/** What happens when a packet of a flow is lost on its way. */
export type LossHandler = (flow: number, item: number) => void;

/** What became of the packets of a network. */
export interface PacketCounts {
  readonly sent: number;
  readonly delivered: number;
  /** For lack of room in a queue, or by early detection. */
  readonly dropped: number;
  /** Because the link was down. */
  readonly cut: number;
  /** Waiting, being sent or on a cable. */
  readonly underWay: number;
  /** Packets that were taken in by a port, each once a port. */
  readonly hops: number;
}

/** Settings of a network. */
export interface PacketNetworkOptions {
  readonly ports: readonly PortSetting[];
  /** Needed where a queue detects congestion early. */
  readonly stream?: Stream;
}

/** The first handler: it releases what was lost on a broken link. */
const LOST_HANDLER = 0;
/** A packet as most are, bytes. */
const USUAL_BYTES = 1500;
/** The smallest frame of Ethernet, bytes. */
const SMALL_BYTES = 64;
/** So many records stay in the first-level cache while they are sorted. */
const ITEMS_OF_A_BUCKET = 512;

/** Why a sweep ended: nothing is left in the bucket, what is left comes later, or a handler asked to stop. */
type SweepEnd = typeof EMPTY | typeof LATER | typeof STOPPED;
const EMPTY = 0;
const LATER = 1;
const STOPPED = 2;

/** Ports and the packets between them. */
export class PacketNetwork {
  readonly ports: PortTable;
  readonly pool = new PacketPool();
  readonly wheel: DueWheel;
  readonly ways = new Ways(LOST_HANDLER);
  /** What a run is asked to stop for: set by a handler that has news for the world outside. */
  stopAsked = false;
  private readonly handlers: EndHandler[] = [(item) => this.release(item)];
  private readonly lossHandlers: (LossHandler | undefined)[] = [undefined];
  private readonly early: EarlyDetection | undefined;
  private sent = 0;
  private delivered = 0;
  /** The present; in an array, because a field that is a double is put on the heap anew each time. */
  private readonly now = new Float64Array(1);

  constructor({ ports, stream }: PacketNetworkOptions) {
    this.ports = new PortTable(ports);
    this.wheel = new DueWheel(this.pool, widthFor(ports));
    if (!ports.some(({ queue }) => queue.early !== undefined)) return;
    assert(stream !== undefined, 'a queue that detects early draws from a stream');
    this.early = new EarlyDetection(
      ports.map(({ queue }) => queue.early),
      stream,
    );
  }

  /** The instant up to which everything has happened. */
  get nowNs(): TimeNs {
    return this.now[0]!;
  }

  /** Registers what happens at ends of ways, and to packets that do not come so far; the number is for `ways.add`. */
  onEnd(handler: EndHandler, onLost?: LossHandler): number {
    this.lossHandlers.push(onLost);
    return this.handlers.push(handler) - 1;
  }

  /**
   * Lets everything happen up to and including `untilNs`.
   *
   * @returns False if a handler asked to stop before; the present is then the instant at which it did.
   */
  run(untilNs: TimeNs): boolean {
    const { wheel, now } = this;
    assert(untilNs >= now[0]!, () => `cannot run until ${untilNs} ns: it is already ${now[0]} ns`);
    this.stopAsked = false;
    while (wheel.next !== wheel.end || wheel.advance(untilNs)) {
      const end = this.sweep(untilNs);
      if (end === STOPPED) return false;
      if (end === LATER) break;
    }
    if (Number.isFinite(untilNs)) now[0] = untilNs;
    return true;
  }

  /**
   * Everything in the open bucket up to `untilNs`: packets go to their next port, and handlers are called at ends of ways.
   *
   * One function, with everything that it reads in variables, because this is what the packet level spends its time on.
   */
  private sweep(untilNs: TimeNs): SweepEnd {
    const { wheel, pool, ports, now } = this;
    const { times, newest, bits, shift } = wheel;
    const { doubles: state, words: limits } = ports;
    const closeNs = times[CLOSE]!;
    const limitNs = times[LIMIT]!;
    const baseNs = times[BASE]!;
    let { doubles, words } = pool;
    let { cells } = this.ways;
    while (wheel.next !== wheel.end) {
      let item = wheel.sorted[wheel.next]! & ITEM_MASK;
      const nowNs = doubles[item << 2]!;
      if (nowNs > untilNs) return LATER;
      wheel.next += 1;
      let cursor = words[(item << 3) | CURSOR]!;
      let port = cells[cursor]!;
      if (port < 0) {
        now[0] = nowNs;
        item = this.handlers[~port]!(item, cells[cursor + 1]!);
        if (this.stopAsked) {
          if (item !== NONE) this.forward(item);
          return STOPPED;
        }
        doubles = pool.doubles;
        words = pool.words;
        cells = this.ways.cells;
        if (item === NONE) continue;
        cursor = words[(item << 3) | CURSOR]!;
        port = cells[cursor]!;
      }
      const d = port << PORT_SHIFT;
      let size = words[(item << 3) | SIZE]!;
      let startNs = nowNs;
      if (limits[(d << 1) | CARE] !== 0) size = this.look(port, nowNs, size);
      if (nowNs < state[d | FREE]!) {
        startNs = state[d | FREE]!;
        size = ports.queue(port, nowNs, size);
      }
      if (size < 0) {
        this.lose(item);
        continue;
      }
      const bytes = size & BYTES_MASK;
      const goneNs = startNs + bytes * state[d | NS_PER_BYTE]!;
      const dueNs = Math.floor(goneNs + state[d | DELAY]! + 0.5);
      state[d | FREE] = goneNs;
      state[d | TAKEN]! += 1;
      state[d | TAKEN_BYTES]! += bytes;
      doubles[item << 2] = dueNs;
      words[(item << 3) | SIZE] = size;
      words[(item << 3) | CURSOR] = cursor + 1;
      if (dueNs >= closeNs && dueNs < limitNs) {
        const bucket = ((dueNs - baseNs) >> shift) & (BUCKETS - 1);
        words[(item << 3) | NEXT] = newest[bucket]!;
        newest[bucket] = item;
        bits[bucket >> 5]! |= 1 << bucket;
      } else wheel.insert(item);
    }
    return EMPTY;
  }

  /** When the next thing happens; Infinity if nothing will. */
  nextNs(): TimeNs {
    return this.wheel.peekNs();
  }

  /** A packet sets out on a way now. */
  send(way: number, size: number, sequence: number, bornNs: TimeNs): void {
    this.forward(this.make(way, size, sequence, bornNs));
  }

  /** A packet that was made sets out now, before the handler returns. */
  sendMade(item: number): void {
    this.forward(item);
  }

  /** A packet that sets out on a way now, once the handler that makes it has returned it. */
  make(way: number, size: number, sequence: number, bornNs: TimeNs): number {
    const { pool } = this;
    const item = pool.take();
    const { doubles, words } = pool;
    doubles[item << 2] = this.now[0]!;
    doubles[(item << 2) | BORN] = bornNs;
    words[(item << 3) | CURSOR] = way;
    words[(item << 3) | SIZE] = size;
    words[(item << 3) | SEQUENCE] = sequence;
    this.sent += 1;
    return item;
  }

  /** A timer or source: its handler is called at `dueNs`, with the item. */
  alarm(way: number, flow: number, dueNs: TimeNs): number {
    const item = this.pool.take();
    this.pool.words[(item << 3) | CURSOR] = way;
    this.pool.words[(item << 3) | SEQUENCE] = flow;
    this.again(item, dueNs);
    return item;
  }

  /** A way for timers: `handler` is called with the timer and the flow that it is for. */
  timer(handler: EndHandler): number {
    return this.ways.add(
      [],
      this.onEnd((item) => handler(item, this.pool.words[(item << 3) | SEQUENCE]!)),
      0,
      false,
    );
  }

  /** The same timer once more. */
  again(item: number, dueNs: TimeNs): void {
    this.pool.doubles[item << 2] = dueNs;
    this.wheel.insert(item);
  }

  /** A timer is done with. */
  release(item: number): typeof NONE {
    this.pool.release(item);
    return NONE;
  }

  /** A packet has arrived at its end and is done with. */
  take(item: number): typeof NONE {
    this.delivered += 1;
    this.pool.release(item);
    return NONE;
  }

  /** The packet is at hand in a port now: what `sweep` does, for packets that set out outside of it. */
  private forward(item: number): void {
    const { pool, ports } = this;
    const { doubles: state } = ports;
    const cursor = pool.words[(item << 3) | CURSOR]!;
    const port = this.ways.cells[cursor]!;
    const d = port << PORT_SHIFT;
    const nowNs = this.now[0]!;
    let size = pool.words[(item << 3) | SIZE]!;
    if (ports.words[(d << 1) | CARE] !== 0) size = this.look(port, nowNs, size);
    const busy = nowNs < state[d | FREE]!;
    const startNs = busy ? state[d | FREE]! : nowNs;
    if (busy) size = ports.queue(port, nowNs, size);
    if (size < 0) {
      this.lose(item);
      return;
    }
    const goneNs = startNs + (size & BYTES_MASK) * state[d | NS_PER_BYTE]!;
    state[d | FREE] = goneNs;
    state[d | TAKEN]! += 1;
    state[d | TAKEN_BYTES]! += size & BYTES_MASK;
    pool.doubles[item << 2] = Math.floor(goneNs + state[d | DELAY]! + 0.5);
    pool.words[(item << 3) | SIZE] = size;
    pool.words[(item << 3) | CURSOR] = cursor + 1;
    this.wheel.insert(item);
  }

  /** A port has no room for the packet: whoever waits for it is told. */
  private lose(item: number): void {
    this.tellLoss(item);
    this.pool.release(item);
  }

  private tellLoss(item: number): void {
    const end = this.ways.end(this.pool.words[(item << 3) | CURSOR]!);
    this.lossHandlers[~this.ways.cells[end]!]?.(this.ways.cells[end + 1]!, item);
  }

  /** A port that needs care: the size word, perhaps marked, or -1 if the packet is lost here. */
  private look(port: number, nowNs: TimeNs, size: number): number {
    const { ports } = this;
    const d = port << PORT_SHIFT;
    if ((ports.words[(d << 1) | CARE]! & CARE_DOWN) !== 0) {
      ports.doubles[d | CUT]! += 1;
      return -1;
    }
    const freeNs = ports.doubles[d | FREE]!;
    const waiting = ports.waiting(port, nowNs);
    const idle = nowNs > freeNs ? (nowNs - freeNs) / (ports.doubles[d | NS_PER_BYTE]! * USUAL_BYTES) : 0;
    if (!this.early!.hits(port, waiting, idle)) return size;
    if ((size & ECN_CAPABLE) !== 0) {
      ports.doubles[d | MARKED]! += 1;
      return size | CONGESTION;
    }
    ports.doubles[d | DROPPED]! += 1;
    return -1;
  }

  /** A link breaks: what waits for it, is being sent or is on the cable is lost, and so is what comes until it is repaired. */
  cut(port: number): void {
    const { ports, pool, ways } = this;
    const d = port << PORT_SHIFT;
    ports.words[(d << 1) | CARE]! |= CARE_DOWN;
    pool.forEachHeld((item) => {
      const cursor = pool.words[(item << 3) | CURSOR]!;
      // What stands one cell further than this port has been taken in by it and has not arrived.
      if (cursor === 0 || ways.cells[cursor - 1] !== port || !ways.isInside(cursor)) return;
      this.tellLoss(item);
      pool.words[(item << 3) | CURSOR] = ways.lost;
      ports.doubles[d | CUT]! += 1;
    });
    ports.empty(port, this.nowNs);
  }

  /** The link carries again. */
  repair(port: number): void {
    this.ports.words[(port << (PORT_SHIFT + 1)) | CARE]! &= ~CARE_DOWN;
  }

  /** What became of all packets so far. */
  counts(): PacketCounts {
    const { sent, delivered, ports } = this;
    let dropped = 0;
    let cut = 0;
    let hops = 0;
    for (let port = 0; port < ports.count; port++) {
      dropped += ports.doubles[(port << PORT_SHIFT) | DROPPED]!;
      cut += ports.doubles[(port << PORT_SHIFT) | CUT]!;
      hops += ports.doubles[(port << PORT_SHIFT) | TAKEN]!;
    }
    let underWay = 0;
    this.pool.forEachHeld((item) => {
      if (this.ways.isPacket(this.pool.words[(item << 3) | CURSOR]!)) underWay++;
    });
    return { sent, delivered, dropped, cut, underWay, hops };
  }
}

/**
 * Width of a bucket of the wheel, ns: the time that a hop takes at least, so that no hop ends in the bucket where it begins; but not more
 * than `ITEMS_OF_A_BUCKET` when all links are full.
 */
function widthFor(ports: readonly PortSetting[]): number {
  let packetsPerNs = 0;
  let hopNs = WIDTH_NS_MAX;
  for (const { bitsPerSec, delayNs } of ports) {
    const byteNs = 8e9 / bitsPerSec;
    packetsPerNs += 1 / (byteNs * USUAL_BYTES);
    hopNs = Math.min(hopNs, delayNs + byteNs * SMALL_BYTES);
  }
  let widthNs = 1;
  while (2 * widthNs <= hopNs && 2 * widthNs * packetsPerNs <= ITEMS_OF_A_BUCKET) widthNs *= 2;
  return widthNs;
}

/**
 * Packets over ports: each is stored, waits, is sent and arrives at the next port, until it is delivered or dropped.
 *
 * Hot file: `npm run bench -- packet`. One item of the wheel for each hop (hops.ts): when a packet comes to a port, the time at which it
 * will be at the next one follows from the port's state (port-table.ts). Who sends and who receives is told by numbers at the ends of ways:
 * UDP (udp-sources.ts) and TCP (tcp/) register what they do there. A way is fixed when a packet sets out, so a packet that is under way
 * while routes change goes on along the old one.
 *
 * Source: store and forward as in ns-3's point-to-point devices, against which the benchmark holds counts and delays packet by packet.
 * Left out: bit errors, fragmentation, layer 2 and its broadcasts (models/network/layer2), the processors of hosts.
 */
import { assert } from '../../../sim/engine/assert.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Stream } from '../../../sim/random/stream.ts';
import { DueWheel, WIDTH_NS_MAX } from './due-wheel.ts';
import { EarlyDetection } from './early-detection.ts';
import { AT_CARE, AT_FAR, AT_ITEM, EMPTY, Hops, RECORDS, RECORDS_MASK } from './hops.ts';
import {
  BORN,
  BYTES_MASK,
  CONGESTION,
  CURSOR,
  ECN_CAPABLE,
  NEXT,
  NONE,
  PacketPool,
  SEQUENCE,
  SIZE,
} from './packet-pool.ts';
import {
  CARE,
  CARE_DOWN,
  CARE_EARLY,
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

/** What else a network may do around a handler. */
export interface HandlerOptions {
  /** Told of packets that are lost on the way to this end. */
  readonly onLost?: LossHandler;
  /**
   * The handler only writes down what has come, and sends nothing: it may be called later than at the packet's time, which `nowNs`
   * then is, but before any other handler that is not `apart`, and before `run` returns.
   */
  readonly records?: boolean;
  /** The handler neither reads nor changes what the ones that only record do. */
  readonly apart?: boolean;
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

/** A handler asked to stop: why a sweep ended, beside what hops.ts tells. */
const STOPPED = -4;

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
  private readonly isApart: boolean[] = [false];
  private readonly hops: Hops;
  private readonly early: EarlyDetection | undefined;
  private sent = 0;
  private delivered = 0;
  /** The present; in an array, because a field that is a double is put on the heap anew each time. */
  private readonly now = new Float64Array(1);

  constructor({ ports, stream }: PacketNetworkOptions) {
    this.ports = new PortTable(ports);
    this.wheel = new DueWheel(this.pool, widthFor(ports));
    this.hops = new Hops(this.wheel, this.pool, this.ports, this.ways);
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

  /** Registers what happens at ends of ways; the number is for `ways.add`. */
  onEnd(handler: EndHandler, { onLost, records = false, apart = false }: HandlerOptions = {}): number {
    this.lossHandlers.push(onLost);
    this.isApart.push(apart);
    return (this.handlers.push(handler) - 1) | (records ? RECORDS : 0);
  }

  /**
   * Lets everything happen up to and including `untilNs`.
   *
   * @returns False if a handler asked to stop before; the present is then the instant at which it did.
   */
  run(untilNs: TimeNs): boolean {
    const { now } = this;
    assert(untilNs >= now[0]!, () => `cannot run until ${untilNs} ns: it is already ${now[0]} ns`);
    this.stopAsked = false;
    let end = this.sweep(untilNs);
    while (end === EMPTY && this.wheel.advance(untilNs)) end = this.sweep(untilNs);
    if (end === STOPPED) return false;
    if (Number.isFinite(untilNs)) now[0] = untilNs;
    return true;
  }

  /** Everything in the open bucket up to `untilNs`: packets go to their next port, and handlers are called at ends of ways. */
  private sweep(untilNs: TimeNs): number {
    let at = this.hops.hop(NONE, untilNs);
    while (at >= 0) {
      const item = at & AT_ITEM;
      const next = at < AT_CARE ? this.end(item) : this.stray(item, at);
      if (this.stopAsked) {
        if (next !== NONE) this.forward(next);
        this.tellLanded();
        return STOPPED;
      }
      at = this.hops.hop(next, untilNs);
    }
    this.tellLanded();
    return at;
  }

  /** Handlers that only record are told what has come; the present stays. */
  private tellLanded(): void {
    const { now, pool } = this;
    const nowNs = now[0]!;
    let item = this.hops.landed;
    this.hops.landed = NONE;
    while (item !== NONE) {
      const next = item === this.hops.lastLanded ? NONE : pool.words[(item << 3) | NEXT]!;
      const { cells } = this.ways;
      const cursor = pool.words[(item << 3) | CURSOR]!;
      now[0] = pool.doubles[item << 2]!;
      this.handlers[~cells[cursor]! & RECORDS_MASK]!(item, cells[cursor + 1]!);
      item = next;
    }
    if (now[0]! < nowNs) now[0] = nowNs;
  }

  /** What is due has come to the end of its way. A packet that sets out now, or `NONE`. */
  private end(item: number): number {
    const cursor = this.pool.words[(item << 3) | CURSOR]!;
    const handler = ~this.ways.cells[cursor]!;
    if (this.hops.landed !== NONE && !this.isApart[handler]) this.tellLanded();
    this.now[0] = this.pool.doubles[item << 2]!;
    return this.handlers[handler]!(item, this.ways.cells[cursor + 1]!);
  }

  /** A packet that hops.ts does not know what to do with. */
  private stray(item: number, at: number): typeof NONE {
    if ((at & AT_FAR) !== 0) this.wheel.insert(item);
    else {
      if (this.hops.landed !== NONE) this.tellLanded();
      this.now[0] = this.pool.doubles[item << 2]!;
      if ((at & AT_CARE) !== 0) this.forward(item);
      else this.lose(item);
    }
    return NONE;
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

  /** The packet is at hand in a port now: what hops.ts does, for packets that set out outside of it or to ports that need care. */
  private forward(item: number): void {
    const { pool, ports } = this;
    const { doubles: state } = ports;
    const cursor = pool.words[(item << 3) | CURSOR]!;
    const port = this.ways.cells[cursor]!;
    const d = port << PORT_SHIFT;
    const nowNs = this.now[0]!;
    let size = pool.words[(item << 3) | SIZE]!;
    if ((ports.words[(d << 1) | CARE]! & (CARE_DOWN | CARE_EARLY)) !== 0) size = this.look(port, nowNs, size);
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
    this.lossHandlers[~this.ways.cells[end]! & RECORDS_MASK]?.(this.ways.cells[end + 1]!, item);
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

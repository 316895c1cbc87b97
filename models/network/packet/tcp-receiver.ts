/**
 * The receiving end of TCP flows: what came, in order or not, and when it is acknowledged.
 *
 * Source: RFC 5681, 4.2 (an acknowledgement at once for what is out of order or closes a gap), RFC 1122, 4.2.3.2 (delayed
 * acknowledgements), RFC 7323 (the time at which the segment was sent that an acknowledgement answers), RFC 8257, 3.2 (DCTCP: what was not
 * answered is answered at once when marks begin or end). Left out: what tcp-flows.ts leaves out.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { PacketNetwork } from './packet-network.ts';
import { BORN, CONGESTION, ECHO, NONE, SEQUENCE, SIZE } from './packet-pool.ts';
import * as at from './tcp-state.ts';
import type { TcpTable } from './tcp-table.ts';

/** Linux waits 40 ms; RFC 1122 allows 500 ms. */
const DELAYED_ACK_NS: TimeNs = 40e6;

/** All receivers of one network. */
export class TcpReceiver {
  private readonly network: PacketNetwork;
  private readonly table: TcpTable;
  private readonly onDone: (flow: number) => void;
  private readonly ended: (flow: number) => void;
  /** What ways to receivers end in. */
  readonly handler: number;
  private readonly delayedWay: number;

  /**
   * @param onDone Called when a receiver has everything; it may close the flow.
   * @param ended A packet of a flow is under way no more.
   */
  constructor(network: PacketNetwork, table: TcpTable, onDone: (flow: number) => void, ended: (flow: number) => void) {
    this.network = network;
    this.table = table;
    this.onDone = onDone;
    this.ended = ended;
    this.handler = network.onEnd((item, flow) => this.receive(item, flow), { onLost: ended });
    this.delayedWay = network.timer((item, flow) => this.answerLate(item, flow));
  }

  /** Payload that is here, with what came out of order, of a flow of `bytes` in segments of `segmentBytes`. */
  receivedBytes(flow: number, segmentBytes: number, bytes: number): number {
    const { words, bits } = this.table;
    const w = flow << at.WORDS_SHIFT;
    const base = words[w | at.BITS]!;
    const expected = words[w | at.EXPECTED]!;
    const last = words[w | at.SEGMENTS]! - 1;
    let segments = expected;
    let hasLast = expected > last;
    for (let ahead = 1; ahead < words[w | at.ROOM]!; ahead++) {
      const place = (expected + ahead) & (words[w | at.ROOM]! - 1);
      if ((bits[base + (place >> 5)]! & (1 << place)) === 0) continue;
      segments += 1;
      hasLast ||= expected + ahead === last;
    }
    return hasLast ? (segments - 1) * segmentBytes + (bytes - last * segmentBytes) : segments * segmentBytes;
  }

  /** A segment has come to the receiver. An acknowledgement goes out now, or later if it may wait. */
  private receive(item: number, flow: number): number {
    const { network } = this;
    const { words, doubles } = this.table;
    const { pool } = network;
    const w = flow << at.WORDS_SHIFT;
    const d = flow << at.DOUBLES_SHIFT;
    const segment = pool.words[(item << 3) | SEQUENCE]!;
    const marked = (pool.words[(item << 3) | SIZE]! & CONGESTION) !== 0 ? 1 : 0;
    const bornNs = pool.doubles[(item << 2) | BORN]!;
    network.take(item);
    if (words[w | at.CLOSED] === 1) {
      this.ended(flow);
      return NONE;
    }
    // RFC 8257, 3.2: what was not answered yet is answered with the mark that it had.
    if (marked !== words[w | at.LAST_MARKED] && words[w | at.UNANSWERED]! > 0) network.sendMade(this.answer(flow));
    if (marked !== words[w | at.LAST_MARKED]) words[w | at.UNANSWERED] = 0;
    words[w | at.LAST_MARKED] = marked;
    const inOrder = segment === words[w | at.EXPECTED];
    const jumped = this.keep(w, segment);
    if (words[w | at.EXPECTED] === words[w | at.SEGMENTS] && Number.isNaN(doubles[d | at.FINISH]!)) {
      doubles[d | at.FINISH] = network.nowNs;
      this.onDone(flow);
      if (words[w | at.CLOSED] === 1) {
        this.ended(flow);
        return NONE;
      }
    }
    words[w | at.IN_FLIGHT]! -= 1;
    words[w | at.UNANSWERED]! += 1;
    if (words[w | at.UNANSWERED] === 1) doubles[d | at.ECHO_BORN] = bornNs;
    const mayWait = words[w | at.DELAYED] === 1 && inOrder && !jumped && words[w | at.UNANSWERED] === 1;
    if (!mayWait) return this.answer(flow);
    if (words[w | at.ACK_ALARM] === NONE)
      words[w | at.ACK_ALARM] = network.alarm(this.delayedWay, flow, network.nowNs + DELAYED_ACK_NS);
    return NONE;
  }

  /** Notes that the segment is here. True if it closed a gap, so that others behind it are in order too. */
  private keep(w: number, segment: number): boolean {
    const { words, bits } = this.table;
    const mask = words[w | at.ROOM]! - 1;
    const base = words[w | at.BITS]!;
    if (segment < words[w | at.EXPECTED]!) return false;
    if (segment > words[w | at.EXPECTED]!) {
      bits[base + ((segment & mask) >> 5)]! |= 1 << segment;
      return false;
    }
    let expected = segment + 1;
    while ((bits[base + ((expected & mask) >> 5)]! & (1 << expected)) !== 0) {
      bits[base + ((expected & mask) >> 5)]! &= ~(1 << expected);
      expected += 1;
    }
    words[w | at.EXPECTED] = expected;
    return expected > segment + 1;
  }

  private answer(flow: number): number {
    const w = flow << at.WORDS_SHIFT;
    this.table.words[w | at.UNANSWERED] = 0;
    this.table.words[w | at.IN_FLIGHT]! += 1;
    const bornNs = this.table.doubles[(flow << at.DOUBLES_SHIFT) | at.ECHO_BORN]!;
    return this.network.make(
      this.table.words[w | at.WAY_BACK]!,
      this.ackSize(w),
      this.table.words[w | at.EXPECTED]!,
      bornNs,
    );
  }

  private ackSize(w: number): number {
    return this.table.words[w | at.ACK_SIZE]! | (this.table.words[w | at.LAST_MARKED] === 1 ? ECHO : 0);
  }

  /** The time of a delayed acknowledgement; if the segment was answered meanwhile, this one is for a later one, which does no harm. */
  private answerLate(item: number, flow: number): number {
    const w = flow << at.WORDS_SHIFT;
    const isOwn = this.table.words[w | at.ACK_ALARM] === item;
    this.network.release(item);
    if (!isOwn || this.table.words[w | at.CLOSED] === 1) return NONE;
    this.table.words[w | at.ACK_ALARM] = NONE;
    return this.table.words[w | at.UNANSWERED]! > 0 ? this.answer(flow) : NONE;
  }
}

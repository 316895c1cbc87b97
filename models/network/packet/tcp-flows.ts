/**
 * TCP as far as it shapes traffic: slow start, congestion avoidance, fast retransmit and recovery, timeouts, delayed acknowledgements,
 * and the answers to congestion marks.
 *
 * Source: RFC 5681 (congestion control), RFC 6582 (NewReno), RFC 3465 (growth by what was acknowledged, at most two segments in slow
 * start), RFC 6298 (retransmission timer), RFC 7323 (each acknowledgement carries the time at which what it answers was sent), RFC 3168
 * (marks), RFC 8257 (DCTCP, gain 1/16, acknowledgement at once when marks begin or end), RFC 6928 (initial window of ten).
 * Left out: connecting and closing, selective acknowledgements, limited transmit, the receiver's window as flow control (it has room
 * for a fixed number of segments), the handshake of the CWR bit (a sender answers marks once a window anyway), CUBIC, pacing.
 */
import { assert } from '../../../sim/engine/assert.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { PacketNetwork } from './packet-network.ts';
import { BORN, CONGESTION, ECHO, ECN_CAPABLE, NONE, SEQUENCE, SIZE } from './packet-pool.ts';
import * as at from './tcp-state.ts';

/** Before the first measurement (RFC 6298, 2.1). */
const FIRST_TIMEOUT_NS = 1e9;
/** RFC 6298, 2.5 allows a maximum of at least this. */
const TIMEOUT_NS_MAX = 60e9;
const TIMEOUT_NS_MIN = 200e6;
/** Linux waits 40 ms; RFC 1122 allows 500 ms. */
const DELAYED_ACK_NS = 40e6;
const INITIAL_WINDOW = 10;
const RECEIVE_WINDOW = 4096;
const DUPLICATES_OF_A_LOSS = 3;
/** Growth in slow start by one acknowledgement, segments (RFC 3465, 2.2). */
const GROWTH_MAX = 2;
/** RFC 8257, 4.2. */
const DCTCP_GAIN = 1 / 16;
const ENDLESS_SEGMENTS = 2 ** 31 - 1;
const MARK_RESPONSES = ['none', 'ecn', 'dctcp'] as const;
const IN_PROPORTION = 2;

/** All TCP flows of one network. */
export class TcpFlows {
  private readonly network: PacketNetwork;
  /** Called when the receiver of a flow has everything. */
  private readonly onDone: (flow: number) => void;
  private readonly dataHandler: number;
  private readonly ackHandler: number;
  private readonly startWay: number;
  private readonly timeoutWay: number;
  private readonly delayedWay: number;
  private count = 0;
  private doubles = new Float64Array(0);
  private words = new Int32Array(0);
  /** A bit for each segment that came out of order, by its number modulo the receiver's room. */
  private bits = new Int32Array(0);
  private bitWords = 0;

  constructor(network: PacketNetwork, onDone: (flow: number) => void = () => {}) {
    this.network = network;
    this.onDone = onDone;
    this.dataHandler = network.onEnd((item, flow) => this.receive(item, flow));
    this.ackHandler = network.onEnd((item, flow) => this.acknowledged(item, flow));
    const timer = (handler: (item: number, flow: number) => number): number =>
      network.ways.add(
        [],
        network.onEnd((item) => handler(item, network.pool.words[(item << 3) | SEQUENCE]!)),
        0,
        false,
      );
    this.startWay = timer((item, flow) => this.begin(item, flow));
    this.timeoutWay = timer((item, flow) => this.timeout(item, flow));
    this.delayedWay = timer((item, flow) => this.answerLate(item, flow));
  }

  /** Adds a flow. Its number. */
  add(setting: at.TcpFlowSetting): number {
    const { there, back, bytes, segmentBytes, headerBytes, marks } = setting;
    assert(bytes > 0 && segmentBytes > 0, () => `a flow moves ${bytes} bytes in segments of ${segmentBytes}`);
    assert(there.length > 0 && back.length > 0, 'a flow goes over at least one port each way');
    const flow = this.count++;
    if (this.words.length < this.count << at.WORDS_SHIFT) this.grow();
    const { words, doubles } = this;
    const d = flow << at.DOUBLES_SHIFT;
    const w = flow << at.WORDS_SHIFT;
    const { ways } = this.network;
    const endless = bytes === Number.POSITIVE_INFINITY;
    const segments = endless ? ENDLESS_SEGMENTS : Math.ceil(bytes / segmentBytes);
    assert(segments <= ENDLESS_SEGMENTS, () => `${bytes} bytes are more than ${ENDLESS_SEGMENTS} segments`);
    const capable = marks === 'none' ? 0 : ECN_CAPABLE;
    words[w | at.SEGMENTS] = segments;
    words[w | at.WAY_THERE] = ways.add(there, this.dataHandler, flow);
    words[w | at.WAY_BACK] = ways.add(back, this.ackHandler, flow);
    words[w | at.FULL_SIZE] = (segmentBytes + headerBytes) | capable;
    words[w | at.LAST_SIZE] = endless
      ? words[w | at.FULL_SIZE]!
      : (bytes - (segments - 1) * segmentBytes + headerBytes) | capable;
    words[w | at.ACK_SIZE] = setting.ackBytes;
    words[w | at.ALARM] = NONE;
    words[w | at.ACK_ALARM] = NONE;
    words[w | at.MARKS] = MARK_RESPONSES.indexOf(marks);
    words[w | at.DELAYED] = setting.delayedAck ? 1 : 0;
    doubles[d | at.WINDOW] = setting.initialWindow ?? INITIAL_WINDOW;
    doubles[d | at.THRESHOLD] = Number.POSITIVE_INFINITY;
    doubles[d | at.ROUND_TRIP] = -1;
    doubles[d | at.TIMEOUT] = FIRST_TIMEOUT_NS;
    doubles[d | at.TIMEOUT_MIN] = setting.timeoutNsMin ?? TIMEOUT_NS_MIN;
    doubles[d | at.DEADLINE] = Number.POSITIVE_INFINITY;
    doubles[d | at.ALPHA] = 1;
    doubles[d | at.FINISH] = Number.NaN;
    this.giveRoom(w, setting.receiveWindow ?? RECEIVE_WINDOW);
    this.network.alarm(this.startWay, flow, setting.startNs);
    return flow;
  }

  /** What became of a flow so far. */
  result(flow: number): at.TcpResult {
    const d = flow << at.DOUBLES_SHIFT;
    const w = flow << at.WORDS_SHIFT;
    return {
      segments: this.words[w | at.EXPECTED]!,
      finishNs: this.doubles[d | at.FINISH]!,
      resent: this.words[w | at.RESENT]!,
      recoveries: this.words[w | at.RECOVERIES]!,
      timeouts: this.words[w | at.TIMEOUTS]!,
      window: this.doubles[d | at.WINDOW]!,
      roundTripNs: this.doubles[d | at.ROUND_TRIP]!,
    };
  }

  /** Segments and acknowledgements of this flow take other ways from now on. */
  reroute(flow: number, there: ArrayLike<number>, back: ArrayLike<number>): void {
    const w = flow << at.WORDS_SHIFT;
    this.words[w | at.WAY_THERE] = this.network.ways.add(there, this.dataHandler, flow);
    this.words[w | at.WAY_BACK] = this.network.ways.add(back, this.ackHandler, flow);
  }

  private begin(item: number, flow: number): number {
    this.sendMore(flow);
    return this.network.release(item);
  }

  /** Sends what the windows allow, and winds the timer if it stands still. */
  private sendMore(flow: number): void {
    const { words, doubles } = this;
    const w = flow << at.WORDS_SHIFT;
    const d = flow << at.DOUBLES_SHIFT;
    const window = Math.min(Math.floor(doubles[d | at.WINDOW]!), words[w | at.ROOM]!);
    const end = Math.min(words[w | at.OLDEST]! + window, words[w | at.SEGMENTS]!);
    while (words[w | at.NEXT_SEGMENT]! < end) this.sendSegment(w, words[w | at.NEXT_SEGMENT]!++);
    if (words[w | at.OLDEST]! < words[w | at.NEXT_SEGMENT]! && doubles[d | at.DEADLINE] === Number.POSITIVE_INFINITY)
      this.wind(flow);
  }

  private sendSegment(w: number, segment: number): void {
    const { words } = this;
    if (segment < words[w | at.HIGHEST]!) words[w | at.RESENT]! += 1;
    else words[w | at.HIGHEST] = segment + 1;
    const size = words[w | (segment === words[w | at.SEGMENTS]! - 1 ? at.LAST_SIZE : at.FULL_SIZE)]!;
    this.network.send(words[w | at.WAY_THERE]!, size, segment, this.network.nowNs);
  }

  /** Sets the deadline one timeout from now. An alarm that comes too early asks again; one that would come too late gets another. */
  private wind(flow: number): void {
    const { words, doubles } = this;
    const w = flow << at.WORDS_SHIFT;
    const d = flow << at.DOUBLES_SHIFT;
    const deadlineNs = Math.ceil(this.network.nowNs + doubles[d | at.TIMEOUT]!);
    doubles[d | at.DEADLINE] = deadlineNs;
    if (words[w | at.ALARM] !== NONE && doubles[d | at.ALARM_DUE]! <= deadlineNs) return;
    words[w | at.ALARM] = this.network.alarm(this.timeoutWay, flow, deadlineNs);
    doubles[d | at.ALARM_DUE] = deadlineNs;
  }

  private timeout(item: number, flow: number): number {
    const { words, doubles, network } = this;
    const w = flow << at.WORDS_SHIFT;
    const d = flow << at.DOUBLES_SHIFT;
    if (words[w | at.ALARM] !== item) return network.release(item);
    const deadlineNs = doubles[d | at.DEADLINE]!;
    if (deadlineNs === Number.POSITIVE_INFINITY) {
      words[w | at.ALARM] = NONE;
      return network.release(item);
    }
    if (deadlineNs > network.nowNs) {
      doubles[d | at.ALARM_DUE] = deadlineNs;
      network.again(item, deadlineNs);
      return NONE;
    }
    words[w | at.ALARM] = NONE;
    network.release(item);
    this.lose(flow);
    return NONE;
  }

  /** The timer has run out: everything from the oldest segment on is sent again, beginning with one (RFC 5681, 3.1; RFC 6298, 5). */
  private lose(flow: number): void {
    const { words, doubles } = this;
    const w = flow << at.WORDS_SHIFT;
    const d = flow << at.DOUBLES_SHIFT;
    const underWay = words[w | at.NEXT_SEGMENT]! - words[w | at.OLDEST]!;
    words[w | at.TIMEOUTS]! += 1;
    doubles[d | at.THRESHOLD] = Math.max(underWay / 2, 2);
    doubles[d | at.WINDOW] = 1;
    doubles[d | at.TIMEOUT] = Math.min(2 * doubles[d | at.TIMEOUT]!, TIMEOUT_NS_MAX);
    doubles[d | at.DEADLINE] = Number.POSITIVE_INFINITY;
    words[w | at.RECOVER] = words[w | at.HIGHEST]!;
    words[w | at.RECOVERING] = 0;
    words[w | at.DUPLICATES] = 0;
    words[w | at.NEXT_SEGMENT] = words[w | at.OLDEST]!;
    this.sendMore(flow);
  }

  /** An acknowledgement has come back to the sender. */
  private acknowledged(item: number, flow: number): number {
    const { network, words } = this;
    const { pool } = network;
    const w = flow << at.WORDS_SHIFT;
    const expected = pool.words[(item << 3) | SEQUENCE]!;
    const marked = (pool.words[(item << 3) | SIZE]! & ECHO) !== 0;
    const bornNs = pool.doubles[(item << 2) | BORN]!;
    network.take(item);
    const news = expected - words[w | at.OLDEST]!;
    if (news > 0) {
      this.measure(flow, network.nowNs - bornNs);
      this.moveOn(flow, expected, news);
      if (words[w | at.MARKS] !== 0) this.heedMarks(flow, expected, news, marked);
    } else if (news === 0 && words[w | at.NEXT_SEGMENT]! > expected) this.duplicate(flow);
    this.sendMore(flow);
    return NONE;
  }

  /** RFC 6298, 2. */
  private measure(flow: number, roundTripNs: TimeNs): void {
    const { doubles } = this;
    const d = flow << at.DOUBLES_SHIFT;
    const smoothed = doubles[d | at.ROUND_TRIP]!;
    if (smoothed < 0) {
      doubles[d | at.ROUND_TRIP] = roundTripNs;
      doubles[d | at.VARIATION] = roundTripNs / 2;
    } else {
      const off = smoothed > roundTripNs ? smoothed - roundTripNs : roundTripNs - smoothed;
      doubles[d | at.VARIATION] = 0.75 * doubles[d | at.VARIATION]! + 0.25 * off;
      doubles[d | at.ROUND_TRIP] = 0.875 * smoothed + 0.125 * roundTripNs;
    }
    const timeoutNs = doubles[d | at.ROUND_TRIP]! + 4 * doubles[d | at.VARIATION]!;
    doubles[d | at.TIMEOUT] = Math.min(Math.max(timeoutNs, doubles[d | at.TIMEOUT_MIN]!), TIMEOUT_NS_MAX);
  }

  /** `news` segments more are acknowledged, up to `expected`. */
  private moveOn(flow: number, expected: number, news: number): void {
    const { words, doubles } = this;
    const w = flow << at.WORDS_SHIFT;
    const d = flow << at.DOUBLES_SHIFT;
    words[w | at.OLDEST] = expected;
    if (words[w | at.NEXT_SEGMENT]! < expected) words[w | at.NEXT_SEGMENT] = expected;
    words[w | at.DUPLICATES] = 0;
    if (words[w | at.RECOVERING] === 1) this.recover(flow, expected, news);
    else if (doubles[d | at.WINDOW]! < doubles[d | at.THRESHOLD]!)
      doubles[d | at.WINDOW]! += Math.min(news, GROWTH_MAX);
    else doubles[d | at.WINDOW]! += news / doubles[d | at.WINDOW]!;
    doubles[d | at.DEADLINE] = Number.POSITIVE_INFINITY;
    if (expected < words[w | at.NEXT_SEGMENT]!) this.wind(flow);
  }

  /** RFC 6582, 3.2, step 3: out of recovery, or on to the next segment that was lost. */
  private recover(flow: number, expected: number, news: number): void {
    const { words, doubles } = this;
    const w = flow << at.WORDS_SHIFT;
    const d = flow << at.DOUBLES_SHIFT;
    if (expected >= words[w | at.RECOVER]!) {
      const underWay = words[w | at.NEXT_SEGMENT]! - expected;
      doubles[d | at.WINDOW] = Math.min(doubles[d | at.THRESHOLD]!, Math.max(underWay, 1) + 1);
      words[w | at.RECOVERING] = 0;
      return;
    }
    this.sendSegment(w, expected);
    doubles[d | at.WINDOW] = Math.max(doubles[d | at.WINDOW]! - news + 1, 1);
  }

  private duplicate(flow: number): void {
    const { words, doubles } = this;
    const w = flow << at.WORDS_SHIFT;
    const d = flow << at.DOUBLES_SHIFT;
    words[w | at.DUPLICATES]! += 1;
    if (words[w | at.RECOVERING] === 1) {
      doubles[d | at.WINDOW]! += 1;
      return;
    }
    // RFC 6582, 3.2, step 2: duplicates of what was sent before a timeout tell of no new loss.
    if (words[w | at.DUPLICATES] !== DUPLICATES_OF_A_LOSS || words[w | at.OLDEST]! < words[w | at.RECOVER]!) return;
    const underWay = words[w | at.NEXT_SEGMENT]! - words[w | at.OLDEST]!;
    words[w | at.RECOVERIES]! += 1;
    doubles[d | at.THRESHOLD] = Math.max(underWay / 2, 2);
    doubles[d | at.WINDOW] = doubles[d | at.THRESHOLD]! + DUPLICATES_OF_A_LOSS;
    words[w | at.RECOVER] = words[w | at.NEXT_SEGMENT]!;
    words[w | at.RECOVERING] = 1;
    this.sendSegment(w, words[w | at.OLDEST]!);
    this.wind(flow);
  }

  /** Marks shrink the window once a window: by half, or (DCTCP) by half the part that was marked. */
  private heedMarks(flow: number, expected: number, news: number, marked: boolean): void {
    const { words, doubles } = this;
    const w = flow << at.WORDS_SHIFT;
    const d = flow << at.DOUBLES_SHIFT;
    words[w | at.SEEN]! += news;
    if (marked) words[w | at.SEEN_MARKED]! += news;
    if (expected > words[w | at.OBSERVED]!) {
      const part = words[w | at.SEEN_MARKED]! / words[w | at.SEEN]!;
      doubles[d | at.ALPHA]! += DCTCP_GAIN * (part - doubles[d | at.ALPHA]!);
      words[w | at.SEEN] = 0;
      words[w | at.SEEN_MARKED] = 0;
      words[w | at.OBSERVED] = words[w | at.NEXT_SEGMENT]!;
    }
    if (!marked || expected <= words[w | at.ANSWERED]! || words[w | at.RECOVERING] === 1) return;
    const cut = words[w | at.MARKS] === IN_PROPORTION ? doubles[d | at.ALPHA]! / 2 : 0.5;
    doubles[d | at.WINDOW] = Math.max(doubles[d | at.WINDOW]! * (1 - cut), 1);
    doubles[d | at.THRESHOLD] = Math.max(doubles[d | at.WINDOW]!, 2);
    words[w | at.ANSWERED] = words[w | at.NEXT_SEGMENT]!;
  }

  /** A segment has come to the receiver. An acknowledgement goes out now, or later if it may wait. */
  private receive(item: number, flow: number): number {
    const { network, words, doubles } = this;
    const { pool } = network;
    const w = flow << at.WORDS_SHIFT;
    const d = flow << at.DOUBLES_SHIFT;
    const segment = pool.words[(item << 3) | SEQUENCE]!;
    const marked = (pool.words[(item << 3) | SIZE]! & CONGESTION) !== 0 ? 1 : 0;
    const bornNs = pool.doubles[(item << 2) | BORN]!;
    network.take(item);
    // RFC 8257, 3.2: what was not answered yet is answered with the mark that it had.
    if (marked !== words[w | at.LAST_MARKED] && words[w | at.UNANSWERED]! > 0)
      network.send(words[w | at.WAY_BACK]!, this.ackSize(w), words[w | at.EXPECTED]!, doubles[d | at.ECHO_BORN]!);
    if (marked !== words[w | at.LAST_MARKED]) words[w | at.UNANSWERED] = 0;
    words[w | at.LAST_MARKED] = marked;
    const inOrder = segment === words[w | at.EXPECTED];
    const jumped = this.keep(w, segment);
    if (words[w | at.EXPECTED] === words[w | at.SEGMENTS] && Number.isNaN(doubles[d | at.FINISH]!)) {
      doubles[d | at.FINISH] = network.nowNs;
      this.onDone(flow);
    }
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
    const { words, bits } = this;
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
    this.words[w | at.UNANSWERED] = 0;
    const bornNs = this.doubles[(flow << at.DOUBLES_SHIFT) | at.ECHO_BORN]!;
    return this.network.make(this.words[w | at.WAY_BACK]!, this.ackSize(w), this.words[w | at.EXPECTED]!, bornNs);
  }

  private ackSize(w: number): number {
    return this.words[w | at.ACK_SIZE]! | (this.words[w | at.LAST_MARKED] === 1 ? ECHO : 0);
  }

  /** The time of a delayed acknowledgement; if the segment was answered meanwhile, this one is for a later one, which does no harm. */
  private answerLate(item: number, flow: number): number {
    const w = flow << at.WORDS_SHIFT;
    this.words[w | at.ACK_ALARM] = NONE;
    this.network.release(item);
    return this.words[w | at.UNANSWERED]! > 0 ? this.answer(flow) : NONE;
  }

  private giveRoom(w: number, segments: number): void {
    let room = 32;
    while (room < segments) room *= 2;
    this.words[w | at.ROOM] = room;
    this.words[w | at.BITS] = this.bitWords;
    this.bitWords += room >> 5;
    if (this.bitWords <= this.bits.length) return;
    const bits = new Int32Array(Math.max(this.bitWords, 2 * this.bits.length));
    bits.set(this.bits);
    this.bits = bits;
  }

  private grow(): void {
    const flows = Math.max(16, 2 * this.count);
    const words = new Int32Array(flows << at.WORDS_SHIFT);
    words.set(this.words);
    this.words = words;
    const doubles = new Float64Array(flows << at.DOUBLES_SHIFT);
    doubles.set(this.doubles);
    this.doubles = doubles;
  }
}

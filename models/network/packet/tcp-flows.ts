/**
 * TCP as far as it shapes traffic: slow start, congestion avoidance, fast retransmit and recovery, timeouts, delayed acknowledgements,
 * and the answers to congestion marks.
 *
 * Source: RFC 5681 (congestion control), RFC 6582 (NewReno), RFC 3465 (growth by what was acknowledged, at most two segments in slow
 * start), RFC 6298 (retransmission timer), RFC 7323 (each acknowledgement carries the time at which what it answers was sent), RFC 3168
 * (marks), RFC 8257 (DCTCP, gain 1/16), RFC 6928 (initial window of ten), RFC 7661 (a window that is not used does not grow); pacing as fq of
 * Linux does it, without bursts. What receivers do stands in tcp-receiver.ts.
 * Left out: connecting and closing, selective acknowledgements, limited transmit, the receiver's window as flow control (it has room
 * for a fixed number of segments), the handshake of the CWR bit (a sender answers marks once a window anyway), CUBIC.
 */
import { assert } from '../../../sim/engine/assert.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { PacketNetwork } from './packet-network.ts';
import { BORN, BYTES_MASK, ECHO, ECN_CAPABLE, NONE, SEQUENCE, SIZE } from './packet-pool.ts';
import { TcpReceiver } from './tcp-receiver.ts';
import * as at from './tcp-state.ts';
import { TcpTable } from './tcp-table.ts';

/** Before the first measurement (RFC 6298, 2.1). */
const FIRST_TIMEOUT_NS = 1e9;
/** RFC 6298, 2.5 allows a maximum of at least this. */
const TIMEOUT_NS_MAX = 60e9;
const TIMEOUT_NS_MIN = 200e6;
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
  private readonly table = new TcpTable();
  private readonly receiver: TcpReceiver;
  private readonly ackHandler: number;
  private readonly wakeWay: number;
  private readonly timeoutWay: number;
  /** The arrays of the table: kept here, because they change only when a flow is added. */
  private doubles = this.table.doubles;
  private words = this.table.words;
  /** Ways that a flow has left while packets may have been on them; they go with the flow. */
  private readonly leftWays = new Map<number, number[]>();

  /** @param onDone Called when the receiver of a flow has everything. */
  constructor(network: PacketNetwork, onDone: (flow: number) => void = () => {}) {
    this.network = network;
    const ended = (flow: number): void => this.ended(flow);
    this.receiver = new TcpReceiver(network, this.table, onDone, ended);
    this.ackHandler = network.onEnd((item, flow) => this.acknowledged(item, flow), { onLost: ended });
    this.wakeWay = network.timer((item, flow) => this.wake(item, flow));
    this.timeoutWay = network.timer((item, flow) => this.timeout(item, flow));
  }

  /** Adds a flow. Its number. */
  add(setting: at.TcpFlowSetting): number {
    const { there, back, bytes, segmentBytes, headerBytes, marks } = setting;
    assert(bytes > 0 && segmentBytes > 0, () => `a flow moves ${bytes} bytes in segments of ${segmentBytes}`);
    assert(there.length > 0 && back.length > 0, 'a flow goes over at least one port each way');
    const flow = this.table.take(setting.receiveWindow ?? RECEIVE_WINDOW);
    this.words = this.table.words;
    this.doubles = this.table.doubles;
    const { words, doubles } = this;
    const d = flow << at.DOUBLES_SHIFT;
    const w = flow << at.WORDS_SHIFT;
    const { ways } = this.network;
    const endless = bytes === Number.POSITIVE_INFINITY;
    const segments = endless ? ENDLESS_SEGMENTS : Math.ceil(bytes / segmentBytes);
    assert(segments <= ENDLESS_SEGMENTS, () => `${bytes} bytes are more than ${ENDLESS_SEGMENTS} segments`);
    const capable = marks === 'none' ? 0 : ECN_CAPABLE;
    words[w | at.SEGMENTS] = segments;
    words[w | at.WAY_THERE] = ways.add(there, this.receiver.handler, flow);
    words[w | at.WAY_BACK] = ways.add(back, this.ackHandler, flow);
    words[w | at.FULL_SIZE] = (segmentBytes + headerBytes) | capable;
    words[w | at.LAST_SIZE] = endless
      ? words[w | at.FULL_SIZE]!
      : (bytes - (segments - 1) * segmentBytes + headerBytes) | capable;
    words[w | at.ACK_SIZE] = setting.ackBytes;
    words[w | at.ALARM] = NONE;
    words[w | at.ACK_ALARM] = NONE;
    words[w | at.WAKE] = this.network.alarm(this.wakeWay, flow, setting.startNs);
    words[w | at.MARKS] = MARK_RESPONSES.indexOf(marks);
    words[w | at.DELAYED] = setting.delayedAck ? 1 : 0;
    doubles[d | at.WINDOW] = setting.initialWindow ?? INITIAL_WINDOW;
    doubles[d | at.THRESHOLD] = setting.threshold ?? Number.POSITIVE_INFINITY;
    doubles[d | at.START] = setting.startNs;
    doubles[d | at.PACE] = paceOf(setting.paceBytesPerSec ?? Number.POSITIVE_INFINITY);
    doubles[d | at.ROUND_TRIP] = -1;
    doubles[d | at.TIMEOUT] = FIRST_TIMEOUT_NS;
    doubles[d | at.TIMEOUT_MIN] = setting.timeoutNsMin ?? TIMEOUT_NS_MIN;
    doubles[d | at.DEADLINE] = Number.POSITIVE_INFINITY;
    doubles[d | at.ALPHA] = 1;
    doubles[d | at.FINISH] = Number.NaN;
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
    const { words } = this;
    const left = this.leftWays.get(flow) ?? [];
    this.leftWays.set(flow, [...left, words[w | at.WAY_THERE]!, words[w | at.WAY_BACK]!]);
    words[w | at.WAY_THERE] = this.network.ways.add(there, this.receiver.handler, flow);
    words[w | at.WAY_BACK] = this.network.ways.add(back, this.ackHandler, flow);
  }

  /** The sender sends at most so many bytes a second on the wire from now on; 0: none, Infinity: as many as the window allows. */
  setPace(flow: number, bytesPerSec: number): void {
    const d = flow << at.DOUBLES_SHIFT;
    const pace = paceOf(bytesPerSec);
    if (pace === this.doubles[d | at.PACE]) return;
    this.doubles[d | at.PACE] = pace;
    const { nowNs } = this.network;
    if (nowNs < this.doubles[d | at.START]!) return;
    // A gap that was long because the pace was slow must not outlast it.
    const w = flow << at.WORDS_SHIFT;
    const gapNs = pace * (this.words[w | at.FULL_SIZE]! & BYTES_MASK);
    this.doubles[d | at.NEXT_SEND] = Math.min(this.doubles[d | at.NEXT_SEND]!, nowNs + gapNs);
    this.words[w | at.WAKE] = NONE;
    this.sendMore(flow);
  }

  /** Payload that the receiver has, with what came out of order. */
  receivedBytes(flow: number, segmentBytes: number, bytes: number): number {
    return this.receiver.receivedBytes(flow, segmentBytes, bytes);
  }

  /** The owner is done with the flow: it sends no more, and its number is given to another when none of its packets is under way. */
  close(flow: number): void {
    const w = flow << at.WORDS_SHIFT;
    assert(this.words[w | at.CLOSED] === 0, () => `flow ${flow} is closed twice`);
    this.words[w | at.CLOSED] = 1;
    if (this.words[w | at.IN_FLIGHT] === 0) this.giveBack(flow);
  }

  /** Rows and cells that flows have needed at most. */
  get size(): { readonly rows: number; readonly cells: number } {
    return { rows: this.table.size, cells: this.network.ways.size };
  }

  /** A packet of the flow has arrived or is lost. */
  private ended(flow: number): void {
    const w = flow << at.WORDS_SHIFT;
    const underWay = --this.words[w | at.IN_FLIGHT]!;
    if (underWay === 0 && this.words[w | at.CLOSED] === 1) this.giveBack(flow);
  }

  private giveBack(flow: number): void {
    const { words, network } = this;
    const w = flow << at.WORDS_SHIFT;
    // Alarms that are still to come find that they are not the flow's.
    words[w | at.WAKE] = NONE;
    words[w | at.ALARM] = NONE;
    words[w | at.ACK_ALARM] = NONE;
    for (const way of [words[w | at.WAY_THERE]!, words[w | at.WAY_BACK]!, ...(this.leftWays.get(flow) ?? [])])
      network.ways.give(way);
    this.leftWays.delete(flow);
    this.table.give(flow);
  }

  /** The flow begins, or its pace lets it go on. */
  private wake(item: number, flow: number): number {
    const w = flow << at.WORDS_SHIFT;
    if (this.words[w | at.WAKE] === item) {
      this.words[w | at.WAKE] = NONE;
      this.sendMore(flow);
    }
    return this.network.release(item);
  }

  /** Sends what the windows and the pace allow, and winds the timer if it stands still. */
  private sendMore(flow: number): void {
    const { words, doubles } = this;
    const w = flow << at.WORDS_SHIFT;
    const d = flow << at.DOUBLES_SHIFT;
    // Before its beginning, behind its end, or with an alarm that will look again.
    if (words[w | at.WAKE] !== NONE || words[w | at.CLOSED] === 1) return;
    const window = Math.min(Math.floor(doubles[d | at.WINDOW]!), words[w | at.ROOM]!);
    const end = Math.min(words[w | at.OLDEST]! + window, words[w | at.SEGMENTS]!);
    while (words[w | at.NEXT_SEGMENT]! < end) {
      if (doubles[d | at.PACE]! > 0 && !this.paceAllows(flow)) break;
      this.sendSegment(w, words[w | at.NEXT_SEGMENT]!++);
    }
    if (words[w | at.OLDEST]! < words[w | at.NEXT_SEGMENT]! && doubles[d | at.DEADLINE] === Number.POSITIVE_INFINITY)
      this.wind(flow);
  }

  /** Whether a segment may go now; if not, there is an alarm for when it may. */
  private paceAllows(flow: number): boolean {
    const { words, doubles, network } = this;
    const w = flow << at.WORDS_SHIFT;
    const d = flow << at.DOUBLES_SHIFT;
    const nowNs = network.nowNs;
    const pace = doubles[d | at.PACE]!;
    // At pace 0 `setPace` looks again.
    if (pace === Number.POSITIVE_INFINITY) return false;
    const dueNs = Math.ceil(doubles[d | at.NEXT_SEND]!);
    if (dueNs > nowNs) {
      words[w | at.WAKE] = network.alarm(this.wakeWay, flow, dueNs);
      return false;
    }
    doubles[d | at.NEXT_SEND] =
      Math.max(nowNs - 1, doubles[d | at.NEXT_SEND]!) + pace * (words[w | at.FULL_SIZE]! & BYTES_MASK);
    return true;
  }

  private sendSegment(w: number, segment: number): void {
    const { words } = this;
    if (segment < words[w | at.HIGHEST]!) words[w | at.RESENT]! += 1;
    else words[w | at.HIGHEST] = segment + 1;
    const size = words[w | (segment === words[w | at.SEGMENTS]! - 1 ? at.LAST_SIZE : at.FULL_SIZE)]!;
    words[w | at.IN_FLIGHT]! += 1;
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
    if (words[w | at.CLOSED] === 1) {
      this.ended(flow);
      return NONE;
    }
    words[w | at.IN_FLIGHT]! -= 1;
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
    const underWay = words[w | at.NEXT_SEGMENT]! - (expected - news);
    if (words[w | at.NEXT_SEGMENT]! < expected) words[w | at.NEXT_SEGMENT] = expected;
    words[w | at.DUPLICATES] = 0;
    // RFC 7661: a window that the pace leaves half empty says nothing about the network and must not grow.
    const isUsed = doubles[d | at.PACE] === 0 || underWay + 1 >= doubles[d | at.WINDOW]!;
    if (words[w | at.RECOVERING] === 1) this.recover(flow, expected, news);
    else if (!isUsed) doubles[d | at.DEADLINE] = Number.POSITIVE_INFINITY;
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
}

/** Time for a byte, ns; 0: no pace is kept. */
function paceOf(bytesPerSec: number): number {
  return 1e9 / bytesPerSec;
}

/**
 * What TCP remembers of its flows, in typed arrays: places of the fields and the settings that a flow is made from.
 *
 * Hot file: `npm run bench -- packet`. Source: the variables of RFC 5681, 6298, 6582 and 8257. Sequence numbers count whole segments, not bytes. Left out: what tcp-flows.ts leaves out.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';

/** How a sender answers congestion marks: not at all, as to a loss (RFC 3168), or in proportion to them (DCTCP, RFC 8257). */
export type MarkResponse = 'none' | 'ecn' | 'dctcp';

/** What a flow asks of TCP. */
export interface TcpFlowSetting {
  /** The ports from sender to receiver, and back. */
  readonly there: ArrayLike<number>;
  readonly back: ArrayLike<number>;
  /** Payload to be moved; Infinity: a flow that never ends. */
  readonly bytes: number;
  /** Payload of a full segment. */
  readonly segmentBytes: number;
  /** Headers and framing of a segment on the wire. */
  readonly headerBytes: number;
  /** An acknowledgement on the wire. */
  readonly ackBytes: number;
  readonly startNs: TimeNs;
  readonly marks: MarkResponse;
  /** One acknowledgement for two segments, or after `delayedAckNs` (RFC 1122, 4.2.3.2). */
  readonly delayedAck: boolean;
  /** Segments that may be under way before the first acknowledgement; default 10 (RFC 6928). */
  readonly initialWindow?: number;
  /** Shortest retransmission timeout; default 200 ms, as Linux has it (RFC 6298 says a second). */
  readonly timeoutNsMin?: TimeNs;
  /** Segments that the receiver has room for, as a power of two and no fewer than 32 (others are rounded up); default 4,096. */
  readonly receiveWindow?: number;
  /** The window from which on it grows by one segment a round trip; without it, the first loss or mark decides. */
  readonly threshold?: number;
  /** Bytes a second on the wire at most, evenly apart; without it, as fast as the first port takes them. */
  readonly paceBytesPerSec?: number;
}

/** What became of a flow so far. */
export interface TcpResult {
  /** Segments that the receiver has, without gaps. */
  readonly segments: number;
  /** When the receiver had the last byte; NaN before. */
  readonly finishNs: number;
  /** Segments that were sent again. */
  readonly resent: number;
  /** Losses that three duplicate acknowledgements told of. */
  readonly recoveries: number;
  /** Losses that only the timer told of. */
  readonly timeouts: number;
  /** Segments that the sender now allows itself. */
  readonly window: number;
  /** The smoothed round trip, ns. */
  readonly roundTripNs: number;
}

/** Doubles of a flow count from 16 * flow. */
export const DOUBLES_SHIFT = 4;
/** The congestion window, segments. */
export const WINDOW = 0;
/** Above it, the window grows by one segment a round trip. */
export const THRESHOLD = 1;
/** Smoothed round trip; negative before the first measurement. */
export const ROUND_TRIP = 2;
/** Its variation. */
export const VARIATION = 3;
/** The retransmission timeout, with back-off. */
export const TIMEOUT = 4;
/** When the oldest segment under way counts as lost; Infinity: no segment is under way. */
export const DEADLINE = 5;
/** When the alarm for it is due. */
export const ALARM_DUE = 6;
/** DCTCP: the estimated part of marked segments. */
export const ALPHA = 7;
/** When the receiver had everything. */
export const FINISH = 8;
/** When the segment was sent that the next acknowledgement answers. */
export const ECHO_BORN = 9;
/** Shortest timeout. */
export const TIMEOUT_MIN = 10;
/** Time between two bytes on the wire that the sender keeps; 0: it sends at once what the window allows; Infinity: nothing. */
export const PACE = 11;
/** When the sender may send next, by its pace. */
export const NEXT_SEND = 12;
/** When the flow begins. */
export const START = 13;

/** Words of a flow count from 32 * flow. */
export const WORDS_SHIFT = 5;
/** The oldest segment that is not acknowledged. */
export const OLDEST = 0;
/** The next segment to be sent. */
export const NEXT_SEGMENT = 1;
/** One past the last segment ever sent. */
export const HIGHEST = 2;
/** Segments of the flow. */
export const SEGMENTS = 3;
/** Duplicate acknowledgements in a row. */
export const DUPLICATES = 4;
/** Fast recovery ends when all before this segment is acknowledged. */
export const RECOVER = 5;
/** 1 in fast recovery. */
export const RECOVERING = 6;
/** The alarm item, or none. */
export const ALARM = 7;
/** The way there. */
export const WAY_THERE = 8;
/** The way back. */
export const WAY_BACK = 9;
/** A full segment on the wire, with its flags. */
export const FULL_SIZE = 10;
/** The last segment on the wire, with its flags. */
export const LAST_SIZE = 11;
/** An acknowledgement on the wire. */
export const ACK_SIZE = 12;
/** Marks are not answered again before this segment is acknowledged. */
export const ANSWERED = 13;
/** DCTCP: the window of observation ends when this segment is acknowledged. */
export const OBSERVED = 14;
/** DCTCP: segments acknowledged in it. */
export const SEEN = 15;
/** DCTCP: of these, marked. */
export const SEEN_MARKED = 16;
/** Receiver: the next segment in order. */
export const EXPECTED = 17;
/** Receiver: segments that have not been acknowledged yet. */
export const UNANSWERED = 18;
/** Receiver: the alarm of a delayed acknowledgement, or none. */
export const ACK_ALARM = 19;
/** Receiver: the last segment was marked. */
export const LAST_MARKED = 20;
/** Receiver: where its bits of segments out of order begin. */
export const BITS = 21;
/** Receiver: segments that it has room for, a power of two. */
export const ROOM = 22;
/** 0, 1 or 2: no answer to marks, as to a loss, in proportion. */
export const MARKS = 23;
/** 1: delayed acknowledgements. */
export const DELAYED = 24;
/** Segments sent again. */
export const RESENT = 25;
/** Fast recoveries. */
export const RECOVERIES = 26;
/** Timeouts. */
export const TIMEOUTS = 27;
/** Packets of the flow that are under way, in both directions. */
export const IN_FLIGHT = 28;
/** 1: the owner is done with the flow; the row is given back when nothing is under way. */
export const CLOSED = 29;
/** The alarm at which the sender looks again whether it may send, or none. */
export const WAKE = 30;
/** Segments that the row has bits for, wherever ROOM ends. */
export const HELD = 31;

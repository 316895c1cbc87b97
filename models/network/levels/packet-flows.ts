/**
 * Flows that go as packets: TCP or UDP behind one face, as the two-level transport needs them.
 *
 * Source: models/network/packet. Left out: what TCP and UDP there leave out.
 */
import { assert } from '../../../sim/engine/assert.ts';
import type { FlowId } from '../../../sim/sharing/shared-resources.ts';
import type { PacketShape } from '../flow-carrier.ts';
import type { PacketNetwork } from '../packet/packet-network.ts';
import { TcpFlows } from '../packet/tcp-flows.ts';
import type { MarkResponse } from '../packet/tcp-state.ts';
import { UdpFlows } from '../packet/udp-flows.ts';
import type { PacketWays } from './packet-fabric.ts';

/** Segments under way before the first acknowledgement (RFC 6928). */
const INITIAL_WINDOW = 10;
/** Segments that a receiver has room for: 6 MB of full segments, the default maximum of Linux (tcp_rmem). */
const RECEIVE_WINDOW = 4096;

/** A flow that goes as packets. */
interface PacketFlow {
  readonly number: number;
  readonly shape: PacketShape;
  ways: PacketWays;
  /** Payload that was handed over; packets carry the next whole number. */
  readonly bytes: number;
}

/** What TCP did in a run. */
export interface TcpTotals {
  readonly resent: number;
  readonly timeouts: number;
}

/** The packet flows of one run, by the numbers of the transport's flows. */
export class PacketFlows {
  readonly #network: PacketNetwork;
  readonly #marks: MarkResponse;
  readonly #tcp: TcpFlows;
  readonly #udp: UdpFlows;
  readonly #flows = new Map<FlowId, PacketFlow>();
  readonly #ownerOfTcp: FlowId[] = [];
  readonly #ownerOfUdp: FlowId[] = [];
  /** Flows whose packets have all come to their end, in that order. */
  readonly finished: FlowId[] = [];
  #resent = 0;
  #timeouts = 0;
  /** Flows that have gone as packets so far. */
  begun = 0;

  constructor(network: PacketNetwork, marks: MarkResponse) {
    this.#network = network;
    this.#marks = marks;
    this.#tcp = new TcpFlows(network, (row) => this.#done(this.#ownerOfTcp[row]!));
    this.#udp = new UdpFlows(network, (row) => this.#done(this.#ownerOfUdp[row]!));
  }

  #done(flow: FlowId): void {
    this.finished.push(flow);
    this.#network.stopAsked = true;
  }

  /** Flows that go as packets now, in order of their beginning. */
  get running(): IterableIterator<FlowId> {
    return this.#flows.keys();
  }

  /** Whether the flow goes as packets. */
  has(flow: FlowId): boolean {
    return this.#flows.has(flow);
  }

  /**
   * A flow goes on as packets, at a payload rate of at most `bytesPerSec`.
   *
   * @param goesOnBytesPerSec The rate that it has had as a fluid: its window begins with what that needs; 0: it begins anew.
   */
  begin(
    flow: FlowId,
    bytes: number,
    ways: PacketWays,
    shape: PacketShape,
    rates: { readonly bytesPerSec: number; readonly goesOnBytesPerSec: number },
  ): void {
    const { protocol, payloadBytes, packetBytes, answerBytes } = shape;
    const whole = Math.max(1, Math.ceil(bytes));
    const paceBytesPerSec = wirePace(shape, rates.bytesPerSec);
    const roundTripNs = ways.thereNs + ways.backNs;
    const needed = Math.ceil((rates.goesOnBytesPerSec * roundTripNs) / 1e9 / payloadBytes) + 1;
    const window = Math.min(Math.max(INITIAL_WINDOW, needed), RECEIVE_WINDOW);
    let number: number;
    if (protocol === 'udp') {
      number = this.#udp.add({ there: ways.there, bytes: whole, payloadBytes, packetBytes, paceBytesPerSec });
      this.#ownerOfUdp[number] = flow;
    } else {
      number = this.#tcp.add({
        there: ways.there,
        back: ways.back,
        bytes: whole,
        segmentBytes: payloadBytes,
        headerBytes: packetBytes - payloadBytes,
        ackBytes: answerBytes,
        startNs: this.#network.nowNs,
        marks: this.#marks,
        delayedAck: false,
        initialWindow: window,
        receiveWindow: RECEIVE_WINDOW,
        paceBytesPerSec,
        ...(rates.goesOnBytesPerSec > 0 ? { threshold: window } : {}),
      });
      this.#ownerOfTcp[number] = flow;
    }
    this.#flows.set(flow, { number, shape, ways, bytes });
    this.begun += 1;
  }

  /** Payload that has arrived, never more than what was handed over. */
  arrivedBytes(flow: FlowId): number {
    const { number, shape, bytes } = this.#of(flow);
    const whole = Math.max(1, Math.ceil(bytes));
    const arrived =
      shape.protocol === 'udp'
        ? this.#udp.deliveredBytes(number)
        : this.#tcp.receivedBytes(number, shape.payloadBytes, whole);
    return Math.min(arrived, bytes);
  }

  /** Payload that got lost and is not sent again. */
  lostBytes(flow: FlowId): number {
    const { number, shape, bytes } = this.#of(flow);
    return shape.protocol === 'udp' ? Math.min(this.#udp.lostBytes(number), bytes - this.arrivedBytes(flow)) : 0;
  }

  /** Payload bytes a second at most from now on. */
  setRate(flow: FlowId, bytesPerSec: number): void {
    const { number, shape } = this.#of(flow);
    const pace = wirePace(shape, bytesPerSec);
    if (shape.protocol === 'udp') this.#udp.setPace(number, pace);
    else this.#tcp.setPace(number, pace);
  }

  /** Packets take other ways from now on. */
  reroute(flow: FlowId, ways: PacketWays): void {
    const each = this.#of(flow);
    each.ways = ways;
    if (each.shape.protocol === 'udp') this.#udp.reroute(each.number, ways.there);
    else this.#tcp.reroute(each.number, ways.there, ways.back);
  }

  /** What the ways of the flow take when nobody is in the way. */
  waysOf(flow: FlowId): PacketWays {
    return this.#of(flow).ways;
  }

  /** The flow is no packet flow any more. */
  end(flow: FlowId): void {
    const { number, shape } = this.#of(flow);
    if (shape.protocol === 'udp') this.#udp.close(number);
    else {
      const { resent, timeouts } = this.#tcp.result(number);
      this.#resent += resent;
      this.#timeouts += timeouts;
      this.#tcp.close(number);
    }
    this.#flows.delete(flow);
  }

  /** What TCP did so far, in flows that ended and in those that run. */
  totals(): TcpTotals {
    let resent = this.#resent;
    let timeouts = this.#timeouts;
    for (const { number, shape } of this.#flows.values()) {
      if (shape.protocol === 'udp') continue;
      const result = this.#tcp.result(number);
      resent += result.resent;
      timeouts += result.timeouts;
    }
    return { resent, timeouts };
  }

  #of(flow: FlowId): PacketFlow {
    const found = this.#flows.get(flow);
    assert(found !== undefined, () => `flow ${flow} does not go as packets`);
    return found;
  }
}

function wirePace({ payloadBytes, packetBytes }: PacketShape, bytesPerSec: number): number {
  return (bytesPerSec * packetBytes) / payloadBytes;
}

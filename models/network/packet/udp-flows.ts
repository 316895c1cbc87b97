/**
 * UDP flows of a size: datagrams that leave at a pace, arrive or are lost, and are never sent again.
 *
 * Source: RFC 768; the sender is an application that writes as fast as its pace allows. Left out: that a datagram in fragments is lost
 * with any of them (fragments count one by one), answers, congestion control above UDP.
 */
import { assert } from '../../../sim/engine/assert.ts';
import type { PacketNetwork } from './packet-network.ts';
import { NONE, SEQUENCE } from './packet-pool.ts';

/** What a flow asks of UDP. */
export interface UdpFlowSetting {
  /** The ports from sender to receiver. */
  readonly there: ArrayLike<number>;
  /** Payload to be moved; a whole number. */
  readonly bytes: number;
  /** Payload of a full packet. */
  readonly payloadBytes: number;
  /** A full packet on the wire. */
  readonly packetBytes: number;
  /** Bytes a second on the wire, evenly apart. */
  readonly paceBytesPerSec: number;
}

interface Row {
  setting: UdpFlowSetting;
  way: number;
  readonly leftWays: number[];
  packets: number;
  sent: number;
  underWay: number;
  deliveredBytes: number;
  lostBytes: number;
  paceNsPerByte: number;
  nextNs: number;
  wake: number;
  closed: boolean;
}

/** All UDP flows of one network. Their rows are given back like those of TCP. */
export class UdpFlows {
  private readonly network: PacketNetwork;
  private readonly onDone: (flow: number) => void;
  private readonly handler: number;
  private readonly wakeWay: number;
  private readonly rows: Row[] = [];
  private readonly free: number[] = [];

  /** @param onDone Called when the last packet of a flow has arrived or is lost; it may close the flow. */
  constructor(network: PacketNetwork, onDone: (flow: number) => void = () => {}) {
    this.network = network;
    this.onDone = onDone;
    this.handler = network.onEnd((item, flow) => this.arrive(item, flow), {
      onLost: (flow, item) => this.lost(flow, item),
    });
    this.wakeWay = network.timer((item, flow) => this.wake(item, flow));
  }

  /** Adds a flow that begins now. Its number. */
  add(setting: UdpFlowSetting): number {
    const { there, bytes, payloadBytes, paceBytesPerSec } = setting;
    assert(bytes > 0 && payloadBytes > 0, () => `a flow moves ${bytes} bytes in packets of ${payloadBytes}`);
    const flow = this.free.pop() ?? this.rows.length;
    this.rows[flow] = {
      setting,
      way: this.network.ways.add(there, this.handler, flow),
      leftWays: [],
      packets: Math.ceil(bytes / payloadBytes),
      sent: 0,
      underWay: 0,
      deliveredBytes: 0,
      lostBytes: 0,
      paceNsPerByte: 1e9 / paceBytesPerSec,
      nextNs: this.network.nowNs,
      wake: NONE,
      closed: false,
    };
    this.windUp(flow);
    return flow;
  }

  /** Bytes a second on the wire from now on; 0: it stands still. */
  setPace(flow: number, bytesPerSec: number): void {
    const row = this.rows[flow]!;
    row.paceNsPerByte = 1e9 / bytesPerSec;
    const { nowNs } = this.network;
    row.nextNs = Math.max(nowNs, Math.min(row.nextNs, nowNs + row.paceNsPerByte * row.setting.packetBytes));
    this.windUp(flow);
  }

  /** Packets take another way from now on. */
  reroute(flow: number, there: ArrayLike<number>): void {
    const row = this.rows[flow]!;
    row.leftWays.push(row.way);
    row.way = this.network.ways.add(there, this.handler, flow);
  }

  /** Payload that has arrived. */
  deliveredBytes(flow: number): number {
    return this.rows[flow]!.deliveredBytes;
  }

  /** Payload that got lost. */
  lostBytes(flow: number): number {
    return this.rows[flow]!.lostBytes;
  }

  /** The owner is done with the flow: it sends no more, and its number is given to another when none of its packets is under way. */
  close(flow: number): void {
    const row = this.rows[flow]!;
    assert(!row.closed, () => `flow ${flow} is closed twice`);
    row.closed = true;
    row.wake = NONE;
    if (row.underWay === 0) this.giveBack(flow);
  }

  /** An alarm for the next packet; one that was set before finds that it is not the flow's any more. */
  private windUp(flow: number): void {
    const row = this.rows[flow]!;
    row.wake = NONE;
    if (row.closed || row.sent === row.packets || row.nextNs === Number.POSITIVE_INFINITY) return;
    row.wake = this.network.alarm(this.wakeWay, flow, Math.ceil(row.nextNs));
  }

  private wake(item: number, flow: number): number {
    const { network } = this;
    const row = this.rows[flow]!;
    const isOwn = row.wake === item;
    network.release(item);
    if (!isOwn) return NONE;
    const { packetBytes, payloadBytes } = row.setting;
    const wireBytes = packetBytes - payloadBytes + this.payloadOf(row, row.sent);
    row.nextNs = Math.max(row.nextNs, network.nowNs - 1) + wireBytes * row.paceNsPerByte;
    const packet = network.make(row.way, wireBytes, row.sent, network.nowNs);
    row.sent += 1;
    row.underWay += 1;
    this.windUp(flow);
    return packet;
  }

  private payloadOf({ setting, packets }: Row, packet: number): number {
    const { bytes, payloadBytes } = setting;
    return packet === packets - 1 ? bytes - (packets - 1) * payloadBytes : payloadBytes;
  }

  private arrive(item: number, flow: number): number {
    const row = this.rows[flow]!;
    row.deliveredBytes += this.payloadOf(row, this.network.pool.words[(item << 3) | SEQUENCE]!);
    this.network.take(item);
    this.ended(flow, row);
    return NONE;
  }

  private lost(flow: number, item: number): void {
    const row = this.rows[flow]!;
    row.lostBytes += this.payloadOf(row, this.network.pool.words[(item << 3) | SEQUENCE]!);
    this.ended(flow, row);
  }

  private ended(flow: number, row: Row): void {
    row.underWay -= 1;
    if (row.underWay > 0) return;
    if (row.closed) this.giveBack(flow);
    else if (row.sent === row.packets) this.onDone(flow);
  }

  private giveBack(flow: number): void {
    const row = this.rows[flow]!;
    for (const way of [row.way, ...row.leftWays]) this.network.ways.give(way);
    this.free.push(flow);
  }
}

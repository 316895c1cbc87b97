/**
 * Sources that send packets of one size without asking how they fare: at constant gaps, as a Poisson process, or as a table says.
 *
 * Hot file: `npm run bench -- packet`. Source: the usual open-loop sources (OnOff and UdpEcho of ns-3 without their pauses). Left out:
 * bursts, sizes that vary in one source (add one source for each size).
 */
import { assert } from '../../../sim/engine/assert.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import { exponential } from '../../../sim/random/distributions.ts';
import type { Stream } from '../../../sim/random/stream.ts';
import { LeftWays } from './left-ways.ts';
import type { PacketNetwork } from './packet-network.ts';
import { BORN, CURSOR, SEQUENCE } from './packet-pool.ts';

/** When a source sends. */
export type Gaps =
  | { readonly kind: 'constant'; readonly gapNs: TimeNs }
  | { readonly kind: 'poisson'; readonly meanNs: number; readonly stream: Stream }
  /** `gapsNs` in turn, from the place `at` in steps of `stride`, for ever; as many as a power of two. */
  | { readonly kind: 'table'; readonly gapsNs: Int32Array; readonly at: number; readonly stride: number };

/** A source of packets. */
export interface UdpSource {
  /** The ports on its way. */
  readonly ports: ArrayLike<number>;
  /** Bytes of a packet on the wire. */
  readonly bytes: number;
  readonly gaps: Gaps;
  readonly startNs: TimeNs;
  /** Nothing is sent at or after this instant; Infinity: for ever. */
  readonly endNs: TimeNs;
}

/** What arrived of a source. */
export interface UdpResult {
  readonly sent: number;
  readonly delivered: number;
  /** From leaving the source to arriving, without those that did not. */
  readonly meanDelayNs: number;
  /** Packets that arrived after one that was sent later. */
  readonly reordered: number;
}

/** Doubles of a source count from 8 * source. */
const END = 0;
const GAP = 1;
const SENT = 2;
const DELIVERED = 3;
const DELAYS = 4;
const LAST_BORN = 5;
const REORDERED = 6;
/** Packets that got lost on their way. */
const LOST = 7;
/** Words of a source count from 4 * source: its way, its packets' size, its place in the table of gaps. */
const WAY = 0;
const BYTES = 1;
const PLACE = 2;

/** Sources and what they received, of one network. */
export class UdpSources {
  private readonly network: PacketNetwork;
  private readonly arrived: number;
  private readonly emitWay: number;
  private readonly left: LeftWays;
  private readonly gaps: Gaps[] = [];
  private doubles = new Float64Array(0);
  private words = new Int32Array(0);

  constructor(network: PacketNetwork) {
    this.network = network;
    this.left = new LeftWays(network.ways);
    this.arrived = network.onEnd((item, source) => this.arrive(item, source), {
      onLost: (source, item) => this.lose(source, item),
      records: true,
    });
    this.emitWay = network.ways.add(
      [],
      network.onEnd((item) => this.emit(item), { apart: true }),
      0,
      false,
    );
  }

  /** Adds a source. Its number. */
  add(source: UdpSource): number {
    const { gaps, startNs, bytes } = source;
    assert(startNs >= this.network.nowNs && Number.isInteger(startNs), () => `a source starts at ${startNs} ns`);
    if (gaps.kind === 'constant') assert(gaps.gapNs >= 1, () => `a source sends every ${gaps.gapNs} ns`);
    const number = this.gaps.push(gaps) - 1;
    if (this.doubles.length < 8 * this.gaps.length) this.grow();
    this.doubles[(number << 3) | END] = source.endNs;
    this.doubles[(number << 3) | GAP] = gaps.kind === 'constant' ? gaps.gapNs : -1;
    this.words[(number << 2) | WAY] = this.network.ways.add(source.ports, this.arrived, number);
    this.words[(number << 2) | BYTES] = bytes;
    if (gaps.kind === 'table') this.words[(number << 2) | PLACE] = gaps.at & (gaps.gapsNs.length - 1);
    if (startNs < source.endNs) this.network.alarm(this.emitWay, number, startNs);
    return number;
  }

  /** Packets of this source go another way from now on. */
  reroute(source: number, ports: ArrayLike<number>): void {
    const at = source << 3;
    const underWay = this.doubles[at | SENT]! - this.doubles[at | DELIVERED]! - this.doubles[at | LOST]!;
    this.left.leave(source, this.words[(source << 2) | WAY]!, underWay);
    this.words[(source << 2) | WAY] = this.network.ways.add(ports, this.arrived, source);
  }

  /** What became of a source's packets so far. */
  result(source: number): UdpResult {
    const at = source << 3;
    const delivered = this.doubles[at | DELIVERED]!;
    return {
      sent: this.doubles[at | SENT]!,
      delivered,
      meanDelayNs: delivered === 0 ? 0 : this.doubles[at | DELAYS]! / delivered,
      reordered: this.doubles[at | REORDERED]!,
    };
  }

  private emit(item: number): number {
    const { network, doubles } = this;
    const source = network.pool.words[(item << 3) | SEQUENCE]!;
    const nowNs = network.nowNs;
    const sent = doubles[(source << 3) | SENT]! + 1;
    doubles[(source << 3) | SENT] = sent;
    const packet = network.make(this.words[(source << 2) | WAY]!, this.words[(source << 2) | BYTES]!, sent | 0, nowNs);
    const gapNs = doubles[(source << 3) | GAP]!;
    const nextNs = nowNs + (gapNs >= 0 ? gapNs : this.draw(source));
    if (nextNs < doubles[(source << 3) | END]!) network.again(item, nextNs);
    else network.release(item);
    return packet;
  }

  private draw(source: number): TimeNs {
    const gaps = this.gaps[source]!;
    if (gaps.kind === 'poisson') return Math.round(exponential(gaps.stream, gaps.meanNs));
    if (gaps.kind === 'constant') return gaps.gapNs;
    const place = this.words[(source << 2) | PLACE]!;
    this.words[(source << 2) | PLACE] = (place + gaps.stride) & (gaps.gapsNs.length - 1);
    return gaps.gapsNs[place]!;
  }

  private arrive(item: number, source: number): number {
    const { network, doubles, left } = this;
    if (left.count > 0) left.ended(network.pool.words[(item << 3) | CURSOR]!);
    const bornNs = network.pool.doubles[(item << 2) | BORN]!;
    const at = source << 3;
    doubles[at | DELIVERED]! += 1;
    doubles[at | DELAYS]! += network.nowNs - bornNs;
    if (bornNs < doubles[at | LAST_BORN]!) doubles[at | REORDERED]! += 1;
    else doubles[at | LAST_BORN] = bornNs;
    return network.take(item);
  }

  private lose(source: number, item: number): void {
    this.doubles[(source << 3) | LOST]! += 1;
    if (this.left.count > 0) this.left.ended(this.network.pool.words[(item << 3) | CURSOR]!);
  }

  private grow(): void {
    const doubles = new Float64Array(Math.max(64, this.doubles.length * 2));
    doubles.set(this.doubles);
    this.doubles = doubles;
    const words = new Int32Array(doubles.length >> 1);
    words.set(this.words);
    this.words = words;
  }
}

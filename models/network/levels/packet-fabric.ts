/**
 * The links of a fabric that are at packet level, as ports; and the ways of flows over them.
 *
 * A port stands for a link: its speed, its latency and that of the switch behind it, and a queue. What a way has besides (links that stay
 * fluid, the kernels of both ends) only delays, by a line without end; how much those give is the fluid's to say
 * (two-level-transport.ts). Source: the fabric's own figures, so that a packet that meets nobody takes as long as
 * `Fabric.roundTripNs` says. Left out: queues in kernels and on fluid links.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import { type Fabric, PATH_LINKS_MAX } from '../fabric.ts';
import type { PacketShape } from '../flow-carrier.ts';
import { PacketNetwork } from '../packet/packet-network.ts';
import { DROPPED, MARKED, PEAK, PORT_SHIFT, type QueueSetting, TAKEN, TAKEN_BYTES } from '../packet/port-table.ts';

/** The link is not at packet level. */
const NO_PORT = -1;

/** Both ways of a flow, and what they take when nobody is in the way. */
export interface PacketWays {
  readonly there: number[];
  readonly back: number[];
  /** From the last byte leaving the sender to its being at the receiver, for a full packet. */
  readonly thereNs: TimeNs;
  /** The same for an answer on its way back. */
  readonly backNs: TimeNs;
}

/** A port at an instant; packets. */
export interface PortReading {
  readonly waiting: number;
  /** Most that have waited at once. */
  readonly longest: number;
  readonly sent: number;
  readonly dropped: number;
  readonly marked: number;
}

/** Ends of a flow, and what its way is chosen by. */
export interface FlowEnds {
  readonly from: number;
  readonly to: number;
  readonly hash: number;
}

/** The ports of one run. */
export class PacketFabric {
  readonly network: PacketNetwork;
  /** Links at packet level, in ascending order. */
  readonly links: readonly number[];
  readonly #fabric: Fabric;
  readonly #portOf: Int32Array;
  readonly #carries: Uint8Array;
  readonly #bitsPerSec: Float64Array;
  readonly #lines = new Map<TimeNs, number>();
  readonly #scratch = new Int32Array(PATH_LINKS_MAX);

  constructor(fabric: Fabric, links: readonly number[], queue: QueueSetting) {
    this.#fabric = fabric;
    this.links = links;
    this.#portOf = new Int32Array(fabric.linkCount).fill(NO_PORT);
    links.forEach((link, port) => {
      this.#portOf[link] = port;
    });
    this.#bitsPerSec = Float64Array.from(links, (link) => fabric.capacityBitsPerSec(link));
    this.#carries = new Uint8Array(links.length).fill(1);
    this.network = new PacketNetwork({
      ports: links.map((link, port) => ({
        bitsPerSec: this.#bitsPerSec[port]!,
        delayNs: this.#latencyNs(link),
        queue,
      })),
    });
  }

  /** Cable, and the switch at its end if there is one. */
  #latencyNs(link: number): TimeNs {
    const { linkLatencyNs, switchLatencyNs } = this.#fabric.setting;
    const { nodes } = this.#fabric;
    const endsAtNode = link >= nodes && link < 2 * nodes;
    return linkLatencyNs + (endsAtNode ? 0 : switchLatencyNs);
  }

  /** The port of a link, or -1. */
  portOf(link: number): number {
    return this.#portOf[link]!;
  }

  /** Takes over which links carry, and how fast. */
  follow(): void {
    const { network } = this;
    this.links.forEach((link, port) => {
      const carries = this.#fabric.carries[link]!;
      if (carries !== this.#carries[port]) {
        this.#carries[port] = carries;
        if (carries === 0) network.cut(port);
        else network.repair(port);
      }
      const bitsPerSec = this.#fabric.capacityBitsPerSec(link);
      if (bitsPerSec === this.#bitsPerSec[port]) return;
      this.#bitsPerSec[port] = bitsPerSec;
      network.ports.setBitsPerSec(port, bitsPerSec);
    });
  }

  /** The ways of a flow over `links`, which the fabric chose for it; its answers go the way that the fabric chooses for them. */
  ways(links: Int32Array, { from, to, hash }: FlowEnds, shape: PacketShape, kernelRoundTripNs: TimeNs): PacketWays {
    const { packetBytes, answerBytes } = shape;
    const kernelNs = kernelRoundTripNs / 2;
    const there = this.#way(links, packetBytes, kernelNs);
    const count = this.#fabric.path(to, from, hash, this.#scratch);
    const back = this.#way(this.#scratch.subarray(0, count), answerBytes, kernelNs);
    // The sender's first link is paid for by the flow's own transfer.
    const first = this.#sendingNs(links[0]!, packetBytes);
    return { there: there.ports, back: back.ports, thereNs: Math.round(there.ns - first), backNs: Math.round(back.ns) };
  }

  #way(links: Int32Array, bytes: number, kernelNs: number): { ports: number[]; ns: number } {
    let ns = kernelNs;
    let lineNs = kernelNs;
    const ports: number[] = [];
    for (const link of links) {
      const linkNs = this.#latencyNs(link) + this.#sendingNs(link, bytes);
      ns += linkNs;
      if (this.#portOf[link] === NO_PORT) lineNs += linkNs;
      else ports.push(this.#portOf[link]!);
    }
    return { ports: [this.#line(Math.round(lineNs)), ...ports], ns };
  }

  #sendingNs(link: number, bytes: number): number {
    return (8e9 * bytes) / this.#fabric.capacityBitsPerSec(link);
  }

  #line(delayNs: TimeNs): number {
    const known = this.#lines.get(delayNs);
    if (known !== undefined) return known;
    const line = this.network.ports.addLine(delayNs);
    this.#lines.set(delayNs, line);
    return line;
  }

  /** What became of packets on these links so far. */
  counts(): { hops: number; dropped: number; marked: number; peak: number } {
    const { doubles, words } = this.network.ports;
    const counts = { hops: 0, dropped: 0, marked: 0, peak: 0 };
    for (let port = 0; port < this.links.length; port++) {
      const d = port << PORT_SHIFT;
      counts.hops += doubles[d | TAKEN]!;
      counts.dropped += doubles[d | DROPPED]!;
      counts.marked += doubles[d | MARKED]!;
      counts.peak = Math.max(counts.peak, words[(d << 1) | PEAK]!);
    }
    return counts;
  }

  /** What each port holds at `nowNs` and did so far. */
  readings(nowNs: TimeNs): PortReading[] {
    const { ports } = this.network;
    return this.links.map((_, port) => ({
      waiting: ports.waiting(port, nowNs),
      longest: ports.words[(port << (PORT_SHIFT + 1)) | PEAK]!,
      sent: ports.doubles[(port << PORT_SHIFT) | TAKEN]!,
      dropped: ports.doubles[(port << PORT_SHIFT) | DROPPED]!,
      marked: ports.doubles[(port << PORT_SHIFT) | MARKED]!,
    }));
  }

  /** Bytes that the port of a link has taken in so far. */
  takenBytes(port: number): number {
    return this.network.ports.doubles[(port << PORT_SHIFT) | TAKEN_BYTES]!;
  }
}

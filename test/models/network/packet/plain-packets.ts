/**
 * The packet level without haste, as an oracle: objects, one sorted list of what is due, and what each port does in the words of its rule.
 */
import type { PortSetting } from '../../../../models/network/packet/port-table.ts';

/** A source of packets at constant gaps. */
export interface PlainSource {
  readonly ports: number[];
  readonly bytes: number;
  readonly gapNs: number;
  readonly startNs: number;
  readonly endNs: number;
  readonly understandsMarks: boolean;
}

interface Packet {
  readonly source: number;
  readonly bytes: number;
  readonly bornNs: number;
  readonly way: number[];
  passed: number;
  marked: boolean;
}

interface Due {
  readonly atNs: number;
  readonly sequence: number;
  /** A packet that comes to its next port or to its end; without one, the source sends. */
  readonly packet?: Packet;
  readonly source: number;
}

/** What a port did. */
export interface PlainPort {
  taken: number;
  takenBytes: number;
  dropped: number;
  marked: number;
  cut: number;
  peak: number;
  waitedNs: number;
}

/** What has arrived, in order. */
export interface PlainArrival {
  readonly source: number;
  readonly atNs: number;
  readonly bornNs: number;
  readonly marked: boolean;
}

/** Ports and sources of one world. */
export class PlainPackets {
  readonly ports: PlainPort[];
  readonly arrived: PlainArrival[] = [];
  readonly sent: number[];
  private readonly settings: { nsPerByte: number; setting: PortSetting }[];
  private readonly states: { freeNs: number; waiting: { startNs: number; bytes: number }[]; isDown: boolean }[];
  private readonly sources: PlainSource[];
  private readonly ways: number[][];
  private due: Due[] = [];
  private sequence = 0;
  private nowNs = 0;

  constructor(settings: readonly PortSetting[], sources: readonly PlainSource[]) {
    this.settings = settings.map((setting) => ({ nsPerByte: 8e9 / setting.bitsPerSec, setting }));
    this.states = settings.map(() => ({ freeNs: 0, waiting: [], isDown: false }));
    this.ports = settings.map(() => ({
      taken: 0,
      takenBytes: 0,
      dropped: 0,
      marked: 0,
      cut: 0,
      peak: 0,
      waitedNs: 0,
    }));
    this.sources = [...sources];
    this.ways = sources.map(({ ports }) => ports);
    this.sent = sources.map(() => 0);
    sources.forEach(({ startNs, endNs }, source) => {
      if (startNs < endNs) this.add(startNs, source);
    });
  }

  /** Everything up to and including `untilNs`, one by one in the order of time and, at one time, of adding. */
  run(untilNs: number): void {
    for (;;) {
      let first: Due | undefined;
      for (const each of this.due)
        if (
          first === undefined ||
          each.atNs < first.atNs ||
          (each.atNs === first.atNs && each.sequence < first.sequence)
        )
          first = each;
      if (first === undefined || first.atNs > untilNs) break;
      this.due.splice(this.due.indexOf(first), 1);
      this.nowNs = first.atNs;
      if (first.packet === undefined) this.emit(first.source);
      else this.come(first.packet);
    }
    this.nowNs = untilNs;
  }

  /** The source sends over other ports from now on. */
  reroute(source: number, ports: number[]): void {
    this.ways[source] = ports;
  }

  /** The port sends what comes from now on at another speed. */
  setBitsPerSec(port: number, bitsPerSec: number): void {
    this.settings[port]!.nsPerByte = 8e9 / bitsPerSec;
  }

  /** What the port has taken in and has not arrived is lost, and so is what comes until it is repaired. */
  cut(port: number): void {
    const state = this.states[port]!;
    state.isDown = true;
    state.waiting = [];
    state.freeNs = this.nowNs;
    this.due = this.due.filter(({ packet }) => {
      const isOn = packet !== undefined && packet.way[packet.passed - 1] === port;
      if (isOn) this.ports[port]!.cut += 1;
      return !isOn;
    });
  }

  /** The port carries again. */
  repair(port: number): void {
    this.states[port]!.isDown = false;
  }

  private add(atNs: number, source: number, packet?: Packet): void {
    this.due.push({ atNs, sequence: this.sequence++, source, ...(packet === undefined ? {} : { packet }) });
  }

  private emit(source: number): void {
    const { bytes, gapNs, endNs } = this.sources[source]!;
    this.sent[source]! += 1;
    if (this.nowNs + gapNs < endNs) this.add(this.nowNs + gapNs, source);
    this.come({ source, bytes, bornNs: this.nowNs, way: this.ways[source]!, passed: 0, marked: false });
  }

  private come(packet: Packet): void {
    const port = packet.way[packet.passed];
    if (port !== undefined) this.enter(packet, port);
    else
      this.arrived.push({
        source: packet.source,
        atNs: this.nowNs,
        bornNs: packet.bornNs,
        marked: packet.marked,
      });
  }

  private enter(packet: Packet, port: number): void {
    const { nowNs } = this;
    const state = this.states[port]!;
    const counts = this.ports[port]!;
    const { setting, nsPerByte } = this.settings[port]!;
    if (state.isDown) {
      counts.cut += 1;
      return;
    }
    state.waiting = state.waiting.filter(({ startNs }) => startNs > nowNs);
    let startNs = nowNs;
    if (state.freeNs > nowNs) {
      startNs = state.freeNs;
      const { packetsMax, bytesMax, markFromPackets } = setting.queue;
      const waitingBytes = state.waiting.reduce((sum, { bytes }) => sum + bytes, packet.bytes);
      if (state.waiting.length >= packetsMax || waitingBytes > (bytesMax ?? Number.POSITIVE_INFINITY)) {
        counts.dropped += 1;
        return;
      }
      if (
        state.waiting.length >= (markFromPackets ?? Number.POSITIVE_INFINITY) &&
        this.sources[packet.source]!.understandsMarks
      ) {
        counts.marked += 1;
        packet.marked = true;
      }
      state.waiting.push({ startNs, bytes: packet.bytes });
      counts.peak = Math.max(counts.peak, state.waiting.length);
      counts.waitedNs += startNs - nowNs;
    }
    state.freeNs = startNs + packet.bytes * nsPerByte;
    counts.taken += 1;
    counts.takenBytes += packet.bytes;
    packet.passed += 1;
    this.add(Math.floor(state.freeNs + setting.delayNs + 0.5), packet.source, packet);
  }
}

/**
 * One direction of a walk while it goes on: the packets as they are now, what was told so far, and what is on which wire.
 *
 * Each step looks a header up in a table, changes headers, and tells a hop. A packet that was cut goes on as several, which take the
 * same way; the story is that of the first.
 * Source: ours. Left out: loss by chance, and queues (a walk is alone in the network).
 */
import { assert } from '../../../sim/engine/assert.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { PartCost, PartName } from '../../machine/way-parts.ts';
import { fragmentsOf, type Ipv4Header } from '../wire/ipv4.ts';
import { encodePacket, type Packet, type WireHeader } from '../wire/packet.ts';
import { headerWords } from './header-words.ts';
import type { Death, Hop, LegReport, Match, RuleWords, WireFrame } from './hop.ts';

/** What a step wants told. */
export interface Telling {
  readonly device: string;
  readonly part: string;
  /** Parts of the way that are passed here; those that this way does not have cost nothing. */
  readonly costs?: readonly PartName[];
  readonly mtu?: number;
  /** Time beside that of the parts. */
  readonly takesNs?: TimeNs;
  readonly matches?: readonly Match[];
  readonly rules?: readonly RuleWords[];
  readonly wrapped?: readonly string[];
  readonly unwrapped?: readonly string[];
  readonly notes?: readonly string[];
  readonly died?: Death;
}

/** A direction of a walk. */
export class Leg {
  readonly hops: Hop[] = [];
  packets: Packet[];
  nowNs: TimeNs;
  died: Death | null = null;
  /** Processor time of ARP since the last place was told. */
  #arpNs = 0;
  readonly #startNs: TimeNs;
  readonly #wires: WireFrame[];
  /** Costs of the end where the packet is, that have not been charged yet. */
  #due: Map<PartName, PartCost>;
  readonly #costs: ReadonlyMap<PartName, PartCost>;
  /** What packets were before they were cut, and who is to put them together; the last cut last. */
  readonly #uncut: { readonly at: number; readonly packets: Packet[] }[] = [];

  constructor(packet: Packet, startNs: TimeNs, costs: ReadonlyMap<PartName, PartCost>, wires: WireFrame[]) {
    this.packets = [packet];
    this.nowNs = startNs;
    this.#startNs = startNs;
    this.#costs = costs;
    this.#due = new Map(costs);
    this.#wires = wires;
  }

  /** The first packet: the story is its own. */
  get first(): Packet {
    return this.packets[0]!;
  }

  /** The outermost IPv4 header of the first packet. */
  get ip(): Ipv4Header {
    const found = this.first.headers.find((header) => header.kind === 'ipv4');
    assert(found?.kind === 'ipv4', 'a packet on a walk has an IPv4 header');
    return found;
  }

  /** The IPv4 header of the packet that is carried, behind all that a tunnel put before it. */
  get innermostIp(): Ipv4Header {
    const found = [...this.first.headers].reverse().find((header) => header.kind === 'ipv4');
    assert(found?.kind === 'ipv4', 'a packet on a walk has an IPv4 header');
    return found;
  }

  /** Length of the longest outermost IP packet. */
  get ipBytes(): number {
    return Math.max(...this.packets.map(ipBytesOf));
  }

  /** Puts headers around every packet. */
  wrap(make: (packet: Packet) => readonly WireHeader[]): void {
    this.packets = this.packets.map((packet) => ({ ...packet, headers: [...make(packet), ...packet.headers] }));
  }

  /** Takes so many headers off every packet. */
  unwrap(count: number): void {
    this.packets = this.packets.map(({ headers, payload }) => ({ headers: headers.slice(count), payload }));
  }

  /** Changes the header at a place of every packet. */
  change<T extends WireHeader>(at: number, make: (header: T) => T): void {
    this.packets = this.packets.map(({ headers, payload }) => ({
      headers: headers.map((header, i) => (i === at ? make(header as T) : header)),
      payload,
    }));
  }

  /** Lets a router count down every packet's time to live. */
  countDown(): void {
    const at = this.first.headers.findIndex(({ kind }) => kind === 'ipv4');
    this.change<Ipv4Header>(at, (header) => ({ ...header, ttl: header.ttl - 1 }));
  }

  /** Cuts every packet, whose first header is IPv4, for an MTU. */
  cut(mtu: number): void {
    this.#uncut.push({ at: this.ip.destination, packets: this.packets });
    this.packets = this.packets.flatMap((packet) => {
      const [outer, ...inner] = packet.headers;
      if (outer?.kind !== 'ipv4' || ipBytesOf(packet) <= mtu) return [packet];
      const payload = encodePacket({ headers: [outer, ...inner], payload: packet.payload }).slice(
        20 + outer.options.length,
      );
      return fragmentsOf(outer, payload, mtu).map(([header, bytes]) => ({ headers: [header], payload: bytes }));
    });
  }

  /** Puts together what was cut, where it was addressed to. True if anything was. */
  reassemble(here: number): boolean {
    const last = this.#uncut[this.#uncut.length - 1];
    if (last?.at !== here) return false;
    const { ttl } = this.ip;
    this.packets = last.packets.map(({ headers, payload }) => ({
      headers: headers.map((header, i) => (i === 0 && header.kind === 'ipv4' ? { ...header, ttl } : header)),
      payload,
    }));
    this.#uncut.pop();
    return true;
  }

  /** Begins to charge the other end's parts. */
  otherEnd(): void {
    this.#due = new Map(this.#costs);
  }

  /** Names of parts that the present end was not charged for yet. */
  get due(): readonly PartName[] {
    return [...this.#due.keys()];
  }

  /** Processors worked for an ARP exchange at the place that is told next. */
  chargeArp(processorNs: number): void {
    this.#arpNs += processorNs;
  }

  /** A place is told, and its costs are charged. False when the packet died there. */
  tell(telling: Telling): boolean {
    let [processorNs, takesNs] = [0, telling.takesNs ?? 0];
    for (const part of telling.costs ?? []) {
      const cost = this.#due.get(part);
      if (cost === undefined) continue;
      this.#due.delete(part);
      processorNs += cost.processorNs;
      takesNs += cost.timeNs;
    }
    this.hops.push({
      device: telling.device,
      part: telling.part,
      atNs: this.nowNs,
      processorNs: Math.round(processorNs),
      arpProcessorNs: Math.round(this.#arpNs),
      takesNs: Math.round(takesNs),
      mtu: telling.mtu ?? null,
      ipBytes: this.ipBytes,
      packets: this.packets.length,
      matches: telling.matches ?? [],
      rules: telling.rules ?? [],
      wrapped: telling.wrapped ?? [],
      unwrapped: telling.unwrapped ?? [],
      notes: telling.notes ?? [],
      headers: headerWords(this.first),
      died: telling.died ?? null,
    });
    this.#arpNs = 0;
    this.nowNs += Math.round(takesNs);
    this.died = telling.died ?? null;
    return this.died === null;
  }

  /** The packets stand on a wire now, one after another, so far apart. */
  onWire(wire: string, onCable: boolean, apartNs: (packet: Packet) => TimeNs): void {
    let timeNs = this.nowNs;
    for (const packet of this.packets) {
      this.#wires.push({ wire, timeNs, packet, onCable });
      timeNs += apartNs(packet);
    }
  }

  /** What came of it. */
  report(): LegReport {
    return {
      hops: this.hops,
      died: this.died,
      tookNs: this.nowNs - this.#startNs,
      processorNs: this.hops.reduce((sum, { processorNs }) => sum + processorNs, 0),
      arpProcessorNs: this.hops.reduce((sum, { arpProcessorNs }) => sum + arpProcessorNs, 0),
    };
  }
}

/** Length of a packet from its outermost IPv4 header on. */
export function ipBytesOf({ headers, payload }: Packet): number {
  const at = headers.findIndex(({ kind }) => kind === 'ipv4');
  return at < 0 ? 0 : encodePacket({ headers: headers.slice(at), payload }).length;
}

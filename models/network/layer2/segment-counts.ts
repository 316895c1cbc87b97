/**
 * What bridges and stations of many segments see of each other, counted and not carried: a broadcast is one addition for
 * its segment, and one time stamp that stands in the tables of all bridges.
 *
 * A broadcast reaches every station of its segment but its sender, so a station has heard what its segment carried since
 * it was plugged in, less its own. Every bridge has then seen the sender; a frame to one address is seen by the bridges on its way.
 * A bridge that does not know that address (it was silent for 300 s, or its port is dark because it is gone) floods the frame: all stations of
 * the segment behind it get it, a *stray* for all but one, and so do the bridges beyond.
 * Source: IEEE 802.1Q-2018, 8.7 and 8.8, as models/network/layer2/ethernet.ts does it frame by frame; tests hold both equal.
 * Left out: loops, ports with VLANs of their own.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import { BridgeTable } from './bridge-table.ts';

/** The bridge that joins those of all racks. */
export const CORE = 0;
/** The bridge of a rack. */
export const bridgeOfRack = (rack: number): number => rack + 1;
/** A station at the core itself. */
export const AT_CORE = -1;

const NEVER = Number.NEGATIVE_INFINITY;
/** 802.1Q has 12 bits for a VLAN. */
const SEGMENTS_OF_A_BRIDGE = 4096;

/** Told of a frame for one station that all stations of its segment in a rack get (`AT_CORE`: all routers of the segment). */
export type StrayListener = (from: number, to: number, rack: number) => void;

/** Counts of stations by number, and tables of the bridges between them. */
export class SegmentCounts {
  /** Broadcasts that stations have received, all together. */
  deliveries = 0;
  readonly #table: BridgeTable;
  readonly #ageingNs: TimeNs;
  /** By segment: broadcasts that it has carried, and stations that are plugged in. */
  readonly #carried: number[] = [];
  readonly #members: number[] = [];
  /** By station. */
  readonly #segmentOf: number[] = [];
  readonly #rackOf: number[] = [];
  readonly #heardBefore: number[] = [];
  readonly #sent: number[] = [];
  readonly #floodedNs: number[] = [];
  /** Has sent a frame to one address. */
  readonly #hasPassed: boolean[] = [];
  readonly #unpluggedAt: (number | undefined)[] = [];
  readonly #stray: StrayListener;
  /** By bridge and segment: frames flooded there because their receiver was not known. */
  readonly #strays = new Map<number, number>();
  /** By station: strays of its bridge when it was plugged in and when it went, and its own. */
  readonly #straysBefore: number[] = [];
  readonly #straysUntil: (number | undefined)[] = [];
  readonly #straysSent: number[] = [];
  #racks = 0;

  /** `stray` is told of what bridges flood because they do not know its receiver. */
  constructor(ageingNs?: TimeNs, stray: StrayListener = () => {}) {
    this.#table = new BridgeTable(ageingNs);
    this.#ageingNs = this.#table.ageingNs;
    this.#stray = stray;
  }

  /** The next station is plugged into a rack, or at the core. */
  plugIn(segment: number, rack: number): void {
    const station = this.#segmentOf.push(segment) - 1;
    this.#rackOf[station] = rack;
    this.#heardBefore[station] = this.#carried[segment] ?? 0;
    this.#sent[station] = 0;
    this.#floodedNs[station] = NEVER;
    this.#hasPassed[station] = false;
    this.#straysBefore[station] = this.#straysAt(rack, segment);
    this.#straysSent[station] = 0;
    this.#racks = Math.max(this.#racks, rack + 1);
    this.#members[segment] = this.membersOf(segment) + 1;
  }

  /** A station is gone; it hears no more. */
  unplug(station: number): void {
    const segment = this.#segmentOf[station]!;
    this.#unpluggedAt[station] = this.carriedBy(segment);
    this.#straysUntil[station] = this.#straysAt(this.#rackOf[station]!, segment);
    this.#members[segment]!--;
  }

  /** Stations that are plugged into a segment. */
  membersOf(segment: number): number {
    return this.#members[segment] ?? 0;
  }

  /** Broadcasts that a segment has carried. */
  carriedBy(segment: number): number {
    return this.#carried[segment] ?? 0;
  }

  /** Broadcasts that a station has received. */
  heardBy(station: number): number {
    const until = this.#unpluggedAt[station] ?? this.carriedBy(this.#segmentOf[station]!);
    return until - this.#heardBefore[station]! - this.#sent[station]!;
  }

  /** A station sends a broadcast. */
  flood(station: number, nowNs: TimeNs): void {
    const segment = this.#segmentOf[station]!;
    this.#carried[segment] = this.carriedBy(segment) + 1;
    this.#sent[station]!++;
    this.#floodedNs[station] = nowNs;
    this.deliveries += this.membersOf(segment) - 1;
  }

  /** Frames of others for one address that a station has received because a bridge flooded them; those for itself are among them. */
  straysTo(station: number): number {
    const until = this.#straysUntil[station] ?? this.#straysAt(this.#rackOf[station]!, this.#segmentOf[station]!);
    return until - this.#straysBefore[station]! - this.#straysSent[station]!;
  }

  #straysAt(rack: number, segment: number): number {
    return this.#strays.get(bridgeOfRack(rack) * SEGMENTS_OF_A_BRIDGE + segment) ?? 0;
  }

  /** A station sends a frame to another one: bridges on the way see where it is, and flood what they cannot place. */
  pass(from: number, to: number, nowNs: TimeNs): void {
    const [near, far] = [this.#rackOf[from]!, this.#rackOf[to]!];
    this.#hasPassed[from] = true;
    if (near !== AT_CORE && !this.#floodsAt(near, from, to, nowNs) && near === far) return;
    if (this.#floodsAt(AT_CORE, from, to, nowNs)) this.#passEverywhere(from, to, nowNs);
    // What the core knows to be behind the link that it came over has been heard there.
    else if (far !== AT_CORE && far !== near) this.#floodsAt(far, from, to, nowNs);
  }

  /** The core has sent it to all racks. All bridges have seen the sender then, as after a broadcast. */
  #passEverywhere(from: number, to: number, nowNs: TimeNs): void {
    for (let rack = 0; rack < this.#racks; rack++)
      if (rack !== this.#rackOf[from]) this.#floodsAt(rack, from, to, nowNs);
    this.#floodedNs[from] = nowNs;
  }

  /** A frame comes to the bridge of a rack. True if the bridge does not know where it belongs, and floods it. */
  #floodsAt(rack: number, from: number, to: number, nowNs: TimeNs): boolean {
    const bridge = bridgeOfRack(rack);
    this.#learn(bridge, from, nowNs);
    if (this.#isKnown(bridge, to, nowNs)) return false;
    const domain = bridge * SEGMENTS_OF_A_BRIDGE + this.#segmentOf[from]!;
    this.#strays.set(domain, (this.#strays.get(domain) ?? 0) + 1);
    if (this.#rackOf[from] === rack) this.#straysSent[from]!++;
    this.#stray(from, to, rack);
    return true;
  }

  #learn(bridge: number, station: number, nowNs: TimeNs): void {
    this.#table.learn(bridge * SEGMENTS_OF_A_BRIDGE + this.#segmentOf[station]!, station, 0, nowNs);
  }

  /** Addresses that a bridge knows in a segment, or in all of them. Looks at all stations. */
  learned(bridge: number, segment: number | undefined, nowNs: TimeNs): number {
    return this.#segmentOf.reduce((count, own, station) => {
      const isKnown = (segment === undefined || own === segment) && this.#isKnown(bridge, station, nowNs);
      return count + (isKnown ? 1 : 0);
    }, 0);
  }

  #isKnown(bridge: number, station: number, nowNs: TimeNs): boolean {
    // A bridge whose port goes dark forgets what was behind it; others do not hear of that.
    if (this.#unpluggedAt[station] !== undefined && bridge === bridgeOfRack(this.#rackOf[station]!)) return false;
    if (nowNs - this.#floodedNs[station]! <= this.#ageingNs) return true;
    if (!this.#hasPassed[station]) return false;
    return this.#table.portOf(bridge * SEGMENTS_OF_A_BRIDGE + this.#segmentOf[station]!, station, nowNs) >= 0;
  }
}

/**
 * What bridges and stations of many segments see of each other, counted and not carried: a broadcast is one addition for
 * its segment, and one time stamp that stands in the tables of all bridges.
 *
 * A broadcast reaches every station of its segment but its sender, so a station has heard what its segment carried since
 * it was plugged in, less its own. Every bridge has then seen the sender; a frame to one address is seen by the bridges on its way.
 * Source: IEEE 802.1Q-2018, 8.7 and 8.8, as models/network/layer2/ethernet.ts does it frame by frame; tests hold both equal.
 * Left out: what bridges flood because they have forgotten an address (after 300 s, or with the link of one who is gone), loops,
 * ports with VLANs of their own.
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

  constructor(ageingNs?: TimeNs) {
    this.#table = new BridgeTable(ageingNs);
    this.#ageingNs = this.#table.ageingNs;
  }

  /** The next station is plugged into a rack, or at the core. */
  plugIn(segment: number, rack: number): void {
    const station = this.#segmentOf.push(segment) - 1;
    this.#rackOf[station] = rack;
    this.#heardBefore[station] = this.#carried[segment] ?? 0;
    this.#sent[station] = 0;
    this.#floodedNs[station] = NEVER;
    this.#hasPassed[station] = false;
    this.#members[segment] = this.membersOf(segment) + 1;
  }

  /** A station is gone; it hears no more. */
  unplug(station: number): void {
    const segment = this.#segmentOf[station]!;
    this.#unpluggedAt[station] = this.carriedBy(segment);
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

  /** A station sends a frame to another one: bridges on the way see where it is. */
  pass(from: number, to: number, nowNs: TimeNs): void {
    const [near, far] = [this.#rackOf[from]!, this.#rackOf[to]!];
    this.#hasPassed[from] = true;
    if (near !== AT_CORE) this.#learn(bridgeOfRack(near), from, nowNs);
    if (near === far) return;
    this.#learn(CORE, from, nowNs);
    if (far !== AT_CORE) this.#learn(bridgeOfRack(far), from, nowNs);
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

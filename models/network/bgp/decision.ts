/**
 * The decision process: which path of a prefix a speaker uses, and which others share the load with it.
 *
 * Source: RFC 4271 section 9.1.2 in the full order of FRR 8.4 (`bgp_path_info_cmp`) and BIRD 2.0.12 (`bgp_rte_better`), which differ
 * only in the end: FRR keeps the external path that is selected already; RFC 4456 for originator and cluster list.
 * Left out: IGP metrics other than reachable or not, AIGP, MED of confederations.
 */
import { ABSENT, type Attributes, type AttributesId, type AttributeTable, NEXT_HOP_SENDER } from './attributes.ts';
import type { SpeakerConfiguration } from './configuration.ts';
import { NO_PORT, type Ports } from './ports.ts';
import type { PrefixId } from './prefix-table.ts';
import { PROFILES } from './profile.ts';
import { BEST, MULTIPATH, NO_PATH, type Rib } from './rib.ts';
import { NO_END, type SessionEnds } from './session-ends.ts';

/** The step that told two paths apart, for explanations. */
export type DecisionStep =
  | 'only path'
  | 'weight'
  | 'local preference'
  | 'local origin'
  | 'AS path length'
  | 'origin'
  | 'MED'
  | 'external over internal'
  | 'selected before'
  | 'router id'
  | 'cluster list length'
  | 'neighbour address';

/** MED of four bytes. */
const MED_WORST = 4_294_967_295;

/** Weight of a route of one's own. */
export const OWN_WEIGHT = 32_768;

/** Chooses paths for every speaker of a network. */
export class Decision {
  /** The step that told the best path from the last one that it was compared with. */
  lastStep: DecisionStep = 'only path';
  readonly #speakers: readonly SpeakerConfiguration[];
  readonly #rib: Rib;
  readonly #attributes: AttributeTable;
  readonly #ends: SessionEnds;
  readonly #ports: Ports;

  constructor(parts: {
    speakers: readonly SpeakerConfiguration[];
    rib: Rib;
    attributes: AttributeTable;
    ends: SessionEnds;
    ports: Ports;
  }) {
    this.#speakers = parts.speakers;
    this.#rib = parts.rib;
    this.#attributes = parts.attributes;
    this.#ends = parts.ends;
    this.#ports = parts.ports;
  }

  /** Decides a prefix anew and writes it into the paths' flags. The best path, or `NO_PATH`. */
  decide(speaker: number, prefix: PrefixId): number {
    const rib = this.#rib;
    const first = rib.first(speaker, prefix);
    if (first === NO_PATH) return NO_PATH;
    this.lastStep = 'only path';
    const best =
      this.#speakers[speaker]!.deterministicMed === true ? this.#bestByAs(speaker, first) : this.#best(speaker, first);
    this.#mark(speaker, first, best);
    return best;
  }

  #best(speaker: number, first: number): number {
    let best: number = NO_PATH;
    for (let path = first; path !== NO_PATH; path = this.#rib.nextOf[path]!) {
      if (!this.isValid(speaker, path)) continue;
      if (best === NO_PATH || this.#isBetter(speaker, path, best)) best = path;
    }
    return best;
  }

  /** The best of each neighbour AS first, and of these the best: MED then counts in whatever order paths came. */
  #bestByAs(speaker: number, first: number): number {
    const { neighborAsOf } = this.#attributes;
    const bests = new Map<number, number>();
    for (let path = first; path !== NO_PATH; path = this.#rib.nextOf[path]!) {
      if (!this.isValid(speaker, path)) continue;
      const neighborAs = neighborAsOf[this.#rib.attributesOf[path]!]!;
      const best = bests.get(neighborAs);
      if (best === undefined || this.#isBetter(speaker, path, best)) bests.set(neighborAs, path);
    }
    let best: number = NO_PATH;
    for (const path of bests.values()) if (best === NO_PATH || this.#isBetter(speaker, path, best)) best = path;
    return best;
  }

  #mark(speaker: number, first: number, best: number): void {
    const rib = this.#rib;
    for (let path = first; path !== NO_PATH; path = rib.nextOf[path]!) rib.flagsOf[path]! &= ~(BEST | MULTIPATH);
    if (best === NO_PATH) return;
    rib.flagsOf[best]! |= BEST | MULTIPATH;
    if (rib.endOf[best] === NO_END) return;
    const { external, internal } = this.#speakers[speaker]!.maximumPaths;
    const room = (this.#isExternal(best) ? external : internal) - 1;
    if (room <= 0) return;
    const equal: number[] = [];
    for (let path = first; path !== NO_PATH; path = rib.nextOf[path]!) {
      if (path !== best && this.isValid(speaker, path) && this.#sharesLoad(speaker, path, best)) equal.push(path);
    }
    // FRR takes the lowest next hops where there are too many.
    if (equal.length > room) equal.sort((a, b) => this.nextHop(a) - this.nextHop(b)).length = room;
    for (const path of equal) rib.flagsOf[path]! |= MULTIPATH;
  }

  /** The address that a path's packets go to; 0 for a route of one's own. */
  nextHop(path: number): number {
    const end = this.#rib.endOf[path]!;
    if (end === NO_END) return 0;
    const nextHop = this.#attributes.nextHopOf[this.#rib.attributesOf[path]!]!;
    return nextHop === NEXT_HOP_SENDER ? this.#ends.neighborOf[end]!.address : nextHop;
  }

  /** Whether the next hop of a path can be reached. */
  isValid(speaker: number, path: number): boolean {
    const end = this.#rib.endOf[path]!;
    if (end === NO_END) return true;
    const nextHop = this.#attributes.nextHopOf[this.#rib.attributesOf[path]!]!;
    if (nextHop === NEXT_HOP_SENDER) return this.#ports.up[this.#ends.portOf[end]!] === 1;
    return this.#ports.towards(speaker, nextHop) !== NO_PORT;
  }

  /** Speakers that the traffic of a prefix is handed to, ascending; empty where the route is one's own. */
  handedTo(speaker: number, prefix: PrefixId): number[] {
    const rib = this.#rib;
    const found = new Set<number>();
    for (let path = rib.first(speaker, prefix); path !== NO_PATH; path = rib.nextOf[path]!) {
      if ((rib.flagsOf[path]! & MULTIPATH) === 0 || rib.endOf[path] === NO_END) continue;
      const to = this.#ports.handedTo(speaker, this.nextHop(path));
      if (to >= 0) found.add(to);
    }
    return [...found].sort((a, b) => a - b);
  }

  #isExternal(path: number): boolean {
    const end = this.#rib.endOf[path]!;
    return end !== NO_END && this.#ends.external[end] === 1;
  }

  #weight(path: number): number {
    return this.#rib.endOf[path] === NO_END ? OWN_WEIGHT : this.#rib.weight(path);
  }

  #told(step: DecisionStep, isBetter: boolean): boolean {
    this.lastStep = step;
    return isBetter;
  }

  /** Whether `a` is preferred to `b`. */
  #isBetter(speaker: number, a: number, b: number): boolean {
    const { originOf } = this.#attributes;
    const rib = this.#rib;
    const [ofA, ofB] = [rib.attributesOf[a]!, rib.attributesOf[b]!];
    const weights = this.#weight(a) - this.#weight(b);
    if (weights !== 0) return this.#told('weight', weights > 0);
    const preferences = this.#preference(speaker, ofA) - this.#preference(speaker, ofB);
    if (preferences !== 0) return this.#told('local preference', preferences > 0);
    const own = rib.endOf[a] === NO_END;
    if (own !== (rib.endOf[b] === NO_END)) return this.#told('local origin', own);
    const lengths = this.#pathLength(speaker, ofA) - this.#pathLength(speaker, ofB);
    if (lengths !== 0) return this.#told('AS path length', lengths < 0);
    const origins = originOf[ofA]! - originOf[ofB]!;
    if (origins !== 0) return this.#told('origin', origins < 0);
    const meds = this.#meds(speaker, ofA, ofB);
    if (meds !== 0) return this.#told('MED', meds < 0);
    const external = this.#isExternal(a);
    if (external !== this.#isExternal(b)) return this.#told('external over internal', external);
    return this.#isBetterByIdentity(speaker, a, b, external);
  }

  /** What is left when the paths are equally good. */
  #isBetterByIdentity(speaker: number, a: number, b: number, external: boolean): boolean {
    const rib = this.#rib;
    const { daemon, compareRouterId } = this.#speakers[speaker]!;
    if (external && PROFILES[daemon].keepsOldest && compareRouterId !== true) {
      if ((rib.flagsOf[a]! & BEST) !== 0) return this.#told('selected before', true);
      if ((rib.flagsOf[b]! & BEST) !== 0) return this.#told('selected before', false);
    }
    const [ofA, ofB] = [this.#set(a), this.#set(b)];
    const ids = this.#routerId(a, ofA) - this.#routerId(b, ofB);
    if (ids !== 0) return this.#told('router id', ids < 0);
    const clusters = ofA.clusterList.length - ofB.clusterList.length;
    if (clusters !== 0) return this.#told('cluster list length', clusters < 0);
    return this.#told('neighbour address', this.#neighborAddress(a) < this.#neighborAddress(b));
  }

  #set(path: number): Attributes {
    return this.#attributes.get(this.#rib.attributesOf[path]!);
  }

  #routerId(path: number, { originatorId }: Attributes): number {
    if (originatorId !== 0) return originatorId;
    const peer = this.#ends.peerOf[this.#rib.endOf[path]!]!;
    return peer === NO_END ? 0 : this.#speakers[this.#ends.speakerOf[peer]!]!.routerId;
  }

  #neighborAddress(path: number): number {
    return this.#ends.neighborOf[this.#rib.endOf[path]!]?.address ?? 0;
  }

  #preference(speaker: number, of: AttributesId): number {
    const usual = this.#speakers[speaker]!.defaultLocalPreference;
    if (usual === undefined) return this.#attributes.localPreferenceOf[of]!;
    const { localPreference } = this.#attributes.get(of);
    return localPreference === ABSENT ? usual : localPreference;
  }

  #pathLength(speaker: number, of: AttributesId): number {
    return this.#speakers[speaker]!.ignoresAsPathLength === true ? 0 : this.#attributes.pathLengthOf[of]!;
  }

  /** Difference of MEDs where they count. */
  #meds(speaker: number, ofA: AttributesId, ofB: AttributesId): number {
    const { neighborAsOf } = this.#attributes;
    const counts = this.#speakers[speaker]!.alwaysCompareMed === true || neighborAsOf[ofA] === neighborAsOf[ofB];
    return counts ? this.#med(speaker, ofA) - this.#med(speaker, ofB) : 0;
  }

  #med(speaker: number, of: AttributesId): number {
    const isMissing = this.#speakers[speaker]!.medMissingAsWorst === true && this.#attributes.get(of).med === ABSENT;
    return isMissing ? MED_WORST : this.#attributes.medOf[of]!;
  }

  /** Whether `path` may carry traffic beside the best one. */
  #sharesLoad(speaker: number, path: number, best: number): boolean {
    const { originOf, neighborAsOf } = this.#attributes;
    const rib = this.#rib;
    if (rib.endOf[path] === NO_END || this.#isExternal(path) !== this.#isExternal(best)) return false;
    const [a, b] = [rib.attributesOf[path]!, rib.attributesOf[best]!];
    if (rib.weight(path) !== rib.weight(best)) return false;
    if (this.#preference(speaker, a) !== this.#preference(speaker, b)) return false;
    if (
      this.#pathLength(speaker, a) !== this.#pathLength(speaker, b) ||
      originOf[a] !== originOf[b] ||
      this.#meds(speaker, a, b) !== 0
    )
      return false;
    if (this.#speakers[speaker]!.multipathRelax === true || this.#speakers[speaker]!.daemon === 'bird') return true;
    if (this.#isExternal(path)) return neighborAsOf[a] === neighborAsOf[b];
    return String(this.#set(path).asPath) === String(this.#set(best).asPath);
  }
}

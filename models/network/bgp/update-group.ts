/**
 * Update groups: neighbours that are told the same share one Adj-RIB-Out.
 *
 * Source: update groups of FRR; BIRD and GoBGP tell by session, which here is the same group less the session that a route
 * came from. Left out: the split of a group while one of its members is slow.
 */
import { grownInt32 } from '../../../sim/sharing/growth.ts';
import type { AttributesId } from './attributes.ts';
import type { NeighborConfiguration } from './configuration.ts';
import type { PrefixId } from './prefix-table.ts';
import type { Profile } from './profile.ts';
import { NO_END, type SessionEnds } from './session-ends.ts';

/** Nothing is told of a prefix. */
export const NOT_TOLD = -1;

/** One group of one speaker. */
export class UpdateGroup {
  readonly speaker: number;
  readonly external: boolean;
  readonly client: boolean;
  /** What its members have written; those of the first member. */
  readonly neighbor: NeighborConfiguration;
  /** Established ends that have had their first UPDATE, in the order in which they joined. */
  readonly members: number[] = [];
  /** Counts changes of what is told, so that a copy of all of it can be kept. */
  version = 0;
  /** By prefix: attributes + 1, 0 for none. */
  #told = new Int32Array(16);
  /** By prefix: the end that the told route came from, + 1. */
  #source = new Int32Array(16);

  constructor(speaker: number, external: boolean, neighbor: NeighborConfiguration) {
    this.speaker = speaker;
    this.external = external;
    this.client = neighbor.reflectorClient === true;
    this.neighbor = neighbor;
  }

  /** What members are told of a prefix, or `NOT_TOLD`. */
  told(prefix: PrefixId): AttributesId {
    return prefix < this.#told.length ? this.#told[prefix]! - 1 : NOT_TOLD;
  }

  /** The end that the told route came from, or `NO_END`. */
  source(prefix: PrefixId): number {
    return prefix < this.#source.length ? this.#source[prefix]! - 1 : NO_END;
  }

  /** Sets what is told; `NOT_TOLD` to take it back. */
  tell(prefix: PrefixId, attributes: AttributesId, source: number): void {
    this.#told = grownInt32(this.#told, prefix + 1);
    this.#source = grownInt32(this.#source, prefix + 1);
    this.#told[prefix] = attributes + 1;
    this.#source[prefix] = source + 1;
    this.version++;
  }

  /** Prefixes that members are told of, ascending. */
  toldPrefixes(): PrefixId[] {
    const found: PrefixId[] = [];
    for (let prefix = 0; prefix < this.#told.length; prefix++) if (this.#told[prefix] !== 0) found.push(prefix);
    return found;
  }

  /** A new daemon has told nothing yet. */
  forget(): void {
    this.#told = new Int32Array(16);
    this.#source = new Int32Array(16);
    this.version++;
  }

  /** The session of a member is over. */
  leave(end: number): void {
    const index = this.members.indexOf(end);
    if (index >= 0) this.members.splice(index, 1);
  }
}

/** The groups of every speaker, and the group of each end. */
export class UpdateGroups {
  readonly ofSpeaker: UpdateGroup[][];
  readonly ofEnd: UpdateGroup[] = [];

  /** `lanOf`: the segment of an end where more than two share it, else -1: a third party's next hop may be kept there. */
  constructor(profiles: readonly Profile[], ends: SessionEnds, lanOf: (end: number) => number) {
    this.ofSpeaker = profiles.map(() => []);
    const policies = new Map<unknown, number>();
    for (const [speaker, { tellsAsInPath }] of profiles.entries()) {
      const byKey = new Map<string, UpdateGroup>();
      for (let end = ends.firstOf[speaker]!; end < ends.firstOf[speaker + 1]!; end++) {
        const neighbor = ends.neighborOf[end]!;
        const external = ends.external[end] === 1;
        const key = groupKey(neighbor, external, lanOf(end), tellsAsInPath, policies);
        let group = byKey.get(key);
        if (group === undefined) {
          group = new UpdateGroup(speaker, external, neighbor);
          byKey.set(key, group);
          this.ofSpeaker[speaker]!.push(group);
        }
        this.ofEnd.push(group);
      }
    }
  }
}

/** Ends with equal keys are told the same. */
function groupKey(
  neighbor: NeighborConfiguration,
  external: boolean,
  lan: number,
  tellsAsInPath: boolean,
  policies: Map<unknown, number>,
): string {
  const { exportPolicy, asOverride, defaultOriginate, nextHopSelf, reflectorClient, remoteAsn, timers } = neighbor;
  if (exportPolicy !== undefined && !policies.has(exportPolicy)) policies.set(exportPolicy, policies.size);
  const policy = exportPolicy === undefined ? '' : policies.get(exportPolicy);
  const override = asOverride === true || !tellsAsInPath ? remoteAsn : '';
  const place = external ? `external ${lan} ${override}` : `internal ${reflectorClient === true}`;
  const taken = `${neighbor.sendsCommunities !== false}|${neighbor.removePrivateAs ?? ''}`;
  return `${place}|${policy}|${taken}|${defaultOriginate === true}|${nextHopSelf ?? ''}|${timers.mraiSeconds}`;
}

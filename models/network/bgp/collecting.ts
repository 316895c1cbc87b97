/**
 * What a daemon with a main loop has to tell: changes are collected while it reads, and each neighbour is then told how the prefixes that
 * were touched stand now.
 *
 * A prefix that was touched is told even if it stands as before; and one that was announced and taken back before anything was
 * sent is taken back all the same. A route is taken back from the neighbour that originated it.
 * Source: BIRD 2.0.12 (`bgp_rt_notify`: one bucket for each prefix and neighbour), seen in `birdev` and `rib-bird` cases: reflectors send
 * withdrawals to the originator, and hunts of paths send some for what was never announced.
 * Left out: limits of one turn.
 */
import type { AttributesId } from './attributes.ts';
import type { UpdateMessage } from './message.ts';
import type { PrefixId } from './prefix-table.ts';
import { NO_END } from './session-ends.ts';
import { NOT_TOLD, type UpdateGroup } from './update-group.ts';

/** What changed of a prefix for a group. */
export interface Change {
  readonly prefix: PrefixId;
  readonly before: AttributesId;
  readonly after: AttributesId;
  readonly sourceBefore: number;
  readonly sourceAfter: number;
}

/** Messages for some ends. */
export interface Letter {
  readonly ends: readonly number[];
  readonly messages: readonly UpdateMessage[];
}

/** A member that was just told of: all that there was then, and the changes since. */
interface Newcomer {
  readonly end: number;
  readonly prefixes: readonly PrefixId[];
  readonly from: number;
  readonly endOfRib: boolean;
}

interface Pending {
  readonly changes: Change[];
  readonly newcomers: Newcomer[];
}

/** What collecting needs. */
export interface CollectingParts {
  /** The end of a speaker towards the originator of a route; `NO_END` if it has none. */
  readonly originatorOf: (speaker: number, attributes: AttributesId) => number;
  readonly pack: (
    withdrawn: readonly PrefixId[],
    announced: ReadonlyMap<AttributesId, readonly PrefixId[]>,
  ) => UpdateMessage[];
  readonly endOfRib: UpdateMessage;
}

/** Changes of all groups that are not told yet. */
export class Collecting {
  readonly #parts: CollectingParts;
  readonly #pending = new Map<UpdateGroup, Pending>();

  constructor(parts: CollectingParts) {
    this.#parts = parts;
  }

  /** Changes of a group that its members have to be told. */
  add(group: UpdateGroup, changes: readonly Change[]): void {
    this.#of(group).changes.push(...changes);
  }

  /** A new member is to be told all. */
  welcome(group: UpdateGroup, end: number, endOfRib: boolean): void {
    const pending = this.#of(group);
    pending.newcomers.push({ end, prefixes: group.toldPrefixes(), from: pending.changes.length, endOfRib });
  }

  /** A member's session is over. */
  dismiss(group: UpdateGroup, end: number): void {
    const newcomers = this.#pending.get(group)?.newcomers;
    const index = newcomers?.findIndex((each) => each.end === end) ?? -1;
    if (index >= 0) newcomers!.splice(index, 1);
  }

  /** Nothing of a group is to be told any more. */
  forget(group: UpdateGroup): void {
    this.#pending.delete(group);
  }

  /** Everything that the members of a group are to be told now. */
  letters(group: UpdateGroup): readonly Letter[] {
    const pending = this.#pending.get(group);
    if (pending === undefined) return [];
    this.#pending.delete(group);
    const { changes, newcomers } = pending;
    const special = new Set<number>(newcomers.map(({ end }) => end));
    for (const { sourceBefore, sourceAfter, after } of changes) {
      special.add(sourceBefore).add(sourceAfter);
      if (after !== NOT_TOLD) special.add(this.#parts.originatorOf(group.speaker, after));
    }
    const common = group.members.filter((end) => !special.has(end));
    const letters: Letter[] = [{ ends: common, messages: this.#told(group, touched(changes, NO_END), NO_END) }];
    for (const end of group.members) {
      if (!special.has(end)) continue;
      const newcomer = newcomers.find((each) => each.end === end);
      const prefixes = newcomer === undefined ? touched(changes, end) : touchedOf(newcomer, changes, group);
      const messages = this.#told(group, prefixes, end);
      letters.push({
        ends: [end],
        messages: newcomer?.endOfRib === true ? [...messages, this.#parts.endOfRib] : messages,
      });
    }
    return letters.filter(({ ends, messages }) => ends.length > 0 && messages.length > 0);
  }

  #of(group: UpdateGroup): Pending {
    let pending = this.#pending.get(group);
    if (pending === undefined) {
      pending = { changes: [], newcomers: [] };
      this.#pending.set(group, pending);
    }
    return pending;
  }

  /** How touched prefixes stand for an end now. */
  #told(group: UpdateGroup, prefixes: ReadonlySet<PrefixId>, end: number): UpdateMessage[] {
    const withdrawn: PrefixId[] = [];
    const announced = new Map<AttributesId, PrefixId[]>();
    for (const prefix of prefixes) {
      const attributes = group.told(prefix);
      const isOwn = end !== NO_END && (group.source(prefix) === end || this.#isOriginator(group, attributes, end));
      if (attributes === NOT_TOLD || isOwn) withdrawn.push(prefix);
      else if (announced.has(attributes)) announced.get(attributes)!.push(prefix);
      else announced.set(attributes, [prefix]);
    }
    return this.#parts.pack(withdrawn, announced);
  }

  #isOriginator(group: UpdateGroup, attributes: AttributesId, end: number): boolean {
    return attributes !== NOT_TOLD && this.#parts.originatorOf(group.speaker, attributes) === end;
  }
}

/** Prefixes of which an end had a route before a change or gets one by it. */
function touched(changes: readonly Change[], end: number): Set<PrefixId> {
  const found = new Set<PrefixId>();
  for (const { prefix, before, after, sourceBefore, sourceAfter } of changes) {
    const had = before !== NOT_TOLD && (end === NO_END || end !== sourceBefore);
    const gets = after !== NOT_TOLD && (end === NO_END || end !== sourceAfter);
    if (!had && !gets) continue;
    found.delete(prefix);
    found.add(prefix);
  }
  return found;
}

function touchedOf({ end, prefixes, from }: Newcomer, changes: readonly Change[], group: UpdateGroup): Set<PrefixId> {
  const later = changes.slice(from);
  const isTouched = new Set(later.map(({ prefix }) => prefix));
  // What came from the new member itself and stands unchanged is not told to it.
  const first = prefixes.filter((prefix) => isTouched.has(prefix) || group.source(prefix) !== end);
  return new Set([...first, ...touched(later, end)]);
}

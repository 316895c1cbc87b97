/**
 * What a daemon with a main loop has to tell: changes are collected while it reads, and each neighbour is then told how the prefixes that
 * were touched stand now.
 *
 * A prefix that was touched is told even if it stands as before; and one that was announced and taken back before anything was
 * sent is taken back all the same. A route is taken back from the neighbour that originated it. Neighbours are told in the order in which
 * the first change concerned them, and among those of one change in the order in which their sessions came up: so the source of the first of
 * several changes is told last.
 * Source: BIRD 2.0.12 (`bgp_rt_notify`: one bucket for each prefix and neighbour; `rte_announce` goes through the channels of a table in the order
 * of their start, and `ev_schedule` puts whoever has something to tell at the end of a list), seen in `birdev` and `rib-bird` cases: reflectors send
 * withdrawals to the originator, hunts of paths send some for what was never announced, and the order of telling is as said here.
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
  readonly decision: number;
  readonly endOfRib: boolean;
}

interface Pending {
  readonly changes: Change[];
  /** Of each change: the decision that it came of. */
  readonly decisions: number[];
  readonly newcomers: Newcomer[];
}

/** What one end is to be told, and its place in the order. */
interface Told {
  readonly end: number;
  readonly messages: readonly UpdateMessage[];
  /** The first decision that concerned the end, and when its session came up among those of others. */
  readonly decision: number;
  readonly joined: number;
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
  /** By end: the place of its session among all that came up. */
  readonly #joined = new Map<number, number>();
  #joins = 0;
  /** Counts decisions. One tells each group at most once: a group that is told again belongs to the next. */
  #decision = 0;
  readonly #decided = new Set<UpdateGroup>();

  constructor(parts: CollectingParts) {
    this.#parts = parts;
  }

  /** Changes of a group that its members have to be told. */
  add(group: UpdateGroup, changes: readonly Change[]): void {
    if (this.#decided.has(group)) {
      this.#decided.clear();
      this.#decision += 1;
    }
    this.#decided.add(group);
    const pending = this.#of(group);
    pending.changes.push(...changes);
    for (let i = 0; i < changes.length; i++) pending.decisions.push(this.#decision);
  }

  /** A new member is to be told all. */
  welcome(group: UpdateGroup, end: number, endOfRib: boolean): void {
    const pending = this.#of(group);
    const from = pending.changes.length;
    pending.newcomers.push({ end, prefixes: group.toldPrefixes(), from, decision: this.#decision, endOfRib });
    this.#joined.set(end, this.#joins++);
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

  /** Everything that the members of a speaker's groups are to be told now, in the order in which they are told. */
  letters(groups: readonly UpdateGroup[]): readonly Letter[] {
    const told = groups.flatMap((group) => this.#toldOf(group)).filter(({ messages }) => messages.length > 0);
    told.sort((a, b) => a.decision - b.decision || a.joined - b.joined);
    const letters: { readonly ends: number[]; readonly messages: readonly UpdateMessage[] }[] = [];
    for (const { end, messages } of told) {
      if (letters.at(-1)?.messages === messages) letters.at(-1)!.ends.push(end);
      else letters.push({ ends: [end], messages });
    }
    return letters;
  }

  #toldOf(group: UpdateGroup): Told[] {
    const pending = this.#pending.get(group);
    if (pending === undefined) return [];
    this.#pending.delete(group);
    const { changes, newcomers } = pending;
    const special = new Set<number>(newcomers.map(({ end }) => end));
    for (const { sourceBefore, sourceAfter, after } of changes) {
      special.add(sourceBefore).add(sourceAfter);
      if (after !== NOT_TOLD) special.add(this.#parts.originatorOf(group.speaker, after));
    }
    const common = this.#messages(group, touched(changes, NO_END), NO_END);
    // Where nothing changed the others have nothing to be told, and a mesh has many others.
    const members = changes.length === 0 ? newcomers.map(({ end }) => end) : group.members;
    return members.map((end) => {
      const newcomer = newcomers.find((each) => each.end === end);
      const decision = newcomer?.decision ?? firstDecision(pending, end);
      const joined = this.#joined.get(end)!;
      if (!special.has(end)) return { end, messages: common, decision, joined };
      const prefixes = newcomer === undefined ? touched(changes, end) : touchedOf(newcomer, changes, group);
      const messages = this.#messages(group, prefixes, end);
      const all = newcomer?.endOfRib === true ? [...messages, this.#parts.endOfRib] : messages;
      return { end, messages: all, decision, joined };
    });
  }

  #of(group: UpdateGroup): Pending {
    let pending = this.#pending.get(group);
    if (pending === undefined) {
      pending = { changes: [], decisions: [], newcomers: [] };
      this.#pending.set(group, pending);
    }
    return pending;
  }

  /** How touched prefixes stand for an end now. */
  #messages(group: UpdateGroup, prefixes: ReadonlySet<PrefixId>, end: number): UpdateMessage[] {
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

/** Whether an end had a route before a change or gets one by it. */
function concerns({ before, after, sourceBefore, sourceAfter }: Change, end: number): boolean {
  const had = before !== NOT_TOLD && (end === NO_END || end !== sourceBefore);
  const gets = after !== NOT_TOLD && (end === NO_END || end !== sourceAfter);
  return had || gets;
}

/** Prefixes of which an end had a route before a change or gets one by it. */
function touched(changes: readonly Change[], end: number): Set<PrefixId> {
  const found = new Set<PrefixId>();
  for (const change of changes) {
    if (!concerns(change, end)) continue;
    found.delete(change.prefix);
    found.add(change.prefix);
  }
  return found;
}

/** The decision of the first change that concerns an end. */
function firstDecision({ changes, decisions }: Pending, end: number): number {
  const first = changes.findIndex((change) => concerns(change, end));
  return first < 0 ? Number.POSITIVE_INFINITY : decisions[first]!;
}

function touchedOf({ end, prefixes, from }: Newcomer, changes: readonly Change[], group: UpdateGroup): Set<PrefixId> {
  const later = changes.slice(from);
  const isTouched = new Set(later.map(({ prefix }) => prefix));
  // What came from the new member itself and stands unchanged is not told to it.
  const first = prefixes.filter((prefix) => isTouched.has(prefix) || group.source(prefix) !== end);
  return new Set([...first, ...touched(later, end)]);
}

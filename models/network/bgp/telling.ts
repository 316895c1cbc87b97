/**
 * Telling neighbours of changes: one copy for a group, packed by attributes; held back where there is a minimum interval.
 *
 * Source: RFC 4271 section 9.2; FRR 8.4 as recorded: withdrawals leave first; pacing.ts tells of the interval. Left out: the size of a
 * session's send buffer.
 */

import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Simulation } from '../../../sim/engine/simulation.ts';
import type { AttributesId, AttributeTable } from './attributes.ts';
import { type Change, Collecting, type Letter } from './collecting.ts';
import { attributeBytes, packed, prefixBytes, type UpdateMessage } from './message.ts';
import { Pacing } from './pacing.ts';
import type { PrefixId, PrefixTable } from './prefix-table.ts';
import { NO_END } from './session-ends.ts';
import { NOT_TOLD, type UpdateGroup } from './update-group.ts';

/** What a group is told of a prefix from now on, and where it came from. */
export interface Told {
  readonly attributes: AttributesId;
  readonly source: number;
}

/** No route. */
export const NOTHING: Told = { attributes: NOT_TOLD, source: NO_END };

/** What telling needs of the network. */
export interface TellingParts {
  readonly sim: Simulation;
  readonly attributes: AttributeTable;
  readonly prefixes: PrefixTable;
  /** The machine's clock at the start of the run, below one second: whole seconds are counted from there. */
  readonly clockPhaseNs: TimeNs;
  readonly send: (ends: readonly number[], messages: readonly UpdateMessage[]) => void;
  readonly groupOf: (end: number) => UpdateGroup;
  /** Whether the speaker tells a route to the session that it came from. */
  readonly tellsSource: (speaker: number) => boolean;
  readonly keepsMrai: (speaker: number) => boolean;
  /** Whether the speaker tells what it collected when its main loop comes to it. */
  readonly collects: (speaker: number) => boolean;
  /** Something was collected. */
  readonly wake: (speaker: number) => void;
  /** The end of a speaker towards the originator of a route; `NO_END` if it has none. */
  readonly originatorOf: (speaker: number, attributes: AttributesId) => number;
}

/** Tells groups what changed. */
export class Telling {
  readonly #parts: TellingParts;
  readonly #pacing: Pacing;
  readonly #collecting: Collecting;
  /** Of each group: all that it is told, as messages, and the version that they are of. */
  readonly #copies = new Map<UpdateGroup, { readonly version: number; readonly messages: readonly UpdateMessage[] }>();

  constructor(parts: TellingParts) {
    this.#parts = parts;
    this.#collecting = new Collecting({
      originatorOf: parts.originatorOf,
      pack: (withdrawn, announced) => this.#pack(withdrawn, announced),
      endOfRib: END_OF_RIB,
    });
    this.#pacing = new Pacing(parts.sim, parts.clockPhaseNs, {
      groupOf: parts.groupOf,
      pack: (withdrawn, announced) => this.#pack(withdrawn, announced),
      send: parts.send,
    });
  }

  /** Sets what the group is told of each prefix, and tells its members what changed. */
  tell(group: UpdateGroup, prefixes: readonly PrefixId[], told: readonly Told[]): void {
    const changes: Change[] = [];
    for (const [index, prefix] of prefixes.entries()) {
      const { attributes: after, source } = told[index]!;
      const [before, sourceBefore] = [group.told(prefix), group.source(prefix)];
      const sourceAfter = after === NOT_TOLD ? NO_END : source;
      if (before === after && sourceBefore === sourceAfter) continue;
      changes.push({ prefix, before, after, sourceBefore, sourceAfter });
      group.tell(prefix, after, sourceAfter);
    }
    if (changes.length === 0 || group.members.length === 0) return;
    if (this.#parts.collects(group.speaker)) {
      this.#collecting.add(group, changes);
      this.#parts.wake(group.speaker);
    } else if (this.#isPaced(group)) this.#pacing.tell(group, changes);
    else this.#tellMembers(group, changes);
  }

  /** What the members of a speaker's groups have to be told, where that is collected; they are then told. */
  letters(groups: readonly UpdateGroup[]): readonly Letter[] {
    return this.#collecting.letters(groups);
  }

  /** The daemon of a group is gone. */
  forget(group: UpdateGroup): void {
    group.forget();
    this.#collecting.forget(group);
  }

  /** The first telling of a new member: all there is. Its session may have had members of its group tell it nothing yet. */
  welcome(end: number, endOfRib: boolean): void {
    const group = this.#parts.groupOf(end);
    group.members.push(end);
    if (this.#parts.collects(group.speaker)) {
      this.#collecting.welcome(group, end, endOfRib);
      this.#parts.wake(group.speaker);
      return;
    }
    const messages = this.#everything(group, end);
    if (this.#isPaced(group)) this.#pacing.welcome(end, endOfRib || messages.length > 0);
    this.#parts.send([end], endOfRib ? [...messages, END_OF_RIB] : messages);
  }

  /** Tells a member again all that it was told. */
  again(end: number): void {
    const group = this.#parts.groupOf(end);
    if (group.members.includes(end)) this.#parts.send([end], this.#everything(group, end));
  }

  /** A member's session is over. */
  dismiss(end: number): void {
    const group = this.#parts.groupOf(end);
    group.leave(end);
    this.#collecting.dismiss(group, end);
    this.#pacing.dismiss(end);
  }

  #isPaced(group: UpdateGroup): boolean {
    return group.neighbor.timers.mraiSeconds > 0 && this.#parts.keepsMrai(group.speaker);
  }

  #tellMembers(group: UpdateGroup, changes: readonly Change[]): void {
    const special = new Set<number>();
    if (!this.#parts.tellsSource(group.speaker)) {
      for (const { sourceBefore, sourceAfter } of changes) special.add(sourceBefore).add(sourceAfter);
    }
    const common = special.size === 0 ? group.members : group.members.filter((end) => !special.has(end));
    this.#parts.send(common, this.#messagesOf(changes, NO_END));
    if (special.size === 0) return;
    for (const end of group.members) if (special.has(end)) this.#parts.send([end], this.#messagesOf(changes, end));
  }

  /** Messages for those that no route came from, or for the one end that some came from. */
  #messagesOf(changes: readonly Change[], end: number): UpdateMessage[] {
    const withdrawn: PrefixId[] = [];
    const announced = new Map<AttributesId, PrefixId[]>();
    for (const { prefix, before, after, sourceBefore, sourceAfter } of changes) {
      const had = before !== NOT_TOLD && (end === NO_END || end !== sourceBefore);
      const gets = after !== NOT_TOLD && (end === NO_END || end !== sourceAfter);
      if (gets && !(had && before === after)) addTo(announced, after, prefix);
      else if (had && !gets) withdrawn.push(prefix);
    }
    return this.#pack(withdrawn, announced);
  }

  #pack(withdrawn: readonly PrefixId[], announced: ReadonlyMap<AttributesId, readonly PrefixId[]>): UpdateMessage[] {
    const bytesOf = (prefix: PrefixId): number => prefixBytes(this.#parts.prefixes.get(prefix));
    const messages: UpdateMessage[] = packed(withdrawn, bytesOf, 0).map((list) => withdrawal(list));
    for (const [attributes, prefixes] of announced) {
      const beside = attributeBytes(this.#parts.attributes.get(attributes));
      for (const list of packed(prefixes, bytesOf, beside)) messages.push(announcement(attributes, list));
    }
    return messages;
  }

  #everything(group: UpdateGroup, end: number): readonly UpdateMessage[] {
    const isCommon = this.#parts.tellsSource(group.speaker);
    const copy = this.#copies.get(group);
    if (isCommon && copy?.version === group.version) return copy.messages;
    const announced = new Map<AttributesId, PrefixId[]>();
    for (const prefix of group.toldPrefixes()) {
      if (isCommon || group.source(prefix) !== end) addTo(announced, group.told(prefix), prefix);
    }
    const messages = this.#pack([], announced);
    if (isCommon) this.#copies.set(group, { version: group.version, messages });
    return messages;
  }
}

const END_OF_RIB: UpdateMessage = { kind: 'update', withdrawn: [], announced: [], attributes: -1 };

/** Whether a message only says that all has been told. */
export function isEndOfRib({ withdrawn, announced }: UpdateMessage): boolean {
  return withdrawn.length === 0 && announced.length === 0;
}

function withdrawal(withdrawn: readonly PrefixId[]): UpdateMessage {
  return { kind: 'update', withdrawn, announced: [], attributes: -1 };
}

function announcement(attributes: AttributesId, announced: readonly PrefixId[]): UpdateMessage {
  return { kind: 'update', withdrawn: [], announced, attributes };
}

function addTo(lists: Map<AttributesId, PrefixId[]>, attributes: AttributesId, prefix: PrefixId): void {
  const list = lists.get(attributes);
  if (list === undefined) lists.set(attributes, [prefix]);
  else list.push(prefix);
}

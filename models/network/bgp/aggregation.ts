/**
 * Aggregates: a range is told in place of its parts while one of them is there.
 *
 * Source: RFC 4271 section 9.2.2.2; FRR 8.4's `aggregate-address` without `as-set`. Left out: AS sets, attributes of the parts.
 */
import type { AttributesId, AttributeTable } from './attributes.ts';
import type { AggregateConfiguration, SpeakerConfiguration } from './configuration.ts';
import { covers } from './policy.ts';
import type { PrefixId, PrefixTable } from './prefix-table.ts';
import { BEST, NO_PATH, type Rib } from './rib.ts';
import { NO_END } from './session-ends.ts';

/** The aggregates of all speakers. */
export class Aggregation {
  readonly #speakers: readonly SpeakerConfiguration[];
  readonly #attributes: AttributeTable;
  readonly #prefixes: PrefixTable;
  readonly #rib: Rib;
  /** Of each speaker: aggregates that are told now. */
  readonly #active: Set<AggregateConfiguration>[];

  constructor(parts: {
    speakers: readonly SpeakerConfiguration[];
    attributes: AttributeTable;
    prefixes: PrefixTable;
    rib: Rib;
  }) {
    this.#speakers = parts.speakers;
    this.#attributes = parts.attributes;
    this.#prefixes = parts.prefixes;
    this.#rib = parts.rib;
    this.#active = parts.speakers.map(() => new Set());
  }

  /** Puts aggregates in or takes them out after prefixes were decided. Prefixes that must be decided again. */
  update(speaker: number, changed: readonly PrefixId[], own: AttributesId): PrefixId[] {
    const again: PrefixId[] = [];
    for (const aggregate of this.#speakers[speaker]!.aggregates ?? []) {
      if (!changed.some((prefix) => this.#isPart(aggregate, prefix))) continue;
      const parts = this.#partsIn(speaker, aggregate);
      const active = this.#active[speaker]!;
      if (active.has(aggregate) === parts.length > 0) continue;
      this.#switch(speaker, aggregate, own);
      again.push(this.#prefixes.idOf(aggregate.prefix), ...(aggregate.summaryOnly ? parts : []));
    }
    return again;
  }

  /** Whether a prefix is kept back because it is part of a summary. */
  suppresses(speaker: number, prefix: PrefixId): boolean {
    for (const aggregate of this.#active[speaker]!)
      if (aggregate.summaryOnly && this.#isPart(aggregate, prefix)) return true;
    return false;
  }

  /** The daemon is gone. */
  forget(speaker: number): void {
    this.#active[speaker]!.clear();
  }

  #switch(speaker: number, aggregate: AggregateConfiguration, own: AttributesId): void {
    const active = this.#active[speaker]!;
    const prefix = this.#prefixes.idOf(aggregate.prefix);
    if (active.delete(aggregate)) {
      this.#rib.remove(speaker, prefix, NO_END);
      return;
    }
    active.add(aggregate);
    const attributes = { ...this.#attributes.get(own), atomicAggregate: true };
    this.#rib.put(speaker, prefix, NO_END, this.#attributes.idOf(attributes));
  }

  #isPart({ prefix: range }: AggregateConfiguration, prefix: PrefixId): boolean {
    const part = this.#prefixes.get(prefix);
    return part.length > range.length && covers(range, part);
  }

  #partsIn(speaker: number, aggregate: AggregateConfiguration): PrefixId[] {
    const found: PrefixId[] = [];
    for (let prefix = 0; prefix < this.#prefixes.size; prefix++)
      if (this.#isPart(aggregate, prefix) && this.#hasBest(speaker, prefix)) found.push(prefix);
    return found;
  }

  #hasBest(speaker: number, prefix: PrefixId): boolean {
    for (let path = this.#rib.first(speaker, prefix); path !== NO_PATH; path = this.#rib.nextOf[path]!)
      if ((this.#rib.flagsOf[path]! & BEST) !== 0) return true;
    return false;
  }
}

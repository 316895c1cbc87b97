/**
 * What a speaker does with a route that comes in: loops are refused, policies applied.
 *
 * Source: RFC 4271 section 9.1, RFC 4456 section 8 (originator and cluster list). Left out: `enforce-first-as`, maximum prefixes.
 */
import { ABSENT, type Attributes, type AttributesId, type AttributeTable } from './attributes.ts';
import type { SpeakerConfiguration } from './configuration.ts';
import { applyPolicy } from './policy.ts';
import type { PrefixId, PrefixTable } from './prefix-table.ts';
import type { SessionEnds } from './session-ends.ts';

/** The route is not taken. */
export const REFUSED = -1;

/** Takes routes in. */
export class Importing {
  /** Weight of the route that was taken last. */
  weight = 0;
  readonly #speakers: readonly SpeakerConfiguration[];
  readonly #ends: SessionEnds;
  readonly #attributes: AttributeTable;
  readonly #prefixes: PrefixTable;

  constructor(parts: {
    speakers: readonly SpeakerConfiguration[];
    ends: SessionEnds;
    attributes: AttributeTable;
    prefixes: PrefixTable;
  }) {
    this.#speakers = parts.speakers;
    this.#ends = parts.ends;
    this.#attributes = parts.attributes;
    this.#prefixes = parts.prefixes;
  }

  /** The attributes under which an end takes a route, or `REFUSED`; `weight` is set. */
  of(end: number, prefix: PrefixId, id: AttributesId): AttributesId {
    const neighbor = this.#ends.neighborOf[end]!;
    const attributes = this.#attributes.get(id);
    this.weight = neighbor.weight ?? 0;
    if (this.#loops(end, attributes, neighbor.allowAsIn ?? 0)) return REFUSED;
    if (neighbor.importPolicy === undefined) return id;
    // What another AS says of our preferences does not count.
    const heard = this.#ends.external[end] === 1 ? { ...attributes, localPreference: ABSENT } : attributes;
    const passed = applyPolicy(neighbor.importPolicy, this.#prefixes.get(prefix), heard);
    if (passed === undefined) return REFUSED;
    this.weight = passed.weight ?? this.weight;
    return this.#attributes.idOf(passed.attributes);
  }

  #loops(end: number, attributes: Attributes, allowed: number): boolean {
    const { asn, routerId, clusterId } = this.#speakers[this.#ends.speakerOf[end]!]!;
    let found = 0;
    for (const each of attributes.asPath) if (each === asn) found++;
    if (found > allowed) return true;
    if (attributes.originatorId === 0) return false;
    return attributes.originatorId === routerId || attributes.clusterList.includes(clusterId ?? routerId);
  }
}

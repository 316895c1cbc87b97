/**
 * Path attributes, interned: equal sets are one number, so that a million paths share a few thousand sets.
 *
 * Source: RFC 4271 section 5, RFC 4456 (originator, cluster list), RFC 1997 (communities).
 * Left out: AS sets, extended and large communities, unknown transitive attributes.
 */

/** Where a prefix came into BGP. */
export type Origin = 'igp' | 'egp' | 'incomplete';

/** No value of an optional attribute. */
export const ABSENT = -1;

/** The next hop is whoever sends the route, by the address of the session. */
export const NEXT_HOP_SENDER = 0;

/** The attributes of a route. Numbers of routers and addresses are unsigned, 32 bits. */
export interface Attributes {
  readonly origin: Origin;
  /** The outermost (nearest) AS first. */
  readonly asPath: readonly number[];
  /** An address, or `NEXT_HOP_SENDER`. */
  readonly nextHop: number;
  /** `ABSENT` if there is none. */
  readonly med: number;
  /** `ABSENT` if there is none. */
  readonly localPreference: number;
  /** Ascending. */
  readonly communities: readonly number[];
  /** 0 if there is none. */
  readonly originatorId: number;
  /** The last reflector first. */
  readonly clusterList: readonly number[];
  /** The route stands for several more specific ones. */
  readonly atomicAggregate: boolean;
}

/** A set of attributes by its number. */
export type AttributesId = number;

/** Local preference of a route that carries none. */
export const DEFAULT_LOCAL_PREFERENCE = 100;

const ORIGINS: readonly Origin[] = ['igp', 'egp', 'incomplete'];

/** All attributes of one network, each different set once; what decisions compare stands in columns, too. */
export class AttributeTable {
  readonly #sets: Attributes[] = [];
  readonly #ids = new Map<string, AttributesId>();
  /** With `DEFAULT_LOCAL_PREFERENCE` where there is none. */
  readonly localPreferenceOf: number[] = [];
  readonly pathLengthOf: number[] = [];
  /** 0 IGP, 1 EGP, 2 incomplete. */
  readonly originOf: number[] = [];
  /** 0 where there is none. */
  readonly medOf: number[] = [];
  /** The nearest AS, 0 for an empty path. */
  readonly neighborAsOf: number[] = [];
  readonly nextHopOf: number[] = [];

  /** The number of a set; equal sets have the same. */
  idOf(attributes: Attributes): AttributesId {
    const key = keyOf(attributes);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#sets.length;
    this.#sets.push(attributes);
    this.#ids.set(key, id);
    this.#addColumns(attributes);
    return id;
  }

  #addColumns({ localPreference, asPath, origin, med, nextHop }: Attributes): void {
    this.localPreferenceOf.push(localPreference === ABSENT ? DEFAULT_LOCAL_PREFERENCE : localPreference);
    this.pathLengthOf.push(asPath.length);
    this.originOf.push(ORIGINS.indexOf(origin));
    this.medOf.push(med === ABSENT ? 0 : med);
    this.neighborAsOf.push(asPath[0] ?? 0);
    this.nextHopOf.push(nextHop);
  }

  /** The set of a number. */
  get(id: AttributesId): Attributes {
    return this.#sets[id]!;
  }

  /** How many different sets there are. */
  get size(): number {
    return this.#sets.length;
  }
}

function keyOf(attributes: Attributes): string {
  const { origin, asPath, nextHop, med, localPreference, communities, originatorId, clusterList } = attributes;
  const lists = `${asPath.join(' ')}|${communities.join(' ')}|${clusterList.join(' ')}`;
  return `${origin}|${nextHop}|${med}|${localPreference}|${originatorId}|${attributes.atomicAggregate}|${lists}`;
}

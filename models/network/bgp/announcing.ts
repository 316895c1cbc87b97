/**
 * What a speaker tells of a path: to whom it goes at all, and with which attributes.
 *
 * Source: RFC 4271 sections 5 and 9.2, RFC 4456 (reflection), RFC 1997 (well-known communities); FRR 8.4, BIRD 2.0.12 and GoBGP
 * 3.10 as recorded: MED of others is not passed on outside, a third party's next hop is kept on a shared segment.
 * Left out: confederations, link bandwidth.
 */
import {
  ABSENT,
  type Attributes,
  type AttributesId,
  type AttributeTable,
  DEFAULT_LOCAL_PREFERENCE,
  NEXT_HOP_SENDER,
} from './attributes.ts';
import type { Daemon, SpeakerConfiguration } from './configuration.ts';
import { applyPolicy } from './policy.ts';
import { NO_PORT, type Ports } from './ports.ts';
import { isInSubnet, type PrefixId, type PrefixTable } from './prefix-table.ts';
import { PROFILES } from './profile.ts';
import type { Rib } from './rib.ts';
import { NO_END, type SessionEnds } from './session-ends.ts';
import { NOT_TOLD, type UpdateGroup } from './update-group.ts';

/** RFC 1997: to nobody outside the AS; to nobody. */
const NO_EXPORT = 0xffffff01;
const NO_ADVERTISE = 0xffffff02;

/** Turns paths into what groups are told of them. */
export class Announcing {
  readonly #speakers: readonly SpeakerConfiguration[];
  readonly #attributes: AttributeTable;
  readonly #prefixes: PrefixTable;
  readonly #rib: Rib;
  readonly #ends: SessionEnds;
  readonly #ports: Ports;
  /** Of each group without policy: what became of a path's attributes, by attributes and source. */
  readonly #known = new Map<UpdateGroup, Map<number, AttributesId>>();

  constructor(parts: {
    speakers: readonly SpeakerConfiguration[];
    attributes: AttributeTable;
    prefixes: PrefixTable;
    rib: Rib;
    ends: SessionEnds;
    ports: Ports;
  }) {
    this.#speakers = parts.speakers;
    this.#attributes = parts.attributes;
    this.#prefixes = parts.prefixes;
    this.#rib = parts.rib;
    this.#ends = parts.ends;
    this.#ports = parts.ports;
  }

  /** What the group is told of a path of its speaker, or `NOT_TOLD`. */
  of(group: UpdateGroup, prefix: PrefixId, path: number): AttributesId {
    const source = this.#rib.endOf[path]!;
    const attributes = this.#rib.attributesOf[path]!;
    if (!this.#mayTell(group, source) || this.#isRefused(group, attributes)) return NOT_TOLD;
    if (group.neighbor.exportPolicy !== undefined) return this.#through(group, prefix, attributes, source);
    let known = this.#known.get(group);
    if (known === undefined) {
      known = new Map();
      this.#known.set(group, known);
    }
    const key = attributes * (this.#ends.count + 1) + source + 1;
    const told = known.get(key);
    if (told !== undefined) return told;
    const made = this.#through(group, prefix, attributes, source);
    known.set(key, made);
    return made;
  }

  /** The default route that some groups are told in any case. */
  defaultRoute(group: UpdateGroup): AttributesId {
    const own = this.#attributes.idOf(ownAttributes(this.#speakers[group.speaker]!.daemon));
    return this.#through(group, this.#prefixes.idOf({ address: 0, length: 0 }), own, NO_END);
  }

  /** Routes learned inside go on inside only by reflection. */
  #mayTell(group: UpdateGroup, source: number): boolean {
    if (source === NO_END || group.external || this.#ends.external[source] === 1) return true;
    return group.client || this.#ends.client[source] === 1;
  }

  /** Some daemons do not tell a neighbour what it would refuse for its own AS in the path. */
  #isRefused(group: UpdateGroup, attributes: AttributesId): boolean {
    if (!group.external || PROFILES[this.#speakers[group.speaker]!.daemon].tellsAsInPath) return false;
    return this.#attributes.get(attributes).asPath.includes(group.neighbor.remoteAsn);
  }

  #through(group: UpdateGroup, prefix: PrefixId, id: AttributesId, source: number): AttributesId {
    const attributes = this.#attributes.get(id);
    const { communities } = attributes;
    if (communities.includes(NO_ADVERTISE) || (group.external && communities.includes(NO_EXPORT))) return NOT_TOLD;
    const told = group.external ? this.#outside(group, attributes, source) : this.#inside(group, attributes, source);
    const policy = group.neighbor.exportPolicy;
    const passed = policy === undefined ? told : applyPolicy(policy, this.#prefixes.get(prefix), told)?.attributes;
    if (passed === undefined) return NOT_TOLD;
    const left = group.neighbor.sendsCommunities === false ? { ...passed, communities: [] } : passed;
    return this.#attributes.idOf(group.external ? this.#withOwnAs(group, left) : left);
  }

  /** To another AS: our own address, no local preference, MED only of our own routes. */
  #outside(group: UpdateGroup, attributes: Attributes, source: number): Attributes {
    return {
      ...attributes,
      nextHop: this.#keepsNextHop(group, attributes, source) ? this.#addressOf(attributes, source) : NEXT_HOP_SENDER,
      med: source === NO_END ? attributes.med : ABSENT,
      localPreference: ABSENT,
      originatorId: 0,
      clusterList: [],
    };
  }

  /** After the policy, so that what it prepends stands behind our own number. */
  #withOwnAs(group: UpdateGroup, attributes: Attributes): Attributes {
    const { asn } = this.#speakers[group.speaker]!;
    const { asOverride, remoteAsn, removePrivateAs } = group.neighbor;
    const shown = withoutPrivate(attributes.asPath, removePrivateAs);
    const path = asOverride === true ? shown.map((each) => (each === remoteAsn ? asn : each)) : shown;
    return { ...attributes, asPath: [asn, ...path], localPreference: ABSENT };
  }

  /** In our own AS: with a local preference; reflected routes carry where they came from. */
  #inside(group: UpdateGroup, attributes: Attributes, source: number): Attributes {
    const reflected = source !== NO_END && this.#ends.external[source] === 0;
    const nextHop = this.#inner(group, attributes, source, reflected);
    const { clusterId, routerId, defaultLocalPreference } = this.#speakers[group.speaker]!;
    const usual = defaultLocalPreference ?? DEFAULT_LOCAL_PREFERENCE;
    const localPreference = attributes.localPreference === ABSENT ? usual : attributes.localPreference;
    const told = { ...attributes, nextHop, localPreference };
    if (!reflected) return told;
    const from = this.#speakers[this.#ends.speakerOf[this.#ends.peerOf[source]!]!]!;
    return {
      ...told,
      originatorId: attributes.originatorId === 0 ? from.routerId : attributes.originatorId,
      clusterList: [clusterId ?? routerId, ...attributes.clusterList],
    };
  }

  #inner(group: UpdateGroup, attributes: Attributes, source: number, reflected: boolean): number {
    if (source === NO_END) return NEXT_HOP_SENDER;
    const self = group.neighbor.nextHopSelf;
    if (self === 'all' || (self === 'external' && !reflected)) return NEXT_HOP_SENDER;
    return this.#addressOf(attributes, source);
  }

  #addressOf({ nextHop }: Attributes, source: number): number {
    if (nextHop !== NEXT_HOP_SENDER || source === NO_END) return nextHop;
    return this.#ends.neighborOf[source]!.address;
  }

  /** On a segment that the next hop shares with the members, they may send to it themselves. */
  #keepsNextHop(group: UpdateGroup, attributes: Attributes, source: number): boolean {
    if (source === NO_END) return false;
    const port = this.#ports.at(group.neighbor.localAddress);
    if (port === NO_PORT || this.#ports.otherEnd[port] !== NO_PORT) return false;
    const nextHop = this.#addressOf(attributes, source);
    return isInSubnet(nextHop, this.#ports.address[port]!, this.#ports.prefixLength[port]!);
  }
}

/** RFC 6996: numbers for use inside; the last ones of 16 and of 32 bits are not among them. */
function isPrivate(asn: number): boolean {
  return (asn >= 64_512 && asn <= 65_534) || (asn >= 4_200_000_000 && asn <= 4_294_967_294);
}

/** A path as a neighbour is shown it. */
function withoutPrivate(path: readonly number[], remove: 'only' | 'all' | undefined): readonly number[] {
  if (remove === undefined || (remove === 'only' && !path.every(isPrivate))) return path;
  return path.filter((asn) => !isPrivate(asn));
}

/** Of a route of one's own: FRR gives it a MED of 0. */
export function ownAttributes(daemon: Daemon): Attributes {
  return {
    origin: 'igp',
    asPath: [],
    nextHop: NEXT_HOP_SENDER,
    med: daemon === 'frr' ? 0 : ABSENT,
    localPreference: ABSENT,
    communities: [],
    originatorId: 0,
    clusterList: [],
    atomicAggregate: false,
  };
}

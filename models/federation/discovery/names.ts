/**
 * The names of a federated service and the records behind them: zone, region, the whole federation.
 *
 * Source: Federation v1 service DNS controller (`ensureDNSRrsets`, `minDNSTTL` 180 s for every record), KubeFed `ServiceDNSRecord`. A level
 * with healthy endpoints has the addresses of its clusters' load balancers; a level without points to the level above (CNAME); the highest
 * without has no record. Clients ask for the name of their own zone. What is published counts after the controller's delay, without an event.
 * Leaves out: load balancers that are names themselves, zones of a provider's DNS that take their time, several federations.
 */
import { assert } from '../../../sim/engine/assert.ts';
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Place } from '../interconnect/place.ts';

/** Levels from near to far. */
export const LEVELS = ['zone', 'region', 'global'] as const;

/** TTL of every record. */
export const FEDERATION_TTL_NS = 180 * NS_PER_SECOND;

/** What a name stands for: addresses, another name, or nothing. */
export type DnsRecord =
  | { readonly kind: 'addresses'; readonly clusters: readonly number[] }
  | { readonly kind: 'alias'; readonly name: number }
  | { readonly kind: 'none' };

/** An answer that may be kept until `untilNs`. */
export interface DnsAnswer {
  readonly record: DnsRecord;
  readonly untilNs: TimeNs;
}

/** Whoever answers questions for names. */
export interface NameServer {
  lookup(name: number, nowNs: TimeNs): DnsAnswer;
}

/** Settings of the servers that know. */
export interface AuthorityPlan {
  readonly places: readonly Place[];
  readonly services: number;
  /** `FEDERATION_TTL_NS` if left out. */
  readonly ttlNs?: TimeNs;
  /** How long resolvers may keep that there is nothing; the same if left out (the smaller of the zone's SOA and its minimum, RFC 2308). */
  readonly negativeTtlNs?: TimeNs;
  /** From a change of health to new records; 0 if left out. */
  readonly syncNs?: TimeNs;
}

interface Publication {
  readonly fromNs: TimeNs;
  readonly clusters: readonly number[];
}

/** The servers that know the records. */
export class Authority implements NameServer {
  readonly names: number;
  readonly #ttlNs: TimeNs;
  readonly #negativeTtlNs: TimeNs;
  readonly #syncNs: TimeNs;
  /** By level: the group of each cluster, such as the number of its zone. */
  readonly #groups: readonly (readonly number[])[];
  /** Number of the first name of each level within a service. */
  readonly #firstOf: readonly number[];
  readonly #namesOfService: number;
  /** By service, what counts now and what will. */
  readonly #published: Publication[][];

  constructor({ places, services, ttlNs = FEDERATION_TTL_NS, negativeTtlNs = ttlNs, syncNs = 0 }: AuthorityPlan) {
    this.#ttlNs = ttlNs;
    this.#negativeTtlNs = negativeTtlNs;
    this.#syncNs = syncNs;
    const regionOf = ({ provider, region }: Place): string => `${provider} ${region}`;
    this.#groups = [
      numbered(places.map((place) => `${regionOf(place)} ${place.zone}`)),
      numbered(places.map(regionOf)),
      places.map(() => 0),
    ];
    const sizes = this.#groups.map((groups) => Math.max(...groups) + 1);
    this.#firstOf = [0, sizes[0]!, sizes[0]! + sizes[1]!];
    this.#namesOfService = sizes[0]! + sizes[1]! + 1;
    this.names = services * this.#namesOfService;
    this.#published = Array.from({ length: services }, () => [{ fromNs: 0, clusters: [] }]);
  }

  /** The name that a client near a cluster asks for. */
  nameFor(service: number, cluster: number, level: (typeof LEVELS)[number] = 'zone'): number {
    const at = LEVELS.indexOf(level);
    return service * this.#namesOfService + this.#firstOf[at]! + this.#groups[at]![cluster]!;
  }

  /** From `nowNs` and the controller's delay on, these clusters have healthy endpoints of the service. */
  publish(service: number, clusters: readonly number[], nowNs: TimeNs): void {
    const list = this.#published[service]!;
    const fromNs = nowNs + this.#syncNs;
    assert(fromNs >= list.at(-1)!.fromNs, () => `service ${service} is published for ${fromNs}, before the last time`);
    list.push({ fromNs, clusters: [...clusters].sort((a, b) => a - b) });
  }

  lookup(name: number, nowNs: TimeNs): DnsAnswer {
    const service = Math.floor(name / this.#namesOfService);
    const within = name - service * this.#namesOfService;
    const level = within >= this.#firstOf[2]! ? 2 : within >= this.#firstOf[1]! ? 1 : 0;
    const groups = this.#groups[level]!;
    const group = within - this.#firstOf[level]!;
    const clusters = this.#healthy(service, nowNs).filter((cluster) => groups[cluster] === group);
    if (clusters.length > 0) return { record: { kind: 'addresses', clusters }, untilNs: nowNs + this.#ttlNs };
    if (level === 2) return { record: { kind: 'none' }, untilNs: nowNs + this.#negativeTtlNs };
    const member = groups.indexOf(group);
    const above = service * this.#namesOfService + this.#firstOf[level + 1]! + this.#groups[level + 1]![member]!;
    return { record: { kind: 'alias', name: above }, untilNs: nowNs + this.#ttlNs };
  }

  /** What counts at an instant that is not before the last one that was asked for. */
  #healthy(service: number, nowNs: TimeNs): readonly number[] {
    const list = this.#published[service]!;
    while (list.length > 1 && list[1]!.fromNs <= nowNs) list.shift();
    return list[0]!.clusters;
  }
}

function numbered(keys: readonly string[]): number[] {
  const seen = [...new Set(keys)];
  return keys.map((key) => seen.indexOf(key));
}

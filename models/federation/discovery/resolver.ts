/**
 * A resolver that keeps answers: as long as they allow, longer, shorter, or for ever.
 *
 * Source: RFC 1035 and RFC 2308 (answers, and that there is nothing, are kept as long as their TTL says); unbound `cache-min-ttl` and
 * `cache-max-ttl` (0 and 86,400 s); CoreDNS `cache`: at least 5 s, at most 3,600 s, for nothing 1,800 s; Java: `networkaddress.cache.ttl` is 30 s,
 * for ever where a security manager is set, and 10 s for nothing, whatever the TTL. What is passed on keeps what is left of it.
 * An answer is kept by name: an alias and the addresses behind it end at different times. Nothing of it costs an event.
 * Leaves out: caches that are full, prefetching, serving what is stale, resolvers that are down.
 */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { DnsAnswer, NameServer } from './names.ts';

/** How a resolver treats TTLs. */
export interface CachePolicy {
  /** Answers are kept for at least so long; Infinity: for ever. */
  readonly minTtlNs: TimeNs;
  readonly maxTtlNs: TimeNs;
  /** The same for names that stand for nothing. */
  readonly minNegativeTtlNs: TimeNs;
  readonly maxNegativeTtlNs: TimeNs;
}

const S = NS_PER_SECOND;
const always = (ttlNs: TimeNs, negativeNs: TimeNs): CachePolicy => ({
  minTtlNs: ttlNs,
  maxTtlNs: ttlNs,
  minNegativeTtlNs: negativeNs,
  maxNegativeTtlNs: negativeNs,
});

/** By name. */
export const CACHE_POLICIES = {
  /** As the answers say. */
  honest: { minTtlNs: 0, maxTtlNs: 86_400 * S, minNegativeTtlNs: 0, maxNegativeTtlNs: 3600 * S },
  coredns: { minTtlNs: 5 * S, maxTtlNs: 3600 * S, minNegativeTtlNs: 5 * S, maxNegativeTtlNs: 1800 * S },
  java: always(30 * S, 10 * S),
  /** Java with a security manager. */
  forever: always(Number.POSITIVE_INFINITY, 10 * S),
  /** Asks each time. */
  none: always(0, 0),
} as const satisfies Readonly<Record<string, CachePolicy>>;

/** Name of a policy. */
export type CachePolicyName = keyof typeof CACHE_POLICIES;

/** A cache before a name server. */
export class Resolver implements NameServer {
  readonly #upstream: NameServer;
  readonly #policy: CachePolicy;
  readonly #kept: (DnsAnswer | undefined)[] = [];

  constructor(upstream: NameServer, policy: CachePolicy) {
    this.#upstream = upstream;
    this.#policy = policy;
  }

  lookup(name: number, nowNs: TimeNs): DnsAnswer {
    const kept = this.#kept[name];
    if (kept !== undefined && nowNs < kept.untilNs) return kept;
    const { record, untilNs } = this.#upstream.lookup(name, nowNs);
    const { minTtlNs, maxTtlNs, minNegativeTtlNs, maxNegativeTtlNs } = this.#policy;
    const none = record.kind === 'none';
    const least = none ? minNegativeTtlNs : minTtlNs;
    const most = none ? maxNegativeTtlNs : maxTtlNs;
    const answer = { record, untilNs: nowNs + Math.max(least, Math.min(most, untilNs - nowNs)) };
    this.#kept[name] = answer;
    return answer;
  }

  /** Forgets everything, as a restart does. */
  flush(): void {
    this.#kept.length = 0;
  }
}

/**
 * Who is sent where: each client asks for the name of its zone, follows aliases, and takes one of the addresses in turn.
 *
 * Source: Federation v1's rule for clients; what is kept, and where, is told by names.ts and resolver.ts. A client has a cache of its own for
 * whole answers, before the resolver that it shares with others.
 * Leaves out: the time that a question takes, clients that keep a connection open and ask for no name, load behind an address.
 */
import { AssertionError } from '../../../sim/engine/assert.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import { type Authority, type DnsAnswer, LEVELS, type NameServer } from './names.ts';
import { type CachePolicy, Resolver } from './resolver.ts';

/** What `endpointOf` gives when the name stands for nothing. */
export const NO_ENDPOINT = -1;

/** One kind of clients: where they are, which resolver they ask, and how they keep what it says. */
export interface ClientPlan {
  /** The cluster in whose zone they are. */
  readonly cluster: number;
  readonly resolver: number;
  readonly cache: CachePolicy;
}

/** Where clients are sent. */
export class Discovery {
  readonly #authority: Authority;
  readonly #clients: readonly ClientPlan[];
  readonly #caches: readonly Resolver[];

  constructor(authority: Authority, resolvers: readonly CachePolicy[], clients: readonly ClientPlan[]) {
    this.#authority = authority;
    this.#clients = clients;
    const shared = resolvers.map((policy) => new Resolver(authority, policy));
    this.#caches = clients.map(({ resolver, cache }) => new Resolver(new Followed(shared[resolver]!), cache));
  }

  /** The cluster to which a client's call number `turn` goes at an instant; `NO_ENDPOINT`: the name stands for nothing. */
  endpointOf(client: number, service: number, nowNs: TimeNs, turn = 0): number {
    const name = this.#authority.nameFor(service, this.#clients[client]!.cluster);
    const { record } = this.#caches[client]!.lookup(name, nowNs);
    if (record.kind !== 'addresses') return NO_ENDPOINT;
    return record.clusters[turn % record.clusters.length]!;
  }

  /** Until when a client asks nobody. */
  keepsUntilNs(client: number, service: number, nowNs: TimeNs): TimeNs {
    const name = this.#authority.nameFor(service, this.#clients[client]!.cluster);
    return this.#caches[client]!.lookup(name, nowNs).untilNs;
  }
}

/** Follows aliases to their end; the answer may be kept as long as its shortest part. */
class Followed implements NameServer {
  readonly #resolver: NameServer;

  constructor(resolver: NameServer) {
    this.#resolver = resolver;
  }

  lookup(name: number, nowNs: TimeNs): DnsAnswer {
    let untilNs = Number.POSITIVE_INFINITY;
    let next = name;
    for (let steps = 0; steps < LEVELS.length; steps++) {
      const answer = this.#resolver.lookup(next, nowNs);
      untilNs = Math.min(untilNs, answer.untilNs);
      if (answer.record.kind !== 'alias') return { record: answer.record, untilNs };
      next = answer.record.name;
    }
    throw new AssertionError(`name ${name} has more aliases than levels`);
  }
}

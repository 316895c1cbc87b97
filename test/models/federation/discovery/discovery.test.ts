/** Discovery by DNS: levels, time to live, resolvers that stretch it, and who is sent where. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClientPlan, Discovery, NO_ENDPOINT } from '../../../../models/federation/discovery/discovery.ts';
import { Authority, type DnsRecord } from '../../../../models/federation/discovery/names.ts';
import { CACHE_POLICIES, type CachePolicy } from '../../../../models/federation/discovery/resolver.ts';
import { NS_PER_SECOND } from '../../../../sim/engine/sim-time.ts';

const S = NS_PER_SECOND;
/** Two clusters in zones of one region, one in another region. */
const PLACES = [
  { provider: 'p', region: 'east', zone: 'a' },
  { provider: 'p', region: 'east', zone: 'b' },
  { provider: 'p', region: 'west', zone: 'a' },
];
const { honest, forever, java, none } = CACHE_POLICIES;

function found(clients: readonly Partial<ClientPlan>[], resolvers: readonly CachePolicy[] = [honest], syncNs = 0) {
  const authority = new Authority({ places: PLACES, services: 2, syncNs, negativeTtlNs: 60 * S });
  const plans = clients.map((client) => ({ cluster: 0, resolver: 0, cache: none, ...client }));
  return { authority, discovery: new Discovery(authority, resolvers, plans) };
}

describe('records by level', () => {
  const recordsOf = (healthy: readonly number[]): DnsRecord['kind'][] => {
    const { authority } = found([]);
    authority.publish(1, healthy, 0);
    return (['zone', 'region', 'global'] as const).map(
      (level) => authority.lookup(authority.nameFor(1, 0, level), 0).record.kind,
    );
  };

  it('addresses where there are endpoints, an alias upwards where there are none, nothing at the top', () => {
    expect(recordsOf([0])).toEqual(['addresses', 'addresses', 'addresses']);
    expect(recordsOf([1])).toEqual(['alias', 'addresses', 'addresses']);
    expect(recordsOf([2])).toEqual(['alias', 'alias', 'addresses']);
    expect(recordsOf([])).toEqual(['alias', 'alias', 'none']);
  });

  it('a client gets the nearest level that has endpoints, and its addresses in turn', () => {
    const { authority, discovery } = found([{ cluster: 0 }, { cluster: 2 }]);
    authority.publish(0, [1, 2], 0);
    expect([0, 1, 2].map((turn) => discovery.endpointOf(0, 0, 0, turn))).toEqual([1, 1, 1]);
    expect(discovery.endpointOf(1, 0, 0)).toBe(2);
    authority.publish(1, [1, 0], 0);
    // West has none: the global name has both.
    expect([0, 1, 2].map((turn) => discovery.endpointOf(1, 1, 0, turn))).toEqual([0, 1, 0]);
  });
});

describe('time to live', () => {
  /** Seconds after the change at which the client is sent elsewhere. */
  const movesAfter = (client: Partial<ClientPlan>, resolver: CachePolicy, askedAt: number, syncNs = 0): number => {
    const { authority, discovery } = found([client], [resolver], syncNs);
    authority.publish(0, [0, 2], 0);
    discovery.endpointOf(0, 0, syncNs + askedAt * S);
    authority.publish(0, [2], 1000 * S);
    for (let t = 1000; t < 5000; t++) if (discovery.endpointOf(0, 0, t * S) === 2) return t - 1000;
    return Number.POSITIVE_INFINITY;
  };

  it('an honest resolver moves when what it kept has ended: at most 180 s later', () => {
    expect([821, 900, 999].map((askedAt) => movesAfter({}, honest, askedAt))).toEqual([1, 80, 179]);
    expect(movesAfter({}, honest, 999, 20 * S)).toBe(199);
  });

  it('a minimum stretches it, a client that keeps for ever never moves', () => {
    expect(movesAfter({}, { ...honest, minTtlNs: 600 * S }, 999)).toBe(599);
    expect(movesAfter({ cache: { ...java, minTtlNs: 50 * S, maxTtlNs: 50 * S } }, honest, 999)).toBe(199);
    expect(movesAfter({ cache: forever }, honest, 999)).toBe(Number.POSITIVE_INFINITY);
  });

  it('that there is nothing is kept too, and shorter', () => {
    const { authority, discovery } = found([{}]);
    expect(discovery.endpointOf(0, 0, 0)).toBe(NO_ENDPOINT);
    authority.publish(0, [0], 10 * S);
    // The zone's alias was kept for 180 s: until then the global name answers, which had nothing for 60 s.
    expect([59, 60, 179, 180].map((t) => discovery.endpointOf(0, 0, t * S))).toEqual([NO_ENDPOINT, 0, 0, 0]);
  });

  it('a client keeps what it followed as long as the shortest part of it', () => {
    const { authority, discovery } = found([{ cache: honest }]);
    discovery.endpointOf(0, 0, 0);
    authority.publish(0, [2], 10 * S);
    // The aliases were asked for at 0 s, the addresses at 60 s.
    expect(discovery.endpointOf(0, 0, 60 * S)).toBe(2);
    expect(discovery.keepsUntilNs(0, 0, 60 * S)).toBe(180 * S);
  });

  it('an alias and the addresses behind it end at different times', () => {
    const { authority, discovery } = found([{}]);
    authority.publish(0, [2], 0);
    expect(discovery.endpointOf(0, 0, 0)).toBe(2);
    authority.publish(0, [0, 2], 1 * S);
    // The zone has endpoints again, and its alias is kept until 180 s.
    expect([179, 180].map((t) => discovery.endpointOf(0, 0, t * S))).toEqual([2, 0]);
  });
});

/** The same with every name asked at every second, kept by the same rule, without following chains at once. */
function plainEndpoint(history: readonly { at: number; clusters: number[] }[], asks: readonly number[], ttl: number) {
  const near: ((cluster: number) => boolean)[] = [(c) => c === 0, (c) => c < 2, () => true];
  const kept: { answer: number[] | 'up' | 'none'; until: number }[] = [];
  return asks.map((now) => {
    const healthy = history.filter(({ at }) => at <= now).at(-1)?.clusters ?? [];
    for (let level = 0; level < 3; level++) {
      if (kept[level] === undefined || kept[level].until <= now) {
        const here = healthy.filter(near[level]!);
        const empty = level === 2 ? 'none' : 'up';
        kept[level] = { answer: here.length > 0 ? here : empty, until: now + ttl };
      }
      const { answer } = kept[level];
      if (answer === 'none') return NO_ENDPOINT;
      if (answer !== 'up') return answer[0]!;
    }
    return NO_ENDPOINT;
  });
}

it('sends clients where a plain resolver would, whatever changes', () => {
  const change = fc.record({ at: fc.nat(900), clusters: fc.subarray([0, 1, 2]) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 6 }), fc.array(fc.nat(1000), { maxLength: 20 }), (changes, times) => {
      const history = changes.sort((a, b) => a.at - b.at);
      const asks = times.sort((a, b) => a - b);
      const authority = new Authority({ places: PLACES, services: 1 });
      const discovery = new Discovery(authority, [honest], [{ cluster: 0, resolver: 0, cache: none }]);
      for (const { at, clusters } of history) authority.publish(0, clusters, at * S);
      const sent = asks.map((at) => discovery.endpointOf(0, 0, at * S));
      expect(sent).toEqual(plainEndpoint(history, asks, 180));
    }),
    { numRuns: 500 },
  );
});

it('clients share what their resolver keeps', () => {
  const { authority, discovery } = found([{}, {}, { resolver: 1, cache: honest }], [honest, honest]);
  authority.publish(0, [0], 0);
  discovery.endpointOf(0, 0, 100 * S);
  authority.publish(0, [2], 110 * S);
  expect([0, 1, 2].map((client) => discovery.endpointOf(client, 0, 120 * S))).toEqual([0, 0, 2]);
  expect(discovery.keepsUntilNs(2, 0, 120 * S)).toBe(300 * S);
});

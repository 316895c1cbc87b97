/**
 * Networks as they are designed: leaf and spine, full mesh, reflectors, a clique of ASes.
 *
 * Source: RFC 7938 (leaf and spine, an AS for each leaf), RFC 4456 (reflectors); numbers and addresses as in our recordings.
 * Left out: racks and nodes of one fabric together (an environment writes those).
 */
import type {
  BgpConfiguration,
  BgpTimers,
  Daemon,
  NeighborConfiguration,
  Prefix,
  SegmentConfiguration,
  SpeakerConfiguration,
} from './configuration.ts';

/** Short timers, as recorded. */
export const SHORT_TIMERS: BgpTimers = { keepaliveSeconds: 3, holdSeconds: 9, connectRetrySeconds: 1, mraiSeconds: 0 };

/** A router to be. */
export interface Router {
  readonly name: string;
  readonly asn: number;
  readonly networks?: readonly Prefix[];
  readonly settings?: Partial<SpeakerConfiguration>;
}

/** A session to be, and what its two sides write beside the usual. */
export interface Joint {
  readonly a: number;
  readonly b: number;
  readonly ofA?: Partial<NeighborConfiguration>;
  readonly ofB?: Partial<NeighborConfiguration>;
}

const CABLES = (10 << 24) | (64 << 16);
const LAN = (172 << 24) | (16 << 16);
const LATENCY_NS = 50_000;

/** The `third`-th range of 10.101.0.0 and on. */
export function prefix(third: number, length = 24): Prefix {
  return { address: ((10 << 24) | (101 << 16)) + third * 256, length };
}

function speakersOf(routers: readonly Router[], neighbors: readonly NeighborConfiguration[][], daemon: Daemon) {
  return routers.map(
    ({ name, asn, networks, settings }, index): SpeakerConfiguration => ({
      name,
      asn,
      routerId: (1 << 24) + index + 1,
      daemon,
      networks: networks ?? [],
      maximumPaths: { external: 64, internal: 64 },
      neighbors: neighbors[index]!,
      ...settings,
    }),
  );
}

/** Routers on cables, one session a cable. */
export function cabled(
  routers: readonly Router[],
  joints: readonly Joint[],
  { timers = SHORT_TIMERS, daemon = 'frr' as Daemon } = {},
): BgpConfiguration {
  const neighbors: NeighborConfiguration[][] = routers.map(() => []);
  const segments: SegmentConfiguration[] = joints.map(({ a, b, ofA, ofB }, index) => {
    const [first, second] = [(CABLES + 2 * index) >>> 0, (CABLES + 2 * index + 1) >>> 0];
    neighbors[a]!.push({ address: second, localAddress: first, remoteAsn: routers[b]!.asn, timers, ...ofA });
    neighbors[b]!.push({ address: first, localAddress: second, remoteAsn: routers[a]!.asn, timers, ...ofB });
    return {
      name: `${routers[a]!.name}-${routers[b]!.name}`,
      prefixLength: 31,
      latencyNs: LATENCY_NS,
      members: [
        { speaker: a, address: first },
        { speaker: b, address: second },
      ],
    };
  });
  return { speakers: speakersOf(routers, neighbors, daemon), segments };
}

/** Routers on one LAN, with the sessions given. */
export function onLan(
  routers: readonly Router[],
  joints: readonly Joint[],
  { timers = SHORT_TIMERS, daemon = 'frr' as Daemon } = {},
): BgpConfiguration {
  const addressOf = (index: number): number => (LAN + index + 1) >>> 0;
  const neighbors: NeighborConfiguration[][] = routers.map(() => []);
  for (const { a, b, ofA, ofB } of joints) {
    neighbors[a]!.push({
      address: addressOf(b),
      localAddress: addressOf(a),
      remoteAsn: routers[b]!.asn,
      timers,
      ...ofA,
    });
    neighbors[b]!.push({
      address: addressOf(a),
      localAddress: addressOf(b),
      remoteAsn: routers[a]!.asn,
      timers,
      ...ofB,
    });
  }
  const members = routers.map((_, speaker) => ({ speaker, address: addressOf(speaker) }));
  const lan = { name: 'lan', prefixLength: 16, latencyNs: LATENCY_NS, members };
  return { speakers: speakersOf(routers, neighbors, daemon), segments: [lan] };
}

/** Every pair once. */
export function pairs(count: number): Joint[] {
  return Array.from({ length: count }, (_, a) => a).flatMap((a) =>
    Array.from({ length: count - a - 1 }, (_, index) => ({ a, b: a + 1 + index })),
  );
}

/** Spines first, then leaves with one prefix each. */
export function leafSpine(spines: number, leaves: number, distinct: boolean): BgpConfiguration {
  const settings = { multipathRelax: distinct };
  const routers: Router[] = [
    ...Array.from({ length: spines }, (_, i) => ({ name: `s${i + 1}`, asn: distinct ? 64601 + i : 64600, settings })),
    ...Array.from({ length: leaves }, (_, i) => ({
      name: `l${i + 1}`,
      asn: 65001 + i,
      networks: [prefix(i)],
      settings,
    })),
  ];
  const joints = Array.from({ length: spines }, (_, a) =>
    Array.from({ length: leaves }, (_, leaf) => ({ a, b: spines + leaf })),
  ).flat();
  return cabled(routers, joints);
}

/** Nodes of one AS, each with a session to each other. */
export function fullMesh(nodes: number, settings: { timers?: BgpTimers; daemon?: Daemon } = {}): BgpConfiguration {
  const routers = Array.from({ length: nodes }, (_, i) => ({ name: `n${i + 1}`, asn: 64512, networks: [prefix(i)] }));
  return onLan(routers, pairs(nodes), settings);
}

/** Reflectors first, each with a session to each other and to each node. */
export function reflected(reflectors: number, nodes: number, daemon: Daemon = 'frr'): BgpConfiguration {
  const routers: Router[] = [
    ...Array.from({ length: reflectors }, (_, i) => ({ name: `rr${i + 1}`, asn: 64512 })),
    ...Array.from({ length: nodes }, (_, i) => ({ name: `n${i + 1}`, asn: 64512, networks: [prefix(i)] })),
  ];
  const clients = Array.from({ length: reflectors }, (_, a) =>
    Array.from({ length: nodes }, (_, i) => ({ a, b: reflectors + i, ofA: { reflectorClient: true } })),
  ).flat();
  return onLan(routers, [...pairs(reflectors), ...clients], { daemon });
}

/** An AS for each router, each with a session to each other; the first originates the only prefix. */
export function clique(routers: number, timers: BgpTimers = SHORT_TIMERS, daemon: Daemon = 'frr'): BgpConfiguration {
  const all = Array.from({ length: routers }, (_, i) => ({
    name: `r${i + 1}`,
    asn: 65001 + i,
    networks: i === 0 ? [prefix(0)] : [],
    settings: { maximumPaths: { external: 1, internal: 1 } },
  }));
  return cabled(all, pairs(routers), { timers, daemon });
}

/**
 * The network of a recorded case as a configuration of our BGP model.
 *
 * Link number i joins two nodes by 10.64.0.0/31 plus twice i, the even address at the first; nodes of `lan` stand on one
 * bridge, 172.16.0.0/24, the first at .1.
 */
import type {
  BfdTimers,
  BgpConfiguration,
  BgpTimers,
  Daemon,
  NeighborConfiguration,
  SegmentConfiguration,
  SpeakerConfiguration,
} from '../../../models/network/bgp/configuration.ts';
import { isObject, numberField, objectField, textField, wholeField } from '../case-reader.ts';
import { CaseProblem, type JsonObject } from '../suite.ts';
import { addressOf, prefixOf } from './address.ts';
import { type PolicyBook, policyBookOf } from './frr-route-maps.ts';
import { birdKnobs, neighborKnobs, type SpeakerKnobs, speakerKnobs } from './frr-speaker.ts';

/** From one end of a veth pair to the other: half of the recorded least round trip. */
const CABLE_NS = 6_000;
const LINK_BASE = addressOf('10.64.0.0');
const LAN_BASE = addressOf('172.16.0.0');
/** Half of the ends that wait for the kernel's link watch were told at once, the others at any time within a second. */
const LINK_WATCH = { busyShare: 0.5 };
/** BIRD was told to merge paths for the kernel: this many, by default. */
const BIRD_MERGED_PATHS = 16;
/** Seconds that BIRD asks its peers to wait for its return, by default. */
const BIRD_RESTART_SECONDS = 120;

/** The configuration, with the names by which a case speaks of its parts. */
export interface CaseTopology {
  readonly configuration: BgpConfiguration;
  /** Index of a node. @throws CaseProblem for a name that is none. */
  nodeOf(name: string): number;
  /** Segment behind an interface of a node, such as `to-s1` or `eth0`. @throws CaseProblem */
  segmentOf(node: number, interfaceName: string): number;
  /** Segments that a node stands on. */
  segmentsOf(node: number): readonly number[];
  /** The node that has an address, or -1. */
  nodeAt(address: number): number;
}

/** Reads `topology`. @throws CaseProblem */
export function topologyOf(topology: JsonObject): CaseTopology {
  const nodes = objectField(topology, 'nodes');
  const names = Object.keys(nodes);
  const nodeOf = (name: string): number => {
    const node = names.indexOf(name);
    if (node < 0) throw new CaseProblem(`There is no node "${name.slice(0, 60)}" in "topology".`);
    return node;
  };
  const segments = numbered(segmentsIn(topology, nodeOf, names));
  const speakers = names.map((name) => speakerIn(name, objectField(nodes, name), topology));
  return viewOf({ speakers, segments, linkWatch: LINK_WATCH }, names, nodeOf);
}

function viewOf(
  configuration: BgpConfiguration,
  names: readonly string[],
  nodeOf: (name: string) => number,
): CaseTopology {
  const owners = new Map<number, number>();
  for (const { members } of configuration.segments) {
    for (const { speaker, address } of members) owners.set(address, speaker);
  }
  const isOn = (node: number, segment: number): boolean => {
    return configuration.segments[segment]!.members.some(({ speaker }) => speaker === node);
  };
  return {
    configuration,
    nodeOf,
    segmentsOf: (node) => configuration.segments.map((_, i) => i).filter((segment) => isOn(node, segment)),
    nodeAt: (address) => owners.get(address) ?? -1,
    segmentOf: (node, interfaceName) => {
      const peer = interfaceName.startsWith('to-') ? nodeOf(interfaceName.slice(3)) : -1;
      const found = configuration.segments.findIndex(({ name, members }, segment) => {
        if (!isOn(node, segment)) return false;
        return peer < 0 ? name === 'lan' : name !== 'lan' && members.some(({ speaker }) => speaker === peer);
      });
      if (found >= 0) return found;
      throw new CaseProblem(`Node ${names[node]} has no interface "${interfaceName.slice(0, 60)}".`);
    },
  };
}

function segmentsIn(
  topology: JsonObject,
  nodeOf: (name: string) => number,
  names: readonly string[],
): SegmentConfiguration[] {
  const links = topology.links === undefined ? [] : listOf(topology, 'links');
  const segments = links.map((link, i): SegmentConfiguration => {
    if (!Array.isArray(link) || link.length !== 2 || typeof link[0] !== 'string' || typeof link[1] !== 'string') {
      throw new CaseProblem(`Link ${i} must be a list of two node names.`);
    }
    const ends: readonly number[] = [nodeOf(link[0]), nodeOf(link[1])];
    const members = ends.map((speaker, side) => ({ speaker, address: LINK_BASE + 2 * i + side }));
    return { name: `${names[ends[0]!]}-${names[ends[1]!]}`, prefixLength: 31, members, latencyNs: CABLE_NS };
  });
  if (topology.lan === undefined) return segments;
  const members = textsOf(topology, 'lan').map((name, i) => ({ speaker: nodeOf(name), address: LAN_BASE + i + 1 }));
  return [...segments, { name: 'lan', prefixLength: 24, members, latencyNs: CABLE_NS }];
}

/** Each node numbers its ports in the order in which they were made. */
function numbered(segments: readonly SegmentConfiguration[]): SegmentConfiguration[] {
  const counts = new Map<number, number>();
  return segments.map((segment) => {
    const members = segment.members.map((member) => {
      const interfaceIndex = (counts.get(member.speaker) ?? 0) + 1;
      counts.set(member.speaker, interfaceIndex);
      return { ...member, interfaceIndex };
    });
    return { ...segment, members };
  });
}

function speakerIn(name: string, node: JsonObject, topology: JsonObject): SpeakerConfiguration {
  const daemon = daemonOf(node.daemon ?? topology.daemon ?? 'frr');
  const written = topology.maxpaths === undefined ? 1 : wholeField(topology, 'maxpaths', 1, 1024);
  const paths = daemon === 'bird' ? BIRD_MERGED_PATHS : written;
  const book = policyBookOf(linesOf(node, 'extra'));
  const timers = timersOf({ ...objectField(topology, 'timers'), ...(isObject(node.timers) ? node.timers : {}) });
  const bfd = isObject(topology.bfd) && daemon === 'frr' ? bfdOf(topology.bfd) : undefined;
  let knobs: SpeakerKnobs = {
    networks: linesOf(node, 'networks').map(prefixOf),
    maximumPaths: { external: paths, internal: paths },
    ...(topology.relax === true ? { multipathRelax: true } : {}),
    ...(topology.gr === true ? { gracefulRestart: { restartSeconds: BIRD_RESTART_SECONDS } } : {}),
  };
  knobs = speakerKnobs([...linesOf(node, 'bgp_lines'), ...linesOf(node, 'af_lines')], knobs);
  const neighbors = listOf({ neighbors: [], ...node }, 'neighbors').map((each): NeighborConfiguration => {
    if (!isObject(each)) throw new CaseProblem(`A neighbour of ${name} must be an object.`);
    const read = neighborIn(each, daemon, book, timers);
    knobs = { ...knobs, ...read.speaker };
    return bfd === undefined ? read.neighbor : { ...read.neighbor, bfd };
  });
  const { networks, maximumPaths, gracefulRestart, ...others } = knobs;
  const staticRoutes = linesOf(node, 'setup').map(staticRoute);
  return {
    ...others,
    // BIRD was started again without its option for recovery.
    ...(gracefulRestart === undefined
      ? {}
      : { gracefulRestart: { ...gracefulRestart, startsCold: daemon === 'bird' } }),
    name,
    asn: wholeField(node, 'asn', 1, 2 ** 32 - 1),
    routerId: addressOf(textField(node, 'rid')),
    daemon,
    networks: networks!,
    maximumPaths: maximumPaths!,
    ...(staticRoutes.length === 0 ? {} : { staticRoutes }),
    neighbors,
  };
}

function neighborIn(
  neighbor: JsonObject,
  daemon: Daemon,
  book: PolicyBook,
  timers: BgpTimers,
): { readonly neighbor: NeighborConfiguration; readonly speaker: SpeakerKnobs } {
  const ends = {
    address: addressOf(textField(neighbor, 'ip')),
    localAddress: addressOf(textField(neighbor, 'local')),
    remoteAsn: wholeField(neighbor, 'asn', 1, 2 ** 32 - 1),
  };
  if (daemon === 'bird') {
    const read = birdKnobs(linesOf(neighbor, 'bird'));
    return { neighbor: { ...ends, timers, ...read.neighbor }, speaker: read.speaker };
  }
  const lines = [...linesOf(neighbor, 'lines'), ...linesOf(neighbor, 'af')];
  const knobs = neighborKnobs(lines, book, { timers });
  return { neighbor: { ...ends, timers, ...knobs }, speaker: {} };
}

function daemonOf(word: unknown): Daemon {
  if (word === 'frr' || word === 'bird' || word === 'gobgp') return word;
  throw new CaseProblem(`A daemon must be frr, bird or gobgp, but it is ${JSON.stringify(word)}.`);
}

function timersOf(timers: JsonObject): BgpTimers {
  const seconds = (name: string): number => (timers[name] === null ? 0 : numberField(timers, name, 0, 65_535));
  return {
    keepaliveSeconds: seconds('keepalive'),
    holdSeconds: seconds('hold'),
    connectRetrySeconds: seconds('connect'),
    mraiSeconds: seconds('mrai'),
  };
}

function bfdOf(bfd: JsonObject): BfdTimers {
  return {
    transmitMs: numberField(bfd, 'tx', 1, 60_000),
    receiveMs: numberField(bfd, 'rx', 1, 60_000),
    multiplier: wholeField(bfd, 'mult', 1, 255),
  };
}

function staticRoute(line: string): { readonly prefix: ReturnType<typeof prefixOf>; readonly gateway: number } {
  const found = /^route add (\S+) via (\S+)$/.exec(line.trim());
  if (found === null) throw new CaseProblem(`The command "${line.slice(0, 120)}" is not one that is known here.`);
  return { prefix: prefixOf(found[1]!), gateway: addressOf(found[2]!) };
}

/** Lines of a configuration, or prefixes, that may be absent. */
function linesOf(parent: JsonObject, name: string): readonly string[] {
  return parent[name] === undefined || parent[name] === null ? [] : textsOf(parent, name);
}

function textsOf(parent: JsonObject, name: string): readonly string[] {
  const list = listOf(parent, name);
  if (list.every((each): each is string => typeof each === 'string')) return list;
  throw new CaseProblem(`"${name}" must be a list of texts.`);
}

function listOf(parent: JsonObject, name: string): readonly unknown[] {
  const list = parent[name];
  if (Array.isArray(list)) return list;
  throw new CaseProblem(`"${name}" must be a list.`);
}

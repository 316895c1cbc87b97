/**
 * Lines of FRR for a whole router and for one neighbour, as the knobs of our model. An unknown line is a problem.
 */
import type {
  AggregateConfiguration,
  NeighborConfiguration,
  SpeakerConfiguration,
} from '../../../models/network/bgp/configuration.ts';
import type { Policy } from '../../../models/network/bgp/policy.ts';
import { addressOf, prefixOf } from './address.ts';
import { filtered, type PolicyBook, unknownLine } from './frr-route-maps.ts';

/** What lines change of a speaker. */
export type SpeakerKnobs = Partial<
  Pick<
    SpeakerConfiguration,
    | 'aggregates'
    | 'alwaysCompareMed'
    | 'clusterId'
    | 'compareRouterId'
    | 'defaultLocalPreference'
    | 'deterministicMed'
    | 'gracefulRestart'
    | 'ignoresAsPathLength'
    | 'maximumPaths'
    | 'medMissingAsWorst'
    | 'multipathRelax'
    | 'networks'
  >
>;

/** What lines change of a neighbour. */
export type NeighborKnobs = Partial<Omit<NeighborConfiguration, 'address' | 'localAddress' | 'remoteAsn' | 'bfd'>>;

/** Knobs without a number. */
const PLAIN: Readonly<Record<string, SpeakerKnobs>> = {
  'bgp bestpath compare-routerid': { compareRouterId: true },
  'bgp bestpath as-path multipath-relax': { multipathRelax: true },
  'bgp bestpath as-path ignore': { ignoresAsPathLength: true },
  'bgp bestpath med missing-as-worst': { medMissingAsWorst: true },
  'bgp always-compare-med': { alwaysCompareMed: true },
  'bgp deterministic-med': { deterministicMed: true },
  'bgp graceful-restart': { gracefulRestart: { restartSeconds: 120 } },
  'no bgp ebgp-requires-policy': {},
  'no bgp network import-check': {},
  'no bgp default ipv4-unicast': {},
  'bgp log-neighbor-changes': {},
};

/** Reads the lines of a router and of its address family. @throws CaseProblem */
export function speakerKnobs(lines: readonly string[], before: SpeakerKnobs): SpeakerKnobs {
  const knobs: SpeakerKnobs = { ...before };
  for (const line of lines) Object.assign(knobs, speakerKnob(line.trim().replace(/\s+/g, ' '), knobs));
  return knobs;
}

function speakerKnob(line: string, before: SpeakerKnobs): SpeakerKnobs {
  const plain = PLAIN[line];
  if (plain !== undefined) return plain;
  const aggregate = /^aggregate-address (\S+)((?: summary-only| as-set)*)$/.exec(line);
  if (aggregate !== null && !aggregate[2]!.includes('as-set')) {
    const made: AggregateConfiguration = {
      prefix: prefixOf(aggregate[1]!),
      summaryOnly: aggregate[2]!.includes('summary-only'),
    };
    return { aggregates: [...(before.aggregates ?? []), made] };
  }
  const network = /^network (\S+)$/.exec(line);
  if (network !== null) return { networks: [...(before.networks ?? []), prefixOf(network[1]!)] };
  const cluster = /^bgp cluster-id (\S+)$/.exec(line);
  if (cluster !== null) {
    return { clusterId: /^\d+$/.test(cluster[1]!) ? Number(cluster[1]) : addressOf(cluster[1]!) };
  }
  const preference = /^bgp default local-preference (\d+)$/.exec(line);
  if (preference !== null) return { defaultLocalPreference: Number(preference[1]) };
  const paths = /^maximum-paths (ibgp )?(\d+)$/.exec(line);
  if (paths !== null && before.maximumPaths !== undefined) {
    const kind = paths[1] === undefined ? 'external' : 'internal';
    return { maximumPaths: { ...before.maximumPaths, [kind]: Number(paths[2]) } };
  }
  throw unknownLine(line);
}

/** Lines of a neighbour that stand for one knob. */
const NEIGHBOR_PLAIN: Readonly<Record<string, NeighborKnobs>> = {
  'route-reflector-client': { reflectorClient: true },
  'next-hop-self': { nextHopSelf: 'external' },
  'next-hop-self force': { nextHopSelf: 'all' },
  'default-originate': { defaultOriginate: true },
  'allowas-in': { allowAsIn: 3 },
  'as-override': { asOverride: true },
  'remove-private-AS': { removePrivateAs: 'only' },
  'remove-private-as': { removePrivateAs: 'only' },
  'remove-private-AS all': { removePrivateAs: 'all' },
  'no send-community': { sendsCommunities: false },
  'send-community': { sendsCommunities: true },
  'send-community both': { sendsCommunities: true },
  'send-community standard': { sendsCommunities: true },
  passive: { passive: true },
  activate: {},
  'soft-reconfiguration inbound': {},
};

/** Reads the lines of a neighbour, without the words `neighbor ADDRESS`. @throws CaseProblem */
export function neighborKnobs(lines: readonly string[], book: PolicyBook, before: NeighborKnobs): NeighborKnobs {
  const filters: { in?: Policy; out?: Policy } = {};
  const maps: { in?: Policy; out?: Policy } = {};
  let knobs = before;
  for (const line of lines) {
    const words = line.trim().replace(/\s+/g, ' ');
    const policy = /^(route-map|prefix-list|filter-list) (\S+) (in|out)$/.exec(words);
    if (policy === null) {
      knobs = { ...knobs, ...neighborKnob(words, knobs) };
      continue;
    }
    const [, kind, name, direction] = policy as unknown as [string, string, string, 'in' | 'out'];
    if (kind === 'route-map') maps[direction] = book.routeMap(name);
    else filters[direction] = kind === 'prefix-list' ? book.prefixList(name) : book.asPathList(name);
  }
  const importPolicy = policyOf(filters.in, maps.in);
  const exportPolicy = policyOf(filters.out, maps.out);
  return {
    ...knobs,
    ...(importPolicy === undefined ? {} : { importPolicy }),
    ...(exportPolicy === undefined ? {} : { exportPolicy }),
  };
}

function policyOf(filter: Policy | undefined, map: Policy | undefined): Policy | undefined {
  return filter !== undefined && map !== undefined ? filtered(filter, map) : (map ?? filter);
}

function neighborKnob(line: string, before: NeighborKnobs): NeighborKnobs {
  const plain = NEIGHBOR_PLAIN[line];
  if (plain !== undefined) return plain;
  const number = /^(weight|allowas-in|advertisement-interval|timers connect|ebgp-multihop) (\d+)$/.exec(line);
  const value = Number(number?.[2]);
  const { timers } = before;
  if (number?.[1] === 'weight') return { weight: value };
  if (number?.[1] === 'allowas-in') return { allowAsIn: value };
  if (number?.[1] === 'ebgp-multihop') return {};
  if (number?.[1] === 'advertisement-interval' && timers) return { timers: { ...timers, mraiSeconds: value } };
  if (number?.[1] === 'timers connect' && timers) return { timers: { ...timers, connectRetrySeconds: value } };
  const both = /^timers (\d+) (\d+)$/.exec(line);
  if (both !== null && timers) {
    return { timers: { ...timers, keepaliveSeconds: Number(both[1]), holdSeconds: Number(both[2]) } };
  }
  throw unknownLine(line);
}

/** Reads the lines of BIRD for one neighbour. A cluster id is the router's. @throws CaseProblem */
export function birdKnobs(lines: readonly string[]): {
  readonly neighbor: NeighborKnobs;
  readonly speaker: SpeakerKnobs;
} {
  let neighbor: NeighborKnobs = {};
  let speaker: SpeakerKnobs = {};
  for (const line of lines.flatMap((one) => one.split(';'))) {
    const words = line.trim().replace(/\s+/g, ' ');
    const cluster = /^rr cluster id (\S+)$/.exec(words);
    const allowed = /^allow local as(?: (\d+))?$/.exec(words);
    if (words === '') continue;
    else if (words === 'rr client') neighbor = { ...neighbor, reflectorClient: true };
    else if (words === 'next hop self') neighbor = { ...neighbor, nextHopSelf: 'all' };
    else if (words === 'next hop self ebgp') neighbor = { ...neighbor, nextHopSelf: 'external' };
    else if (words === 'passive' || words === 'passive on') neighbor = { ...neighbor, passive: true };
    else if (cluster !== null) speaker = { ...speaker, clusterId: addressOf(cluster[1]!) };
    else if (allowed !== null) neighbor = { ...neighbor, allowAsIn: Number(allowed[1] ?? 1) };
    else throw unknownLine(words);
  }
  return { neighbor, speaker };
}

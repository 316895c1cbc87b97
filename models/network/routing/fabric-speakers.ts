/**
 * The BGP speakers of a leaf-spine fabric and of the nodes on it, as a configuration.
 *
 * Leaves have an AS each, all spines share one (RFC 7938); a leaf originates the range of its rack. Nodes speak as their scheme
 * has it. Only nodes that will fail originate ranges of their own, and in a mesh only sessions with them are made: what is learned
 * inside an AS is not told on inside it, so the other sessions could change nothing.
 * Source: RFC 7938; ours. Left out: parallel cables, spines of different ASes, routes of single pods.
 */
import type {
  BfdTimers,
  BgpConfiguration,
  BgpTimers,
  NeighborConfiguration,
  Prefix,
  SegmentConfiguration,
  SpeakerConfiguration,
} from '../bgp/configuration.ts';
import { FRR_TIMERS, type NodeRouting } from './node-routing.ts';

/** What the fabric's own routers have written. */
export interface FabricRouting {
  /** All spines have one AS number, so that no route goes down and up again; else each its own. */
  readonly spinesShareAs: boolean;
  readonly timers: BgpTimers;
  readonly bfd?: BfdTimers;
}

/** RFC 7938 with FRR's own timers. */
export const USUAL_ROUTING: FabricRouting = { spinesShareAs: true, timers: FRR_TIMERS };

/** Sizes of a fabric. */
export interface FabricExtent {
  readonly racks: number;
  readonly spines: number;
  readonly nodes: number;
  rackOf(node: number): number;
}

/** The speakers, and which is whose. */
export interface FabricSpeakers {
  readonly configuration: BgpConfiguration;
  /** Of each node: its speaker, -1 where it has none. */
  readonly ofNode: Int32Array;
  /** The segment of a cable between a leaf and a spine. */
  cableOf(rack: number, spine: number): number;
  /** The segment of a node's sessions; -1 where it has none. */
  readonly segmentOfNode: Int32Array;
  /** What a leaf originates. */
  rackPrefix(rack: number): Prefix;
  /** What a node originates. */
  nodePrefix(node: number): Prefix;
}

const FIRST_LEAF_ASN = 4_200_000_000;
/** Of all spines; where each has its own, the numbers below it. */
const SPINE_ASN = 64_600;
const CLUSTER_ASN = 64_512;
const CABLES = 0x0a40_0000;
const HOSTS = 0x0a80_0000;
const ROUTED = 0x6440_0000;
const RACKS = 0x0b00_0000;
const PODS = 0x0c00_0000;
const ROUTER_IDS = 0x0100_0000;
const CABLE_LATENCY_NS = 10_000;
/** Between nodes, through the fabric. */
const ROUTED_LATENCY_NS = 50_000;
const POD_BLOCK = 64;

class Builder {
  readonly speakers: { -readonly [K in keyof SpeakerConfiguration]: SpeakerConfiguration[K] }[] = [];
  readonly neighbors: NeighborConfiguration[][] = [];
  readonly segments: SegmentConfiguration[] = [];

  speaker(part: Pick<SpeakerConfiguration, 'name' | 'asn' | 'daemon' | 'networks'>): number {
    const own: NeighborConfiguration[] = [];
    this.neighbors.push(own);
    const routerId = ROUTER_IDS + this.speakers.length + 1;
    const maximumPaths = { external: 64, internal: 64 };
    const speaker = { ...part, routerId, maximumPaths, multipathRelax: true, writesRoutes: true, neighbors: own };
    return this.speakers.push(speaker) - 1;
  }

  /** A session of two speakers over addresses of a segment that they share. */
  session(
    a: number,
    b: number,
    addressOfA: number,
    addressOfB: number,
    base: Pick<NeighborConfiguration, 'timers' | 'bfd'>,
    clientsOfA = false,
  ): void {
    this.neighbors[a]!.push({
      ...base,
      localAddress: addressOfA,
      address: addressOfB,
      remoteAsn: this.speakers[b]!.asn,
      ...(clientsOfA ? { reflectorClient: true } : {}),
    });
    this.neighbors[b]!.push({
      ...base,
      localAddress: addressOfB,
      address: addressOfA,
      remoteAsn: this.speakers[a]!.asn,
    });
  }

  cable(a: number, b: number, base: number, written: Pick<NeighborConfiguration, 'timers' | 'bfd'>): number {
    const [first, second] = [base + 2 * this.segments.length, base + 2 * this.segments.length + 1];
    const members = [
      { speaker: a, address: first },
      { speaker: b, address: second },
    ];
    this.session(a, b, first, second, written);
    const name = `${this.speakers[a]!.name} to ${this.speakers[b]!.name}`;
    return this.segments.push({ name, prefixLength: 31, members, latencyNs: CABLE_LATENCY_NS }) - 1;
  }
}

/** The speakers of a fabric, and of nodes as far as those named will fail. */
export function fabricSpeakers(
  fabric: FabricExtent,
  routing: NodeRouting | undefined,
  failing: readonly number[],
  own: FabricRouting = USUAL_ROUTING,
): FabricSpeakers {
  const builder = new Builder();
  const rackPrefix = (rack: number): Prefix => ({ address: RACKS + rack * 256, length: 24 });
  const nodePrefix = (node: number): Prefix => ({ address: PODS + node * POD_BLOCK, length: 26 });
  for (let rack = 0; rack < fabric.racks; rack++)
    builder.speaker({ name: `leaf-${rack}`, asn: FIRST_LEAF_ASN + rack, daemon: 'frr', networks: [rackPrefix(rack)] });
  for (let spine = 0; spine < fabric.spines; spine++)
    builder.speaker({
      name: `spine-${spine}`,
      asn: own.spinesShareAs ? SPINE_ASN : SPINE_ASN - fabric.spines + spine,
      daemon: 'frr',
      networks: [],
    });
  const written = own.bfd === undefined ? { timers: own.timers } : { timers: own.timers, bfd: own.bfd };
  for (let rack = 0; rack < fabric.racks; rack++)
    for (let spine = 0; spine < fabric.spines; spine++) builder.cable(rack, fabric.racks + spine, CABLES, written);
  const ofNode = new Int32Array(fabric.nodes).fill(-1);
  const segmentOfNode = new Int32Array(fabric.nodes).fill(-1);
  if (routing !== undefined && failing.length > 0)
    addNodes(builder, { fabric, routing, failing, nodePrefix, ofNode, segmentOfNode });
  return {
    configuration: { speakers: builder.speakers, segments: builder.segments },
    ofNode,
    segmentOfNode,
    cableOf: (rack, spine) => rack * fabric.spines + spine,
    rackPrefix,
    nodePrefix,
  };
}

interface NodeParts {
  readonly fabric: FabricExtent;
  readonly routing: NodeRouting;
  readonly failing: readonly number[];
  readonly nodePrefix: (node: number) => Prefix;
  readonly ofNode: Int32Array;
  readonly segmentOfNode: Int32Array;
}

function addNodes(builder: Builder, parts: NodeParts): void {
  const { fabric, routing, failing } = parts;
  if (routing.design.kind === 'top-of-rack') {
    for (const node of failing) {
      // One number for all nodes: each leaf sees only nodes of its own.
      addNode(builder, parts, node);
      const leaf = fabric.rackOf(node);
      parts.segmentOfNode[node] = builder.cable(leaf, parts.ofNode[node]!, HOSTS, { timers: routing.timers });
    }
    return;
  }
  for (let node = 0; node < fabric.nodes; node++) addNode(builder, parts, node);
  const members = Array.from(parts.ofNode, (speaker, node) => ({ speaker, address: ROUTED + node + 1 }));
  if (routing.design.kind === 'mesh') meshWith(builder, parts);
  else members.push(...reflect(builder, parts, routing.design.count));
  const segment = { name: 'routed by the fabric', prefixLength: 10, members, latencyNs: ROUTED_LATENCY_NS };
  parts.segmentOfNode.fill(builder.segments.push(segment) - 1);
}

function addNode(builder: Builder, { routing, failing, nodePrefix, ofNode }: NodeParts, node: number): void {
  const networks = failing.includes(node) ? [nodePrefix(node)] : [];
  ofNode[node] = builder.speaker({ name: `node-${node}`, asn: CLUSTER_ASN, daemon: routing.daemon, networks });
}

/** Of every other node with each that will fail. */
function meshWith(builder: Builder, { fabric, routing, failing, ofNode }: NodeParts): void {
  for (const node of failing) {
    for (let other = 0; other < fabric.nodes; other++) {
      // Two nodes that both fail have one session.
      if (other === node || (failing.includes(other) && other < node)) continue;
      builder.session(ofNode[node]!, ofNode[other]!, ROUTED + node + 1, ROUTED + other + 1, { timers: routing.timers });
    }
  }
}

function reflect(builder: Builder, { fabric, routing, ofNode }: NodeParts, count: number) {
  const reflectors = Array.from({ length: count }, (_, index) => ({
    speaker: builder.speaker({ name: `reflector-${index}`, asn: CLUSTER_ASN, daemon: routing.daemon, networks: [] }),
    address: ROUTED + fabric.nodes + index + 1,
  }));
  for (const [index, a] of reflectors.entries()) {
    for (const b of reflectors.slice(index + 1))
      builder.session(a.speaker, b.speaker, a.address, b.address, { timers: routing.timers });
    for (let node = 0; node < fabric.nodes; node++)
      builder.session(a.speaker, ofNode[node]!, a.address, ROUTED + node + 1, { timers: routing.timers }, true);
  }
  return reflectors;
}

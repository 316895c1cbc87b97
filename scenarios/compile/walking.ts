/** One packet between two ends of a scenario, hop by hop, under the tables that its alternative would have. */
import { arpCost, costsAtEachEnd } from '../../models/machine/way-parts.ts';
import { ipText } from '../../models/network/address-book.ts';
import type { Frame } from '../../models/network/frames.ts';
import { type Ground, type Relation, type Station, shapeOf, shareSubnet } from '../../models/network/walking/ground.ts';
import type { WireFrame } from '../../models/network/walking/hop.ts';
import { callingAddress } from '../../models/network/walking/node-ends.ts';
import { cableOf, vethOf } from '../../models/network/walking/trip.ts';
import { type WalkReport, walkThereAndBack } from '../../models/network/walking/walker.ts';
import { FRAME_BYTES_MIN } from '../../models/network/wire/ethernet.ts';
import { encodePacket } from '../../models/network/wire/packet.ts';
import { conditionsOf } from '../../models/schemes/judgement.ts';
import type { ExamplePacket, PacketEnds } from '../../models/schemes/scheme.ts';
import type { PlannedAlternative } from './plan.ts';
import { extentOf, VLAN_ID_DEFAULT } from './plan.ts';
import { fabricSettingOf } from './surroundings.ts';
import { segmentsOf, type WalkPlaces } from './walk-ends.ts';
import { type MessageChoices, messagesBetween, type WalkProtocol } from './walk-messages.ts';
import { mtusOf } from './ways.ts';

/** What is walked. */
export interface WalkChoices extends Omit<MessageChoices, 'mtu'> {
  /** MTU that somebody has set in pods by hand; what the scheme sets if left out. */
  readonly podMtu?: number;
}

/** A frame on a wire as bytes. */
export interface WalkFrame {
  readonly wire: string;
  readonly timeNs: number;
  readonly bytes: Uint8Array;
}

/** A walk and its surroundings. */
export interface Walk extends WalkReport {
  readonly from: Station;
  readonly to: Station;
  readonly protocol: WalkProtocol;
  /** Length of the question's IP packet. */
  readonly bytes: number;
  readonly podMtu: number;
  readonly underlayMtu: number;
  /** The wire at which a capture begins, if none is chosen: the sender's cable, or its pod's own pair on one node. */
  readonly wire: string;
}

/** Why a walk cannot go between these ends, in one sentence; undefined where it can. */
export function walkProblem(
  alternative: PlannedAlternative,
  places: WalkPlaces,
  from: Station,
  to: Station,
): string | undefined {
  const { scheme } = alternative;
  if (from.kind === to.kind) return undefined;
  const { joins } = scheme.forwarding;
  if (joins === 'macvlan' || joins === 'ipvlan-l2')
    return `A pod that stands on its node's card itself (${scheme.name}) is no walk's end with a node.`;
  const { frame } = carrying(scheme.packets(endsOf(alternative, from, to, true)));
  if (frame.some(({ kind }) => kind === 'vlan'))
    return `Pods of ${scheme.name} stand in a VLAN of their own, and a walk does not know its router to the nodes.`;
  const node = from.kind === 'node' ? from : to;
  const blocks = places.books.flatMap((book) => book.blocks);
  if (blocks.length > 0 && callingAddress({ forwarding: scheme.forwarding, blocks }, node.machine) === undefined)
    return `${node.name} has no block of addresses, under which its programs could call pods.`;
  return undefined;
}

/** Walks from one end to another: pods or nodes. */
export function walkBetween(
  alternative: PlannedAlternative,
  places: WalkPlaces,
  asked: Station,
  to: Station,
  choices: WalkChoices,
): Walk {
  const from = caller(alternative, places, asked, to);
  const ground = groundOf(alternative, places, from, to, choices);
  const mtu = from.kind === 'pod' ? ground.podMtu : ground.environment.underlayMtu;
  const { question, answer, hash } = messagesBetween(from.ip, to.ip, { ...choices, mtu });
  const report = walkThereAndBack(ground, { from, to, question, answer, hash });
  const onOneNode = from.machine.index === to.machine.index;
  return {
    ...report,
    from,
    to,
    protocol: choices.protocol,
    bytes: encodePacket(question.packet).length,
    podMtu: ground.podMtu,
    underlayMtu: ground.environment.underlayMtu,
    wire: wireOf(from, to, onOneNode || report.told !== null),
  };
}

/** The wire at which a capture begins. */
function wireOf(from: Station, to: Station, isNear: boolean): string {
  if (isNear && from.kind === 'pod') return vethOf(from);
  return isNear && to.kind === 'pod' && from.machine.index === to.machine.index ? vethOf(to) : cableOf(from.machine);
}

/** A node calls pods behind a tunnel under an address of its block. */
function caller({ scheme }: PlannedAlternative, places: WalkPlaces, from: Station, to: Station): Station {
  const isWrapped = scheme.mtuReserveBytes > 0;
  if (from.kind !== 'node' || to.kind !== 'pod' || !isWrapped || from.machine.index === to.machine.index) return from;
  const blocks = places.books.flatMap((book) => book.blocks);
  return { ...from, ip: callingAddress({ forwarding: scheme.forwarding, blocks }, from.machine) ?? from.ip };
}

/** Frames as they stood on a wire, from the Ethernet header on; short ones are filled up on cables. */
export function framesOf({ frames }: WalkReport): WalkFrame[] {
  return frames.map((frame) => ({ wire: frame.wire, timeNs: frame.timeNs, bytes: bytesOf(frame) }));
}

function bytesOf({ packet, onCable }: WireFrame): Uint8Array {
  const bytes = encodePacket(packet);
  if (!onCable || bytes.length >= FRAME_BYTES_MIN) return bytes;
  const filled = new Uint8Array(FRAME_BYTES_MIN);
  filled.set(bytes);
  return filled;
}

function groundOf(
  alternative: PlannedAlternative,
  places: WalkPlaces,
  from: Station,
  to: Station,
  choices: WalkChoices,
): Ground {
  const { document, scheme, environment } = alternative;
  const mtus = mtusOf(alternative);
  const podMtu = choices.podMtu ?? alternative.podMtu;
  const segments = segmentsOf(alternative);
  const { nodesPerRack } = document.fabric;
  const packets = (a: Station, b: Station, sameSubnet: boolean) =>
    scheme.packets(endsOf(alternative, a, b, sameSubnet));
  const isPods = from.kind === 'pod' || to.kind === 'pod';
  const near = isPods ? shapeOf(carrying(packets(from, to, true)).frame) : shapeOf(nodeFrame(from, to, true));
  const isWrapped = [true, false].some((sameSubnet) => {
    const { kind } = shapeOf(carrying(packets(from, to, sameSubnet)).frame).wrap;
    return kind !== 'none' && kind !== 'vlan';
  });
  const far = isPods ? shapeOf(carrying(packets(from, to, false)).frame) : shapeOf(nodeFrame(from, to, false));
  return {
    environment,
    met: conditionsOf(scheme, environment, extentOf(document, scheme)),
    fabric: fabricSettingOf(document),
    racks: Math.ceil(places.machines.length / nodesPerRack),
    forwarding: scheme.forwarding,
    chains: scheme.chains === 'iptables',
    podMtu,
    tunnelMtu: mtus.device,
    tells: mtus.tells,
    ...(mtus.fabric === undefined ? {} : { fabricMtu: mtus.fabric }),
    machines: places.machines,
    podRange: segments[0]!,
    blocks: places.books.flatMap(({ blocks }) => blocks),
    pods: [from, to].filter(({ kind }) => kind === 'pod'),
    sameSubnet: near,
    acrossSubnets: far,
    segmentOf: ({ rack }) => segments[segments.length === 1 ? 0 : rack]!,
    relation: (a, b) => {
      const sameSubnet = shareSubnet(a.machine, b.machine);
      const isPlain = [a, b].some(({ kind, ip, machine }) => kind === 'node' && ip === machine.ip);
      if (!isPlain) return relationOf(packets(a, b, sameSubnet), choices.protocol);
      const frame = plainFrame(
        a,
        b,
        sameSubnet,
        isWrapped || !isPods ? undefined : carrying(packets(a, b, sameSubnet)).frame,
      );
      return { ...shapeOf(frame), frame: withProtocol(frame, choices.protocol) };
    },
    arp: arpCost(document.assume.nodeCpu),
    costsOf: (payloadBytes) => costsOf(alternative, from, to, podMtu, payloadBytes),
  };
}

function costsOf(
  { scheme, document }: PlannedAlternative,
  from: Station,
  to: Station,
  podMtu: number,
  payloadBytes: number,
): Ground['costsOf'] extends (bytes: number) => infer R ? R : never {
  const setting = {
    offload: document.machine.offload,
    podMtu,
    processorSpeed: document.assume.nodeCpu,
    chains: from.kind === 'pod' || to.kind === 'pod' ? (scheme.chains ?? 'none') : 'none',
  };
  const { sameNode, sameSubnet, acrossSubnets } = scheme.paths;
  const between = shareSubnet(from.machine, to.machine) ? sameSubnet.dataPath : acrossSubnets.dataPath;
  const isNodes = from.kind === 'node' && to.kind === 'node';
  const path = isNodes ? 'host-network' : from.machine.index === to.machine.index ? sameNode : between;
  return costsAtEachEnd(path, setting, Math.max(1, payloadBytes));
}

function endsOf({ document }: PlannedAlternative, from: Station, to: Station, sameSubnet: boolean): PacketEnds {
  return {
    sourcePod: ipText(from.ip),
    destinationPod: ipText(to.ip),
    sourceNode: ipText(from.machine.ip),
    destinationNode: ipText(to.machine.ip),
    router: ipText(from.machine.router),
    vlanId: document.cluster.vlan?.id ?? VLAN_ID_DEFAULT,
    sameSubnet,
  };
}

/** The packet that carries the pod's own. */
function carrying(packets: readonly ExamplePacket[]): ExamplePacket {
  return packets.find(({ frame }) => frame.some(({ kind }) => kind === 'ipv4'))!;
}

function relationOf(packets: readonly ExamplePacket[], protocol: WalkProtocol): Relation {
  const { frame } = carrying(packets);
  const request = packets.find((packet) => packet.frame.every(({ kind }) => kind !== 'ipv4'));
  const asked = request === undefined ? {} : { request: request.frame };
  return { ...shapeOf(frame), frame: withProtocol(frame, protocol), ...asked };
}

/** Rules look at what is really sent. */
function withProtocol(frame: Frame, protocol: WalkProtocol): Frame {
  if (protocol === 'tcp') return frame;
  const bare = frame.filter(({ kind }) => kind !== 'tcp');
  return protocol === 'udp' ? [...bare, { kind: 'udp', destinationPort: 7 }] : bare;
}

/**
 * A packet that goes to or from a node as it is. Where the network knows pods, the pod's side of it is as the scheme's own packets
 * have it; where it does not, its node stands for it.
 */
function plainFrame(from: Station, to: Station, sameSubnet: boolean, ofScheme: Frame | undefined): Frame {
  const bare = nodeFrame(from, to, sameSubnet);
  if (ofScheme === undefined || from.kind === to.kind) return bare;
  return bare.map((header) => {
    const same = ofScheme.find(({ kind }) => kind === header.kind);
    if (header.kind === 'ethernet' && same?.kind === 'ethernet' && to.kind === 'pod')
      return { ...header, destination: same.destination };
    if (header.kind !== 'ipv4' || same?.kind !== 'ipv4') return header;
    return from.kind === 'pod' ? { ...header, source: same.source } : { ...header, destination: same.destination };
  });
}

/** A packet of a node itself, which every network knows. */
function nodeFrame(from: Station, to: Station, sameSubnet: boolean): Frame {
  const owner = 'node';
  const destination = sameSubnet
    ? { address: `MAC of ${to.machine.name}`, owner: 'node' as const }
    : { address: 'MAC of the router', owner: 'router' as const };
  return [
    { kind: 'ethernet', source: { address: `MAC of ${from.machine.name}`, owner }, destination, broadcast: false },
    {
      kind: 'ipv4',
      source: { address: ipText(from.machine.ip), owner },
      destination: { address: ipText(to.machine.ip), owner },
      protocol: 6,
    },
    { kind: 'tcp', destinationPort: 80 },
  ];
}

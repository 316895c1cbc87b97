/** Figures of walks that lessons may claim: what stands around a pod's packet on the cable, and what becomes of the longest one. */
import { ENCAPSULATIONS, overheadBytesOf } from '../../models/network/overlay/encapsulation.ts';
import { ipBytesOf } from '../../models/network/walking/leg.ts';
import { encodePacket, type Packet } from '../../models/network/wire/packet.ts';
import type { PlannedAlternative } from './plan.ts';
import { type WalkPlaces, walkPlaces } from './walk-ends.ts';
import { type Walk, walkBetween } from './walking.ts';

/** By name: a figure of one alternative. */
const WALKED: Readonly<Record<string, (alternative: PlannedAlternative, seed: string) => number>> = {
  /** Bytes between the cable's Ethernet header and the pod's IP header. */
  wrapBytes: (alternative, seed) => {
    const { packet } = onCable(walkFar(alternative, seed));
    const inner = packet.headers.map(({ kind }) => kind).lastIndexOf('ipv4');
    return ipBytesOf(packet) - ipBytesOf({ ...packet, headers: packet.headers.slice(inner) });
  },
  /** The whole frame of the first packet of a connection. */
  frameBytes: (alternative, seed) => encodePacket(onCable(walkFar(alternative, seed)).packet).length,
  /** What pods may send. */
  podMtu: (alternative) => alternative.podMtu,
  /** A packet as long as pods may send, of TCP: its length on the cable. */
  longestOnCable: (alternative, seed) => ipBytesOf(onCable(walkLong(alternative, seed)).packet),
  /** The same packet: in how many it leaves its node; 0 if it does not. */
  piecesOnCable: (alternative, seed) => framesOnCable(walkLong(alternative, seed)).length,
  /** The same packet: 1 if it arrives. */
  longestArrives: (alternative, seed) => (walkLong(alternative, seed).question.died === null ? 1 : 0),
  /** The same packet: 1 if its sender is told that it was too long. */
  senderIsTold: (alternative, seed) => (walkLong(alternative, seed).told === null ? 0 : 1),
};

/** A figure by name; undefined for a name that is none of a walk. */
export function walkFigure(alternative: PlannedAlternative, seed: string, name: string): number | undefined {
  return Object.hasOwn(WALKED, name) ? WALKED[name]!(alternative, seed) : undefined;
}

/** Bytes that a kind of tunnel puts around a packet, by the name of the kind; undefined for a name that is none. */
export function tunnelBytes(kind: string): number | undefined {
  const encapsulation = ENCAPSULATIONS.find((each) => each === kind);
  return encapsulation === undefined ? undefined : overheadBytesOf({ encapsulation });
}

/** From the first pod to the first one in another rack. */
function endsFar(places: WalkPlaces) {
  const pods = places.machines.flatMap((machine) => places.podsOf(machine).slice(0, 1));
  const [from] = pods;
  const to = pods.find(({ machine }) => machine.rack !== from?.machine.rack);
  if (from === undefined || to === undefined) throw new Error('a walk of a lesson needs pods in two racks');
  return { from, to };
}

function walkFar(alternative: PlannedAlternative, seed: string, bytes?: number): Walk {
  const places = walkPlaces(alternative, seed);
  const { from, to } = endsFar(places);
  const size = bytes === undefined ? {} : { bytes };
  return walkBetween(alternative, places, from, to, { protocol: 'tcp', dontFragment: true, ...size });
}

const walkLong = (alternative: PlannedAlternative, seed: string): Walk =>
  walkFar(alternative, seed, alternative.podMtu);

/** IP packets of the question on its node's cable. */
function framesOnCable(walk: Walk): { readonly packet: Packet }[] {
  const cable = `cable of ${walk.from.machine.name}`;
  const until = walk.question.tookNs;
  return walk.frames.filter(
    ({ wire, timeNs, packet }) =>
      wire === cable &&
      timeNs <= until &&
      packet.headers.some(({ kind }) => kind === 'ipv4') &&
      !isAnswer(walk, packet),
  );
}

function isAnswer({ from }: Walk, packet: Packet): boolean {
  return packet.headers.some((header) => header.kind === 'ipv4' && header.destination === from.ip);
}

function onCable(walk: Walk): { readonly packet: Packet } {
  const [first] = framesOnCable(walk);
  if (first === undefined) throw new Error('the question of this walk is on no cable');
  return first;
}

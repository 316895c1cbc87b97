/**
 * What joins the clusters of a run: where each stands, where callers are, and how long a payload takes from one place to another.
 *
 * Places of the interconnect are the members in their order, the control plane of the federation, and one for the callers near each
 * member: these are in its zone and outside of it, so that a member may die without them. A payload that is lost on a line is sent again by
 * TCP after a time-out that doubles. Left out: connections (each payload is sent by itself), a line that is cut while a payload is on it.
 */
import { Interconnect, NEVER } from '../../../models/federation/interconnect/interconnect.ts';
import { carriedBytes, type LinePlan } from '../../../models/federation/interconnect/line.ts';
import type { Place } from '../../../models/federation/interconnect/place.ts';
import { NS_PER_MS, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Stream } from '../../../sim/random/stream.ts';
import type { FederationFile, LineFile, MemberFile } from '../../document/federation-schema.ts';

/** Least retransmission time-out of Linux (TCP_RTO_MIN), which a way of less than that adds to. */
const RTO_MIN_NS = 200 * NS_PER_MS;
/** TCP gives up after so many (tcp_retries2). */
const RETRIES_MAX = 15;

/** Pods of callers outside have these numbers: two below the number of their place. */
export function callerAt(place: number): number {
  return -place - 2;
}

/** The place of a caller outside. */
export function placeOfCaller(pod: number): number {
  return -pod - 2;
}

/** The place of callers near a member; the first one if nobody says. */
export function placeOfCallers(near: string | undefined, members: readonly string[]): number {
  return members.length + 1 + (near === undefined ? 0 : members.indexOf(near));
}

/** The places of a federation and the lines between them. */
export class JoinedClusters {
  readonly interconnect: Interconnect;
  readonly #members: readonly MemberFile[];
  readonly #losses: Stream;

  constructor({ clusters, lines }: FederationFile, clock: { readonly nowNs: TimeNs }, losses: Stream) {
    this.#members = clusters;
    this.#losses = losses;
    const members = clusters.map(placeOf);
    const control = { ...members[0]!, zone: 'federation' };
    const pairs = pairsOf(lines, clusters);
    this.interconnect = new Interconnect({ places: [...members, control, ...members], pairs }, clock);
  }

  /** The place of the federation's control plane. */
  get control(): number {
    return this.#members.length;
  }

  /** Cuts a member from everything but the callers in its own zone. */
  isolate(member: number): void {
    for (const other of this.#others(member)) this.interconnect.cut(member, other);
  }

  /** Undoes `isolate`. */
  rejoin(member: number): void {
    for (const other of this.#others(member)) this.interconnect.heal(member, other);
  }

  /** A member dies: nobody reaches it, not even callers in its zone. */
  unplug(member: number): void {
    this.interconnect.isolate(member);
  }

  /** Undoes `unplug`. */
  plug(member: number): void {
    this.interconnect.rejoin(member);
  }

  #others(member: number): number[] {
    const near = this.#members.length + 1 + member;
    return this.interconnect.places.flatMap((_, place) => (place === member || place === near ? [] : [place]));
  }

  /** From one place to another now; Infinity: it never arrives. */
  wayNs(from: number, to: number, bytes: number, nowNs: TimeNs): TimeNs {
    if (from === to) return 0;
    const arrivesNs = this.interconnect.send(from, to, bytes, 'service');
    if (arrivesNs === NEVER) return NEVER;
    return arrivesNs - nowNs + this.#resentNs(from, to, bytes);
  }

  #resentNs(from: number, to: number, bytes: number): TimeNs {
    const { line } = this.interconnect.wayOf(from, to, 'service')!;
    if (line.lossShare === 0) return 0;
    const packets = Math.ceil(carriedBytes(line, bytes) / line.mtu);
    let timeoutNs = Math.max(RTO_MIN_NS, line.rttNs + RTO_MIN_NS);
    let waitedNs = 0;
    for (let retry = 0; this.#isLost(packets, line.lossShare); retry++) {
      if (retry === RETRIES_MAX) return NEVER;
      waitedNs += timeoutNs;
      timeoutNs *= 2;
    }
    return waitedNs;
  }

  #isLost(packets: number, lossShare: number): boolean {
    for (let packet = 0; packet < packets; packet++) if (this.#losses.uniform() < lossShare) return true;
    return false;
  }
}

/** Where a member stands. */
export function placeOf({ provider, region, zone, name }: MemberFile): Place {
  return { provider, region: region ?? name, zone };
}

function pairsOf(lines: readonly LineFile[], clusters: readonly MemberFile[]) {
  const numberOf = (name: string): number => clusters.findIndex((cluster) => cluster.name === name);
  const pairs = new Map<string, { between: readonly [number, number]; lines: LinePlan[] }>();
  for (const line of lines) {
    const [a, b] = [numberOf(line.between[0]!), numberOf(line.between[1]!)];
    const between = [Math.min(a, b), Math.max(a, b)] as const;
    const pair = pairs.get(between.join(' ')) ?? { between, lines: [] };
    pair.lines.push(planOf(line));
    pairs.set(between.join(' '), pair);
  }
  return [...pairs.values()];
}

function planOf({ kind, rtt, loss, rate, mtu, pricePerGb, pricePerHour, uses }: LineFile): LinePlan {
  return {
    kind,
    ...(rtt === undefined ? {} : { rttNs: rtt }),
    ...(loss === undefined ? {} : { lossShare: loss }),
    ...(rate === undefined ? {} : { bitsPerSec: rate }),
    ...(mtu === undefined ? {} : { mtu }),
    ...(pricePerGb === undefined ? {} : { usdPerGbOut: pricePerGb, usdPerGbIn: 0 }),
    ...(pricePerHour === undefined ? {} : { usdPerHour: pricePerHour }),
    ...(uses === undefined ? {} : { uses }),
  };
}

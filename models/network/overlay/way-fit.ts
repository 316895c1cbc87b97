/**
 * What a way does with packets by their length, for models that know flows and not packets: whole, cut, told of, or swallowed.
 *
 * Source: tunnel-path.ts and path-tcp.ts, which are asked by sending probes over the way, packet by packet.
 * Left out: the round trip that a message costs a sender once in ten minutes; probing for black holes (`tcp_mtu_probing`, off as
 * it comes).
 */
import { NS_PER_SECOND } from '../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../sim/engine/simulation.ts';
import { TCP_IP_HEADER_BYTES } from '../../machine/data-path.ts';
import { type IpPacket, MTU_MIN } from './ip-packet.ts';
import type { PathSettings } from './path-settings.ts';
import { PathTcp } from './path-tcp.ts';
import { TunnelPath } from './tunnel-path.ts';

/** What a way does with packets. */
export interface WayFit {
  /** The longest IP packets that TCP sends, once it has heard what it will hear. */
  readonly tcpMtu: number;
  /** Longer ones are cut on the way, in the tunnel. */
  readonly wholeUpTo: number;
  /** Packets that must not be cut and are longer never arrive, and their senders hear nothing; Infinity where there are none. */
  readonly swallowedFrom: number;
}

/** More than a window of the largest segments. */
const PROBE_BYTES = 1_000_000;
/** Long enough for every message; retransmissions would only repeat it. */
const PROBE_NS = 10 * NS_PER_SECOND;

/** Asks a way. */
export function fitOf(settings: PathSettings): WayFit {
  const [tcpMtu, arrives] = tcpOver(settings);
  const passes = (bytes: number): boolean => packetOver(settings, bytes).arrives;
  const isWhole = (bytes: number): boolean => !packetOver(settings, bytes).isCut;
  return {
    tcpMtu,
    wholeUpTo: longest(isWhole, tcpMtu),
    swallowedFrom: arrives ? Number.POSITIVE_INFINITY : longest(passes, settings.podMtu) + 1,
  };
}

function tcpOver(settings: PathSettings): [mtu: number, arrives: boolean] {
  const simulation = new Simulation();
  const tcp = new PathTcp(simulation, new TunnelPath(simulation, settings));
  tcp.write(PROBE_BYTES);
  simulation.run(PROBE_NS);
  const { delivered, payloadBytes } = tcp.outcome();
  return [payloadBytes + TCP_IP_HEADER_BYTES, delivered === PROBE_BYTES];
}

/** One packet that must not be cut: whether it arrives, and whether anybody on the way cut it. */
function packetOver(settings: PathSettings, bytes: number): { readonly arrives: boolean; readonly isCut: boolean } {
  const simulation = new Simulation();
  const path = new TunnelPath(simulation, settings);
  let arrives = false;
  path.serve(path.remote, () => {
    arrives = true;
  });
  const packet: IpPacket = {
    kind: 'data',
    from: 0,
    to: path.remote,
    bytes,
    dontFragment: true,
    inner: undefined,
    position: 0,
    length: bytes,
    mtu: 0,
    part: undefined,
  };
  path.send(packet);
  simulation.run(PROBE_NS);
  return { arrives, isCut: path.counts.cuts > 0 };
}

/** The longest packet up to `most` of which something holds that holds of all shorter ones. */
function longest(holds: (bytes: number) => boolean, most: number): number {
  if (holds(most)) return most;
  let [low, high] = [MTU_MIN, most];
  while (high - low > 1) {
    const half = (low + high) >> 1;
    if (holds(half)) low = half;
    else high = half;
  }
  return low;
}

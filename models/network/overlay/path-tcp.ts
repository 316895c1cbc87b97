/**
 * One TCP connection over a path: how it finds a size that passes, or does not.
 *
 * Source: RFC 1191 and RFC 4821; Linux 6.x: tcp_v4_mtu_reduced (a message lowers the size and what is out is sent again at
 * once), tcp_retransmit_timer (first after 0.2 s, doubling, at most 120 s), `tcp_retries1` 3 and `tcp_mtu_probing`
 * (tcp_mtu_probing(): after 3 s of retransmissions down to `tcp_base_mss` 1024, then halved), `tcp_retries2` 15. A
 * smaller MTU of a path is kept 10 minutes.
 *
 * Left out: the handshake's packets (the MSS is the smaller of both interfaces, or what a node clamps it to), congestion
 * windows, duplicate acknowledgements (only time-outs and messages send again), searching for larger sizes by probes.
 */
import { NS_PER_MS, NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventHandle, EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import { TCP_IP_HEADER_BYTES } from '../../machine/data-path.ts';
import type { IpPacket } from './ip-packet.ts';
import { joinedPackets, unitsOf } from './offload-units.ts';
import { PATH_MTU_MIN, PATH_MTU_NS, type TunnelPath } from './tunnel-path.ts';

/** How a sender finds the size of packets. */
export interface TcpSettings {
  /** `net.ipv4.tcp_mtu_probing` 1: smaller packets are tried after a black hole was noticed. */
  readonly probesMtu?: boolean;
}

/** IPv4 and TCP headers without options: what the MSS leaves. */
const PLAIN_HEADERS_BYTES = 40;
/** The timestamp option. */
const OPTION_BYTES = TCP_IP_HEADER_BYTES - PLAIN_HEADERS_BYTES;
/** Segments in flight; a congestion window would grow, and finds the same size. */
const WINDOW_SEGMENTS = 10;
const TIMEOUT_FIRST_NS = 200 * NS_PER_MS;
const TIMEOUT_MAX_NS = 120 * NS_PER_SECOND;
/** (2^(tcp_retries1 + 1) - 1) times the first time-out. */
const BLACK_HOLE_NS = 15 * TIMEOUT_FIRST_NS;
const RETRIES_MAX = 15;
const BASE_MSS = 1024;
const PROBED_MSS_MIN = 48;

/** What came of a connection. */
export interface TcpOutcome {
  /** Bytes that the receiver has in order. */
  readonly delivered: number;
  /** When the last byte that was given to it was acknowledged; undefined while some are not. */
  readonly doneNs: TimeNs | undefined;
  readonly gaveUp: boolean;
  readonly segmentsSent: number;
  readonly segmentsSentAgain: number;
  /** Payload of its largest segments now. */
  readonly payloadBytes: number;
  /** Units that walked the sender's kernel, and the receiver's. */
  readonly unitsSent: number;
  readonly unitsReceived: number;
}

/** A sender in the first container and a receiver in the last. */
export class PathTcp {
  readonly #simulation: Simulation;
  readonly #path: TunnelPath;
  readonly #probes: boolean;
  readonly #timeout: EventKind;
  readonly #mss: number;
  #timer: EventHandle = -1;
  #given = 0;
  #sent = 0;
  #acknowledged = 0;
  #received = 0;
  #doneNs: TimeNs | undefined;
  #timeouts = 0;
  #waitNs = TIMEOUT_FIRST_NS;
  #firstAgainNs: TimeNs | undefined;
  #probing = false;
  #probedMss = BASE_MSS;
  #pathMtu = { mtu: Number.POSITIVE_INFINITY, untilNs: 0 };
  #segments = 0;
  #again = 0;
  #unitsSent = 0;
  readonly #joined = joinedPackets();

  constructor(simulation: Simulation, path: TunnelPath, settings: TcpSettings = {}) {
    this.#simulation = simulation;
    this.#path = path;
    this.#probes = settings.probesMtu ?? false;
    const least = Math.min(path.interfaceMtu(0), path.interfaceMtu(path.remote)) - PLAIN_HEADERS_BYTES;
    this.#mss = Math.min(least, path.settings.clampMss ?? least);
    this.#timeout = simulation.kind('TCP time-out', () => this.#onTimeout());
    path.serve(0, (packet) => this.#atSender(packet));
    path.serve(path.remote, (packet) => this.#atReceiver(packet));
  }

  /** Gives it bytes to send. */
  write(bytes: number): void {
    this.#given += bytes;
    this.#doneNs = undefined;
    this.#fill();
  }

  /** What came of it so far. */
  outcome(): TcpOutcome {
    return {
      delivered: this.#received,
      doneNs: this.#doneNs,
      gaveUp: this.#timeouts > RETRIES_MAX,
      segmentsSent: this.#segments,
      segmentsSentAgain: this.#again,
      payloadBytes: this.#payload(),
      unitsSent: this.#unitsSent,
      unitsReceived: this.#joined.units(),
    };
  }

  /** Payload of a full segment now. */
  #payload(): number {
    const known = this.#simulation.nowNs < this.#pathMtu.untilNs ? this.#pathMtu.mtu : Number.POSITIVE_INFINITY;
    const fits = Math.min(this.#mss, known - PLAIN_HEADERS_BYTES);
    return (this.#probing ? Math.min(fits, this.#probedMss) : fits) - OPTION_BYTES;
  }

  #fill(): void {
    const payload = this.#payload();
    const limit = Math.min(this.#given, this.#acknowledged + WINDOW_SEGMENTS * payload);
    this.#burst(this.#sent, limit, payload);
    this.#sent = Math.max(this.#sent, limit);
    if (this.#timer < 0 && this.#acknowledged < this.#sent) this.#arm();
  }

  /** Segments that leave at once: one trip through the kernel, or several. */
  #burst(from: number, to: number, payload: number): void {
    if (to <= from) return;
    for (let position = from; position < to; position += payload)
      this.#emit(position, Math.min(payload, to - position));
    const { offload, tunnel } = this.#path.settings;
    this.#unitsSent += unitsOf(to - from, payload, offload, tunnel.encapsulation);
  }

  #emit(position: number, length: number): void {
    this.#segments++;
    this.#path.send(segment('data', 0, this.#path.remote, position, length));
  }

  #atSender(packet: IpPacket): void {
    if (packet.kind === 'too big') this.#onMessage(packet);
    else this.#onAcknowledgement(packet.position);
  }

  #onMessage({ mtu }: IpPacket): void {
    const before = this.#payload();
    const untilNs = this.#simulation.nowNs + PATH_MTU_NS;
    this.#pathMtu = { mtu: Math.max(mtu, PATH_MTU_MIN), untilNs };
    if (this.#payload() < before) this.#sendAgain(this.#sent);
  }

  #onAcknowledgement(next: number): void {
    if (next <= this.#acknowledged) return;
    this.#acknowledged = next;
    this.#timeouts = 0;
    this.#waitNs = TIMEOUT_FIRST_NS;
    this.#firstAgainNs = undefined;
    this.#disarm();
    if (next === this.#given) this.#doneNs = this.#simulation.nowNs;
    this.#sent = Math.max(this.#sent, next);
    this.#fill();
  }

  #onTimeout(): void {
    this.#timer = -1;
    this.#timeouts++;
    this.#waitNs = Math.min(2 * this.#waitNs, TIMEOUT_MAX_NS);
    if (this.#timeouts > RETRIES_MAX) return;
    this.#firstAgainNs ??= this.#simulation.nowNs;
    if (this.#probes && this.#simulation.nowNs - this.#firstAgainNs >= BLACK_HOLE_NS) this.#probeSmaller();
    // One segment only, until something is heard.
    this.#sendAgain(Math.min(this.#sent, this.#acknowledged + this.#payload()));
  }

  #probeSmaller(): void {
    if (this.#probing) this.#probedMss = Math.max(PROBED_MSS_MIN, Math.floor(this.#probedMss / 2));
    this.#probing = true;
  }

  #sendAgain(to: number): void {
    const before = this.#segments;
    this.#burst(this.#acknowledged, to, this.#payload());
    this.#again += this.#segments - before;
    // What was cut differently before is sent anew from here on.
    this.#sent = to;
    this.#disarm();
    this.#arm();
  }

  #arm(): void {
    this.#timer = this.#simulation.after(this.#waitNs, this.#timeout);
  }

  #disarm(): void {
    if (this.#timer >= 0) this.#simulation.cancel(this.#timer);
    this.#timer = -1;
  }

  #atReceiver(packet: IpPacket): void {
    if (packet.kind !== 'data') return;
    const { position, length } = packet;
    const { offload, tunnel } = this.#path.settings;
    this.#joined.take(packet, this.#simulation.nowNs, offload, tunnel.encapsulation);
    if (position <= this.#received) this.#received = Math.max(this.#received, position + length);
    this.#path.send(segment('acknowledgement', this.#path.remote, 0, this.#received, 0));
  }
}

function segment(
  kind: 'data' | 'acknowledgement',
  from: number,
  to: number,
  position: number,
  length: number,
): IpPacket {
  return {
    kind,
    from,
    to,
    bytes: length + TCP_IP_HEADER_BYTES,
    dontFragment: true,
    inner: undefined,
    position,
    length,
    mtu: 0,
    part: undefined,
  };
}

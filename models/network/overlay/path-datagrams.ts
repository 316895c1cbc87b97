/**
 * UDP datagrams over a path: one by one, as a program sends them.
 *
 * Source: Linux ip(7), `IP_MTU_DISCOVER`: `want` (as it comes: must not be cut as long as it fits what is known of the
 * path, else cut by the sender), `do` (never cut: what is too long is refused at once), `dont` (may be cut anywhere).
 * Left out: programs that look for a size themselves (QUIC does), answers.
 */
import type { Simulation } from '../../../sim/engine/simulation.ts';
import { UDP_IP_HEADER_BYTES } from '../../machine/datagram.ts';
import { fragmentsOf, type IpPacket } from './ip-packet.ts';
import { PATH_MTU_MIN, PATH_MTU_NS, type TunnelPath } from './tunnel-path.ts';

/** How a socket treats what is too long. */
export type MtuDiscovery = 'want' | 'do' | 'dont';

/** What came of datagrams. */
export interface DatagramOutcome {
  readonly sent: number;
  readonly arrived: number;
  /** Refused at the sender: "message too long". */
  readonly refused: number;
}

/** A sender in the first container and a receiver in the last. */
export class PathDatagrams {
  readonly #simulation: Simulation;
  readonly #path: TunnelPath;
  readonly #discovery: MtuDiscovery;
  #known = { mtu: Number.POSITIVE_INFINITY, untilNs: 0 };
  #sent = 0;
  #arrived = 0;
  #refused = 0;

  constructor(simulation: Simulation, path: TunnelPath, discovery: MtuDiscovery = 'want') {
    this.#simulation = simulation;
    this.#path = path;
    this.#discovery = discovery;
    path.serve(0, (packet) => this.#onMessage(packet));
    path.serve(path.remote, () => {
      this.#arrived++;
    });
  }

  /** Sends a datagram of so many bytes of payload. */
  send(payloadBytes: number): void {
    const bytes = payloadBytes + UDP_IP_HEADER_BYTES;
    const mtu = this.#pathMtu();
    this.#sent++;
    if (bytes > mtu && this.#discovery === 'do') {
      this.#refused++;
      return;
    }
    const dontFragment = this.#discovery !== 'dont' && bytes <= mtu;
    const whole: IpPacket = {
      kind: 'data',
      from: 0,
      to: this.#path.remote,
      bytes,
      dontFragment,
      inner: undefined,
      position: this.#sent,
      length: payloadBytes,
      mtu: 0,
      part: undefined,
    };
    const own = this.#path.interfaceMtu(0);
    for (const piece of fragmentsOf(whole, this.#discovery === 'dont' ? own : mtu)) this.#path.send(piece);
  }

  /** What came of them so far. */
  outcome(): DatagramOutcome {
    return { sent: this.#sent, arrived: this.#arrived, refused: this.#refused };
  }

  #pathMtu(): number {
    const own = this.#path.interfaceMtu(0);
    return this.#simulation.nowNs < this.#known.untilNs ? Math.min(own, this.#known.mtu) : own;
  }

  #onMessage({ kind, mtu }: IpPacket): void {
    if (kind !== 'too big' || this.#discovery === 'dont') return;
    const untilNs = this.#simulation.nowNs + PATH_MTU_NS;
    this.#known = { mtu: Math.max(mtu, PATH_MTU_MIN), untilNs };
  }
}

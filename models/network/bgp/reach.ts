/**
 * Whether packets pass between the two ends of a session, and how long they take.
 *
 * Source: ports.ts. Left out: ways over other routers (multihop sessions).
 */
import { assert } from '../../../sim/engine/assert.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import { NO_PORT, type Ports } from './ports.ts';
import { NO_END, type SessionEnds } from './session-ends.ts';

/** The ways of all sessions. */
export class Reach {
  readonly #ends: SessionEnds;
  readonly #ports: Ports;

  constructor(ends: SessionEnds, ports: Ports) {
    this.#ends = ends;
    this.#ports = ports;
  }

  /** Whether packets pass in both directions, as TCP needs. */
  bothWays(end: number): boolean {
    const peer = this.#ends.peerOf[end]!;
    if (peer === NO_END) return false;
    const [own, other] = [this.#ends.portOf[end]!, this.#ends.portOf[peer]!];
    return own !== NO_PORT && other !== NO_PORT && this.#ports.carries(own, other) && this.#ports.carries(other, own);
  }

  /** Whether packets of the peer come to this end. */
  hears(end: number): boolean {
    const [own, other] = [this.#ends.portOf[end]!, this.#ends.portOf[this.#ends.peerOf[end]!]!];
    return this.#ports.carries(other, own);
  }

  /** Whether packets of this end do not even leave its host. */
  isMute(end: number): boolean {
    const port = this.#ends.portOf[end]!;
    return this.#ports.up[port] === 0 || this.#ports.silentOut[port] === 1;
  }

  /** From this end to the other. */
  latencyNs(end: number): TimeNs {
    const port = this.#ends.portOf[end]!;
    assert(port !== NO_PORT, 'a session that sends has a port');
    return this.#ports.latencyNs[port]!;
  }
}

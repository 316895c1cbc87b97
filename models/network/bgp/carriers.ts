/**
 * Ports that are shut, lose their carrier or drop packets, and who hears of it when.
 *
 * Source: Linux as recorded (`events` cases): the port that is shut acts at once, and its kernel takes out, without a word, the
 * routes that left through it alone; the other end of a cable hears by its kernel's link watch (link-watch.ts), and its
 * routes stay until its daemon acts. Where no one kernel is said to hold all speakers, its watch is due at any time within a second.
 * Left out: what a daemon knows of the path before the carrier.
 */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { Stream, StreamSource } from '../../../sim/random/stream.ts';
import type { BgpConfiguration } from './configuration.ts';
import { LinkWatch } from './link-watch.ts';
import { NO_PORT, type Ports } from './ports.ts';
import { type DelayNs, PROFILES, type Profile } from './profile.ts';
import { NO_END, type SessionEnds } from './session-ends.ts';

/** A returned carrier is told at once so often: the watch had not run for a second. */
const IDLE_WATCH_SHARE = 0.5;
/** A kernel tells others of a lost carrier at most once a second. */
const LINK_WATCH: DelayNs = { low: 0, high: NS_PER_SECOND };

/**
 * Why packets pass or do not: some are dropped; the carrier changed, and the router of this end is told; or the kernel of this
 * end tells of it later than that of its peer (`late`), which has waited for it (`waited`).
 */
export type PathCause = 'packets' | 'carrier' | 'late' | 'waited';

/** Who acts on ports. */
export interface CarrierUser {
  streamOf(speaker: number): Stream;
  /** The port was shut by its operator. */
  shut(port: number): void;
  /** The daemon has heard that the port of an end is gone. */
  portLost(end: number): void;
  /** Packets pass again between the ends of a session, or no longer. */
  pathChanged(end: number, cause: PathCause): void;
  /** The port of an end is back, but not that of its peer. */
  awaits(end: number): void;
  /** Any path of a speaker may have become usable or useless. */
  nextHopsChanged(speaker: number): void;
}

/** The carriers of all ports. */
export class Carriers {
  readonly #sim: Simulation;
  readonly #ports: Ports;
  readonly #ends: SessionEnds;
  readonly #profiles: readonly Profile[];
  readonly #user: CarrierUser;
  readonly #watch: LinkWatch | undefined;
  readonly #kinds: Readonly<Record<'carrier' | 'port' | 'hops', EventKind>>;

  constructor(
    { sim, streams }: { readonly sim: Simulation; readonly streams: StreamSource },
    { speakers, linkWatch }: BgpConfiguration,
    { ports, ends }: { readonly ports: Ports; readonly ends: SessionEnds },
    user: CarrierUser,
  ) {
    this.#sim = sim;
    this.#ports = ports;
    this.#ends = ends;
    this.#profiles = speakers.map(({ daemon }) => PROFILES[daemon]);
    this.#user = user;
    if (linkWatch !== undefined) this.#watch = new LinkWatch(linkWatch, streams.stream('kernel', 'link watch'));
    this.#kinds = {
      carrier: sim.kind('bgp carrier', (port, up) => this.#carrier(port, up === 1, up === 1 ? 'late' : 'carrier')),
      port: sim.kind('bgp port loss', (port) => this.#portLost(port)),
      hops: sim.kind('bgp next hops lost', (speaker) => user.nextHopsChanged(speaker)),
    };
  }

  /** Shuts or opens a port. */
  setPort(port: number, up: boolean): void {
    this.#carrier(port, up, 'carrier');
    if (!up) this.#user.shut(port);
    const other = this.#ports.otherEnd[port]!;
    if (other === NO_PORT) return;
    const toldNs = this.#toldNs(port, other, up);
    if (up && toldNs === this.#sim.nowNs) {
      this.#carrier(other, true, 'carrier');
      return;
    }
    if (up) for (const end of this.#endsOn(port)) this.#user.awaits(end);
    this.#sim.at(toldNs, this.#kinds.carrier, other, up ? 1 : 0);
  }

  /** A port drops all packets of a direction while its carrier stays, or no longer. */
  setSilent(port: number, direction: 'in' | 'out' | 'both', silent: boolean): void {
    if (direction !== 'in') this.#ports.silentOut[port] = silent ? 1 : 0;
    if (direction !== 'out') this.#ports.silentIn[port] = silent ? 1 : 0;
    this.#pathsChanged(port, 'packets');
  }

  #toldNs(port: number, other: number, up: boolean): TimeNs {
    const { nowNs } = this.#sim;
    if (this.#watch === undefined) {
      const speaker = this.#ports.speakerOf[other]!;
      const isAtOnce = up && this.#user.streamOf(speaker).uniform() < IDLE_WATCH_SHARE;
      return isAtOnce ? nowNs : nowNs + this.#draw(speaker, LINK_WATCH);
    }
    return this.#watch.toldNs(nowNs, this.#ports.interfaceIndex[port] !== this.#ports.interfaceIndex[other]);
  }

  #carrier(port: number, up: boolean, cause: PathCause): void {
    if ((this.#ports.up[port] === 1) === up) return;
    this.#ports.up[port] = up ? 1 : 0;
    this.#pathsChanged(port, cause);
    const speaker = this.#ports.speakerOf[port]!;
    if (up) this.#user.nextHopsChanged(speaker);
    else this.#sim.after(this.#draw(speaker, this.#profiles[speaker]!.portLoss), this.#kinds.port, port);
  }

  #portLost(port: number): void {
    if (this.#ports.up[port] === 1) return;
    const speaker = this.#ports.speakerOf[port]!;
    for (const end of this.#endsOn(port)) this.#user.portLost(end);
    // With what the lost sessions had told.
    this.#sim.after(this.#draw(speaker, this.#profiles[speaker]!.clearing), this.#kinds.hops, speaker);
  }

  #pathsChanged(port: number, cause: PathCause): void {
    for (const end of this.#endsOn(port)) {
      const peer = this.#ends.peerOf[end]!;
      if (peer === NO_END) continue;
      this.#user.pathChanged(end, cause);
      this.#user.pathChanged(peer, cause === 'late' ? 'waited' : cause);
    }
  }

  #endsOn(port: number): readonly number[] {
    const speaker = this.#ports.speakerOf[port]!;
    const ends: number[] = [];
    for (let end = this.#ends.firstOf[speaker]!; end < this.#ends.firstOf[speaker + 1]!; end++) {
      if (this.#ends.portOf[end] === port) ends.push(end);
    }
    return ends;
  }

  #draw(speaker: number, { low, high }: DelayNs): TimeNs {
    return low === high ? low : Math.round(low + (high - low) * this.#user.streamOf(speaker).uniform());
  }
}

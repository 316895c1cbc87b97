/**
 * When the daemons of all speakers started, and how long each then breaks off connections that come to it: its sockets listen, and
 * its sessions do not yet.
 *
 * Source: our recordings of FRR (a connection that came while a daemon started was broken off, and both ends tried again a second
 * after that, within a few milliseconds of each other). Left out: what a daemon does before it listens.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EndFacts } from './end-facts.ts';

/** Starts of all daemons. */
export class DaemonStarts {
  readonly #facts: EndFacts;
  readonly #startedNs: Float64Array;
  readonly #readyNs: Float64Array;

  constructor(facts: EndFacts) {
    this.#facts = facts;
    this.#startedNs = new Float64Array(facts.profiles.length);
    this.#readyNs = new Float64Array(facts.profiles.length);
  }

  /** The daemon of a speaker starts. */
  started(speaker: number, nowNs: TimeNs): void {
    const { low, high } = this.#facts.profiles[speaker]!.unready;
    const unreadyNs = low === high ? low : low + (high - low) * this.#facts.streamOf(speaker).uniform();
    this.#startedNs[speaker] = nowNs;
    this.#readyNs[speaker] = nowNs + Math.round(unreadyNs);
  }

  /** When the daemon of a speaker started, if it is not ready yet for connections; else undefined. */
  unreadySinceNs(speaker: number, nowNs: TimeNs): TimeNs | undefined {
    return nowNs < this.#readyNs[speaker]! ? this.#startedNs[speaker]! : undefined;
  }
}

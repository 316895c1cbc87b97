/**
 * A component that acts only while it holds a lease: the scheduler and the controller manager.
 *
 * Source: client-go `tools/leaderelection` with the defaults of Kubernetes 1.34: a lease of 15 s that its holder renews every 2 s; a holder that
 * cannot renew for 10 s gives up, and its process ends. Whoever is not the holder tries every 2 s and up to 1.2 times that more, and takes a lease
 * that it has not seen renewed for 15 s by its own clock: so a process that was started anew waits for its own old lease. A cluster has one of each.
 * Leaves out: a second scheduler or controller manager that takes over; the time in which the kubelet starts the process again.
 */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventHandle, EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { Stream } from '../../../sim/random/stream.ts';
import type { Presence } from './presence.ts';

/** Durations of client-go. */
export const LEADER_ELECTION = {
  leaseNs: 15 * NS_PER_SECOND,
  renewDeadlineNs: 10 * NS_PER_SECOND,
  retryNs: 2 * NS_PER_SECOND,
  jitter: 1.2,
} as const;

/** Why a component cannot act. */
export type Hindrance = 'none' | 'no-server' | 'dead';

/** One component of a cluster. */
export class LeaderElection {
  readonly #sim: Simulation;
  readonly #stream: Stream;
  readonly #presence: Presence;
  readonly #kinds: Readonly<Record<'givesUp' | 'acts', EventKind>>;
  #hindrance: Hindrance = 'none';
  #holdsLease = true;
  #next: EventHandle | undefined;

  /** `stream` draws when it tries; `name` stands in the names of events. */
  constructor(sim: Simulation, stream: Stream, presence: Presence, name: string) {
    this.#sim = sim;
    this.#stream = stream;
    this.#presence = presence;
    this.#kinds = {
      givesUp: sim.kind(`${name} gives its lease up`, () => {
        this.#next = undefined;
        this.#holdsLease = false;
      }),
      acts: sim.kind(`${name} has its lease`, () => {
        this.#next = undefined;
        this.#holdsLease = true;
        presence.comeBack(true);
      }),
    };
  }

  /** Whether it can act, from now on. */
  hindered(hindrance: Hindrance): void {
    if (hindrance === this.#hindrance) return;
    this.#hindrance = hindrance;
    if (this.#next !== undefined) this.#sim.cancel(this.#next);
    this.#next = undefined;
    if (hindrance === 'none') this.#tries();
    else this.#stops(hindrance);
  }

  #stops(hindrance: Hindrance): void {
    this.#presence.leave();
    if (hindrance === 'dead') this.#holdsLease = false;
    if (!this.#holdsLease) return;
    const { renewDeadlineNs, retryNs } = LEADER_ELECTION;
    // It has renewed at some instant of the last two seconds.
    const sinceNs = Math.floor(retryNs * this.#stream.uniform());
    this.#next = this.#sim.after(renewDeadlineNs - sinceNs, this.#kinds.givesUp);
  }

  #tries(): void {
    if (this.#holdsLease) {
      this.#presence.comeBack(false);
      return;
    }
    // It sees the old lease with the first try, at any instant of a pause.
    const seenNs = Math.floor(this.#pauseNs() * this.#stream.uniform());
    let triedNs = seenNs;
    while (triedNs < seenNs + LEADER_ELECTION.leaseNs) triedNs += this.#pauseNs();
    this.#next = this.#sim.after(triedNs, this.#kinds.acts);
  }

  #pauseNs(): TimeNs {
    const { retryNs, jitter } = LEADER_ELECTION;
    return Math.round(retryNs * (1 + jitter * this.#stream.uniform()));
  }
}

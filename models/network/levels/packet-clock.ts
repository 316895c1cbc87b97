/**
 * Ties a packet network to the simulation's clock: packets move up to the next event of the simulation and never beyond it.
 *
 * After the last thing of an instant has happened, nothing but packets can change anything before the next event. So packets run until that
 * event, or until one of them has news for the world outside (`stopAsked`), which becomes an event of its own at that instant.
 * Source: conservative synchronisation with a look-ahead up to the next event (Chandy and Misra, CACM 24(4), 1981). Left out: rolling
 * back; what someone changes from outside between two events (a slider) meets packets that are already at the later one.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { PacketNetwork } from '../packet/packet-network.ts';

/** Among events of one instant: after the settling of shares, which has the same priority and is asked for before. */
const LAST_PRIORITY = 7;
/** Packets run no further at a time, so that a run can be interrupted. */
const STRIDE_NS: TimeNs = 1e6;

/** Lets packets move while the simulation goes on. */
export class PacketClock {
  readonly #sim: Simulation;
  readonly #network: PacketNetwork;
  readonly #endNs: TimeNs;
  readonly #onNews: () => void;
  readonly #moveKind: EventKind;
  readonly #newsKind: EventKind;
  /** A move or news is scheduled. */
  #awake = false;

  /** `onNews` is called, as an event, at the instant at which a packet brought news. Nothing moves after `endNs`. */
  constructor(sim: Simulation, network: PacketNetwork, endNs: TimeNs, onNews: () => void) {
    this.#sim = sim;
    this.#endNs = endNs;
    this.#network = network;
    this.#onNews = onNews;
    this.#moveKind = sim.kind('packets move', () => this.#move(), LAST_PRIORITY);
    this.#newsKind = sim.kind('packets bring news', () => {
      this.#awake = false;
      this.#onNews();
      this.wake();
    });
  }

  /** Packets are at the present; to be called before anything is changed there. News of this instant is kept for `onNews`. */
  catchUp(): void {
    const { nowNs } = this.#sim;
    while (this.#network.nowNs < nowNs) this.#network.run(nowNs);
  }

  /** There may be packets to move: they do, from the end of this instant on. */
  wake(): void {
    if (this.#awake) return;
    this.#awake = true;
    this.#sim.at(this.#sim.nowNs, this.#moveKind);
  }

  #move(): void {
    const network = this.#network;
    this.#awake = false;
    if (network.nextNs() > this.#endNs || network.nowNs >= this.#endNs) return;
    this.#awake = true;
    const untilNs = Math.min(this.#sim.nextNs, this.#sim.nowNs + STRIDE_NS, this.#endNs);
    if (untilNs > network.nowNs && !network.run(untilNs)) this.#sim.at(network.nowNs, this.#newsKind);
    else this.#sim.at(Math.max(untilNs, this.#sim.nowNs), this.#moveKind);
  }
}

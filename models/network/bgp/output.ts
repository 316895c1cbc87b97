/**
 * What was decided and not told yet: a daemon writes its UPDATEs a little after its decisions, as they were decided.
 *
 * In that little while another router's message may come in, too late to change what is told.
 * Source: our recordings of FRR 8.4.4 (0.5 to 0.8 ms). Left out: full send buffers.
 */

import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { PrefixId } from './prefix-table.ts';
import type { Told } from './telling.ts';
import type { UpdateGroup } from './update-group.ts';

/** What a group is told from now on, by prefix. */
export interface News {
  readonly group: UpdateGroup;
  readonly prefixes: readonly PrefixId[];
  readonly told: readonly Told[];
}

/** The outgoing news of all speakers. */
export class Output {
  readonly #sim: Simulation;
  readonly #tell: (news: News) => void;
  readonly #kind: EventKind;
  readonly #waiting: (readonly News[] | undefined)[] = [];
  readonly #free: number[] = [];
  /** Counts the daemons that a speaker has had. */
  readonly #lives: Uint32Array;

  constructor(sim: Simulation, speakers: number, tell: (news: News) => void) {
    this.#sim = sim;
    this.#tell = tell;
    this.#lives = new Uint32Array(speakers);
    this.#kind = sim.kind('bgp tells', (slot, owner) => this.#leave(slot, owner));
  }

  /** News leave after a delay; at once if there is none. */
  put(speaker: number, news: readonly News[], delayNs: TimeNs): void {
    if (delayNs === 0) {
      for (const each of news) this.#tell(each);
      return;
    }
    const slot = this.#free.pop() ?? this.#waiting.length;
    this.#waiting[slot] = news;
    this.#sim.after(delayNs, this.#kind, slot, this.#ownerOf(speaker));
  }

  /** The daemon is gone with its news. */
  clear(speaker: number): void {
    this.#lives[speaker]!++;
  }

  /** Speaker and daemon in one number. */
  #ownerOf(speaker: number): number {
    return this.#lives[speaker]! * this.#lives.length + speaker;
  }

  #leave(slot: number, owner: number): void {
    const news = this.#waiting[slot]!;
    this.#waiting[slot] = undefined;
    this.#free.push(slot);
    if (owner !== this.#ownerOf(owner % this.#lives.length)) return;
    for (const each of news) this.#tell(each);
  }
}

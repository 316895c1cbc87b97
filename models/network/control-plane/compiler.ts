/**
 * A controller between what is written and what agents read: it looks at everything once a pass, as ovn-northd does.
 *
 * Changes that come during a pass or in the rest after it wait for the next one, so they are told in batches. Without passes
 * a change is told when it is written.
 * Source: ovn-northd (a pass over the whole northbound database; `northd-backoff-interval-ms` rests after each).
 * Leaves out: incremental passes, which cost less the less has changed.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { CompilePass } from './profile.ts';

/** The controller of one control plane. */
export class Compiler {
  /** Processor time of its passes. */
  busyNs = 0;
  readonly #sim: Simulation;
  readonly #passNs: TimeNs;
  readonly #restNs: TimeNs;
  readonly #onTold: (upTo: number) => void;
  readonly #begin: EventKind;
  readonly #end: EventKind;
  /** Passes are counted, so that an end that was called off is not taken for another. */
  #pass = 0;
  #state: 'idle' | 'waits' | 'works' = 'idle';
  #restedNs = 0;
  #written = 0;
  #told = 0;
  #stopped = false;

  constructor(
    sim: Simulation,
    name: string,
    nodes: number,
    pass: CompilePass | undefined,
    onTold: (upTo: number) => void,
  ) {
    this.#sim = sim;
    this.#passNs = pass === undefined ? -1 : pass.baseNs + nodes * pass.nodeNs;
    this.#restNs = pass?.restNs ?? 0;
    this.#onTold = onTold;
    this.#begin = sim.kind(`${name}: pass begins`, (number) => this.#beginPass(number));
    this.#end = sim.kind(`${name}: pass ends`, (number, upTo) => this.#endPass(number, upTo));
  }

  /** Everything up to `version` was told before the run. */
  startAt(version: number): void {
    this.#written = version;
    this.#told = version;
  }

  /** Everything up to `version` is written now. */
  written(version: number): void {
    this.#written = version;
    if (this.#passNs < 0) this.#tell(version);
    else this.#wake();
  }

  #tell(upTo: number): void {
    this.#told = upTo;
    this.#onTold(upTo);
  }

  #wake(): void {
    if (this.#stopped || this.#state !== 'idle' || this.#written === this.#told) return;
    this.#state = 'waits';
    this.#sim.at(Math.max(this.#sim.nowNs, this.#restedNs), this.#begin, ++this.#pass);
  }

  #beginPass(number: number): void {
    if (number !== this.#pass) return;
    this.#state = 'works';
    this.busyNs += this.#passNs;
    this.#sim.after(this.#passNs, this.#end, number, this.#written);
  }

  #endPass(number: number, upTo: number): void {
    if (number !== this.#pass) return;
    this.#state = 'idle';
    this.#restedNs = this.#sim.nowNs + this.#restNs;
    this.#tell(upTo);
    this.#wake();
  }

  /** It stops: a pass that was under way is lost. */
  stop(): void {
    this.#stopped = true;
    this.#pass++;
    this.#state = 'idle';
  }

  /** It works again, and looks at what is written. */
  resume(): void {
    this.#stopped = false;
    this.#wake();
  }
}

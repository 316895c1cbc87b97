/**
 * A load window by window: what a timeline shows and an observer hears, never a row for each request.
 *
 * Source: ours. Left out: windows of different lengths, and what happens inside of one. Who wants single requests listens to the load itself.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Simulation } from '../../../sim/engine/simulation.ts';
import type { Load } from './load.ts';
import type { RequestReport } from './request-measure.ts';
import type { ServiceReport } from './service-measure.ts';

/** What a window came to. */
export interface LoadWindow {
  readonly fromNs: TimeNs;
  readonly toNs: TimeNs;
  /** By source. */
  readonly sources: readonly RequestReport[];
  /** By service. */
  readonly services: readonly ServiceReport[];
  /** By kind of request: attempts as their callers see them. */
  readonly kinds: readonly RequestReport[];
}

/** Closes windows one after the other and hands them on. One of them for each simulation. */
export class LoadTimeline {
  readonly #sim: Simulation;
  readonly #load: Load;
  readonly #sources: number;
  readonly #hear: (window: LoadWindow) => void;
  #fromNs: TimeNs;

  /** The first window begins now; none ends after `endNs`. */
  constructor(
    sim: Simulation,
    load: Load,
    { windowNs, endNs, sources }: { windowNs: TimeNs; endNs: TimeNs; sources: number },
    hear: (window: LoadWindow) => void,
  ) {
    this.#sim = sim;
    this.#load = load;
    this.#sources = sources;
    this.#hear = hear;
    this.#fromNs = sim.nowNs;
    // After all else of its instant, so that a window holds what happens at its end.
    const ends = sim.kind(
      'load: timeline',
      () => {
        this.#close();
        if (sim.nowNs + windowNs <= endNs) sim.after(windowNs, ends);
      },
      LAST,
    );
    if (sim.nowNs + windowNs <= endNs) sim.after(windowNs, ends);
  }

  #close(): void {
    const { nowNs } = this.#sim;
    const { requests } = this.#load;
    this.#hear({
      fromNs: this.#fromNs,
      toNs: nowNs,
      sources: Array.from({ length: this.#sources }, (_, i) => this.#load.sourceMeasure(i).closeWindow(nowNs)),
      services: requests.services.map((service) => service.closeWindow(nowNs)),
      kinds: requests.kinds.map((kind) => kind.closeWindow(nowNs)),
    });
    this.#fromNs = nowNs;
  }
}

const LAST = 7;

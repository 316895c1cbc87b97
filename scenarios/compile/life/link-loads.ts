/** Loads of links in a run whose payloads are flows: looked at many times, for the recording and for the means of the answer. */
import type { FabricRows } from '../../../models/network/fabric-rows.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Simulation } from '../../../sim/engine/simulation.ts';
import type { SharedResources } from '../../../sim/sharing/shared-resources.ts';

/** Loads are sampled this many times in a run. */
const SAMPLES_OF_A_RUN = 120;
/** A sample comes after everything else of its instant but the settling of shares. */
const LATE_PRIORITY = 6;

/** What is sampled, and from when on it counts. */
export interface LinkLoadParts {
  readonly sim: Simulation;
  readonly rows: FabricRows;
  readonly links: SharedResources;
  readonly countFromNs: TimeNs;
  readonly endNs: TimeNs;
}

/** The samples of one run. */
export class LinkLoads {
  #samples = 0;
  #sum = 0;
  #peak = 0;

  constructor({ sim, rows, links, countFromNs, endNs }: LinkLoadParts) {
    const periodNs = Math.max(1, Math.floor(endNs / SAMPLES_OF_A_RUN));
    const kind = sim.kind(
      'loads of links are sampled',
      () => {
        // A sample is caused by nobody.
        sim.cause = -1;
        const { mean, peak } = rows.sample(links);
        if (sim.nowNs >= countFromNs) this.#count(mean, peak);
        if (sim.nowNs + periodNs < endNs) sim.after(periodNs, kind);
      },
      LATE_PRIORITY,
    );
    sim.at(0, kind);
  }

  #count(mean: number, peak: number): void {
    this.#samples++;
    this.#sum += mean;
    this.#peak = Math.max(this.#peak, peak);
  }

  /** Keys of the catalog's metrics. */
  metrics(): Record<string, number> {
    return this.#samples === 0 ? {} : { uplinkLoadMean: this.#sum / this.#samples, uplinkLoadPeak: this.#peak };
  }
}

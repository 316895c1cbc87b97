/**
 * The instants at which something is done again and again, so that only those rounds need events in which there is something to do.
 *
 * Source: none, arithmetic. Leaves out: rounds that take longer when there is more to do.
 */
import { assert } from '../../../sim/engine/assert.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';

/** The instants `phase + k * period` for whole `k` >= 0. */
export class Rounds {
  readonly phaseNs: TimeNs;
  readonly periodNs: TimeNs;

  constructor(phaseNs: TimeNs, periodNs: TimeNs) {
    assert(
      Number.isInteger(phaseNs) && phaseNs >= 0 && Number.isInteger(periodNs) && periodNs > 0,
      () => `rounds from ${phaseNs} every ${periodNs} ns`,
    );
    this.phaseNs = phaseNs;
    this.periodNs = periodNs;
  }

  /** The first round at `timeNs` or later. */
  atOrAfter(timeNs: TimeNs): TimeNs {
    if (timeNs <= this.phaseNs) return this.phaseNs;
    const before = this.atOrBefore(timeNs);
    return before === timeNs ? before : before + this.periodNs;
  }

  /** The first round later than `timeNs`. */
  after(timeNs: TimeNs): TimeNs {
    return this.atOrAfter(timeNs + 1);
  }

  /** The last round at `timeNs` or earlier; before the first one: the phase less whole periods. */
  atOrBefore(timeNs: TimeNs): TimeNs {
    let count = Math.floor((timeNs - this.phaseNs) / this.periodNs);
    // The quotient is rounded: after months it may be a whole number although the time is a nanosecond less.
    while (this.phaseNs + count * this.periodNs > timeNs) count--;
    return this.phaseNs + count * this.periodNs;
  }
}

/**
 * The recorder on a busy machine, where BIRD was recorded: commands that take effect somewhere within their time, routes that are
 * noticed late, and starts at which the kernel's table of neighbours was full.
 *
 * FRR's cases were recorded with real-time priority or alone; these, at a load of 6 to 27 on two processors, were not.
 * Figures are from the visible `birdev` and `rib-bird` cases, as each says.
 */
import type { ResolutionRule } from '../../../models/network/bgp/resolution.ts';
import { NS_PER_SECOND } from '../../../sim/engine/sim-time.ts';
import { exponential } from '../../../sim/random/distributions.ts';
import type { Stream } from '../../../sim/random/stream.ts';
import type { NetAction } from './action.ts';
import type { NetCase } from './recorded.ts';
import { daemonsOf } from './rules.ts';

/** Where FRR ran, a command took effect at its end, or nearly so; of six that took longer than 30 ms one did at less than half. */
const ISSUED_SHARE = 0.95;
const EARLY = { chance: 1 / 6, low: 0.3, high: 0.95 };
/** A daemon of BIRD that was started had taken out old routes after a third to four fifths of the command's time. */
const START_SHARE = { low: 0.3, high: 0.8 };
/** `birdc configure` took effect in the second half of its time, mostly near the end. */
const CONFIGURE_SHARE = { low: 0.42, high: 1 };

/** Share of the time that issuing a command took after which it took effect. */
export function issuedShare({ kind }: NetAction, netCase: NetCase, stream: Stream): number {
  if (!isBusy(netCase)) {
    if (kind !== 'announce' && kind !== 'withdraw') return ISSUED_SHARE;
    if (stream.uniform() >= EARLY.chance) return ISSUED_SHARE;
    return EARLY.low + (EARLY.high - EARLY.low) * stream.uniform();
  }
  if (kind === 'start') return START_SHARE.low + (START_SHARE.high - START_SHARE.low) * stream.uniform();
  if (kind !== 'announce' && kind !== 'withdraw') return ISSUED_SHARE;
  return CONFIGURE_SHARE.low + (CONFIGURE_SHARE.high - CONFIGURE_SHARE.low) * Math.sqrt(stream.uniform());
}

/** Only BIRD was recorded so. */
function isBusy(netCase: NetCase): boolean {
  return [...daemonsOf(netCase)].join() === 'bird';
}

/** Half of the first routes after an event were noticed within a millisecond, the others 15 ms after they changed on average. */
const PROMPT = { share: 0.45, seconds: 0.001 };
const LATE_SECONDS = 0.011;
/** What has waited is then noticed one after the other, s. */
const STEP_SECONDS = 0.00002;

/** When changes of kernel routes were noticed: several that wait are noticed together. */
export class RouteMonitor {
  readonly #stream: Stream;
  readonly #isBusy: boolean;
  #readSeconds = Number.NEGATIVE_INFINITY;

  constructor(netCase: NetCase, stream: Stream) {
    this.#stream = stream;
    this.#isBusy = isBusy(netCase);
  }

  /** A route changed. Times are those of the simulation, s, and never go back. */
  noticed(seconds: number): number {
    if (!this.#isBusy) return seconds;
    if (seconds <= this.#readSeconds) {
      this.#readSeconds += STEP_SECONDS;
      return this.#readSeconds;
    }
    const isPrompt = this.#stream.uniform() < PROMPT.share;
    this.#readSeconds =
      seconds + (isPrompt ? PROMPT.seconds * this.#stream.uniform() : exponential(this.#stream, LATE_SECONDS));
    return this.#readSeconds;
  }
}

/** So many cold starts of BIRD took long; sessions then came up in groups, at times within these, s. */
const CROWDED_SHARE = 0.16;
const CROWDED = [
  { low: 1, high: 3.8, share: 0.45 },
  { low: 5, high: 7.4, share: 0.3 },
  { low: 12.9, high: 13.7, share: 0.25 },
];

/** Whether the kernel's table of neighbours was full at a cold start, and how long. */
export function crowdedTable(netCase: NetCase, stream: Stream): ResolutionRule | undefined {
  if (!isBusy(netCase) || stream.uniform() >= CROWDED_SHARE) return undefined;
  return CROWDED.map(({ low, high, share }) => {
    return { atNs: (low + (high - low) * stream.uniform()) * NS_PER_SECOND, share };
  });
}

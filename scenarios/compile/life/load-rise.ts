/** When the load that an autoscaler answers began to rise: read from the rates of the sources, not from what anybody measured. */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { LoadFile } from '../../document/load-schema.ts';

type Rate = LoadFile['sources'][number]['rate'];
type Steps = Exclude<Rate, number | undefined | { readonly recorded: unknown }>;

/** The last instant up to now at which a source's rate jumped up or turned upwards; the start of the load where none did. */
export function loadRiseNs({ start, sources }: LoadFile, nowNs: TimeNs): TimeNs {
  return sources.reduce((latest, { rate }) => Math.max(latest, riseOf(rate, nowNs)), start);
}

function riseOf(rate: Rate, nowNs: TimeNs): TimeNs {
  if (rate === undefined || typeof rate === 'number' || !('steps' in rate)) return 0;
  const last = lastPoint(rate, nowNs);
  const rises = (point: number): boolean => rateAt(rate, point) > rateAt(rate, point - 1);
  // A slope is under way before the point that it leads to.
  const isSlope = rate.between === 'linear' && (rate.repeatEvery !== undefined || last < rate.steps.length - 1);
  let point = isSlope ? last + 1 : last;
  // Before one whole turn, everything has been seen that a rate ever does.
  const oldest = Math.max(1, point - rate.steps.length + 1);
  while (point >= oldest && !rises(point)) point--;
  if (point < oldest) return 0;
  if (rate.between === 'step') return instantOf(rate, point);
  while (point > 1 && rises(point - 1)) point--;
  return instantOf(rate, point - 1);
}

/** Points are counted on from turn to turn. */
function rateAt({ steps }: Steps, point: number): number {
  return steps[point % steps.length]!.rate;
}

function instantOf({ steps, repeatEvery = 0 }: Steps, point: number): TimeNs {
  return Math.floor(point / steps.length) * repeatEvery + steps[point % steps.length]!.at;
}

/** The last point up to now. */
function lastPoint({ steps, repeatEvery }: Steps, nowNs: TimeNs): number {
  const turn = repeatEvery === undefined ? 0 : Math.floor(nowNs / repeatEvery);
  const inTurnNs = nowNs - turn * (repeatEvery ?? 0);
  const later = steps.findIndex(({ at }) => at > inTurnNs);
  return turn * steps.length + (later < 0 ? steps.length : later) - 1;
}

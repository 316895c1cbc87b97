/** When the load that an autoscaler answers began to rise: read from the rates of the sources, not from what anybody measured. */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { LoadFile } from '../../document/load-schema.ts';

/** The last instant up to now at which a source's rate jumped up or turned upwards; the start of the load where none did. */
export function loadRiseNs({ start, sources }: LoadFile, nowNs: TimeNs): TimeNs {
  return sources.reduce((latest, { rate }) => Math.max(latest, riseOf(rate, nowNs)), start);
}

function riseOf(rate: LoadFile['sources'][number]['rate'], nowNs: TimeNs): TimeNs {
  if (rate === undefined || typeof rate === 'number' || !('steps' in rate)) return 0;
  const { steps, between, repeatEvery } = rate;
  const turnNs = repeatEvery === undefined ? 0 : Math.floor(nowNs / repeatEvery) * repeatEvery;
  for (const fromNs of repeatEvery === undefined || turnNs === 0 ? [0] : [turnNs, turnNs - repeatEvery]) {
    for (let at = steps.length - 1; at > 0; at--) {
      if (steps[at]!.rate <= steps[at - 1]!.rate) continue;
      if (between === 'step') {
        if (fromNs + steps[at]!.at <= nowNs) return fromNs + steps[at]!.at;
        continue;
      }
      let first = at - 1;
      if (fromNs + steps[first]!.at > nowNs) continue;
      while (first > 0 && steps[first]!.rate > steps[first - 1]!.rate) first--;
      return fromNs + steps[first]!.at;
    }
  }
  return 0;
}

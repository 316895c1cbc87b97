import { describe, expect, it } from 'vitest';
import { schemeNamed } from '../../../models/schemes/index.ts';
import { shownSign, withinModels } from '../../../scenarios/answers/difference.ts';
import { schemeTolerance, uncertaintiesOf } from '../../../scenarios/answers/tolerance.ts';
import type { RunResult } from '../../../scenarios/compile/index.ts';

function runs(...metrics: readonly RunResult['metrics'][]): RunResult[] {
  const rest = { digest: '', records: 0, traceBytes: 0, events: 0, simulatedNs: 0, arrivalsHash: 0, faultsHash: '' };
  return metrics.map((one) => ({ ...rest, metrics: one }));
}

describe('what the constants of two schemes could be off', () => {
  it.each([
    ['latencyP50', 0.1],
    ['latencyP99', 0.1],
    ['cpuPerGigabyte', 0.2],
  ])('is a share of the mean of both: %s %d', (metric, share) => {
    // Means 200 and 400.
    const tolerance = schemeTolerance(metric, runs({ [metric]: 100 }, { [metric]: 300 }), runs({ [metric]: 400 }));
    expect(tolerance).toBeCloseTo(share * 300, 9);
  });

  it.each(['hops', 'rerouteTime', 'deadPodWait', 'flowsFailed', 'unheard'])('is nothing for %s', (metric) => {
    expect(schemeTolerance(metric, runs({ [metric]: 100 }), runs({ [metric]: 200 }))).toBe(0);
  });

  it('is wider where a scheme uses a way that was not recorded, or puts chains in the way', () => {
    const one = runs({ latencyP50: 100, podsFit: 100 });
    const tolerance = (metric: string, ...names: readonly string[]) =>
      schemeTolerance(
        metric,
        one,
        one,
        names.flatMap((name) => uncertaintiesOf(schemeNamed(name)!)),
      );
    expect(tolerance('latencyP50', 'custom-static', 'flannel-vxlan')).toBeCloseTo(10, 9);
    expect(tolerance('latencyP50', 'custom-static', 'cilium-vxlan')).toBeCloseTo(25, 9);
    // 15.15 us of the way are good to 10 %, 8.59 us of the chains to 50 %.
    expect(tolerance('latencyP50', 'calico-bgp', 'flannel-vxlan')).toBeCloseTo((100 * (1.515 + 4.295)) / 23.74, 1);
    expect(tolerance('podsFit', 'custom-static', 'cilium-vxlan')).toBeCloseTo(1, 9);
  });

  const goodput = (a: RunResult['metrics'], b: RunResult['metrics']): number =>
    schemeTolerance('goodput', runs({ goodput: 100, ...a }), runs({ goodput: 100, ...b }));

  it('counts for throughput as far as cores and processors decide it', () => {
    expect(goodput({ boundByCore: 1 }, { boundByCore: 1 })).toBeCloseTo(25, 9);
    expect(goodput({ boundByUplink: 0.5, boundByHostLink: 0.5 }, { boundByUplink: 1 })).toBe(0);
    expect(goodput({ boundByUplink: 0.6, boundByCore: 0.4 }, { boundByUplink: 1 })).toBeCloseTo(10, 9);
    expect(goodput({ boundByCore: 0.2, boundByProcessors: 0.2, boundByUplink: 0.6 }, {})).toBeCloseTo(10, 9);
  });

  it('leaves flows with a pace of their own out of that share', () => {
    // Half of the flows are paced; of the others a half is bound by a core.
    const paced = { boundByPace: 0.5, boundByCore: 0.25, boundByUplink: 0.25 };
    expect(goodput(paced, paced)).toBeCloseTo(12.5, 9);
    expect(goodput({ boundByPace: 1 }, { boundByPace: 1 })).toBeCloseTo(25, 9);
  });
});

describe('a difference', () => {
  it.each([
    // low, high, tolerance, sign, within the models
    [5, 7, 0, 1, false],
    [5, 7, 4.9, 1, false],
    [5, 7, 5, 0, true],
    [-7, -5, 4.9, -1, false],
    [-7, -5, 5, 0, true],
    [-1, 7, 0, 0, false],
    [-1, 7, 5, 0, false],
    [null, null, 5, 0, false],
  ])('from %s to %s with tolerance %d shows %d', (low, high, tolerance, sign, within) => {
    expect(shownSign({ low, high, tolerance }, 0.95)).toBe(sign);
    expect(withinModels({ low, high, tolerance }, 0.95)).toBe(within);
  });

  it('without a tolerance, as files of older versions have it, is held against zero', () => {
    expect(shownSign({ low: 1e-9, high: 1 }, 0.95)).toBe(1);
    expect(withinModels({ low: 1e-9, high: 1 }, 0.95)).toBe(false);
  });
});

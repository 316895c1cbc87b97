/** Faults of links under the routing that a scenario has written. */
import { describe, expect, it } from 'vitest';
import { planOf, runAll } from './small-worlds.ts';

const SEED = 'routing/0';

/** Metrics of the silent-death lesson under one variant. */
function metricsOf(variant: string, ...overrides: string[]): Readonly<Record<string, number>> {
  return runAll(planOf('silent-death', `vary.variant=[${variant}]`, ...overrides), SEED).get(variant)!.metrics;
}

describe('a link that dies in silence', () => {
  it('is left after the hold time, less the age of the last message', () => {
    const { routingSettled, rerouteTime } = metricsOf('hold-9');
    expect(routingSettled).toBeGreaterThan(6e9);
    expect(routingSettled).toBeLessThan(9.2e9);
    expect(rerouteTime).toBeLessThanOrEqual(routingSettled!);
  });

  it('is left within three packets of BFD and a few batches', () => {
    const { routingSettled } = metricsOf('bfd');
    expect(routingSettled).toBeGreaterThan(0.6e9);
    expect(routingSettled).toBeLessThan(1.05e9);
  });

  it('is never left where no timer runs, and carries again when it is mended', () => {
    const { routingSettled, routingUpdates, flowsUnfinished, flowsStalled } = metricsOf(
      'hold-9',
      'variants.hold-9={ routing.hold: 0s }',
    );
    expect([routingSettled, routingUpdates]).toEqual([0, 0]);
    expect(flowsStalled).toBeGreaterThan(100);
    expect(flowsUnfinished).toBeGreaterThan(100);
    const mended = metricsOf('hold-9', 'variants.hold-9={ routing.hold: 0s }', 'faults.0.for=5s');
    expect(mended['flowsUnfinished']).toBeLessThan(flowsUnfinished! / 10);
  });
});

describe('announcements that pause', () => {
  it('make a hunt longer', () => {
    const results = runAll(planOf('path-hunting', 'vary.variant=[own-as, own-as-5s]'), SEED);
    const [quick, slow] = [...results.values()].map(({ metrics }) => metrics);
    expect(slow!['routingSettled']).toBeGreaterThan(5 * quick!['routingSettled']!);
  });
});

/** Arrivals as talkers make them: common to all alternatives, at their rate, in their time. */
import { describe, expect, it } from 'vitest';
import { NOWHERE } from '../../../models/cluster/residents.ts';
import { arrivalTimes, REQUESTS, smallCloud } from './small-cloud.ts';

const [FIRST_NS, SECOND_NS] = arrivalTimes(REQUESTS, 2) as [number, number];

describe('arrivals', () => {
  function arrivalsOf(options: Parameters<typeof smallCloud>[0]) {
    const cloud = smallCloud({ plans: [{ ...REQUESTS, ratePerSec: 100 }], ...options });
    cloud.talkers.begin(0, 1e9);
    cloud.sim.run();
    return cloud.talkers.arrivalsHash;
  }

  it('are the same wherever pods stand and whatever breaks, and others under another seed', () => {
    const hash = arrivalsOf({});
    expect(arrivalsOf({ placement: [3, 3, 1] })).toBe(hash);
    expect(arrivalsOf({ placement: [NOWHERE, 2, 3] })).toBe(hash);
    expect(arrivalsOf({ offer: [], processorNsPerSec: 1e6 })).toBe(hash);
    expect(arrivalsOf({ seed: 'other' })).not.toBe(hash);
    expect(arrivalsOf({ plans: [{ ...REQUESTS, ratePerSec: 101 }] })).not.toBe(hash);
  });

  it('come at the stated rate, and none at the end or later', () => {
    const cloud = smallCloud({ plans: [{ ...REQUESTS, ratePerSec: 2000 }] });
    cloud.talkers.begin(0, 1e9);
    cloud.sim.run();
    // Standard deviation 45.
    expect(Math.abs(cloud.metrics()['flows']! - 2000)).toBeLessThan(200);
    const none = smallCloud();
    none.talkers.begin(0, FIRST_NS);
    none.sim.run();
    expect(none.metrics()['flows']).toBe(0);
  });

  it('follow the slider at once: silent at 0, back afterwards, ten times as many at 10', () => {
    const cloud = smallCloud({ plans: [{ ...REQUESTS, ratePerSec: 100 }] });
    const flowsUntil = (atNs: number): number => {
      cloud.runTo(atNs);
      return cloud.talkers.measurement.offered;
    };
    cloud.talkers.begin(0, 9e9);
    const before = flowsUntil(3e9);
    cloud.talkers.scaleLoad(0);
    expect(flowsUntil(6e9)).toBe(before);
    cloud.talkers.scaleLoad(10);
    const after = flowsUntil(9e9) - before;
    expect(Math.abs(after / before - 10)).toBeLessThan(2);
    expect(() => cloud.talkers.scaleLoad(-1)).toThrow(/got -1/);
  });

  it('do not start before their time, whatever the slider does', () => {
    const cloud = smallCloud({ plans: [{ ...REQUESTS, ratePerSec: 1000 }] });
    cloud.talkers.begin(10e9, 11e9);
    cloud.talkers.scaleLoad(2);
    cloud.sim.run(10e9);
    expect(cloud.talkers.measurement.offered).toBe(0);
    cloud.sim.run();
    expect(cloud.talkers.measurement.offered).toBeGreaterThan(1_500);
  });

  it('are two at two times', () => {
    const cloud = smallCloud();
    cloud.talkers.begin(0, SECOND_NS + 1);
    cloud.sim.run(FIRST_NS - 1);
    expect(cloud.talkers.measurement.offered).toBe(0);
    cloud.sim.run();
    expect(cloud.talkers.measurement.offered).toBe(2);
  });
});

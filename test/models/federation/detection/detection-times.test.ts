/** How long each real federation needs to find a lost cluster: thousands of random phases against the closed forms. */
import { describe, expect, it } from 'vitest';
import { detectionTimes, type Loss } from '../../../../models/federation/detection/expectation.ts';
import { DETECTION_PROFILES, type DetectionProfileName } from '../../../../models/federation/detection/profile.ts';
import { NS_PER_MS, NS_PER_SECOND } from '../../../../sim/engine/sim-time.ts';
import { watched } from './small-federation.ts';

const CLUSTERS = 4000;
const LOST_NS = 5000 * NS_PER_SECOND + 7;
const RTT_NS = 2 * NS_PER_MS;
const names = Object.keys(DETECTION_PROFILES) as DetectionProfileName[];

/** Seconds from the loss to the verdict over each cluster. */
function measured(name: DetectionProfileName, loss: Loss): number[] {
  const { detection } = DETECTION_PROFILES[name];
  const { sim, diary, turn } = watched(detection, { clusters: CLUSTERS, rttNs: RTT_NS });
  turn(LOST_NS, loss);
  sim.run(LOST_NS + 1000 * NS_PER_SECOND);
  expect(diary.every(({ healthy }) => !healthy)).toBe(true);
  return diary.map(({ timeNs }) => timeNs - LOST_NS);
}

describe.each(names)('%s', (name) => {
  it.each(['silent', 'unwell'] as const)('finds a cluster that is %s in the time of the closed form', (loss) => {
    const { minNs, meanNs, maxNs } = detectionTimes(DETECTION_PROFILES[name].detection, loss, RTT_NS);
    const times = measured(name, loss);
    expect(times).toHaveLength(CLUSTERS);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(minNs);
    expect(Math.max(...times)).toBeLessThanOrEqual(maxNs);
    const mean = times.reduce((sum, ns) => sum + ns, 0) / CLUSTERS;
    // Six standard errors of what is spread evenly over the whole width.
    const allowed = (6 * (maxNs - minNs)) / Math.sqrt(12 * CLUSTERS);
    expect(Math.abs(mean - meanNs)).toBeLessThan(allowed);
  });
});

it('times are those that the projects tell, to the second', () => {
  const told = (name: DetectionProfileName, loss: Loss): number[] => {
    const { minNs, maxNs } = detectionTimes(DETECTION_PROFILES[name].detection, loss, 0);
    return [minNs / NS_PER_SECOND, maxNs / NS_PER_SECOND];
  };
  expect(told('federation-v1', 'unwell')).toEqual([0, 40]);
  expect(told('kubefed-documented', 'unwell')).toEqual([20, 30]);
  // Each probe of a silent cluster takes its 3 s, and the pause follows it.
  expect(told('kubefed-documented', 'silent')).toEqual([29, 39]);
  // As released: the first failed probe is enough.
  expect(told('kubefed', 'silent')).toEqual([3, 13]);
  expect(told('karmada-push', 'unwell')).toEqual([30, 40]);
  expect(told('karmada-push', 'silent')).toEqual([70, 80]);
  expect(told('karmada-pull', 'silent')).toEqual([30, 45]);
  expect(told('ocm', 'silent')).toEqual([225, 300]);
  expect(told('clusternet', 'silent')).toEqual([360, 540]);
  expect(told('liqo', 'silent')).toEqual([8, 10]);
});

it('one detector of a thousand clusters needs no event while nothing changes', () => {
  const { sim, turn } = watched(DETECTION_PROFILES['kubefed-documented'].detection, { clusters: 1000 });
  sim.run(3600 * NS_PER_SECOND);
  expect(sim.dispatched).toBe(0);
  turn(3601 * NS_PER_SECOND, 'silent', 3);
  sim.run(7200 * NS_PER_SECOND);
  // Three probes, each with a start and an end, and the turn of the world.
  expect(sim.dispatched).toBe(7);
});

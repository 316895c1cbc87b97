/** A warm-up changes what is counted and nothing of what happens. */
import { describe, expect, it } from 'vitest';
import { findWarmUp, type RunResult, startRun } from '../../../scenarios/compile/index.ts';
import { planOf } from './small-worlds.ts';

const CALM = 'faults=[]';

function result(...changes: string[]): RunResult {
  const plan = planOf('first-steps', ...changes);
  return startRun(plan, plan.alternatives[0]!.name, 'w/0', {}).finish();
}

describe('a warm-up', () => {
  it('changes neither arrivals nor faults nor anything that is recorded', () => {
    const whole = result();
    const cut = result('traffic.warmUp=3s');
    const { digest, events, arrivalsHash, faultsHash } = whole;
    expect(cut).toMatchObject({ digest, events, arrivalsHash, faultsHash });
    expect(cut.metrics).not.toEqual(whole.metrics);
  });

  it('of no length is as none, and drops exactly the calls that came in it', () => {
    const whole = result(CALM).metrics;
    expect(result(CALM, 'traffic.warmUp=0s').metrics).toEqual(whole);
    // A run that ends where the warm-up does has exactly those calls.
    const plan = planOf('first-steps', CALM);
    const early = startRun(plan, plan.alternatives[0]!.name, 'w/0', { untilNs: 4e9 }).finish().metrics;
    const late = result(CALM, 'traffic.warmUp=3s').metrics;
    expect(early['flows']).toBeGreaterThan(100);
    expect(early['flows']! + late['flows']!).toBe(whole['flows']);
    expect(late['flowsUnfinished']).toBeLessThanOrEqual(whole['flowsUnfinished']!);
  });

  it('that was found is cut like one that was written', () => {
    const plan = planOf('first-steps', 'traffic.warmUp=auto');
    const found = startRun(plan, plan.alternatives[0]!.name, 'w/0', { warmUpNs: 2e9 }).finish();
    expect(found).toEqual(result('traffic.warmUp=2s'));
  });
});

describe('finding a warm-up', () => {
  /** Flows of 5 s at a pace that nothing slows: their number climbs for 5 s, and then stays. */
  const CLIMB = [
    CALM,
    'duration=61s',
    'fabric.hostLink=100Gbps',
    'fabric.uplink=100Gbps',
    'traffic.talkers=[{ name: long, rate: 40, size: { constant: 10MB }, pace: 16Mbps, measures: continuity }]',
  ];
  const find = (...changes: string[]) => {
    const plan = planOf('first-steps', ...changes, 'traffic.warmUp=auto');
    return findWarmUp(plan.alternatives[0]!, 'w/0', {});
  };

  it('finds a climb of five seconds, and the same again', () => {
    const found = find(...CLIMB);
    expect(found.reliable).toBe(true);
    expect(found.warmUpNs).toBeGreaterThan(3e9);
    expect(found.warmUpNs).toBeLessThan(12e9);
    expect(find(...CLIMB)).toEqual(found);
  });

  it('cuts half, and says that it could not tell, when the climb goes on to the end', () => {
    const found = find(...CLIMB, 'duration=6s');
    expect(found).toEqual({ warmUpNs: 2.5e9, reliable: false });
  });

  it('looks only up to the first fault', () => {
    const fault = 'faults=[{ at: 31s, node: any }]';
    const found = find(...CLIMB.slice(1), fault);
    expect(found.warmUpNs).toBeLessThanOrEqual(15e9);
    expect(find(...CLIMB.slice(1), 'faults=[{ at: 1s, node: any }]')).toEqual({ warmUpNs: 0, reliable: false });
  });
});

import { describe, expect, it } from 'vitest';
import type { ClusterHealth } from '../../../../models/federation/cluster-health.ts';
import { EvacuableHealth } from '../../../../scenarios/compile/life/evacuable-health.ts';

/** A belief that tests change; cluster 2 takes nothing new as long as it is there. */
function belief() {
  const lost = new Set<number>();
  const listeners: ((cluster: number) => void)[] = [];
  const health: ClusterHealth = {
    isHealthy: (cluster) => !lost.has(cluster),
    takesNew: (cluster) => cluster !== 2 && !lost.has(cluster),
    onChanged: (listener) => listeners.push(listener),
  };
  const lose = (cluster: number): void => {
    lost.add(cluster);
    for (const listener of listeners) listener(cluster);
  };
  return { health, lose };
}

const answers = (health: ClusterHealth): readonly (readonly [boolean, boolean])[] =>
  [0, 1, 2].map((cluster) => [health.isHealthy(cluster), health.takesNew!(cluster)]);

const WELL = [true, true] as const;
const GONE = [false, false] as const;
const TAINTED = [true, false] as const;

describe('members that may be evacuated', () => {
  it('are as believed until somebody evacuates them, and again afterwards', () => {
    const { health, lose } = belief();
    const evacuable = new EvacuableHealth(health);
    expect(answers(evacuable)).toEqual([WELL, WELL, TAINTED]);
    evacuable.evacuate(1, true);
    expect(answers(evacuable)).toEqual([WELL, GONE, TAINTED]);
    evacuable.evacuate(2, true);
    expect(answers(evacuable)).toEqual([WELL, GONE, GONE]);
    evacuable.evacuate(1, false);
    evacuable.evacuate(2, false);
    expect(answers(evacuable)).toEqual([WELL, WELL, TAINTED]);
    lose(1);
    evacuable.evacuate(1, true);
    evacuable.evacuate(1, false);
    expect(answers(evacuable)).toEqual([WELL, GONE, TAINTED]);
  });

  it('take what is new where the belief knows no such thing', () => {
    const evacuable = new EvacuableHealth({ isHealthy: (cluster) => cluster === 0, onChanged: () => {} });
    expect([0, 1].map((cluster) => evacuable.takesNew(cluster))).toEqual([true, false]);
  });

  it('tell every change once, of either kind', () => {
    const { health, lose } = belief();
    const evacuable = new EvacuableHealth(health);
    const told: number[] = [];
    evacuable.onChanged((cluster) => told.push(cluster));
    evacuable.evacuate(1, false);
    evacuable.evacuate(1, true);
    evacuable.evacuate(1, true);
    lose(0);
    evacuable.evacuate(1, false);
    expect(told).toEqual([1, 0, 1]);
  });
});

/** From the verdict to replicas elsewhere: patience, moves, and what they took. */
import { describe, expect, it } from 'vitest';
import { LostClusters } from '../../../../models/federation/failover/lost-clusters.ts';
import { FailoverMeasures } from '../../../../models/federation/failover/measures.ts';
import {
  GRACEFULLY,
  type MigrationPlan,
  Migrations,
  type MovingReplicas,
} from '../../../../models/federation/failover/migration.ts';
import { NS_PER_SECOND } from '../../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';

const S = NS_PER_SECOND;

describe('patience', () => {
  const told = (plan: { act: number; back: number }, verdicts: readonly [at: number, healthy: boolean][]) => {
    const sim = new Simulation();
    const lost = new LostClusters(sim, 'test', { actAfterNs: plan.act * S, returnAfterNs: plan.back * S }, 2);
    const diary: string[] = [];
    lost.onChanged((cluster) =>
      diary.push(`${sim.nowNs / S} ${cluster} ${lost.takesNew(cluster) ? 'new' : '-'} ${lost.isHealthy(cluster)}`),
    );
    const kind = sim.kind('verdict', (index) => lost.verdict(1, verdicts[index]![1]));
    for (const [index, [at]] of verdicts.entries()) sim.at(at * S, kind, index);
    sim.run();
    return diary;
  };

  it('nothing new at once, replicas elsewhere later, and planned for again after its return', () => {
    expect(
      told({ act: 60, back: 20 }, [
        [10, false],
        [200, true],
      ]),
    ).toEqual(['10 1 - true', '70 1 - false', '220 1 new true']);
  });

  it('a cluster that is back in time loses nothing', () => {
    expect(
      told({ act: 300, back: 0 }, [
        [10, false],
        [300, true],
      ]),
    ).toEqual(['10 1 - true', '300 1 new true']);
    expect(
      told({ act: 60, back: 20 }, [
        [10, false],
        [60, true],
        [75, false],
      ]),
    ).toEqual(['10 1 - true', '135 1 - false']);
  });

  it('without end it never acts', () => {
    expect(told({ act: Number.POSITIVE_INFINITY, back: 0 }, [[10, false]])).toEqual(['10 1 - true']);
  });
});

/** A workload of four replicas in cluster 0, for which cluster 1 gets places at once and Ready replicas by hand. */
class FourReplicas implements MovingReplicas {
  readonly diary: string[] = [];
  readonly sim: Simulation;
  wanted = 0;
  ready = 0;
  room = true;

  constructor(sim: Simulation) {
    this.sim = sim;
  }

  planElsewhere(): void {
    if (this.room) this.wanted = 4;
    this.diary.push(`${this.sim.nowNs / S} planned`);
  }

  wantedElsewhere(): number {
    return this.wanted;
  }

  readyElsewhere(): number {
    return this.ready;
  }

  drop(): void {
    this.diary.push(`${this.sim.nowNs / S} dropped`);
  }
}

describe('moves', () => {
  const moved = (plan: MigrationPlan, readyAt: readonly number[], room = true): string[] => {
    const sim = new Simulation();
    const replicas = new FourReplicas(sim);
    replicas.room = room;
    const moves = new Migrations(sim, 'test', plan, replicas);
    const leave = sim.kind('leave', () => moves.leave(0, 0));
    const ready = sim.kind('ready', () => {
      replicas.ready += 1;
      moves.progressed(0);
    });
    sim.at(10 * S, leave);
    for (const at of readyAt) sim.at(at * S, ready);
    sim.run();
    expect(moves.isLeaving(0, 0)).toBe(false);
    return replicas.diary;
  };

  it('gracefully: the old copies go when all new ones are Ready', () => {
    expect(moved(GRACEFULLY, [20, 30, 40, 50])).toEqual(['10 planned', '50 dropped']);
  });

  it('gracefully: they go after ten minutes at the latest, also where no place was found', () => {
    expect(moved(GRACEFULLY, [20, 30, 40])).toEqual(['10 planned', '610 dropped']);
    expect(moved(GRACEFULLY, [], false)).toEqual(['10 planned', '610 dropped']);
    expect(moved({ ...GRACEFULLY, graceNs: 5 * S }, [20])).toEqual(['10 planned', '15 dropped']);
  });

  it('directly: first they go, never: they stay', () => {
    expect(moved({ ...GRACEFULLY, purge: 'directly' }, [20, 30, 40, 50])).toEqual(['10 dropped', '10 planned']);
    expect(moved({ ...GRACEFULLY, purge: 'never' }, [20, 30, 40, 50])).toEqual(['10 planned']);
  });
});

describe('measures', () => {
  it('each step counts from the one before, requests and traffic from loss to service', () => {
    let usd = 1;
    const measures = new FailoverMeasures(() => usd);
    measures.requestsFailed(7);
    measures.lost(2, 100 * S);
    measures.requestsFailed(3);
    measures.reached('detected', 2, 130 * S);
    measures.reached('decided', 2, 190 * S);
    measures.reached('placed', 2, 191 * S);
    usd = 1.5;
    measures.reached('served', 2, 205 * S);
    measures.requestsFailed();
    usd = 9;
    expect(measures.outages(900 * S)).toEqual([
      {
        cluster: 2,
        lostNs: 100 * S,
        reachedNs: { detected: 130 * S, decided: 190 * S, placed: 191 * S, served: 205 * S },
        took: { detected: 30 * S, decided: 60 * S, placed: S, served: 14 * S },
        outageNs: 105 * S,
        end: 'served',
        requestsLost: 3,
        trafficUsd: 0.5,
      },
    ]);
  });

  it('what was not reached counts as far as it came, and its parts add up', () => {
    const measures = new FailoverMeasures(() => 0);
    measures.reached('detected', 0, 5 * S);
    measures.lost(0, 10 * S);
    measures.reached('detected', 0, 40 * S);
    measures.back(0, 50 * S);
    measures.lost(0, 60 * S);
    const [first, second] = measures.outages(100 * S);
    expect(first).toMatchObject({
      end: 'back',
      outageNs: 40 * S,
      took: { detected: 30 * S, decided: 10 * S, served: 0 },
    });
    expect(second).toMatchObject({ end: 'lasts', outageNs: 40 * S, took: { detected: 40 * S, decided: 0 } });
    for (const { took, outageNs } of [first!, second!])
      expect(Object.values(took).reduce((sum, ns) => sum + ns, 0)).toBe(outageNs);
  });
});

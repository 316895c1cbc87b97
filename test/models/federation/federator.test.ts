/** The control loop of a federation over small members: how decisions come about, arrive, and follow what happens. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClusterHealth } from '../../../models/federation/cluster-health.ts';
import {
  FEDERATOR_DEFAULTS,
  Federator,
  type FederatorDecision,
  type FederatorOptions,
} from '../../../models/federation/federator.ts';
import { PROFILES } from '../../../models/federation/profiles/index.ts';
import { NS_PER_MS, NS_PER_SECOND } from '../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../sim/engine/simulation.ts';
import { REQUEST, ToyMember } from './toy-member.ts';
import { sum } from './views.ts';

/** Health that a test decides. */
class ToldHealth implements ClusterHealth {
  readonly #gone = new Set<number>();
  readonly #listeners: ((cluster: number) => void)[] = [];

  isHealthy(cluster: number): boolean {
    return !this.#gone.has(cluster);
  }

  onChanged(listener: (cluster: number) => void): void {
    this.#listeners.push(listener);
  }

  decide(cluster: number, healthy: boolean): void {
    if (healthy) this.#gone.delete(cluster);
    else this.#gone.add(cluster);
    for (const listener of this.#listeners) listener(cluster);
  }
}

class Stage {
  readonly sim = new Simulation();
  readonly health = new ToldHealth();
  readonly members: readonly ToyMember[];
  readonly decisions: FederatorDecision[] = [];
  readonly federator: Federator;

  constructor(profile: string, holds: readonly (readonly number[])[], options: Partial<FederatorOptions> = {}) {
    const { planner, estimate, replansOn } = PROFILES[profile]!();
    this.members = holds.map((one, i) => new ToyMember(`member${i + 1}`, one));
    const all = { ...FEDERATOR_DEFAULTS, planner, estimate, replansOn, ...options };
    this.federator = new Federator(this.sim, this.members, this.health, all, (one) => this.decisions.push(one));
  }

  add(replicas: number, weights: readonly number[] = this.members.map(() => 1)): number {
    const preferences = weights.map((weight) => ({ weight, min: 0, max: Number.POSITIVE_INFINITY }));
    const key = `default/web${this.decisions.length}`;
    return this.federator.add({ key, uid: 'uid', request: REQUEST, replicas, preferences });
  }

  run(seconds: number): this {
    this.sim.run(this.sim.nowNs + seconds * NS_PER_SECOND);
    return this;
  }

  /** The member answers no more, and is believed gone. */
  lose(cluster: number): void {
    this.members[cluster]!.reachable = false;
    this.health.decide(cluster, false);
  }

  bringBack(cluster: number): void {
    this.members[cluster]!.reachable = true;
    this.health.decide(cluster, true);
  }

  stands(workload = 0): number[] {
    return this.members.map((member) => member.replicasOf(workload).assigned);
  }
}

describe('the loop of a federation', () => {
  it('a decision takes its time, a write its own and the way', () => {
    const rttNs = (cluster: number) => [0, 80 * NS_PER_MS][cluster]!;
    const stage = new Stage('karmadaFrom16Static', [[10], [10]], { rttNs });
    stage.add(4);
    const at = (ms: number): number[] => {
      stage.sim.run(ms * NS_PER_MS);
      return stage.stands();
    };
    // 10 ms to plan, 10 ms to write, and 80 ms to the second member.
    expect([at(19), at(20), at(99), at(100)]).toEqual([
      [0, 0],
      [2, 0],
      [2, 0],
      [2, 2],
    ]);
  });

  it('scales, says why, and writes only what changes', () => {
    const stage = new Stage('karmadaTo15Static', [[10], [10]]);
    stage.add(3, [2, 1]);
    stage.run(1);
    stage.federator.scale(0, 6);
    stage.run(1);
    expect(stage.stands()).toEqual([4, 2]);
    expect(stage.federator.assigned(0)).toEqual([4, 2]);
    expect(stage.federator.lastDecision(0)!.plan.reasons).toEqual(['its share by weight 2', 'its share by weight 1']);
    stage.run(100);
    expect(stage.members.map(({ writes }) => writes.length)).toEqual([2, 2]);
    expect(stage.decisions.map(({ occasion, before }) => [occasion, before])).toEqual([
      ['created', [0, 0]],
      ['scaled', [2, 1]],
    ]);
  });

  it('a lost member is replaced; what it missed is told when it is back', () => {
    const stage = new Stage('karmadaFrom16Static', [[10], [10]]);
    stage.add(4);
    stage.run(1);
    stage.lose(0);
    stage.run(30);
    // Nobody can tell the lost one: its two replicas may run on beside the four.
    expect(stage.stands()).toEqual([2, 4]);
    expect(stage.federator.assigned(0)).toEqual([0, 4]);
    stage.bringBack(0);
    stage.run(5);
    expect(stage.stands()).toEqual([0, 4]);
    stage.federator.reschedule(0);
    stage.run(5);
    expect(stage.stands()).toEqual([2, 2]);
  });

  it('a member that comes back empty gets what it is to have; one that was never away is not written to', () => {
    const stage = new Stage('clusternetStatic', [[10], [10]]);
    stage.add(4);
    stage.run(1);
    stage.lose(0);
    stage.members[0]!.setReplicas(0, 0);
    stage.health.decide(1, false);
    stage.run(1);
    stage.bringBack(0);
    stage.health.decide(1, true);
    stage.run(1);
    expect(stage.stands()).toEqual([2, 2]);
    expect(stage.members[1]!.writes).toHaveLength(1);
  });

  it('plans only on the occasions that its profile knows, and once for each', () => {
    let plans = 0;
    const planner = PROFILES['karmadaFrom16Static']!().planner();
    const counting: typeof planner = {
      plan: (asked) => {
        plans++;
        return planner.plan(asked);
      },
    };
    const stage = new Stage('clusternetStatic', [[10], [10]], { planner: () => counting });
    stage.add(4);
    stage.run(60);
    stage.lose(0);
    stage.run(60);
    expect([plans, stage.federator.assigned(0)]).toEqual([1, [2, 2]]);
    const known = new Stage('karmadaFrom16Static', [[10], [10]], { planner: () => counting });
    known.add(4);
    known.run(60);
    plans = 0;
    // Told again what is known already.
    known.health.decide(0, true);
    known.run(60);
    expect(plans).toBe(0);
  });

  it('a member that cannot be reached has one write that waits, however often plans change', () => {
    const stage = new Stage('karmadaFrom16Static', [[10], [10]]);
    stage.add(4);
    stage.run(1);
    stage.members[0]!.reachable = false;
    const before = stage.sim.pending;
    for (let replicas = 5; replicas < 15; replicas++) {
      stage.federator.scale(0, replicas);
      stage.run(1);
    }
    expect(stage.sim.pending - before).toBeLessThanOrEqual(1);
    stage.members[0]!.reachable = true;
    stage.run(2);
    expect(stage.stands()).toEqual([7, 7]);
  });

  it('KubeFed counts what still runs in a member that returns', () => {
    const stage = new Stage('kubefed', [[10], [10]]);
    stage.add(4);
    stage.run(1);
    stage.lose(0);
    stage.run(1);
    expect(stage.stands()).toEqual([2, 4]);
    stage.bringBack(0);
    stage.run(30);
    // Whoever comes first by hash keeps what it has; the sum is right again.
    expect(sum(stage.stands())).toBe(4);
  });

  it('Clusternet leaves the replicas of a lost member where they were', () => {
    const stage = new Stage('clusternetStatic', [[10], [10]]);
    stage.add(4);
    stage.run(1);
    stage.lose(0);
    stage.run(600);
    expect(stage.federator.assigned(0)).toEqual([2, 2]);
  });

  it('Karmada by available replicas waits until enough fit, then places all', () => {
    const stage = new Stage('karmadaFrom16Dynamic', [[2], [3]]);
    stage.add(8);
    stage.run(30);
    expect(stage.stands()).toEqual([0, 0]);
    expect(stage.federator.lastDecision(0)!.plan).toMatchObject({ unplaced: 8 });
    expect(stage.federator.lastDecision(0)!.plan.because).toContain('room for 5 replicas');
    stage.members[1]!.holds.push(5);
    stage.run(30);
    expect(sum(stage.stands())).toBe(8);
  });

  it('KubeFed moves pods that found no node, and karmada with static weights does not', () => {
    const kubefed = new Stage('kubefed', [[1], [20]]);
    kubefed.add(8);
    expect(kubefed.run(60).stands()).toEqual([1, 7]);
    const karmada = new Stage('karmadaFrom16Static', [[1], [20]]);
    karmada.add(8);
    expect(karmada.run(60).stands()).toEqual([4, 4]);
  });
});

describe('stale estimates', () => {
  it('karmada #1385: workloads that come at once are placed twice into the same room, unless it assumes', () => {
    for (const [assumes, placed] of [
      [false, 12],
      [true, 6],
    ] as const) {
      const stage = new Stage('karmadaFrom16Dynamic', [[4], [4]], { assumes });
      stage.add(6);
      stage.add(6);
      stage.run(5);
      expect(sum(stage.stands(0)) + sum(stage.stands(1))).toBe(placed);
    }
  });

  it('assumes no more than what was added, and nothing of what runs', () => {
    const added = new Stage('karmadaFrom16Dynamic', [[4], [4]], { assumes: true });
    added.add(3);
    added.run(1);
    // Two more, which nobody has seen yet: room for six is left of the eight that were.
    added.federator.scale(0, 5);
    added.add(6);
    added.run(0.5);
    expect(sum(added.stands(1))).toBe(6);
    const settled = new Stage('karmadaFrom16Dynamic', [[4], [4]], { assumes: true });
    settled.add(6);
    settled.run(12);
    settled.add(2);
    settled.run(1);
    expect(sum(settled.stands(1))).toBe(2);
  });

  it('plans for another number of replicas, and not for the same one', () => {
    let plans = 0;
    const planner: FederatorOptions['planner'] = () => {
      const real = PROFILES.karmadaFrom16Static!().planner();
      return {
        plan: (request) => {
          plans++;
          return real.plan(request);
        },
      };
    };
    const stage = new Stage('karmadaFrom16Static', [[9], [9]], { planner, replansOn: [] });
    const counts = [2, 2, 3].map((replicas, index) => {
      if (index === 0) stage.add(replicas);
      else stage.federator.scale(0, replicas);
      stage.run(1);
      return plans;
    });
    expect(counts).toEqual([1, 1, 2]);
  });

  it('plans and writes nothing for a workload that was let go, not even what was on its way', () => {
    const stage = new Stage('karmadaFrom16Static', [[9], [9]]);
    stage.add(4);
    stage.run(1);
    stage.federator.scale(0, 8);
    stage.run(0.015);
    expect(stage.federator.assigned(0)).toEqual([4, 4]);
    expect(stage.federator.letGo(0)).toEqual([0, 1]);
    stage.federator.scale(0, 2);
    stage.lose(0);
    stage.run(30);
    stage.bringBack(0);
    stage.run(30);
    expect(stage.stands()).toEqual([2, 2]);
    expect(stage.decisions).toHaveLength(2);
  });

  it('names, of a workload that it lets go, who has some of it, and who could not be told to have none', () => {
    const world = (): Stage => {
      const stage = new Stage('karmadaFrom16Static', [[9], [9], [9]]);
      stage.add(4, [1, 1, 0]);
      stage.run(1);
      stage.lose(0);
      stage.run(30);
      return stage;
    };
    const away = world();
    // Replaced elsewhere, and there nonetheless.
    expect(away.federator.assigned(0)).toEqual([0, 4, 0]);
    expect(away.stands()).toEqual([2, 4, 0]);
    expect(away.federator.letGo(0)).toEqual([0, 1]);
    const back = world();
    back.bringBack(0);
    back.run(5);
    expect(back.stands()).toEqual([0, 4, 0]);
    expect(back.federator.letGo(0)).toEqual([1]);
  });

  it('lets old copies stay while it migrates gracefully, and tells them at once where it does not', () => {
    for (const [purge, stays] of [
      ['gracefully', [2, 2]],
      ['directly', [0, 2]],
    ] as const) {
      const stage = new Stage('karmadaFrom16Static', [[9], [2]], { migration: { purge, graceNs: 20 * NS_PER_SECOND } });
      stage.add(4);
      stage.run(1);
      // Gone by belief, but within reach; the other has no room for more, so that nothing takes over.
      stage.health.decide(0, false);
      stage.run(5);
      expect([stage.stands()[0], stage.members[1]!.replicasOf(0).ready], purge).toEqual(stays);
      expect(stage.federator.keptSince()).toHaveLength(purge === 'gracefully' ? 1 : 0);
      stage.run(30);
      expect(stage.stands()[0]).toBe(0);
    }
  });

  it('a decision tells how old its estimates were', () => {
    const stage = new Stage('karmadaFrom16Dynamic', [[9], [9]], { estimatePeriodNs: 10 * NS_PER_SECOND });
    stage.run(17);
    stage.add(2);
    stage.run(1);
    expect(stage.decisions[0]!.ageNs).toEqual([7.01 * NS_PER_SECOND, 7.01 * NS_PER_SECOND]);
  });
});

describe.each(Object.keys(PROFILES))('%s over time', (name) => {
  const event = fc.record({
    kind: fc.constantFrom('scale', 'lose', 'back', 'room', 'ask'),
    cluster: fc.nat(2),
    amount: fc.nat(20),
    seconds: fc.nat(40),
  });

  it('when everything is back and quiet, members have what was assigned, and that is what was wanted', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 10 }), (events) => {
        const stage = new Stage(name, [[8], [8, 4], [20]]);
        stage.add(6);
        for (const { kind, cluster, amount, seconds } of events) {
          if (kind === 'scale') stage.federator.scale(0, amount);
          if (kind === 'lose') stage.lose(cluster);
          if (kind === 'back') stage.bringBack(cluster);
          if (kind === 'room') stage.members[cluster]!.holds = [amount];
          if (kind === 'ask') stage.federator.reschedule(0);
          stage.run(seconds);
        }
        [0, 1, 2].forEach((cluster) => {
          stage.bringBack(cluster);
        });
        stage.run(120);
        expect(stage.stands()).toEqual(stage.federator.assigned(0));
        const { plan } = stage.federator.lastDecision(0)!;
        expect(sum(plan.replicas) - sum(plan.surplus) + plan.unplaced).toBe(plan.wanted);
        expect(plan.replicas).toEqual(stage.federator.assigned(0));
      }),
      { numRuns: 30 },
    );
  });
});

/** Only the interconnect breaks: both sides serve, unless a quorum of probe points decides. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Detector } from '../../../../models/federation/detection/detector.ts';
import { majorityOf } from '../../../../models/federation/detection/plan.ts';
import type { WatchedWorld } from '../../../../models/federation/detection/watch.ts';
import { ActiveStandby, type StandbyPlan } from '../../../../models/federation/failover/active-standby.ts';
import { Interconnect } from '../../../../models/federation/interconnect/interconnect.ts';
import { NS_PER_SECOND } from '../../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { Stream } from '../../../../sim/random/stream.ts';

const S = NS_PER_SECOND;
const PLACES = ['east', 'west', 'witness'].map((region) => ({ provider: 'p', region, zone: 'a' }));
const PROBING = {
  kind: 'probes',
  periodNs: 10 * S,
  timeoutNs: 3 * S,
  next: 'after-start',
  rule: { kind: 'failure-count', failures: 3, successes: 1, counts: 'in-a-row' },
} as const;

type Deed = readonly [at: number, deed: (world: World) => void];

/** Two sides, each with a detector of its own, and a third place that only probes. */
class World {
  readonly sim = new Simulation();
  readonly net = new Interconnect({ places: PLACES }, this.sim);
  readonly dead = new Set<number>();
  readonly diary: string[] = [];
  readonly standby: ActiveStandby;
  readonly #detectors: Detector[];

  constructor(plan: Omit<StandbyPlan, 'sides'>, points: number, deeds: readonly Deed[]) {
    const quorum = majorityOf(points);
    const open = (a: number, b: number): boolean =>
      !this.dead.has(a) && !this.dead.has(b) && this.net.isOpen(a, b, 'control');
    // With one point a side is its own point; with three, each place has one.
    const placeOf = (side: number, point: number): number => (points === 1 ? side : point);
    this.#detectors = [0, 1].map((side) => {
      const world: WatchedWorld = {
        finding: (point, cluster) => (open(placeOf(side, point), cluster) ? 'well' : 'silent'),
        rttNs: (point, cluster) => (placeOf(side, point) === cluster ? 0 : S / 10),
        isHeard: (point) => open(side, placeOf(side, point)),
        renews: () => true,
      };
      return new Detector({
        sim: this.sim,
        name: `side ${side}`,
        plan: PROBING,
        quorum: { points, quorum },
        clusters: 2,
        world,
        streams: (cluster, point) => new Stream('seed', `side/${side}/${cluster}`, `point/${point}`),
        verdictChanged: () => this.#update(),
      });
    });
    this.standby = new ActiveStandby(
      { sides: 2, ...plan },
      {
        isAlive: (side) => !this.dead.has(side),
        hears: (a, b) => open(a, b) || (points > 1 && PLACES.some((_, point) => open(a, point) && open(point, b))),
        holdsLost: (side, other) => !this.#detectors[side]!.isHealthy(other),
        hasQuorum: (side) =>
          Array.from({ length: points }, (_, p) => open(side, placeOf(side, p))).filter(Boolean).length >= quorum,
      },
    );
    const kind = this.sim.kind('deed', (index) => {
      deeds[index]![1](this);
      for (const detector of this.#detectors) detector.changed();
      this.#update();
    });
    for (const [index, [at]] of deeds.entries()) this.sim.at(at * S, kind, index);
    this.sim.run(1000 * S);
    this.#update();
  }

  #update(): void {
    if (this.standby?.update(this.sim.nowNs))
      this.diary.push(`${Math.floor(this.sim.nowNs / S)}: ${this.standby.active.join(' and ') || 'nobody'}`);
  }
}

const cut: Deed = [100, ({ net }) => net.cut(0, 1)];
const heal: Deed = [400, ({ net }) => net.heal(0, 1)];
const dies: Deed = [100, ({ dead }) => void dead.add(0)];
const lives: Deed = [400, ({ dead }) => void dead.delete(0)];
const alone = { failback: false, needsQuorum: false };
const voted = { failback: false, needsQuorum: true };

describe('only the interconnect breaks', () => {
  it('each side for itself: both serve until it is healed', () => {
    const { standby, diary } = new World(alone, 1, [cut, heal]);
    expect(diary[0]).toMatch(/^1[23]\d: 0 and 1$/);
    expect(diary.slice(1)).toEqual(['400: 1']);
    expect(standby.splitNs / S).toBeGreaterThan(400 - 133);
    expect(standby.splitNs / S).toBeLessThan(400 - 120);
  });

  it('with three points and a majority nobody but the first serves: the witness still reaches it', () => {
    const { standby, diary } = new World(voted, 3, [cut, heal]);
    expect(diary).toEqual([]);
    expect([standby.active, standby.splitNs, standby.gapNs]).toEqual([[0], 0, 0]);
  });

  it('with a majority, a place that is cut from all steps down before the other serves', () => {
    const isolate: Deed = [100, ({ net }) => net.isolate(0)];
    const { standby, diary } = new World(voted, 3, [isolate, [400, ({ net }) => net.rejoin(0)]]);
    expect(diary[0]).toBe('100: nobody');
    expect(diary[1]).toMatch(/^1[23]\d: 1$/);
    expect(diary).toHaveLength(2);
    expect(standby.splitNs).toBe(0);
    expect(standby.gapNs / S).toBeLessThanOrEqual(33);
  });
});

describe('a region dies and comes back', () => {
  it('the other serves after detection, and goes on serving', () => {
    const { diary, standby } = new World(voted, 3, [dies, lives]);
    expect(diary.map((line) => line.replace(/^1[23]\d/, 'detected'))).toEqual(['100: nobody', 'detected: 1']);
    expect(standby.splitNs).toBe(0);
  });

  it('with failback the first serves again as soon as it is found well', () => {
    const { diary, standby } = new World({ failback: true, needsQuorum: true }, 3, [dies, lives]);
    expect(diary.at(-1)).toMatch(/^4[01]\d: 0$/);
    expect(standby.active).toEqual([0]);
    expect(standby.splitNs).toBe(0);
  });
});

it('a quorum never lets both serve, whatever breaks', () => {
  const deed = fc.record({ at: fc.integer({ min: 1, max: 900 }), what: fc.nat(2), which: fc.nat(2) });
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 10 }), fc.boolean(), (list, failback) => {
      const down = new Set<string>();
      const deeds = list
        .sort((a, b) => a.at - b.at)
        .map(
          ({ at, what, which }): Deed => [
            at,
            ({ net, dead }) => {
              const flip = (key: string, on: () => void, off: () => void): void => {
                if (down.delete(key)) off();
                else {
                  down.add(key);
                  on();
                }
              };
              const [a, b] = [which, (which + 1) % 3];
              if (what === 0)
                flip(
                  `cut ${a}`,
                  () => net.cut(a, b),
                  () => net.heal(a, b),
                );
              else if (what === 1)
                flip(
                  `isolate ${a}`,
                  () => net.isolate(a),
                  () => net.rejoin(a),
                );
              else
                flip(
                  `dead ${a}`,
                  () => void dead.add(a),
                  () => void dead.delete(a),
                );
            },
          ],
        );
      expect(new World({ failback, needsQuorum: true }, 3, deeds).standby.splitNs).toBe(0);
    }),
    { numRuns: 200 },
  );
});

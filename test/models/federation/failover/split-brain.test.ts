/** Only the interconnect breaks: both sides serve, unless a quorum of probe points decides. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StandbyPair } from '../../../../models/federation/failover/standby-pair.ts';
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

/** Two sides and a third place that only probes, and only if it is asked. */
class World {
  readonly sim = new Simulation();
  readonly net = new Interconnect({ places: PLACES }, this.sim);
  readonly dead = new Set<number>();
  readonly diary: string[] = [];
  readonly pair: StandbyPair;

  constructor(plan: { readonly failback: boolean; readonly hasWitness: boolean }, deeds: readonly Deed[]) {
    this.pair = new StandbyPair({
      ...plan,
      sim: this.sim,
      name: 'pair',
      plan: PROBING,
      isAlive: (place) => !this.dead.has(place),
      isOpen: (a, b) => !this.dead.has(a) && !this.dead.has(b) && this.net.isOpen(a, b, 'control'),
      rttNs: () => S / 10,
      streams: (side, point, place) => new Stream('seed', `side/${side}/${place}`, `point/${point}`),
      believes: () => undefined,
      changed: (active) => this.diary.push(`${Math.floor(this.sim.nowNs / S)}: ${active.join(' and ') || 'nobody'}`),
    });
    const kind = this.sim.kind('deed', (index) => {
      deeds[index]![1](this);
      this.pair.reachChanged();
    });
    for (const [index, [at]] of deeds.entries()) this.sim.at(at * S, kind, index);
    this.sim.run(1000 * S);
  }
}

const cut: Deed = [100, ({ net }) => net.cut(0, 1)];
const heal: Deed = [400, ({ net }) => net.heal(0, 1)];
const dies: Deed = [100, ({ dead }) => void dead.add(0)];
const lives: Deed = [400, ({ dead }) => void dead.delete(0)];
const alone = { failback: false, hasWitness: false };
const voted = { failback: false, hasWitness: true };

describe('only the interconnect breaks', () => {
  it('each side for itself: both serve until it is healed', () => {
    const { pair, diary } = new World(alone, [cut, heal]);
    expect(diary[0]).toMatch(/^1[23]\d: 0 and 1$/);
    expect(diary.slice(1)).toEqual(['400: 1']);
    expect(pair.splitNs / S).toBeGreaterThan(400 - 133);
    expect(pair.splitNs / S).toBeLessThan(400 - 120);
  });

  it('with three points and a majority nobody but the first serves: the witness still reaches it', () => {
    const { pair, diary } = new World(voted, [cut, heal]);
    expect(diary).toEqual([]);
    expect([pair.active, pair.splitNs, pair.gapNs]).toEqual([[0], 0, 0]);
  });

  it('with a majority, a place that is cut from all steps down before the other serves', () => {
    const isolate: Deed = [100, ({ net }) => net.isolate(0)];
    const { pair, diary } = new World(voted, [isolate, [400, ({ net }) => net.rejoin(0)]]);
    expect(diary[0]).toBe('100: nobody');
    expect(diary[1]).toMatch(/^1[23]\d: 1$/);
    expect(diary).toHaveLength(2);
    expect(pair.splitNs).toBe(0);
    expect(pair.gapNs / S).toBeLessThanOrEqual(33);
  });
});

it('the first place waits for its patience too, when the other one serves and is lost', () => {
  const again: Deed = [600, ({ net }) => net.cut(0, 1)];
  const { pair, diary } = new World(alone, [cut, heal, again]);
  expect(diary.slice(1).map((line) => line.replace(/^6[23]\d/, 'detected'))).toEqual(['400: 1', 'detected: 0 and 1']);
  expect(pair.active).toEqual([0, 1]);
});

describe('a region dies and comes back', () => {
  it('the other serves after detection, and goes on serving', () => {
    const { pair, diary } = new World(voted, [dies, lives]);
    expect(diary.map((line) => line.replace(/^1[23]\d/, 'detected'))).toEqual(['100: nobody', 'detected: 1']);
    expect(pair.splitNs).toBe(0);
  });

  it('with failback the first serves again as soon as it is found well', () => {
    const { pair, diary } = new World({ failback: true, hasWitness: true }, [dies, lives]);
    expect(diary.at(-1)).toMatch(/^4[01]\d: 0$/);
    expect(pair.active).toEqual([0]);
    expect(pair.splitNs).toBe(0);
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
      expect(new World({ failback, hasWitness: true }, deeds).pair.splitNs).toBe(0);
    }),
    { numRuns: 200 },
  );
});

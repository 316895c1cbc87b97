import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SECOND } from '../machine-world.ts';
import { groupWith } from '../trial-world.ts';
import { type JustInTimeOptions, JustInTimeWorld, typesOf } from './just-in-time-world.ts';

const NEVER = { consolidateAfterNs: Number.POSITIVE_INFINITY };

function world(options: Partial<JustInTimeOptions> = {}): JustInTimeWorld {
  return new JustInTimeWorld({ types: typesOf(2, 4, 8), there: [0, 0, 0], settings: NEVER, ...options });
}

describe('machines bought just in time', () => {
  it('are asked for one second after the last pod of a batch, ten after the first at most', () => {
    const one = world();
    one.run(20).create(1, { cpuMilli: 1000 });
    expect(one.run(60).when('launches')).toBe(21);
    const two = world();
    two.run(20).create(1, { cpuMilli: 1000 });
    two.run(20.9).create(1, { cpuMilli: 1000 });
    expect(two.run(60).when('launches')).toBe(21.9);
    const many = world();
    for (let at = 200; at < 400; at += 9) many.run(at / 10).create(1, { cpuMilli: 100 });
    expect(many.run(60).when('launches')).toBe(30);
  });

  it('are the cheapest that hold the pods: several pods share one where that is cheaper for each type', () => {
    const cases = [
      [[1500], ['c2']],
      [[3000], ['c4']],
      [[3000, 3000], ['c8']],
      [
        [7000, 3000],
        ['c4', 'c8'],
      ],
      [
        [7000, 1000, 1500],
        ['c2', 'c8'],
      ],
    ] as const;
    for (const [pods, types] of cases) {
      const one = world();
      for (const cpuMilli of pods) one.create(1, { cpuMilli });
      one.run(200);
      expect([pods, one.types]).toEqual([pods, types]);
      expect(one.waiting).toBe(0);
    }
  });

  it('of two types of one size the cheaper is bought, whichever stands first', () => {
    for (const prices of [
      [3, 2],
      [2, 3],
    ]) {
      const types = prices.map((pricePerHour) => groupWith({ name: `at-${pricePerHour}`, pricePerHour }));
      const one = new JustInTimeWorld({ types, there: [0, 0], settings: NEVER });
      one.create(1, { cpuMilli: 3000 });
      expect(one.run(200).types).toEqual(['at-2']);
    }
  });

  it('keep to what a pod asks of its node', () => {
    const one = world();
    one.create(1, { cpuMilli: 500, shape: { nodeSelector: { type: 'c8' } } });
    one.create(1, { cpuMilli: 500, shape: { nodeSelector: { type: 'c2' } } });
    expect(one.run(200).types).toEqual(['c2', 'c8']);
    expect(one.waiting).toBe(0);
  });

  it('are not bought for pods that fit on nodes that are there, or on machines that are on their way', () => {
    const one = world({ there: [0, 1, 0], bootNs: 90 * SECOND });
    one.create(1, { cpuMilli: 3000 });
    one.create(1, { cpuMilli: 5000 });
    one.run(30);
    // Room for 3 more processors on the machine of 8 that comes.
    one.create(1, { cpuMilli: 2500 });
    one.run(300);
    expect(one.types).toEqual(['c4', 'c8']);
    expect(one.log.filter((each) => each.includes('for 1'))).toHaveLength(1);
  });

  it('say whom no type would help, and buy for the others', () => {
    const one = world();
    one.create(1, { cpuMilli: 9000 });
    one.create(1, { cpuMilli: 1000 });
    one.run(30);
    expect(one.log[0]).toContain('launches c2 for 1, helpless 1');
  });

  it('that do not come are given back after 15 min, and another type is bought when this one is spent', () => {
    const types = [groupWith({ name: 'cheap', pricePerHour: 1, max: 1 }), groupWith({ name: 'dear', pricePerHour: 2 })];
    const one = new JustInTimeWorld({ types, there: [0, 0], settings: NEVER, stock: [0, 5] });
    one.create(2, { cpuMilli: 3000 });
    one.run(120);
    expect(one.types).toEqual(['dear']);
    expect(one.waiting).toBe(1);
    // The cheap one is asked for again and again: it is still the cheapest.
    one.run(1000);
    expect(one.log.filter((each) => each.includes('cheap'))).toHaveLength(2);
  });

  it('hold every pod that some type can hold, and are no larger than their pods need', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(sizes, (cores) => {
        const one = world();
        for (const core of cores) one.create(1, { cpuMilli: core * 1000 - 100 });
        one.run(400);
        expect(one.waiting).toBe(0);
        // As it was decided, before pods bind in an order of their own: a machine of 4 or 8 is taken only where half of it would not do.
        const [words] = one.log[0]!.split(', helpless 0');
        const bought = [...words!.matchAll(/c(\d+) for (\d+)/g)].map(
          ([, size, pods]) => [Number(size), Number(pods)] as const,
        );
        const requested = cores.reduce((sum, core) => sum + core - 0.1, 0);
        const price = bought.reduce((sum, [size]) => sum + size, 0);
        expect(bought.reduce((sum, [, pods]) => sum + pods, 0)).toBe(cores.length);
        expect(price).toBeGreaterThanOrEqual(requested);
        expect(price).toBeLessThanOrEqual(2 * requested + 2 * bought.filter(([size]) => size === 2).length);
      }),
      { numRuns: 60 },
    );
  });
});

/** The wheel against a sorted list: the same items in the same order, whatever is added while it turns. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DueWheel, MAP, MAP_END, OPEN, SLOTS } from '../../../../models/network/packet/due-wheel.ts';
import { NEXT, NONE, PacketPool } from '../../../../models/network/packet/packet-pool.ts';

/** Takes out the first item, as the network's hops do. */
function pop(wheel: DueWheel, pool: PacketPool, untilNs: number): number {
  if (wheel.rest === NONE) {
    const { words } = pool;
    if (words.subarray(MAP, MAP_END).every((bits) => bits === 0) && !wheel.advance(untilNs)) return NONE;
    while (words[wheel.word] === 0) wheel.word += 1;
    const bits = words[wheel.word]!;
    const place = 32 * (wheel.word - MAP) + Math.log2((bits & -bits) >>> 0);
    if (wheel.times[OPEN]! + place > untilNs) return NONE;
    words[wheel.word] = bits & (bits - 1);
    wheel.rest = words[SLOTS + place]!;
    words[SLOTS + place] = NONE;
  }
  const item = wheel.rest;
  wheel.rest = pool.words[(item << 3) | NEXT]!;
  return item;
}

/** Delays: mostly within a turn, some in the open bucket, some far beyond. */
const delay = fc.oneof(
  fc.nat(3),
  fc.nat(100),
  fc.nat(5000),
  fc.nat(300_000),
  fc.nat(3_000_000_000),
  fc.constant(2 ** 40),
);
const action = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('add' as const), delay }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pop' as const), delay }) },
);

describe('what is due next', () => {
  it('leaves by time, then in the order of adding', () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 8, 256, 1024), fc.array(action, { maxLength: 400 }), (widthNs, actions) => {
        const pool = new PacketPool();
        const wheel = new DueWheel(pool, widthNs);
        const waiting: { item: number; dueNs: number }[] = [];
        let nowNs = 0;
        const add = (dueNs: number): void => {
          const item = pool.take();
          pool.doubles[item << 2] = dueNs;
          wheel.insert(item);
          waiting.push({ item, dueNs });
        };
        for (const { kind, delay: by } of actions) {
          if (kind === 'add') {
            add(nowNs + by);
            continue;
          }
          const untilNs = nowNs + by;
          const first = waiting.reduce((least, each) => Math.min(least, each.dueNs), Number.POSITIVE_INFINITY);
          expect(wheel.peekNs()).toBe(first);
          const item = pop(wheel, pool, untilNs);
          if (first > untilNs) {
            expect(item).toBe(NONE);
            nowNs = untilNs;
            continue;
          }
          const at = waiting.findIndex((each) => each.dueNs === first);
          expect(item).toBe(waiting[at]!.item);
          waiting.splice(at, 1);
          nowNs = first;
          pool.release(item);
        }
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  it('sorts many in one bucket, ties in the order of adding', () => {
    const pool = new PacketPool();
    const wheel = new DueWheel(pool, 1024);
    const dues = Array.from({ length: 5000 }, (_, i) => 4096 + ((i * 7919) % 1000));
    const items = dues.map((dueNs) => {
      const item = pool.take();
      pool.doubles[item << 2] = dueNs;
      wheel.insert(item);
      return item;
    });
    const left = dues.map((_, i) => i).sort((a, b) => dues[a]! - dues[b]! || a - b);
    for (const expected of left) expect(pop(wheel, pool, Number.POSITIVE_INFINITY)).toBe(items[expected]!);
    expect(pop(wheel, pool, Number.POSITIVE_INFINITY)).toBe(NONE);
  });

  it('keeps the order of what is added to the open bucket, whatever stood at its place before', () => {
    const pool = new PacketPool();
    const wheel = new DueWheel(pool, 8);
    const left: number[] = [];
    const add = (dueNs: number): void => {
      const item = pool.take();
      pool.doubles[item << 2] = dueNs;
      wheel.insert(item);
      left.push(item);
    };
    // Nothing is released, so that no record is used twice.
    const leaves = (): void => {
      for (const item of left.splice(0)) expect(pop(wheel, pool, Number.POSITIVE_INFINITY)).toBe(item);
      expect(pop(wheel, pool, 0)).toBe(NONE);
    };
    for (const startNs of [9, 17, 17 + 8 * 300]) {
      add(startNs);
      add(startNs + 5);
      expect(pop(wheel, pool, startNs)).toBe(left.shift());
      add(startNs + 5);
      add(startNs + 5);
      leaves();
      for (let round = 0; round < 3; round++) {
        for (let one = 0; one < 3; one++) add(startNs + 5);
        leaves();
      }
    }
  });

  it('refuses a width that is no power of two', () => {
    expect(() => new DueWheel(new PacketPool(), 48)).toThrow(/width 48 ns/);
  });
});

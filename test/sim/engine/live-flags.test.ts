import { describe, expect, it } from 'vitest';
import { BLOCK_SEQUENCES, LiveFlags } from '../../../sim/engine/live-flags.ts';
import { orderOf, SEQUENCE_MASK } from '../../../sim/engine/pending-events.ts';

describe('the flags of waiting events', () => {
  it('are set a block at a time and taken once', () => {
    const flags = new LiveFlags();
    expect(flags.has(5)).toBe(false);
    flags.openBlock(0);
    expect([flags.has(5), flags.has(BLOCK_SEQUENCES - 1), flags.has(BLOCK_SEQUENCES)]).toEqual([true, true, false]);
    expect([flags.take(5), flags.take(5), flags.has(5), flags.has(4), flags.has(6)]).toEqual([
      true,
      false,
      false,
      true,
      true,
    ]);
  });

  it('do not care for the priority in an order', () => {
    const flags = new LiveFlags();
    flags.openBlock(0);
    expect([flags.take(orderOf(7, 31)), flags.has(31)]).toEqual([true, false]);
  });

  it('grow while an old event waits, and keep what they know', () => {
    const flags = new LiveFlags();
    const ring = flags.ring;
    const kept = new Set<number>();
    // Across the end of the sequences, where numbers start again.
    const first = SEQUENCE_MASK + 1 - 3 * BLOCK_SEQUENCES;
    for (let block = 0; block < 40; block++) {
      const start = (first + block * BLOCK_SEQUENCES) & SEQUENCE_MASK;
      expect(flags.openBlock(start)).toBe(true);
      for (let i = 0; i < BLOCK_SEQUENCES; i++)
        if (i % 331 === 7) kept.add(start + i);
        else flags.take(start + i);
    }
    expect(flags.ring).toBeGreaterThan(4 * ring);
    for (let i = 0; i < 40 * BLOCK_SEQUENCES; i++) {
      const sequence = (first + i) & SEQUENCE_MASK;
      if (flags.has(sequence) !== kept.has(sequence)) throw new Error(`wrong flag of ${sequence}`);
    }
  });

  it('use a ring again without growing while no old event waits', () => {
    const flags = new LiveFlags();
    const ring = flags.ring;
    for (let start = 0; start < 10 * ring; start += BLOCK_SEQUENCES) {
      flags.openBlock(start);
      for (let i = 0; i < BLOCK_SEQUENCES; i++) flags.take(start + i);
    }
    expect(flags.ring).toBe(ring);
  });

  it('say so when they must not grow', () => {
    const flags = new LiveFlags(2 ** 13);
    for (let start = 0; start < 2 ** 13; start += BLOCK_SEQUENCES) expect(flags.openBlock(start)).toBe(true);
    expect(flags.openBlock(2 ** 13)).toBe(false);
    expect(flags.has(0)).toBe(true);
    expect(() => new LiveFlags(2 ** 10)).toThrow('no ring of 1024 sequences');
  });
});

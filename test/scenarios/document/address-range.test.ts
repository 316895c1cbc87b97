import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AddressRange, blocksIn, overlap, parseRange } from '../../../scenarios/document/address-range.ts';

function range(text: string): AddressRange {
  const reading = parseRange(text);
  if (!reading.ok) throw new Error(reading.message);
  return reading.range;
}

/** A range at a random place, aligned to its size. */
const anyRange = fc
  .tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 8, max: 32 }))
  .map(([at, prefix]) => {
    const size = 2 ** (32 - prefix);
    const first = Math.floor(at / size) * size;
    const octets = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
    return { text: `${octets.join('.')}/${prefix}`, first, size };
  });

describe('parseRange', () => {
  it('reads first address and size', () => {
    fc.assert(
      fc.property(anyRange, ({ text, first, size }) => {
        expect(range(text)).toMatchObject({ text, first, size });
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it.each([
    '',
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0/8',
    '256.0.0.0/8',
    '010.0.0.0/8',
    '0x0a.0.0.0/8',
    '10.0.0.0/-1',
    'fd00::/8',
    ' 10.0.0.0/8',
  ])('refuses "%s"', (text) => {
    expect(parseRange(text).ok).toBe(false);
  });

  it('proposes the range that was meant', () => {
    const reading = parseRange('10.1.2.3/16');
    expect(reading.ok ? '' : reading.hint).toBe('write 10.1.0.0/16');
  });
});

describe('overlap', () => {
  it('is what sharing an address means', () => {
    fc.assert(
      fc.property(anyRange, anyRange, (a, b) => {
        // Two aligned ranges share an address exactly if one holds the first address of the other.
        const holds = (outer: typeof a, inner: typeof a) =>
          inner.first >= outer.first && inner.first < outer.first + outer.size;
        expect(overlap(range(a.text), range(b.text))).toBe(holds(a, b) || holds(b, a));
      }),
      { seed: 1, numRuns: 500 },
    );
    expect(overlap(range('10.0.0.0/8'), range('10.128.0.0/9'))).toBe(true);
    expect(overlap(range('10.0.0.0/9'), range('10.128.0.0/9'))).toBe(false);
  });
});

describe('blocksIn', () => {
  it('counts blocks', () => {
    expect(blocksIn(range('10.128.0.0/9'), 24)).toBe(32_768);
    expect(blocksIn(range('10.0.0.0/24'), 24)).toBe(1);
    expect(blocksIn(range('10.0.0.0/25'), 24)).toBe(0);
  });
});

/** Quantities as upstream reads them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bytesOf,
  cpuMilliOf,
  parseQuantity,
  QUANTITY_NANO_MAX,
  readQuantity,
} from '../../../../scenarios/document/manifests/quantity.ts';

const GIGA = 1_000_000_000n;

describe('the grammar', () => {
  it.each<[unknown, bigint]>([
    ['0', 0n],
    ['-0', 0n],
    ['1', GIGA],
    ['+1', GIGA],
    ['-1', -GIGA],
    ['.5', GIGA / 2n],
    ['5.', 5n * GIGA],
    ['1.G', GIGA * GIGA],
    ['100m', GIGA / 10n],
    ['7u', 7000n],
    ['9n', 9n],
    ['1k', 1000n * GIGA],
    ['1M', 1_000_000n * GIGA],
    ['1T', 1000n * GIGA * GIGA],
    ['1P', 1_000_000n * GIGA * GIGA],
    ['1E', GIGA * GIGA * GIGA],
    ['1Ki', 1024n * GIGA],
    ['1Mi', 1024n ** 2n * GIGA],
    ['1Gi', 1024n ** 3n * GIGA],
    ['1Ti', 1024n ** 4n * GIGA],
    ['1Pi', 1024n ** 5n * GIGA],
    ['1Ei', 1024n ** 6n * GIGA],
    ['1.5Gi', (3n * 1024n ** 3n * GIGA) / 2n],
    ['1e3', 1000n * GIGA],
    ['1E3', 1000n * GIGA],
    ['12.5e-2', GIGA / 8n],
    ['1e+2', 100n * GIGA],
    ['0.0000000001', 1n],
    ['-0.0000000001', -1n],
    ['1e-400', 1n],
    ['0e999999999', 0n],
    [2, 2n * GIGA],
    [0.25, GIGA / 4n],
    [1e21, QUANTITY_NANO_MAX],
    [' 1 ', GIGA],
  ])('%s', (text, nano) => {
    expect(parseQuantity(text)).toBe(nano);
  });

  it.each([
    ...['', '1i', '.5i', '-3.01i', '1mi', '0.1am', 'aoeu', '1.1.M', '1+1.0M', '1 Gi', '1K', '2GB', '--1', '1e', '1e+'],
    ...['1e3.5', '1Mi5', '0x10', 'NaN', '1,000', '9'.repeat(65), Number.NaN, Infinity, true, null, undefined, {}, []],
  ])('refuses %s', (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });

  it('caps what is too large and says so', () => {
    expect(readQuantity('8Ei')).toEqual({ ok: true, nano: QUANTITY_NANO_MAX, tooLarge: true });
    expect(readQuantity('-1e900')).toEqual({ ok: true, nano: -QUANTITY_NANO_MAX, tooLarge: true });
    expect(readQuantity('9223372036854775807')).toEqual({ ok: true, nano: QUANTITY_NANO_MAX, tooLarge: false });
  });

  it.each([
    ['2GB', 'write 2G'],
    ['1 Gi', 'write 1Gi'],
    ['1K', 'write 1k'],
    ['512mi', 'write 512Mi'],
    ['1,000', 'write 1000'],
    ['ten', 'suffixes are n, u, m, k, M, G, T, P, E and Ki, Mi, Gi, Ti, Pi, Ei'],
  ])('says how to mend %s', (text, hint) => {
    expect(readQuantity(text)).toMatchObject({ ok: false, hint });
  });
});

describe('rounding', () => {
  it.each<[string, number, number]>([
    ['0.0001', 1, 1],
    ['1.0001', 1001, 2],
    ['-1.0001', -1001, -2],
    ['1n', 1, 1],
    ['2500u', 3, 1],
    ['1500m', 1500, 2],
    ['3', 3000, 3],
  ])('%s is %i thousandths and %i units: away from zero', (text, milli, units) => {
    expect(cpuMilliOf(text)).toBe(milli);
    expect(bytesOf(text)).toBe(units);
  });

  it('reads nonsense as 0', () => {
    expect(cpuMilliOf('a lot')).toBe(0);
    expect(bytesOf(undefined)).toBe(0);
  });
});

describe('properties', () => {
  it('a suffix multiplies exactly, and signs mirror', () => {
    const scale: Record<string, bigint> = { m: 1_000_000n, '': GIGA, k: 1000n * GIGA, Mi: 1024n ** 2n * GIGA };
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.constantFrom(...Object.keys(scale)), (number, suffix) => {
        expect(parseQuantity(`${number}${suffix}`)).toBe(BigInt(number) * scale[suffix]!);
        expect(parseQuantity(`-${number}${suffix}`)).toBe(-BigInt(number) * scale[suffix]!);
      }),
    );
  });

  it('any text is a quantity or refused with a hint, at once', () => {
    const text = fc.oneof(fc.string({ unit: fc.constantFrom(...'0123456789.+-eEinumkKMGTP') }), fc.string());
    fc.assert(
      fc.property(text, (written) => {
        const reading = readQuantity(written);
        if (reading.ok) expect(reading.nano <= QUANTITY_NANO_MAX).toBe(true);
        else expect(reading.hint).not.toBe('');
      }),
      { numRuns: 2000 },
    );
  });
});

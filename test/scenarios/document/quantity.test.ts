import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatQuantity,
  parseQuantity,
  type QuantityKind,
  quantityExamples,
  quantityPattern,
} from '../../../scenarios/document/quantity.ts';

const kinds: readonly QuantityKind[] = ['duration', 'bandwidth', 'cpu', 'memory', 'bytes', 'percent'];

function value(kind: QuantityKind, raw: unknown): number {
  const reading = parseQuantity(kind, raw);
  if (!reading.ok) throw new Error(`${String(raw)}: ${reading.message}`);
  return reading.value;
}

function hint(kind: QuantityKind, raw: unknown): string {
  const reading = parseQuantity(kind, raw);
  return reading.ok ? `no problem: ${reading.value}` : reading.hint;
}

describe('parseQuantity', () => {
  it.each([
    ['duration', '250ms', 250_000_000],
    ['duration', '1us', 1_000],
    ['duration', '500ns', 500],
    ['duration', '120s', 120_000_000_000],
    ['duration', '5m', 300_000_000_000],
    ['duration', '1h', 3_600_000_000_000],
    ['duration', '1.5s', 1_500_000_000],
    ['duration', '0s', 0],
    ['bandwidth', '10Gbps', 10_000_000_000],
    ['bandwidth', '500Mbps', 500_000_000],
    ['cpu', '500m', 500],
    ['cpu', '3', 3_000],
    ['cpu', 3, 3_000],
    ['cpu', 1.5, 1_500],
    ['memory', '2Gi', 2_048],
    ['memory', '512Mi', 512],
    ['bytes', '48KiB', 49_152],
    ['bytes', '64MiB', 67_108_864],
    ['bytes', '8GiB', 8_589_934_592],
    ['bytes', '1MB', 1_000_000],
    ['percent', '60%', 0.6],
    ['percent', '99.9%', 0.999],
  ] as const)('reads %s %s', (kind, raw, expected) => {
    expect(value(kind, raw)).toBe(expected);
  });

  it.each([
    ['bandwidth', 10, 'write 10Gbps'],
    ['bandwidth', '10', 'write 10Gbps'],
    ['bandwidth', '10gbps', 'write 10Gbps'],
    ['bandwidth', '10Gb/s', 'write 10Gbps'],
    ['bandwidth', '10 Gbps', 'write 10Gbps'],
    ['duration', 30, 'write 30s'],
    ['duration', '30sec', 'write 30s'],
    ['duration', '5µs', 'write 5us'],
    ['duration', '0.3ns', 'write a whole number of 1ns'],
    ['duration', '9999999h', 'write at most 2501h'],
    ['duration', '-1s', 'write for example 250ms'],
    ['duration', null, 'write for example 250ms'],
    ['memory', 4, 'write 4Gi'],
    ['memory', '4GB', 'write 4Gi'],
    ['memory', '1000', 'write 1000Gi'],
    ['bytes', 64, 'write 64KiB'],
    ['bytes', '64Ki', 'write 64KiB'],
    ['bytes', '64x', 'units are B, KB, KiB, MB, MiB, GB, GiB, TB, TiB'],
    ['percent', 0.5, 'write 0.5%'],
    ['percent', '101%', 'write at most 100%'],
    ['cpu', '8x', 'write 8 for cores, or 8m for thousandths'],
    ['cpu', '0.0001', 'write a whole number of 1m'],
    ['cpu', '1'.repeat(1000), 'write for example 500m'],
  ] as const)('refuses %s %s', (kind, raw, expected) => {
    expect(hint(kind, raw)).toBe(expected);
  });

  it('never throws, whatever it is given', () => {
    const anything = fc.oneof(fc.anything(), fc.string(), fc.double());
    fc.assert(
      fc.property(fc.constantFrom(...kinds), anything, (kind, raw) => typeof parseQuantity(kind, raw).ok === 'boolean'),
      { seed: 1, numRuns: 1000 },
    );
  });
});

describe('formatQuantity', () => {
  const largest = {
    duration: 2 ** 53 - 1,
    bandwidth: 2 ** 53 - 1,
    cpu: 100_000_000,
    memory: 2 ** 40,
    bytes: 2 ** 53 - 1,
  };
  it.each(Object.entries(largest) as [QuantityKind, number][])('is read back to the same value: %s', (kind, max) => {
    const values = fc.oneof(
      fc.integer({ min: 0, max: 5000 }),
      fc.maxSafeNat().map((n) => n % (max + 1)),
    );
    fc.assert(
      fc.property(values, (n) => {
        expect(value(kind, formatQuantity(kind, n))).toBe(n);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('is read back to the same value: percent', () => {
    const millionths = fc.integer({ min: 0, max: 100_000_000 });
    fc.assert(
      fc.property(millionths, (n) => {
        expect(value('percent', formatQuantity('percent', n / 100_000_000))).toBe(n / 100_000_000);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('takes the largest whole unit', () => {
    expect(formatQuantity('duration', 120_000_000_000)).toBe('2m');
    expect(formatQuantity('duration', 90_000_000_000)).toBe('90s');
    expect(formatQuantity('bandwidth', 25_000_000_000)).toBe('25Gbps');
    expect(formatQuantity('cpu', 1500)).toBe('1500m');
    expect(formatQuantity('bytes', 49_152)).toBe('48KiB');
    expect(formatQuantity('duration', 0)).toBe('0s');
  });
});

describe('quantityPattern', () => {
  it('accepts what is parsed and nothing of another form', () => {
    const texts = fc.oneof(
      fc
        .tuple(fc.nat(1000), fc.constantFrom('', 'ns', 's', 'Gbps', 'm', 'Mi', 'KiB', '%', 'x'))
        .map(([n, unit]) => `${n}${unit}`),
      fc.string({ maxLength: 6 }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...kinds), texts, (kind, text) => {
        if (parseQuantity(kind, text).ok) expect(text).toMatch(new RegExp(quantityPattern(kind)));
      }),
      { seed: 1, numRuns: 1000 },
    );
    for (const kind of kinds) {
      for (const example of quantityExamples(kind)) expect(example).toMatch(new RegExp(quantityPattern(kind)));
    }
  });
});

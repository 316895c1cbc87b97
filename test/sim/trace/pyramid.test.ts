/** Columns over time against a plain count of the records. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PYRAMID_BUCKETS, PYRAMID_RECORDS_MIN } from '../../../sim/trace/format.ts';
import { MemorySource } from '../../../sim/trace/memory-source.ts';
import { type Buckets, Pyramid } from '../../../sim/trace/pyramid.ts';
import { openTrace, type PyramidSlice } from '../../../sim/trace/reader.ts';
import { catalog, column, recording, table } from './recordings.ts';

interface Sample {
  readonly timeNs: number;
  readonly value: number;
}

const TABLES = catalog([table('table-0', 'state', [column('load', 'f64'), column('state', 'enum')])]);

/** Whole numbers, so that sums are exact in any order; and what must be left out. */
const value = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);
const gap = fc.oneof(fc.nat(3), fc.nat(100_000), fc.constantFrom(1e9, 3600e9));
const samples = fc.array(fc.record({ gap, value }), { minLength: 1, maxLength: 120 }).map((steps): Sample[] => {
  let timeNs = 0;
  return steps.map((step) => {
    timeNs += step.gap;
    return { timeNs, value: step.value };
  });
});

/** What a bucket from `fromNs` to before `endNs` must hold. */
function figuresOf(list: readonly Sample[], fromNs: number, endNs: number) {
  const values = list
    .filter((sample) => sample.timeNs >= fromNs && sample.timeNs < endNs && Number.isFinite(sample.value))
    .map((sample) => sample.value);
  if (values.length === 0) return { count: 0 };
  const sum = values.reduce((total, each) => total + each, 0);
  return {
    count: values.length,
    min: Math.min(...values),
    max: Math.max(...values),
    sum,
    last: values[values.length - 1],
  };
}

function bucket(buckets: Buckets, at: number) {
  const count = buckets.count[at];
  if (count === 0) return { count };
  return { count, min: buckets.min[at], max: buckets.max[at], sum: buckets.sum[at], last: buckets.last[at] };
}

function expectSlice(slice: PyramidSlice, list: readonly Sample[]): void {
  for (let at = 0; at < slice.buckets.count.length; at++) {
    const fromNs = slice.fromNs + at * slice.widthNs;
    expect(bucket(slice.buckets, at)).toEqual(figuresOf(list, fromNs, fromNs + slice.widthNs));
  }
}

function record(list: readonly Sample[], fill: number) {
  const { recorder, clock, file } = recording({ catalog: TABLES });
  recorder.born(0, 0, 'row');
  for (let i = 0; i < fill; i++) recorder.set(1, 0, i & 1);
  for (const sample of list) {
    clock.nowNs = sample.timeNs;
    recorder.set(0, 0, sample.value);
  }
  recorder.finish();
  return file;
}

describe('a pyramid', () => {
  it('has every level equal to a plain count', () => {
    fc.assert(
      fc.property(samples, (list) => {
        const pyramid = new Pyramid(1);
        for (const sample of list) {
          pyramid.at(sample.timeNs);
          pyramid.add(0, sample.value);
        }
        const levels = pyramid.levels(0);
        if (!list.some((sample) => Number.isFinite(sample.value))) {
          expect(levels).toEqual([]);
          return;
        }
        expect(levels[0].count.length).toBeLessThanOrEqual(PYRAMID_BUCKETS);
        expect(levels[levels.length - 1].count.length).toBe(1);
        let widthNs = pyramid.widthNs;
        for (const buckets of levels) {
          expectSlice({ fromNs: 0, widthNs, buckets }, list);
          widthNs *= 4;
        }
      }),
    );
  });

  it('gives any stretch out of the file, as it would without a pyramid', async () => {
    await fc.assert(
      fc.asyncProperty(samples, fc.nat(), fc.nat(), fc.integer({ min: 2, max: 200 }), async (list, a, b, most) => {
        const end = list[list.length - 1].timeNs;
        const [fromNs, toNs] = [a % (end + 1), b % (end + 1)].sort((x, y) => x - y);
        const slices = await Promise.all(
          [PYRAMID_RECORDS_MIN, 0].map(async (fill) => {
            const reader = await openTrace(record(list, fill));
            return reader.pyramid('table-0', 'load', fromNs, toNs, most);
          }),
        );
        expect(slices[0]).toEqual(slices[1]);
        if (slices[0] === undefined) return;
        expect(slices[0].buckets.count.length).toBeLessThanOrEqual(most);
        expect(slices[0].fromNs).toBeLessThanOrEqual(fromNs);
        expectSlice(slices[0], list);
      }),
      { numRuns: 40 },
    );
  });

  it('is read from a few kilobytes, and a column of names has none', async () => {
    const list = Array.from({ length: 200_000 }, (_, i) => ({ timeNs: i * 40_000_000, value: i % 977 }));
    const file = record(list, 0);
    let read = 0;
    const reader = await openTrace({
      size: file.size,
      read: (offset, length) => {
        read += length;
        return file.read(offset, length);
      },
    });
    read = 0;
    const slice = await reader.pyramid('table-0', 'load', 0, reader.endNs, 300);
    expect(read).toBeLessThan(16_384);
    expect(slice!.buckets.count.length).toBeGreaterThan(100);
    expectSlice(slice!, list);
    expect(await reader.pyramid('table-0', 'state', 0, reader.endNs, 300)).toBeUndefined();
  });

  it('is missing in a file that was cut anywhere in it, which opens all the same', async () => {
    const list = Array.from({ length: 5000 }, (_, i) => ({ timeNs: i * 1_000_000, value: i % 77 }));
    const bytes = record(list, 0).bytes();
    const whole = await openTrace(MemorySource.of(bytes));
    const last = whole.chunks[whole.chunks.length - 1];
    const lastEnd = last.offset + last.length;
    for (let size = lastEnd; size < bytes.length; size += 997) {
      const reader = await openTrace(MemorySource.of(bytes.subarray(0, size)));
      expect([reader.recovered, reader.records]).toEqual([true, whole.records]);
      const slice = await reader.pyramid('table-0', 'load', 0, reader.endNs, 100);
      expectSlice(slice!, list);
    }
  });
});

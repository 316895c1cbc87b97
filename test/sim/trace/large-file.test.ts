import { beforeAll, describe, expect, it } from 'vitest';
import { CHUNK_RECORDS_MAX } from '../../../sim/trace/format.ts';
import type { MemorySource } from '../../../sim/trace/memory-source.ts';
import { openTrace, type TraceReader } from '../../../sim/trace/reader.ts';
import { recording } from './recordings.ts';

const RECORDS = 1_000_000;
const ROWS = 2_000;

/** Counts what a reader asks for. */
class CountingSource {
  bytes = 0;
  private readonly file: MemorySource;

  constructor(file: MemorySource) {
    this.file = file;
  }

  get size(): number {
    return this.file.size;
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    this.bytes += length;
    return this.file.read(offset, length);
  }

  async during(task: () => Promise<unknown>): Promise<number> {
    const before = this.bytes;
    await task();
    return this.bytes - before;
  }
}

let file: MemorySource;

beforeAll(() => {
  const { recorder, clock, file: written } = recording();
  const columns = ['u8', 'u32', 'f64'].map((name) => recorder.column(0, name));
  for (let row = 0; row < ROWS; row++) recorder.born(0, row, `row-${row}`);
  for (let i = ROWS; i < RECORDS; i++) {
    if (i % 3 === 0) clock.nowNs += 1000;
    if (i % 50 === 0) recorder.mark(0, i % ROWS);
    else recorder.set(columns[i % 3], (i * 7) % ROWS, i % 251);
  }
  recorder.finish();
  file = written;
});

describe('a file of a million records', () => {
  it('is opened by reading its index alone', async () => {
    const source = new CountingSource(file);
    const reader = await openTrace(source);
    expect([reader.records, reader.chunks.length]).toEqual([RECORDS, Math.ceil(RECORDS / CHUNK_RECORDS_MAX)]);
    expect(source.bytes).toBeLessThan(100_000);
  });

  it('reads one keyframe and four chunks at most for a seek', async () => {
    const source = new CountingSource(file);
    const reader = await openTrace(source);
    const limit = seekLimit(reader);
    expect(limit).toBeLessThan(file.size / 2);
    for (const share of [0.93, 0.11, 0.5, 0.999, 0.26]) {
      const fresh = await openTrace(source);
      const timeNs = Math.floor(fresh.endNs * share);
      expect(await source.during(() => fresh.stateAt(timeNs))).toBeLessThanOrEqual(limit);
      expect(await source.during(() => reader.cursor().seek(timeNs))).toBeLessThanOrEqual(limit);
    }
  });

  it('jumps over what lies between for a far seek forward', async () => {
    const source = new CountingSource(file);
    const reader = await openTrace(source);
    const cursor = reader.cursor();
    await cursor.seek(0);
    expect(await source.during(() => cursor.seek(reader.endNs))).toBeLessThanOrEqual(seekLimit(reader));
  });

  it('reads nothing again for small steps back and forth', async () => {
    const source = new CountingSource(file);
    const reader = await openTrace(source);
    const cursor = reader.cursor();
    await cursor.seek(reader.endNs / 2);
    const bytes = await source.during(async () => {
      for (let i = 1; i <= 20; i++) await cursor.seek(reader.endNs / 2 - (i % 2) * 5000);
    });
    expect(bytes).toBe(0);
  });

  it('shows the same however a time is reached', async () => {
    const reader = await openTrace(file);
    const played = reader.cursor();
    const jumping = reader.cursor();
    const times = Array.from({ length: 12 }, (_, i) => Math.floor((reader.endNs * (i + 0.5)) / 12));
    const digests = new Map<number, string>();
    for (const timeNs of times) digests.set(timeNs, (await played.seek(timeNs)).digest());
    for (let i = 0; i < 12; i++) {
      const timeNs = times[(i * 7 + 3) % 12];
      expect((await jumping.seek(timeNs)).digest()).toBe(digests.get(timeNs));
      expect((await reader.stateAt(timeNs)).digest()).toBe(digests.get(timeNs));
    }
    expect(new Set(digests.values()).size).toBe(12);
  });

  it('counts every record in the density, from the histogram or from chunks', async () => {
    const reader = await openTrace(file);
    for (const bins of [1, 7, 1000]) {
      const density = await reader.density(bins, 0, reader.endNs);
      expect(density.reduce((sum, count) => sum + count, 0)).toBe(RECORDS);
      // The births at time 0 come on top of an even rate.
      const even = (RECORDS - ROWS) / bins;
      expect(Math.max(...density.subarray(1))).toBeLessThan(even * 1.6 + 3);
    }
    const exact = await reader.density(5, 500_000, 505_000);
    expect(Array.from(exact)).toEqual([3, 3, 3, 3, 6]);
  });

  it('draws the whole timeline from the footer, and reads nothing for it', async () => {
    const source = new CountingSource(file);
    const reader = await openTrace(source);
    for (const bins of [100, 1000, 1440])
      expect(await source.during(() => reader.density(bins, 0, reader.endNs)), `${bins} bins`).toBe(0);
    // Closer than the footer counts, it opens the chunks that are shown, and is exact.
    expect(await source.during(() => reader.density(5, 500_000, 505_000))).toBeGreaterThan(0);
  });

  it('reads the marks without the records', async () => {
    const source = new CountingSource(file);
    const reader = await openTrace(source);
    let marks = 0;
    const bytes = await source.during(async () => {
      marks = (await reader.marks()).length;
    });
    expect(marks).toBe((RECORDS - ROWS) / 50);
    expect(bytes).toBeLessThan(file.size / 10);
  });

  it('takes few bytes a record', () => {
    expect(file.size / RECORDS).toBeLessThan(7);
  });
});

/** The largest keyframe and the four largest chunks, with what is read ahead of them. */
function seekLimit(reader: TraceReader): number {
  const chunk = Math.max(...reader.chunks.map((each) => each.length));
  return 5 * chunk;
}

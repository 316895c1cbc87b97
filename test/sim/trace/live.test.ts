import { describe, expect, it } from 'vitest';
import { MemorySource } from '../../../sim/trace/memory-source.ts';
import { openTrace } from '../../../sim/trace/reader.ts';
import { recording } from './recordings.ts';

describe('a growing file', () => {
  it('is read while it is written', async () => {
    const { recorder, clock, file } = recording();
    const reader = await openTrace(file);
    expect([reader.recovered, reader.records, await reader.refresh()]).toEqual([true, 0, false]);
    const cursor = reader.cursor();
    for (let i = 0; i < 200; i++) {
      clock.nowNs = 1000 * i;
      recorder.born(0, i, `row-${i}`);
      recorder.set(recorder.column(0, 'text'), i, recorder.text(`text ${i}`));
      recorder.mark(0, i);
      recorder.flush();
      expect(await reader.refresh()).toBe(true);
      const rows = (await cursor.seek(clock.nowNs)).table('table-0');
      expect([reader.endNs, rows.count, rows.name(i)]).toEqual([clock.nowNs, i + 1, `row-${i}`]);
      expect(reader.text(rows.column('text')[i])).toBe(`text ${i}`);
    }
    expect((await reader.marksFrom(198)).map((m) => m.index)).toEqual([198, 199]);
    expect((await cursor.seek(50_500)).table('table-0').count).toBe(51);
    expect([reader.recovered, reader.digest, reader.keyframeTimesNs.length > 0]).toEqual([true, null, true]);
    clock.nowNs = 1e6;
    const { digest } = recorder.finish();
    expect([await reader.refresh(), await reader.refresh()]).toEqual([true, false]);
    expect([reader.recovered, reader.digest, reader.endNs]).toEqual([false, digest, 1e6]);
    expect((await cursor.seek(1e6)).digest()).toBe((await (await openTrace(file)).stateAt(1e6)).digest());
  });

  it('reads only what is new', async () => {
    const { recorder, clock, file } = recording();
    recorder.born(0, 0, 'only');
    for (let i = 0; i < 100; i++) {
      clock.nowNs = i;
      recorder.set(0, 0, i);
      recorder.flush();
    }
    const lowest = { offset: Number.POSITIVE_INFINITY };
    const counting = {
      get size() {
        return file.size;
      },
      read(offset: number, length: number) {
        lowest.offset = Math.min(lowest.offset, offset);
        return file.read(offset, length);
      },
    };
    const reader = await openTrace(counting);
    const before = file.size;
    recorder.set(0, 0, 200);
    recorder.flush();
    lowest.offset = Number.POSITIVE_INFINITY;
    await reader.refresh();
    expect([lowest.offset, reader.chunks.length]).toEqual([before, 101]);
  });

  it('waits for a frame that has not come whole', async () => {
    const { recorder, file } = recording();
    const start = file.size;
    recorder.born(0, 0, 'only');
    recorder.flush();
    const bytes = file.bytes();
    const partial = MemorySource.of(bytes.subarray(0, start + 60));
    const reader = await openTrace(partial);
    expect([await reader.refresh(), reader.chunks.length]).toEqual([false, 0]);
    partial.write(bytes.subarray(start + 60));
    expect([await reader.refresh(), reader.chunks.length]).toEqual([true, 1]);
    expect((await reader.stateAt(0)).table('table-0').name(0)).toBe('only');
  });
});

describe('MemorySource', () => {
  it('gives back any range of what was written in pieces', async () => {
    const source = new MemorySource();
    const all = Uint8Array.from({ length: 100 }, (_, i) => i);
    for (const [from, to] of [
      [0, 1],
      [1, 1],
      [1, 40],
      [40, 100],
    ]) {
      source.write(all.subarray(from, to));
    }
    expect([source.size, source.bytes()]).toEqual([100, all]);
    expect(await source.read(0, 2)).toEqual(all.subarray(0, 2));
    expect(await source.read(39, 3)).toEqual(all.subarray(39, 42));
    expect(await source.read(98, 10)).toEqual(all.subarray(98));
    expect(await source.read(100, 10)).toEqual(new Uint8Array(0));
    expect(await new MemorySource().read(0, 5)).toEqual(new Uint8Array(0));
  });
});

import { describe, expect, it } from 'vitest';
import type { RecordingLevel } from '../../../sim/trace/catalog.ts';
import { openTrace, type TraceReader } from '../../../sim/trace/reader.ts';
import { catalog, column, mark, recording, table } from './recordings.ts';

const LEVELED = catalog(
  [
    table('sums', 'summary', [column('value', 'f64')]),
    table('nodes', 'state', [column('value', 'u16')]),
    table('packets', 'packets', [column('value', 'u8')]),
  ],
  [mark('summed', 'summary', 0, 'sums'), mark('moved', 'state', 0, 'nodes'), mark('sent', 'packets', 0, 'packets')],
);

async function recordedAt(level: RecordingLevel): Promise<{ reader: TraceReader; digest: string }> {
  const { recorder, clock, file } = recording({ catalog: LEVELED, level });
  for (const [t, spec] of LEVELED.tables.entries()) {
    recorder.born(t, 0, spec.name);
    recorder.set(recorder.column(t, 'value'), 0, 7);
  }
  // A chain of causes through all levels: packets, state, packets, summary.
  for (const kind of [2, 1, 2, 0]) {
    clock.nowNs++;
    recorder.mark(kind, 0);
  }
  const { digest } = recorder.finish();
  return { reader: await openTrace(file), digest };
}

describe('recording levels', () => {
  it('write the tables and the marks of a level and of those before it', async () => {
    const rows = async (level: RecordingLevel): Promise<unknown[]> => {
      const { reader } = await recordedAt(level);
      const state = await reader.stateAt(reader.endNs);
      return [...LEVELED.tables.map((spec) => state.table(spec.name).count), (await reader.marks()).length];
    };
    expect(await rows('off')).toEqual([0, 0, 0, 0]);
    expect(await rows('summary')).toEqual([1, 0, 0, 1]);
    expect(await rows('state')).toEqual([1, 1, 0, 2]);
    expect(await rows('packets')).toEqual([1, 1, 1, 4]);
  });

  it('name the nearest cause that was written, and keep the numbers of marks', async () => {
    const causes = async (level: RecordingLevel): Promise<number[][]> =>
      (await (await recordedAt(level)).reader.marks()).map(({ index, cause }) => [index, cause]);
    expect(await causes('packets')).toEqual([
      [0, -1],
      [1, 0],
      [2, 1],
      [3, 2],
    ]);
    expect(await causes('state')).toEqual([
      [1, -1],
      [3, 1],
    ]);
    expect(await causes('summary')).toEqual([[3, -1]]);
  });
});

describe('a window', () => {
  async function windowed(fromNs: number, toNs: number): Promise<TraceReader> {
    const { recorder, clock, file } = recording({ catalog: LEVELED, window: { fromNs, toNs } });
    const value = recorder.column(1, 'value');
    for (let i = 0; i < 100; i++) {
      clock.nowNs = 10 * i;
      recorder.born(1, i, `node-${i}`);
      recorder.set(value, i, i);
      if (i % 3 === 0) recorder.died(1, i);
      recorder.mark(1, i);
    }
    recorder.finish();
    return openTrace(file);
  }

  it('holds the state at its start and what happens in it', async () => {
    const reader = await windowed(405, 600);
    expect([reader.endNs, (await reader.marks()).map((m) => m.index)]).toEqual([
      600,
      Array.from({ length: 20 }, (_, i) => 41 + i),
    ]);
    expect((await reader.marks())[0].cause).toBe(-1);
    const cursor = reader.cursor();
    for (const [timeNs, rows] of [
      [404, 0],
      [405, 41],
      [409, 41],
      [410, 42],
      [600, 61],
      [100, 0],
      [5000, 61],
    ]) {
      for (const state of [await cursor.seek(timeNs), await reader.stateAt(timeNs)]) {
        const nodes = state.table('nodes');
        expect([timeNs, nodes.count]).toEqual([timeNs, rows]);
        const expected = Array.from({ length: rows }, (_, i) => (i % 3 === 0 ? 0 : i));
        expect(Array.from(nodes.column('value'))).toEqual(expected);
        if (rows > 0) expect(nodes.name(rows - 1)).toBe(`node-${rows - 1}`);
      }
    }
  });

  it('in which nothing happens still shows its state', async () => {
    const reader = await windowed(991, 992);
    expect(reader.records).toBe(0);
    // The run ends at 990, before the window.
    expect((await reader.stateAt(992)).table('nodes').count).toBe(0);
    const between = await windowed(401, 402);
    expect([between.records, (await between.stateAt(401)).table('nodes').count]).toEqual([0, 41]);
  });

  it('from the start needs no keyframe', async () => {
    const reader = await windowed(0, 55);
    expect([reader.keyframeTimesNs, reader.chunks.length, reader.endNs]).toEqual([[], 1, 55]);
    expect((await reader.stateAt(55)).table('nodes').count).toBe(6);
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { MemorySource } from '../../../sim/trace/memory-source.ts';
import { openTrace, type TraceReader } from '../../../sim/trace/reader.ts';
import { buffersOf } from '../../../viz/frame-source/channel.ts';
import { MarkIndex } from '../../../viz/frame-source/mark-index.ts';
import { TraceFrames } from '../../../viz/frame-source/trace-frames.ts';
import { insideOf } from '../../../viz/panels/inspector.ts';
import { markWords } from '../../../viz/panels/mark-words.ts';
import { SMALL_SIZE, syntheticTrace } from '../synthetic-trace.ts';

let reader: TraceReader;
let frames: TraceFrames;

beforeAll(async () => {
  reader = await openTrace(MemorySource.of(syntheticTrace(SMALL_SIZE)));
  frames = new TraceFrames(reader);
});

describe('frames of a recording', () => {
  it('hold what the reader says at that time, forwards and backwards', async () => {
    for (const timeNs of [0, 1e9, 6e9, 2.5e9, 10e9, 0.3e9]) {
      const frame = await frames.frame({ timeNs, check: true });
      const state = await reader.stateAt(timeNs);
      expect(frame.stateDigest).toBe(state.digest());
      for (const [table, rows] of Object.entries(frame.tables)) {
        const truth = state.table(table);
        expect(rows.count).toBe(truth.count);
        expect([...rows.alive]).toEqual([...truth.alive.subarray(0, rows.count)]);
        for (const [name, values] of Object.entries(rows.columns)) {
          expect([...values]).toEqual([...truth.column(name).subarray(0, rows.count)]);
        }
      }
    }
  });

  it('are copies: the next seek does not change them', async () => {
    const frame = await frames.frame({ timeNs: 1e9 });
    const before = structuredClone(frame.tables);
    await frames.frame({ timeNs: 9e9 });
    expect(frame.tables).toEqual(before);
  });

  it('give their buffers away once each', async () => {
    const frame = await frames.frame({ timeNs: 6e9, row: { table: 'pods', row: 3 } });
    const buffers = buffersOf(frame);
    expect(new Set(buffers).size).toBe(buffers.length);
    expect(buffers.length).toBeGreaterThan(10);
    structuredClone(frame, { transfer: buffers });
    expect(frame.tables['pods'].alive.length).toBe(0);
  });

  it('stay inside the run', async () => {
    expect((await frames.frame({ timeNs: -5 })).timeNs).toBe(0);
    expect((await frames.frame({ timeNs: 99e9 })).timeNs).toBe(reader.endNs);
  });

  it('describe the selected row in words', async () => {
    const { row } = await frames.frame({ timeNs: 9e9, row: { table: 'pods', row: 3 } });
    expect(row?.name).toBe('svc-0-3');
    expect(row?.fields.find((field) => field.column === 'node')?.words).toMatch(/^openb-node-/);
    expect((await frames.frame({ timeNs: 0, row: { table: 'flows', row: 150 } })).row?.born).toBe(false);
    expect((await frames.frame({ timeNs: 0, row: { table: 'nonsense', row: 0 } })).row).toBeNull();
  });

  it('refuse to be changed', async () => {
    await expect(frames.tune()).rejects.toThrow(/recording cannot be changed/);
  });

  it('know what is inside a row', async () => {
    const frame = await frames.frame({ timeNs: 9e9 });
    const inside = insideOf(reader.catalog, frame, { table: 'racks', row: 1 });
    expect(inside.find((part) => part.table.name === 'nodes')?.rows).toEqual([4, 5, 6, 7]);
  });
});

describe('the index of marks', () => {
  it('finds marks by time, by row and by cause', async () => {
    const marks = new MarkIndex(reader.catalog);
    const batch = await frames.marks(0);
    // In two batches, as a live run sends them.
    const part = <T extends Float64Array | Int32Array | Uint16Array>(list: T, from: number, to: number) =>
      list.slice(from, to) as T;
    const slice = (from: number, to: number) => ({
      index: part(batch.index, from, to),
      timeNs: part(batch.timeNs, from, to),
      kind: part(batch.kind, from, to),
      row: part(batch.row, from, to),
      cause: part(batch.cause, from, to),
      payload: part(batch.payload, from * 4, to * 4),
      texts: batch.texts,
    });
    marks.append(slice(0, 30));
    marks.append(slice(30, batch.timeNs.length));
    const truth = await reader.marks();
    expect(marks.count).toBe(truth.length);
    for (const timeNs of [0, 0.5e9, 5e9, 10e9]) {
      expect(marks.countUntil(timeNs)).toBe(truth.filter((mark) => mark.timeNs <= timeNs).length);
    }
    const death = truth.findIndex((mark) => reader.catalog.marks[mark.kind].name === 'node-down');
    const dead = truth[death].row;
    const evicted = truth.findIndex((mark) => reader.catalog.marks[mark.kind].name === 'evicted');
    expect(marks.ofRow('nodes', dead)).toContain(death);
    const chain = marks.chain(evicted).map((at) => marks.spec(at).name);
    expect(chain[0]).toBe('evicted');
    expect(chain.at(-1)).toBe('node-down');
    expect(markWords(marks, death, (table, row) => `${table} ${row}`)).toBe(`node died: nodes ${dead}`);
  });
});

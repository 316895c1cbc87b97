import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../../../sim/trace/crc32.ts';
import { openTrace, type TraceReader, type TraceState } from '../../../sim/trace/reader.ts';
import { type Call, calls, catalogs, EVERY_TYPE, HEADER, type Model, play, record, recording } from './recordings.ts';

/** A text as UTF-8 keeps it: halves of pairs become the replacement character. */
function asUtf8(text: string): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(text));
}

function expectState(state: TraceState, reader: TraceReader, model: Model): void {
  for (const spec of reader.catalog.tables) {
    const rows = model.rowsOf(spec.name);
    const table = state.table(spec.name);
    expect(table.count).toBe(rows.length);
    expect(Array.from(table.alive)).toEqual(rows.map((row) => (row.isAlive ? 1 : 0)));
    expect(Array.from(table.parent)).toEqual(rows.map((row) => row.parent));
    expect(rows.map((row) => table.name(row.row))).toEqual(rows.map((row) => asUtf8(row.name)));
    for (const column of spec.columns) {
      expect(Array.from(table.column(column.name))).toEqual(rows.map((row) => row.values.get(column.name)));
    }
  }
  expect(model.texts.map((_, id) => reader.text(id))).toEqual(model.texts.map(asUtf8));
}

/** Records with flushes after every `flushEvery` calls, and keeps the model at each instant. */
async function recorded(of: Parameters<typeof play>[2], list: readonly Call[], flushEvery: number) {
  const { recorder, clock, file } = recording({ catalog: of, level: 'packets' });
  const moments: { timeNs: number; model: Model }[] = [];
  let seen = 0;
  const model = play(recorder, clock, of, list, (timeNs, now) => {
    moments.push({ timeNs, model: now.copy() });
    if (++seen % flushEvery === 0) recorder.flush();
  });
  const summary = recorder.finish();
  return { reader: await openTrace(file), file, moments, model, summary, endNs: clock.nowNs };
}

describe('round trip', () => {
  it('gives back every state of random runs over random catalogs', async () => {
    const property = fc.asyncProperty(catalogs, calls, fc.integer({ min: 1, max: 9 }), async (of, list, flushEvery) => {
      const { reader, moments, model, summary, endNs } = await recorded(of, list, flushEvery);
      expect(reader.header).toEqual(HEADER);
      expect(reader.catalog).toEqual(of);
      expect([reader.endNs, reader.digest, reader.recovered]).toEqual([endNs, summary.digest, false]);
      expect(reader.records).toBe(summary.written);
      const cursor = reader.cursor();
      for (const [i, moment] of moments.entries()) {
        const state = await reader.stateAt(moment.timeNs);
        // Texts are those of the whole run.
        moment.model.texts.splice(0, Number.POSITIVE_INFINITY, ...model.texts);
        expectState(state, reader, moment.model);
        const jumped = await cursor.seek(moments[(i * 7) % moments.length].timeNs);
        expect(jumped.digest()).toBe((await reader.stateAt(jumped.timeNs)).digest());
      }
    });
    await fc.assert(property, { seed: 1, numRuns: 150 });
  });

  it('shows the state just before, at and after each instant', async () => {
    const { recorder, clock, file } = recording();
    const u8 = recorder.column(0, 'u8');
    recorder.born(0, 0, 'only');
    for (let i = 1; i <= 5; i++) {
      clock.nowNs = 10 * i;
      recorder.set(u8, 0, i);
      recorder.flush();
    }
    recorder.finish();
    const reader = await openTrace(file);
    const at = async (timeNs: number) => (await reader.stateAt(timeNs)).table('table-0').column('u8')[0];
    expect(await Promise.all([9, 10, 11, 19, 20, 50, 1e6].map(at))).toEqual([0, 1, 1, 1, 2, 5, 5]);
    expect((await reader.stateAt(-1)).table('table-0').count).toBe(0);
  });

  it('writes the same bytes for the same calls', () => {
    const property = fc.property(catalogs, calls, (of, list) => {
      expect(record(of, list).file.bytes()).toEqual(record(of, list).file.bytes());
    });
    fc.assert(property, { seed: 2, numRuns: 40 });
  });

  it('writes the bytes that it has always written', () => {
    const { recorder, clock, file } = recording();
    for (let row = 0; row < 50; row++) recorder.born(0, row, `row-${row}`, row - 1);
    for (let i = 0; i < 500; i++) {
      clock.nowNs += i * i * 1000;
      recorder.set(recorder.column(0, 'f64'), i % 50, i % 7 === 0 ? Number.NaN : -i / 8);
      recorder.set(recorder.column(0, 'f32'), (i * 3) % 50, i / 10);
      recorder.set(recorder.column(0, 'text'), (i * 7) % 50, recorder.text(`text ${i % 9}`));
      if (i % 40 === 0) recorder.mark(1, i % 50, i, 1 / 3);
      if (i % 100 === 99) recorder.flush();
    }
    const { digest, bytes } = recorder.finish();
    // A change here is a change of the format or of every digest: raise the version, or mend the code.
    expect([digest, bytes, crc32(file.bytes())]).toEqual(['5aa50ca868946a4480f1395513bc0f4e', 21_939, 230_173_476]);
  });

  it('keeps the marks with their causes and payloads', async () => {
    const { recorder, clock, file } = recording();
    recorder.born(0, 0, 'only');
    const first = recorder.mark(recorder.markKind('seen'), 0);
    clock.nowNs = 5e9;
    const second = recorder.mark(recorder.markKind('told'), -1, 1, -0.5, Number.NaN, 1e300);
    expect([first, second, clock.cause]).toEqual([0, 1, 1]);
    clock.cause = first;
    clock.nowNs = (200 * 86_400e9) / 2;
    recorder.flush();
    recorder.mark(recorder.markKind('seen'), 0);
    recorder.finish();
    expect(await (await openTrace(file)).marks()).toEqual([
      { index: 0, timeNs: 0, kind: 0, row: 0, cause: -1, payload: [] },
      { index: 1, timeNs: 5e9, kind: 1, row: -1, cause: 0, payload: [1, -0.5, Number.NaN, 1e300] },
      { index: 2, timeNs: 8_640_000e9, kind: 0, row: 0, cause: 0, payload: [] },
    ]);
  });

  it('lists the changes of one row', async () => {
    const { recorder, clock, file } = recording();
    recorder.born(0, 0, 'a');
    recorder.born(0, 1, 'b');
    const f64 = recorder.column(0, 'f64');
    recorder.set(f64, 0, 1.5);
    recorder.set(f64, 1, 7);
    clock.nowNs = 3;
    recorder.set(recorder.column(0, 'ref'), 0, 1);
    recorder.finish();
    const changes = await (await openTrace(file)).changes('table-0', 0);
    expect(changes).toEqual([
      { timeNs: 0, column: 'f64', value: 1.5 },
      { timeNs: 3, column: 'ref', value: 1 },
    ]);
  });

  it('counts records over time in a file of many chunks, with and without its histogram', async () => {
    const { recorder, clock, file } = recording();
    recorder.born(0, 0, 'only');
    for (let i = 1; i <= 4000; i++) {
      clock.nowNs = 1000 * i;
      recorder.set(0, 0, i % 256);
      if (i % 100 === 0) recorder.flush();
    }
    const open = await openTrace(file);
    recorder.finish();
    for (const reader of [open, await openTrace(file)]) {
      const density = await reader.density(100, 0, reader.endNs);
      expect(density.reduce((sum, count) => sum + count, 0)).toBe(4001);
      expect(Math.min(...density)).toBeGreaterThan(36);
      expect(Math.max(...density)).toBeLessThan(44);
      const half = await reader.density(80, 1_000_000, 3_000_000);
      expect(Math.abs(half.reduce((sum, count) => sum + count, 0) - 2001)).toBeLessThan(5);
    }
  });

  it('stands a run of 100 days with one record a day', async () => {
    const { recorder, clock, file } = recording();
    recorder.born(0, 0, 'only');
    for (let day = 1; day <= 100; day++) {
      clock.nowNs = day * 86_400e9 + 1;
      recorder.set(recorder.column(0, 'u32'), 0, day);
    }
    recorder.finish();
    const reader = await openTrace(file);
    expect(reader.endNs).toBe(8_640_000_000_000_001);
    expect((await reader.stateAt(50 * 86_400e9)).table('table-0').column('u32')[0]).toBe(49);
    const density = await reader.density(10, 0, reader.endNs);
    expect(density.reduce((sum, count) => sum + count, 0)).toBe(101);
    expect(Array.from(density.subarray(1))).toEqual([10, 10, 10, 10, 10, 10, 10, 10, 11]);
  });

  it('stands no records and one record', async () => {
    const empty = recording();
    const { digest } = empty.recorder.finish();
    const reader = await openTrace(empty.file);
    expect([reader.records, reader.endNs, reader.digest, reader.recovered]).toEqual([0, 0, digest, false]);
    expect((await reader.stateAt(5)).table('table-0').count).toBe(0);
    expect([await reader.marks(), Array.from(await reader.density(2, 0, 0))]).toEqual([[], [0, 0]]);
    const one = recording();
    one.recorder.born(0, 0, 'only');
    one.recorder.finish();
    const second = await openTrace(one.file);
    expect(second.records).toBe(1);
    expect((await second.cursor().seek(0)).table('table-0').name(0)).toBe('only');
    expect(Array.from(await second.density(2, 0, 0))).toEqual([1, 0]);
  });

  it('refuses calls that contradict what was recorded', () => {
    const { recorder, clock } = recording();
    recorder.born(0, 0, 'only');
    const u8 = recorder.column(0, 'u8');
    expect(() => recorder.set(u8, 1, 0)).toThrow(/row 1 does not live/);
    expect(() => recorder.set(99, 0, 0)).toThrow(/row 0 does not live/);
    expect(() => recorder.set(u8, 0, 256)).toThrow(/256 does not fit the type u8/);
    expect(() => recorder.set(u8, 0, Number.NaN)).toThrow(/does not fit/);
    expect(() => recorder.set(u8, 0, 0.5)).toThrow(/does not fit/);
    expect(() => recorder.set(recorder.column(0, 'enum'), 0, 3)).toThrow(/does not fit/);
    expect(() => recorder.set(recorder.column(0, 'text'), 0, 1)).toThrow(/does not fit/);
    expect(() => recorder.born(0, 2, 'late')).toThrow(/row 2 born after 1 rows/);
    expect(() => recorder.mark(0, 1)).toThrow(/never born/);
    clock.cause = 4;
    expect(() => recorder.mark(0, 0)).toThrow(/cannot have the cause 4/);
    recorder.died(0, 0);
    expect(() => recorder.died(0, 0)).toThrow(/does not live/);
    clock.nowNs = 5;
    expect(() => recorder.set(u8, 0, 1)).toThrow(/does not live/);
    expect(() => recorder.table('no')).toThrow(/no table no/);
    expect(() => recorder.column(0, 'no')).toThrow(/no column no/);
    expect(() => recorder.markKind('no')).toThrow(/no mark no/);
    recorder.flush();
    recorder.born(0, 1, 'next');
    clock.nowNs = 4;
    expect(() => recorder.born(0, 2, 'x')).toThrow(/the clock went from 5 to 4/);
    clock.nowNs = 5;
    recorder.finish();
    expect(() => recorder.born(0, 2, 'x')).toThrow(/finished/);
    expect(EVERY_TYPE.tables.length).toBe(1);
  });
});

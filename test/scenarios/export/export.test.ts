/** Every format against the records themselves, and what the verb says to bad input. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { invoke } from '../../../scenarios/command/invocation.ts';
import { VERBS } from '../../../scenarios/command/verbs.ts';
import { MemorySource } from '../../../sim/trace/memory-source.ts';
import { openTrace, type TraceReader } from '../../../sim/trace/reader.ts';
import { recordStream, type TraceRecord } from '../../../sim/trace/record-stream.ts';
import { ROOT } from '../../tidy/sources.ts';
import { recordedIo } from '../command/recorded-io.ts';

let folder: string;
let trace: string;
let reader: TraceReader;
let records: TraceRecord[];

async function wavetank(...words: string[]) {
  const io = recordedIo({ cwd: folder });
  return { status: await invoke(words, io, VERBS), ...io.said };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wavetank-export-'));
  trace = join(folder, 'run.wtrace');
  const io = recordedIo({ cwd: ROOT });
  expect(await invoke(['run', 'first-steps', '--trace', trace], io, VERBS), io.said.err).toBe(0);
  reader = await openTrace(MemorySource.of(readFileSync(trace)));
  records = [];
  for await (const batch of recordStream(reader, () => expect.unreachable())) records.push(...batch);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Instants at which each row was born, changed or ended: what the tables must have as lines. */
function linesOf(table: number): number {
  const seen = new Set<string>();
  let deaths = 0;
  for (const record of records) {
    if (record.what === 'mark' || record.table !== table) continue;
    if (record.what === 'died') deaths++;
    else seen.add(`${record.row} ${record.timeNs}`);
  }
  return seen.size + deaths;
}

interface TraceEvent {
  readonly ph: string;
  readonly name?: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly id?: number;
  readonly args?: Record<string, unknown>;
}

const NEEDED: Readonly<Record<string, readonly string[]>> = {
  M: ['name', 'pid', 'tid', 'args'],
  B: ['name', 'cat', 'pid', 'tid', 'ts'],
  E: ['pid', 'tid', 'ts'],
  i: ['name', 'cat', 'pid', 'tid', 'ts', 's'],
  C: ['name', 'pid', 'ts', 'args'],
  s: ['name', 'cat', 'id', 'pid', 'tid', 'ts'],
  f: ['name', 'cat', 'id', 'pid', 'tid', 'ts', 'bp'],
};

/** Everything that is wrong with a list of trace events. */
function faultsOf(events: readonly TraceEvent[]): string[] {
  const faults: string[] = [];
  const depth = new Map<string, number>();
  const last = new Map<string, number>();
  const arrows = new Map<number, number>();
  for (const event of events) {
    const thread = `${event.pid}/${event.tid}`;
    for (const field of NEEDED[event.ph] ?? ['a known phase'])
      if (!(field in event)) faults.push(`${event.ph} lacks ${field}`);
    if (event.ts !== undefined && event.ts < (last.get(thread) ?? 0))
      faults.push(`${thread} runs backwards at ${event.ts}`);
    if (event.ts !== undefined) last.set(thread, event.ts);
    if (event.ph === 'B') depth.set(thread, (depth.get(thread) ?? 0) + 1);
    if (event.ph === 'E') depth.set(thread, (depth.get(thread) ?? 0) - 1);
    if ((depth.get(thread) ?? 0) < 0) faults.push(`${thread} ends what did not begin`);
    if (event.ph === 's') arrows.set(event.id!, 1);
    if (event.ph === 'f' && !arrows.delete(event.id!)) faults.push(`arrow ${event.id} ends without a start`);
  }
  for (const [thread, open] of depth) if (open !== 0) faults.push(`${thread} has ${open} open slices`);
  if (arrows.size > 0) faults.push(`${arrows.size} arrows without an end`);
  return faults;
}

describe('chrome', () => {
  it('is one JSON document with whole, balanced and ordered events', async () => {
    const { out, status } = await wavetank('export', trace, '--format', 'chrome');
    expect(status).toBe(0);
    const { traceEvents } = JSON.parse(out) as { traceEvents: TraceEvent[] };
    expect(faultsOf(traceEvents)).toEqual([]);
    const count = (ph: string): number => traceEvents.filter((event) => event.ph === ph).length;
    const marks = records.filter((record) => record.what === 'mark');
    expect(count('i')).toBe(marks.length);
    expect(count('s')).toBe(marks.filter((mark) => mark.what === 'mark' && mark.cause >= 0).length);
    expect(count('C')).toBeGreaterThan(0);
    const births = records.filter((record) => record.what === 'born').length;
    expect(traceEvents.filter((event) => event.name === 'thread_name').length).toBe(births);
  });

  it('finds faults when there are some', () => {
    expect(faultsOf([{ ph: 'E', pid: 1, tid: 1, ts: 1 }])).not.toEqual([]);
    expect(faultsOf([{ ph: 'B', name: 'a', pid: 1, tid: 1, ts: 1 }])).not.toEqual([]);
    expect(faultsOf([{ ph: 'x', pid: 1, tid: 1, ts: 1 }])).not.toEqual([]);
  });
});

describe('ndjson', () => {
  it('has one document a line, the header first and then every record', async () => {
    const { out } = await wavetank('export', trace, '--format', 'ndjson', '--out', '-');
    const lines = out.trimEnd().split('\n');
    const documents = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(documents[0]).toMatchObject({ what: 'recording', scenario: reader.header.scenario, digest: reader.digest });
    expect(documents.length).toBe(1 + records.length);
    documents.slice(1).forEach((document, i) => {
      expect([document['what'], document['timeNs'], document['row']]).toEqual([
        records[i].what,
        records[i].timeNs,
        records[i].row,
      ]);
    });
  });
});

describe('csv', () => {
  it('writes a file for each table, with a line for each row and instant', async () => {
    const out = join(folder, 'csv');
    const { status, out: said } = await wavetank('export', trace, '--format', 'csv', '--out', out, '--json');
    expect(status).toBe(0);
    const { files } = JSON.parse(said) as { files: { name: string; path: string; lines: number }[] };
    expect(readdirSync(out).length).toBe(reader.catalog.tables.length + 1);
    for (const [table, { name }] of reader.catalog.tables.entries()) {
      const text = readFileSync(join(out, `${name}.csv`), 'utf8');
      expect(text.trimEnd().split('\n').length - 1, name).toBe(linesOf(table));
      expect(files.find((file) => file.name === name)?.lines).toBe(linesOf(table));
    }
  });

  it('writes one table to a pipe, whose last lines are the last state', async () => {
    const { out } = await wavetank('export', trace, '--format', 'csv', '--table', 'pods');
    const [head, ...lines] = out
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    const state = await reader.stateAt(reader.endNs);
    const pods = state.table('pods');
    const last = new Map(lines.map((line) => [Number(line[head.indexOf('row')]), line]));
    expect(last.size).toBe(pods.count);
    const { values } = pods.spec.columns.find(({ name }) => name === 'phase')!;
    for (const [row, line] of last) {
      expect(line[head.indexOf('name')]).toBe(pods.name(row));
      expect(line[head.indexOf('cpuMilli')]).toBe(String(pods.column('cpuMilli')[row]));
      expect(line[head.indexOf('phase')]).toBe(values![pods.column('phase')[row]].name);
    }
  });
});

describe('parquet', () => {
  it('is read back by hyparquet as the lines of the tables', async () => {
    const out = join(folder, 'parquet');
    const { status, err } = await wavetank('export', trace, '--format', 'parquet', '--out', out);
    expect(status, err).toBe(0);
    const state = await reader.stateAt(reader.endNs);
    for (const [table, { name, columns }] of reader.catalog.tables.entries()) {
      const bytes = readFileSync(join(out, `${name}.parquet`));
      const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
      const rows = (await parquetReadObjects({ file })) as Record<string, unknown>[];
      expect(rows.length, name).toBe(linesOf(table));
      const last = new Map(rows.map((row) => [row['row'] as number, row]));
      const numbers = columns.filter(({ type }) => type === 'f64' || type === 'f32' || type === 'u8');
      for (const [row, cells] of last) {
        expect(typeof cells['timeNs']).toBe('bigint');
        if (cells['event'] === 'died') continue;
        for (const column of numbers) expect(cells[column.name]).toBe(state.table(name).column(column.name)[row]);
      }
    }
  });
});

describe('bad input', () => {
  it.each([
    [['export', 'run.wtrace'], /--format is missing.*chrome, csv, ndjson, parquet/],
    [['export', 'run.wtrace', '--format', 'parket'], /no format "parket".*chrome, csv, ndjson, parquet.*parquet\?/],
    [['export', 'run.wtrace', '--format', 'csv'], /--out.*--table/],
    [['export', 'run.wtrace', '--format', 'parquet', '--table', 'pods'], /standard output.*--out/],
    [['export', 'run.wtrace', '--format', 'csv', '--table', 'cats'], /no table "cats".*nodes.*marks/],
    [['export', 'run.wtrace', '--format', 'ndjson', '--json'], /--json needs --out/],
    [['export', 'none.wtrace', '--format', 'ndjson'], /none\.wtrace cannot be read: it does not exist/],
    [['export', 'run.wtrace', '--format', 'csv', '--out', 'run.wtrace'], /run\.wtrace/],
    [['export', 'run.wtrace', '--format', 'chrome', '--out', '.'], /is a folder/],
  ])('%j is refused with what to do', async (words, message) => {
    const { status, err } = await wavetank(...words);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/Internal/);
    expect(status).toBe(2);
  });

  it('a cut recording is exported as far as it is whole, and this is said', async () => {
    const bytes = readFileSync(trace);
    const cut = join(folder, 'cut.wtrace');
    writeFileSync(cut, bytes.subarray(0, Math.floor(bytes.length * 0.97)));
    const { status, out, err } = await wavetank('export', cut, '--format', 'chrome');
    expect(status).toBe(0);
    expect(err).toMatch(/cut short/);
    expect(faultsOf((JSON.parse(out) as { traceEvents: TraceEvent[] }).traceEvents)).toEqual([]);
  });

  it('a damaged chunk is left out, and this is said', async () => {
    const bytes = new Uint8Array(readFileSync(trace));
    const chunk = reader.chunks[0];
    bytes[chunk.offset + chunk.length - 5] ^= 255;
    writeFileSync(join(folder, 'damaged.wtrace'), bytes);
    for (const format of ['chrome', 'ndjson']) {
      const { status, out, err } = await wavetank('export', 'damaged.wtrace', '--format', format);
      expect(status).toBe(0);
      expect(err).toMatch(/left out: .*checksum/);
      if (format === 'chrome')
        expect(faultsOf((JSON.parse(out) as { traceEvents: TraceEvent[] }).traceEvents)).toEqual([]);
    }
  });
});

/**
 * Exported Parquet, read by DuckDB: an independent reader must count what our reader counts.
 *
 * DuckDB is no package of this project: DUCKDB_FOLDER names a folder into which it was installed
 * (`npm install --prefix FOLDER @duckdb/node-api`). With REQUIRE_DUCKDB=1 (continuous integration) a missing one is a
 * failure.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { invoke } from '../../../scenarios/command/invocation.ts';
import { VERBS } from '../../../scenarios/command/verbs.ts';
import { openFileSource } from '../../../sim/node/file-source.ts';
import { openTrace, type TraceReader } from '../../../sim/trace/reader.ts';
import { ROOT } from '../../tidy/sources.ts';
import { recordedIo } from '../command/recorded-io.ts';

/** The part of DuckDB's interface that is used here. */
interface Duck {
  readonly DuckDBInstance: {
    create(path: string): Promise<{ connect(): Promise<{ runAndReadAll(sql: string): Promise<Rows> }> }>;
  };
}

interface Rows {
  getRowObjects(): Record<string, unknown>[];
}

function duckdb(): Duck | undefined {
  const place = process.env['DUCKDB_FOLDER'];
  const isRequired = process.env['REQUIRE_DUCKDB'] === '1';
  if (place === undefined || place === '') {
    if (isRequired)
      throw new Error('REQUIRE_DUCKDB=1, but DUCKDB_FOLDER does not name a folder with @duckdb/node-api.');
    process.stderr.write('Parquet is not read by DuckDB here: DUCKDB_FOLDER names no folder with @duckdb/node-api.\n');
    return undefined;
  }
  return createRequire(join(place, 'package.json'))('@duckdb/node-api') as Duck;
}

const duck = duckdb();

describe.skipIf(duck === undefined)('DuckDB', () => {
  let folder: string;
  let reader: TraceReader;
  let query: (sql: string) => Promise<Record<string, unknown>[]>;
  const closers: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wavetank-duckdb-'));
    const io = recordedIo({ cwd: ROOT });
    const trace = join(folder, 'run.wtrace');
    expect(await invoke(['run', 'first-steps', '--trace', trace], io, VERBS), io.said.err).toBe(0);
    expect(await invoke(['export', trace, '--format', 'parquet', '--out', folder], io, VERBS), io.said.err).toBe(0);
    const source = await openFileSource(trace);
    closers.push(() => source.close());
    reader = await openTrace(source);
    const connection = await (await duck!.DuckDBInstance.create(':memory:')).connect();
    query = async (sql) => (await connection.runAndReadAll(sql)).getRowObjects();
  });

  afterAll(async () => {
    for (const close of closers) await close();
    rmSync(folder, { recursive: true, force: true });
  });

  const file = (name: string): string => `'${join(folder, `${name}.parquet`)}'`;

  it('counts marks by kind as the reader does', async () => {
    const rows = await query(`SELECT mark, count(*) AS n, max("timeNs") AS last FROM ${file('marks')} GROUP BY mark`);
    const marks = await reader.marks();
    const expected = new Map<string, { n: number; last: number }>();
    for (const mark of marks) {
      const { name } = reader.catalog.marks[mark.kind];
      expected.set(name, { n: (expected.get(name)?.n ?? 0) + 1, last: mark.timeNs });
    }
    expect(marks.length).toBeGreaterThan(0);
    expect(new Map(rows.map((row) => [row['mark'], { n: Number(row['n']), last: Number(row['last']) }]))).toEqual(
      expected,
    );
  });

  it('finds the last state of the pods as the reader does', async () => {
    const rows = await query(
      `SELECT phase, count(*) AS n, sum("cpuMilli") AS cpu FROM (
         SELECT * FROM ${file('pods')} QUALIFY row_number() OVER (PARTITION BY "row" ORDER BY "timeNs" DESC) = 1
       ) GROUP BY phase`,
    );
    const pods = (await reader.stateAt(reader.endNs)).table('pods');
    const names = pods.spec.columns.find(({ name }) => name === 'phase')!.values!;
    const expected = new Map<string, { n: number; cpu: number }>();
    for (let row = 0; row < pods.count; row++) {
      const { name } = names[pods.column('phase')[row]];
      const { n, cpu } = expected.get(name) ?? { n: 0, cpu: 0 };
      expected.set(name, { n: n + 1, cpu: cpu + pods.column('cpuMilli')[row] });
    }
    expect(new Map(rows.map((row) => [row['phase'], { n: Number(row['n']), cpu: row['cpu'] }]))).toEqual(expected);
  });

  it('sees the types', async () => {
    const types = await query(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${file('links')})`);
    const typeOf = new Map(types.map((row) => [row['column_name'], row['column_type']]));
    expect(typeOf.get('timeNs')).toBe('BIGINT');
    expect(typeOf.get('load')).toBe('FLOAT');
    expect(typeOf.get('capacityBitsPerSec')).toBe('DOUBLE');
    expect(typeOf.get('kind')).toBe('VARCHAR');
  });
});

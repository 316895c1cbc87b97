/**
 * Recordings for tests: a small catalog of every type of column, random catalogs, and random sequences of calls that can
 * be played to a recorder and to a plain model alike.
 */
import fc from 'fast-check';
import type {
  Catalog,
  ColumnSpec,
  ColumnType,
  MarkSpec,
  RecordingLevel,
  TableSpec,
} from '../../../sim/trace/catalog.ts';
import { MemorySource } from '../../../sim/trace/memory-source.ts';
import { Recorder, type RecorderOptions, type RecordingSummary, traceHeader } from '../../../sim/trace/recorder.ts';

export const COLUMN_TYPES = ['u8', 'u16', 'u32', 'i32', 'f32', 'f64', 'enum', 'ref', 'text'] as const;

export const HEADER = traceHeader({
  wavetank: '0.1.0',
  scenario: 'test',
  title: 'A test',
  seed: '1',
  alternative: 'only',
  parameters: { nodes: 3, policy: 'tight', factor: 0.5 },
});

/** A clock that tests turn by hand. */
export interface HandClock {
  nowNs: number;
  cause: number;
}

export function column(name: string, type: ColumnType, more: Partial<ColumnSpec> = {}): ColumnSpec {
  const values = (['on', 'off', 'lost'] as const).map((value) => ({
    name: value,
    label: value,
    tone: 'good' as const,
  }));
  const base = { name, type, label: name, help: '' };
  if (type === 'enum') return { ...base, values, ...more };
  return type === 'ref' ? { ...base, table: 'table-0', ...more } : { ...base, ...more };
}

export function table(name: string, level: RecordingLevel, columns: readonly ColumnSpec[]): TableSpec {
  return { name, label: name, help: '', level, columns };
}

export function mark(name: string, level: RecordingLevel, payload: number, of = 'table-0'): MarkSpec {
  const fields = Array.from({ length: payload }, (_, i) => ({ name: `p${i}`, label: `p${i}` }));
  return { name, label: name, help: '', table: of, tone: 'info', level, payload: fields };
}

export function catalog(tables: readonly TableSpec[], marks: readonly MarkSpec[] = []): Catalog {
  return { tables, marks, metrics: [], observers: [] };
}

/** One table with a column of each type, named like the type, and two kinds of marks. */
export const EVERY_TYPE = catalog(
  [
    table(
      'table-0',
      'state',
      COLUMN_TYPES.map((type) => column(type, type)),
    ),
  ],
  [mark('seen', 'state', 0), mark('told', 'state', 4)],
);

/** A recorder of `EVERY_TYPE` with a clock and a file in memory. */
export function recording(options: Partial<RecorderOptions> = {}): {
  recorder: Recorder;
  clock: HandClock;
  file: MemorySource;
} {
  const clock: HandClock = { nowNs: 0, cause: -1 };
  const file = new MemorySource();
  return {
    recorder: new Recorder({ catalog: EVERY_TYPE, header: HEADER, clock, sink: file, ...options }),
    clock,
    file,
  };
}

/** A call of a recorder. Numbers are choices; `play` makes them fit what exists. */
export type Call =
  | { readonly call: 'wait'; readonly ns: number }
  | { readonly call: 'text'; readonly text: string }
  | { readonly call: 'born'; readonly table: number; readonly name: string; readonly parent: number }
  | { readonly call: 'set'; readonly column: number; readonly row: number; readonly value: number }
  | { readonly call: 'died'; readonly table: number; readonly row: number }
  | { readonly call: 'mark'; readonly kind: number; readonly row: number; readonly p: readonly number[] };

const AWKWARD = [0, -0, 1, -1, 255, 256, 65_535, 2 ** 31 - 1, -(2 ** 31), 2 ** 32 - 1, 1e300, 5e-324, 0.1, Number.NaN];
const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(...AWKWARD, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);
const choice = fc.nat(1_000_000);
const name = fc.oneof(
  fc.nat(50).map((n) => `pod-${n}`),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const wait = fc.oneof(fc.nat(1000), fc.constantFrom(1e9, 2 ** 32 - 2, 2 ** 32 - 1, 2 ** 32, 86_400e9));

const call: fc.Arbitrary<Call> = fc.oneof(
  { weight: 3, arbitrary: wait.map((ns): Call => ({ call: 'wait', ns })) },
  { weight: 1, arbitrary: name.map((text): Call => ({ call: 'text', text })) },
  {
    weight: 3,
    arbitrary: fc.record({
      call: fc.constant('born' as const),
      table: choice,
      name,
      parent: fc.integer({ min: -1, max: 9 }),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({ call: fc.constant('set' as const), column: choice, row: choice, value: number }),
  },
  { weight: 1, arbitrary: fc.record({ call: fc.constant('died' as const), table: choice, row: choice }) },
  {
    weight: 2,
    arbitrary: fc.record({
      call: fc.constant('mark' as const),
      kind: choice,
      row: choice,
      p: fc.tuple(number, number, number, number),
    }),
  },
);

export const calls = fc.array(call, { maxLength: 120 });

const level = fc.constantFrom<RecordingLevel>('summary', 'state', 'packets');

/** Catalogs of one to four tables. `ref` columns point at the first table. */
export const catalogs: fc.Arbitrary<Catalog> = fc
  .record({
    tables: fc.array(fc.tuple(level, fc.array(fc.constantFrom(...COLUMN_TYPES), { maxLength: 6 })), {
      minLength: 1,
      maxLength: 4,
    }),
    marks: fc.array(fc.tuple(level, fc.nat(4), fc.nat(3)), { maxLength: 3 }),
  })
  .map(({ tables, marks }) =>
    catalog(
      tables.map(([of, types], t) =>
        table(
          `table-${t}`,
          of,
          types.map((type, c) => column(`column-${c}`, type, start(type, c))),
        ),
      ),
      marks.map(([of, payload, t], m) => mark(`mark-${m}`, of, payload, `table-${t % tables.length}`)),
    ),
  );

/** Some columns start at another value than 0. */
function start(type: ColumnType, index: number): Partial<ColumnSpec> {
  return index % 2 === 1 && type !== 'text' ? { initial: 1 } : {};
}

/** What a plain model knows of a row. */
export interface ModelRow {
  readonly table: string;
  readonly row: number;
  readonly name: string;
  readonly parent: number;
  isAlive: boolean;
  readonly values: Map<string, number>;
}

/** A state by the plainest means. */
export class Model {
  readonly rows: ModelRow[] = [];
  readonly texts = [''];

  rowsOf(tableName: string): ModelRow[] {
    return this.rows.filter((row) => row.table === tableName);
  }

  copy(): Model {
    const model = new Model();
    model.texts.push(...this.texts.slice(1));
    for (const row of this.rows) model.rows.push({ ...row, values: new Map(row.values) });
    return model;
  }
}

/** A value that the column takes, near to the one asked for, and what the file keeps of it. */
function nearest(spec: ColumnSpec, wanted: number, texts: number): { given: number; kept: number } {
  const whole = Number.isFinite(wanted) ? Math.trunc(wanted) : 0;
  const modulo = (n: number): number => ((whole % n) + n) % n;
  const both = (value: number): { given: number; kept: number } => ({ given: value, kept: value });
  switch (spec.type) {
    case 'u8':
      return both(modulo(256));
    case 'u16':
      return both(modulo(65_536));
    case 'u32':
      return both(modulo(2 ** 32));
    case 'i32':
      return both(whole | 0);
    case 'enum':
      return both(modulo(spec.values!.length));
    case 'ref':
      return both(modulo(20) - 1);
    case 'text':
      return both(modulo(texts));
    case 'f32':
      return { given: wanted, kept: Math.fround(wanted) + 0 };
    case 'f64':
      return { given: wanted, kept: wanted + 0 };
  }
}

/** Plays calls to a recorder and to a model; `seen` gets the model after all calls of each instant. */
export function play(
  recorder: Recorder,
  clock: HandClock,
  of: Catalog,
  list: readonly Call[],
  seen?: (timeNs: number, model: Model) => void,
): Model {
  const model = new Model();
  for (const each of list) {
    if (each.call === 'wait' && each.ns > 0) seen?.(clock.nowNs, model);
    playOne(recorder, clock, of, each, model);
  }
  seen?.(clock.nowNs, model);
  return model;
}

function playOne(recorder: Recorder, clock: HandClock, of: Catalog, each: Call, model: Model): void {
  if (each.call === 'wait') clock.nowNs += each.ns;
  else if (each.call === 'text') playText(recorder, each.text, model);
  else if (each.call === 'born') playBorn(recorder, of, each, model);
  else if (each.call === 'set') playSet(recorder, of, each, model);
  else if (each.call === 'died') playDied(recorder, of, each, model);
  else playMark(recorder, of, each, model);
}

function playText(recorder: Recorder, text: string, model: Model): void {
  const id = recorder.text(text);
  if (id === model.texts.length) model.texts.push(text);
}

function playBorn(recorder: Recorder, of: Catalog, each: Call & { call: 'born' }, model: Model): void {
  const id = each.table % of.tables.length;
  const spec = of.tables[id];
  const row = model.rowsOf(spec.name).length;
  recorder.born(id, row, each.name, each.parent);
  const values = new Map(spec.columns.map((c) => [c.name, c.initial ?? (c.type === 'ref' ? -1 : 0)]));
  model.rows.push({ table: spec.name, row, name: each.name, parent: each.parent, isAlive: true, values });
}

function pickLive(model: Model, tableName: string, chosen: number): ModelRow | undefined {
  const live = model.rowsOf(tableName).filter((row) => row.isAlive);
  return live[chosen % live.length];
}

function playSet(recorder: Recorder, of: Catalog, each: Call & { call: 'set' }, model: Model): void {
  const all = of.tables.flatMap((spec, id) => spec.columns.map((c) => ({ spec, id, c })));
  if (all.length === 0) return;
  const { spec, id, c } = all[each.column % all.length];
  const row = pickLive(model, spec.name, each.row);
  if (row === undefined) return;
  const { given, kept } = nearest(c, each.value, model.texts.length);
  recorder.set(recorder.column(id, c.name), row.row, given);
  row.values.set(c.name, kept);
}

function playDied(recorder: Recorder, of: Catalog, each: Call & { call: 'died' }, model: Model): void {
  const id = each.table % of.tables.length;
  const row = pickLive(model, of.tables[id].name, each.row);
  if (row === undefined) return;
  recorder.died(id, row.row);
  row.isAlive = false;
  for (const c of of.tables[id].columns) row.values.set(c.name, c.initial ?? (c.type === 'ref' ? -1 : 0));
}

function playMark(recorder: Recorder, of: Catalog, each: Call & { call: 'mark' }, model: Model): void {
  if (of.marks.length === 0) return;
  const kind = each.kind % of.marks.length;
  const rows = model.rowsOf(of.marks[kind].table).length;
  recorder.mark(kind, (each.row % (rows + 1)) - 1, ...(each.p as [number, number, number, number]));
}

/** Records calls into a file in memory. */
export function record(
  of: Catalog,
  list: readonly Call[],
  options: Partial<RecorderOptions> = {},
): { file: MemorySource; summary: RecordingSummary; clock: HandClock } {
  const { recorder, clock, file } = recording({ catalog: of, ...options });
  play(recorder, clock, of, list);
  return { file, summary: recorder.finish(), clock };
}

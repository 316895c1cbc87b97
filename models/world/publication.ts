/**
 * The handles through which models publish: every table, column and mark of the catalog, resolved to small integers once.
 */
import { assert } from '../../sim/engine/assert.ts';
import type { Recorder } from '../../sim/trace/recorder.ts';
import { CLOUD_CATALOG } from './catalog.ts';

/** Table, column (`table.column`) and mark names to the recorder's integers. */
export class Publication {
  readonly recorder: Recorder;
  readonly #tables = new Map<string, number>();
  readonly #columns = new Map<string, number>();
  readonly #marks = new Map<string, number>();

  constructor(recorder: Recorder) {
    this.recorder = recorder;
    for (const table of CLOUD_CATALOG.tables) {
      const id = recorder.table(table.name);
      this.#tables.set(table.name, id);
      for (const column of table.columns)
        this.#columns.set(`${table.name}.${column.name}`, recorder.column(id, column.name));
    }
    for (const mark of CLOUD_CATALOG.marks) this.#marks.set(mark.name, recorder.markKind(mark.name));
  }

  /** The id of a table; asserts that the catalog has it. */
  table(name: string): number {
    return known(this.#tables, name, 'table');
  }

  /** The id of a column, named `table.column`. */
  column(name: string): number {
    return known(this.#columns, name, 'column');
  }

  /** The id of a kind of mark. */
  mark(name: string): number {
    return known(this.#marks, name, 'mark');
  }
}

function known(ids: ReadonlyMap<string, number>, name: string, what: string): number {
  const id = ids.get(name);
  assert(id !== undefined, () => `the catalog has no ${what} ${name}`);
  return id;
}

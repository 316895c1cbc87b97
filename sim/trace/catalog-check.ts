/**
 * Whether a catalog makes sense: for a model's own catalog (an assertion) and for one out of a file (a problem).
 */
import { assert } from '../engine/assert.ts';
import type { Catalog, ColumnSpec, MarkSpec, TableSpec } from './catalog.ts';
import { columnRange, isColumnType } from './column-type.ts';
import { ENUM_VALUES_MAX, KINDS_MAX, MARKS_MAX, PAYLOAD_MAX, TABLES_MAX } from './format.ts';
import { pictureFault } from './picture-check.ts';

const LEVELS: readonly unknown[] = ['summary', 'state', 'packets'];

/** Asserts that a catalog is sane: unique names, references that exist, and numbers within the limits of the format. */
export function validateCatalog(catalog: Catalog): void {
  const fault = catalogFault(catalog);
  assert(fault === undefined, `catalog: ${fault}`);
}

/** The first fault of anything that claims to be a catalog, in words; nothing when it may be used as one. */
export function catalogFault(value: unknown): string | undefined {
  if (!isRecord(value)) return 'it is not a map';
  const { tables, marks } = value;
  if (!isNamedList(tables)) return 'tables is not a list of things with names';
  if (!isNamedList(marks)) return 'marks is not a list of things with names';
  if (!isRecordList(value['metrics']) || !Array.isArray(value['observers'])) return 'metrics or observers is missing';
  return (
    tablesFault(tables) ??
    marksFault(marks, tables) ??
    pictureFault(value['map'], value['lists'], tables as unknown as readonly TableSpec[])
  );
}

function tablesFault(tables: readonly Named[]): string | undefined {
  if (tables.length > TABLES_MAX) return `${tables.length} tables are more than ${TABLES_MAX}`;
  const twice = duplicate(tables);
  if (twice !== undefined) return `two tables are called ${twice}`;
  let kinds = 2 * tables.length;
  for (const table of tables) {
    const fault = tableFault(table, tables);
    if (fault !== undefined) return `table ${table.name}: ${fault}`;
    kinds += (table as unknown as TableSpec).columns.length;
  }
  return kinds > KINDS_MAX ? `${kinds} kinds of records are more than ${KINDS_MAX}` : undefined;
}

function tableFault(table: Named, tables: readonly Named[]): string | undefined {
  const { columns, level, parent } = table;
  if (!LEVELS.includes(level)) return `its level ${String(level)} is none of summary, state, packets`;
  if (parent !== undefined && !hasName(tables, parent)) return `its parent table ${String(parent)} does not exist`;
  if (!isNamedList(columns)) return 'columns is not a list of things with names';
  const twice = duplicate(columns);
  if (twice !== undefined) return `two columns are called ${twice}`;
  for (const column of columns) {
    const fault = columnFault(column, tables);
    if (fault !== undefined) return `column ${column.name}: ${fault}`;
  }
  return undefined;
}

function columnFault(column: Named, tables: readonly Named[]): string | undefined {
  const { type, table, values, initial } = column;
  if (!isColumnType(type)) return `there is no type ${String(type)}`;
  if (table !== undefined && !hasName(tables, table))
    return `it refers to the table ${String(table)}, which does not exist`;
  if (type === 'ref' && table === undefined) return 'a ref needs a table';
  if (type === 'enum' && !isEnumList(values))
    return `an enum needs 1 to ${ENUM_VALUES_MAX} values with different names`;
  if (initial === undefined) return undefined;
  if (typeof initial !== 'number') return 'its initial value is not a number';
  const range = columnRange(column as unknown as ColumnSpec);
  const whole = !range.whole || Number.isInteger(initial);
  const inside = Number.isNaN(initial) || (initial >= range.min && initial <= range.max);
  if (!whole || !inside) return `its initial value ${initial} does not fit the type ${type}`;
  return type === 'text' && initial !== 0 ? 'a text can only start as 0, the empty text' : undefined;
}

function isEnumList(values: unknown): boolean {
  return (
    isNamedList(values) && values.length > 0 && values.length <= ENUM_VALUES_MAX && duplicate(values) === undefined
  );
}

function marksFault(marks: readonly Named[], tables: readonly Named[]): string | undefined {
  if (marks.length > MARKS_MAX) return `${marks.length} kinds of marks are more than ${MARKS_MAX}`;
  const twice = duplicate(marks);
  if (twice !== undefined) return `two marks are called ${twice}`;
  for (const mark of marks) {
    const fault = markFault(mark, tables);
    if (fault !== undefined) return `mark ${mark.name}: ${fault}`;
  }
  return undefined;
}

function markFault(mark: Named, tables: readonly Named[]): string | undefined {
  const { table, level, payload } = mark;
  if (!LEVELS.includes(level)) return `its level ${String(level)} is none of summary, state, packets`;
  if (!hasName(tables, table)) return `its table ${String(table)} does not exist`;
  if (!isNamedList(payload)) return 'payload is not a list of things with names';
  if (payload.length > PAYLOAD_MAX) return `a payload of ${payload.length} numbers is longer than ${PAYLOAD_MAX}`;
  const lost = (payload as unknown as MarkSpec['payload']).find(
    (f) => f.table !== undefined && !hasName(tables, f.table),
  );
  return lost === undefined ? undefined : `${lost.name} refers to the table ${lost.table}, which does not exist`;
}

type Named = Record<string, unknown> & { readonly name: string };

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isRecordList(value: unknown): value is readonly Record<string, unknown>[] {
  return Array.isArray(value) && value.every(isRecord);
}

function isNamedList(value: unknown): value is readonly Named[] {
  return isRecordList(value) && value.every((item) => typeof item['name'] === 'string');
}

function hasName(list: readonly Named[], name: unknown): boolean {
  return list.some((item) => item.name === name);
}

function duplicate(list: readonly Named[]): string | undefined {
  const seen = new Set<string>();
  for (const { name } of list) {
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}

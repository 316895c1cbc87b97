/** The numbers of all kinds of marks as columns of one table: kinds that name a number alike share a column. */
import type { Catalog } from '../../sim/trace/catalog.ts';

/** One column of the table of marks. */
export interface MarkColumn {
  readonly name: string;
  /** Whether it holds words; then numbers in it are written as words too. */
  readonly text: boolean;
}

/** Columns that every mark has; one of the same name among its numbers gets a low line behind it. */
export const MARK_HEAD = ['timeNs', 'index', 'cause', 'mark', 'table', 'row', 'name'] as const;

/** The columns, in the order in which the catalog first names them. */
export function markColumns(catalog: Catalog): MarkColumn[] {
  const columns = new Map<string, MarkColumn>();
  for (const spec of catalog.marks) {
    for (const { name, text = false } of spec.payload) {
      columns.set(name, { name, text: text || (columns.get(name)?.text ?? false) });
    }
  }
  return [...columns.values()];
}

/** A name beside those that are taken already. */
export function freeName(name: string, taken: readonly string[]): string {
  return taken.includes(name) ? `${name}_` : name;
}

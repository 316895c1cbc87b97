/** Whether the picture and the lists of a catalog speak of tables and columns that it has. */

/** A table as far as this is concerned. */
export interface NamedTable {
  readonly name: string;
  readonly columns: readonly { readonly name: string }[];
}

/** Keys of a map that name a table, each with the keys that name columns of it; `?`: may be absent. */
const MAP_PARTS: readonly (readonly [table: string, columns: readonly string[]])[] = [
  ['groups', ['groupState?']],
  ['cells', ['cellState', 'cellBelief?']],
  ['items', ['itemCell', 'itemState']],
  ['lines', ['lineLoad', 'lineState']],
];

/** The first fault of anything that claims to be the map and the lists of a catalog of these tables, in words. */
export function pictureFault(map: unknown, lists: unknown, tables: readonly NamedTable[]): string | undefined {
  return mapFault(map, tables) ?? listsFault(lists, tables);
}

function mapFault(map: unknown, tables: readonly NamedTable[]): string | undefined {
  if (map === undefined) return undefined;
  if (typeof map !== 'object' || map === null) return 'the map is not a map of names';
  const spec = map as Readonly<Record<string, unknown>>;
  for (const [key, columns] of MAP_PARTS) {
    const fault = columnsFault(
      tables,
      spec[key],
      columns.flatMap((column) => named(spec, column)),
    );
    if (fault !== undefined) return `map, ${key}: ${fault}`;
  }
  const { cellFill, cells } = spec;
  if (!Array.isArray(cellFill)) return 'map, cellFill: it is not a list';
  const fills = cellFill.flatMap((fill: unknown) => {
    const { used, of } = (fill ?? {}) as { used?: unknown; of?: unknown };
    return [used, of];
  });
  const fault = columnsFault(tables, cells, fills);
  return fault === undefined ? undefined : `map, cellFill: ${fault}`;
}

/** What a key of the map names; none where the key may be absent, and is. */
function named(spec: Readonly<Record<string, unknown>>, key: string): unknown[] {
  const optional = key.endsWith('?');
  const value = spec[optional ? key.slice(0, -1) : key];
  return optional && value === undefined ? [] : [value];
}

function listsFault(lists: unknown, tables: readonly NamedTable[]): string | undefined {
  if (lists === undefined) return undefined;
  if (!Array.isArray(lists)) return 'lists is not a list';
  for (const list of lists) {
    const { table, columns } = (list ?? {}) as { table?: unknown; columns?: unknown };
    if (!Array.isArray(columns)) return `lists, ${String(table)}: columns is not a list`;
    const fault = columnsFault(tables, table, columns);
    if (fault !== undefined) return `lists, ${String(table)}: ${fault}`;
  }
  return undefined;
}

function columnsFault(tables: readonly NamedTable[], name: unknown, columns: readonly unknown[]): string | undefined {
  const table = tables.find((entry) => entry.name === name);
  if (table === undefined) return `there is no table ${String(name)}`;
  const lost = columns.find((column) => !table.columns.some((entry) => entry.name === column));
  return lost === undefined && !columns.includes(undefined)
    ? undefined
    : `the table ${table.name} has no column ${String(lost)}`;
}

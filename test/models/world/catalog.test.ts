import { describe, expect, it } from 'vitest';
import {
  CLOUD_CATALOG,
  FLOW_STATE,
  HEALTH,
  LINK_HEALTH,
  LINK_KIND,
  PHASE,
  SWITCH_KIND,
} from '../../../models/world/catalog.ts';
import { catalogFault } from '../../../sim/trace/catalog-check.ts';
import { smallWorld } from './small-world.ts';

function columnOf(table: string, column: string) {
  return CLOUD_CATALOG.tables.find(({ name }) => name === table)?.columns.find(({ name }) => name === column);
}

describe('CLOUD_CATALOG', () => {
  it('is a catalog that recorders and readers take', () => {
    expect(catalogFault(CLOUD_CATALOG)).toBeUndefined();
  });

  it('says something about everything in words', () => {
    const { tables, marks, metrics } = CLOUD_CATALOG;
    for (const { label, help } of [...tables, ...tables.flatMap(({ columns }) => columns), ...marks, ...metrics]) {
      expect(label).not.toBe('');
      expect(help).toMatch(/\.$/);
    }
    const keys = metrics.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it.each([
    ['nodes', 'health', HEALTH],
    ['nodes', 'healthBelieved', HEALTH],
    ['switches', 'kind', SWITCH_KIND],
    ['switches', 'health', LINK_HEALTH],
    ['pods', 'phase', PHASE],
    ['links', 'kind', LINK_KIND],
    ['links', 'health', LINK_HEALTH],
    ['flows', 'state', FLOW_STATE],
  ])('numbers the values of %s.%s as the constants do', (table, column, constants) => {
    const names = columnOf(table, column)!.values!.map(({ name }) => name.replace(/-(.)/g, (_, c) => c.toUpperCase()));
    expect(Object.fromEntries(names.map((name, index) => [name, index]))).toEqual(constants);
  });

  it('maps to tables and columns that exist', () => {
    const map = CLOUD_CATALOG.map!;
    const columns: [string, string][] = [
      [map.items, map.itemCell],
      [map.items, map.itemState],
      [map.cells, map.cellState],
      [map.lines, map.lineLoad],
      [map.lines, map.lineState],
      ...map.cellFill.flatMap(({ used, of }): [string, string][] => [
        [map.cells, used],
        [map.cells, of],
      ]),
    ];
    for (const [table, column] of columns) expect(columnOf(table, column), `${table}.${column}`).toBeDefined();
    expect(CLOUD_CATALOG.tables.find(({ name }) => name === map.cells)!.parent).toBe(map.groups);
  });
});

describe('Publication', () => {
  it('resolves every name of the catalog and no other', () => {
    const { publish } = smallWorld();
    const columns = CLOUD_CATALOG.tables.flatMap((table) => table.columns.map(({ name }) => `${table.name}.${name}`));
    expect(new Set(columns.map((name) => publish.column(name))).size).toBe(columns.length);
    expect(new Set(CLOUD_CATALOG.marks.map(({ name }) => publish.mark(name))).size).toBe(CLOUD_CATALOG.marks.length);
    expect(() => publish.table('cats')).toThrow(/table cats/);
    expect(() => publish.column('pods.cats')).toThrow(/column pods.cats/);
    expect(() => publish.mark('cat')).toThrow(/mark cat/);
  });
});

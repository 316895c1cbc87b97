import { describe, expect, it } from 'vitest';
import type { Catalog } from '../../../sim/trace/catalog.ts';
import { validateCatalog } from '../../../sim/trace/catalog-check.ts';
import { catalog, column, EVERY_TYPE, mark, table } from './recordings.ts';

const one = (...columns: ReturnType<typeof column>[]): Catalog => catalog([table('table-0', 'state', columns)]);

const states = column('state', 'enum', { values: [{ name: 'a', label: 'a', tone: 'good' }] });
/** A picture with nothing left out. */
const PICTURE: Catalog = {
  ...catalog([
    table('groups', 'state', [states]),
    table('cells', 'state', [states, column('used', 'u8'), column('of', 'u8')]),
    table('items', 'state', [states, column('cell', 'ref', { table: 'cells' })]),
    table('lines', 'state', [states, column('load', 'f32')]),
  ]),
  map: {
    groups: 'groups',
    groupState: 'state',
    cells: 'cells',
    cellState: 'state',
    cellBelief: 'state',
    cellFill: [{ label: 'used', used: 'used', of: 'of' }],
    items: 'items',
    itemCell: 'cell',
    itemState: 'state',
    lines: 'lines',
    lineLoad: 'load',
    lineState: 'state',
  },
  lists: [{ table: 'groups', columns: ['state'] }],
};

describe('validateCatalog', () => {
  it('lets a sane catalog pass', () => {
    expect(() => validateCatalog(EVERY_TYPE)).not.toThrow();
    expect(() => validateCatalog(catalog([]))).not.toThrow();
    expect(() => validateCatalog(PICTURE)).not.toThrow();
    const { groupState: _, cellBelief: __, ...plain } = PICTURE.map!;
    expect(() => validateCatalog({ ...PICTURE, map: plain })).not.toThrow();
  });

  const faults: [string, Catalog, RegExp][] = [
    ['two tables of one name', catalog([table('a', 'state', []), table('a', 'state', [])]), /two tables are called a/],
    ['two columns of one name', one(column('a', 'u8'), column('a', 'u16')), /two columns are called a/],
    ['two marks of one name', { ...EVERY_TYPE, marks: [mark('m', 'state', 0), mark('m', 'state', 0)] }, /two marks/],
    ['a ref to no table', one(column('a', 'ref', { table: 'none' })), /none, which does not exist/],
    ['a parent that is no table', catalog([{ ...table('a', 'state', []), parent: 'b' }]), /parent table b/],
    ['a mark about no table', { ...EVERY_TYPE, marks: [mark('m', 'state', 0, 'b')] }, /its table b does not exist/],
    ['a mark with too many numbers', { ...EVERY_TYPE, marks: [mark('m', 'state', 5)] }, /longer than 4/],
    ['a table of level off', catalog([table('a', 'off', [])]), /level off/],
    ['an enum without values', one(column('a', 'enum', { values: [] })), /an enum needs/],
    ['an initial value that does not fit', one(column('a', 'u8', { initial: 256 })), /256 does not fit/],
    ['a broken initial value', one(column('a', 'i32', { initial: 0.5 })), /0.5 does not fit/],
    ['a text that starts with a text', one(column('a', 'text', { initial: 1 })), /can only start as 0/],
    ['too many tables', catalog(Array.from({ length: 256 }, (_, i) => table(`t${i}`, 'state', []))), /256 tables/],
    ['too many columns', one(...Array.from({ length: 65_535 }, (_, i) => column(`c${i}`, 'u8'))), /kinds of records/],
  ];
  const drawn = (map: object): Catalog => ({ ...PICTURE, map: { ...PICTURE.map!, ...map } });
  faults.push(
    ['a map of no table', drawn({ groups: 'none' }), /map, groups: there is no table none/],
    ['a map without a column that it needs', drawn({ itemCell: undefined }), /items has no column undefined/],
    ['a map of a state that groups do not have', drawn({ groupState: 'mood' }), /groups has no column mood/],
    ['a map of a belief that cells do not have', drawn({ cellBelief: 'mood' }), /cells has no column mood/],
    ['a fill of no column', drawn({ cellFill: [{ label: 'x', used: 'state', of: 'none' }] }), /cellFill: .* none/],
    ['a list of no table', { ...PICTURE, lists: [{ table: 'none', columns: [] }] }, /lists, none: there is no table/],
    ['a list of no column', { ...PICTURE, lists: [{ table: 'cells', columns: ['x'] }] }, /cells has no column x/],
  );
  for (const [what, broken, words] of faults) {
    it(`refuses ${what}`, () => {
      expect(() => validateCatalog(broken)).toThrow(words);
    });
  }
});

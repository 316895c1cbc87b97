import { describe, expect, it } from 'vitest';
import type { Catalog } from '../../../sim/trace/catalog.ts';
import { validateCatalog } from '../../../sim/trace/catalog-check.ts';
import { catalog, column, EVERY_TYPE, mark, table } from './recordings.ts';

const one = (...columns: ReturnType<typeof column>[]): Catalog => catalog([table('table-0', 'state', columns)]);

describe('validateCatalog', () => {
  it('lets a sane catalog pass', () => {
    expect(() => validateCatalog(EVERY_TYPE)).not.toThrow();
    expect(() => validateCatalog(catalog([]))).not.toThrow();
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
  for (const [what, broken, words] of faults) {
    it(`refuses ${what}`, () => {
      expect(() => validateCatalog(broken)).toThrow(words);
    });
  }
});

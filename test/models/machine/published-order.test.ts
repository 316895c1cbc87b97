import { describe, expect, it } from 'vitest';
import { errorsOf, isCalibrated, type Pair, pairsOf } from './published-order.ts';
import { PUBLISHED } from './published-tables.ts';

const shown = (pair: Pair): string => `${pair.table} ${pair.column}: ${pair.larger} above ${pair.smaller}`;

describe('published tables', () => {
  it.each(PUBLISHED.map((table) => [table.table, table] as const))(
    '%s: every two rows that differ by more than a tenth come out in the right order',
    (_, table) => {
      const pairs = pairsOf(table);
      const wrong = pairs.filter(({ right }) => !right).map(shown);
      process.stdout.write(`${table.table}: ${pairs.length - wrong.length} of ${pairs.length} pairs in order\n`);
      expect(pairs.length).toBeGreaterThan(0);
      expect(wrong).toEqual([]);
    },
  );

  it('come out with calibration rows too, of which some are right by construction', () => {
    const pairs = PUBLISHED.flatMap((table) => pairsOf(table, true));
    const wrong = pairs.filter(({ right }) => !right).map(shown);
    process.stdout.write(`with calibration rows: ${pairs.length - wrong.length} of ${pairs.length} pairs in order\n`);
    expect(wrong).toEqual([]);
  });

  it('of 2024 and 2020 come out in size within a fifth', () => {
    const errors = PUBLISHED.filter(({ table }) => table.startsWith('infrabuilder')).flatMap((table) =>
      [...errorsOf(table)].map(([figure, ratio]) => ({ figure: `${table.table} ${figure}`, ratio })),
    );
    expect(errors.length).toBe(20);
    const off = errors.filter(({ ratio }) => Math.abs(ratio - 1) > 0.2).map(({ figure }) => figure);
    expect(off).toEqual([]);
  });

  it('compares no row that a constant came from', () => {
    const used = PUBLISHED.flatMap((table) =>
      table.rows.flatMap(({ row, figures }) =>
        Object.keys(figures)
          .filter((column) => isCalibrated(table, row, column))
          .map((column) => `${table.table}/${row}/${column}`),
      ),
    );
    expect(used).toContain('infrabuilder-2024/cilium/dts');
    const compared = PUBLISHED.flatMap((table) => pairsOf(table)).flatMap(({ table, column, larger, smaller }) =>
      [larger, smaller].map((row) => `${table}/${row}/${column}`),
    );
    expect(compared.filter((row) => used.includes(row))).toEqual([]);
  });
});

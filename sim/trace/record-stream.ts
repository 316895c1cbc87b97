/**
 * All of a recording in its order, a batch for each chunk: for exporters, which never hold more than that.
 *
 * Records and marks of one instant stand in a file without an order between them; here records come first. A chunk that
 * cannot be read is left out and reported.
 */
import { CatalogLayout } from './catalog-layout.ts';
import type { MarkRecord, TraceReader } from './reader.ts';
import type { TraceState } from './state.ts';
import { TraceProblem } from './trace-problem.ts';

/** What one record says. */
export type TraceRecord =
  | { readonly what: 'born' | 'died'; readonly timeNs: number; readonly table: number; readonly row: number }
  | {
      readonly what: 'set';
      readonly timeNs: number;
      readonly table: number;
      readonly row: number;
      /** Place of the column in its table. */
      readonly column: number;
      readonly value: number;
    }
  | ({ readonly what: 'mark' } & MarkRecord);

/**
 * Gives the records, chunk by chunk. A recording of a window begins with births and sets that make up its first state.
 *
 * @param lost Told of each chunk that cannot be read, with the reason.
 */
export async function* recordStream(
  reader: TraceReader,
  lost: (fromNs: number, toNs: number, reason: string) => void,
): AsyncGenerator<readonly TraceRecord[]> {
  const layout = new CatalogLayout(reader.catalog);
  const start = await reader.startState();
  if (start !== undefined) yield stateRecords(layout, start);
  for (const chunk of reader.chunks) {
    let batch: TraceRecord[];
    try {
      batch = await chunkRecords(layout, reader, chunk.seq);
    } catch (error) {
      if (!(error instanceof TraceProblem)) throw error;
      lost(chunk.fromNs, chunk.toNs, error.message);
      continue;
    }
    yield batch;
  }
}

async function chunkRecords(layout: CatalogLayout, reader: TraceReader, seq: number): Promise<TraceRecord[]> {
  const { records, marks } = await reader.chunkContents(seq);
  const { n, kinds, rows, times, values } = records;
  const batch: TraceRecord[] = [];
  let next = 0;
  const marksUntil = (timeNs: number): void => {
    while (next < marks.length && marks[next].timeNs < timeNs) batch.push({ what: 'mark', ...marks[next++] });
  };
  for (let i = 0; i < n; i++) {
    marksUntil(times[i]);
    batch.push(recordOf(layout, kinds[i], times[i], rows[i], values[i]));
  }
  marksUntil(Number.POSITIVE_INFINITY);
  return batch;
}

function recordOf(layout: CatalogLayout, kind: number, timeNs: number, row: number, value: number): TraceRecord {
  if (kind < layout.setBase) return { what: (kind & 1) === 0 ? 'born' : 'died', timeNs, table: kind >> 1, row };
  const column = kind - layout.setBase;
  const table = layout.tableOf[column];
  return { what: 'set', timeNs, table, row, column: column - layout.firstColumn[table], value };
}

function stateRecords(layout: CatalogLayout, state: TraceState): TraceRecord[] {
  const batch: TraceRecord[] = [];
  layout.catalog.tables.forEach((spec, table) => {
    const { alive, count } = state.table(spec.name);
    for (let row = 0; row < count; row++) {
      if (alive[row] === 0) continue;
      batch.push({ what: 'born', timeNs: state.timeNs, table, row });
      spec.columns.forEach((_, column) => {
        const value = state.cells[layout.firstColumn[table] + column][row];
        if (value !== layout.initials[layout.firstColumn[table] + column])
          batch.push({ what: 'set', timeNs: state.timeNs, table, row, column, value });
      });
    }
  });
  return batch;
}

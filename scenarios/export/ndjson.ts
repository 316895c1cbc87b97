/** NDJSON: one record a line, as the recorder was told them. The first line is the header of the recording. */
import type { TraceReader } from '../../sim/trace/reader.ts';
import { recordStream, type TraceRecord } from '../../sim/trace/record-stream.ts';
import type { ExportFormat } from './format.ts';
import { cellOf, payloadOf } from './row-lines.ts';
import { TextFile } from './text-file.ts';

/** One JSON document a line. */
export const ndjson: ExportFormat = {
  name: 'ndjson',
  summary: 'one record a line, as JSON',
  suffix: '.ndjson',
  unit: 'lines',
  perTable: false,
  streams: true,
  async write(reader, target, choices, stopped) {
    const file = new TextFile(target.file('records'));
    const notes: string[] = reader.recovered ? ['The recording was cut short: what is whole in it was exported.'] : [];
    const { format, ...header } = reader.header;
    file.write(`${JSON.stringify({ what: 'recording', ...header, endNs: reader.endNs, digest: reader.digest })}\n`);
    let lines = 1;
    const lost = (fromNs: number, toNs: number, reason: string): void => {
      notes.push(`The records from ${fromNs} ns to ${toNs} ns are left out: ${reason}`);
    };
    for await (const batch of recordStream(reader, lost)) {
      for (const record of batch) {
        if (choices.table !== undefined && tableOf(reader, record) !== choices.table) continue;
        file.write(`${JSON.stringify(lineOf(reader, record))}\n`);
        lines++;
      }
      if (!stopped()) continue;
      notes.push('The export was interrupted: it holds the beginning of the recording.');
      break;
    }
    file.flush();
    return { files: { records: lines }, notes };
  },
};

function tableOf(reader: TraceReader, record: TraceRecord): string {
  return record.what === 'mark' ? 'marks' : reader.catalog.tables[record.table].name;
}

function lineOf(reader: TraceReader, record: TraceRecord): object {
  const { what, timeNs } = record;
  if (record.what === 'mark') {
    const { name, table } = reader.catalog.marks[record.kind];
    const { index, row, cause } = record;
    return { timeNs, what, mark: name, table, row, index, cause, ...{ payload: payloadOf(reader, record) } };
  }
  const table = reader.catalog.tables[record.table];
  const { row } = record;
  if (record.what === 'set') {
    const column = table.columns[record.column];
    return { timeNs, what, table: table.name, row, column: column.name, value: cellOf(reader, column, record.value) };
  }
  if (what === 'died') return { timeNs, what, table: table.name, row };
  const parent = reader.rowParent(record.table, row);
  return { timeNs, what, table: table.name, row, name: reader.rowName(record.table, row), parent };
}

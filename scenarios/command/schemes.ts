/** `schemes`: what every network scheme is and needs, from the schemes' own files. */
import { type SchemeRow, schemeTable } from '../../models/schemes/index.ts';
import { flag, noOperands } from './arguments.ts';
import { textTable } from './text-table.ts';
import type { Verb } from './verb.ts';

/** Prints the capability table of the schemes, for people or as JSON. */
export const verb: Verb = {
  name: 'schemes',
  summary: 'the capability table of every network scheme',
  usage: 'schemes [options]',
  options: { json: { type: 'boolean', help: 'print the table as JSON on standard output' } },
  async run(args, io) {
    noOperands(args);
    const rows = schemeTable();
    io.out.write(flag(args, 'json') ? `${JSON.stringify(rows, null, 2)}\n` : tableOf(rows));
    return 0;
  },
};

const HEAD = ['scheme', 'mode', 'joins by', 'layer', 'traversal', 'isolation', 'policy', 'header bytes'] as const;

function tableOf(rows: readonly SchemeRow[]): string {
  const cells = rows.map((row) => [
    row.name,
    row.mode,
    row.attachment,
    row.layer,
    row.traversal,
    row.isolation,
    row.policy,
    `${row.mtuOverheadBytes}`,
  ]);
  return `${textTable(HEAD, cells)}\n${rows.map(joinOf).join('\n')}`;
}

/** How a pod joins, step by step, and where this is written. */
function joinOf(row: SchemeRow): string {
  const steps = row.join.map((step) => `  - ${step}\n`).join('');
  return `${row.title} (${row.name}): how a pod joins\n${steps}  source: ${row.source}\n`;
}

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

const HEAD = ['scheme', 'layer', 'traversal', 'isolation', 'policy', 'wrap', 'mode'] as const;

/** A row a scheme, under a line that names the family; then how a pod joins. It fits 100 columns. */
function tableOf(rows: readonly SchemeRow[]): string {
  const families = [...new Set(rows.map((row) => row.title))];
  const cells = families.flatMap((title) => {
    const family = rows.filter((row) => row.title === title);
    return [[`${title}, by ${family[0]!.attachment}`], ...family.map(cellsOf)];
  });
  const note = 'wrap: bytes of the packet size (MTU) that pods cannot use\n';
  return `${familiesOpen(textTable(HEAD, cells))}${note}\n${joins(rows)}`;
}

function cellsOf(row: SchemeRow): string[] {
  const { layer, traversal, isolation, policy, mtuOverheadBytes, mode } = row;
  return [`  ${row.name}`, layer, traversal, isolation, policy, `${mtuOverheadBytes}`, mode];
}

/** An empty line before each family. */
function familiesOpen(table: string): string {
  return table.replace(/^(?=[^ \-\n])/gm, (_match, at: number) => (at === 0 ? '' : '\n'));
}

/** How pods join, told once for schemes in which they join alike. */
function joins(rows: readonly SchemeRow[]): string {
  const alike = new Map<string, SchemeRow[]>();
  for (const row of rows) {
    const key = row.join.join('\n');
    alike.set(key, [...(alike.get(key) ?? []), row]);
  }
  return [...alike.values()].map(joinOf).join('\n');
}

/** How a pod joins, step by step, and where this is written. */
function joinOf(rows: readonly SchemeRow[]): string {
  const [first] = rows;
  const steps = first!.join.map((step) => `  - ${step}\n`).join('');
  const names = rows.map(({ name }) => name).join(', ');
  const sources = [...new Set(rows.map(({ source }) => source))].join('; ');
  return `${first!.title}, by ${first!.attachment}: how a pod joins\n  (${names})\n${steps}  source: ${sources}\n`;
}

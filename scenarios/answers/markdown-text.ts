/** Pieces of GitHub's Markdown: escaped words, tables, bars. Words of a scenario come from outside and stay words. */
import { printable } from '../document/problems.ts';

const BAR_CELLS = 10;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/** Text that stays text wherever it stands in a line: no markup, no table cell's end, no second line. */
export function escaped(text: string): string {
  return printable(text)
    .replace(/[^\S\u00a0]+/g, ' ')
    .trim()
    .replace(/&/g, '&amp;')
    .replace(/[\\`*_{}[\]<>|#~!$]/g, (character) => `\\${character}`)
    .replace(/^([-+=])/, '\\$1')
    .replace(/^(\d+)([.)])(?= |$)/, '$1\\$2');
}

/** A line with a bullet. */
export function bullet(text: string): string {
  return `- ${escaped(text)}`;
}

/** A table; the first row is the head. Cells are escaped here. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;
  return [line(head), `|${head.map(() => ' --- |').join('')}`, ...rows.map(line)].join('\n');
}

/** Text as it is, in a block that no backtick inside can end. */
export function codeBlock(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${printable(text)}\n${fence}`;
}

/** A bar of up to ten cells in eighths, on a scale that ends at `max`. */
export function bar(value: number, max: number): string {
  if (!(max > 0) || !(value > 0)) return '';
  const eighths = Math.round(Math.min(1, value / max) * BAR_CELLS * 8);
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]!;
}

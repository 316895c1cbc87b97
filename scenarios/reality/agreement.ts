/**
 * The agreement with recorded reality as a Markdown table, for the documentation of models.
 */

import type { ValidationReport } from './validate.ts';

/** One row for each family: suite, family, cases, agree. */
export function agreementTable(report: ValidationReport): string {
  const rows = report.suites.map(({ suite, family, cases, agree }) => [suite, family, String(cases), String(agree)]);
  const lines = [['suite', 'family', 'cases', 'agree'], ['---', '---', '---:', '---:'], ...rows];
  return lines.map((cells) => `| ${cells.map(escaped).join(' | ')} |\n`).join('');
}

/** A bar would end the cell. */
function escaped(cell: string): string {
  return cell.replaceAll('|', '\\|');
}

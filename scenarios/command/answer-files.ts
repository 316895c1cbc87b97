/** The files of an answer in the folder of `--out`: results for programs and later pages, and the report for people. */
import { join } from 'node:path';
import type { ComparisonResult } from '../../sim/experiment/results.ts';
import { readText, writeWhole } from '../../sim/node/files.ts';
import { markdownReport } from '../answers/markdown.ts';
import { fillReport } from '../answers/report.ts';
import { resultsText } from '../answers/results-text.ts';
import { reportShellFile } from './program-files.ts';
import type { Io } from './verb.ts';

/** The file for programs and later pages. */
export const RESULTS_FILE = 'results.json';
const REPORT_FILE = 'report.html';
const MARKDOWN_FILE = 'report.md';

/** Names of the files that an answer is written into. */
export const ANSWER_FILES: readonly string[] = [RESULTS_FILE, REPORT_FILE, MARKDOWN_FILE];

/** Writes the answer into its folder and says where it lies; an answer without a finished run leaves the folder alone. @throws {FileProblem} */
export async function writeAnswer(result: ComparisonResult, folder: string, io: Io): Promise<void> {
  if (result.replications === 0 && result.alternatives.some(({ verdict }) => verdict !== 'refused')) {
    io.err.write(`Nothing was finished, so nothing was written: what lies in ${folder} stays as it is.\n`);
    return;
  }
  await writeWhole(join(folder, RESULTS_FILE), resultsText(result));
  const shell = await readText(reportShellFile());
  await writeWhole(join(folder, REPORT_FILE), fillReport(shell, result));
  await writeWhole(join(folder, MARKDOWN_FILE), markdownReport(result));
  io.err.write(
    `Results: ${join(folder, RESULTS_FILE)}\nReport:  ${join(folder, REPORT_FILE)}, and as text in ${MARKDOWN_FILE}\n`,
  );
}

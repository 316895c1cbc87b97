/** The files of an answer in the folder of `--out`: results for programs and later pages, and the report for people. */
import { join } from 'node:path';
import type { ComparisonResult } from '../../sim/experiment/results.ts';
import { readText, writeWhole } from '../../sim/node/files.ts';
import { fillReport } from '../answers/report.ts';
import { reportShellFile } from './program-files.ts';
import type { Io } from './verb.ts';

const RESULTS_FILE = 'results.json';
const REPORT_FILE = 'report.html';

/** Names of the files that an answer is written into. */
export const ANSWER_FILES: readonly string[] = [RESULTS_FILE, REPORT_FILE];

/** Writes the answer into its folder and says where it lies; an answer without a finished run leaves the folder alone. @throws {FileProblem} */
export async function writeAnswer(result: ComparisonResult, folder: string, io: Io): Promise<void> {
  if (result.replications === 0 && result.alternatives.some(({ verdict }) => verdict !== 'refused')) {
    io.err.write(`Nothing was finished, so nothing was written: what lies in ${folder} stays as it is.\n`);
    return;
  }
  await writeWhole(join(folder, RESULTS_FILE), `${JSON.stringify(result, null, 2)}\n`);
  const shell = await readText(reportShellFile());
  await writeWhole(join(folder, REPORT_FILE), fillReport(shell, result));
  io.err.write(`Results: ${join(folder, RESULTS_FILE)}\nReport:  ${join(folder, REPORT_FILE)}\n`);
}

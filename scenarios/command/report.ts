/** `report RESULTS`: makes the report of a comparison again from its results file. */
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { ComparisonResult } from '../../sim/experiment/results.ts';
import { ResultsProblem, readComparison } from '../../sim/experiment/results-reader.ts';
import { readText, writeWhole } from '../../sim/node/files.ts';
import { refuseOverwriting } from '../../sim/node/same-file.ts';
import { markdownReport } from '../answers/markdown.ts';
import { fillReport } from '../answers/report.ts';
import { resultsText } from '../answers/results-text.ts';
import { nearestWord } from '../document/nearest.ts';
import { RESULTS_FILE } from './answer-files.ts';
import { ArgumentProblem, callerPath, operand, textOption } from './arguments.ts';
import { reportShellFile } from './program-files.ts';
import type { Arguments, Io, Verb } from './verb.ts';

/** Each format with what makes its text. */
const FORMATS: Readonly<Record<string, (result: ComparisonResult) => Promise<string>>> = {
  html: async (result) => fillReport(await readText(reportShellFile()), result),
  md: async (result) => markdownReport(result),
  json: async (result) => resultsText(result),
};

/** Reads a results file and writes it as a page, as Markdown or as JSON. */
export const verb: Verb = {
  name: 'report',
  summary: 'the report of a comparison again, from its results file',
  usage: 'report RESULTS [options]',
  details:
    'RESULTS is a results.json, or a folder that compare --out wrote into. Status 0: done; 2: the input is wrong.',
  options: {
    format: { type: 'string', value: 'html|md|json', help: 'the form of the report (html)' },
    out: { type: 'string', value: 'FILE', help: 'write it into this file instead of standard output' },
  },
  run: report,
};

async function report(args: Arguments, io: Io): Promise<number> {
  const format = textOption(args, 'format') ?? 'html';
  const make = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  if (make === undefined) {
    const near = nearestWord(format, Object.keys(FORMATS));
    const hint = near === undefined ? '' : ` Did you mean ${near}?`;
    throw new ArgumentProblem(`--format must be html, md or json, but "${format}" was given.${hint}`);
  }
  const file = resultsFile(callerPath(io, operand(args, 'RESULTS')));
  const text = await make(readComparison(parsed(await readText(file), file)));
  const out = textOption(args, 'out');
  if (out !== undefined) refuseOverwriting(file, callerPath(io, out));
  if (out === undefined) io.out.write(text);
  else {
    await writeWhole(callerPath(io, out), text);
    io.err.write(`Report:  ${callerPath(io, out)}\n`);
  }
  return 0;
}

/** A folder stands for the results file in it. */
function resultsFile(path: string): string {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? join(path, RESULTS_FILE) : path;
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ResultsProblem(
      `${file} is no JSON (${reason}). Give the results.json that \`wavetank compare --out FOLDER\` wrote, or that folder.`,
    );
  }
}

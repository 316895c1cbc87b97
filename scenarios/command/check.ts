/** `check SCENARIO`: every fault of the document, before anything runs. */
import { compile } from '../compile/index.ts';
import { mtuWarnings } from '../compile/ways.ts';
import { loadScenario } from '../document/load.ts';
import { ignoredLines } from '../document/manifests/report-words.ts';
import { warningsOf } from '../document/precision-check.ts';
import { ScenarioProblems } from '../document/problems.ts';
import type { ScenarioDocument } from '../document/schema.ts';
import { flag, operand, textOptions } from './arguments.ts';
import { readScenario } from './library-files.ts';
import type { Verb } from './verb.ts';

/** Reads a scenario and tells every problem at once, without a run. */
export const verb: Verb = {
  name: 'check',
  summary: 'every fault of a scenario, before anything runs',
  usage: 'check SCENARIO [options]',
  details:
    'SCENARIO is a file, or a name of the library. Status 0: no problems; 2: there are some. Fields of manifests that are not known are listed and no problem.',
  options: {
    set: { type: 'string', multiple: true, value: 'PATH=VALUE', help: 'change a value of the scenario first' },
    json: { type: 'boolean', help: 'print { "problems": [...], "ignored": [...] } on standard output' },
  },
  async run(args, io) {
    const { text, file, library } = await readScenario(operand(args, 'SCENARIO'), io);
    const { document, problems } = checked(() => loadScenario(text, file, library, textOptions(args, 'set')));
    const report = document?.cluster.manifests?.report;
    if (flag(args, 'json')) {
      const ignored = report === undefined ? {} : { ignored: report.ignored };
      io.out.write(`${JSON.stringify({ problems: problems?.problems ?? [], ...ignored }, null, 2)}\n`);
    } else if (problems === undefined) io.out.write(`${file}: no problems\n`);
    if (report !== undefined && !flag(args, 'json')) for (const line of ignoredLines(report)) io.err.write(`${line}\n`);
    for (const note of document?.notes ?? []) io.err.write(`${note}\n`);
    for (const warning of document === undefined ? [] : warningsAbout(document)) io.err.write(`${warning}\n`);
    if (problems === undefined) return 0;
    if (!flag(args, 'json')) io.err.write(`${problems.message}\n${count(problems.problems.length)} in ${file}\n`);
    return 2;
  },
};

/** What is allowed but hardly meant: in the document, and in the network that it describes. */
function warningsAbout(document: ScenarioDocument): readonly string[] {
  return [...warningsOf(document), ...mtuWarnings(compile(document).alternatives)];
}

/** A document with all that is wrong; manifests may be wrong in part, and the rest of the document stands. */
function checked(load: () => ScenarioDocument): { document?: ScenarioDocument; problems?: ScenarioProblems } {
  try {
    const document = load();
    const inManifests = document.cluster.manifests?.report.problems ?? [];
    return inManifests.length === 0 ? { document } : { document, problems: new ScenarioProblems(inManifests) };
  } catch (error) {
    if (error instanceof ScenarioProblems) return { problems: error };
    throw error;
  }
}

function count(problems: number): string {
  return problems === 1 ? '1 problem' : `${problems} problems`;
}

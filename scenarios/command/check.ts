/** `check SCENARIO`: every fault of the document, before anything runs. */
import { loadScenario } from '../document/load.ts';
import { warningsOf } from '../document/precision-check.ts';
import { ScenarioProblems } from '../document/problems.ts';
import { flag, operand, textOptions } from './arguments.ts';
import { readScenario } from './library-files.ts';
import type { Verb } from './verb.ts';

/** Reads a scenario and tells every problem at once, without a run. */
export const verb: Verb = {
  name: 'check',
  summary: 'every fault of a scenario, before anything runs',
  usage: 'check SCENARIO [options]',
  details: 'SCENARIO is a file, or a name of the library. Status 0: no problems; 2: there are some.',
  options: {
    set: { type: 'string', multiple: true, value: 'PATH=VALUE', help: 'change a value of the scenario first' },
    json: { type: 'boolean', help: 'print { "problems": [...] } on standard output' },
  },
  async run(args, io) {
    const { text, file, library } = await readScenario(operand(args, 'SCENARIO'), io);
    let warnings: readonly string[] = [];
    const problems = problemsOf(() => {
      warnings = warningsOf(loadScenario(text, file, library, textOptions(args, 'set')));
    });
    if (flag(args, 'json')) io.out.write(`${JSON.stringify({ problems: problems?.problems ?? [] }, null, 2)}\n`);
    else if (problems === undefined) io.out.write(`${file}: no problems\n`);
    for (const warning of warnings) io.err.write(`${warning}\n`);
    if (problems === undefined) return 0;
    if (!flag(args, 'json')) io.err.write(`${problems.message}\n${count(problems.problems.length)} in ${file}\n`);
    return 2;
  },
};

function problemsOf(load: () => unknown): ScenarioProblems | undefined {
  try {
    load();
    return undefined;
  } catch (error) {
    if (error instanceof ScenarioProblems) return error;
    throw error;
  }
}

function count(problems: number): string {
  return problems === 1 ? '1 problem' : `${problems} problems`;
}

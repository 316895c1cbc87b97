/** `explain SCENARIO --pod P`: why a pod is where it is, why not elsewhere, and what would let a pending one run. */
import { explanationText } from '../answers/pod-explanation.ts';
import { explainPod, podNames } from '../compile/explaining.ts';
import { compile, type PlannedAlternative } from '../compile/index.ts';
import { loadScenario } from '../document/load.ts';
import { nearestWord } from '../document/nearest.ts';
import { ArgumentProblem, flag, operand, seedOption, textOption, textOptions } from './arguments.ts';
import { chosenAlternative } from './chosen-alternative.ts';
import { readScenario } from './library-files.ts';
import { textTable } from './text-table.ts';
import type { Verb } from './verb.ts';

/** Places the pods of a scenario up to one of them and tells its decision. */
export const verb: Verb = {
  name: 'explain',
  summary: 'why a pod is where it is, or what would let it run',
  usage: 'explain SCENARIO --pod POD [options]',
  details:
    'SCENARIO is a file, or a name of the library. Status 0: the pod has a node; 1: it waits; 2: the input is wrong.',
  options: {
    pod: { type: 'string', value: 'POD', help: 'name of the pod' },
    seed: { type: 'string', value: 'SEED', help: 'the seed of all chance, instead of the one in the scenario' },
    alternative: { type: 'string', value: 'NAME', help: 'which alternative; the first if left out' },
    set: { type: 'string', multiple: true, value: 'PATH=VALUE', help: 'change a value of the scenario first' },
    json: { type: 'boolean', help: 'print every node with its refusal or scores as JSON' },
  },
  async run(args, io) {
    const { text, file, library } = await readScenario(operand(args, 'SCENARIO'), io);
    const document = loadScenario(text, file, library, textOptions(args, 'set'));
    const alternative = chosenAlternative(compile(document), textOption(args, 'alternative'));
    const pod = chosenPod(alternative, textOption(args, 'pod'));
    const explanation = explainPod(alternative, seedOption(args) ?? `${document.seed}/0`, pod);
    io.out.write(
      flag(args, 'json') ? `${JSON.stringify(explanation, null, 2)}\n` : explanationText(explanation, textTable),
    );
    return explanation.outcome === 'pending' ? 1 : 0;
  },
};

function chosenPod(alternative: PlannedAlternative, name: string | undefined): string {
  const names = podNames(alternative);
  const some = `${names.slice(0, 3).join(', ')}${names.length > 3 ? `, … (${names.length} pods)` : ''}`;
  if (name === undefined) throw new ArgumentProblem(`explain needs --pod NAME. The scenario has ${some}.`);
  if (names.includes(name)) return name;
  const nearest = nearestWord(name, names);
  const hint = nearest === undefined ? `It has ${some}.` : `Did you mean ${nearest}?`;
  throw new ArgumentProblem(`The scenario has no pod "${name}". ${hint}`);
}

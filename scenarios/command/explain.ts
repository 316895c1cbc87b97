/**
 * `explain SCENARIO --pod P`: why a pod is where it is, why not elsewhere, and what would let a pending one run; with
 * `--autoscaler A`: what an autoscaler of the manifests would do, and what would make it move.
 */
import { autoscalerText } from '../answers/autoscaler-explanation.ts';
import { explanationText } from '../answers/pod-explanation.ts';
import { explainAutoscaler } from '../compile/autoscaler-explaining.ts';
import { explainPod, type PodExplanation, podNames } from '../compile/explaining.ts';
import { LivingDecisions } from '../compile/explaining-living.ts';
import { compile, type PlannedAlternative } from '../compile/index.ts';
import { loadScenario } from '../document/load.ts';
import { nearestWord } from '../document/nearest.ts';
import type { ScenarioDocument } from '../document/schema.ts';
import { ArgumentProblem, flag, operand, seedOption, textOption, textOptions } from './arguments.ts';
import { chosenAlternative } from './chosen-alternative.ts';
import { readScenario } from './library-files.ts';
import { textTable } from './text-table.ts';
import type { Io, Verb } from './verb.ts';

/** Places the pods of a scenario up to one of them and tells its decision. */
export const verb: Verb = {
  name: 'explain',
  summary: 'why a pod is where it is, or what would let it run; what an autoscaler would do',
  usage: 'explain SCENARIO --pod POD | --autoscaler NAME [options]',
  details:
    'SCENARIO is a file, or a name of the library. Status 0: the pod has a node, the autoscaler has decided; 1: the pod waits, no metric could be computed; 2: the input is wrong. An autoscaler decides by what the manifests hold: its target, its pods, PodMetrics as kubectl get podmetrics -A -o json prints them, and lists of MetricValue and ExternalMetricValue.',
  options: {
    pod: { type: 'string', value: 'POD', help: 'name of the pod' },
    autoscaler: { type: 'string', value: 'NAME', help: 'a HorizontalPodAutoscaler of the manifests, instead of a pod' },
    seed: { type: 'string', value: 'SEED', help: 'the seed of all chance, instead of the one in the scenario' },
    alternative: { type: 'string', value: 'NAME', help: 'which alternative; the first if left out' },
    set: { type: 'string', multiple: true, value: 'PATH=VALUE', help: 'change a value of the scenario first' },
    json: {
      type: 'boolean',
      help: 'print every node with its refusal or scores, or the decision of the autoscaler, as JSON',
    },
  },
  async run(args, io) {
    const { text, file, library } = await readScenario(operand(args, 'SCENARIO'), io);
    const document = loadScenario(text, file, library, textOptions(args, 'set'));
    const autoscaler = textOption(args, 'autoscaler');
    if (autoscaler !== undefined && textOption(args, 'pod') !== undefined)
      throw new ArgumentProblem('--pod and --autoscaler ask for two things; give one of them.');
    if (autoscaler !== undefined) return tellAutoscaler(document, autoscaler, flag(args, 'json'), io);
    const alternative = chosenAlternative(compile(document), textOption(args, 'alternative'));
    const explanation = explainChosen(alternative, seedOption(args) ?? `${document.seed}/0`, textOption(args, 'pod'));
    io.out.write(
      flag(args, 'json') ? `${JSON.stringify(explanation, null, 2)}\n` : explanationText(explanation, textTable),
    );
    return explanation.outcome === 'pending' ? 1 : 0;
  },
};

function tellAutoscaler(document: ScenarioDocument, name: string, json: boolean, io: Io): number {
  const all = document.cluster.manifests?.autoscalers ?? [];
  const matching = all.filter((one) => [one.name, `${one.namespace}/${one.name}`].includes(name));
  const found = matching[0];
  if (matching.length > 1) {
    const names = matching.map((one) => `${one.namespace}/${one.name}`);
    throw new ArgumentProblem(`"${name}" is in ${names.length} namespaces; write ${names.slice(0, 5).join(' or ')}.`);
  }
  if (found === undefined) {
    const names = all.map((one) => `${one.namespace}/${one.name}`);
    const nearest = nearestWord(name, [...names, ...all.map((one) => one.name)]);
    const have = names.length === 0 ? 'It has none among its manifests.' : `It has ${names.slice(0, 5).join(', ')}.`;
    const hint = nearest === undefined ? have : `Did you mean ${nearest}?`;
    throw new ArgumentProblem(`The scenario has no autoscaler "${name}". ${hint}`);
  }
  const explanation = explainAutoscaler(found);
  io.out.write(json ? `${JSON.stringify(explanation, null, 2)}\n` : autoscalerText(explanation));
  return explanation.decided ? 0 : 1;
}

/** Pods of living services are known once they have lived. */
function explainChosen(alternative: PlannedAlternative, seed: string, name: string | undefined): PodExplanation {
  if (alternative.document.load === undefined)
    return explainPod(alternative, seed, chosenPod(podNames(alternative), name));
  const decisions = new LivingDecisions(alternative, seed);
  return decisions.explain(chosenPod(decisions.names, name));
}

function chosenPod(names: readonly string[], name: string | undefined): string {
  const some = `${names.slice(0, 3).join(', ')}${names.length > 3 ? `, … (${names.length} pods)` : ''}`;
  if (name === undefined)
    throw new ArgumentProblem(`explain needs --pod NAME or --autoscaler NAME. The scenario has ${some}.`);
  if (names.includes(name)) return name;
  const alike = names.filter((one) => one.endsWith(`/${name}`));
  if (alike.length > 0) {
    throw new ArgumentProblem(`Several namespaces have a pod "${name}". Write one of ${alike.join(', ')}.`);
  }
  const nearest = nearestWord(name, names);
  const hint = nearest === undefined ? `It has ${some}.` : `Did you mean ${nearest}?`;
  throw new ArgumentProblem(`The scenario has no pod "${name}". ${hint}`);
}

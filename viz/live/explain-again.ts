/** A decision made again from what a recording says of its run. Runs in a worker; large clusters take seconds. */
import { explainPod, podNames } from '../../scenarios/compile/explaining.ts';
import { LivingDecisions } from '../../scenarios/compile/explaining-living.ts';
import { compile } from '../../scenarios/compile/index.ts';
import { WAVETANK_VERSION } from '../../scenarios/compile/version.ts';
import { bundledLibrary } from '../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../scenarios/document/load.ts';
import type { ExplainAnswer, ExplainRequest } from './explain-request.ts';

/** Explains, or tells why that cannot be done from here. */
export function explainAgain(request: ExplainRequest): ExplainAnswer {
  const { source, wavetank, seed, pod } = request;
  if (wavetank !== WAVETANK_VERSION)
    return {
      problem: `This run was recorded by version ${wavetank}, and this is version ${WAVETANK_VERSION}, which may decide otherwise. The recording shows only what was decided. Record the run again to see why.`,
    };
  if (source === null)
    return {
      problem: `This recording does not hold its scenario, which the decision is made again from. Record the run again, or ask on the command line: ${commandOf(request)}`,
    };
  if (source.text === null)
    return {
      problem: `The table is made again from the scenario, and this recording holds only a digest of it: it is large, or needs files beside it, such as manifests. Ask on the command line, where the files are, and with the changes (--set) of the run: ${commandOf(request)}`,
    };
  const plan = compile(loadScenario(source.text, request.scenario, bundledLibrary, source.changes));
  const alternative = plan.alternatives.find(({ name }) => name === request.alternative);
  const unknown = { problem: `The scenario in this recording has no pod "${pod}" in "${request.alternative}".` };
  if (alternative === undefined) return unknown;
  if (alternative.document.load === undefined)
    return podNames(alternative).includes(pod) ? { explanation: explainPod(alternative, seed, pod) } : unknown;
  if (request.tuned)
    return {
      problem:
        'A slider was moved in this run, and pods of living services follow the load: the decision can only be made again for a run that nobody touched.',
    };
  const decisions = new LivingDecisions(alternative, seed);
  return decisions.names.includes(pod) ? { explanation: decisions.explain(pod) } : unknown;
}

function commandOf({ scenario, alternative, seed, pod }: ExplainRequest): string {
  // The library's are named without folder and suffix.
  const named = scenario.replace(/^library\/(.*)\.yaml$/, '$1') || 'SCENARIO';
  const words = [named, '--pod', pod, '--alternative', alternative, '--seed', seed];
  return `wavetank explain ${words.map(quoted).join(' ')}`;
}

/** As a shell takes it. */
function quoted(word: string): string {
  return /^[\w./@:=+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Verbs that tell of pods before anything runs need pods that stand. */
import type { ScenarioDocument } from '../document/schema.ts';
import { ArgumentProblem } from './arguments.ts';

/** Refuses scenarios of living services: where a pod of theirs goes is known when it is made, and not before. */
export function needsStandingPods(document: ScenarioDocument, verb: string): void {
  if (document.load === undefined) return;
  throw new ArgumentProblem(
    `${verb} tells of pods that stand, and the pods of ${document.file} come and go (it has \`load\`). ` +
      'Record a run with `run … --trace FILE` and open it with `view FILE`: the decision for each pod stands in its events.',
  );
}

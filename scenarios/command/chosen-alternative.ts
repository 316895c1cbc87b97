/** The alternative that a command line names. */
import type { Plan, PlannedAlternative } from '../compile/index.ts';
import { nearestWord } from '../document/nearest.ts';
import { ArgumentProblem } from './arguments.ts';

/** The alternative of that name; the first for undefined. */
export function chosenAlternative(plan: Plan, name: string | undefined): PlannedAlternative {
  if (name === undefined) return plan.alternatives[0]!;
  const found = plan.alternatives.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = plan.alternatives.map((one) => one.name);
  const nearest = nearestWord(name, names);
  const hint = nearest === undefined ? `It has ${names.join(', ')}.` : `Did you mean ${nearest}?`;
  throw new ArgumentProblem(`The scenario has no alternative "${name}". ${hint}`);
}

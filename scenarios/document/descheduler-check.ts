/** Checks of the descheduler: something to do. */
import { type Finding, finding } from './issue.ts';
import type { ScenarioFile } from './schema.ts';

/** Findings about the descheduler of living services. */
export function checkDescheduler({ descheduler }: Partial<ScenarioFile>): Finding[] {
  if (descheduler === undefined) return [];
  const { duplicates, lowUtilization, spread } = descheduler;
  if (duplicates || lowUtilization !== undefined || spread !== undefined) return [];
  const [expected, hint] = ['duplicates, lowUtilization or spread', 'write duplicates: true, or take it out'];
  return [finding(['descheduler'], 'it would do nothing', expected, 'none of them', hint)];
}

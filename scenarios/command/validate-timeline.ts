/** `validate --timeline CASE`: what happened in one recorded case, beside one run of ours. */
import { printable } from '../document/problems.ts';
import { CaseProblem, type TimelineStretch } from '../reality/suite.ts';
import type { SortedCase, SortedCases } from '../reality/validate.ts';
import { textTable } from './text-table.ts';

/** Finds the case and gives its timeline, or says what is wrong in one sentence. */
export function timelineNamed(
  sorted: SortedCases,
  name: string,
): { readonly stretches: readonly TimelineStretch[] } | { readonly problem: string } {
  const found = sorted.cases.find((one) => nameOf(one) === name || isFile(one, name));
  if (found === undefined) {
    const known = sorted.cases.filter(({ suite }) => suite.timeline !== undefined).map(nameOf);
    const hint = known.length === 0 ? 'No case here has one.' : `Cases that have one: ${known.join(', ')}.`;
    return { problem: `There is no case "${name}". ${hint}` };
  }
  if (found.suite.timeline === undefined) return { problem: `Cases of suite ${found.suite.name} have no timeline.` };
  try {
    return { stretches: found.suite.timeline(found.recorded) };
  } catch (error) {
    if (!(error instanceof CaseProblem)) throw error;
    return { problem: `${found.recorded.path}: ${error.message}` };
  }
}

function nameOf({ recorded }: SortedCase): string {
  return typeof recorded.json.case === 'string' ? recorded.json.case : recorded.path;
}

function isFile({ recorded }: SortedCase, name: string): boolean {
  return (
    recorded.path === name ||
    recorded.path
      .split('/')
      .at(-1)!
      .replace(/\.json$/, '') === name
  );
}

/** For people: each stretch as a table of what was recorded and what ours did, then what was counted. */
export function timelineText(stretches: readonly TimelineStretch[]): string {
  return printable(stretches.map(stretchText).join('\n'));
}

function stretchText({ title, entries, counts }: TimelineStretch): string {
  const rows = entries.map(({ seconds, source, text }) => {
    const time = seconds.toFixed(4).padStart(9);
    return source === 'recorded' ? [time, text, ''] : [time, '', text];
  });
  const counted = counts.map(({ name, recorded, ours }) => [name, String(recorded), String(ours)]);
  const happened = rows.length === 0 ? 'Nothing happened.\n' : textTable(['   time, s', 'recorded', 'ours'], rows);
  return `${title}\n\n${happened}\n${textTable(['counted', 'recorded', 'ours'], counted)}`;
}

/** What an answer rests on: assumptions, what was left out, closed forms, and the command that repeats it. */

import { alternativeLabel } from '../../scenarios/answers/choice-group.ts';
import { counted, labelOf, listed } from '../../scenarios/answers/label.ts';
import type { AlternativeResult, ComparisonResult, Item } from '../../sim/experiment/results.ts';
import { element } from '../shell/element.ts';
import { closedFormMark } from './because.ts';

/** A closed form with the alternatives whose figures rest on it. */
export interface ClosedForm {
  readonly words: string;
  readonly source: string | null;
  readonly alternatives: readonly string[];
}

/** Collects the items that rest on a stated formula, each once. */
export function closedFormsOf(result: ComparisonResult): readonly ClosedForm[] {
  const found = new Map<string, { item: Item; alternatives: Set<string> }>();
  for (const alternative of result.alternatives) {
    for (const item of [...alternative.changes, ...alternative.risks]) {
      if (!item.closedForm) continue;
      const entry = found.get(item.words) ?? { item, alternatives: new Set<string>() };
      entry.alternatives.add(alternativeLabel(alternative));
      found.set(item.words, entry);
    }
  }
  return [...found.values()].map(({ item, alternatives }) => ({
    words: item.words,
    source: item.source ?? null,
    alternatives: [...alternatives],
  }));
}

/** The sections "what it rests on" and "repeat it". */
export function provenanceSections(result: ComparisonResult): readonly HTMLElement[] {
  return [groundsSection(result), repeatSection(result)];
}

function groundsSection(result: ComparisonResult): HTMLElement {
  const forms = closedFormsOf(result);
  return element(
    'section',
    { class: 'grounds' },
    element('h2', {}, 'What this rests on'),
    element(
      'div',
      { class: 'columns' },
      wordList('Assumed', result.assumptions),
      wordList('Left out', result.leftOut),
      forms.length > 0 && closedFormList(forms),
    ),
  );
}

function wordList(title: string, words: readonly string[]): HTMLElement {
  const content =
    words.length === 0
      ? element('p', { class: 'none' }, 'Nothing stated.')
      : element('ul', {}, ...words.map((word) => element('li', {}, word)));
  return element('div', {}, element('h3', {}, title), content);
}

function closedFormList(forms: readonly ClosedForm[]): HTMLElement {
  const items = forms.map(({ words, source, alternatives }) =>
    element(
      'li',
      {},
      words,
      element('span', { class: 'dim' }, ` (${listed(alternatives)}${source === null ? '' : `; ${source}`})`),
    ),
  );
  const intro = element(
    'p',
    { class: 'dim' },
    'Computed from a stated formula, not from a simulated protocol; marked ',
    closedFormMark(),
    ' above.',
  );
  return element('div', {}, element('h3', {}, 'Closed forms'), intro, element('ul', {}, ...items));
}

function repeatSection(result: ComparisonResult): HTMLElement {
  const facts: readonly (readonly [string, string])[] = [
    ['Scenario', result.scenario.name],
    ['Digest of the scenario', result.scenario.digest],
    ['Seed', result.seed],
    ['Replications', String(result.replications)],
    ['Confidence', `${Math.round(result.confidence * 100)}\u00a0%`],
    ['Version', result.wavetank],
  ];
  return element(
    'section',
    { class: 'repeat' },
    element('h2', {}, 'Repeat it'),
    element('pre', { tabindex: 0, 'aria-label': 'Command' }, element('code', {}, result.command)),
    element(
      'dl',
      { class: 'facts' },
      ...facts.map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))),
    ),
    digestList(result),
  );
}

function digestList(result: ComparisonResult): HTMLElement | false {
  const recorded = result.alternatives.filter(({ digests }) => digests.length > 0);
  if (recorded.length === 0) return false;
  const runs = recorded.reduce((sum, { digests }) => sum + digests.length, 0);
  return element(
    'details',
    { class: 'digests' },
    element('summary', {}, `Digests of ${counted(runs, 'run')}`),
    element(
      'p',
      { class: 'dim' },
      'The same scenario, seed and version give the same digests on any machine, in seed order.',
    ),
    element('ul', {}, ...recorded.map(digestLine)),
  );
}

function digestLine(alternative: AlternativeResult): HTMLElement {
  const name = `${alternativeLabel(alternative)}, ${labelOf(alternative.environment)}`;
  return element('li', {}, element('span', {}, name), element('code', {}, alternative.digests.join(' ')));
}

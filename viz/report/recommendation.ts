/** What is recommended, one sentence for each place, at the head of the answer. */
import { recommendationsIn } from '../../scenarios/answers/recommendation.ts';
import type { ComparisonResult } from '../../sim/experiment/results.ts';
import { element } from '../shell/element.ts';

/** The list of recommendations; null where there is nothing to choose. */
export function recommendationList(result: ComparisonResult): HTMLElement | null {
  const found = recommendationsIn(result);
  if (found.length === 0) return null;
  return element('ul', { class: 'recommendations' }, ...found.map(({ words }) => line(words)));
}

/** The sentence begins with its place, which leads the eye. */
function line(words: string): HTMLElement {
  const at = words.indexOf(': ');
  return element('li', {}, element('b', {}, words.slice(0, at + 1)), words.slice(at + 1));
}

/** The pages that say that something is not there, and what to do about it. */
import { element } from './element.ts';
import type { Page } from './page.ts';

/** A sentence, what to do, and a way back. The sentence is also announced as an alert. */
export function problemCard(title: string, sentence: string, ...actions: readonly Node[]): HTMLElement {
  return element(
    'section',
    { class: 'problem-card', role: 'alert' },
    element('h1', {}, title),
    element('p', {}, sentence),
    element('p', { class: 'problem-actions' }, ...actions, element('a', { href: '#/' }, 'Go to the library')),
  );
}

/** The page of an unknown hash. */
export const lostPage: Page = (root, context) => {
  context.describe({ title: 'Not found' });
  const card = problemCard(
    'There is no such page',
    'The address does not name a page of this visualizer. Start from the library.',
  );
  root.append(card);
  return () => card.remove();
};

/** The lesson page: the text on the left, on the right every place in the visualizer that the text points to. */
import './lessons.css';
import { lessonText } from '../library/scenarios.ts';
import { element } from '../shell/element.ts';
import { problemCard } from '../shell/lost.ts';
import type { Page } from '../shell/page.ts';
import { lessonElements } from './lesson-text.ts';
import { type Block, innerLinks, parseMarkdown, plainText } from './markdown.ts';

/** `#/lesson/<name>`. */
export const lessonPage: Page = (root, context) => {
  const name = context.path.join('/');
  const text = lessonText(name);
  const place = text === undefined ? missing(name) : lesson(parseMarkdown(text));
  context.describe({ title: place.querySelector('h1')?.textContent ?? 'Lesson' });
  root.append(place);
  return () => place.remove();
};

function missing(name: string): HTMLElement {
  return problemCard(
    'There is no such lesson',
    `No lesson is called "${name}". The library lists those that there are.`,
  );
}

function lesson(blocks: readonly Block[]): HTMLElement {
  return element(
    'div',
    { class: 'lesson' },
    element('article', { class: 'lesson-text' }, ...lessonElements(blocks)),
    element('aside', { class: 'lesson-links', 'aria-label': 'Try it' }, ...tryIt(blocks), ...contents(blocks)),
  );
}

const ROUTES: Readonly<Record<string, string>> = {
  live: 'Runs in this page',
  run: 'Replay of a recording',
  results: 'Results of a comparison',
  lesson: 'Another lesson',
};

function tryIt(blocks: readonly Block[]): readonly HTMLElement[] {
  const links = innerLinks(blocks);
  if (links.length === 0) return [];
  const items = links.map(({ href, words }) => {
    const kind = ROUTES[href.split('/')[1] ?? ''] ?? 'Page';
    return element('li', {}, element('a', { href }, words), element('span', {}, kind));
  });
  return [element('h2', {}, 'Try it'), element('ul', {}, ...items)];
}

function contents(blocks: readonly Block[]): readonly HTMLElement[] {
  const parts = blocks.flatMap((block) =>
    block.kind === 'heading' && block.level === 2 ? [plainText(block.content)] : [],
  );
  if (parts.length < 2) return [];
  return [element('h2', {}, 'In this lesson'), element('ol', {}, ...parts.map((part) => element('li', {}, part)))];
}

/** The lesson page: the text on the left, on the right every place in the visualizer that the text points to. */
import './lessons.css';
import { lessonText } from '../library/scenarios.ts';
import { element } from '../shell/element.ts';
import { problemCard } from '../shell/lost.ts';
import { hashOf, type Page } from '../shell/page.ts';
import { lessonElements } from './lesson-text.ts';
import { type Block, innerLinks, parseMarkdown, plainText } from './markdown.ts';

/** `#/lesson/<name>`. */
export const lessonPage: Page = (root, context) => {
  const name = context.path.join('/');
  const text = lessonText(name);
  const place = text === undefined ? missing(name) : lesson(name, parseMarkdown(text));
  context.describe({ title: place.querySelector('h1')?.textContent ?? 'Lesson' });
  root.append(place);
  goToPart(place, context.params.get('part'));
  return () => place.remove();
};

/** Where a link to a part of the lesson leads. */
function goToPart(place: HTMLElement, part: string | null): void {
  const heading = place.querySelectorAll('h2[tabindex]')[Number(part) - 1];
  if (!(heading instanceof HTMLElement)) return;
  heading.scrollIntoView();
  heading.focus({ preventScroll: true });
}

function missing(name: string): HTMLElement {
  return problemCard(
    'There is no such lesson',
    `No lesson is called "${name}". The library lists those that there are.`,
  );
}

function lesson(name: string, blocks: readonly Block[]): HTMLElement {
  return element(
    'div',
    { class: 'lesson' },
    element('article', { class: 'lesson-text' }, ...lessonElements(blocks)),
    element('aside', { class: 'lesson-links', 'aria-label': 'Try it' }, ...tryIt(blocks), ...contents(name, blocks)),
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

function contents(name: string, blocks: readonly Block[]): readonly HTMLElement[] {
  const parts = blocks.flatMap((block) =>
    block.kind === 'heading' && block.level === 2 ? [plainText(block.content)] : [],
  );
  if (parts.length < 2) return [];
  const links = parts.map((words, at) =>
    element('li', {}, element('a', { href: `${hashOf('lesson', name)}?part=${at + 1}` }, words)),
  );
  return [element('h2', {}, 'In this lesson'), element('ol', {}, ...links)];
}

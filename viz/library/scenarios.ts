/**
 * The bundled scenarios and lessons, taken in as texts when the page is built.
 *
 * Texts are data: nothing of the compiler comes with them.
 */
import { parseMarkdown, plainText } from '../lessons/markdown.ts';
import { type ScenarioSummary, summarise } from './scenario-lines.ts';

const scenarioTexts = import.meta.glob<string>('../../scenarios/library/*.yaml', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const lessonTexts = import.meta.glob<string>('../../scenarios/library/*.md', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** A scenario with what its lesson promises. */
export interface LibraryScenario extends ScenarioSummary {
  /** The first paragraph of the lesson; null when there is no lesson. */
  readonly learn: string | null;
}

/** All bundled scenarios, the smallest file first: that is the order in which to read them. */
export function libraryScenarios(): readonly LibraryScenario[] {
  return Object.entries(scenarioTexts)
    .map(([path, text]) => {
      const name = nameOf(path);
      return { ...summarise(name, text), learn: learnOf(name) };
    })
    .sort((a, b) => a.lines - b.lines || (a.name < b.name ? -1 : 1));
}

/** The Markdown of a lesson. */
export function lessonText(name: string): string | undefined {
  return Object.entries(lessonTexts).find(([path]) => nameOf(path) === name)?.[1];
}

function learnOf(name: string): string | null {
  const text = lessonText(name);
  if (text === undefined) return null;
  const first = parseMarkdown(text).find((block) => block.kind === 'paragraph');
  return first?.kind === 'paragraph' ? plainText(first.content) : null;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.[a-z]+$/, '');
}

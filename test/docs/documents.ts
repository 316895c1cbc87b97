/** The documents of the project as text, with what tests look at: code blocks, commands, links and paths. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ROOT } from '../tidy/sources.ts';

export interface Document {
  /** Path from the root, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** The document at this path from the root. */
export function documentAt(path: string): Document {
  return { path, text: readFileSync(join(ROOT, path), 'utf8') };
}

/** The three documents of the root. */
export const ROOT_DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'MODELS.md'].map(documentAt);

/** The lessons of the library. */
export const LESSONS = readdirSync(join(ROOT, 'scenarios/library'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => documentAt(`scenarios/library/${name}`));

/** Contents of the fenced blocks of one language; lessons name none. */
export function blocksOf({ text }: Document, language: string): string[] {
  return [...text.matchAll(/^ *```(\w*)\n([\s\S]*?)^ *```$/gm)]
    .filter(([, name]) => name === language)
    .map(([, , content]) => content!);
}

/** Lines to type, one command each. */
export function commandsOf(document: Document): string[] {
  return [...blocksOf(document, 'sh'), ...blocksOf(document, '')]
    .flatMap((block) => block.split('\n'))
    .map((line) => line.trim())
    .filter((line) => /^(?:[A-Z_]+=\S+ )*(?:npm|npx|apt-get)\b/.test(line));
}

/** What comes after `wavetank --` in a command, as words; undefined for other commands. */
export function wavetankWords(command: string): string[] | undefined {
  const rest = /^npm run --silent wavetank -- (.+)$/.exec(command)?.[1];
  return rest?.split(' ').map((word) => word.replace(/^'(.*)'$/, '$1'));
}

/** Targets of links and pictures that lead to files, as paths from the root. */
export function linkedFiles({ path, text }: Document): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target!.replace(/#.*$/, ''))
    .filter((target) => target !== '' && !target.includes(':'))
    .map((target) =>
      relative(ROOT, join(ROOT, dirname(path), target))
        .split('\\')
        .join('/'),
    );
}

/** Targets of links to a heading of the same document. */
export function linkedHeadings({ text }: Document): string[] {
  return [...text.matchAll(/\]\(#([^)/\s]+)\)/g)].map(([, heading]) => heading!);
}

const TOP = /^(?:sim|models|scenarios|viz|bench|test|\.ci)(?:\/[\w.-]+)*$/;

/** Files and folders of the checkout that the text names in backquotes. */
export function namedPaths({ text }: Document): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, words]) => words!).filter((words) => TOP.test(words));
}

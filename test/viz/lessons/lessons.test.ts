import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { innerLinks, parseMarkdown } from '../../../viz/lessons/markdown.ts';

const FOLDER = new URL('../../../scenarios/library/', import.meta.url);
const names = readdirSync(FOLDER);
const scenarios = names.filter((name) => name.endsWith('.yaml')).map((name) => name.replace('.yaml', ''));
const lessons = names.filter((name) => name.endsWith('.md')).map((name) => name.replace('.md', ''));

describe('the lessons', () => {
  it('are there for every scenario of the library', () => {
    expect(lessons).toEqual(expect.arrayContaining(scenarios));
  });

  it.each(lessons)('%s opens with one title and a paragraph that says what one learns', (name) => {
    const blocks = parseMarkdown(readFileSync(new URL(`${name}.md`, FOLDER), 'utf8'));
    expect(blocks[0]).toMatchObject({ kind: 'heading', level: 1 });
    expect(blocks[1]?.kind).toBe('paragraph');
    expect(blocks.filter((block) => block.kind === 'heading' && block.level === 1)).toHaveLength(1);
  });

  it.each(lessons)('%s links only to scenarios, lessons and results that can be', (name) => {
    const blocks = parseMarkdown(readFileSync(new URL(`${name}.md`, FOLDER), 'utf8'));
    for (const { href } of innerLinks(blocks)) {
      const [, route, target] = href.split('/');
      expect(['live', 'lesson', 'results']).toContain(route);
      expect(scenarios, href).toContain(target);
    }
  });
});

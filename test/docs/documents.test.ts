/** The documents name what is there: files, verbs, rooms, scripts. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { schemeNames } from '../../models/schemes/index.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { VERBS } from '../../scenarios/command/verbs.ts';
import { ROOT } from '../tidy/sources.ts';
import {
  blocksOf,
  commandsOf,
  documentAt,
  LESSONS,
  linkedFiles,
  linkedHeadings,
  namedPaths,
  ROOT_DOCUMENTS,
} from './documents.ts';

const README = documentAt('README.md');
const MODELS = documentAt('MODELS.md');
const missing = (paths: readonly string[]): string[] => paths.filter((path) => !existsSync(join(ROOT, path)));

describe.each([...ROOT_DOCUMENTS, ...LESSONS])('$path', (document) => {
  it('links only to files and headings that are there', () => {
    expect(missing(linkedFiles(document))).toEqual([]);
    const headings = [...document.text.matchAll(/^#+ +(.*)$/gm)].map(([, words]) => words!.toLowerCase());
    const anchors = headings.map((words) => words.replace(/[^\w\s-]/g, '').replaceAll(' ', '-'));
    expect(linkedHeadings(document).filter((target) => !anchors.includes(target))).toEqual([]);
  });

  it('names only files and folders that are there', () => {
    expect(missing(namedPaths(document))).toEqual([]);
  });

  it('calls only scripts of package.json, and tests that are there', () => {
    const commands = commandsOf(document);
    const scripts = commands.flatMap((line) => /npm (?:run (?:--silent )?)?([a-z]+)/.exec(line)?.[1] ?? []);
    expect(scripts.filter((script) => !Object.hasOwn(packageJson.scripts, script))).toEqual([]);
    const tests = commands.flatMap((line) => /npx vitest run (.+)$/.exec(line)?.[1]?.split(' ') ?? []);
    expect(missing(tests)).toEqual([]);
  });
});

describe('the documents together', () => {
  it('have something to check', () => {
    expect(ROOT_DOCUMENTS.flatMap(linkedFiles).length).toBeGreaterThan(30);
    expect(ROOT_DOCUMENTS.flatMap(namedPaths).length).toBeGreaterThan(20);
    expect(ROOT_DOCUMENTS.flatMap(commandsOf).length).toBeGreaterThan(20);
  });

  it('README quotes the first scenario as it is', () => {
    expect(blocksOf(README, 'yaml')).toEqual([documentAt('scenarios/library/first-steps.yaml').text]);
  });

  it('the lesson quotes lines of the first scenario as they are', () => {
    const scenario = documentAt('scenarios/library/first-steps.yaml').text.split('\n');
    const quoted = blocksOf(documentAt('scenarios/library/first-steps.md'), '')
      .flatMap((block) => block.split('\n'))
      .filter((line) => line !== '' && !line.startsWith('npm '));
    expect(quoted.length).toBeGreaterThan(8);
    expect(quoted.filter((line) => !scenario.includes(line))).toEqual([]);
  });

  it('README names every verb in its table', () => {
    const rows = [...README.text.matchAll(/^\| `([a-z]+)[^`]*` \|/gm)].map(([, verb]) => verb);
    expect(rows.filter((name) => VERBS.some((verb) => verb.name === name)).sort()).toEqual(
      VERBS.map(({ name }) => name).sort(),
    );
  });

  it('MODELS has a section for every room of models', () => {
    const rooms = readdirSync(join(ROOT, 'models'));
    const sections = [...MODELS.text.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
    expect(rooms.filter((room) => !sections.includes(room))).toEqual([]);
    expect(schemeNames.filter((name) => !MODELS.text.includes(`models/schemes/${name}.ts`))).toEqual([]);
  });

  it('every room section of MODELS says what is left out', () => {
    const sections = MODELS.text
      .split(/^## /m)
      .filter((section) => existsSync(join(ROOT, 'models', section.split('\n')[0]!)));
    expect(sections.length).toBe(readdirSync(join(ROOT, 'models')).length);
    for (const section of sections) expect(section).toMatch(/left out/i);
  });

  it('pictures are small enough for a page', () => {
    const pictures = linkedFiles(README).filter((path) => path.endsWith('.png'));
    expect(pictures).toHaveLength(2);
    for (const path of pictures) expect(statSync(join(ROOT, path)).size).toBeLessThan(300_000);
  });
});

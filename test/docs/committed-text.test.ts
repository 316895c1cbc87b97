/** No text file of the project names a folder of somebody's machine, or the place that packages came from. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../tidy/sources.ts';

/** What is not committed (.gitignore), and git's own. */
const ELSEWHERE = new Set(['.git', 'node_modules', 'dist', 'results', '.vite', 'actual']);
const PICTURE = /\.(?:png|jpg|ico|wtrace|woff2?)$/;

interface TextFile {
  readonly path: string;
  readonly text: string;
}

function textFiles(folder = ''): TextFile[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (ELSEWHERE.has(entry.name) || PICTURE.test(entry.name) || entry.name.endsWith('.log')) return [];
    if (entry.isDirectory()) return textFiles(path);
    return entry.isFile() ? [{ path, text: readFileSync(join(ROOT, path), 'utf8') }] : [];
  });
}

const files = textFiles();

/** Spelt in parts, so that this file does not find itself. */
const HOMES = new RegExp(`(?<![\\w.-])/(?:${['work', 'home', 'root', 'Users', 'tmp', 'mnt', 'srv'].join('|')})/\\w`);
const REGISTRIES = new RegExp(
  ['registry\\.\\w', 'npm' + 'js\\.', 'yarn' + 'pkg\\.', 'arti' + 'factory', '"resol' + 'ved"'].join('|'),
  'i',
);

function found(pattern: RegExp): string[] {
  return files.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}: ${line.trim().slice(0, 80)}`] : [])),
  );
}

describe('committed text', () => {
  it('is all looked at', () => {
    for (const path of ['README.md', 'package-lock.json', '.ci/run', 'scenarios/data/openb.md', 'LICENSE'])
      expect(
        files.some((file) => file.path === path),
        path,
      ).toBe(true);
  });

  it('names no absolute path of a machine', () => {
    expect(found(HOMES)).toEqual([]);
  });

  it('names no registry', () => {
    expect(found(REGISTRIES)).toEqual([]);
  });
});

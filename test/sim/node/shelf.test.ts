import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openShelf } from '../../../sim/node/shelf.ts';

let folder = '';
const put = (name: string, title: string, padding = 0): void => {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify({ scenario: { title }, padding: ' '.repeat(padding) }));
  utimesSync(path, 1000, 1000);
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wavetank-shelf-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('lists more files than it looks into at a time, in order', async () => {
  for (let i = 10; i < 21; i++) put(`${i}.results.json`, `title ${i}`);
  const entries = await (await openShelf(folder)).list();
  expect(entries.map((entry) => entry.title)).toEqual(Array.from({ length: 11 }, (_, i) => `title ${i + 10}`));
});

it('leaves out the title of a large file', async () => {
  put('a.results.json', 'large', 1_000_000);
  expect((await (await openShelf(folder)).list())[0]).not.toHaveProperty('title');
});

it('reads a title again only when the file has changed', async () => {
  const shelf = await openShelf(folder);
  const titles = async () => (await shelf.list()).map((entry) => entry.title);
  put('a.results.json', 'one');
  expect(await titles()).toEqual(['one']);
  // Same size, same time: taken from memory.
  put('a.results.json', 'two');
  expect(await titles()).toEqual(['one']);
  put('a.results.json', 'three');
  expect(await titles()).toEqual(['three']);
});

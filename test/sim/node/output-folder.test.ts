import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeptWhenDone, probeOutputFolder, removeParts } from '../../../sim/node/output-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'output-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a folder that an answer will be written into', () => {
  it('is made, found writable, and left as it was', async () => {
    const below = join(folder, 'a', 'b');
    await probeOutputFolder(below, ['results.json']);
    expect(readdirSync(below)).toEqual([]);
  });

  it('is refused before any work when a folder stands where a file must go', async () => {
    mkdirSync(join(folder, 'results.json'));
    await expect(probeOutputFolder(folder, ['results.json'])).rejects.toThrow(/is a folder/);
  });

  it('is refused when nothing can be written there', async () => {
    await expect(probeOutputFolder('/proc/none', [])).rejects.toThrow(/cannot be made|cannot be written/);
  });
});

describe('a recording', () => {
  const path = (): string => join(folder, 'a.wtrace');

  it('stands in its place only when it is done', () => {
    writeFileSync(path(), 'older');
    const sink = new KeptWhenDone(path());
    sink.write(new Uint8Array([1, 2, 3]));
    expect(readFileSync(path(), 'utf8')).toBe('older');
    sink.close(true);
    expect([...readFileSync(path())]).toEqual([1, 2, 3]);
    expect(readdirSync(folder)).toEqual(['a.wtrace']);
  });

  it('leaves an older one alone when it was cut short', () => {
    writeFileSync(path(), 'older');
    const sink = new KeptWhenDone(path());
    sink.write(new Uint8Array([1, 2, 3]));
    sink.close(false);
    expect(readFileSync(path(), 'utf8')).toBe('older');
    expect(readdirSync(folder)).toEqual(['a.wtrace']);
  });

  it('that was ended from outside is cleared away', async () => {
    new KeptWhenDone(path()).write(new Uint8Array([1]));
    expect(readdirSync(folder)).toEqual(['a.wtrace.part']);
    await removeParts([path()]);
    expect(readdirSync(folder)).toEqual([]);
  });
});

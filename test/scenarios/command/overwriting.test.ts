/** No verb writes over the file that it reads: a scenario, a recording and results are work that would be gone. */
import { linkSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resultsText } from '../../../scenarios/answers/results-text.ts';
import { invoke } from '../../../scenarios/command/invocation.ts';
import { VERBS } from '../../../scenarios/command/verbs.ts';
import { bundledLibrary } from '../../../scenarios/document/bundled-library.ts';
import { sampleComparison } from '../../viz/compare/sample-results.ts';
import { recordedIo } from './recorded-io.ts';

let folder = '';
const at = (name: string): string => join(folder, name);

async function calling(...words: readonly string[]) {
  const io = recordedIo({ cwd: folder });
  return { status: await invoke(words, io, VERBS), ...io.said };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wavetank-overwriting-'));
  writeFileSync(at('mine.yaml'), bundledLibrary.scenario('first-steps')!);
  writeFileSync(at('results.json'), resultsText(sampleComparison()));
  expect((await calling('run', 'mine.yaml', '--until', '2s', '--trace', 'run.wtrace')).status).toBe(0);
  symlinkSync('mine.yaml', at('link.yaml'));
  linkSync(at('run.wtrace'), at('other.wtrace'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a file that is read', () => {
  it.each([
    ['mine.yaml', ['run', 'mine.yaml', '--until', '2s', '--trace', 'mine.yaml']],
    ['mine.yaml', ['run', 'mine.yaml', '--until', '2s', '--trace', 'link.yaml']],
    ['run.wtrace', ['export', 'run.wtrace', '--format', 'ndjson', '--out', 'run.wtrace']],
    ['run.wtrace', ['export', 'run.wtrace', '--format', 'csv', '--table', 'marks', '--out', 'other.wtrace']],
    ['results.json', ['report', 'results.json', '--out', './results.json']],
    ['results.json', ['report', '.', '--out', 'results.json']],
  ])('%s is not written over by %j', async (name, words) => {
    const before = readFileSync(at(name));
    const { status, out, err } = await calling(...words);
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain('is the file that is read, and would be written over. Name another file.');
    expect(readFileSync(at(name)).equals(before)).toBe(true);
  });
});

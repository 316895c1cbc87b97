/** `wavetank report`: a results file as a page, as Markdown and as JSON, and what it says to a file that is none. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resultsText } from '../../../scenarios/answers/results-text.ts';
import { invoke } from '../../../scenarios/command/invocation.ts';
import { VERBS } from '../../../scenarios/command/verbs.ts';
import { sampleComparison } from '../../viz/compare/sample-results.ts';
import { recordedIo } from './recorded-io.ts';

let folder: string;
const sample = sampleComparison();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wavetank-report-verb-'));
  writeFileSync(join(folder, 'results.json'), resultsText(sample));
  writeFileSync(join(folder, 'other.json'), '{"format": "something"}');
  writeFileSync(join(folder, 'newer.json'), JSON.stringify({ ...sample, version: 99 }));
  writeFileSync(join(folder, 'torn.json'), resultsText(sample).slice(0, 500));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function calling(cwd: string, ...words: readonly string[]) {
  const io = recordedIo({ cwd });
  const status = await invoke(words, io, VERBS);
  return { status, ...io.said };
}

describe('the verb report', () => {
  it('gives Markdown of a file, or of the folder that holds it', async () => {
    const ofFile = await calling(folder, 'report', 'results.json', '--format', 'md');
    const ofFolder = await calling(folder, 'report', '.', '--format', 'md');
    expect(ofFile.status).toBe(0);
    expect(ofFile.out).toMatch(/^# SAMPLE DATA/);
    expect(ofFolder.out).toBe(ofFile.out);
  });

  it('gives JSON that is the file again', async () => {
    const { out } = await calling(folder, 'report', 'results.json', '--format', 'json');
    expect(out).toBe(resultsText(sample));
  });

  it('writes a file where one is asked for', async () => {
    const { status, out, err } = await calling(folder, 'report', '.', '--format=md', '--out', 'again.md');
    expect([status, out]).toEqual([0, '']);
    expect(err).toContain('again.md');
    expect(readFileSync(join(folder, 'again.md'), 'utf8')).toMatch(/^# SAMPLE DATA/);
  });

  it.each([
    [['other.json', '--format=md'], /not the result of a comparison.*results\.json/],
    [['newer.json', '--format=md'], /version 99 of the file layout/],
    [['torn.json', '--format=md'], /torn\.json is no JSON/],
    [['missing.json', '--format=md'], /missing\.json/],
    [['results.json', '--format=mdd'], /--format must be html, md or json, but "mdd" was given\. Did you mean md\?/],
    [[], /RESULTS is missing/],
  ] as const)('refuses %j with status 2 and a sentence', async (words, sentence) => {
    const { status, out, err } = await calling(folder, 'report', ...words);
    expect(status).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(sentence);
    expect(err).not.toContain('Internal error');
  });
});

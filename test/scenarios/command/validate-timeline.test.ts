/** `validate --timeline CASE`: what was recorded beside what ours did, in order of time, and what it says of wrong names. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { validateVerb } from '../../../scenarios/command/validate.ts';
import type { TimelineStretch } from '../../../scenarios/reality/suite.ts';

const folder = mkdtempSync(join(tmpdir(), 'timeline-'));
afterAll(() => rmSync(folder, { recursive: true }));
const oracles = fileURLToPath(new URL('../../oracles/', import.meta.url));
for (const name of ['net/clique-00-ebgp-clique-n3-mrai0.json', 'dataplane/dataplane-06-service-chains.json'])
  cpSync(join(oracles, name), join(folder, name.split('/')[1]!));

async function timeline(name: string, ...words: string[]) {
  const said = { out: '', err: '' };
  const io = {
    out: (text: string) => (said.out += text),
    err: (text: string) => (said.err += text),
    cwd: folder,
    timeline: name,
  };
  const status = await validateVerb([folder, ...words], io);
  return { status, ...said };
}

describe('the timeline of a case', () => {
  it('names its cold start and its events, and puts both sides in order of time', async () => {
    const { status, out } = await timeline('clique-00-ebgp-clique-n3-mrai0', '--json');
    expect(status).toBe(0);
    const { stretches } = JSON.parse(out) as { stretches: TimelineStretch[] };
    expect(stretches.length).toBeGreaterThanOrEqual(3);
    for (const { entries } of stretches) {
      const times = entries.map(({ seconds }) => seconds);
      expect(times).toEqual([...times].sort((a, b) => a - b));
    }
    // A clique of three that hunts: (n - 1)^2 (n + 2) / 2 = 10 updates with routes, recorded and ours.
    const hunt = stretches.find(({ title }) => /withdraw/i.test(title))!;
    const updates = hunt.counts.find(({ name }) => /UPDATE/i.test(name) && !/eor|end/i.test(name))!;
    expect([updates.recorded, updates.ours]).toEqual([10, 10]);
    const told = (source: 'recorded' | 'ours'): number =>
      hunt.entries.filter((entry) => entry.source === source && /UPDATE/i.test(entry.text)).length;
    expect([told('recorded'), told('ours')]).toEqual([10, 10]);
  });

  it('is a table for people, with both columns filled', async () => {
    const { status, out } = await timeline('clique-00-ebgp-clique-n3-mrai0');
    expect(status).toBe(0);
    expect(out).toMatch(/time, s +recorded +ours/);
    expect(out).toMatch(/counted +recorded +ours/);
    expect(out.split('\n').some((line) => /^ +\d\.\d{4} {2,}\S/.test(line))).toBe(true);
  });

  it('is found by the name of the case, too', async () => {
    const { out } = await timeline('clique-00-ebgp-clique-n3-mrai0', '--json');
    const named = await timeline('ebgp-clique-n3-mrai0', '--json');
    expect(named.out).toBe(out);
  });

  it.each([
    ['no-such-case', 'There is no case "no-such-case". Cases that have one: ebgp-clique-n3-mrai0'],
    ['service-chains', 'Cases of suite dataplane have no timeline'],
  ])('of %s is refused', async (name, words) => {
    const { status, err, out } = await timeline(name);
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(words);
  });
});

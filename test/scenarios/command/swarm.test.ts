/** `wavetank swarm`: what it says when all is well, and when something is not. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { invoke } from '../../../scenarios/command/invocation.ts';
import { VERBS } from '../../../scenarios/command/verbs.ts';
import { swarmFile } from '../../../scenarios/swarm/generate.ts';
import type { SwarmFile } from '../../../scenarios/swarm/swarm-file.ts';
import * as trials from '../../../scenarios/swarm/trial.ts';
import { recordedIo } from './recorded-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-swarm-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function swarm(...words: string[]) {
  const io = recordedIo({ cwd: folder });
  const status = await invoke(['swarm', '--workers', '0', ...words], io, VERBS);
  return { status, ...io.said };
}

describe('the swarm command', () => {
  it('sums up seeds that settle', async () => {
    const { status, out } = await swarm('--from', '7', '--seeds', '2');
    expect(out).toMatch(/^2 seeds, 0 failed; 0\.\d simulated hours, \d+ events\.\n$/);
    expect(status).toBe(0);
  });

  it('gives one seed the same digest again, and its scenario to keep', async () => {
    const first = await swarm('--seed', '7', '--out', 'kept');
    expect(first.out).toMatch(/Digest [0-9a-f]{32}\./);
    const text = readFileSync(join(folder, 'kept', 'swarm-7.yaml'), 'utf8');
    expect(text).toMatch(/^# Drawn by wavetank swarm --seed 7\.\nwavetank: 1\n/);
    const io = recordedIo({ cwd: folder });
    await invoke(['run', 'kept/swarm-7.yaml', '--json'], io, VERBS);
    expect(first.out).toContain(JSON.parse(io.said.out).digest);
  });

  it('refuses one seed and many at once', async () => {
    const { status, err } = await swarm('--seed', '7', '--seeds', '3');
    expect(err).toContain('--seed is one seed alone');
    expect(status).toBe(2);
  });

  it('tells what was expected and seen, how to see it again, and what is left of it', async () => {
    const finding = { checker: 'room', timeNs: 61e9, expected: 'at most 2000', seen: '3000' };
    const failing = (file: SwarmFile) => (file.changes ?? []).length > 0;
    const trial = { digest: '', events: 5, simulatedNs: 60e9 };
    const one = vi.spyOn(trials, 'trySeed').mockImplementation(async (seed) => {
      return { seed, findings: seed === 9 ? [finding] : [], ...trial };
    });
    const part = vi.spyOn(trials, 'tryFile').mockImplementation(async (seed, file) => {
      return { seed, findings: failing(file) ? [finding] : [], ...trial };
    });
    const { status, out } = await swarm('--seeds', '9', '--out', 'failed');
    const json = JSON.parse((await swarm('--seeds', '9', '--json')).out);
    one.mockRestore();
    part.mockRestore();
    expect(status).toBe(1);
    expect(out).toBe(
      [
        'seed 9: room, at 61 s',
        '  expected  at most 2000',
        '  seen      3000',
        '  again     wavetank swarm --seed 9',
        `  scenario  ${join('failed', 'swarm-9.yaml')}`,
        '',
        '9 seeds, 1 failed; 0.1 simulated hours, 45 events.',
        '',
      ].join('\n'),
    );
    expect(json).toMatchObject({ from: 1, seeds: 9, failed: 1 });
    expect(json.trials[8]).toMatchObject({ seed: 9, findings: [finding], command: 'wavetank swarm --seed 9' });
    const left = readFileSync(join(folder, 'failed', 'swarm-9.yaml'), 'utf8');
    expect(left).toContain(
      '# What is left of wavetank swarm --seed 9. room at 61 s: expected at most 2000; seen 3000.',
    );
    expect(swarmFile(9).changes!.length).toBeGreaterThan(1);
    expect(parse(left).changes).toHaveLength(1);
    expect(parse(left).faults ?? []).toHaveLength(0);
  });
});

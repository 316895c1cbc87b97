import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { validateVerb } from '../../../scenarios/command/validate.ts';

const QUICK = fileURLToPath(new URL('../../oracles/flow/case-13.json', import.meta.url));
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wavetank-validate-'));
  for (const name of ['good', 'bad', 'empty', 'broken', 'deep/flow', 'huge', 'strange', 'pipe']) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  cpSync(QUICK, join(folder, 'good', 'a.json'));
  cpSync(QUICK, join(folder, 'deep', 'flow', 'a.json'));
  writeFileSync(join(folder, 'good', 'README.md'), '# not a case');
  writeFileSync(join(folder, 'deep', 'other.json'), '{"meta": {}, "cases": [{"family": "taints"}]}');
  writeFileSync(join(folder, 'strange', 'a.json'), '{"suite": "\\u001b[31mtaints"}');
  execFileSync('mkfifo', [join(folder, 'pipe', 'a.json')]);
  writeFileSync(join(folder, 'broken', 'a.json'), '{"suite": "flow",');
  const workload = { racks: 1, hostsPerRack: 2, spines: 1, linkBitsPerSec: 8, slots: 1, completions: 1 };
  const flow = { suite: 'flow', case: 'closed-x', workload: { ...workload, localPercent: 0, meanBytes: 1 } };
  writeFileSync(join(folder, 'bad', 'a.json'), JSON.stringify({ ...flow, observed: { completed: 2 } }));
  openSync(join(folder, 'huge', 'a.json'), 'w');
  truncateSync(join(folder, 'huge', 'a.json'), 256 * 1024 * 1024 + 1);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function call(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const out = (text: string): void => {
    said.out += text;
  };
  const err = (text: string): void => {
    said.err += text;
  };
  return { status: await validateVerb(args, { out, err, cwd: folder }), ...said };
}

it('prints the report as one JSON document', async () => {
  const { status, out } = await call('good', '--json');
  const report = JSON.parse(out);
  expect(status).toBe(0);
  expect(report.suites[0]).toMatchObject({ suite: 'flow', family: 'closed', cases: 1, agree: 1 });
  expect(Object.keys(report.suites[0].details[0])).toEqual(['case', 'agree', 'quantities']);
  expect(report.suites[0].details[0].quantities[0]).toMatchObject({
    name: 'simulatedSeconds',
    tolerance: { relative: 1e-6 },
    agree: true,
  });
});

it('takes a folder of folders, and leaves kinds aside that it does not know', async () => {
  const { status, out } = await call('deep');
  expect(status).toBe(0);
  expect(out).toContain('flow   closed  1      1');
  expect(out).toContain('other.json: 1 case of "taints", which no suite here recognises.');
});

it('names each disagreement, with status 1', async () => {
  const { status, out } = await call('bad');
  expect(status).toBe(1);
  expect(out).toContain('flow closed-x disagrees:\n  completed: observed 2, simulated 1\n');
});

it.each([
  [['nowhere'], 'There is no folder'],
  [['empty'], 'holds no recorded cases'],
  [['broken'], 'a.json: This file cannot be read: '],
  [['strange'], 'No case was replayed'],
  [['pipe'], 'a.json: This is a pipe, a device or a folder, and no file.'],
  [['huge'], 'This file has 268435457 bytes; at most 268435456 are read.'],
  [['good', 'bad'], '"bad" is not expected here'],
  [['--jsn'], '"--jsn" is not expected here'],
])('answers %j with status 2 and a sentence', async (args, sentence) => {
  const { status, err } = await call(...args);
  expect(status).toBe(2);
  expect(err).toContain(sentence);
});

it('shows no control characters of the files', async () => {
  expect((await call('strange')).out).toContain('a.json: 1 case of "\uFFFD[31mtaints"');
});

it('replays our own recordings when no folder is named', async () => {
  const { out, err } = await call('--json');
  expect(JSON.parse(out).suites.length).toBeGreaterThan(0);
  expect(err).toContain('replaying flow/case-13.json');
}, 120_000);

it('spreads slow cases over threads, with the same report', async () => {
  const cases = fileURLToPath(new URL('../../oracles/openb/', import.meta.url));
  for (const name of ['multigpu50-GpuPacking.json', 'lists/multigpu50.json', 'lists/gpu-nodes.json'])
    cpSync(join(cases, name), join(folder, 'slow', name));
  cpSync(QUICK, join(folder, 'slow', 'flow.json'));
  const said: string[] = [];
  const io = { out: (text: string) => said.push(text), err: () => undefined, cwd: folder };
  const statuses = [
    await validateVerb(['slow', '--json'], { ...io, workers: 0 }),
    await validateVerb(['slow', '--json'], { ...io, workers: 1 }),
  ];
  expect(statuses).toEqual([0, 0]);
  expect(JSON.parse(said[0]!).suites.map(({ suite }: { suite: string }) => suite)).toEqual(['flow', 'openb']);
  expect(said[1]).toBe(said[0]);
  expect(await validateVerb(['slow'], { ...io, workers: 1, signal: AbortSignal.abort() })).toBe(130);
}, 60_000);

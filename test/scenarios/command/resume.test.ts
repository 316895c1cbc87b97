/**
 * Comparisons that are killed, meet each other, or meet a full disk: the built program in processes of its own.
 *
 * The instants of the kills are drawn from a seed that was fixed before the first run of this test.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StreamSource } from '../../../sim/random/stream.ts';

const PROGRAM = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));
const SEED = 'kills/2026';
const KILLS = 12;
const KILLS_OF_A_FOLDER = 4;
const ALTERNATIVES = 3;
const REPLICATIONS = 4;
const RUNS = ALTERNATIVES * REPLICATIONS;
const OUT = 'answer';
const WORDS = ['compare', 'small.yaml', '--out', OUT, '--traces', '--workers', '2'];

const SCENARIO = `
wavetank: 1
title: Small
question: Does the answer survive?
seed: kills
replications: ${REPLICATIONS}
duration: 6s
cluster:
  nodes: [{ count: 12, name: node, cpu: 8, memory: 32Gi }]
  pods: [{ count: 60, name: web, cpu: 1, memory: 2Gi, replicas: 6 }]
fabric: { nodesPerRack: 4, spines: 2, hostLink: 1Gbps, uplink: 1Gbps }
services: { fanout: 2 }
traffic:
  start: 1s
  talkers: [{ name: bulk, rate: 50, size: { exponential: { mean: 4MiB } }, measures: throughput }]
faults: [{ at: 3s, link: { rack: 1, spine: 0 } }]
environment: machine-room-bgp
vary: { scheme: [flannel-vxlan, calico-bgp, custom-static] }
`;

let root: string;
beforeAll(() => {
  if (!existsSync(PROGRAM)) throw new Error('dist/cli.js is missing: run "npm run build" first');
  root = mkdtempSync(join(tmpdir(), 'wavetank-resume-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Ended {
  readonly status: number | null;
  readonly killed: boolean;
  readonly out: string;
  readonly err: string;
  readonly tookMs: number;
}

/** The program in a folder of its own, so that the words of the command are the same everywhere. */
function start(
  cwd: string,
  words: readonly string[] = WORDS,
  shell = '',
): { child: ChildProcess; ended: Promise<Ended> } {
  const { INIT_CWD: _, ...env } = process.env;
  const began = performance.now();
  const child =
    shell === ''
      ? spawn(process.execPath, [PROGRAM, ...words], { cwd, env })
      : spawn('sh', ['-c', `${shell} exec "$0" "$@"`, process.execPath, PROGRAM, ...words], { cwd, env });
  let [out, err] = ['', ''];
  child.stdout!.on('data', (data) => (out += data));
  child.stderr!.on('data', (data) => (err += data));
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (status, signal) =>
      resolve({ status, killed: signal === 'SIGKILL', out, err, tookMs: performance.now() - began }),
    ),
  );
  return { child, ended };
}

const run = (cwd: string, words?: readonly string[], shell?: string): Promise<Ended> => start(cwd, words, shell).ended;

function workFolder(name: string): string {
  const cwd = join(root, name);
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'small.yaml'), SCENARIO);
  return cwd;
}

/** Every file of an answer with its bytes; the journal holds its lines in another order. */
function filesOf(cwd: string): Map<string, string> {
  const names = readdirSync(join(cwd, OUT)).filter((name) => name !== 'runs.journal');
  return new Map(names.sort().map((name) => [name, readFileSync(join(cwd, OUT, name)).toString('base64')]));
}

/** Keys in the journal: runs, and recordings. */
function journalled(cwd: string): string[] {
  const path = join(cwd, OUT, 'runs.journal');
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(1, -1);
  return lines.map((line) => (JSON.parse(line.slice(9)) as { key: string }).key);
}

const takenOver = (err: string): number => Number(/(?:All )?(\d+) (?:of \d+ )?runs? w/.exec(err)?.[1] ?? 0);
const runsDone = (err: string): number => Number(/ of (\d+) runs done, 0 running, took/.exec(err)?.[1] ?? 0);

describe('a comparison that is killed', () => {
  let undisturbed: Map<string, string>;
  let usualMs: number;

  beforeAll(async () => {
    const cwd = workFolder('undisturbed');
    const { status, tookMs, err } = await run(cwd);
    expect([status, takenOver(err), runsDone(err)]).toEqual([0, 0, RUNS]);
    undisturbed = filesOf(cwd);
    usualMs = tookMs;
  }, 60_000);

  it('leaves what an undisturbed one leaves when it is done again, byte for byte, and counts no run twice', async () => {
    const draws = new StreamSource(SEED).stream('kills', 'instants');
    expect([...undisturbed.keys()]).toEqual([
      'calico-bgp.wtrace',
      'custom-static.wtrace',
      'flannel-vxlan.wtrace',
      'report.html',
      'report.md',
      'results.json',
    ]);
    let kills = 0;
    for (let folder = 0; kills < KILLS; folder++) {
      const cwd = workFolder(`killed-${folder}`);
      let before = 0;
      for (let i = 0; i < KILLS_OF_A_FOLDER; i++) {
        const { child, ended } = start(cwd);
        // The last kill of a folder comes when the runs are over and the answer is being written.
        if (i === KILLS_OF_A_FOLDER - 1) await killInAnswer(child, ended, draws.below(60));
        else await Promise.race([ended, sleep(usualMs * (0.15 + 0.7 * (draws.below(1000) / 1000)))]);
        child.kill('SIGKILL');
        const { killed, err } = await ended;
        kills += killed ? 1 : 0;
        const now = journalled(cwd);
        expect(new Set(now).size).toBe(now.length);
        expect(takenOver(err)).toBeLessThanOrEqual(before);
        expect(now.length).toBeGreaterThanOrEqual(before);
        before = now.length;
      }
      const last = await run(cwd);
      expect(last.status).toBe(0);
      expect(takenOver(last.err) + runsDone(last.err)).toBe(RUNS);
      expect(filesOf(cwd)).toEqual(undisturbed);
      const keys = journalled(cwd);
      expect([keys.length, new Set(keys).size]).toEqual([RUNS + ALTERNATIVES, RUNS + ALTERNATIVES]);
    }
    expect(kills).toBeGreaterThanOrEqual(10);
  }, 120_000);

  it('writes recordings again that were damaged since, and runs nothing else', async () => {
    const cwd = join(root, 'undisturbed');
    const path = join(cwd, OUT, 'calico-bgp.wtrace');
    writeFileSync(path, readFileSync(path).subarray(0, -1));
    const { err } = await run(cwd);
    expect([takenOver(err), runsDone(err)]).toEqual([RUNS - 1, 1]);
    expect(filesOf(cwd)).toEqual(undisturbed);
  }, 30_000);

  it('runs only what is new when replications are added, and everything when it begins afresh', async () => {
    const more = [...WORDS, '--replications', '5'];
    const cwd = workFolder('more');
    await run(cwd, more);
    const grown = join(root, 'undisturbed');
    const { err } = await run(grown, more);
    expect([takenOver(err), runsDone(err)]).toEqual([RUNS, ALTERNATIVES]);
    expect(filesOf(grown)).toEqual(filesOf(cwd));
    const fresh = await run(cwd, [...more, '--fresh']);
    expect([takenOver(fresh.err), runsDone(fresh.err)]).toEqual([0, RUNS + ALTERNATIVES]);
    expect(readdirSync(join(cwd, OUT))).toContain('runs.journal.old');
    rmSync(join(cwd, OUT, 'runs.journal.old'));
    expect(filesOf(cwd)).toEqual(filesOf(grown));
  }, 60_000);
});

describe('a comparison that finds its warm-up and its number of replications by itself', () => {
  it('finds the same with any number of workers, and after a kill', async () => {
    const changes = [
      '--set',
      'traffic.warmUp=auto',
      '--precision',
      'goodput=6%',
      '--set',
      'precision.pilot=3',
      '--set',
      'precision.most=12',
    ];
    const words = (workers: number) => ['compare', 'small.yaml', '--out', OUT, ...changes, '--workers', `${workers}`];
    const [here, threads] = [workFolder('found-here'), workFolder('found-threads')];
    const { err } = await run(here, words(0));
    expect(err).toMatch(/The pilot of 3 asks for \d+ replications in all|but at most/);
    const { child, ended } = start(threads, words(2));
    while (journalled(threads).length < ALTERNATIVES + 2) await sleep(5);
    child.kill('SIGKILL');
    await ended;
    expect(takenOver((await run(threads, words(2))).err)).toBeGreaterThan(0);
    const [a, b] = [here, threads].map((cwd) => readFileSync(join(cwd, OUT, 'results.json'), 'utf8'));
    expect(a).toMatch(/MSER-5/);
    expect(b!.replace('--workers 2', '--workers 0')).toBe(a);
  }, 60_000);
});

/** Waits until the last run is over and so many milliseconds more. */
async function killInAnswer(child: ChildProcess, ended: Promise<Ended>, ms: number): Promise<void> {
  const allDone = new Promise<void>((resolve) => {
    let err = '';
    child.stderr!.on('data', (data) => {
      err += data;
      if (/\n?100 %|All \d+ runs were/.test(err)) resolve();
    });
  });
  await Promise.race([ended, allDone]);
  await sleep(ms);
}

describe('two comparisons in one folder', () => {
  it('do not mix: the second one stops before anything is run', async () => {
    const cwd = workFolder('two');
    const first = start(cwd);
    const lock = join(cwd, OUT, 'compare.lock');
    while (!existsSync(lock) || readFileSync(lock).length === 0) await sleep(5);
    // Held still: on a busy machine the first might end before the second has begun.
    first.child.kill('SIGSTOP');
    const second = await run(cwd);
    first.child.kill('SIGCONT');
    expect([second.status, second.out]).toEqual([2, '']);
    expect(second.err).toMatch(/^\S*answer is in use by another comparison \(process \d+, since .*\)\. Wait until/);
    expect((await first.ended).status).toBe(0);
    expect(readdirSync(join(cwd, OUT))).not.toContain('compare.lock');
  }, 30_000);
});

describe('a disk that takes no more', () => {
  it('is named, costs neither the answer nor what was finished, and the same command mends it', async () => {
    const cwd = workFolder('full');
    // A limit on the size of a file, for the want of a disk that we may fill: four kilobytes.
    const limited = await run(cwd, WORDS, 'trap "" XFSZ; ulimit -f 8;');
    expect(limited.out).toContain('Does the answer survive?');
    expect(limited.out).toContain(`means of ${REPLICATIONS} replications`);
    expect(limited.err).toMatch(
      /runs\.journal cannot be written: the file would be larger.*\nThe comparison goes on; runs that/,
    );
    expect(limited.err).toMatch(/wtrace\S* cannot be written: .* The run itself is part of the answer\./);
    expect(limited.err).toMatch(/results\.json cannot be written/);
    expect(limited.status).toBe(2);
    const kept = journalled(cwd).length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(RUNS);
    const mended = await run(cwd);
    expect([mended.status, runsDone(mended.err) >= RUNS - kept]).toEqual([0, true]);
    const cleanly = workFolder('not-full');
    await run(cleanly);
    expect(filesOf(cwd)).toEqual(filesOf(cleanly));
  }, 60_000);
});

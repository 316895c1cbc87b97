/**
 * What pool and journal cost beside the runs themselves: processor time of whole processes, on network-schemes.
 *
 * Each round does the same runs in four ways, in turns: one after the other in one process, with neither pool nor journal;
 * the halves of them in two such processes at once; as `compare --out` does them with a journal, on a pool of one thread;
 * and on a pool of two. User and system time of all threads count, start-up and compilation of code among them. Every
 * process compiles hot code for itself, and every thread too, and two runs at once share the caches: that is the price of
 * doing two things at once, with a pool or without. So one thread is held against one process, and two against two.
 * The bar: at most 5 % more. The spread of the rounds is printed, because a machine that others use too is noisy.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare, replicate, tasksOfSeed } from '../scenarios/answers/replication.ts';
import { runExperiment } from '../scenarios/command/experiment.ts';
import { FolderJournal } from '../scenarios/command/run-journal.ts';
import type { Io } from '../scenarios/command/verb.ts';
import { compile, type Plan } from '../scenarios/compile/index.ts';
import { bundledLibrary } from '../scenarios/document/bundled-library.ts';
import { loadScenario } from '../scenarios/document/load.ts';
import { replicationSeeds } from '../sim/experiment/design.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 3);
/** As many as the scenario itself asks for. */
const REPLICATIONS = 10;
const BAR_PERCENT = 5;

/** `plain/H/N` does half H of N, `pool/W` all of them on W threads. */
const WAYS = {
  'one process': ['plain/0/1'],
  'two processes': ['plain/0/2', 'plain/1/2'],
  'pool of 1': ['pool/1'],
  'pool of 2': ['pool/2'],
} as const;
type Way = keyof typeof WAYS;

/** What a process of one round came to. */
interface Cost {
  readonly runs: number;
  readonly cpuSeconds: number;
}

function plan(): Plan {
  const text = bundledLibrary.scenario('network-schemes')!;
  return compile(loadScenario(text, 'network-schemes.yaml', bundledLibrary, [`replications=${REPLICATIONS}`]));
}

async function plain(of: Plan, part: number, parts: number): Promise<number> {
  const prepared = prepare(of.document);
  let runs = 0;
  const host = {
    told: () => void runs++,
    sinkFor: () => {
      throw new Error('nothing is recorded');
    },
  };
  const seeds = replicationSeeds(of.document.seed, REPLICATIONS).filter((_, i) => i % parts === part);
  for (const seed of seeds) {
    const tasks = tasksOfSeed(
      of,
      seed,
      () => true,
      () => undefined,
    );
    for (const task of tasks) await replicate(task, prepared, host);
  }
  return runs;
}

async function pooled(of: Plan, workers: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'wavetank-bench-'));
  const silent = { write: () => undefined };
  const { signal } = new AbortController();
  const io: Io = { out: silent, err: silent, cwd: folder, signal, isTerminal: false, columns: 80 };
  try {
    const journal = new FolderJournal(folder, false, io);
    const { runs } = await runExperiment({ plan: of, workers, io, journal: journal.of(of) });
    journal.close();
    return [...runs.values()].reduce((sum, list) => sum + list.length, 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One process: does its runs and prints what the whole of it cost. */
async function child(deed: string): Promise<void> {
  const [way, a, b] = deed.split('/');
  const runs = way === 'plain' ? await plain(plan(), Number(a), Number(b)) : await pooled(plan(), Number(a));
  const { user, system } = process.cpuUsage();
  console.log(JSON.stringify({ runs, cpuSeconds: (user + system) / 1e6 } satisfies Cost));
}

function processOf(deed: string): Promise<Cost> {
  return new Promise((resolve, reject) => {
    const words = [fileURLToPath(import.meta.url), deed];
    const { stdout } = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    stdout.on('data', (piece: Buffer) => {
      text += piece.toString();
    });
    stdout.on('close', () => {
      if (text === '') reject(new Error(`the process "${deed}" ended without an answer`));
      else resolve(JSON.parse(text) as Cost);
    });
  });
}

/** All processes of a way at once, added up. */
async function costOf(way: Way): Promise<Cost> {
  const costs = await Promise.all(WAYS[way].map(processOf));
  const total = (key: keyof Cost): number => costs.reduce((sum, cost) => sum + cost[key], 0);
  return { runs: total('runs'), cpuSeconds: total('cpuSeconds') };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.floor(sorted.length / 2)]!) / 2;
}

async function main(): Promise<void> {
  const ways = Object.keys(WAYS) as Way[];
  const seconds = new Map<Way, number[]>(ways.map((way) => [way, []]));
  console.log(`Processor seconds of network-schemes, ${REPLICATIONS} replications:`);
  console.log(`| round | runs | ${ways.join(' | ')} |`);
  console.log(`| ---: | ---: |${ways.map(() => ' ---: |').join('')}`);
  for (let round = 0; round < ROUNDS; round++) {
    const found = new Map<Way, Cost>();
    // Turns are taken, so that a machine that grows slower favours none.
    for (let i = 0; i < ways.length; i++) {
      const way = ways[(i + round) % ways.length]!;
      found.set(way, await costOf(way));
    }
    const runs = new Set([...found.values()].map((cost) => cost.runs));
    if (runs.size !== 1) throw new Error(`the ways did ${[...runs].join(', ')} runs`);
    for (const [way, cost] of found) seconds.get(way)!.push(cost.cpuSeconds);
    const cells = ways.map((way) => found.get(way)!.cpuSeconds.toFixed(2));
    console.log(`| ${round + 1} | ${[...runs][0]} | ${cells.join(' | ')} |`);
  }
  console.log('');
  tell('pool of 1', 'one process', seconds);
  tell('pool of 2', 'two processes', seconds);
  tell('pool of 2', 'one process', seconds, false);
}

function tell(pool: Way, base: Way, seconds: ReadonlyMap<Way, readonly number[]>, barred = true): void {
  const [a, b] = [seconds.get(pool)!, seconds.get(base)!];
  const extras = a.map((value, round) => (value / b[round]! - 1) * 100);
  const extra = (median(a) / median(b) - 1) * 100;
  const spread = `rounds from ${Math.min(...extras).toFixed(1)} % to ${Math.max(...extras).toFixed(1)} %`;
  const verdict = barred ? ` Bar ${BAR_PERCENT} %: ${extra <= BAR_PERCENT ? 'met' : 'missed'}.` : '';
  if (barred && extra > BAR_PERCENT) process.exitCode = 1;
  console.log(`Extra processor time, ${pool} over ${base}: ${extra.toFixed(1)} % (medians; ${spread}).${verdict}`);
}

const deed = process.argv[2];
if (deed === undefined) await main();
else await child(deed);

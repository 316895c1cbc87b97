/**
 * What pool and journal cost beside the runs themselves: processor time of the whole process, on network-schemes.
 *
 * Each round starts two processes, in turns: the runs one after the other in one thread, with neither pool nor journal; and the
 * same runs as `compare --out` does them, on a pool of threads with a journal. User and system time of all threads count,
 * start-up and compilation of code in every thread among them. The bar: at most 5 % more. The spread of the rounds is printed,
 * because a machine that others use too is noisy.
 */
import { spawnSync } from 'node:child_process';
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

const ROUNDS = Number(process.env['ROUNDS'] ?? 5);
const REPLICATIONS = 4;
const WORKERS = 2;
const BAR_PERCENT = 5;

type Way = 'plain' | 'pooled';

/** What a process of one round came to. */
interface Cost {
  readonly runs: number;
  readonly cpuSeconds: number;
}

function plan(): Plan {
  const text = bundledLibrary.scenario('network-schemes')!;
  return compile(loadScenario(text, 'network-schemes.yaml', bundledLibrary, [`replications=${REPLICATIONS}`]));
}

async function plain(of: Plan): Promise<number> {
  const prepared = prepare(of.document);
  let runs = 0;
  const host = {
    told: () => void runs++,
    sinkFor: () => {
      throw new Error('nothing is recorded');
    },
  };
  for (const seed of replicationSeeds(of.document.seed, REPLICATIONS)) {
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

async function pooled(of: Plan): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'wavetank-bench-'));
  const silent = { write: () => undefined };
  const { signal } = new AbortController();
  const io: Io = { out: silent, err: silent, cwd: folder, signal, isTerminal: false, columns: 80 };
  try {
    const journal = new FolderJournal(folder, false, io);
    const { runs } = await runExperiment({ plan: of, workers: WORKERS, io, journal: journal.of(of) });
    journal.close();
    return [...runs.values()].reduce((sum, list) => sum + list.length, 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One process: does the runs one way and prints what the whole of it cost. */
async function child(way: Way): Promise<void> {
  const runs = await (way === 'plain' ? plain : pooled)(plan());
  const { user, system } = process.cpuUsage();
  console.log(JSON.stringify({ runs, cpuSeconds: (user + system) / 1e6 } satisfies Cost));
}

function costOf(way: Way): Cost {
  const { stdout, status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), way], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the ${way} process ended with status ${status}`);
  return JSON.parse(stdout) as Cost;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.floor(sorted.length / 2)]!) / 2;
}

function main(): void {
  const extras: number[] = [];
  const costs: Record<Way, number[]> = { plain: [], pooled: [] };
  console.log('| round | runs | plain (cpu s) | pool and journal (cpu s) | extra |');
  console.log('| ---: | ---: | ---: | ---: | ---: |');
  for (let round = 1; round <= ROUNDS; round++) {
    // Turns are taken, so that a machine that grows slower favours neither.
    const order: readonly Way[] = round % 2 === 1 ? ['plain', 'pooled'] : ['pooled', 'plain'];
    const found = new Map(order.map((way) => [way, costOf(way)]));
    const [one, other] = [found.get('plain')!, found.get('pooled')!];
    if (one.runs !== other.runs) throw new Error(`${one.runs} runs against ${other.runs}`);
    costs.plain.push(one.cpuSeconds);
    costs.pooled.push(other.cpuSeconds);
    const extra = (other.cpuSeconds / one.cpuSeconds - 1) * 100;
    extras.push(extra);
    const cells = [round, one.runs, one.cpuSeconds.toFixed(2), other.cpuSeconds.toFixed(2), `${extra.toFixed(1)} %`];
    console.log(`| ${cells.join(' | ')} |`);
  }
  const extra = (median(costs.pooled) / median(costs.plain) - 1) * 100;
  const spread = `rounds from ${Math.min(...extras).toFixed(1)} % to ${Math.max(...extras).toFixed(1)} %`;
  const verdict = extra <= BAR_PERCENT ? 'met' : 'missed';
  console.log(
    `\nExtra processor time of pool and journal: ${extra.toFixed(1)} % (medians; ${spread}). Bar ${BAR_PERCENT} %: ${verdict}.`,
  );
}

const way = process.argv[2];
if (way === 'plain' || way === 'pooled') await child(way);
else main();

/**
 * What recording costs: the reference run (one alternative of `network-schemes`) with nothing written, against the same
 * run with a file at level `state`. Times are processor time, user and system, threads of the engine included.
 *
 * The bar is held against the run as a user has it: the whole command `run`, with `--trace` and without. Beside it stand
 * the run alone in a fresh process (start-up left out, so that the same cost is a larger share) and later runs in the same
 * process, whose code is warm, as for replications. A run always hashes its records, so the base is a run without a file;
 * what the hash itself costs is told too (a run whose hash does nothing).
 *
 * One run differs from the next by a tenth, because engines compile in other threads when they see fit. So the variants
 * take turns, each round gives one difference in percent, and the median of those counts, with the interval that holds
 * the true median in 95 of 100 cases (by the sign test, whatever the distribution). Rounds: BENCH_ROUNDS.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile, type Plan, startRun } from '../scenarios/compile/index.ts';
import { bundledLibrary } from '../scenarios/document/bundled-library.ts';
import { loadScenario } from '../scenarios/document/load.ts';
import { FileSink } from '../sim/node/file-sink.ts';
import { Digest } from '../sim/trace/digest.ts';

const SCENARIO = process.env['BENCH_SCENARIO'] ?? 'network-schemes';
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 15);
/** Commands are quicker to run than processes of five runs, and the bar hangs on them. */
const COMMAND_ROUNDS = 3 * ROUNDS;
/** The program as it is built; benchmarks are bundled into a folder beside it. */
const COMMAND = fileURLToPath(new URL('../cli.js', import.meta.url));
/** A module that says what its process cost when it ends. */
const METER = `data:text/javascript,${encodeURIComponent(
  "process.on('exit', () => { const { user, system } = process.cpuUsage(); console.error('cpu ' + (user + system) / 1000) })",
)}`;
const BAR_PERCENT = 10;
const WARM_UP_RUNS = 1;
const WARM_RUNS = 3;

const VARIANTS = ['unhashed', 'base', 'recorded'] as const;
type Variant = (typeof VARIANTS)[number];

interface Measured {
  /** The first run of the process, and the mean of the later ones. */
  readonly cpuMs: number;
  readonly warmMs: number;
  readonly records: number;
  readonly bytes: number;
  readonly digest: string;
}

/** One run in this process. */
function measure(variant: Variant, folder: string): Measured {
  const document = loadScenario(bundledLibrary.scenario(SCENARIO)!, `${SCENARIO}.yaml`, bundledLibrary, []);
  const plan = compile(document);
  if (variant === 'unhashed') {
    Digest.prototype.drain = function (this: Digest) {
      this.blocks.clear();
    };
  }
  const runs = Array.from({ length: 1 + WARM_UP_RUNS + WARM_RUNS }, () => runOnce(plan, variant, folder));
  const warm = runs.slice(1 + WARM_UP_RUNS);
  return { ...runs[0], warmMs: warm.reduce((sum, run) => sum + run.cpuMs, 0) / warm.length };
}

function runOnce(plan: Plan, variant: Variant, folder: string): Omit<Measured, 'warmMs'> {
  const before = process.cpuUsage();
  const sink = variant === 'recorded' ? new FileSink(join(folder, 'run.wtrace')) : undefined;
  const run = startRun(plan, plan.alternatives[0].name, `${plan.document.seed}/0`, {
    ...(sink === undefined ? {} : { sink, level: 'state' }),
  });
  const { digest, records, traceBytes } = run.finish();
  sink?.close();
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1000, records, bytes: traceBytes, digest };
}

/** What a process of ours wrote to standard output and to standard error. */
function childOf(args: readonly string[]): { readonly stdout: string; readonly stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the run "${args.join(' ')}" failed: ${stderr}`);
  return { stdout, stderr };
}

function measureApart(variant: Variant, folder: string): Measured {
  return JSON.parse(childOf([fileURLToPath(import.meta.url), variant, folder]).stdout) as Measured;
}

/** Processor milliseconds of the whole command, from the start of its process on. */
function commandMs(folder: string, isRecorded: boolean): number {
  const trace = isRecorded ? ['--trace', join(folder, 'command.wtrace')] : [];
  const { stderr } = childOf(['--import', METER, COMMAND, 'run', SCENARIO, ...trace]);
  return Number(stderr.slice(stderr.lastIndexOf('cpu ') + 4));
}

function quantileOf(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * fraction;
  const low = Math.floor(at);
  return sorted[low] + (at - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
}

/** Ranks between which the true median lies in 95 of 100 cases: as many heads among n coins as that. */
function medianRanks(n: number): readonly [number, number] {
  let chance = 0.5 ** n;
  let below = 0;
  for (let k = 0; below + chance <= 0.025 && k < n; k++) {
    below += chance;
    chance *= (n - k) / (k + 1);
    if (below + chance > 0.025) return [k, n - 1 - k];
  }
  return [0, n - 1];
}

/** Median and the middle half. */
function spread(values: readonly number[], digits: number): string {
  const [low, middle, high] = [0.25, 0.5, 0.75].map((fraction) => quantileOf(values, fraction).toFixed(digits));
  return `${middle} (middle half ${low} to ${high})`;
}

/** Median of the paired differences with its interval. */
function paired(
  over: readonly number[],
  under: readonly number[],
): { readonly median: number; readonly words: string } {
  const percents = over.map((value, i) => 100 * (value / under[i] - 1)).sort((a, b) => a - b);
  const [low, high] = medianRanks(percents.length).map((rank) => percents[rank].toFixed(1));
  const median = quantileOf(percents, 0.5);
  return { median, words: `${median.toFixed(1)} (95 %: ${low} to ${high}, ${percents.length} pairs)` };
}

function main(): void {
  const folder = mkdtempSync(join(tmpdir(), 'wavetank-bench-'));
  console.log(`${SCENARIO}, first alternative`);
  try {
    printCommand(folder);
    print(roundsOf(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function printCommand(folder: string): void {
  const [base, recorded]: [number[], number[]] = [[], []];
  for (let round = 0; round < COMMAND_ROUNDS; round++) {
    // Turn about: neither is always the one that runs after a pause.
    for (const isRecorded of [round % 2 === 0, round % 2 !== 0]) {
      (isRecorded ? recorded : base).push(commandMs(folder, isRecorded));
    }
  }
  const { median, words } = paired(recorded, base);
  const isMet = median <= BAR_PERCENT;
  if (!isMet) process.exitCode = 1;
  console.log('the whole command, as a user runs it (the bar is held against this one):');
  console.log(`  CPU, nothing written, ms     ${spread(base, 0)}`);
  console.log(`  CPU, with a file, ms         ${spread(recorded, 0)}`);
  console.log(`  recording costs, %           ${words}   bar: ${BAR_PERCENT}: ${isMet ? 'met' : 'MISSED'}`);
}

function roundsOf(folder: string): Record<Variant, Measured>[] {
  return Array.from({ length: ROUNDS }, (_, round) => {
    const order = VARIANTS.map((_, i) => VARIANTS[(i + round) % VARIANTS.length]);
    const measured = order.map((variant) => [variant, measureApart(variant, folder)] as const);
    return Object.fromEntries(measured) as Record<Variant, Measured>;
  });
}

function print(rounds: readonly Record<Variant, Measured>[]): void {
  const { base, recorded } = rounds[0];
  if (base.digest !== recorded.digest) throw new Error('recording changed the digest of the run');
  const of = (variant: Variant, key: 'cpuMs' | 'warmMs'): number[] => rounds.map((round) => round[variant][key]);
  for (const [key, words] of [
    ['cpuMs', 'the run alone, the first of a process'],
    ['warmMs', 'the run alone, later ones of a process'],
  ] as const) {
    console.log(`${words}:`);
    console.log(`  CPU, nothing written, ms     ${spread(of('base', key), 0)}`);
    console.log(`  CPU, with a file, ms         ${spread(of('recorded', key), 0)}`);
    console.log(`  recording costs, %           ${paired(of('recorded', key), of('base', key)).words}`);
    console.log(
      `  the digest alone costs, %    ${paired(of('base', key), of('unhashed', key)).words}   (in every run)`,
    );
  }
  console.log(`records                        ${recorded.records}`);
  console.log(`file, MB                       ${(recorded.bytes / 1e6).toFixed(2)}`);
  console.log(`bytes a record                 ${(recorded.bytes / recorded.records).toFixed(2)}`);
}

const [variant, folder] = process.argv.slice(2);
if (variant === undefined) main();
else console.log(JSON.stringify(measure(variant as Variant, folder)));

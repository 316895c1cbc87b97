/**
 * What recording costs: the reference run (one alternative of `network-schemes`) with nothing written, against the same
 * run with a file at level `state`.
 *
 * A run always hashes its records, so the base is a run without a file; what the hash itself costs is told beside it
 * (a run whose hash does nothing). Each run has a process of its own, one variant after the other in turns, so that
 * neither the machine's mood nor a warm compiler favours one; it repeats the run, and the later ones, with warm code, are
 * told apart, as for replications in one process. Times are processor time, user and system, of the run
 * alone, threads of the engine included.
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
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 9);
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
    Digest.prototype.add = () => undefined;
    Digest.prototype.addNumber = () => undefined;
    Digest.prototype.addText = () => undefined;
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

function measureApart(variant: Variant, folder: string): Measured {
  const script = fileURLToPath(import.meta.url);
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, variant, folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the run "${variant}" failed: ${stderr}`);
  return JSON.parse(stdout) as Measured;
}

function quantileOf(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * fraction;
  const low = Math.floor(at);
  return sorted[low] + (at - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
}

/** Median and the middle half. */
function spread(values: readonly number[], digits: number): string {
  const [low, middle, high] = [0.25, 0.5, 0.75].map((fraction) => quantileOf(values, fraction).toFixed(digits));
  return `${middle} (middle half ${low} to ${high})`;
}

function main(): void {
  const folder = mkdtempSync(join(tmpdir(), 'wavetank-bench-'));
  const rounds: Record<Variant, Measured>[] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      // Turn about: no variant is always the one that runs after a pause.
      const order = VARIANTS.map((_, i) => VARIANTS[(i + round) % VARIANTS.length]);
      const measured = order.map((variant) => [variant, measureApart(variant, folder)] as const);
      rounds.push(Object.fromEntries(measured) as Record<Variant, Measured>);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  print(rounds);
}

function print(rounds: readonly Record<Variant, Measured>[]): void {
  const { base, recorded } = rounds[0];
  if (base.digest !== recorded.digest) throw new Error('recording changed the digest of the run');
  const of = (variant: Variant, key: 'cpuMs' | 'warmMs'): number[] => rounds.map((round) => round[variant][key]);
  const percents = (over: Variant, under: Variant, key: 'cpuMs' | 'warmMs'): number[] =>
    rounds.map((round) => 100 * (round[over][key] / round[under][key] - 1));
  const verdict = (cost: readonly number[]): string => {
    const isMet = quantileOf(cost, 0.5) <= BAR_PERCENT;
    if (!isMet) process.exitCode = 1;
    return `bar: ${BAR_PERCENT}: ${isMet ? 'met' : 'MISSED'}`;
  };
  console.log(`${SCENARIO}, first alternative, ${rounds.length} rounds in turns`);
  for (const [key, words] of [
    ['cpuMs', 'the first run of a process'],
    ['warmMs', 'later runs of a process'],
  ] as const) {
    const cost = percents('recorded', 'base', key);
    console.log(`${words}:`);
    console.log(`  CPU, nothing written, ms     ${spread(of('base', key), 0)}`);
    console.log(`  CPU, with a file, ms         ${spread(of('recorded', key), 0)}`);
    console.log(`  recording costs, %           ${spread(cost, 1)}   ${verdict(cost)}`);
    console.log(`  the digest alone costs, %    ${spread(percents('base', 'unhashed', key), 1)}   (in every run)`);
  }
  console.log(`records                        ${recorded.records}`);
  console.log(`file, MB                       ${(recorded.bytes / 1e6).toFixed(2)}`);
  console.log(`bytes a record                 ${(recorded.bytes / recorded.records).toFixed(2)}`);
}

const [variant, folder] = process.argv.slice(2);
if (variant === undefined) main();
else console.log(JSON.stringify(measure(variant as Variant, folder)));

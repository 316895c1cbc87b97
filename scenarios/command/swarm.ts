/** `swarm`: scenarios that nobody thought of, run by the thousand and looked at by checkers. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTasks } from '../../sim/node/pool.ts';
import { counted } from '../answers/label.ts';
import { printable } from '../document/problems.ts';
import type { Finding } from '../swarm/checker.ts';
import { CHECKERS } from '../swarm/checkers/index.ts';
import { swarmFile } from '../swarm/generate.ts';
import { seconds } from '../swarm/onlooker.ts';
import { shrunk } from '../swarm/shrink.ts';
import { type SwarmFile, swarmText } from '../swarm/swarm-file.ts';
import { type Trial, tryFile } from '../swarm/trial.ts';
import { ArgumentProblem, callerPath, flag, noOperands, textOption, wholeNumberOption } from './arguments.ts';
import { INTERRUPTED_STATUS } from './interruption.ts';
import { swarmWorkerFile } from './program-files.ts';
import { Progress } from './progress.ts';
import { swarmTask } from './swarm-worker.ts';
import type { Arguments, Io, Verb } from './verb.ts';
import { WORKERS_OPTION, workersOf } from './workers.ts';

const SEEDS_DEFAULT = 200;
const SEEDS_MAX = 1_000_000;
const SEED_MAX = 1_000_000_000;

/** Draws scenarios from seeds, runs them, and tells what checkers found. */
export const verb: Verb = {
  name: 'swarm',
  summary: 'random federations, workloads and faults, and checkers that look whether all is as it must be',
  usage: 'swarm [--seeds N] [options]',
  details: [
    'Each seed makes a small cluster or federation, with workloads, callers, people who change things, and faults; then everything must settle. What must be so:',
    ...CHECKERS.map(({ name, statement }) => `${name}: ${statement}`),
    'Status 0: all is as it must be; 1: something is not.',
  ].join('\n\n'),
  options: {
    seeds: { type: 'string', value: 'N', help: `how many seeds (${SEEDS_DEFAULT})` },
    from: { type: 'string', value: 'N', help: 'the first seed (1)' },
    seed: { type: 'string', value: 'N', help: 'this seed alone' },
    out: {
      type: 'string',
      value: 'DIR',
      help: 'write the scenarios of failing seeds here, as small as they still fail',
    },
    workers: WORKERS_OPTION,
    json: { type: 'boolean', help: 'print what was found as JSON' },
  },
  run: runSwarm,
};

async function runSwarm(args: Arguments, io: Io): Promise<number> {
  noOperands(args);
  const seeds = seedsOf(args);
  const progress = new Progress(io, seeds.length);
  const workers = seeds.length === 1 ? 0 : workersOf(args);
  const before = process.cpuUsage();
  const { results, failures, interrupted } = await runTasks<number, Trial, never>({
    tasks: seeds,
    workers,
    ...(workers === 0 ? { inProcess: swarmTask } : { workerFile: swarmWorkerFile() }),
    describe: (seed) => `Seed ${seed}`,
    onStart: () => progress.started(),
    onResult: () => progress.finished(),
    signal: io.signal,
  });
  if (seeds.length > 1) progress.end();
  if (failures.length > 0) throw failures[0];
  const trials = results.flatMap((trial) => trial ?? []);
  const { user, system } = process.cpuUsage(before);
  const failed = trials.filter(({ findings }) => findings.length > 0);
  const files = await writeFiles(args, io, seeds.length === 1 ? trials : failed);
  if (flag(args, 'json')) io.out.write(`${JSON.stringify(answerOf(seeds, trials, files), null, 2)}\n`);
  else io.out.write(printable(textOf(trials, failed, files)));
  if (trials.length > 0)
    io.err.write(`CPU time: ${((user + system) / 1000 / trials.length).toFixed(0)} ms for each seed.\n`);
  if (interrupted) return INTERRUPTED_STATUS;
  return failed.length === 0 ? 0 : 1;
}

function seedsOf(args: Arguments): number[] {
  const whole = (name: string, max: number): number | undefined => wholeNumberOption(args, name, { min: 1, max });
  const seed = whole('seed', SEED_MAX);
  const [from, count] = [whole('from', SEED_MAX), whole('seeds', SEEDS_MAX)];
  if (seed === undefined) return Array.from({ length: count ?? SEEDS_DEFAULT }, (_, place) => (from ?? 1) + place);
  if (from !== undefined || count !== undefined)
    throw new ArgumentProblem('--seed is one seed alone; leave out --from and --seeds.');
  return [seed];
}

/** Scenarios by seed; one that fails is made as small as it still does. */
async function writeFiles(args: Arguments, io: Io, trials: readonly Trial[]): Promise<ReadonlyMap<number, string>> {
  const out = textOption(args, 'out');
  if (out === undefined) return new Map();
  mkdirSync(callerPath(io, out), { recursive: true });
  const files = new Map<number, string>();
  for (const { seed, findings } of trials) {
    if (io.signal.aborted) break;
    const file = findings[0] === undefined ? swarmFile(seed) : await smallest(seed, findings[0]);
    const name = join(out, `swarm-${seed}.yaml`);
    writeFileSync(callerPath(io, name), swarmText(file, commentOf(seed, findings[0])));
    files.set(seed, name);
  }
  return files;
}

async function smallest(seed: number, finding: Finding): Promise<SwarmFile> {
  return await shrunk(swarmFile(seed), async (file) => {
    const [first] = (await tryFile(seed, file)).findings;
    return first !== undefined && kindOf(first) === kindOf(finding);
  });
}

/** Of what does not run, by the kind of error: a smaller file that is refused shows nothing of one that breaks off. */
function kindOf({ checker, seen }: Finding): string {
  return checker === 'runs' ? `${checker} ${seen.split(':')[0]}` : checker;
}

function commentOf(seed: number, finding: Finding | undefined): string {
  if (finding === undefined) return `Drawn by wavetank swarm --seed ${seed}.`;
  const { checker, timeNs, expected, seen } = finding;
  const line = `${checker} at ${seconds(timeNs)}: expected ${expected}; seen ${seen}.`.replaceAll('\n', ' ');
  return `What is left of wavetank swarm --seed ${seed}. ${line}`;
}

function answerOf(seeds: readonly number[], trials: readonly Trial[], files: ReadonlyMap<number, string>) {
  return {
    from: seeds[0],
    seeds: trials.length,
    failed: trials.filter(({ findings }) => findings.length > 0).length,
    trials: trials.map((trial) => ({
      ...trial,
      command: commandOf(trial),
      ...(files.has(trial.seed) ? { file: files.get(trial.seed) } : {}),
    })),
  };
}

function commandOf({ seed }: Trial): string {
  return `wavetank swarm --seed ${seed}`;
}

function textOf(trials: readonly Trial[], failed: readonly Trial[], files: ReadonlyMap<number, string>): string {
  const events = trials.reduce((sum, trial) => sum + trial.events, 0);
  const hours = trials.reduce((sum, { simulatedNs }) => sum + simulatedNs, 0) / 3.6e12;
  const summary = `${counted(trials.length, 'seed')}, ${failed.length} failed; ${hours.toFixed(1)} simulated hours, ${events} events.\n`;
  const first = trials.length === 1 && failed.length === 0 ? `Digest ${trials[0]!.digest}.\n` : '';
  return failed.map((trial) => failureText(trial, files.get(trial.seed))).join('') + first + summary;
}

function failureText(trial: Trial, file: string | undefined): string {
  const lines = trial.findings.flatMap(({ checker, timeNs, expected, seen }) => [
    `seed ${trial.seed}: ${checker}, at ${seconds(timeNs)}`,
    `  expected  ${expected}`,
    `  seen      ${seen}`,
  ]);
  const written = file === undefined ? [] : [`  scenario  ${file}`];
  return `${[...lines, `  again     ${commandOf(trial)}`, ...written, ''].join('\n')}\n`;
}

/** `compare SCENARIO`: every alternative, replicated with common random numbers; a decision table with paired intervals. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { replicationSeeds } from '../../sim/experiment/design.ts';
import type { ComparisonResult } from '../../sim/experiment/results.ts';
import { probeOutputFolder, removeParts } from '../../sim/node/output-folder.ts';
import { type PoolOutcome, runTasks, WORKERS_MAX } from '../../sim/node/pool.ts';
import { comparisonOf } from '../answers/comparison.ts';
import { type DoneRun, ReplicationStopped, type ReplicationTask, replicationTasks } from '../answers/replication.ts';
import { terminalAnswer } from '../answers/terminal.ts';
import { compile, type Plan, type RunResult } from '../compile/index.ts';
import { loadScenario } from '../document/load.ts';
import type { ScenarioDocument } from '../document/schema.ts';
import { ANSWER_FILES, writeAnswer } from './answer-files.ts';
import {
  ArgumentProblem,
  callerPath,
  flag,
  operand,
  seedOption,
  textOption,
  textOptions,
  wholeNumberOption,
} from './arguments.ts';
import { replicationTask } from './compare-worker.ts';
import { quoted } from './failure.ts';
import { INTERRUPTED_STATUS } from './interruption.ts';
import { readScenario } from './library-files.ts';
import { workerFile } from './program-files.ts';
import { Progress } from './progress.ts';
import type { Arguments, Io, Verb } from './verb.ts';

/** A worker holds a whole cluster; more of them than this gain nothing on the machines that people have. */
const WORKERS_DEFAULT_MAX = 8;

/** Runs all alternatives with the same seeds on a pool of threads and writes table, results and report. */
export const verb: Verb = {
  name: 'compare',
  summary: 'every alternative, replicated with common random numbers: a decision table',
  usage: 'compare SCENARIO [options]',
  details: [
    'SCENARIO is a file, or a name of the library. Alternatives that the environment refuses are part of the answer.',
    'Ctrl-C keeps what is finished. Status 0: done; 1: a run failed; 2: the input is wrong; 130: interrupted.',
  ].join('\n'),
  options: {
    out: { type: 'string', value: 'FOLDER', help: 'write results.json, report.html and recordings into this folder' },
    replications: {
      type: 'string',
      value: 'N',
      help: 'runs of each alternative, instead of the number in the scenario',
    },
    seed: { type: 'string', value: 'SEED', help: 'the seed of all chance, instead of the one in the scenario' },
    set: { type: 'string', multiple: true, value: 'PATH=VALUE', help: 'change a value of the scenario first' },
    workers: {
      type: 'string',
      value: 'N',
      help: 'threads; 0 runs everything in this one (as many as the machine has cores)',
    },
    traces: { type: 'boolean', help: 'record the first replication of each alternative (needs --out)' },
    json: { type: 'boolean', help: 'print the whole result as JSON on standard output' },
  },
  run: compare,
};

async function compare(args: Arguments, io: Io): Promise<number> {
  const { text, file, name, library } = await readScenario(operand(args, 'SCENARIO'), io);
  const document = withChoices(loadScenario(text, file, library, textOptions(args, 'set')), args);
  const plan = compile(document);
  const out = textOption(args, 'out');
  if (out === undefined && flag(args, 'traces'))
    throw new ArgumentProblem('--traces needs a folder; add --out FOLDER.');
  const folder = out === undefined ? undefined : callerPath(io, out);
  if (folder !== undefined) await probeOutputFolder(folder, ANSWER_FILES);
  const traceName = tracesOf(plan, folder !== undefined && flag(args, 'traces'));
  const outcome = await replicateAll(plan, folder, traceName, args, io);
  const result = comparisonOf(plan, outcome.runs, {
    name,
    seed: document.seed,
    replications: document.replications,
    interrupted: io.signal.aborted && outcome.pool.results.includes(undefined),
    command: commandOf(args),
    traceOf: (alternative) => (outcome.runs.get(alternative)?.[0] === undefined ? undefined : traceName(alternative)),
  });
  // The answer is shown before it is written: a full disk must not take it along.
  io.out.write(flag(args, 'json') ? `${JSON.stringify(result, null, 2)}\n` : terminalAnswer(result, io.columns));
  const status = report(outcome.pool, result, document, io);
  if (folder !== undefined) await writeAnswer(result, folder, io);
  return status;
}

function withChoices(document: ScenarioDocument, args: Arguments): ScenarioDocument {
  const replications = wholeNumberOption(args, 'replications', { min: 1, max: 1000 }) ?? document.replications;
  return { ...document, replications, seed: seedOption(args) ?? document.seed };
}

/** The file of each alternative's recording, if recordings are wanted: its name with folders flattened. */
function tracesOf(plan: Plan, wanted: boolean): (alternative: string) => string | undefined {
  const names = new Map(plan.alternatives.map(({ name }) => [name, `${name.replace(/\//g, '.')}.wtrace`]));
  return (alternative) => (wanted ? names.get(alternative) : undefined);
}

interface AllRuns {
  readonly runs: Map<string, (RunResult | undefined)[]>;
  readonly pool: PoolOutcome<DoneRun[]>;
}

async function replicateAll(
  plan: Plan,
  folder: string | undefined,
  traceName: (alternative: string) => string | undefined,
  args: Arguments,
  io: Io,
): Promise<AllRuns> {
  const seeds = replicationSeeds(plan.document.seed, plan.document.replications);
  const tasks = replicationTasks(plan, seeds, (alternative, replication) => {
    const file = replication === 0 ? traceName(alternative) : undefined;
    return file === undefined || folder === undefined ? undefined : join(folder, file);
  });
  const runs = new Map<string, (RunResult | undefined)[]>();
  const progress = new Progress(
    io,
    tasks.reduce((sum, task) => sum + task.alternatives.length, 0),
  );
  const workers = workersOf(args);
  const pool = await runTasks<ReplicationTask, DoneRun[], string>({
    tasks,
    workers,
    ...(workers > 0 ? { workerFile: workerFile() } : { inProcess: replicationTask(() => breath(io)) }),
    describe: (task) => `The runs of ${task.alternatives.join(', ')} with seed ${task.seed}`,
    signal: io.signal,
    onStart: (index) => progress.started(tasks[index]!.alternatives.length),
    onProgress: () => progress.finished(),
    onResult: (done, index) => keep(runs, done, seeds.indexOf(tasks[index]!.seed)),
  });
  progress.end();
  await removeParts(tasks.flatMap(({ traces }) => Object.values(traces)));
  return { runs, pool };
}

/** A turn of the event loop lets Ctrl-C in; false once it came. */
async function breath(io: Io): Promise<boolean> {
  await nextTurn();
  return !io.signal.aborted;
}

function keep(runs: Map<string, (RunResult | undefined)[]>, done: readonly DoneRun[], replication: number): void {
  for (const { alternative, result } of done) {
    const list = runs.get(alternative) ?? [];
    list[replication] = result;
    runs.set(alternative, list);
  }
}

function workersOf(args: Arguments): number {
  const asked = wholeNumberOption(args, 'workers', { min: 0, max: WORKERS_MAX });
  return asked ?? Math.min(availableParallelism(), WORKERS_DEFAULT_MAX);
}

/** The words to type again; paths stay as they were typed. */
function commandOf(args: Arguments): string {
  return ['wavetank compare', ...args.words.map(quoted)].join(' ');
}

function report(pool: PoolOutcome<DoneRun[]>, result: ComparisonResult, document: ScenarioDocument, io: Io): number {
  // A task that the interruption stopped has not failed.
  const failures = pool.failures.filter(({ cause }) => !(cause instanceof ReplicationStopped));
  for (const failure of failures) io.err.write(`${failure.message}\n`);
  if (io.signal.aborted && result.replications < document.replications)
    io.err.write(`Interrupted: the answer rests on ${result.replications} of ${document.replications} replications.\n`);
  if (failures.length > 0) return 1;
  return io.signal.aborted && result.replications < document.replications ? INTERRUPTED_STATUS : 0;
}

/** `compare SCENARIO`: every alternative, replicated with common random numbers; a decision table with paired intervals. */
import type { ComparisonResult } from '../../sim/experiment/results.ts';
import { makeFolder } from '../../sim/node/folder.ts';
import { lockFolder } from '../../sim/node/folder-lock.ts';
import { clearLeftovers, probeOutputFolder } from '../../sim/node/output-folder.ts';
import { ThreadPool } from '../../sim/node/pool.ts';
import type { TraceSource } from '../../sim/trace/header.ts';
import { commonReplications, comparisonOf } from '../answers/comparison.ts';
import { recordedSource } from '../answers/recorded-source.ts';
import { terminalAnswer } from '../answers/terminal.ts';
import { warmUpWords } from '../answers/warm-up-words.ts';
import { compile, type Plan } from '../compile/index.ts';
import { loadScenario } from '../document/load.ts';
import { warningsOf } from '../document/precision-check.ts';
import { formatProblems } from '../document/problems.ts';
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
import { type ExperimentOutcome, runExperiment, traceFileOf, traceNameOf } from './experiment.ts';
import { quoted } from './failure.ts';
import { INTERRUPTED_STATUS } from './interruption.ts';
import { readScenario } from './library-files.ts';
import { workerFile } from './program-files.ts';
import { FolderJournal } from './run-journal.ts';
import { seekTipping } from './tipping-runs.ts';
import type { Arguments, Io, Verb } from './verb.ts';
import { WORKERS_OPTION, workersOf } from './workers.ts';

/** Runs all alternatives with the same seeds on a pool of threads and writes table, results and report. */
export const verb: Verb = {
  name: 'compare',
  summary: 'every alternative, several times, all on the same arrivals and failures: a decision table',
  usage: 'compare SCENARIO [options]',
  details: [
    'SCENARIO is a file, or a name of the library. Alternatives that the environment refuses are part of the answer.',
    'With --out the same command goes on where it was stopped or killed. Ctrl-C keeps what is finished.',
    'Status 0: done; 1: a run failed; 2: the input is wrong; 130: interrupted.',
  ].join('\n'),
  options: {
    out: {
      type: 'string',
      value: 'FOLDER',
      help: 'write results.json, report.html, report.md and recordings into this folder',
    },
    replications: {
      type: 'string',
      value: 'N',
      help: 'runs of each alternative, instead of the number in the scenario',
    },
    precision: {
      type: 'string',
      value: 'METRIC=WIDTH',
      help: 'replications until half of the interval of this metric is at most WIDTH, such as goodput=5%',
    },
    seed: { type: 'string', value: 'SEED', help: 'the seed of all chance, instead of the one in the scenario' },
    set: { type: 'string', multiple: true, value: 'PATH=VALUE', help: 'change a value of the scenario first' },
    workers: WORKERS_OPTION,
    traces: { type: 'boolean', help: 'record the first replication of each alternative (needs --out)' },
    tipping: {
      type: 'boolean',
      help: 'also seek how far each named assumption must move before the recommendation flips',
    },
    fresh: { type: 'boolean', help: 'take over no run that was finished in this folder before' },
    json: { type: 'boolean', help: 'print the whole result as JSON on standard output' },
  },
  run: compare,
};

async function compare(args: Arguments, io: Io): Promise<number> {
  const scenario = await readScenario(operand(args, 'SCENARIO'), io);
  const { text, file, name, library } = scenario;
  const changes = overridesOf(args);
  const loaded = loadScenario(text, file, library, changes);
  const document = withChoices(loaded, args);
  const manifests = document.cluster.manifests?.report.problems ?? [];
  if (manifests.length > 0) io.err.write(`${formatProblems(manifests)}\n`);
  for (const warning of warningsOf(document)) io.err.write(`${warning}\n`);
  const workers = workersOf(args);
  const threads = workers > 0 ? new ThreadPool(workerFile(), workers) : undefined;
  const kept = {
    ...(threads === undefined ? {} : { threads }),
    ...(flag(args, 'traces') ? { source: recordedSource(scenario, changes, loaded) } : {}),
  };
  try {
    return await compareWith({ plan: compile(document), name, args, io, workers, ...kept });
  } finally {
    await threads?.close();
  }
}

async function compareWith(question: Question): Promise<number> {
  const { args, io } = question;
  const out = textOption(args, 'out');
  if (out !== undefined) return await compareInto(callerPath(io, out), question);
  if (flag(args, 'traces')) throw new ArgumentProblem('--traces needs a folder; add --out FOLDER.');
  if (flag(args, 'fresh')) throw new ArgumentProblem('--fresh is about the runs in a folder; add --out FOLDER.');
  const outcome = await runExperiment(question);
  const result = await resultOf(outcome, question);
  answer(result, question);
  return report(outcome, result, question);
}

/** What one call asks. */
interface Question {
  readonly plan: Plan;
  readonly name: string;
  readonly args: Arguments;
  readonly io: Io;
  readonly workers: number;
  /** Threads that live as long as the command. */
  readonly threads?: ThreadPool;
  /** What recordings say that their run can be made again from. */
  readonly source?: TraceSource;
}

async function compareInto(folder: string, question: Question): Promise<number> {
  const { args, io, plan } = question;
  makeFolder(folder);
  const lock = lockFolder(folder);
  try {
    await clearLeftovers(folder);
    await probeOutputFolder(folder, ANSWER_FILES);
    const journal = new FolderJournal(folder, flag(args, 'fresh'), io);
    try {
      const traceFile = (alternative: string): string => traceFileOf(folder, alternative);
      const traces = flag(args, 'traces') ? { traceFile } : {};
      const outcome = await runExperiment({ ...question, journal: journal.of(plan), ...traces });
      const result = await resultOf(outcome, question, journal);
      // The answer is shown before it is written: a full disk must not take it along.
      answer(result, question);
      const status = report(outcome, result, question);
      await writeAnswer(result, folder, io);
      return status;
    } finally {
      journal.close();
    }
  } finally {
    lock.release();
  }
}

async function resultOf(
  outcome: ExperimentOutcome,
  question: Question,
  journal?: FolderJournal,
): Promise<ComparisonResult> {
  const { plan, name, args } = question;
  const result = comparisonOf(plan, outcome.runs, {
    name,
    seed: plan.document.seed,
    replications: outcome.replications,
    interrupted: outcome.interrupted,
    ...(outcome.stopping === undefined ? {} : { stopping: outcome.stopping }),
    notes: warmUpWords(plan.document, outcome.warmUp),
    command: commandOf(args),
    traceOf: (alternative) => (outcome.recorded.has(alternative) ? traceNameOf(alternative) : undefined),
  });
  if (!isTippingWanted(question) || outcome.interrupted || outcome.failures.length > 0) return result;
  const options = journal === undefined ? question : { ...question, journal };
  const tipping = await seekTipping(result, outcome.runs, options);
  return tipping === null ? result : { ...result, tipping };
}

function isTippingWanted({ args, plan }: Question): boolean {
  return flag(args, 'tipping') || plan.document.tipping;
}

function answer(result: ComparisonResult, { args, io }: Question): void {
  io.out.write(flag(args, 'json') ? `${JSON.stringify(result, null, 2)}\n` : terminalAnswer(result, io.columns));
}

function withChoices(document: ScenarioDocument, args: Arguments): ScenarioDocument {
  const { precision, ...rest } = document;
  const asked = wholeNumberOption(args, 'replications', { min: 1, max: 1000 });
  return {
    ...rest,
    replications: asked ?? document.replications,
    seed: seedOption(args) ?? document.seed,
    // A number on the command line is meant as the number.
    ...(precision === undefined || asked !== undefined ? {} : { precision }),
  };
}

/** What the command line changes in the scenario. */
function overridesOf(args: Arguments): readonly string[] {
  const precision = textOption(args, 'precision');
  const changes = textOptions(args, 'set');
  if (precision === undefined) return changes;
  if (textOption(args, 'replications') !== undefined)
    throw new ArgumentProblem('--precision finds the number of replications, so --replications cannot be given too.');
  const [metric, width, ...rest] = precision.split('=');
  if (width === undefined || rest.length > 0)
    throw new ArgumentProblem(
      `--precision needs a metric and a width, such as goodput=5%, but "${precision}" was given.`,
    );
  return [...changes, `precision.metric=${metric}`, `precision.halfWidth=${width}`];
}

/** The words to type again; paths stay as they were typed. Whether it began afresh is no part of an answer. */
function commandOf(args: Arguments): string {
  const words = args.words.filter((word) => word !== '--fresh');
  return ['wavetank compare', ...words.map(quoted)].join(' ');
}

function report(outcome: ExperimentOutcome, result: ComparisonResult, question: Question): number {
  const { plan, io } = question;
  const { failures, recordingProblems, interrupted, replications } = outcome;
  for (const failure of failures) io.err.write(`${failure.message}\n`);
  for (const problem of recordingProblems) io.err.write(`${problem} The run itself is part of the answer.\n`);
  const whole = commonReplications(plan, outcome.runs, replications).length;
  const cut = interrupted && whole < replications;
  if (cut) io.err.write(`Interrupted: the answer rests on ${whole} of ${replications} replications.\n`);
  if (failures.length > 0 || recordingProblems.length > 0) return 1;
  if (cut) return INTERRUPTED_STATUS;
  if (!isTippingWanted(question) || result.tipping !== undefined) return 0;
  return io.signal.aborted ? INTERRUPTED_STATUS : 1;
}

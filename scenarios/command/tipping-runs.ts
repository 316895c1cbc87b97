/** The runs behind tipping points: each altered scenario is an experiment of its own, kept in the same journal. */
import type { TippingSearch } from '../../sim/experiment/recommendation.ts';
import type { ComparisonResult } from '../../sim/experiment/results.ts';
import type { ThreadPool } from '../../sim/node/pool.ts';
import type { RunsOf } from '../answers/comparison.ts';
import { type TippingTrial, tippingOf } from '../answers/tipping.ts';
import type { Plan } from '../compile/index.ts';
import { runExperiment } from './experiment.ts';
import type { FolderJournal } from './run-journal.ts';
import type { Io } from './verb.ts';

/** What the search is given. */
export interface TippingOptions {
  readonly plan: Plan;
  readonly workers: number;
  /** Threads that are there already: dozens of small experiments would each start their own. */
  readonly threads?: ThreadPool;
  readonly io: Io;
  readonly journal?: FolderJournal;
}

/** Fewer runs than these give no interval, and so nothing that could be shown. */
const REPLICATIONS_MIN = 2;

/** Seeks the tipping points of a finished comparison; null, with a sentence on `err`, when they could not be had. */
export async function seekTipping(
  result: ComparisonResult,
  runs: RunsOf,
  options: TippingOptions,
): Promise<TippingSearch | null> {
  const { plan, io } = options;
  const replications = Math.min(plan.document.tippingReplications, result.replications);
  if (replications < REPLICATIONS_MIN) {
    io.err.write('Tipping points need at least two replications; give --replications 2 or more.\n');
    return null;
  }
  const found = await tippingOf({ plan, runs, result, replications }, (trials) =>
    runTrials(trials, replications, options),
  );
  if (found === null && io.signal.aborted)
    io.err.write('Interrupted while tipping points were sought: the answer has none.\n');
  return found;
}

async function runTrials(
  trials: readonly TippingTrial[],
  replications: number,
  { workers, threads, io, journal }: TippingOptions,
): Promise<RunsOf[] | null> {
  io.err.write(
    `Seeking tipping points: ${trials.length} changed ${trials.length === 1 ? 'scenario' : 'scenarios'} to run.\n`,
  );
  const found: RunsOf[] = [];
  for (const trial of trials) {
    const plan = { ...trial.plan, document: { ...trial.plan.document, replications } };
    const kept = journal === undefined ? {} : { journal: journal.of(plan) };
    const warm = threads === undefined ? {} : { threads };
    const outcome = await runExperiment({ plan, workers, ...warm, io: quiet(io), ...kept });
    for (const { message } of outcome.failures) io.err.write(`${message}\n`);
    if (outcome.interrupted || io.signal.aborted || outcome.failures.length > 0) return null;
    found.push(outcome.runs);
  }
  return found;
}

/** Dozens of small experiments: each by itself says nothing. */
function quiet(io: Io): Io {
  return { ...io, err: { write: () => undefined }, isTerminal: false };
}

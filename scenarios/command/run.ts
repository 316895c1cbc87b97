/** `run SCENARIO`: one run of one alternative. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { FileSink } from '../../sim/node/file-sink.ts';
import { refuseOverwriting } from '../../sim/node/same-file.ts';
import type { RecordingLevel } from '../../sim/trace/catalog.ts';
import { partShares } from '../answers/part-shares.ts';
import { quantityWords } from '../answers/quantity.ts';
import { recordedSource } from '../answers/recorded-source.ts';
import { runAnswer } from '../answers/run-answer.ts';
import { advanceBreathing, compile, metricSpecsOf, type PlannedAlternative, startRun } from '../compile/index.ts';
import { loadScenario } from '../document/load.ts';
import { leftOutLines } from '../document/manifests/report-words.ts';
import { parseQuantity } from '../document/quantity.ts';
import type { ScenarioDocument } from '../document/schema.ts';
import { ArgumentProblem, callerPath, flag, operand, seedOption, textOption, textOptions } from './arguments.ts';
import { chosenAlternative } from './chosen-alternative.ts';
import { INTERRUPTED_STATUS } from './interruption.ts';
import { readScenario } from './library-files.ts';
import type { Arguments, Io, Verb } from './verb.ts';

const LEVEL: RecordingLevel = 'state';

/** Runs one alternative with one seed, and records it if asked. */
export const verb: Verb = {
  name: 'run',
  summary: 'one run of one alternative',
  usage: 'run SCENARIO [options]',
  details: 'SCENARIO is a file, or a name of the library. Status 0: done; 2: the input is wrong.',
  options: {
    seed: { type: 'string', value: 'SEED', help: 'the seed of all chance, instead of the one in the scenario' },
    alternative: { type: 'string', value: 'NAME', help: 'which alternative; the first if left out' },
    set: { type: 'string', multiple: true, value: 'PATH=VALUE', help: 'change a value of the scenario first' },
    trace: { type: 'string', value: 'FILE', help: 'record the run into this file (.wtrace)' },
    until: { type: 'string', value: 'TIME', help: 'stop at this simulated time (30s, 5m) instead of the end' },
    json: { type: 'boolean', help: 'print digest, events, simulatedNs, metrics and objectives as JSON' },
  },
  run: runOnce,
};

async function runOnce(args: Arguments, io: Io): Promise<number> {
  const scenario = await readScenario(operand(args, 'SCENARIO'), io);
  const changes = textOptions(args, 'set');
  const document = loadScenario(scenario.text, scenario.file, scenario.library, changes);
  const untilNs = untilOf(document, args);
  const plan = compile(document);
  const alternative = chosenAlternative(plan, textOption(args, 'alternative'));
  const manifests = alternative.document.cluster.manifests?.report;
  for (const line of manifests === undefined ? [] : leftOutLines(manifests)) io.err.write(`${line}\n`);
  if (alternative.document.traffic.warmUp === 'auto')
    io.err.write(
      'Only compare finds a warm-up, over all alternatives; this run counts everything. A length can be given: --set traffic.warmUp=5s\n',
    );
  const seed = seedOption(args) ?? `${document.seed}/0`;
  const trace = textOption(args, 'trace');
  if (trace !== undefined) refuseOverwriting(callerPath(io, operand(args, 'SCENARIO')), callerPath(io, trace));
  const sink = trace === undefined ? undefined : new FileSink(callerPath(io, trace));
  try {
    const recording =
      sink === undefined ? {} : { sink, level: LEVEL, source: recordedSource(scenario, changes, document) };
    const run = startRun(plan, alternative.name, seed, { ...recording, ...(untilNs === undefined ? {} : { untilNs }) });
    await advanceBreathing(run, () => breath(io));
    const answer = runAnswer(alternative, seed, run.finish());
    if (flag(args, 'json')) io.out.write(`${JSON.stringify(answer, null, 2)}\n`);
    else io.out.write(words(answer, alternative));
  } finally {
    sink?.close();
  }
  if (!io.signal.aborted) return 0;
  io.err.write('Interrupted: the figures and the recording reach as far as the run came.\n');
  return INTERRUPTED_STATUS;
}

/** A turn of the event loop lets Ctrl-C in; false once it came. */
async function breath(io: Io): Promise<boolean> {
  await nextTurn();
  return !io.signal.aborted;
}

/** The instant of `--until` in ns. */
function untilOf(document: ScenarioDocument, args: Arguments): number | undefined {
  const until = textOption(args, 'until');
  if (until === undefined) return undefined;
  const read = parseQuantity('duration', until);
  if (read.ok && read.value > 0 && read.value <= document.duration) return read.value;
  throw new ArgumentProblem(`--until must be a time within the run, such as 30s, but "${until}" was given.`);
}

/** Under which conditions a restricted alternative runs at all. */
function conditionLines({ judgement }: PlannedAlternative): string[] {
  if (judgement.verdict !== 'restricted') return [];
  const conditions = new Set(
    judgement.because.flatMap(({ condition }) => (condition === undefined ? [] : [condition])),
  );
  return [...conditions].map((condition) => `It passes only on a condition: ${condition}.`);
}

function words(answer: ReturnType<typeof runAnswer>, alternative: PlannedAlternative): string {
  const specs = metricSpecsOf([alternative]);
  const shares = partShares(specs, (key) => answer.metrics[key]);
  const lines = specs.flatMap(({ key, label, unit }) => {
    const value = answer.metrics[key];
    if (value === undefined) return [];
    const share = shares.get(key);
    return [`  ${label.padEnd(44)} ${quantityWords(value, unit)}${share === undefined ? '' : ` (${share})`}`];
  });
  const verdict = alternative.judgement.verdict;
  const note =
    verdict === 'refused'
      ? '\nThe environment refuses this alternative: the figures are what would be if it did not.\n'
      : '';
  return [
    `${answer.alternative}, seed ${answer.seed}: ${verdict}`,
    note,
    ...conditionLines(alternative),
    ...lines,
    `  ${'Events'.padEnd(44)} ${answer.events}`,
    `  ${'Digest'.padEnd(44)} ${answer.digest}`,
    '',
  ].join('\n');
}

/**
 * `validate`: replays recorded reality and prints the agreement.
 */
import { type Dirent, existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTasks } from '../../sim/node/pool.ts';
import { printable } from '../document/problems.ts';
import type { Quantity } from '../reality/quantity.ts';
import type { RecordedCase } from '../reality/suite.ts';
import {
  type CaseFile,
  type FileNote,
  type ReplayOutcome,
  replayOne,
  reportOf,
  type SortedCases,
  sortCases,
  type ValidationReport,
} from '../reality/validate.ts';
import { flag, textOption } from './arguments.ts';
import { INTERRUPTED_STATUS } from './interruption.ts';
import { validateWorkerFile } from './program-files.ts';
import { textTable } from './text-table.ts';
import { timelineNamed, timelineText } from './validate-timeline.ts';
import type { ReplayTask } from './validate-worker.ts';
import type { Verb } from './verb.ts';
import { WORKERS_OPTION, workersOf } from './workers.ts';

/** Larger files are refused: a recorded case has kilobytes, and JSON takes several times its size in memory. */
const FILE_BYTES_MAX = 256 * 1024 * 1024;

/** Characters shown of what the system or the JSON parser says: it may repeat the file. */
const REASON_CHARS_MAX = 200;

/** Folders in folders; deeper ones are somebody's disk and not a folder of cases. */
const DEPTH_MAX = 4;

/** Where the verb's words go, and the folder that relative paths mean. */
export interface ValidateIo {
  out(text: string): unknown;
  err(text: string): unknown;
  readonly cwd: string;
  /** Threads for cases that take seconds; absent: this one. */
  readonly workers?: number;
  /** The case whose timeline is asked for, in place of the agreement. */
  readonly timeline?: string;
  /** Once aborted, no case is begun. */
  readonly signal?: AbortSignal;
}

/** Replays recorded cases on the models and prints how many agree, by suite and family. */
export const verb: Verb = {
  name: 'validate',
  summary: 'replays recorded reality and prints the agreement',
  usage: 'validate [DIR] [options]',
  options: {
    json: { type: 'boolean', help: 'print the report as JSON on standard output' },
    timeline: { type: 'string', value: 'CASE', help: 'print what happened in a case, recorded and ours, in order' },
    workers: WORKERS_OPTION,
  },
  details: 'DIR is a folder of recorded cases, or a folder of such folders; without it, our own recordings.',
  run: (args, io) => {
    const words = [...args.operands, ...(flag(args, 'json') ? ['--json'] : [])];
    const timeline = textOption(args, 'timeline');
    const out = (text: string): unknown => io.out.write(text);
    const err = (text: string): unknown => io.err.write(text);
    return validateVerb(words, {
      out,
      err,
      cwd: io.cwd,
      signal: io.signal,
      workers: workersOf(args),
      ...(timeline === undefined ? {} : { timeline }),
    });
  },
};

/**
 * Runs `validate [DIR] [--json]`. Resolves to the exit status: 0 when every case of the suites that we have agrees, 1
 * when one does not, 2 when DIR is missing, holds no case that can be replayed, or holds files that cannot be read.
 */
export async function validateVerb(args: string[], io: ValidateIo): Promise<number> {
  const operands = args.filter((word) => word !== '--json');
  const wrong = operands.length > 1 ? operands[1] : operands.find((word) => word.startsWith('-'));
  if (wrong !== undefined) return refuse(io, `"${wrong}" is not expected here; write validate [DIR] [--json].`);
  const folder = operands.length === 1 ? resolve(io.cwd, operands[0]) : ownCases(io.cwd);
  if (!(await isFolder(folder))) return refuse(io, `There is no folder ${folder}; give a folder of recorded cases.`);
  const { files, problems } = await readCases(folder);
  if (files.length + problems.length === 0) return refuse(io, `${folder} holds no recorded cases (*.json).`);
  if (io.timeline !== undefined) return tellTimeline(files, io.timeline, args.includes('--json'), io);
  const replayed = await replayAll(files, io);
  if (replayed === undefined) {
    io.err('Interrupted: nothing is reported, because cases are missing.\n');
    return INTERRUPTED_STATUS;
  }
  const report = { ...replayed, problems: [...problems, ...replayed.problems] };
  io.out(args.includes('--json') ? `${JSON.stringify(report, null, 2)}\n` : printable(reportText(report)));
  for (const { path, message } of report.problems) io.err(printable(`${path}: ${message}\n`));
  if (report.suites.length === 0 && report.problems.length === 0) {
    io.err(`No case was replayed: ${printable(folder)} holds only kinds of cases that no suite here recognises.\n`);
  }
  return statusOf(report);
}

function tellTimeline(files: readonly CaseFile[], name: string, isJson: boolean, io: ValidateIo): number {
  const told = timelineNamed(sortCases(files), name);
  if ('problem' in told) return refuse(io, told.problem);
  io.out(isJson ? `${JSON.stringify(told, null, 2)}\n` : timelineText(told.stretches));
  return 0;
}

/** Quick cases here, slow ones on threads; undefined when it was interrupted. */
async function replayAll(files: readonly CaseFile[], io: ValidateIo): Promise<ValidationReport | undefined> {
  const sorted = sortCases(files);
  const tell = (place: number): void => {
    io.err(printable(`replaying ${sorted.cases[place]!.recorded.path}\n`));
  };
  const isSpread = (place: number): boolean => (io.workers ?? 0) > 0 && sorted.cases[place]!.suite.isSlow === true;
  const places = sorted.cases.map((_, place) => place);
  const outcomes = new Map<number, ReplayOutcome>();
  for (const place of places.filter((one) => !isSpread(one))) {
    tell(place);
    outcomes.set(place, replayOne(sorted.cases[place]!));
  }
  const spread = places.filter(isSpread);
  if (spread.length > 0 && !(await replayOnThreads({ files, sorted, spread, io, tell }, outcomes))) return undefined;
  return reportOf(
    sorted,
    places.map((place) => outcomes.get(place)!),
  );
}

/** The cases that go to threads. */
interface SpreadCases {
  readonly files: readonly CaseFile[];
  readonly sorted: SortedCases;
  readonly spread: readonly number[];
  readonly io: ValidateIo;
  readonly tell: (place: number) => void;
}

/** Fills in what came of the cases; false when it was interrupted. */
async function replayOnThreads(
  { files, sorted, spread, io, tell }: SpreadCases,
  outcomes: Map<number, ReplayOutcome>,
): Promise<boolean> {
  const needed = new Set(
    spread.flatMap((place) => [sorted.cases[place]!.recorded.path, ...sorted.cases[place]!.needs]),
  );
  const shared = files.filter(({ path }) => needed.has(path));
  const there = sortCases(shared).cases.map(({ recorded }) => caseKey(recorded));
  const { failures, results, interrupted } = await runTasks<ReplayTask, ReplayOutcome, never, readonly CaseFile[]>({
    tasks: spread.map((place) => there.indexOf(caseKey(sorted.cases[place]!.recorded))),
    shared,
    workers: io.workers ?? 0,
    workerFile: validateWorkerFile(),
    describe: (task) => `The replay of ${there[task]}`,
    onStart: (index) => tell(spread[index]!),
    ...(io.signal === undefined ? {} : { signal: io.signal }),
  });
  if (failures.length > 0) throw failures[0];
  results.forEach((outcome, index) => {
    if (outcome !== undefined) outcomes.set(spread[index]!, outcome);
  });
  return !interrupted;
}

function caseKey({ path, index }: RecordedCase): string {
  return `${path}, case ${index + 1}`;
}

function refuse(io: ValidateIo, message: string): number {
  io.err(`${printable(message)}\n`);
  return 2;
}

function statusOf(report: ValidationReport): number {
  // Nothing replayed is nothing agreed: a script must not take it for a success.
  if (report.problems.length > 0 || report.suites.length === 0) return 2;
  return report.suites.every(({ cases, agree }) => cases === agree) ? 0 : 1;
}

/** Our own recordings: `test/oracles` of the checkout that this program lies in, wherever it is called from. */
function ownCases(cwd: string): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (folder !== dirname(folder)) {
    if (existsSync(join(folder, 'test', 'oracles'))) return join(folder, 'test', 'oracles');
    folder = dirname(folder);
  }
  return join(cwd, 'test', 'oracles');
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

interface ReadCases {
  readonly files: CaseFile[];
  readonly problems: FileNote[];
}

async function readCases(folder: string): Promise<ReadCases> {
  const read: ReadCases = { files: [], problems: [] };
  for (const path of await caseFiles(folder, DEPTH_MAX)) {
    const name = relative(folder, path).split(sep).join('/');
    const outcome = await readCase(path);
    if ('message' in outcome) read.problems.push({ path: name, message: outcome.message });
    else read.files.push({ path: name, json: outcome.json });
  }
  return read;
}

/** The JSON files of a folder and the folders in it, in order of their names. */
async function caseFiles(folder: string, depth: number): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const paths: string[] = [];
  for (const entry of entries.sort(byName)) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory() && depth > 1) paths.push(...(await caseFiles(path, depth - 1)));
    else if (entry.name.endsWith('.json') && !entry.isDirectory()) paths.push(path);
  }
  return paths;
}

function byName(a: Dirent, b: Dirent): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

async function readCase(path: string): Promise<{ readonly json: unknown } | { readonly message: string }> {
  try {
    const status = await stat(path);
    if (!status.isFile()) return { message: 'This is a pipe, a device or a folder, and no file.' };
    const { size } = status;
    if (size > FILE_BYTES_MAX) return { message: `This file has ${size} bytes; at most ${FILE_BYTES_MAX} are read.` };
    return { json: JSON.parse(await readFile(path, 'utf8')) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { message: `This file cannot be read: ${reason.replaceAll('\n', ' ').slice(0, REASON_CHARS_MAX)}.` };
  }
}

/** For people: a table of families, then each disagreement, then what was left aside. */
function reportText(report: ValidationReport): string {
  const rows = report.suites.map(({ suite, family, cases, agree }) => [suite, family, String(cases), String(agree)]);
  const table = rows.length === 0 ? '' : textTable(['suite', 'family', 'cases', 'agree'], rows);
  const disagreements = report.suites.flatMap(({ suite, family, details, together = [] }) => [
    ...details.filter((each) => !each.agree).map((each) => disagreement(`${suite} ${each.case}`, each.quantities)),
    ...(together.every(({ agree }) => agree)
      ? []
      : [disagreement(`${suite} ${family}, all cases together,`, together)]),
  ]);
  const unknown = report.unknown.map(({ path, message }) => `${path}: ${message}\n`);
  const sections = [
    table,
    predictedText(report),
    disagreements.join(''),
    unknown.length === 0 ? '' : `Not replayed:\n${unknown.join('')}`,
  ];
  return sections.filter((section) => section !== '').join('\n');
}

/** Where constants were calibrated on some of what is compared, how the rest agrees. */
function predictedText({ suites }: ValidationReport): string {
  const lines = suites.flatMap(({ suite, family, details }) => {
    const quantities = details.flatMap((each) => each.quantities);
    const predicted = quantities.filter(({ setsConstant }) => setsConstant !== true);
    if (predicted.length === quantities.length) return [];
    const agree = predicted.filter((quantity) => quantity.agree).length;
    return `${suite} ${family}: ${agree} of ${predicted.length} predicted figures agree; constants were calibrated on the other ${quantities.length - predicted.length}.\n`;
  });
  return lines.join('');
}

function disagreement(name: string, quantities: readonly Quantity[]): string {
  const lines = quantities
    .filter((quantity) => !quantity.agree)
    .map(({ name: quantity, observed, simulated }) => {
      return `  ${quantity}: observed ${JSON.stringify(observed)}, simulated ${JSON.stringify(simulated)}\n`;
    });
  return `${name} disagrees:\n${lines.join('')}`;
}

/**
 * Runs the programs of a benchmark in turns, so that what else the machine does meets all of them alike.
 *
 * A program prints one line of JSON, a `Measurement`. One that crashes, hangs or prints something else is named with its
 * last words and left out of the later rounds; the others go on.
 */

import { spawnSync } from 'node:child_process';

/** What a program says about its measured part. */
export interface Measurement {
  readonly events: number;
  /** Processor time, user and system. */
  readonly cpuSeconds: number;
  /** Hash of what was done in which order; equal for programs that did the same. */
  readonly hash: string;
  /** Growth of the resident memory from before the first event to the end. */
  readonly bytes: number;
}

/** One program with its arguments. */
export interface Task {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

/** All measurements of a task; `failure` says why there are no more. */
export interface Measured {
  readonly name: string;
  readonly measurements: readonly Measurement[];
  readonly failure?: string;
}

/** Longest last words that are shown. */
const WORDS_MAX = 200;

/** Runs a program once. A text is the reason why there is no measurement. */
export function measureOnce({ command, args }: Task, limitSeconds: number): Measurement | string {
  const done = spawnSync(command, args, { encoding: 'utf8', timeout: limitSeconds * 1000, killSignal: 'SIGKILL' });
  const words = lastWords(done.stderr || done.stdout || '');
  const said = words === '' ? ', without a word' : `; its last words: ${words}`;
  if (done.error !== undefined && 'code' in done.error && done.error.code === 'ETIMEDOUT')
    return `did not finish within ${limitSeconds} s${said}`;
  if (done.error !== undefined) return `could not be started: ${done.error.message}`;
  if (done.signal !== null) return `was ended by ${done.signal}${said}`;
  if (done.status !== 0) return `ended with status ${done.status}${said}`;
  return measurementOf(done.stdout) ?? `printed no measurement${said}`;
}

/** Runs every task once a round. */
export function measureInRounds(tasks: readonly Task[], rounds: number, limitSeconds: number): Measured[] {
  const measured = tasks.map((task) => ({ task, measurements: [] as Measurement[], failure: '' }));
  for (let round = 0; round < rounds; round++) {
    for (const each of measured) {
      if (each.failure !== '') continue;
      const result = measureOnce(each.task, limitSeconds);
      if (typeof result === 'string') each.failure = result;
      else each.measurements.push(result);
    }
  }
  return measured.map(({ task, measurements, failure }) =>
    failure === '' ? { name: task.name, measurements } : { name: task.name, measurements, failure },
  );
}

/** The middle of the values; of an even number the upper one. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** The last line that says something. */
export function lastWords(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const last = (lines.at(-1) ?? '').trim();
  return last.length > WORDS_MAX ? `${last.slice(0, WORDS_MAX)} …` : last;
}

function measurementOf(output: string): Measurement | undefined {
  try {
    const { events, cpuSeconds, hash, bytes = 0 } = JSON.parse(output);
    if (!(events > 0 && cpuSeconds >= 0) || typeof hash !== 'string') return undefined;
    return { events, cpuSeconds, hash, bytes };
  } catch {
    return undefined;
  }
}

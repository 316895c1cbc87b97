/**
 * What is said when a verb throws, and the exit status.
 *
 * Problems with the input (a scenario, a trace, a file, the command line) are told apart by the names of their error
 * classes and not by the classes themselves: loading those would cost every call of the program the whole schema.
 */
import type { Io } from './verb.ts';

/** Names of the error classes that mean "the input is wrong", each with a message for people. */
const INPUT_PROBLEMS: ReadonlySet<string> = new Set([
  'ArgumentProblem',
  'FileProblem',
  'ResultsProblem',
  'ScenarioProblems',
  'TraceProblem',
]);

/** Prints the failure to standard error and returns the exit status: 2 for wrong input, 1 for a fault of ours. */
export function reportFailure(error: unknown, words: readonly string[], io: Io): number {
  if (error instanceof Error && isInputProblem(error)) {
    io.err.write(`${error.message.trimEnd()}\n`);
    return 2;
  }
  io.err.write(internalError(error, words));
  return 1;
}

function isInputProblem(error: Error): boolean {
  return INPUT_PROBLEMS.has(error.name) || INPUT_PROBLEMS.has(error.constructor.name);
}

function internalError(error: unknown, words: readonly string[]): string {
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error && error.stack !== undefined ? error.stack : '(no stack)';
  return [
    `Internal error: ${message}`,
    'This is a fault of Wavetank and not of your input. Please report it with the scenario and these lines:',
    `  command: wavetank ${words.map(quoted).join(' ')}`,
    `  node: ${process.version} on ${process.platform} ${process.arch}`,
    ...stack.split('\n').map((line) => `  ${line.trim()}`),
    '',
  ].join('\n');
}

/** A word as a shell would need it, so that the command in a message can be pasted. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

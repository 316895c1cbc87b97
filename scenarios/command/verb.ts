/**
 * What a verb of the command line is, and what it may touch of the world outside.
 *
 * A verb gets everything through `Io`, so that a test can call it in-process and read what it said.
 */

/** Something that takes text: a stream of the process, or a list in a test. */
export interface TextSink {
  write(text: string): unknown;
}

/** The world outside as a verb sees it. Every member is a promise to scripts: results to `out`, all else to `err`. */
export interface Io {
  /** Standard output: the answer and nothing else. With `--json`, exactly one JSON document. */
  readonly out: TextSink;
  /** Standard error: progress, notes, problems. */
  readonly err: TextSink;
  /** The caller's folder, absolute: relative paths of the command line mean this one. */
  readonly cwd: string;
  /** Aborted by the first Ctrl-C: stop, and keep what is finished. */
  readonly signal: AbortSignal;
  /** Whether `err` is a terminal on which a line may be written over. */
  readonly isTerminal: boolean;
  /** Width of the terminal in characters; 80 when unknown. */
  readonly columns: number;
}

/** One option of a verb, in the shape that `node:util` parseArgs wants, with words for the help. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** The option may be given several times; its value is then a list. */
  readonly multiple?: boolean;
  /** Name of the value in the help: `FILE`. */
  readonly value?: string;
  readonly help: string;
}

/** What an option holds: text, true for a flag, a list for one that repeats, undefined when it was not given. */
export type OptionValue = string | boolean | readonly (string | boolean)[] | undefined;

/** The command line after the verb's name, checked against the verb's options. */
export interface Arguments {
  /** What is not an option, in order: `SCENARIO`. */
  readonly operands: readonly string[];
  readonly options: Readonly<Record<string, OptionValue>>;
  /** The words as they were typed, for messages and for the command that repeats a run. */
  readonly words: readonly string[];
}

/** A command of the command line: what the help says of it, the options that it takes, and what it does. */
export interface Verb {
  readonly name: string;
  /** One line for the list of verbs. */
  readonly summary: string;
  /** The line after `wavetank`: `compare SCENARIO [options]`. */
  readonly usage: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** More paragraphs for the verb's own help. */
  readonly details?: string;
  /** Runs the verb; resolves to the exit status: 0 done, 1 an objective missed or a run failed, 2 the input is wrong. */
  run(args: Arguments, io: Io): Promise<number>;
}

/** A line of the table of verbs: enough for the list, without loading the verb. */
export interface VerbEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Verb>;
}

/**
 * What an importer is: a scenario from the files that people have. A new source is one file here and one line in the index.
 */

/** A file of the source, by its name in the folder. */
export interface ImportFile {
  readonly name: string;
  /** Empty for an importer that reads in pieces. */
  readonly text: string;
  /** The text in pieces, for an importer that reads so. */
  readonly chunks?: Iterable<string>;
}

/** A file that a scenario names. */
export interface CompanionFile {
  readonly name: string;
  readonly text: string;
}

/** A place in a file that could not be taken over, in one sentence that says what was expected. */
export interface ImportProblem {
  readonly file: string;
  /** Counted from 1; 0 where the whole file is meant. */
  readonly line: number;
  readonly message: string;
}

/** What came of an import. */
export interface ImportOutcome {
  /** The scenario as YAML; undefined when nothing could be made of the files. */
  readonly scenario?: string;
  /** What was taken, what was not looked at, what was decided. One sentence each. */
  readonly notes: readonly string[];
  /** What was left out because it is wrong. */
  readonly problems: readonly ImportProblem[];
  /** Files that go beside the scenario. */
  readonly files?: readonly CompanionFile[];
  /** The input ends in the middle: the scenario is written, and may mislead. */
  readonly doubtful?: boolean;
}

/** One source. */
export interface Importer {
  /** As it is typed: `openb`. */
  readonly name: string;
  /** One line for the help. */
  readonly summary: string;
  /** Whether a file of the folder is worth reading. */
  wants(name: string): boolean;
  /** Its files may be too large for one text: it reads them in pieces. */
  readonly inPieces?: boolean;
  /** Makes a scenario, of that name without folder and suffix. Never throws for what the files hold. */
  convert(files: readonly ImportFile[], name?: string): ImportOutcome;
}

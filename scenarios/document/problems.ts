/**
 * Problems with what a person wrote, as opposed to faults of the program: where, what was expected, what was there, and
 * what to do. All problems of a document are collected before anything is thrown.
 */

/** One fault of the input. Lines and columns count from 1; texts that do not apply are empty. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Keys and list positions from the root, joined by dots: `cluster.nodes.0.cpu`. */
  readonly path: string;
  readonly message: string;
  readonly expected: string;
  readonly got: string;
  readonly hint: string;
}

/** Texts of the files that problems point into, by file name: their lines are shown with a caret. */
export type SourceTexts = ReadonlyMap<string, string>;

/** The input is wrong: carries every problem, sorted by file and line. The message is the list as people read it. */
export class ScenarioProblems extends Error {
  readonly problems: readonly Problem[];
  /** The texts that the problems point into. */
  readonly sources: SourceTexts;

  constructor(problems: readonly Problem[], sources: SourceTexts = new Map()) {
    const sorted = sortProblems(problems);
    super(formatProblems(sorted, sources));
    this.name = 'ScenarioProblems';
    this.problems = sorted;
    this.sources = sources;
  }
}

/** More lines than this tell nobody anything; the rest is counted. */
const SHOWN_MAX = 50;
/** Longer source lines are cut around the caret. */
const EXCERPT_CHARS_MAX = 110;

/**
 * A text from outside as a terminal may show it: control characters, which could move the cursor or rename the window,
 * become `\uFFFD`. Newlines and tabs stay.
 */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, '\uFFFD');
}

/** The list for people: a line for each problem, then the source line with a caret where the source is known. */
export function formatProblems(problems: readonly Problem[], sources: SourceTexts = new Map()): string {
  const shown = problems.slice(0, SHOWN_MAX).map((problem, index) => {
    // Several problems at one place need its line only once, after the last of them.
    const again = samePlace(problem, problems[index + 1]) && index + 1 < SHOWN_MAX;
    return formatProblem(problem, again ? undefined : sources.get(problem.file));
  });
  const rest = problems.length - shown.length;
  if (rest > 0) shown.push(`… and ${rest} more ${rest === 1 ? 'problem' : 'problems'}`);
  return shown.join('\n');
}

/** The problems in the order in which a person meets them: by file as first named, then by line, column and path. */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  const files = [...new Set(problems.map((problem) => problem.file))];
  return [...problems].sort(
    (a, b) =>
      files.indexOf(a.file) - files.indexOf(b.file) ||
      a.line - b.line ||
      a.column - b.column ||
      compareText(a.path, b.path) ||
      compareText(a.message, b.message),
  );
}

function formatProblem(problem: Problem, source: string | undefined): string {
  const where = `${problem.file}:${problem.line}:${problem.column}`;
  const path = problem.path === '' ? '' : ` ${problem.path}:`;
  const facts = [
    problem.expected === '' ? '' : `expected ${problem.expected}`,
    problem.got === '' ? '' : `got ${problem.got}`,
  ].filter((fact) => fact !== '');
  const sentence = [problem.message, facts.join(', ')].filter((part) => part !== '').join('; ');
  const hint = problem.hint === '' ? '' : ` ${asSentence(problem.hint)}`;
  // One line each: a key with a newline in it must not look like a second problem.
  const line = printable(`${where}${path} ${sentence}.${hint}`).replace(/[\n\t]/g, ' ');
  return `${line}${excerpt(problem, source)}`;
}

function excerpt(problem: Problem, source: string | undefined): string {
  const text = source?.split(/\r?\n/, problem.line)[problem.line - 1];
  if (text === undefined || text.trim() === '') return '';
  const long = text.length > EXCERPT_CHARS_MAX;
  const start = long ? Math.max(0, Math.min(problem.column - 1, text.length) - EXCERPT_CHARS_MAX / 2) : 0;
  const cut = printable(text.slice(start, start + EXCERPT_CHARS_MAX)).replace(/\t/g, ' ');
  return `\n    ${cut}\n    ${' '.repeat(Math.max(0, problem.column - 1 - start))}^`;
}

function samePlace(a: Problem, b: Problem | undefined): boolean {
  return b !== undefined && a.file === b.file && a.line === b.line && a.column === b.column;
}

function asSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[?.]$/.test(text) ? '' : '.'}`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

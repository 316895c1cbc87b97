/**
 * Replays recorded cases and reports the agreement: the contract of `validate --json`.
 *
 * A case of a suite that is not built is listed under `unknown`, a file that cannot be read under `problems`: neither
 * stops the others.
 */

import { isObject } from './case-reader.ts';
import { SUITES } from './index.ts';
import { judgeTogether } from './pooled-places.ts';
import type { Quantity } from './quantity.ts';
import {
  CaseProblem,
  type JsonObject,
  type RecordedCase,
  type Replay,
  type ReplayContext,
  type Suite,
} from './suite.ts';

/** A file of cases: its path as reports name it, with `/`, and its parsed JSON. */
export interface CaseFile {
  readonly path: string;
  readonly json: unknown;
}

/** What came of one case: it agrees when all of its quantities do. */
export interface CaseVerdict {
  readonly case: string;
  readonly agree: boolean;
  readonly quantities: readonly Quantity[];
}

/** The agreement of one family of a suite. */
export interface FamilyAgreement {
  readonly suite: string;
  readonly family: string;
  /** How many cases there are, and how many of them agree in every quantity. */
  readonly cases: number;
  readonly agree: number;
  readonly details: readonly CaseVerdict[];
  /** Figures that vary from repeat to repeat, judged over all cases; absent where there are none. */
  readonly together?: readonly Quantity[];
}

/** Something about a file, in one sentence. */
export interface FileNote {
  readonly path: string;
  readonly message: string;
}

/** The agreement of all files that were given. */
export interface ValidationReport {
  /** In the order of suite and family names. */
  readonly suites: readonly FamilyAgreement[];
  /** Files whose cases no suite recognises. */
  readonly unknown: readonly FileNote[];
  /** Files or cases that cannot be read. */
  readonly problems: readonly FileNote[];
}

/** Told of each case before it is replayed. */
export type CaseProgress = (recorded: RecordedCase) => void;

/** A case with the suite that it belongs to. */
export interface SortedCase {
  readonly suite: Suite;
  readonly recorded: RecordedCase;
  readonly context: ReplayContext;
  /** Files that it needs besides its own. */
  readonly needs: readonly string[];
}

/** All files sorted: what is to be replayed, in order, and what nobody recognises. */
export interface SortedCases {
  readonly cases: readonly SortedCase[];
  readonly unknown: readonly FileNote[];
}

/** What came of one case, as plain data: a replay, or a problem in one sentence. */
export type ReplayOutcome = { readonly replay: Replay } | { readonly problem: string };

/** Replays every case of the files that a suite recognises. Never throws for what the files hold. */
export function validateCases(
  files: readonly CaseFile[],
  suites: readonly Suite[] = SUITES,
  progress: CaseProgress = () => {},
): ValidationReport {
  const sorted = sortCases(files, suites);
  const outcomes = sorted.cases.map((one) => {
    progress(one.recorded);
    return replayOne(one);
  });
  return reportOf(sorted, outcomes);
}

/** Finds the suite of every case. */
export function sortCases(files: readonly CaseFile[], suites: readonly Suite[] = SUITES): SortedCases {
  const contents = new Map(files.map((file) => [file.path, file.json]));
  const cases: SortedCase[] = [];
  const unknown: FileNote[] = [];
  for (const file of files) {
    const strangers = casesOf(file).filter((recorded) => {
      const suite = suites.find((each) => each.recognises(recorded));
      if (suite === undefined) return true;
      const needs = (suite.siblings?.(recorded) ?? []).map((name) => folderOf(file.path) + name);
      cases.push({ suite, recorded, needs, context: contextOf(file.path, contents) });
      return false;
    });
    if (strangers.length > 0) unknown.push({ path: file.path, message: strangeness(strangers) });
    else if (casesOf(file).length === 0) unknown.push({ path: file.path, message: 'This file holds no cases.' });
  }
  const needed = new Set(cases.flatMap(({ needs }) => needs));
  return { cases, unknown: unknown.filter(({ path }) => !needed.has(path)) };
}

/** Replays one case. What a model refuses by an assertion is told as a problem, too: one case may not stop the others. */
export function replayOne({ suite, recorded, context }: SortedCase): ReplayOutcome {
  try {
    return { replay: suite.replay(recorded, context) };
  } catch (error) {
    if (error instanceof CaseProblem) return { problem: error.message };
    return { problem: `our models cannot replay it: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** The agreement, given what came of each of the cases in their order. */
export function reportOf({ cases, unknown }: SortedCases, outcomes: readonly ReplayOutcome[]): ValidationReport {
  const tally = new Tally(unknown);
  cases.forEach((one, i) => {
    tally.take(one, outcomes[i]);
  });
  return tally.report();
}

/** A file is one case, or holds a list `cases` of objects. */
function casesOf({ path, json }: CaseFile): readonly RecordedCase[] {
  if (!isObject(json)) return [];
  if (!Array.isArray(json.cases)) return [{ path, index: 0, json, file: json }];
  return json.cases.filter(isObject).map((each: JsonObject, index) => ({ path, index, json: each, file: json }));
}

/** The other files of the hand-over, as seen from the folder of one of them. */
function contextOf(path: string, contents: ReadonlyMap<string, unknown>): ReplayContext {
  return { sibling: (name) => contents.get(folderOf(path) + name) };
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

function strangeness(cases: readonly RecordedCase[]): string {
  const { json, file } = cases[0];
  const label = json.suite ?? file.suite ?? json.family;
  const kind = typeof label === 'string' ? `"${label.slice(0, 60)}"` : 'a kind that it does not name';
  return `${cases.length} ${cases.length === 1 ? 'case' : 'cases'} of ${kind}, which no suite here recognises.`;
}

interface FamilyReplays {
  readonly suite: string;
  readonly family: string;
  readonly replays: Replay[];
}

class Tally {
  private readonly unknown: readonly FileNote[];
  private readonly problems: FileNote[] = [];
  private readonly families = new Map<string, FamilyReplays>();

  constructor(unknown: readonly FileNote[]) {
    this.unknown = unknown;
  }

  take({ suite, recorded }: SortedCase, outcome: ReplayOutcome): void {
    if ('replay' in outcome) {
      this.add(suite.name, outcome.replay);
      return;
    }
    const where = Array.isArray(recorded.file.cases) ? `Case ${recorded.index + 1} of ` : 'This case of ';
    this.problems.push({ path: recorded.path, message: `${where}suite ${suite.name}: ${outcome.problem}` });
  }

  report(): ValidationReport {
    const suites = [...this.families.keys()].sort().map((key) => {
      return agreementOf(this.families.get(key)!);
    });
    return { suites, unknown: this.unknown, problems: this.problems };
  }

  private add(suite: string, replay: Replay): void {
    const key = `${suite}\n${replay.family}`;
    const entry = this.families.get(key) ?? { suite, family: replay.family, replays: [] };
    this.families.set(key, entry);
    entry.replays.push(replay);
  }
}

function agreementOf({ suite, family, replays }: FamilyReplays): FamilyAgreement {
  const { cases, pools } = judgeTogether(replays.map(({ quantities }) => quantities));
  const details = replays.map(({ name }, i) => verdictOf(name, cases[i]!));
  const agree = details.filter((each) => each.agree).length;
  const together = pools.length === 0 ? {} : { together: pools };
  return { suite, family, cases: details.length, agree, details, ...together };
}

/** A case without a single quantity proves nothing. */
function verdictOf(name: string, quantities: readonly Quantity[]): CaseVerdict {
  return { case: name, agree: quantities.length > 0 && quantities.every((quantity) => quantity.agree), quantities };
}

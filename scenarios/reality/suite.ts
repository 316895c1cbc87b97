/**
 * What an oracle suite is: how a recorded case of reality becomes a run of our models and a list of quantities.
 *
 * A suite is one file and one line in the index. Its quantities come from the models that scenarios run, never from a
 * formula written for the case.
 */

import type { Quantity } from './quantity.ts';

/** A JSON object of a case file, not yet checked. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** One recorded case. */
export interface RecordedCase {
  /** The file that holds it. */
  readonly path: string;
  /** Its place in the file's list `cases`, 0 for a file that is one case. */
  readonly index: number;
  readonly json: JsonObject;
  /** What the file says of all its cases (`meta`, `suite`, …); the case itself for a file that is one case. */
  readonly file: JsonObject;
}

/** What a suite may look at besides the case. */
export interface ReplayContext {
  /** Another file of the same hand-over, by its path from the folder of the case; undefined when it was not given. */
  sibling(path: string): unknown;
}

/** What came of a case. */
export interface Replay {
  /** Cases of one family exercise the same behaviour. */
  readonly family: string;
  /** The case's own name, or its number in the file. */
  readonly name: string;
  /** Every recorded quantity, in the order of the recording. */
  readonly quantities: readonly Quantity[];
}

/** Something that happened, s after the start of its stretch. */
export interface TimelineEntry {
  readonly seconds: number;
  readonly source: 'recorded' | 'ours';
  readonly text: string;
}

/** A stretch of a case, such as its cold start or one event, as it was recorded and as our models ran it once. */
export interface TimelineStretch {
  readonly title: string;
  /** In order of time. */
  readonly entries: readonly TimelineEntry[];
  /** What was counted in it. */
  readonly counts: readonly { readonly name: string; readonly recorded: number; readonly ours: number }[];
}

/** The cases of one origin, and how our models replay them. */
export interface Suite {
  /** Name in reports, such as `flow`. */
  readonly name: string;
  /** Whether a case takes seconds: such cases are spread over threads where there are some. */
  readonly isSlow?: boolean;
  /** Tells by the case's own content, never by its path. */
  recognises(recorded: RecordedCase): boolean;
  /** Files of the hand-over that the case needs, by their paths from its folder. None if absent. */
  siblings?(recorded: RecordedCase): readonly string[];
  /** Runs the models on the case. @throws CaseProblem when the case cannot be read. */
  replay(recorded: RecordedCase, context: ReplayContext): Replay;
  /** What happened in a case, beside one run of ours. Absent where nothing happens in time. @throws CaseProblem */
  timeline?(recorded: RecordedCase): readonly TimelineStretch[];
}

/** A case file is wrong. The message is one sentence without the file's name, which the report adds. */
export class CaseProblem extends Error {
  override readonly name = 'CaseProblem';
}

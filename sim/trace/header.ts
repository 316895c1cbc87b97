/**
 * Whose recording it is: the header of a file.
 */
import { FORMAT_NAME, TRACE_VERSION } from './format.ts';
import type { Fields } from './message.ts';
import { damaged, TraceProblem } from './trace-problem.ts';

/** What the run of a recording can be made again from. */
export interface TraceSource {
  /** The text of the scenario; null where it is too large or needs files that are not in it. */
  readonly text: string | null;
  /** What was changed in it, as `path=value`. */
  readonly changes: readonly string[];
  /** Digest of the text with what was changed. */
  readonly digest: string;
}

/** Larger ones are damage: whoever writes a source keeps far below. */
const SOURCE_CHANGES_MAX = 10_000;

/** The header of a recording. */
export interface TraceHeader {
  readonly format: 'wavetank-trace';
  /** Version of the format: `TRACE_VERSION`. */
  readonly version: number;
  /** Version of the program. */
  readonly wavetank: string;
  /** Name of the scenario. */
  readonly scenario: string;
  /** Its title for people. */
  readonly title: string;
  /** The seed of all chance in this run. */
  readonly seed: string;
  /** Name of the alternative: its values on the varied axes. */
  readonly alternative: string;
  /** Whatever else a reader may want to show, by name. */
  readonly parameters: Record<string, string | number>;
  /** Absent in recordings that were made without one. */
  readonly source?: TraceSource;
}

/** The header of the format that is written now, around what the caller knows. */
export function traceHeader(about: Omit<TraceHeader, 'format' | 'version'>): TraceHeader {
  return { format: FORMAT_NAME, version: TRACE_VERSION, ...about };
}

/** Reads a header out of a file. @throws {TraceProblem} when it is not one. */
export function decodeHeader(fields: Fields): TraceHeader {
  if (fields.raw('format') !== FORMAT_NAME) {
    throw new TraceProblem('This file is of the right shape, but not a recording of Wavetank: choose another file.');
  }
  return {
    format: FORMAT_NAME,
    version: fields.int('version', 1, TRACE_VERSION),
    wavetank: fields.text('wavetank'),
    scenario: fields.text('scenario'),
    title: fields.text('title'),
    seed: fields.text('seed'),
    alternative: fields.text('alternative'),
    parameters: decodeParameters(fields.fields('parameters')),
    ...(fields.raw('source') === undefined ? {} : { source: decodeSource(fields.fields('source')) }),
  };
}

function decodeSource(fields: Fields): TraceSource {
  const changes = fields.list('changes');
  if (changes.length > SOURCE_CHANGES_MAX || !changes.every((change) => typeof change === 'string'))
    throw damaged('changes of the source is not a list of texts');
  const text = fields.raw('text') === null ? null : fields.text('text');
  return { text, changes, digest: fields.text('digest') };
}

function decodeParameters(fields: Fields): Record<string, string | number> {
  const parameters: Record<string, string | number> = {};
  for (const name of fields.names()) {
    const value = fields.raw(name);
    parameters[name] = typeof value === 'number' ? value : fields.text(name);
  }
  return parameters;
}

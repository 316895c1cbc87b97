/**
 * Whose recording it is: the header of a file.
 */
import { FORMAT_NAME, TRACE_VERSION } from './format.ts';
import type { Fields } from './message.ts';
import { TraceProblem } from './trace-problem.ts';

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
  };
}

function decodeParameters(fields: Fields): Record<string, string | number> {
  const parameters: Record<string, string | number> = {};
  for (const name of fields.names()) {
    const value = fields.raw(name);
    parameters[name] = typeof value === 'number' ? value : fields.text(name);
  }
  return parameters;
}

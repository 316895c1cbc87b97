/**
 * What is wrong with a plan of load: where in the plan, what was expected, what is there, and what to do.
 *
 * Source: ours; scenarios add the file and the line. Left out: anything about documents, which this room does not know.
 */

/** One fault of a plan. */
export interface PlanFault {
  /** Keys and positions from the root of the plan. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly expected: string;
  readonly got: string;
  readonly hint: string;
}

/** A fault of a value that is not what it has to be. */
export function wrongValue(path: PlanFault['path'], expected: string, got: unknown, hint = ''): PlanFault {
  return { path, message: 'not a possible value', expected, got: shown(got), hint };
}

/** The same faults as part of a larger plan. */
export function below(path: PlanFault['path'], faults: readonly PlanFault[]): PlanFault[] {
  return faults.map((fault) => ({ ...fault, path: [...path, ...fault.path] }));
}

/** One line for each fault, for assertions and logs. */
export function faultLines(faults: readonly PlanFault[]): string {
  return faults
    .map(({ path, message, expected, got }) => `${path.join('.')}: ${message}, expected ${expected}, got ${got}`)
    .join('\n');
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : String(value);
}

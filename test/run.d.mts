export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The part of vitest's JSON report that is counted. */
export interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

/** The line at the end of a test run. */
export function countLine(counts: Counts): string;

/** Counts of vitest's JSON report, with vitest's exit status. */
export function countReport(report: Report | undefined, status: number): Counts;

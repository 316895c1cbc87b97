/**
 * What is said to a person whose recording cannot be opened or read.
 *
 * A recording comes from outside (a disk, a download, another version), so a fault in it is never an assertion.
 */

/** A fault of a recording: one sentence with what is wrong and what to do. */
export class TraceProblem extends Error {
  override readonly name = 'TraceProblem';
}

/**
 * Makes the problem for contents that contradict themselves.
 *
 * @param what The contradiction, as words that fit into brackets.
 */
export function damaged(what: string): TraceProblem {
  return new TraceProblem(`This recording is damaged (${what}): record it again, or open another copy of the file.`);
}

/**
 * Stops the run when something that must hold does not: our fault, never the user's.
 *
 * Always on. Faults of the input are not assertions; they are problems with a file, a line and a hint.
 */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/**
 * Throws an `AssertionError` unless `condition` holds.
 *
 * @param message Says what was expected and carries the values. Pass a function on hot paths, so that the text is
 * built only on failure.
 */
export function assert(condition: boolean, message: string | (() => string)): asserts condition {
  if (!condition) fail(message);
}

/** Kept apart, so that `assert` stays small enough for every engine to inline. */
function fail(message: string | (() => string)): never {
  throw new AssertionError(typeof message === 'string' ? message : message());
}

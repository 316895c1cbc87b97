/** What a seed may be; apart from the schema, so that the command line need not load it. */

/** Characters of a seed. */
export const SEED_LENGTH_MAX = 100;

/** What is wrong with a seed that does not come from a file, in one sentence; undefined if nothing is. */
export function seedProblem(text: string): string | undefined {
  if (text.length >= 1 && text.length <= SEED_LENGTH_MAX) return undefined;
  return `A seed has 1 to ${SEED_LENGTH_MAX} characters, but this one has ${text.length}.`;
}

/** The nearest of the known words to a mistyped one, for "did you mean …". */

/** Words longer than this are not compared: the table below is quadratic. */
const LENGTH_MAX = 64;

/** The known word with the fewest edits, if the edits are few for its length; ties go to the earlier word. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  if (word.length > LENGTH_MAX) return undefined;
  let best: string | undefined;
  let fewest = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const edits = editDistance(simple(word), simple(candidate));
    if (edits >= fewest) continue;
    fewest = edits;
    best = candidate;
  }
  return best;
}

/** Case, hyphens and underscores are the commonest slips, so they cost nothing. */
function simple(word: string): string {
  return word.toLowerCase().replace(/[-_ ]/g, '');
}

/** Levenshtein distance over one row. */
function editDistance(a: string, b: string): number {
  const row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    let diagonal = row[0];
    row[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const replaced = diagonal + (a[i - 1] === b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = Math.min(replaced, row[j] + 1, row[j - 1] + 1);
    }
  }
  return row[b.length];
}

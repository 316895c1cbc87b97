/**
 * Names of the rows that constants were calibrated on, so that a check can use only the others.
 *
 * Holds no model. A recording's row is `case/kind/field`, where `*` in the case or the field stands for all of them;
 * a published table's row is `table/row/column`.
 */

/** Published tables that are named as sources; the figures are in the tests beside the file that uses them. */
export type PublishedTable = 'infrabuilder-2024' | 'infrabuilder-2020' | 'daocloud' | 'tke-2026';

/** A row of a recording or of a published table. */
export type RowId = `dataplane-${string}/${string}/${string}` | `${PublishedTable}/${string}/${string}`;

/** Whether a list of rows holds this one; `*` in the list stands for anything. */
export function holdsRow(rows: readonly RowId[], row: RowId): boolean {
  return rows.some((each) => matches(each, row));
}

function matches(pattern: string, text: string): boolean {
  const [head, ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === text;
  if (!text.startsWith(head!)) return false;
  let at = head!.length;
  for (const part of rest.slice(0, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  const tail = rest[rest.length - 1]!;
  return text.length - tail.length >= at && text.endsWith(tail);
}

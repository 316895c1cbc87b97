/**
 * The self-contained HTML report: the build writes a shell with script and style in it, and a comparison is put into its place.
 *
 * Data stands in a JSON block, so no character of a result can end it or become markup.
 */
import type { ComparisonResult } from '../../sim/experiment/results.ts';

/** The id of the block that holds the data. */
export const RESULT_ELEMENT_ID = 'wavetank-result';

/** The places of title and data in a shell that has none yet. */
export const TITLE_PLACE = '<!--wavetank-title-->';
/** The comment in the shell that the block with the results replaces. */
export const DATA_PLACE = '<!--wavetank-result-->';

/** Puts a result into a report shell. */
export function fillReport(shell: string, result: ComparisonResult): string {
  const data = `<script type="application/json" id="${RESULT_ELEMENT_ID}">${jsonForHtml(result)}</script>`;
  // Functions as replacements: a `$&` in a title must stay a `$&`.
  return shell.replace(TITLE_PLACE, () => escapeHtml(result.scenario.title)).replace(DATA_PLACE, () => data);
}

/** JSON that cannot end a script block, open a comment, or break a line of an old script parser. */
export function jsonForHtml(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Text as content or quoted attribute of HTML. */
export function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}

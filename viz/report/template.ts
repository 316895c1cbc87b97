/**
 * The self-contained HTML report: script, style and data in one file that asks nothing of any server.
 *
 * Runs in Node and in a browser alike: it only joins strings. Data stands in a JSON block, so no character of a results
 * file can end it or become markup.
 */
import type { ComparisonResult } from '../../sim/experiment/results.ts';

/** What the build made of `report/main.ts`. */
export interface ReportAssets {
  /** One classic script without imports. */
  readonly script: string;
  readonly style: string;
}

/** The id of the block that holds the data. */
export const RESULT_ELEMENT_ID = 'wavetank-result';

/** The place of the data in a report that has none yet. */
const DATA_PLACE = '<!--wavetank-result-->';
const TITLE_PLACE = '<!--wavetank-title-->';

/** Makes the whole report. */
export function reportHtml(result: ComparisonResult, assets: ReportAssets): string {
  return fillReport(reportShell(assets), result);
}

/** Makes the report without its data: the build can write this once, and the command fills it. */
export function reportShell(assets: ReportAssets): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
<title>${TITLE_PLACE}</title>
<link rel="icon" href="data:,">
<style>${assets.style.replace(/<\/(style)/gi, '<\\/$1')}</style>
</head>
<body class="report">
<main id="report"><noscript>This report draws its tables with a script that is part of this file. Allow scripts to read it.</noscript></main>
${DATA_PLACE}
<script>${assets.script.replace(/<\/(script)/gi, '<\\/$1').replace(/<!--/g, '<\\!--')}</script>
</body>
</html>
`;
}

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

/**
 * The shell of the self-contained report: script and style in one file that asks nothing of any server.
 *
 * The build writes it once; a command puts the data into it (scenarios/answers/report.ts).
 */
import { DATA_PLACE, TITLE_PLACE } from '../../scenarios/answers/report.ts';

/** What the build made of `report/main.ts`. */
export interface ReportAssets {
  /** One classic script without imports. */
  readonly script: string;
  readonly style: string;
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

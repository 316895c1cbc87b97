/** The results page: opens a results file and draws its answer, with links to the replays beside it. */
import { readComparison } from '../../sim/experiment/results-reader.ts';
import '../report/report.css';
import { renderAnswer } from '../report/answer.ts';
import { element, replace } from '../shell/element.ts';
import { problemCard } from '../shell/lost.ts';
import type { Page, PageContext } from '../shell/page.ts';
import { replayHash } from './replay-link.ts';

/** `#/results/<file>`. */
export const resultsPage: Page = (root, context) => {
  const place = element('div', { class: 'results-page' }, element('p', { class: 'loading' }, 'Reading the results …'));
  root.append(place);
  let mounted = true;
  const done = show(place, context, () => mounted);
  context.handle({ idle: () => done });
  return () => {
    mounted = false;
    place.remove();
  };
};

async function show(place: HTMLElement, context: PageContext, mounted: () => boolean): Promise<void> {
  try {
    const file = fileOf(context.path, await resultNames(context));
    const result = readComparison(await context.files.json(file));
    // Another page may have taken the root while the file was on its way.
    if (!mounted()) return;
    context.describe({ title: result.scenario.title, seed: result.seed, digest: result.scenario.digest });
    renderAnswer(result, place, { links: { trace: (trace) => replayHash(file, trace) } });
    context.announce(`Results of ${result.scenario.title}: ${result.alternatives.length} alternatives.`);
  } catch (error) {
    if (!mounted()) return;
    context.describe({ title: 'Results' });
    replace(
      place,
      problemCard('These results cannot be shown', error instanceof Error ? error.message : String(error)),
    );
  }
}

async function resultNames(context: PageContext): Promise<readonly string[]> {
  if (context.path.length > 0) return [];
  return (await context.files.list()).filter(({ kind }) => kind === 'results').map(({ name }) => name);
}

/** The file that a path names; without a path, the only or first results there are. */
function fileOf(path: readonly string[], names: readonly string[]): string {
  const file = path.length > 0 ? path.join('/') : names[0];
  if (file === undefined) {
    throw new Error('There are no results here yet. Run "npm start", or drop a results.json on this page.');
  }
  return file;
}

/** The library: bundled scenarios to run and read, and the files that can be opened. */
import './library.css';
import { counted } from '../../scenarios/answers/label.ts';
import { formatBytes, formatCount } from '../../scenarios/answers/quantity.ts';
import { element, replace } from '../shell/element.ts';
import { kindOfName } from '../shell/files.ts';
import { type FileEntry, hashOf, type Page, type PageContext } from '../shell/page.ts';
import { type Range, runsLive, type Subject } from './scenario-lines.ts';
import { type LibraryScenario, libraryScenarios } from './scenarios.ts';

/** `#/`. */
export const libraryPage: Page = (root, context) => {
  context.describe({});
  const files = element('div', { class: 'file-cards' }, element('p', { class: 'soft' }, 'Looking for files …'));
  const place = element(
    'div',
    { class: 'library' },
    element('h1', {}, 'Library'),
    element(
      'p',
      { class: 'library-lead' },
      'Run a small scenario in this page, read its lesson, or open what a command recorded.',
    ),
    ...SUBJECTS.map(subjectPart),
    element('section', {}, element('h2', {}, 'Results and recordings'), openControl(context), files),
  );
  root.append(place);
  const done = listFiles(files, context);
  context.handle({ idle: () => done });
  return () => place.remove();
};

const SUBJECTS: readonly (readonly [Subject, string, string])[] = [
  ['networks', 'Container networks', 'How packets come from pod to pod, what that costs, and what breaks.'],
  ['placing', 'Placing pods', 'Which node a pod gets, who has to wait, and what that does to the traffic.'],
  ['load', 'Pods under load', 'Requests come and go; pods start, fail, are replaced and scaled.'],
  ['federations', 'Many clusters', 'One workload in several clusters: who gets how much, and what if one is lost.'],
];

function subjectPart([subject, title, lead]: (typeof SUBJECTS)[number]): HTMLElement {
  const scenarios = libraryScenarios().filter((scenario) => scenario.subject === subject);
  return element(
    'section',
    {},
    element('h2', {}, title),
    element('p', { class: 'library-lead' }, lead),
    element('ul', { class: 'cards' }, ...scenarios.map(scenarioCard)),
  );
}

function scenarioCard(scenario: LibraryScenario): HTMLElement {
  const live = runsLive(scenario);
  return element(
    'li',
    { class: 'card' },
    element('h3', {}, scenario.title),
    scenario.question !== '' && element('p', { class: 'card-question' }, scenario.question),
    scenario.learn !== null && element('p', {}, scenario.learn),
    element('p', { class: 'card-size soft' }, sizeWords(scenario)),
    element(
      'p',
      { class: 'card-actions' },
      live && action('Run live', hashOf('live', scenario.name), scenario.title, true),
      scenario.learn !== null && action('Lesson', hashOf('lesson', scenario.name), scenario.title, !live),
    ),
    !live &&
      element(
        'p',
        { class: 'soft small' },
        'Too large for a page. Run it with: ',
        element('code', {}, `npm run --silent wavetank -- compare ${scenario.name}`),
      ),
  );
}

/** Nodes, pods, alternatives and length, as far as they are known. */
function sizeWords(scenario: LibraryScenario): string {
  const { clusters, nodes, nodesRange, pods, podsRange, alternatives, lines } = scenario;
  const cluster =
    nodes === null || pods === null
      ? ['a recorded cluster']
      : [
          `${clusters === 1 ? '' : `${clusters} clusters of `}${rangeWords(nodes, nodesRange)} nodes`,
          `${rangeWords(pods, podsRange)} pods`,
        ];
  return [...cluster, counted(alternatives, 'alternative'), `a file of ${counted(lines, 'line')}`].join(' · ');
}

/** "8 to 64" where variants make a cluster larger. */
function rangeWords(count: number, range: Range | null): string {
  return range === null ? formatCount(count) : range.map(formatCount).join(' to ');
}

function action(words: string, href: string, about: string, primary: boolean): HTMLElement {
  return element(
    'a',
    { class: primary ? 'button primary' : 'button', href },
    words,
    element('span', { class: 'visually-hidden' }, `: ${about}`),
  );
}

function openControl(context: PageContext): HTMLElement {
  const note = element('span', { role: 'status' });
  const open = (event: Event): void => {
    const file = (event.target as HTMLInputElement).files?.[0];
    if (file === undefined) return;
    const kind = kindOfName(file.name);
    if (kind === 'trace' || kind === 'results')
      context.navigate(hashOf(kind === 'trace' ? 'run' : 'results', context.files.add(file)));
    else note.textContent = `"${file.name}" is neither a recording (.wtrace) nor a results.json.`;
  };
  const input = element('input', { type: 'file', accept: '.wtrace,.json', onchange: open });
  return element('p', { class: 'open-file' }, element('label', {}, 'Open a file, or drop one anywhere: ', input), note);
}

async function listFiles(place: HTMLElement, context: PageContext): Promise<void> {
  const entries = await context.files.list();
  if (entries.length === 0) {
    const hint = [
      'Nothing here yet. ',
      element('code', {}, 'npm start'),
      ' runs the comparison, ',
      element('code', {}, 'npm run view'),
      ' shows it.',
    ];
    replace(place, element('p', { class: 'soft' }, ...hint));
    return;
  }
  replace(
    place,
    ...KINDS.map(([kind, title]) =>
      fileGroup(
        title,
        entries.filter((entry) => entry.kind === kind),
      ),
    ),
  );
}

const KINDS: readonly (readonly [FileEntry['kind'], string])[] = [
  ['results', 'Results'],
  ['trace', 'Recordings'],
  ['report', 'Reports'],
];

function fileGroup(title: string, entries: readonly FileEntry[]): HTMLElement | false {
  if (entries.length === 0) return false;
  return element('div', { class: 'file-group' }, element('h3', {}, title), element('ul', {}, ...entries.map(fileLine)));
}

function fileLine(entry: FileEntry): HTMLElement {
  return element(
    'li',
    {},
    element('a', { href: hrefOf(entry) }, entry.title ?? entry.name),
    element('span', { class: 'soft small' }, entry.title === undefined ? '' : entry.name),
    element('span', { class: 'soft small' }, formatBytes(entry.bytes)),
  );
}

/** A report is a page of its own; everything else opens here. */
function hrefOf({ kind, name }: FileEntry): string {
  if (kind === 'report') return `files/${name.split('/').map(encodeURIComponent).join('/')}`;
  return hashOf(kind === 'trace' ? 'run' : 'results', name);
}

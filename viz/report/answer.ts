/**
 * The answer of a comparison as a page: what holds, the decision table, the wiring, the differences, and what it all
 * rests on. The results page and the self-contained report both draw exactly this.
 */

import { answersOf, type EnvironmentAnswer } from '../../scenarios/answers/answer-model.ts';
import { environmentsOf } from '../../scenarios/answers/choice-group.ts';
import { counted } from '../../scenarios/answers/label.ts';
import { sameNetwork } from '../../scenarios/answers/metric-order.ts';
import type { ComparisonResult } from '../../sim/experiment/results.ts';
import { element, replace } from '../shell/element.ts';
import { decisionTable } from './decision-table.ts';
import { differenceSection } from './difference-table.ts';
import { figure } from './interval-bar.ts';
import type { ReportLinks } from './links.ts';
import { provenanceSections } from './provenance.ts';
import { recommendationList } from './recommendation.ts';
import { bestIsHigh, tableControls, ViewState } from './table-controls.ts';
import { metricOf, type TableModel, tableModel } from './table-model.ts';
import { tippingSection } from './tipping.ts';
import { verdictShape } from './verdict-mark.ts';
import { wiringSection } from './wiring-diagram.ts';

/** How an answer is drawn. */
export interface AnswerOptions {
  readonly links?: ReportLinks;
}

/** Draws the whole answer into `root`. */
export function renderAnswer(result: ComparisonResult, root: HTMLElement, options: AnswerOptions = {}): void {
  const links = options.links ?? {};
  replace(
    root,
    element(
      'article',
      { class: 'answer' },
      answerHead(result),
      answerSection(result),
      tableSection(result, links),
      !sameNetwork(result) && wiringSection(result),
      tippingSection(result),
      differenceSection(result),
      ...provenanceSections(result),
    ),
  );
}

function answerHead(result: ComparisonResult): HTMLElement {
  const count = counted(result.alternatives.length, 'alternative');
  const runs = counted(result.replications, 'replication');
  return element(
    'header',
    { class: 'answer-head' },
    element('p', { class: 'kicker' }, result.scenario.title),
    element('h1', {}, result.scenario.question),
    element(
      'p',
      { class: 'dim' },
      `${count}, ${runs} each; means with ${Math.round(result.confidence * 100)}\u00a0% intervals.`,
    ),
    result.interrupted &&
      element(
        'p',
        { class: 'interrupted' },
        'This comparison was interrupted. What is shown was finished; the rest is missing.',
      ),
  );
}

function answerSection(result: ComparisonResult): HTMLElement {
  const answers = answersOf(result);
  return element(
    'section',
    { class: 'verdicts' },
    element('h2', {}, 'The answer'),
    recommendationList(result),
    element('div', { class: 'answer-cards' }, ...answers.map(answerCard)),
  );
}

function answerCard(answer: EnvironmentAnswer): HTMLElement {
  const tallies = [
    ['allowed', answer.allowed],
    ['restricted', answer.restricted],
    ['refused', answer.refused],
  ] as const;
  return element(
    'section',
    { class: 'answer-card' },
    element('h3', {}, answer.title),
    element(
      'p',
      { class: 'tallies' },
      ...tallies
        .filter(([, names]) => names.length > 0)
        .map(([verdict, names]) => element('span', {}, verdictShape(verdict), `${names.length} ${verdict}`)),
    ),
    ...answer.sentences.map((sentence) => element('p', {}, sentence)),
    answer.findings.length > 0 && findingList(answer),
  );
}

function findingList(answer: EnvironmentAnswer): HTMLElement {
  const lines = answer.findings.flatMap(({ measure, words }) => [element('dt', {}, measure), element('dd', {}, words)]);
  return element('details', {}, element('summary', {}, 'Measure by measure'), element('dl', {}, ...lines));
}

/** A table of more rows than this begins with one environment. */
const ROWS_AT_ONCE_MAX = 60;

function tableSection(result: ComparisonResult, links: ReportLinks): HTMLElement {
  const place = element('div', { class: 'scroller', tabindex: 0, role: 'region', 'aria-label': 'Decision table' });
  const count = element('p', { class: 'dim row-count', role: 'status' });
  const environments = environmentsOf(result);
  const isLong = result.alternatives.length > ROWS_AT_ONCE_MAX && environments.length > 1;
  const state = new ViewState(() => draw(), isLong ? { environment: environments[0]! } : {});
  const sort = (key: string) => {
    const current = state.view.sort;
    state.sortBy(key, current?.key === key ? !current.descending : bestIsHigh(tableModel(result), key));
    place.querySelector<HTMLElement>(`[data-sort="${CSS.escape(key)}"]`)?.focus();
  };
  const draw = () => {
    const model = tableModel(result, state.view);
    const shown = model.groups.reduce((sum, { rows }) => sum + rows.length, 0);
    replace(place, decisionTable(model, { view: state.view, links, onSort: sort }));
    replace(count, `${shown} of ${counted(result.alternatives.length, 'alternative')} shown`);
  };
  draw();
  const model = tableModel(result);
  const legend =
    'A lead is marked "best" only where paired differences have shown it against every other candidate of the environment.';
  return element(
    'section',
    { class: 'table-section' },
    element('h2', {}, 'Decision table'),
    tableControls(result, model, state),
    count,
    place,
    element('p', { class: 'dim' }, legend),
    otherFigures(model),
  );
}

/** Figures that answer none of the four questions still belong to the result. */
function otherFigures(model: TableModel): HTMLElement | false {
  if (model.other.length === 0) return false;
  const head = model.other.map(({ spec }) => element('th', { scope: 'col', title: spec.help }, spec.label));
  const rows = model.groups.flatMap(({ title, rows }) =>
    rows
      .filter(({ alternative }) => model.other.some(({ spec }) => metricOf(alternative, spec.key) !== undefined))
      .map(({ label, alternative }) => {
        const cells = model.other.map(({ spec, max }) => {
          const estimate = metricOf(alternative, spec.key);
          return element('td', {}, estimate === undefined ? '\u2013' : figure(estimate, spec.unit, max));
        });
        return element(
          'tr',
          {},
          element('th', { scope: 'row' }, label, element('span', { class: 'dim' }, ` ${title}`)),
          ...cells,
        );
      }),
  );
  const table = element(
    'table',
    { class: 'other-table' },
    element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, 'Alternative'), ...head)),
    element('tbody', {}, ...rows),
  );
  const scroller = element(
    'div',
    { class: 'scroller', tabindex: 0, role: 'region', 'aria-label': 'Further figures' },
    table,
  );
  return element(
    'details',
    { class: 'other' },
    element('summary', {}, counted(model.other.length, 'further figure')),
    scroller,
  );
}

/** Paired differences between alternatives, one metric at a time: what was shown, and what could not be. */

import { alternativeLabel, environmentsOf } from '../../scenarios/answers/choice-group.ts';
import { shownSign } from '../../scenarios/answers/difference.ts';
import { differenceWords, pWords } from '../../scenarios/answers/difference-words.ts';
import { labelOf } from '../../scenarios/answers/label.ts';
import { rankedMetrics } from '../../scenarios/answers/metric-order.ts';
import { formatEstimate } from '../../scenarios/answers/quantity.ts';
import type { ComparisonResult, Difference } from '../../sim/experiment/results.ts';
import type { MetricSpec } from '../../sim/trace/catalog.ts';
import { element, replace } from '../shell/element.ts';
import { differenceBar } from './interval-bar.ts';
import { choice, labelled, option } from './table-controls.ts';

/** One line of the table. */
export interface DifferenceRow {
  readonly a: string;
  readonly b: string;
  /** Where both stand; null for a pair across environments. */
  readonly environment: string | null;
  readonly difference: Difference;
  /** What may be said of the pair. */
  readonly words: string;
}

/** The rows of one metric. */
export function differenceRows(result: ComparisonResult, spec: MetricSpec): readonly DifferenceRow[] {
  const byName = new Map(result.alternatives.map((one) => [one.name, one]));
  return result.differences
    .filter(({ metric }) => metric === spec.key)
    .flatMap((difference) => {
      const [a, b] = [byName.get(difference.a), byName.get(difference.b)];
      if (a === undefined || b === undefined) return [];
      const environment = a.environment === b.environment ? a.environment : null;
      const [nameA, nameB] = [a, b].map((one) =>
        environment === null ? `${alternativeLabel(one)} (${labelOf(one.environment)})` : alternativeLabel(one),
      );
      return [
        {
          a: nameA!,
          b: nameB!,
          environment,
          difference,
          words: differenceWords(spec, difference, result.confidence, [nameA!, nameB!]),
        },
      ];
    });
}

/** Pairs grow as the square: with more alternatives than this, the table begins with one environment. */
const ALTERNATIVES_AT_ONCE_MAX = 60;

/** The section with its choice of metric and environment; null when nothing was compared in pairs. */
export function differenceSection(result: ComparisonResult): HTMLElement | null {
  const metrics = rankedMetrics(result)
    .map(({ spec }) => spec)
    .filter(({ key }) => result.differences.some(({ metric }) => metric === key));
  if (metrics.length === 0) return null;
  const place = element('div', {
    class: 'scroller',
    tabindex: 0,
    role: 'region',
    'aria-label': 'Table of differences',
  });
  const environments = environmentsOf(result);
  const isMuch = result.alternatives.length > ALTERNATIVES_AT_ONCE_MAX && environments.length > 1;
  const chosen = { metric: metrics[0]!, environment: isMuch ? environments[0]! : '' };
  const draw = () => replace(place, differenceTable(result, chosen.metric, chosen.environment));
  const pickMetric = (key: string) => {
    chosen.metric = metrics.find((spec) => spec.key === key) ?? chosen.metric;
    draw();
  };
  const pickEnvironment = (environment: string) => {
    chosen.environment = environment;
    draw();
  };
  draw();
  return element(
    'section',
    { class: 'differences' },
    ...heading(result),
    controls(environments, chosen.environment, metrics, pickMetric, pickEnvironment),
    place,
  );
}

function heading(result: ComparisonResult): readonly HTMLElement[] {
  const percent = Math.round(result.confidence * 100);
  return [
    element('h2', {}, 'Differences'),
    element(
      'p',
      {},
      `Each pair met the same arrivals and failures, so the differences are paired by seed. Intervals hold ${percent}\u00a0% each. ` +
        'A difference counts as shown only when its interval leaves zero out by more than the models could be off, and when ' +
        'chance stays unlikely after all pairs of the environment are counted (p, corrected after Holm).',
    ),
  ];
}

function controls(
  environments: readonly string[],
  environment: string,
  metrics: readonly MetricSpec[],
  pickMetric: (key: string) => void,
  pickEnvironment: (environment: string) => void,
): HTMLElement {
  const places = choice(
    [option('', 'All'), ...environments.map((name) => option(name, labelOf(name)))],
    pickEnvironment,
  );
  places.value = environment;
  return element(
    'form',
    { class: 'controls', 'aria-label': 'Which differences', onsubmit: (event: Event) => event.preventDefault() },
    labelled(
      'Figure',
      choice(
        metrics.map((spec) => option(spec.key, spec.label)),
        pickMetric,
      ),
    ),
    environments.length > 1 && labelled('Environment', places),
  );
}

function differenceTable(result: ComparisonResult, spec: MetricSpec, environment: string): HTMLElement {
  const rows = differenceRows(result, spec).filter((row) => environment === '' || row.environment === environment);
  const max = Math.max(
    0,
    ...rows.flatMap(({ difference: { mean, low, high } }) => [mean, low ?? mean, high ?? mean].map(Math.abs)),
  );
  const columns = ['First', 'Second', `First minus second: ${spec.label}`, '', 'Corrected p', 'Shown?'];
  const head = columns.map((words) => (words === '' ? element('td', {}) : element('th', { scope: 'col' }, words)));
  return element(
    'table',
    { class: 'difference-table' },
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, ...withGroups(rows, (row) => differenceRow(row, spec, max, result.confidence))),
  );
}

function withGroups(rows: readonly DifferenceRow[], draw: (row: DifferenceRow) => HTMLElement): readonly HTMLElement[] {
  let last: string | null | undefined;
  return rows.flatMap((row) => {
    const fresh = row.environment !== last;
    last = row.environment;
    const title = row.environment === null ? 'Across environments' : labelOf(row.environment);
    const group = element('tr', { class: 'group' }, element('th', { colspan: 6, scope: 'colgroup' }, title));
    return fresh ? [group, draw(row)] : [draw(row)];
  });
}

function differenceRow(row: DifferenceRow, spec: MetricSpec, max: number, confidence: number): HTMLElement {
  const { difference } = row;
  const text = formatEstimate({ ...difference, replications: 0 }, spec.unit);
  const shown = shownSign(difference, confidence) !== 0;
  return element(
    'tr',
    { class: shown ? 'is-shown' : 'is-not-shown' },
    element('th', { scope: 'row' }, row.a),
    element('td', {}, row.b),
    element(
      'td',
      { class: 'difference-figure' },
      element('b', {}, text.value),
      `\u00a0${text.unit} `,
      element('span', { class: 'dim' }, text.interval ?? ''),
    ),
    element('td', { class: 'difference-bar' }, differenceBar(difference, max)),
    element('td', { class: 'difference-p' }, pWords(difference.adjustedP)),
    element('td', {}, row.words),
  );
}

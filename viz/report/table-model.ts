/**
 * The decision table as data: rows by environment, columns by question. Nothing here touches a page.
 */

import { answersOf } from '../../scenarios/answers/answer-model.ts';
import { alternativeLabel, environmentsOf } from '../../scenarios/answers/choice-group.ts';
import { familyOf, labelOf } from '../../scenarios/answers/label.ts';
import { leadingMetrics, type RankedMetric, rankedMetrics, sameNetwork } from '../../scenarios/answers/metric-order.ts';
import type { AlternativeResult, ComparisonResult, Estimate, Verdict } from '../../sim/experiment/results.ts';
import type { MetricSpec } from '../../sim/trace/catalog.ts';

/** A column of figures with the largest value that its bars must hold. */
export interface MetricColumn {
  readonly spec: MetricSpec;
  readonly max: number;
}

/** `questions` shows the four questions; `metrics` only figures, when placement alone varies. */
export type TableShape = 'questions' | 'metrics';

export interface TableModel {
  readonly shape: TableShape;
  /** Figures under "Fast", or all leading figures when `shape` is `metrics`. */
  readonly fast: readonly MetricColumn[];
  readonly risk: readonly MetricColumn[];
  /** Figures that answer none of the questions: shown below the table. */
  readonly other: readonly MetricColumn[];
  readonly groups: readonly TableGroup[];
}

export interface TableGroup {
  readonly environment: string;
  readonly title: string;
  readonly rows: readonly TableRow[];
}

export interface TableRow {
  readonly label: string;
  readonly alternative: AlternativeResult;
  /** Keys of the metrics on which it was shown to lead in its environment. */
  readonly best: ReadonlySet<string>;
}

/** What the reader asked to see. Absent fields do not restrict. */
export interface TableView {
  readonly environment?: string;
  readonly family?: string;
  readonly verdicts?: ReadonlySet<Verdict>;
  readonly sort?: { readonly key: string; readonly descending: boolean };
}

/** Sort keys that are not metrics. */
export const SORT_GIVEN = '';
export const SORT_NAME = '@name';
export const SORT_VERDICT = '@verdict';
export const SORT_CHANGES = '@changes';
export const SORT_RISKS = '@risks';

const VERDICT_RANK: Readonly<Record<Verdict, number>> = { allowed: 0, restricted: 1, refused: 2 };

/** Builds the table that a view shows. Empty groups are left out. */
export function tableModel(result: ComparisonResult, view: TableView = {}): TableModel {
  return { ...columnsOf(result), groups: groupsOf(result, view) };
}

function columnsOf(result: ComparisonResult): Omit<TableModel, 'groups'> {
  const leading = leadingMetrics(result);
  const keys = new Set(leading.map(({ spec }) => spec.key));
  const columns = (ranked: readonly RankedMetric[]) =>
    ranked.map(({ spec }) => ({ spec, max: largest(result, spec.key) }));
  const other = columns(rankedMetrics(result).filter(({ spec }) => !keys.has(spec.key)));
  if (sameNetwork(result)) return { shape: 'metrics', fast: columns(leading), risk: [], other };
  const answering = (wanted: string) => columns(leading.filter(({ question }) => question === wanted));
  return { shape: 'questions', fast: answering('fast'), risk: answering('risk'), other };
}

function groupsOf(result: ComparisonResult, view: TableView): readonly TableGroup[] {
  const best = bestKeys(result);
  return environmentsOf(result)
    .filter((environment) => view.environment === undefined || view.environment === environment)
    .map((environment) => ({ environment, title: labelOf(environment), rows: rowsOf(result, environment, view, best) }))
    .filter(({ rows }) => rows.length > 0);
}

/** Alternative → metrics on which it leads. */
function bestKeys(result: ComparisonResult): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { best, key } of answersOf(result).flatMap(({ findings }) => findings)) {
    if (best !== null) found.set(best, (found.get(best) ?? new Set()).add(key));
  }
  return found;
}

const NONE: ReadonlySet<string> = new Set();

function rowsOf(
  result: ComparisonResult,
  environment: string,
  view: TableView,
  best: ReadonlyMap<string, ReadonlySet<string>>,
): readonly TableRow[] {
  const rows = result.alternatives
    .filter((one) => one.environment === environment && (view.verdicts?.has(one.verdict) ?? true))
    .filter((one) => view.family === undefined || view.family === familyOf(one.scheme))
    .map((alternative) => ({
      label: alternativeLabel(alternative),
      alternative,
      best: best.get(alternative.name) ?? NONE,
    }));
  return view.sort === undefined || view.sort.key === SORT_GIVEN ? rows : sorted(rows, view.sort);
}

function sorted(rows: readonly TableRow[], sort: { key: string; descending: boolean }): readonly TableRow[] {
  const direction = sort.descending ? -1 : 1;
  const keyed = rows.map((row, index) => ({ row, index, key: sortKey(row, sort.key) }));
  keyed.sort((a, b) => {
    // Rows without the figure come last in both directions.
    if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null) || a.index - b.index;
    if (a.key === b.key) return a.index - b.index;
    return direction * (a.key < b.key ? -1 : 1);
  });
  return keyed.map(({ row }) => row);
}

function sortKey({ label, alternative }: TableRow, key: string): number | string | null {
  if (key === SORT_NAME) return label;
  if (key === SORT_VERDICT) return VERDICT_RANK[alternative.verdict];
  if (key === SORT_CHANGES) return alternative.changes.length;
  if (key === SORT_RISKS) return alternative.risks.length;
  return metricOf(alternative, key)?.mean ?? null;
}

/** An alternative's figure; undefined where it has none, as when it was refused. */
export function metricOf(alternative: AlternativeResult, key: string): Estimate | undefined {
  return Object.hasOwn(alternative.metrics, key) ? alternative.metrics[key] : undefined;
}

function largest(result: ComparisonResult, key: string): number {
  let max = 0;
  for (const alternative of result.alternatives) {
    const estimate = metricOf(alternative, key);
    if (estimate !== undefined) max = Math.max(max, estimate.mean, estimate.high ?? estimate.mean);
  }
  return max;
}

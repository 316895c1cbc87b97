/** The answer of a comparison as text for a terminal: the sentences, a table for each environment, why not, and where more is. */
import type { AlternativeResult, ComparisonResult } from '../../sim/experiment/results.ts';
import type { MetricSpec } from '../../sim/trace/catalog.ts';
import { printable } from '../document/problems.ts';
import { answersOf } from './answer-model.ts';
import { alternativeLabel, environmentsOf } from './choice-group.ts';
import { capitalised, counted, labelOf } from './label.ts';
import { leadingMetrics, sameNetwork } from './metric-order.ts';
import { formatEstimate } from './quantity.ts';
import { recommendationsIn } from './recommendation.ts';
import { tippingByPlace, tippingNote } from './tipping-words.ts';

/** Figures in a table: as many as a wide terminal holds. */
const COLUMNS_MAX = 7;
const COLUMNS_NARROW = 4;
/** Reasons told for one environment. */
const REASONS_MAX = 6;
const WIDE_FROM = 140;

const VERDICT_SIGN = { allowed: '●', restricted: '◐', refused: '✗' } as const;

/** The whole answer. `columns` is the width of the terminal. */
export function terminalAnswer(result: ComparisonResult, columns: number): string {
  const recommended = recommendationsIn(result).flatMap(({ words }) => wrapped(words, columns, ''));
  const lines = [result.scenario.question, '', ...(recommended.length === 0 ? [] : [...recommended, ''])];
  const onlyFigures = sameNetwork(result);
  const narrow = onlyFigures ? COLUMNS_NARROW + 2 : COLUMNS_NARROW;
  const most = columns >= WIDE_FROM ? COLUMNS_MAX : narrow;
  const metrics = leadingMetrics(result)
    .slice(0, most)
    .map(({ spec }) => spec);
  const answers = answersOf(result);
  for (const environment of environmentsOf(result)) {
    const members = result.alternatives.filter((one) => one.environment === environment);
    const answer = answers.find((one) => one.environment === environment);
    lines.push(
      labelOf(environment),
      ...(answer?.sentences ?? []).flatMap((sentence) => wrapped(sentence, columns, '  ')),
      '',
    );
    lines.push(...table(members, metrics, !onlyFigures), '', ...reasons(members, columns));
  }
  lines.push(...tippingLines(result, columns), ...footer(result, columns));
  // Words of a scenario come from outside.
  return printable(`${lines.join('\n')}\n`);
}

/** Short heads for the columns; the full names stand in the report. */
function headOf(spec: MetricSpec): string {
  const short: Readonly<Record<string, string>> = {
    hops: 'links',
    goodput: 'throughput',
    latencyP50: 'p50',
    latencyP99: 'p99',
    cpuPerGigabyte: 'CPU per GB',
    rerouteTime: 'stand-still',
    flowsFailed: 'failed',
    bytesLost: 'lost',
    podsFit: 'pods that fit',
    deadPodWait: 'wait for dead',
    uplinkLoadMean: 'uplinks',
    uplinkLoadPeak: 'peak',
    servicesSurviving: 'survive',
    boundByUplink: 'bound by uplink',
    replicasLostWorst: 'worst loss',
  };
  return short[spec.key] ?? spec.label;
}

/** `withCounts` adds the counts of changes and risks, which placement does not touch. */
function table(members: readonly AlternativeResult[], metrics: readonly MetricSpec[], withCounts: boolean): string[] {
  const counts = (one: AlternativeResult): string[] =>
    one.verdict === 'refused' ? ['–', '–'] : [String(one.changes.length), String(one.risks.length)];
  const head = ['', 'verdict', ...metrics.map(headOf), ...(withCounts ? ['kinds of change', 'risk points'] : [])];
  const rows = members.map((one) => [
    alternativeLabel(one),
    `${VERDICT_SIGN[one.verdict]} ${one.verdict}`,
    ...metrics.map((spec) => figure(one, spec)),
    ...(withCounts ? counts(one) : []),
  ]);
  const widths = head.map((title, i) => Math.max(...rows.map((row) => row[i]!.length), title.length));
  return [head, ...rows].map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i]!)).join('  ')}`.trimEnd());
}

function figure(one: AlternativeResult, spec: MetricSpec): string {
  const estimate = one.metrics[spec.key];
  if (estimate === undefined) return '–';
  const { value, unit } = formatEstimate(estimate, spec.unit);
  const half = estimate.low === null || estimate.high === null ? undefined : (estimate.high - estimate.low) / 2;
  const spread =
    half === undefined || half === 0 || estimate.mean === 0
      ? ''
      : ` ±${percentText((100 * half) / Math.abs(estimate.mean))}`;
  return `${value}${unit === '' ? '' : ` ${unit}`}${spread}`;
}

/** Half an interval in per cent of the mean: a whole number, or one decimal below one. */
function percentText(percent: number): string {
  if (percent >= 1) return `${Math.round(percent)}%`;
  return percent < 0.05 ? '<0.1%' : `${percent.toFixed(1)}%`;
}

function reasons(members: readonly AlternativeResult[], columns: number): string[] {
  const explained = members.filter(({ because }) => because.length > 0);
  const rest = explained.length - REASONS_MAX;
  const lines = explained.slice(0, REASONS_MAX).flatMap((one) =>
    one.because.slice(0, 1).flatMap((reason) => {
      const words =
        one.verdict === 'restricted' && reason.condition !== undefined
          ? `passes only on a condition: ${reason.condition}`
          : `rule ${reason.rule}. ${capitalised(reason.words)}`;
      return wrapped(`${alternativeLabel(one)}: ${words}.`, columns, '  ');
    }),
  );
  const more = rest > 0 ? [`  ${counted(rest, 'more reason')} of this kind: in the report.`] : [];
  return lines.length === 0 ? [] : [...lines, ...more, ''];
}

/** What would change the recommendation: the flips, and which assumptions could not. */
function tippingLines(result: ComparisonResult, columns: number): string[] {
  const { tipping } = result;
  if (tipping === undefined) return [];
  const lines = ['What would change the recommendation', ...wrapped(tippingNote(tipping), columns, '  '), ''];
  for (const { title, words } of tippingByPlace(tipping, result)) {
    lines.push(`  ${title}`, ...words.flatMap((sentence) => wrapped(sentence, columns, '    ')), '');
  }
  return lines;
}

function footer(result: ComparisonResult, columns: number): string[] {
  const rest = 'What else the figures rest on stands in the report and in the results.';
  const note = `${basis(result)} All alternatives met the same arrivals and failures.${scruple(result)} ${rest}`;
  return [...wrapped(note, columns, ''), ...(result.interrupted ? ['Interrupted before its end.'] : [])];
}

/** Why a visible difference may not be called one. */
function scruple(result: ComparisonResult): string {
  if (!result.differences.some(({ tolerance }) => (tolerance ?? 0) > 0)) return '';
  return ' Between schemes a difference counts only beyond what the recorded costs may be off: 25 % of throughput that cores decide, 20 % of processor time, 10 % of latency, and more where they rest on published tables.';
}

/** What the figures rest on. */
function basis(result: ComparisonResult): string {
  if (result.replications === 0) return 'No replication was finished: there are verdicts and no figures.';
  if (result.replications === 1)
    return `Figures are of one replication (seed ${result.seed}), so there are no intervals.`;
  const percent = Math.round(result.confidence * 100);
  return `Figures are means of ${result.replications} replications (seed ${result.seed}); ± is half of the ${percent} % interval.`;
}

/** Breaks a text at spaces. */
function wrapped(text: string, columns: number, indent: string): string[] {
  const width = Math.max(40, Math.min(columns, 120)) - indent.length;
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, indent + line];
}

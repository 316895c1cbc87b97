/** How figures change along the variants of a scenario, in sentences: against the first variant that has the figure, and only what is shown. */
import type { AlternativeResult } from '../../sim/experiment/results.ts';
import { choiceLabel } from './choice-group.ts';
import type { DifferenceIndex, DirectedMetric } from './difference.ts';
import { capitalised, inSentence, labelOf, listed } from './label.ts';
import { quantityWords } from './quantity.ts';

/** Measures of one choice that are told; the table holds the others. */
const MEASURES_TOLD_MAX = 3;

/** A sentence for each choice of an environment that was run in several variants. */
export function variantSentences(
  members: readonly AlternativeResult[],
  metrics: readonly DirectedMetric[],
  differences: DifferenceIndex,
): string[] {
  const run = members.filter((one) => one.axes['variant'] !== undefined && Object.keys(one.metrics).length > 0);
  const choices = [...new Set(run.map(choiceLabel))];
  return choices.flatMap((choice) => {
    const own = run.filter((one) => choiceLabel(one) === choice);
    if (own.length < 2) return [];
    const changes = metrics.flatMap((metric) => changeOf(metric, own, differences) ?? []);
    const words =
      changes.length === 0
        ? `no change against ${placeOf(own[0]!)} could be shown on any measure`
        : largest(changes)
            .map((change) => change.words)
            .join('; ');
    return [`${choices.length > 1 ? `${choice}: ${words}` : capitalised(words)}.`];
  });
}

interface Change {
  /** The larger figure in parts of the smaller one, at the variant that changes most. */
  readonly ratio: number;
  readonly words: string;
}

/** Those that change most, in the order in which measures are read. */
function largest(changes: readonly Change[]): readonly Change[] {
  const told = new Set([...changes].sort((a, b) => b.ratio - a.ratio).slice(0, MEASURES_TOLD_MAX));
  return changes.filter((change) => told.has(change));
}

/** "throughput changes from 6.30 Gbit/s (1 to 1) to 3.63 Gbit/s (4 to 1)"; undefined where nothing was shown. */
function changeOf(
  metric: DirectedMetric,
  own: readonly AlternativeResult[],
  differences: DifferenceIndex,
): Change | undefined {
  const [base, ...measured] = own.filter((one) => Object.hasOwn(one.metrics, metric.key));
  if (base === undefined) return undefined;
  const shown = measured.filter((one) => differences.outcome(metric, base.name, one.name) !== 'not-shown');
  if (shown.length === 0) return undefined;
  const figure = (one: AlternativeResult): string =>
    `${quantityWords(one.metrics[metric.key]!.mean, metric.unit)} (${placeOf(one)})`;
  const open = measured.filter((one) => !shown.includes(one)).map(placeOf);
  const rest = open.length === 0 ? '' : `, and no change could be shown for ${listed(open)}`;
  const words = `${inSentence(metric.label)} changes from ${figure(base)} to ${listed(shown.map(figure))}${rest}`;
  const mean = (one: AlternativeResult): number => Math.abs(one.metrics[metric.key]!.mean);
  const ratios = shown.map((one) => Math.max(mean(one), mean(base)) / Math.min(mean(one), mean(base)));
  return { ratio: Math.max(...ratios), words };
}

function placeOf(one: AlternativeResult): string {
  return labelOf(one.axes['variant']!);
}

/**
 * How many replications a comparison needs, asked of its pilot, and the intervals that go with it.
 *
 * Source: sim/experiment/stopping.ts (Stein 1945).
 */
import { CLOUD_CATALOG } from '../../models/world/catalog.ts';
import type { Stopping } from '../../sim/experiment/results.ts';
import { type Precision, replicationsWanted, twoStageInterval } from '../../sim/experiment/stopping.ts';
import type { PairedComparison } from '../../sim/stats/ranking.ts';
import { tQuantile, tTwoSidedTail } from '../../sim/stats/student.ts';
import type { Plan, PlannedAlternative, RunResult } from '../compile/index.ts';
import { halfWidthOf, type PrecisionSettings } from '../document/precision-schema.ts';
import { quantityWords } from './quantity.ts';

const RULE = 'Stein 1945, two stages';

/** What the pilot asks for. `runs`: finished runs of the pilot by alternative, all of the same seeds. */
export function stoppingOf(
  plan: Plan,
  precision: PrecisionSettings,
  runs: ReadonlyMap<string, readonly RunResult[]>,
): { readonly stopping: Stopping; readonly wanted: number } {
  const width = halfWidthOf(precision);
  if (!width.ok) throw new Error(`a half-width that was checked: ${width.message}`);
  const { confidence } = plan.document;
  const figures =
    precision.of === 'values' ? valuesOf(plan, precision.metric, runs) : pairsOf(plan, precision.metric, runs);
  const counts = figures
    .filter(({ pilot }) => pilot.length >= 2)
    .map(({ pilot, scale }) => replicationsWanted(pilot, scaled(width, scale), confidence));
  const wanted = Math.max(precision.pilot, ...counts);
  const replications = Math.min(wanted, precision.most);
  const { halfWidth, relative } = width;
  const { metric, of, pilot } = precision;
  const stopping = {
    rule: RULE,
    metric,
    of,
    halfWidth,
    relative,
    pilot,
    replications,
    capped: wanted > precision.most,
  };
  return { stopping, wanted };
}

/** Pilot values of one watched figure; `scale` is what a share refers to, where that is not their own mean. */
interface Watched {
  readonly pilot: readonly number[];
  readonly scale?: number;
}

type Runs = ReadonlyMap<string, readonly RunResult[]>;

function valuesOf({ alternatives }: Plan, metric: string, runs: Runs): Watched[] {
  return alternatives.map(({ name }) => ({
    pilot: (runs.get(name) ?? []).flatMap((run) => run.metrics[metric] ?? []),
  }));
}

function pairsOf({ alternatives }: Plan, metric: string, runs: Runs): Watched[] {
  const ran = alternatives.filter(({ name }) => (runs.get(name)?.length ?? 0) > 0);
  return ran.flatMap((a, i) =>
    ran
      .slice(i + 1)
      .filter((b) => axesThatDiffer(a, b) === 1)
      .map((b) => pairOf(runs.get(a.name)!, runs.get(b.name)!, metric)),
  );
}

/** A difference may be near zero: a share of it would ask for endless runs, so it is one of the mean of both sides. */
function pairOf(ofA: readonly RunResult[], ofB: readonly RunResult[], metric: string): Watched {
  const pairs = ofA.flatMap((run, i) => {
    const [x, y] = [run.metrics[metric], ofB[i]?.metrics[metric]];
    return x === undefined || y === undefined ? [] : [[x, y] as const];
  });
  const sum = pairs.reduce((total, [x, y]) => total + x + y, 0);
  return { pilot: pairs.map(([x, y]) => x - y), scale: Math.abs(sum) / (2 * Math.max(1, pairs.length)) };
}

/** How many axes two alternatives stand apart on. */
export function axesThatDiffer(a: PlannedAlternative, b: PlannedAlternative): number {
  return Object.keys(a.axes).filter((axis) => a.axes[axis] !== b.axes[axis]).length;
}

function scaled({ halfWidth, relative }: Precision, scale: number | undefined): Precision {
  return relative && scale !== undefined ? { halfWidth: halfWidth * scale, relative: false } : { halfWidth, relative };
}

/** The difference of two alternatives when the pilot has set the number of replications: its spread alone counts. */
export function twoStageComparison(
  a: readonly number[],
  b: readonly number[],
  pilot: number,
  confidence: number,
): PairedComparison {
  const differences = a.map((x, i) => x - b[i]!);
  const { mean, low, high } = twoStageInterval(differences, pilot, confidence);
  const standardError = (high - mean) / tQuantile(0.5 + confidence / 2, pilot - 1);
  const p = standardError > 0 ? tTwoSidedTail(Math.abs(mean) / standardError, pilot - 1) : mean === 0 ? 1 : 0;
  return { mean, low, high, p };
}

/** What was asked, what the pilot said, and whether it could be had: one sentence. */
export function stoppingWords({ metric, of, halfWidth, relative, pilot, replications, capped }: Stopping): string {
  const { label, unit } = CLOUD_CATALOG.metrics.find(({ key }) => key === metric)!;
  const width = relative ? `${+(halfWidth * 100).toFixed(4)} %` : quantityWords(halfWidth, unit);
  const what = of === 'values' ? `“${label}” of every alternative` : `the difference of every pair in “${label}”`;
  const asked = `${what} was to be known to ±${width}: a pilot of ${pilot} replications`;
  const found = capped
    ? `asked for more than the ${replications} that the scenario allows, so the intervals are wider than that`
    : `asked for ${replications} in all`;
  return `${asked[0]!.toUpperCase()}${asked.slice(1)} ${found} (two-stage rule of Stein, 1945). All intervals rest on the spread within the pilot.`;
}

/**
 * How far the models' constants could be off when two schemes are compared, by metric.
 *
 * Source: the recordings' own spread (machine/data-path.ts): single-stream pace 25 %, processor time of a packet 20 %,
 * smallest round trip 10 %. Ways that were derived and not recorded state wider ones (machine/kernel-paths.ts), and so do those with a policy agent's
 * chains (machine/rule-cost.ts). Two
 * alternatives with one scheme rest on the same constants, and their difference on none.
 */
import type { PathUncertainty } from '../../models/machine/kernel-paths.ts';
import { uncertaintyOf } from '../../models/machine/rule-cost.ts';
import type { NetworkScheme } from '../../models/schemes/scheme.ts';
import { wholeKey } from '../../models/world/source-metrics.ts';
import type { RunResult } from '../compile/index.ts';

const RELATIVE: Readonly<Record<string, number>> = {
  goodput: 0.25,
  cpuPerGigabyte: 0.2,
  latencyP50: 0.1,
  latencyP99: 0.1,
  // What agents request is partly an assumption, and a pod in a hundred decides nothing.
  podsFit: 0.01,
  podsUnfit: 1,
  podsAtEnd: 0.01,
  // These follow the pace of single streams.
  uplinkLoadPeak: 0.25,
  flowsUnfinished: 0.25,
};

/** Which uncertainty of a way a metric rests on. */
const RESTS_ON: Readonly<Record<string, keyof PathUncertainty>> = {
  goodput: 'stream',
  cpuPerGigabyte: 'packet',
  latencyP50: 'roundTrip',
  latencyP99: 'roundTrip',
  uplinkLoadPeak: 'stream',
  flowsUnfinished: 'stream',
};

/** How far the costs of a scheme's ways between nodes may be off, with the chains that it puts there. */
export function uncertaintiesOf({ paths, chains }: Pick<NetworkScheme, 'paths' | 'chains'>): PathUncertainty[] {
  return [paths.sameSubnet, paths.acrossSubnets].map(({ dataPath }) => uncertaintyOf(dataPath, chains));
}

/** The relative tolerance of a metric for schemes whose costs may be off so far: that of the least certain one. */
function relativeOf(metric: string, costs: readonly PathUncertainty[]): number | undefined {
  const key = wholeKey(metric);
  const relative = RELATIVE[key];
  const figure = RESTS_ON[key];
  if (relative === undefined || figure === undefined) return relative;
  return Math.max(relative, ...costs.map((uncertainty) => uncertainty[figure]));
}

/**
 * The tolerance of a metric's difference between runs of two schemes, in the unit of the metric; `costs`: how far those of
 * the two may be off, if further than recorded ways are.
 */
export function schemeTolerance(
  metric: string,
  a: readonly RunResult[],
  b: readonly RunResult[],
  costs: readonly PathUncertainty[] = [],
): number {
  const relative = relativeOf(metric, costs);
  if (relative === undefined) return 0;
  const size = (meanOf(a, metric) + meanOf(b, metric)) / 2;
  // Links carry exactly what headers leave: only what cores and processors decide rests on recorded constants.
  const share = metric === 'goodput' ? Math.max(recordedShare(a), recordedShare(b)) : 1;
  return relative * Math.abs(size) * share;
}

/** Share of the flows without a pace of their own whose rate a core or the processors decided. */
function recordedShare(runs: readonly RunResult[]): number {
  const unpaced = 1 - meanOf(runs, 'boundByPace');
  return unpaced <= 0 ? 1 : Math.min(1, (meanOf(runs, 'boundByCore') + meanOf(runs, 'boundByProcessors')) / unpaced);
}

function meanOf(runs: readonly RunResult[], metric: string): number {
  const values = runs.map((run) => run.metrics[metric] ?? 0);
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

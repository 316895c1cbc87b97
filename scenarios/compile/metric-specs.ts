/** What the figures of a plan's runs are: those of every run, and those of the plan's own sources of requests. */
import { CLOUD_METRICS } from '../../models/world/metrics.ts';
import { sourceMetrics } from '../../models/world/source-metrics.ts';
import type { MetricSpec } from '../../sim/trace/catalog.ts';
import type { PlannedAlternative } from './plan.ts';

/** In the order of the answer's table. */
export function metricSpecsOf(alternatives: readonly PlannedAlternative[]): readonly MetricSpec[] {
  const names = alternatives.flatMap(({ document }) => {
    const sources = document.load?.sources ?? [];
    return sources.length < 2 ? [] : sources.map(({ name }) => name);
  });
  return [...CLOUD_METRICS, ...sourceMetrics([...new Set(names)])];
}

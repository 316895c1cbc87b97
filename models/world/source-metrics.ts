/**
 * Figures of each source of requests by its name, where a scenario has several. Left out: sources of one name in several scenarios, which are
 * told as one.
 */
import type { MetricSpec } from '../../sim/trace/catalog.ts';
import { metric } from './metric-spec.ts';

/** Key of a source's figure: `latencyP99:jobs`. */
export function sourceKey(key: string, source: string): string {
  return `${key}:${source}`;
}

/** The figure that a source's figure is one of: `latencyP99` of `latencyP99:jobs`, and any other as it is. */
export function wholeKey(key: string): string {
  return key.split(':', 1)[0]!;
}

/** The figures of some sources, source by source. */
export function sourceMetrics(sources: readonly string[]): MetricSpec[] {
  return sources.flatMap((source) => {
    const of = (key: string, label: string, unit: string, better: MetricSpec['better'], help: string): MetricSpec =>
      metric(sourceKey(key, source), `${label} of ${source}`, unit, better, help);
    return [
      of('requestsAnswered', 'Requests answered', '1/s', 'higher', 'Good answers a second to requests of this source.'),
      of('requestErrors', 'Failed requests', 'fraction', 'lower', 'Share of its requests that got no good answer.'),
      of('latencyP50', 'Latency p50', 'ns', 'lower', 'Half of its requests were answered within this time.'),
      of(
        'latencyP99',
        'Latency p99',
        'ns',
        'lower',
        'All but one in a hundred of them were answered within this time.',
      ),
    ];
  });
}

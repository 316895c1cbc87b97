/** What became of the requests of a run: over all sources, and of each by its name where they are several. */
import type { RequestReport } from '../../../models/traffic/load/request-measure.ts';
import { sourceKey } from '../../../models/world/source-metrics.ts';

/**
 * Keys of the catalog's metrics. Over all sources, a quantile is that of the first one, whose requests the scenario is about.
 * @param reports of each source since counting began, so many seconds ago
 */
export function requestMetrics(
  sources: readonly { readonly name: string }[],
  reports: readonly RequestReport[],
  seconds: number,
): Record<string, number> {
  const { p50Ns, p99Ns } = reports[0]!;
  const all = {
    requestsOffered: sumOf(reports, ({ offered }) => offered) / seconds,
    ...figuresOf(
      sumOf(reports, ({ ok }) => ok),
      sumOf(reports, failedOf),
      seconds,
      { p50Ns, p99Ns },
    ),
  };
  if (sources.length < 2) return all;
  const each = sources.flatMap(({ name }, source) => {
    const report = reports[source]!;
    return Object.entries(figuresOf(report.ok, failedOf(report), seconds, report)).map(
      ([key, value]) => [sourceKey(key, name), value] as const,
    );
  });
  return { ...all, ...Object.fromEntries(each) };
}

function figuresOf(
  ok: number,
  failed: number,
  seconds: number,
  { p50Ns, p99Ns }: Pick<RequestReport, 'p50Ns' | 'p99Ns'>,
): Record<string, number> {
  return {
    requestsAnswered: ok / seconds,
    ...(ok + failed === 0 ? {} : { requestErrors: failed / (ok + failed) }),
    ...(Number.isNaN(p50Ns) ? {} : { latencyP50: p50Ns, latencyP99: p99Ns }),
  };
}

function failedOf({ errors }: RequestReport): number {
  return errors.reduce((sum, count) => sum + count, 0);
}

function sumOf(reports: readonly RequestReport[], figure: (report: RequestReport) => number): number {
  return reports.reduce((sum, report) => sum + figure(report), 0);
}

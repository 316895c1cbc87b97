/** How metrics of a run are declared. */
import type { MetricSpec } from '../../sim/trace/catalog.ts';

/** A count that is told and not ranked: fewer is not better by itself. */
export function counted(key: string, label: string, help: string): MetricSpec {
  return metric(key, label, '', 'neither', help);
}

/** A figure of a run; `better` says which way. */
export function metric(
  key: string,
  label: string,
  unit: string,
  better: MetricSpec['better'],
  help: string,
): MetricSpec {
  return { key, label, unit, better, help };
}

/** A part of another metric, after which it stands; the parts add up to the whole. */
export function part(partOf: string, key: string, label: string, help: string): MetricSpec {
  return { ...metric(key, label, 'ns', 'lower', help), partOf };
}

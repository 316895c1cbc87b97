/**
 * Requests a second of services as Prometheus and its adapter tell an autoscaler: an Object metric of the service, averaged over its pods.
 *
 * A counter of the service, as an ingress or a mesh exports it; it is taken at the scrape's own instants, and rate() reads it when
 * somebody asks. Left out: the time that a scrape takes, the adapter's own list of metrics.
 */
import type { MetricSpec } from '../../../models/autoscaling/horizontal-autoscaler.ts';
import { type MetricReadings, objectMetricKey } from '../../../models/autoscaling/metric-readings.ts';
import { SCRAPE_DEFAULTS, ScrapeJob } from '../../../models/monitoring/scraping.ts';
import type { Simulation } from '../../../sim/engine/simulation.ts';
import type { StreamSource } from '../../../sim/random/stream.ts';
import type { AutoscalerFile } from '../../document/autoscaler-schema.ts';

/** The metric's name, as many exporters call it. */
const METRIC = 'http_requests_per_second';

/** What the rates are read from. */
export interface RateGround {
  readonly sim: Simulation;
  readonly streams: StreamSource;
  /** Requests of a workload's service that are over so far. */
  readonly handled: (name: string) => number;
}

/** The metric of an autoscaler that wants so many requests a second for each pod. */
export function requestsMetric(service: string, perPod: number): MetricSpec {
  return {
    type: 'Object',
    metric: { name: METRIC, selector: null },
    describedObject: { kind: 'Service', name: service },
    target: { averageValueMilli: BigInt(Math.round(perPod * 1000)) },
  };
}

/** One scrape job for each service that an autoscaler asks about. */
export class ScrapedRates {
  readonly #ground: RateGround;

  constructor(ground: RateGround) {
    this.#ground = ground;
  }

  /** Begins to scrape a service; the answer gives its rate as the metrics API tells it at that moment. */
  watch(
    name: string,
    { interval, range }: NonNullable<AutoscalerFile['scrape']>,
  ): () => MetricReadings['objectMetrics'] {
    const { sim, streams, handled } = this.#ground;
    const options = { ...SCRAPE_DEFAULTS, intervalNs: interval, keptNs: Math.max(SCRAPE_DEFAULTS.keptNs, range) };
    const job = new ScrapeJob(sim, name, streams.stream(`scrapes of ${name}`, 'offsets'), options);
    job.add(0, () => handled(name));
    const key = objectMetricKey({ kind: 'Service', name }, METRIC);
    return () => {
      const perSec = job.rate(0, range);
      return new Map(perSec === undefined ? [] : [[key, BigInt(Math.round(perSec * 1000))]]);
    };
  }
}

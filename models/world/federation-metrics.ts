/** What outages of member clusters took, and what traffic between places costs. */
import type { MetricSpec } from '../../sim/trace/catalog.ts';
import { metric } from './metric-spec.ts';

/** Metrics of a federation. */
export const FEDERATION_METRICS: readonly MetricSpec[] = [
  metric(
    'timeToDetect',
    'Time to detect a lost cluster',
    'ns',
    'lower',
    'From the loss until the federation says so; mean over outages.',
  ),
  metric(
    'timeToDecide',
    'Time to decide',
    'ns',
    'lower',
    'From there until its replicas are to run elsewhere; mean over outages.',
  ),
  metric(
    'timeToPlace',
    'Time to place',
    'ns',
    'lower',
    'From there until as many replicas have nodes elsewhere; mean over outages.',
  ),
  metric(
    'timeToServe',
    'Time to serve',
    'ns',
    'lower',
    'From there until as many are ready elsewhere; mean over outages.',
  ),
  metric(
    'outageTime',
    'Length of an outage',
    'ns',
    'lower',
    'From the loss of a cluster until all is served elsewhere, or the cluster is back; mean over outages.',
  ),
  metric(
    'requestsLost',
    'Requests lost in outages',
    '',
    'lower',
    'Requests of callers that failed while a cluster was lost and not yet replaced.',
  ),
  metric(
    'crossTrafficCost',
    'Cost of traffic between places',
    'USD',
    'lower',
    'What all traffic between clusters and callers elsewhere costs by the list prices of the lines.',
  ),
  metric('lineCost', 'Cost of lines by the hour', 'USD', 'lower', 'Dedicated lines for the time of the run.'),
];

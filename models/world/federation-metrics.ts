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
  metric(
    'upgradeTime',
    'Time of the upgrade',
    'ns',
    'lower',
    'From its begin until the last node of the last wave has the new version; to the end of the run if that is not reached.',
  ),
  metric(
    'upgradedMembers',
    'Members upgraded',
    '',
    'higher',
    'Member clusters of which the control plane and all nodes have the new version.',
  ),
  metric(
    'configurationLag',
    'Lag of central configuration',
    'ns',
    'lower',
    'From a new version that is written until the last member has it, the longest; to the end of the run where one has it not.',
  ),
  metric(
    'deletionTime',
    'Time of a deletion',
    'ns',
    'lower',
    'From the wish to delete a workload until the last member has said that its copy is gone, the longest; to the end of the run if one has not.',
  ),
  metric(
    'deletionsBlocked',
    'Deletions that wait',
    '',
    'lower',
    'Workloads that shall be deleted and are not at the end, for a member has not said that its copy is gone.',
  ),
  metric(
    'moveTime',
    'Time of a move',
    'ns',
    'lower',
    'From the decision to leave a member until the old copies of a workload are told to go, the longest; to the end of the run if they are not.',
  ),
  metric('lineCost', 'Cost of lines by the hour', 'USD', 'lower', 'Dedicated lines for the time of the run.'),
];

/**
 * Figures of Jobs: how they ended, what they took, what was missed, and what is kept of them.
 */
import type { MetricSpec } from '../../sim/trace/catalog.ts';
import { counted, metric } from './metric-spec.ts';

/** In the order of the answer's table. */
export const JOB_METRICS: readonly MetricSpec[] = [
  metric('jobsComplete', 'Jobs completed', '', 'higher', 'Jobs of which enough pods have ended well.'),
  metric('jobsFailed', 'Jobs failed', '', 'lower', 'Jobs that were given up: too many failures, or too late.'),
  metric(
    'jobsUnfinished',
    'Jobs that go on at the end',
    '',
    'lower',
    'Jobs that had neither been completed nor given up.',
  ),
  metric(
    'jobPodsFailed',
    'Pods of Jobs that failed',
    '',
    'lower',
    'Pods that ended badly, whatever became of their Jobs.',
  ),
  metric(
    'jobTimeMean',
    'Mean time of a Job',
    'ns',
    'lower',
    'From the beginning of a Job until it was completed or given up; those that go on count as far as they came.',
  ),
  metric('jobTimeLongest', 'Longest time of a Job', 'ns', 'lower', 'Of the same times, the longest.'),
  metric(
    'cronRunsMissed',
    'Runs of CronJobs that were missed',
    '',
    'lower',
    'Instants of schedules that came and have no Job: another one went on, or it was too late.',
  ),
  counted(
    'endedPodsPeak',
    'Most ended pods that were kept',
    'Pods that have ended, and whose objects the API server still has, at one time.',
  ),
];

/** What only some kinds of workloads have: who keeps the pods of a group, and how. */
import { z } from 'zod';
import { cronSchedule } from './calendar-field.ts';
import { duration } from './field.ts';

/** Kinds of workloads. */
export const WORKLOAD_KINDS = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'] as const;

/** One of them. */
export type WorkloadKind = (typeof WORKLOAD_KINDS)[number];

/** Fields of a workload beside those of its pods. */
export const kindFields = {
  kind: z
    .enum(WORKLOAD_KINDS)
    .default('Deployment')
    .describe(
      'Who keeps the pods. The count of the group is their replicas; a DaemonSet follows the nodes instead, and to a Job it is the completions.',
    ),
  podManagement: z
    .enum(['OrderedReady', 'Parallel'])
    .optional()
    .describe('StatefulSet: one pod after another, or all at once; OrderedReady if left out.'),
  run: duration({ min: 1e6 }).optional().describe('Job, CronJob: how long a pod works until it ends; they need it.'),
  failing: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('Job, CronJob: the share of their pods that end badly, by chance; 0 if left out.'),
  completions: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe('Job, CronJob: pods that are to end well; the count of the group if left out.'),
  parallelism: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe('Job, CronJob: pods that work at a time; 1 if left out.'),
  backoffLimit: z
    .int()
    .min(0)
    .max(1000)
    .optional()
    .describe('Job, CronJob: more failed pods than these end the Job; 6 if left out.'),
  deadline: duration({ min: 1e6 })
    .optional()
    .describe('Job, CronJob: a Job that takes longer is ended as failed; none if left out.'),
  ttlAfterFinished: duration()
    .optional()
    .describe(
      'Job, CronJob: `ttlSecondsAfterFinished`: so long after its end a Job is deleted with its pods; never if left out.',
    ),
  schedule: cronSchedule()
    .optional()
    .describe(
      'CronJob: when it runs, as five fields (minute, hour, day of the month, month, day of the week) or a name such as `@hourly`, in UTC; `begins` says what time it is when the run begins.',
    ),
  every: duration({ min: 1e9 })
    .optional()
    .describe('CronJob: from one run to the next, where no `schedule` says when it runs.'),
  first: duration().optional().describe('CronJob: when the first run begins; after one period if left out.'),
  concurrency: z
    .enum(['Allow', 'Forbid', 'Replace'])
    .optional()
    .describe('CronJob: a run that is due while another goes on; Allow if left out.'),
  startingDeadline: duration()
    .optional()
    .describe('CronJob: a run that is later than this is left out; never if this is.'),
  successfulHistory: z
    .int()
    .min(0)
    .max(1000)
    .optional()
    .describe('CronJob: `successfulJobsHistoryLimit`: completed Jobs that are kept; 3 if left out.'),
  failedHistory: z
    .int()
    .min(0)
    .max(1000)
    .optional()
    .describe('CronJob: `failedJobsHistoryLimit`: failed Jobs that are kept; 1 if left out.'),
};

/** Kinds of workloads that a document may ask for: a new one is a file beside this, a line here and one in the schema. */
import type { WorkloadKind } from '../../../document/workload-kind-schema.ts';
import { CronWorkload } from './cron-workload.ts';
import { DaemonWorkload } from './daemon-workload.ts';
import { deploymentOf } from './deployment-workload.ts';
import { JobWorkload } from './job-workload.ts';
import type { MakeWorkload } from './scaled-workload.ts';
import { StatefulWorkload } from './stateful-workload.ts';

/** Who keeps pods of each kind. */
export const WORKLOADS: Readonly<Record<WorkloadKind, MakeWorkload>> = {
  Deployment: deploymentOf,
  StatefulSet: (ground) => new StatefulWorkload(ground),
  DaemonSet: (ground) => new DaemonWorkload(ground),
  Job: (ground) => new JobWorkload(ground),
  CronJob: (ground) => new CronWorkload(ground),
};

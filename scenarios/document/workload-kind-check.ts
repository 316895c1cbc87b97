/** Checks of kinds of workloads: fields, changes, callers and autoscalers that a kind has, and others that it has not. */

import { type Finding, finding } from './issue.ts';
import { checkSchedules } from './schedule-check.ts';
import type { ScenarioFile } from './schema.ts';
import type { Path } from './source.ts';
import type { WorkloadKind } from './workload-kind-schema.ts';
import type { WorkloadFile } from './workload-schema.ts';

const BATCH: readonly WorkloadKind[] = ['Job', 'CronJob'];
const SCALED: readonly WorkloadKind[] = ['Deployment', 'StatefulSet'];
const ROLLED: readonly WorkloadKind[] = ['Deployment', 'StatefulSet', 'DaemonSet'];

/** Kinds that have a field; what is not here, all have. */
const KINDS_OF: Readonly<Partial<Record<keyof WorkloadFile, readonly WorkloadKind[]>>> = {
  maxSurge: ['Deployment'],
  maxUnavailable: ['Deployment', 'DaemonSet'],
  progressDeadline: ['Deployment'],
  strategy: ['Deployment'],
  podManagement: ['StatefulSet'],
  // The API server can tell how many pods a budget counts only where the kind has replicas.
  disruptionBudget: SCALED,
  run: BATCH,
  failing: BATCH,
  completions: BATCH,
  parallelism: BATCH,
  backoffLimit: BATCH,
  deadline: BATCH,
  ttlAfterFinished: BATCH,
  schedule: ['CronJob'],
  successfulHistory: ['CronJob'],
  failedHistory: ['CronJob'],
  every: ['CronJob'],
  first: ['CronJob'],
  concurrency: ['CronJob'],
  startingDeadline: ['CronJob'],
};

/** What is wrong with the kinds of the workloads of a scenario. */
export function checkWorkloadKinds(file: Partial<ScenarioFile>): Finding[] {
  const workloads = Object.entries(file.workloads ?? {});
  const kindOf = (name: string): WorkloadKind =>
    Object.hasOwn(file.workloads ?? {}, name) ? file.workloads![name]!.kind : 'Deployment';
  return [
    ...workloads.flatMap(([name, workload]) => [...strangers(name, workload), ...missing(name, workload)]),
    ...checkSchedules(file),
    ...workloads.flatMap(([name, { kind }]) => (file.federation === undefined ? [] : divided(name, kind))),
    ...changed(file, kindOf),
    ...served(file, kindOf),
    ...scaled(file, kindOf),
  ];
}

/** Fields that another kind has. */
function strangers(name: string, workload: WorkloadFile): Finding[] {
  const { kind } = workload;
  return Object.entries(KINDS_OF).flatMap(([field, kinds]) => {
    if (workload[field as keyof WorkloadFile] === undefined || kinds.includes(kind)) return [];
    const path: Path = ['workloads', name, field];
    return [finding(path, `a ${kind} has no ${field}`, list(kinds), kind, `leave it out, or write kind: ${kinds[0]}`)];
  });
}

/** What a kind is nothing without. */
function missing(name: string, { kind, run, every, schedule }: WorkloadFile): Finding[] {
  if (!BATCH.includes(kind)) return [];
  const path: Path = ['workloads', name];
  const findings: Finding[] = [];
  if (run === undefined)
    findings.push(finding(path, 'nobody says how long its pods work', 'run', 'nothing', 'write run: 1m'));
  if (kind === 'CronJob' && every === undefined && schedule === undefined) {
    const hint = "write schedule: '*/5 * * * *', or every: 5m";
    findings.push(finding(path, 'nobody says when it runs', 'schedule or every', 'nothing', hint));
  }
  return findings;
}

/** A federation divides replicas. */
function divided(name: string, kind: WorkloadKind): Finding[] {
  if (SCALED.includes(kind)) return [];
  const message = `a federation divides replicas, and a ${kind} has none`;
  return [finding(['workloads', name, 'kind'], message, list(SCALED), kind, 'leave out federation, or the kind')];
}

function changed({ changes = [] }: Partial<ScenarioFile>, kindOf: (name: string) => WorkloadKind): Finding[] {
  return changes.flatMap(({ scale, roll }, i) => [
    ...without(['changes', i, 'scale'], scale, kindOf, SCALED, 'has no replicas that somebody could change'),
    ...without(['changes', i, 'roll'], roll, kindOf, ROLLED, 'keeps the version that it began with'),
  ]);
}

function served({ load }: Partial<ScenarioFile>, kindOf: (name: string) => WorkloadKind): Finding[] {
  return (load?.services ?? []).flatMap(({ name }, i) =>
    without(['load', 'services', i, 'name'], name, kindOf, ROLLED, 'works and ends: it answers nobody'),
  );
}

function scaled({ autoscalers = [] }: Partial<ScenarioFile>, kindOf: (name: string) => WorkloadKind): Finding[] {
  return autoscalers.flatMap(({ target }, i) =>
    without(['autoscalers', i, 'target'], target, kindOf, SCALED, 'has no replicas that an autoscaler could change'),
  );
}

/** A workload of a kind for which this is nothing. */
function without(
  path: Path,
  name: string | undefined,
  kindOf: (name: string) => WorkloadKind,
  kinds: readonly WorkloadKind[],
  why: string,
): Finding[] {
  if (name === undefined || kinds.includes(kindOf(name))) return [];
  const kind = kindOf(name);
  return [finding(path, `a ${kind} ${why}`, list(kinds), `${kind} ${name}`, 'leave it out, or name another workload')];
}

function list(kinds: readonly WorkloadKind[]): string {
  return kinds.length === 1 ? `a ${kinds[0]}` : `a ${kinds.slice(0, -1).join(', a ')} or a ${kinds.at(-1)}`;
}

/** Checks of schedules: one way of saying when a CronJob runs, and a first run that comes within the run of the scenario. */
import { readCronSchedule } from '../../models/cluster/workload/cron-schedule.ts';
import { NS_PER_SECOND } from '../../sim/engine/sim-time.ts';
import { type Finding, finding } from './issue.ts';
import { formatQuantity } from './quantity.ts';
import type { ScenarioFile } from './schema.ts';
import type { Path } from './source.ts';
import type { WorkloadFile } from './workload-schema.ts';

/** What is wrong with the schedules of a scenario. */
export function checkSchedules(file: Partial<ScenarioFile>): Finding[] {
  return Object.entries(file.workloads ?? {}).flatMap(([name, workload]) =>
    workload.kind === 'CronJob' ? checkSchedule(file, ['workloads', name], workload) : [],
  );
}

/** Whether somebody asks what time it is. */
export function hasSchedule({ workloads = {} }: Partial<ScenarioFile>): boolean {
  return Object.values(workloads).some(({ schedule }) => schedule !== undefined);
}

function checkSchedule(file: Partial<ScenarioFile>, path: Path, { schedule, every, first }: WorkloadFile): Finding[] {
  if (schedule === undefined) return [];
  const findings: Finding[] = [];
  for (const [key, value] of [
    ['every', every],
    ['first', first],
  ] as const)
    if (value !== undefined) {
      const got = formatQuantity('duration', value);
      findings.push(
        finding([...path, key], 'a schedule says when it runs', 'schedule alone', `${key}: ${got}`, 'take one out'),
      );
    }
  return [...findings, ...checkFirst(file, [...path, 'schedule'], schedule)];
}

function checkFirst({ begins, duration }: Partial<ScenarioFile>, path: Path, schedule: string): Finding[] {
  const reading = readCronSchedule(schedule);
  if (begins === undefined || !reading.ok) return [];
  const afterSeconds = reading.schedule.nextAfter(begins) - begins;
  if (afterSeconds === Number.POSITIVE_INFINITY) {
    const hint = 'write a day that the month has';
    return [finding(path, 'it never comes', 'an instant within five years', schedule, hint)];
  }
  const firstNs = afterSeconds * NS_PER_SECOND;
  if (duration === undefined || firstNs < duration) return [];
  const [expected, got] = [`within ${formatQuantity('duration', duration)}`, formatQuantity('duration', firstNs)];
  const message = 'the run ends before it comes';
  return [finding(path, message, expected, `after ${got}`, 'write another schedule, begins or duration')];
}

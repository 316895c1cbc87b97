import { describe, expect, it } from 'vitest';
import { bundledLibrary } from '../../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../../scenarios/document/load.ts';
import { ScenarioProblems } from '../../../scenarios/document/problems.ts';

const GOOD = `
wavetank: 1
title: A test
question: Does it?
duration: 100s
cluster:
  nodes: [{ count: 4, name: node, cpu: 4, memory: 16Gi }]
  pods: [{ count: 4, name: web, cpu: 1, memory: 512Mi }, { count: 2, name: other, cpu: 1, memory: 512Mi }]
fabric: { nodesPerRack: 2, spines: 2, hostLink: 10Gbps, uplink: 10Gbps }
environment: machine-room-bgp
scheme: calico-bgp
load:
  services: [{ name: web, requests: [{ cpu: { constant: 2ms } }] }]
  sources: [{ name: visitors, to: web, rate: 100 }]
`;

function problems(text: string): { readonly words: string; readonly hint: string }[] {
  try {
    loadScenario(text, 'test.yaml', bundledLibrary);
    return [];
  } catch (error) {
    if (!(error instanceof ScenarioProblems)) throw error;
    return error.problems.map(({ path, message, hint }) => ({ words: `${path}: ${message}`, hint: hint ?? '' }));
  }
}

const other = (words: string): string => `workloads: { other: { ${words} } }\n`;
const job = other('kind: Job, run: 5s');

describe('kinds of workloads', () => {
  it.each([
    [
      'a StatefulSet',
      'kind: StatefulSet, podManagement: Parallel, minReady: 5s, disruptionBudget: { maxUnavailable: 1 }',
    ],
    ['a DaemonSet', 'kind: DaemonSet, maxUnavailable: 2'],
    [
      'a CronJob by a schedule',
      "kind: CronJob, run: 5s, schedule: '* * * * *', ttlAfterFinished: 0s, successfulHistory: 0, failedHistory: 2",
    ],
    ['a Job', 'kind: Job, run: 5s, completions: 3, parallelism: 2, backoffLimit: 0, deadline: 50s, failing: 0.5'],
    ['a CronJob', 'kind: CronJob, run: 5s, every: 20s, first: 1s, concurrency: Forbid, startingDeadline: 5s'],
    [
      'a Deployment by its name',
      'kind: Deployment, maxSurge: 1, maxUnavailable: 0, strategy: recreate, progressDeadline: 5s',
    ],
  ])('%s is accepted with its fields', (_, words) => {
    expect(problems(GOOD + other(words))).toEqual([]);
  });

  it.each([
    ['a kind that is not there', other('kind: ReplicaSet'), 'workloads.other.kind: '],
    [
      'surge of a StatefulSet',
      other('kind: StatefulSet, maxSurge: 1'),
      'workloads.other.maxSurge: a StatefulSet has no maxSurge',
    ],
    [
      'an order of a Deployment',
      other('podManagement: Parallel'),
      'workloads.other.podManagement: a Deployment has no podManagement',
    ],
    [
      'a budget of a DaemonSet',
      other('kind: DaemonSet, disruptionBudget: { maxUnavailable: 1 }'),
      'workloads.other.disruptionBudget: ',
    ],
    ['an end of a Deployment', other('run: 5s'), 'workloads.other.run: a Deployment has no run'],
    ['a schedule of a Job', other('kind: Job, run: 5s, every: 10s'), 'workloads.other.every: a Job has no every'],
    ['a Job that never ends', other('kind: Job'), 'workloads.other: nobody says how long its pods work'],
    ['a CronJob without times', other('kind: CronJob, run: 5s'), 'workloads.other: nobody says when it runs'],
    [
      'a scale of a DaemonSet',
      `${other('kind: DaemonSet')}changes: [{ at: 1s, scale: other, to: 5 }]`,
      'changes.0.scale: a DaemonSet has no replicas',
    ],
    ['a roll of a Job', `${job}changes: [{ at: 1s, roll: other }]`, 'changes.0.roll: a Job keeps the version'],
    [
      'an autoscaler of a DaemonSet',
      `${other('kind: DaemonSet')}autoscalers: [{ target: other, max: 3 }]`,
      'autoscalers.0.target: a DaemonSet has no replicas',
    ],
    [
      'an autoscaler of a Job',
      `${job}autoscalers: [{ target: other, max: 3 }]`,
      'autoscalers.0.target: a Job has no replicas',
    ],
    ['requests to a Job', 'workloads: { web: { kind: Job, run: 5s } }', 'load.services.0.name: a Job works and ends'],
    [
      'a Job of a federation',
      `${job}federation: { clusters: [{ name: east }, { name: west }] }`,
      'workloads.other.kind: a federation divides replicas',
    ],
    [
      'a CronJob that has two ways of saying when',
      other("kind: CronJob, run: 5s, every: 20s, schedule: '* * * * *'"),
      'workloads.other.every: a schedule says when it runs',
    ],
    [
      'a schedule of a Job',
      other("kind: Job, run: 5s, schedule: '* * * * *'"),
      'workloads.other.schedule: a Job has no',
    ],
    [
      'a schedule of four fields',
      other("kind: CronJob, run: 5s, schedule: '* * * *'"),
      'workloads.other.schedule: not five fields',
    ],
    [
      'an eighth day of the week',
      other("kind: CronJob, run: 5s, schedule: '* * * * 7'"),
      'workloads.other.schedule: not a day of the week: 7',
    ],
    [
      'a period as a schedule',
      other("kind: CronJob, run: 5s, schedule: '@every 20s'"),
      'workloads.other.schedule: a period is no schedule',
    ],
    [
      'a day that no month has',
      other("kind: CronJob, run: 5s, schedule: '0 0 31 2 *'"),
      'workloads.other.schedule: it never comes',
    ],
    [
      'a schedule that begins after the end',
      other("kind: CronJob, run: 5s, schedule: '2 0 * * *'"),
      'workloads.other.schedule: the run ends before it comes',
    ],
    ['a time that nobody asks for', 'begins: 2026-01-05T08:00Z', 'begins: nobody asks what time it is'],
    ['the 30th of February', 'begins: 2026-02-30T08:00Z', 'begins: not an instant'],
    [
      'a history of a Job',
      other('kind: Job, run: 5s, failedHistory: 1'),
      'workloads.other.failedHistory: a Job has no',
    ],
    [
      'a time for what does not end',
      other('ttlAfterFinished: 5s'),
      'workloads.other.ttlAfterFinished: a Deployment has no ttlAfterFinished',
    ],
    ['a node nobody knows', 'changes: [{ at: 1s, outOfService: node-9 }]', 'changes.0.outOfService: '],
    [
      'two changes in one',
      'changes: [{ at: 1s, outOfService: node-1, inService: node-1 }]',
      'changes.0: not exactly one',
    ],
  ])('refuses %s', (_, lines, expected) => {
    const found = problems(`${GOOD}${lines}\n`);
    const [one] = found.filter(({ words }) => words.includes(expected));
    expect(one?.words, JSON.stringify(found)).toContain(expected);
  });

  it('says what to do', () => {
    expect(problems(GOOD + other('kind: StatefulSet, maxSurge: 1'))[0]!.hint).toBe(
      'leave it out, or write kind: Deployment',
    );
  });
});

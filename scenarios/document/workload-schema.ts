/** How pods live that a controller keeps: starting, probes, ending, and the way from one version to the next. */
import { z } from 'zod';
import { cpu, duration, memory, plainName } from './field.ts';
import { imageSchema } from './image-schema.ts';
import { memoryUseSchema } from './memory-schema.ts';
import { kindFields } from './workload-kind-schema.ts';

const podsOrPercent = () =>
  z
    .union([
      z.int().min(0).max(100_000),
      z.string().regex(/^(\d{1,3})%$/, 'a whole percentage such as 25%') as unknown as z.ZodType<`${number}%`>,
    ])
    .meta({ examples: ['25%', 1] });

const probeSchema = z
  .strictObject({
    period: duration({ min: 1e6 }).prefault('10s').describe('How often it is asked.'),
    initialDelay: duration().prefault('0s').describe('From the start of the container to the first question.'),
    timeout: duration({ min: 1e6 }).prefault('1s').describe('How long an answer may take.'),
    failures: z.int().min(1).max(1000).default(3).describe('So many failures in a row count.'),
    successes: z.int().min(1).max(1000).default(1).describe('So many successes in a row count.'),
  })
  .refine(({ period, timeout }) => timeout <= period, {
    path: ['timeout'],
    params: {
      refusal: {
        message: 'a probe that is asked again before its answer may have come',
        expected: 'no more than the period',
        hint: 'write a longer period or a shorter timeout',
      },
    },
  })
  .describe('A probe of the kubelet.');

const workloadSchema = z
  .strictObject({
    ...kindFields,
    start: duration().prefault('1s').describe('From the start of the container until the application answers.'),
    stop: duration()
      .prefault('0s')
      .describe('From SIGTERM until the application has ended; it drops requests meanwhile.'),
    preStop: duration().prefault('0s').describe('What is waited before SIGTERM; requests are still answered.'),
    gracePeriod: duration().prefault('30s').describe('After this time an ending pod is killed.'),
    image: imageSchema.optional(),
    init: z.array(duration()).max(20).default([]).describe('How long each init container runs.'),
    startupProbe: probeSchema.optional().describe('Holds the other probes back until it succeeds.'),
    readinessProbe: probeSchema.optional().describe('Says whether the pod is offered to callers.'),
    livenessProbe: probeSchema.optional().describe('Ends a container that does not answer.'),
    cpuLimit: cpu({ min: 1 })
      .optional()
      .describe('Processors that a pod may use at most; all of its node if left out.'),
    memoryLimit: memory({ min: 1 })
      .optional()
      .describe('A container that uses more is killed and started again; none if left out.'),
    memoryUse: memoryUseSchema.optional(),
    maxSurge: podsOrPercent()
      .optional()
      .describe('Deployment: pods that a rolling update may have on top, rounded up; 25% if left out.'),
    maxUnavailable: podsOrPercent()
      .optional()
      .describe(
        'Pods that a rolling update may lack: of a Deployment, rounded down, 25% if left out; of a DaemonSet, rounded up, 1 if left out.',
      ),
    minReady: duration().prefault('0s').describe('How long a pod must be Ready before it counts.'),
    progressDeadline: duration()
      .optional()
      .describe('Deployment: a rollout without progress for so long is reported; 600s if left out.'),
    strategy: z
      .enum(['rolling-update', 'recreate'])
      .optional()
      .describe('Deployment: how a new version comes; rolling-update if left out.'),
    disruptionBudget: z
      .strictObject({
        maxUnavailable: podsOrPercent().describe('Pods that drains may take away at a time; rounded up.'),
      })
      .optional()
      .describe('What a drain must respect.'),
  })
  .describe('Who keeps the pods of one group, and how they live.');

/** `workloads` of a scenario. */
export const workloadsSchema = z
  .record(plainName(), workloadSchema)
  .default({})
  .describe('Deployments and other kinds by the name of their group in `cluster.pods`. Needs `load`.');

const upgradeSchema = z
  .strictObject({
    to: z
      .string()
      .regex(/^1\.\d{1,2}$/, 'a version such as 1.34')
      .describe('The version of Kubernetes to go to; write it in quotes. From the one of `lifecycle`.'),
    waves: z
      .array(z.array(plainName().describe('A member.')).min(1).describe('Members that are upgraded together.'))
      .min(1)
      .max(100)
      .describe('One wave after another.'),
    maxUnavailable: z.int().min(1).max(1000).default(1).describe('Nodes of one member that are away at once.'),
    controlPlane: duration()
      .prefault('5m')
      .describe('How long the API of a member is away for one minor version; 0 where it is highly available.'),
    node: duration().prefault('5m').describe('From a node that is empty to the same node with the new version.'),
    soak: duration().prefault('10m').describe('Between the end of a wave and the next.'),
  })
  .describe(
    'Members are upgraded by waves: the control plane first, then nodes, each drained; nothing new is begun while a member is not well.',
  );

const changeFields = z
  .strictObject({
    at: duration().describe('When it happens.'),
    scale: plainName().optional().describe('A workload that gets another number of replicas.'),
    to: z.int().min(0).max(100_000).optional().describe('The replicas of `scale`.'),
    roll: plainName().optional().describe('A workload that gets a new version.'),
    start: duration().optional().describe('How long the new version takes to answer; as before if left out.'),
    broken: z.boolean().optional().describe('The new version never answers.'),
    drain: z.string().min(1).max(80).optional().describe('A node that is drained.'),
    uncordon: z.string().min(1).max(80).optional().describe('A node that takes pods again.'),
    outOfService: z
      .string()
      .min(1)
      .max(80)
      .optional()
      .describe('A node of which somebody vouches that it is off: its pods are let go without its word.'),
    inService: z.string().min(1).max(80).optional().describe('A node of which that is taken back.'),
    delete: plainName()
      .optional()
      .describe('A workload that is deleted with its copies in all members of a federation.'),
    orphan: z.boolean().optional().describe('Its copies stay, and nobody manages them any more.'),
    evacuate: plainName().optional().describe('A member of the federation that all workloads leave.'),
    admit: plainName().optional().describe('A member of the federation that takes workloads again.'),
    upgrade: upgradeSchema.optional(),
  })
  .describe(
    'Exactly one of scale, roll, drain, uncordon, outOfService, inService, delete, evacuate, admit and upgrade.',
  );

/** `changes` of a scenario. */
export const changesSchema = z
  .array(changeFields)
  .max(1000)
  .default([])
  .describe('What people do to workloads and nodes during the run. Needs `load`.');

/** One workload after parsing; times in ns. */
export type WorkloadFile = z.output<typeof workloadSchema>;
/** One probe after parsing. */
export type ProbeFile = z.output<typeof probeSchema>;
/** One change after parsing. */
export type ChangeFile = z.output<typeof changeFields>;

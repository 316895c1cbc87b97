/** Nodes that come and go by themselves: groups of machines, how the cluster-autoscaler works, and a reserve kept free. */
import { z } from 'zod';
import { DEFAULT_EXPANDER, EXPANDERS } from '../../models/autoscaling/nodes/expander.ts';
import { cpu, duration, exactlyOne, memory, percent, plainName } from './field.ts';
import { spanSchema } from './load-schema.ts';

const groupSchema = z
  .strictObject({
    nodes: plainName().describe(
      'A group of `cluster.nodes`; its count is what it has at the start. Nodes of manifests belong to none, and stay.',
    ),
    min: z.int().min(0).max(5000).default(0).describe('Machines that it keeps.'),
    max: z.int().min(1).max(5000).describe('Machines that it may have.'),
    boot: spanSchema
      .prefault({ constant: '60s' })
      .describe('From asking the provider until the node is Ready. The default is an assumption.'),
    price: z.number().min(0).max(1e6).default(1).describe('Price of a machine for an hour.'),
    priority: z.int().min(0).max(1_000_000).optional().describe('For the expander `priority`: the highest wins.'),
    stock: z
      .int()
      .min(0)
      .max(5000)
      .optional()
      .describe('Machines that the provider really has; those beyond it never come. `max` if left out.'),
    spot: z.boolean().default(false).describe('Bought cheaper, to be called back at any time; nobody calls here.'),
  })
  .describe('Equal machines that are added and taken away.');

const reserveFields = z
  .strictObject({
    requests: percent({ min: 0.001, max: 10 })
      .optional()
      .describe('A share of the processors that the pods of all workloads request.'),
    capacity: percent({ min: 0.001, max: 0.9 })
      .optional()
      .describe('A share of the processors that all nodes offer to pods.'),
    largestPods: z.int().min(1).max(1000).optional().describe('Room for so many of the largest pod.'),
    cpu: cpu({ min: 1 })
      .prefault(0.5)
      .describe('What one pause pod requests; that of the largest pod with `largestPods`.'),
    memory: memory({ min: 1 }).prefault('512Mi').describe('Memory of one pause pod, likewise.'),
  })
  .describe('Pause pods of priority -10, which give way to every other pod: exactly one of the three measures.');

const justInTimeSchema = z
  .strictObject({
    batchIdle: duration({ min: 1e6, max: 3600e9 })
      .prefault('1s')
      .describe('Pods that wait are gathered until none has come for so long,'),
    batchMost: duration({ min: 1e6, max: 3600e9 }).prefault('10s').describe('and no longer than this.'),
    consolidation: z
      .enum(['whenEmptyOrUnderutilised', 'whenEmpty', 'never'])
      .default('whenEmptyOrUnderutilised')
      .describe('Which nodes are taken away: also those whose pods are cheaper elsewhere, only empty ones, none.'),
    consolidateAfter: duration({ max: 86_400e9 })
      .prefault('0s')
      .describe('So long no pod may have come to a node or gone.'),
    budget: z
      .union([z.int().min(0).max(5000), z.string().regex(/^(100|\d{1,2})(\.\d+)?%$/, 'a share such as 10%')])
      .default('10%')
      .describe('Nodes that may be on their way out at the same time: a share of all, rounded up, or a number.'),
    expireAfter: duration({ min: 60e9 }).prefault('720h').describe('Nodes older than this are replaced.'),
    spotToSpot: z.boolean().default(false).describe('Whether one spot machine may replace another.'),
  })
  .describe(
    'How nodes are made for the pods at hand and consolidated, as Karpenter does. The groups are its instance types.',
  );

/** `nodeAutoscaler` of a scenario. */
export const nodeAutoscalerSchema = z
  .strictObject({
    groups: z.array(groupSchema).min(1).max(100).describe('Groups that grow and shrink.'),
    expanders: z
      .array(z.enum(EXPANDERS))
      .min(1)
      .max(6)
      .default([DEFAULT_EXPANDER])
      .describe('How one of several groups is chosen; each narrows what the one before left.'),
    scan: duration({ min: 1e9, max: 3600e9 }).prefault('10s').describe('From one look to the next.'),
    newPodDelay: duration().prefault('0s').describe('Pods younger than this are no reason to grow.'),
    provisionTime: duration({ min: 1e9 })
      .prefault('15m')
      .describe('A machine that has not come by then is given back, and its group waits.'),
    scaleDown: z.boolean().default(true).describe('Whether nodes are taken away.'),
    utilisation: percent().prefault('50%').describe('Nodes of which no more is requested may go.'),
    unneeded: duration({ min: 1e9 }).prefault('10m').describe('How long a node must be unneeded.'),
    delayAfterAdd: duration().prefault('10m').describe('After a growth nothing shrinks for so long.'),
    justInTime: justInTimeSchema
      .optional()
      .describe('Buys single machines out of all groups for the pods that wait, instead of growing one group.'),
    reserve: exactlyOne(reserveFields, ['requests', 'capacity', 'largestPods'])
      .optional()
      .describe('Room that is kept free, as pause pods.'),
  })
  .optional()
  .describe(
    'A cluster-autoscaler that adds nodes for pods that find no room, and takes away what nobody needs. Each member of a `federation` has one of its own, like this one. Needs `load`.',
  );

/** `nodeAutoscaler` after parsing; times in ns. */
export type NodeAutoscalerFile = NonNullable<z.output<typeof nodeAutoscalerSchema>>;
/** `justInTime` after parsing; times in ns. */
export type JustInTimeFile = NonNullable<NodeAutoscalerFile['justInTime']>;
/** A group after parsing. */
export type ScaledGroupFile = NodeAutoscalerFile['groups'][number];
/** A reserve after parsing: exactly one of the measures is there. */
export type ReserveFile = NonNullable<NodeAutoscalerFile['reserve']>;

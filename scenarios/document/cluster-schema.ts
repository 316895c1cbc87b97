/** The cluster of a scenario: nodes, the standing population of pods, and the address ranges that they live in. */
import { z } from 'zod';
import { cpu, duration, labelText, line, memory, plainName } from './field.ts';

/** More nodes than the largest cluster that Kubernetes supports are refused. */
export const NODES_MAX = 5_000;
/** Likewise for pods. */
export const PODS_MAX = 150_000;
/** Pods of all members of a federation together. */
export const FEDERATED_PODS_MAX = 1_000_000;
/** Groups in one list; more of them belong into a data file. */
const GROUPS_MAX = 500;
const GPUS_MAX = 64;
/** More than the ids of a VXLAN header (2^24): a scenario may ask what happens beyond them. */
const TENANTS_MAX = 100_000_000;

const effect = () =>
  z
    .enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute'])
    .describe('What happens to pods that do not tolerate the taint.');

const taintSchema = z
  .strictObject({
    key: labelText().min(1).describe('Key of the taint.'),
    value: labelText().default('').describe('Value of the taint.'),
    effect: effect(),
  })
  .describe('Keeps pods away that do not tolerate it.');

const tolerationSchema = z
  .strictObject({
    key: labelText().optional().describe('Key of the taint that is tolerated; every key if left out.'),
    operator: z
      .enum(['Equal', 'Exists'])
      .default('Equal')
      .describe('`Equal` compares the value too; `Exists` takes any value.'),
    value: labelText().default('').describe('Value of the taint, for `Equal`.'),
    effect: effect().optional().describe('The effect that is tolerated; every effect if left out.'),
  })
  .describe('Lets a pod run on nodes with this taint.');

const expressionShape = {
  key: labelText().min(1).describe('Label that is looked at.'),
  operator: z
    .enum(['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'])
    .describe('How the label is compared, as Kubernetes does.'),
  values: z.array(labelText().describe('One value.')).max(100).default([]).describe('Values to compare with.'),
};

const nodeAffinitySchema = z
  .strictObject({
    required: z
      .array(z.strictObject(expressionShape).describe('One condition.'))
      .max(20)
      .default([])
      .describe('All of these must hold for a node to be considered.'),
    preferred: z
      .array(
        z
          .strictObject({ weight: z.int().min(1).max(100).describe('Points if it holds.'), ...expressionShape })
          .describe('One preference.'),
      )
      .max(20)
      .default([])
      .describe('Each that holds adds its weight to the score of a node.'),
  })
  .describe('Which nodes a pod must or would rather run on, by label.');

const dataEntry = (what: string) =>
  z
    .strictObject({ data: plainName().describe(`Name of a data list of ${what}, such as \`openb-${what}\`.`) })
    .describe(`A list of ${what} from a data file.`);

const nodeGroupSchema = z
  .strictObject({
    count: z.int().min(1).max(NODES_MAX).describe('How many of these nodes.'),
    name: plainName().describe('Start of their names; a number follows.'),
    cpu: cpu({ min: 1 }).describe('Processor cores of one node.'),
    memory: memory({ min: 1 }).describe('Memory of one node.'),
    gpus: z.int().min(0).max(GPUS_MAX).default(0).describe('GPU devices of one node.'),
    gpuModel: z.string().max(63).default('').describe('Model of the GPUs.'),
    labels: z
      .record(labelText().min(1), labelText().describe('Value of the label.'))
      .default({})
      .describe('Labels of each node.'),
    taints: z.array(taintSchema).max(20).default([]).describe('Taints of each node.'),
  })
  .describe('Nodes that are alike.');

const podGroupSchema = z
  .strictObject({
    count: z
      .int()
      .min(1)
      .max(FEDERATED_PODS_MAX)
      .describe('How many of these pods; at most 150000 in one cluster, and a million in all members of a federation.'),
    name: plainName().describe('Start of their names; a number follows. `services.calls` names pods by it.'),
    cpu: cpu().describe('Processor cores that one pod requests.'),
    memory: memory().describe('Memory that one pod requests.'),
    gpus: z.int().min(0).max(GPUS_MAX).default(0).describe('GPU devices that one pod needs.'),
    gpuMilli: z
      .int()
      .min(1)
      .max(1000)
      .default(1000)
      .describe('Thousandths of the one device that a pod with `gpus: 1` needs; several pods share a device.'),
    gpuModels: z
      .array(z.string().min(1).max(63).describe('A model.'))
      .max(20)
      .default([])
      .describe('GPU models that will do; every model if empty.'),
    tolerations: z.array(tolerationSchema).max(20).default([]).describe('Taints that these pods bear.'),
    nodeSelector: z
      .record(labelText().min(1), labelText().describe('Value that the label must have.'))
      .default({})
      .describe('Labels that a node must have.'),
    nodeAffinity: nodeAffinitySchema.optional(),
    priority: z
      .int()
      .min(-2_147_483_648)
      .max(1_000_000_000)
      .default(0)
      .describe('The higher goes first, and pushes out the lower where room is short.'),
    replicas: z
      .int()
      .min(1)
      .max(FEDERATED_PODS_MAX)
      .optional()
      .describe('One service for every so many pods of this kind; `services.replicasMax` if left out.'),
  })
  .describe('Pods that are alike.');

/** `cluster` of a scenario. */
export const clusterSchema = z
  .strictObject({
    nodes: z
      .array(z.union([dataEntry('nodes'), nodeGroupSchema]))
      .min(1)
      .max(GROUPS_MAX)
      .optional()
      .describe('Nodes, in the order in which they fill the racks; those of `manifests` come after them.'),
    pods: z
      .array(z.union([dataEntry('pods'), podGroupSchema]))
      .min(1)
      .max(GROUPS_MAX)
      .optional()
      .describe('Pods that run all the time: the standing population; those of `manifests` come after them.'),
    manifests: z
      .array(
        z.union([
          z.string().min(1).max(500).describe('A YAML or JSON file beside the scenario, such as `cluster.json`.'),
          z.record(z.string(), z.unknown()).describe('A Kubernetes object, written here.'),
        ]),
      )
      .max(GROUPS_MAX)
      .default([])
      .describe(
        'Kubernetes objects: nodes, pods and what makes them, as people write them or as `kubectl get … -o json` prints them. Pods that have a node stay on it, the others are scheduled. Beside `load` they give nodes and no pods.',
      ),
    leftOut: z
      .array(line().describe('A sentence.'))
      .max(1000)
      .default([])
      .describe('What an import left out, in sentences that every answer repeats.'),
    joins: z
      .array(
        z
          .strictObject({
            at: duration({ min: 1 }).describe('When they join.'),
            count: z.int().min(1).max(NODES_MAX).describe('How many.'),
          })
          .describe('Nodes that join at once.'),
      )
      .max(GROUPS_MAX)
      .default([])
      .describe(
        'Nodes that are not there from the start: the last ones of `nodes`, so many at each time. Pods that are given up may come to them. Not with `manifests`, nor with `load`.',
      ),
    podsPerNodeMax: z.int().min(1).max(1000).default(110).describe('Pods that one node of a group may run.'),
    tenants: z
      .int()
      .min(1)
      .max(TENANTS_MAX)
      .default(1)
      .describe('Groups of pods that must not reach each other; some schemes give each a VLAN or a network id.'),
    podCidr: z.string().default('10.128.0.0/9').describe('Addresses of pods; each node gets a block of it.'),
    nodeCidr: z.string().default('172.16.0.0/16').describe('Addresses of nodes.'),
    nodeCidrPrefix: z
      .int()
      .min(9)
      .max(30)
      .optional()
      .describe('Prefix length of the block of one node; what the scheme itself does if left out.'),
    vlan: z
      .strictObject({
        subnet: z.string().optional().describe('Addresses of pods in the VLAN; `podCidr` if left out.'),
        id: z.int().min(1).max(4094).optional().describe('VLAN tag of the pods.'),
      })
      .optional()
      .describe('For schemes that give pods a VLAN of the machine room.'),
  })
  .describe('Nodes, pods and their addresses.');

/** A mark on a node that keeps pods off, as the document gives it. */
export type Taint = z.output<typeof taintSchema>;
/** A pod's permission to ignore taints, as the document gives it. */
export type Toleration = z.output<typeof tolerationSchema>;
/** Conditions on a node's labels, required and preferred, as the document gives them. */
export type NodeAffinity = z.output<typeof nodeAffinitySchema>;
/** Like nodes of a cluster, with units parsed: thousandths of a core, MiB. */
export type NodeGroup = z.output<typeof nodeGroupSchema>;
/** Like pods of a cluster, with units parsed: thousandths of a core, MiB, thousandths of a GPU. */
export type PodGroup = z.output<typeof podGroupSchema>;
/** `cluster` of a scenario after parsing: defaults are filled in, data lists are still named and not loaded. */
export type ClusterFile = z.output<typeof clusterSchema>;

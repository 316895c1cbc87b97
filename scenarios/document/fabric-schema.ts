/** The machine side of a scenario: processors under network load, the leaf-spine fabric, and the order of placing. */
import { z } from 'zod';
import { POD_GARBAGE } from '../../models/cluster/node-life/pod-garbage.ts';
import { nodeLifeProfile } from '../../models/cluster/node-life/profile.ts';
import { bandwidth, duration, percent, positive } from './field.ts';

/** `machine` of a scenario. */
export const machineSchema = z
  .strictObject({
    offload: z.boolean().default(true).describe('The network card cuts large segments into packets itself.'),
    podCpuUse: percent()
      .prefault('50%')
      .describe('Share of the cores they request that pods burn; the rest can carry packets.'),
    plannedRate: bandwidth({ min: 0 })
      .prefault('1Gbps')
      .describe('Cores are reserved on every node for carrying this rate; 0bps: none.'),
  })
  .describe('Processors and network cards of the nodes.');

/** `fabric` of a scenario. */
export const fabricSchema = z
  .strictObject({
    nodesPerRack: z.int().min(1).max(1000).describe('Nodes under one top-of-rack switch.'),
    spines: z.int().min(1).max(128).describe('Spine switches; every rack has one uplink to each.'),
    hostLink: bandwidth().describe('Rate of the link between a node and its top-of-rack switch.'),
    uplink: bandwidth().describe('Rate of the link between a top-of-rack switch and a spine.'),
    linkLatency: duration({ max: 10_000_000_000 }).prefault('500ns').describe('Time on one link.'),
    switchLatency: duration({ max: 10_000_000_000 }).prefault('1us').describe('Time through one switch.'),
  })
  .describe('A leaf-spine network: racks, spines and links.');

/** `scheduling` of a scenario. */
export const schedulingSchema = z
  .strictObject({
    order: z
      .enum(['listed', 'shuffled'])
      .default('listed')
      .describe('Order of placing: as the pods are listed, or shuffled by the seed.'),
    rate: positive(1_000_000).default(1000).describe('Placements a second.'),
    tieBreak: z
      .enum(['random', 'lowest-name'])
      .default('random')
      .describe(
        'Which of several equally good nodes: a random one as stock Kubernetes, or the one first in name order.',
      ),
    start: duration().prefault('0s').describe('When placing begins.'),
  })
  .describe('How the pods are placed.');

const KUBERNETES_VERSIONS = [
  '1.24',
  '1.25',
  '1.26',
  '1.27',
  '1.28',
  '1.29',
  '1.30',
  '1.31',
  '1.32',
  '1.33',
  '1.34',
] as const;

/** The number behind the dot. */
export function minorOf(version: string): number {
  return Number(version.split('.')[1]);
}

/** `lifecycle` of a scenario. */
export const lifecycleSchema = z
  .strictObject({
    kubernetes: z
      .enum(KUBERNETES_VERSIONS)
      .default('1.34')
      .describe('Whose patience the control plane has: 40 s up to 1.31, then 50 s; write it in quotes.'),
    notReadyAfter: duration({ min: 1e6 })
      .optional()
      .describe('A silent node counts as not ready after this time; that of the version if left out.'),
    evictionAfter: duration()
      .prefault('300s')
      .describe('Pods of a node that is not ready are evicted after this further time.'),
    endedPodsMax: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe(
        `Pods that have ended and are kept, at most: \`--terminated-pod-gc-threshold\`; ${POD_GARBAGE.endedMax} if left out. Needs \`load\`.`,
      ),
  })
  .transform((fields) => ({
    ...fields,
    notReadyAfter: fields.notReadyAfter ?? nodeLifeProfile(minorOf(fields.kubernetes)).graceNs,
  }))
  .describe('How the cluster notices a dead node.');

/** `machine` of a scenario after parsing; rates in bit/s. */
export type MachineSettings = z.output<typeof machineSchema>;
/** `fabric` of a scenario after parsing; bandwidths in bit/s, latencies in ns. */
export type FabricSettings = z.output<typeof fabricSchema>;
/** `scheduling` of a scenario after parsing; times in ns. */
export type SchedulingSettings = z.output<typeof schedulingSchema>;
/** `lifecycle` of a scenario after parsing; times in ns. */
export type LifecycleSettings = z.output<typeof lifecycleSchema>;

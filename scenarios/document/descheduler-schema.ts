/** The descheduler of living services: what is looked at again after it was placed. */
import { z } from 'zod';
import { duration, labelText, percent } from './field.ts';

const sharesSchema = (cpu: string, memory: string, what: string) =>
  z
    .strictObject({
      cpu: percent({ max: 1 }).prefault(cpu).describe('Share of the processors that are requested.'),
      memory: percent({ max: 1 }).prefault(memory).describe('Share of the memory that is requested.'),
    })
    .prefault({})
    .describe(what);

/** `descheduler` of a scenario. */
export const deschedulerSchema = z
  .strictObject({
    every: duration({ min: 1e9 }).prefault('5m').describe('How often it looks: `--descheduling-interval`.'),
    evictionsPerNode: z
      .int()
      .min(1)
      .max(1000)
      .optional()
      .describe('Most pods that a look takes from one node: `maxNoOfPodsToEvictPerNode`; any number if left out.'),
    duplicates: z
      .boolean()
      .default(false)
      .describe('RemoveDuplicates: no node keeps more pods of a workload than its share.'),
    lowUtilization: z
      .strictObject({
        thresholds: sharesSchema('20%', '20%', 'A node with no more than that is low.'),
        targets: sharesSchema('50%', '50%', 'A node with more than that is high.'),
      })
      .refine(({ thresholds, targets }) => thresholds.cpu <= targets.cpu && thresholds.memory <= targets.memory, {
        path: ['thresholds'],
        params: {
          refusal: {
            message: 'above the targets',
            expected: 'no more than the targets',
            hint: 'a node cannot be low and high: write smaller thresholds',
          },
        },
      })
      .optional()
      .describe('LowNodeUtilization: pods of high nodes are evicted while low ones have room.'),
    spread: z
      .strictObject({
        by: labelText().min(1).describe('Label of nodes, such as `topology.kubernetes.io/zone`.'),
        maxSkew: z.int().min(1).max(1000).default(1).describe('Pods that two domains may differ by.'),
      })
      .optional()
      .describe('RemovePodsViolatingTopologySpreadConstraint: the pods of every workload are held to this spread.'),
  })
  .optional()
  .describe(
    'Evicts pods that would be placed otherwise today, within the budgets of their workloads; the scheduler places the new ones. Needs `load`.',
  );

/** Memory of living services: what pods use, what they may use, and when kubelets evict. */
import { z } from 'zod';
import { duration, memory } from './field.ts';

/** `memoryUse` of a workload. */
export const memoryUseSchema = z
  .strictObject({
    start: memory().describe('When the container starts.'),
    reaches: memory().describe('In the end.'),
    after: duration().prefault('0s').describe('From the start until it uses that much, in a straight line.'),
  })
  .refine(({ start, reaches }) => start <= reaches, {
    path: ['reaches'],
    params: {
      refusal: {
        message: 'less than at the start',
        expected: 'at least what `start` says',
        hint: 'memory that is given back is left out: write one size for both',
      },
    },
  })
  .describe('What a pod uses. Left out: what it requests. Where no workload says it, memory is not followed.');

/** `eviction` of a scenario. */
export const evictionSchema = z
  .strictObject({
    hard: memory().prefault('100Mi').describe('With less memory than that left a node evicts pods at once.'),
    soft: z
      .strictObject({
        available: memory().describe('With less memory than that left,'),
        grace: duration({ min: 1 }).describe('for so long, a node evicts pods.'),
      })
      .optional()
      .describe('A threshold that may be crossed for a while.'),
    transition: duration()
      .prefault('5m')
      .describe('For so long after a threshold was last crossed a node goes on taking no new pods.'),
  })
  .describe('When kubelets evict pods because memory is short: `--eviction-hard` and its kin. Needs `load`.');

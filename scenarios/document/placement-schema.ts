/** Named placement policies: what the scheduler prefers beside its stock rules. */
import { z } from 'zod';
import { line, plainName } from './field.ts';

const attraction = (what: string) =>
  z
    .strictObject({
      to: z.enum(['talkers', 'replicas']).describe('Pods that it talks with, or the other replicas of its service.'),
      topology: z.enum(['rack', 'node']).describe('What counts as the same place.'),
      weight: z.int().min(1).max(100).default(100).describe('How much it counts against the other scores.'),
    })
    .optional()
    .describe(what);

const placementSchema = z
  .strictObject({
    description: line().optional().describe('One line for the answer.'),
    strategy: z
      .enum(['least-allocated', 'most-allocated'])
      .default('least-allocated')
      .describe('Emptiest nodes first (spread), or fullest first (pack).'),
    gpuPolicy: z
      .enum(['fgd', 'best-fit', 'dot-product', 'gpu-packing', 'gpu-clustering', 'random'])
      .optional()
      .describe(
        'A published policy for sharing GPUs, which alone decides where pods go and which devices they take; the scores of the strategy and of affinities then do not count.',
      ),
    affinity: attraction('Prefer places where these pods run.'),
    antiAffinity: attraction('Avoid places where these pods run.'),
  })
  .describe('One policy.');

/** `placements` of a scenario. */
export const placementsSchema = z
  .record(plainName(), placementSchema)
  .default({})
  .describe('Placement policies by name; `default` is always there.');

/** One policy of `placements` after parsing. */
export type Placement = z.output<typeof placementSchema>;
/** The policy that stands if a scenario names none: the scheduler's own defaults. */
export const DEFAULT_PLACEMENT: Placement = {
  description: "The scheduler's defaults: least-allocated nodes first",
  strategy: 'least-allocated',
};

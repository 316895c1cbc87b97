/** How pods come to serve: how long they take, on whom they wait, and how they do it. */
import { z } from 'zod';
import { duration, plainName } from './field.ts';

const dependencySchema = z
  .strictObject({
    pods: plainName().describe('The pods that wait: a group of `cluster.pods`, or a workload of the manifests.'),
    after: plainName().describe('The pods that must all serve before.'),
    by: z
      .enum(['gate', 'init-container', 'crash'])
      .describe(
        'How they wait: a scheduling gate keeps them out of the queue; an init container holds their place on a node and asks again and again; or nobody waits, and a container that misses the others crashes and is restarted with growing pauses.',
      ),
    poll: duration({ min: 1e6 }).prefault('5s').describe('How often the init container asks.'),
  })
  .describe('One rule of order.');

/** `startup` of a scenario. */
export const startupSchema = z
  .strictObject({
    time: duration().prefault('0s').describe('From its node to serving: image, containers, probes.'),
    times: z
      .record(plainName(), duration())
      .default({})
      .describe('As `time`, for the pods of a group or workload by name.'),
    gracePeriod: duration()
      .prefault('0s')
      .describe('How long a pod that was pushed out by a more important one still holds its place.'),
    order: z.array(dependencySchema).max(100).default([]).describe('Who waits on whom.'),
  })
  .describe('How pods come to serve. Left out: they serve as soon as they have a node.');

/** `startup` of a scenario after parsing; times in ns. */
export type Startup = z.output<typeof startupSchema>;

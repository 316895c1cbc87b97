/** What a scenario assumes and nobody has measured for it: named, each at the value that the models take by themselves. */
import { z } from 'zod';
import { CONTROL_PLANE_KINDS } from '../../models/network/control-plane/profiles.ts';
import { duration } from './field.ts';

/** Factors go this far in both directions; beyond, it is another scenario. */
const FACTOR_MAX = 100;

const factor = () =>
  z
    .number()
    .min(1 / FACTOR_MAX)
    .max(FACTOR_MAX)
    .default(1);

const step = (words: string) => duration({ max: 60e9 }).optional().describe(words);

/** Figures of a control plane in place of those of its profile. */
const controlPlaneSchema = z
  .strictObject({
    kind: z
      .enum(CONTROL_PLANE_KINDS)
      .optional()
      .describe('Another server than that of the scheme, for schemes that have one.'),
    workers: z.int().min(1).max(1000).optional().describe('Workers of the server that copy a change at once.'),
    commit: step('From a change to its being written.'),
    copy: step('Time of a worker for the copy of a change to one watcher.'),
    listObject: step('Time of a worker for one object of a full list.'),
    batch: step('Time of an agent for a batch of changes.'),
    entry: step('Time of an agent for one entry that it writes into the kernel.'),
    compare: step('Time of an agent for one object of a full list.'),
  })
  .describe('Figures of the control plane that are taken in place of those of its kind.');

/** `assume` of a scenario. */
export const assumeSchema = z
  .strictObject({
    rerouteTime: factor().describe(
      'Factor on the times until switches reroute and until routes to a dead node are withdrawn.',
    ),
    oversubscription: factor().describe('Factor on the oversubscription of the racks: 2 halves every uplink.'),
    packetSize: factor().describe('Factor on the size of flows, and of datagrams that a talker sizes itself.'),
    nodeCpu: factor().describe('Factor on the speed of processors: 2 halves what a packet costs.'),
    connectTimeout: duration({ min: 1e6, max: 3_600_000_000_000 })
      .prefault('3s')
      .describe('A caller gives up on a silent callee after this time.'),
    controlPlane: controlPlaneSchema.prefault({}),
    neighbourLimit: z
      .int()
      .min(8)
      .max(1_000_000)
      .default(1024)
      .describe(
        'Neighbour (ARP) entries that the kernel of a node keeps at most (`gc_thresh3`); it tidies from half of it on, and leaves an eighth alone.',
      ),
    attempts: z.int().min(1).max(100).default(3).describe('Replicas that a caller tries before its call fails.'),
  })
  .describe('Named assumptions; an answer can be tried with others by `--set assume.rerouteTime=2`.');

/** `assume` of a scenario after parsing: factors, and times in ns. */
export type Assumptions = z.output<typeof assumeSchema>;

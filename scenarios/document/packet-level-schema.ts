/** What of a run is at packet level: for how long, which links, and how their queues and the senders behave. */
import { z } from 'zod';
import { anyUplink, uplinkSchema } from './fault-schema.ts';
import { duration, exactlyOne } from './field.ts';

/** Packets that may wait in one port; more is no switch. */
const QUEUE_MAX = 65_536;

const placeSchema = exactlyOne(
  z
    .strictObject({
      link: z
        .union([anyUplink(), uplinkSchema])
        .optional()
        .describe('A leaf-to-spine link, both directions: `any-uplink` is drawn by the seed, or name its ends.'),
      node: z
        .string()
        .min(1)
        .max(80)
        .optional()
        .describe('Both directions of the link of a node: `any` is drawn by the seed, or name it.'),
      rack: z
        .union([z.enum(['any']), z.int().min(0)])
        .optional()
        .describe(
          'All links of a rack, those of its nodes and its uplinks: `any` is drawn by the seed, or give its number, from 0.',
        ),
    })
    .describe('Links, by what they belong to: exactly one of a link, a node or a rack.'),
  ['link', 'node', 'rack'],
);

/** `packetLevel` of a scenario. */
export const packetLevelSchema = z
  .strictObject({
    from: duration().prefault('0s').describe('When packets begin.'),
    to: duration({ min: 1 }).optional().describe('When they end; with the run if left out.'),
    links: z
      .array(placeSchema)
      .min(1)
      .max(1000)
      .optional()
      .describe('The links where flows are packets, named as faults name them; all links if left out.'),
    queue: z.int().min(1).max(QUEUE_MAX).default(256).describe('Packets that may wait in a port; more are dropped.'),
    markFrom: z
      .int()
      .min(1)
      .max(QUEUE_MAX)
      .optional()
      .describe('A packet that finds so many waiting is marked (ECN); no port marks if left out.'),
    tcp: z
      .enum(['newreno', 'ecn', 'dctcp'])
      .default('newreno')
      .describe('What TCP goes by: losses, marks as if they were losses, or the share of packets that were marked.'),
  })
  .describe(
    'Flows over these links are TCP and UDP packets in ports with queues, for this time; everything else stays a fluid. Without the section, everything is a fluid.',
  );

/** `packetLevel` of a scenario after parsing; times in ns. */
export type PacketLevel = z.output<typeof packetLevelSchema>;

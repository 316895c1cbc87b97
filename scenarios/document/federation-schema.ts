/** Many clusters: where they stand and how the replicas of every workload are divided between them. */
import { z } from 'zod';
import { DIVISION_RULES } from '../../models/federation/division.ts';
import { LINE_KINDS, USES } from '../../models/federation/interconnect/line.ts';
import { NODES_MAX } from './cluster-schema.ts';
import { bandwidth, duration, percent, plainName } from './field.ts';

/** More clusters than that are refused. */
export const CLUSTERS_MAX = 200;
const WEIGHT_MAX = 1_000_000;
const REPLICAS_MAX = 1_000_000;
const LINES_MAX = 2_000;
/** What every IPv4 host must take, and the largest IP packet. */
const MTU_MIN = 576;
const MTU_MAX = 65_535;
const PRICE_MAX = 1_000_000;

const memberSchema = z
  .strictObject({
    name: plainName().describe('Its name; stands before the names of its nodes and workloads.'),
    provider: plainName().default('own').describe('Who runs the place where it stands.'),
    region: plainName().optional().describe('The region of that provider; one of its own if left out.'),
    zone: plainName().default('a').describe('The zone of that region.'),
    nodes: z
      .int()
      .min(1)
      .max(NODES_MAX)
      .optional()
      .describe('How many nodes it has, all of the first kind in `cluster.nodes`; those of `cluster` if left out.'),
    weight: z.int().min(0).max(WEIGHT_MAX).default(1).describe('Its share in divisions by weight.'),
    min: z.int().min(0).max(REPLICAS_MAX).default(0).describe('Fewest replicas of a workload.'),
    max: z.int().min(0).max(REPLICAS_MAX).optional().describe('Most replicas of a workload; any number if left out.'),
  })
  .describe('A member cluster.');

const lineSchema = z
  .strictObject({
    between: z.array(plainName().describe('A member.')).min(2).max(2).describe('The two members that it joins.'),
    kind: z.enum(LINE_KINDS).describe("The providers' own way, a VXLAN tunnel over it, or a dedicated line."),
    rtt: duration().optional().describe('There and back; by the ladder of reach if left out.'),
    loss: percent({ max: 1 }).optional().describe('Share of packets that are lost.'),
    rate: bandwidth().optional().describe('Bits a second.'),
    mtu: z.int().min(MTU_MIN).max(MTU_MAX).optional().describe('Largest IP packet, bytes.'),
    pricePerGb: z.number().min(0).max(PRICE_MAX).optional().describe('US dollars for 10^9 bytes.'),
    pricePerHour: z.number().min(0).max(PRICE_MAX).optional().describe('US dollars an hour for the line.'),
    uses: z
      .array(z.enum(USES).describe('One use.'))
      .min(1)
      .optional()
      .describe('Calls of services, the control plane of the federation, copies of stored data; all if left out.'),
  })
  .describe("A line between two members; where none is written it is the providers' own way.");

const divisionSchema = z
  .strictObject({
    rule: z.enum(DIVISION_RULES).default('webster').describe('How replicas are divided by weight.'),
  })
  .describe('How the replicas of every workload are divided between the clusters.');

/** `federation` of a scenario. */
export const federationSchema = z
  .strictObject({
    clusters: z
      .array(memberSchema)
      .min(2)
      .max(CLUSTERS_MAX)
      .describe('The members: each has the nodes of `cluster`, and `cluster.pods` are divided between them.'),
    division: divisionSchema.prefault({}),
    lines: z
      .array(lineSchema)
      .max(LINES_MAX)
      .default([])
      .describe('Lines between members, those of one pair in order of preference.'),
  })
  .optional()
  .describe('Many clusters. Needs `load`.');

/** `federation` after parsing. */
export type FederationFile = NonNullable<z.output<typeof federationSchema>>;
/** One member after parsing. */
export type MemberFile = FederationFile['clusters'][number];
/** One line after parsing. */
export type LineFile = FederationFile['lines'][number];

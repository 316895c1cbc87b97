/** Many clusters: where they stand and how the replicas of every workload are divided between them. */
import { z } from 'zod';
import { DETECTION_PROFILES, type DetectionProfileName } from '../../models/federation/detection/profile.ts';
import { CACHE_POLICIES, type CachePolicyName } from '../../models/federation/discovery/resolver.ts';
import { DIVISION_RULES } from '../../models/federation/division.ts';
import { WEIGHTINGS } from '../../models/federation/division-planner.ts';
import { PURGE_MODES } from '../../models/federation/failover/migration.ts';
import { LINE_KINDS, USES } from '../../models/federation/interconnect/line.ts';
import { PROFILES } from '../../models/federation/profiles/index.ts';
import { NODES_MAX } from './cluster-schema.ts';
import { bandwidth, duration, exactlyOne, percent, plainName } from './field.ts';
import { nodeAutoscalerSchema } from './node-group-schema.ts';
import { standbySchema } from './standby-schema.ts';

/** More clusters than that are refused. */
export const CLUSTERS_MAX = 200;
const WEIGHT_MAX = 1_000_000;
const REPLICAS_MAX = 1_000_000;
const LINES_MAX = 2_000;
const PROBES_MAX = 1_000;
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
    nodeAutoscaler: nodeAutoscalerSchema.describe(
      'How nodes of this member come and go, instead of what `nodeAutoscaler` of the scenario says for all of them.',
    ),
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

/** `federation.division` of a scenario. */
export const divisionSchema = z
  .strictObject({
    rule: z.enum(DIVISION_RULES).default('webster').describe('How replicas are divided by weight.'),
    weights: z
      .enum(WEIGHTINGS)
      .default('static')
      .describe('What weighs: `weight` of the members, what is free in each, or how many replicas would fit.'),
    atLeastOneEach: z
      .boolean()
      .default(false)
      .describe('Every healthy member with room gets one, if there are enough.'),
    sameRatio: z.boolean().default(false).describe('The first weights hold when a workload grows and shrinks.'),
    rebalance: z.boolean().default(false).describe('Replicas that run are moved when the division says so.'),
    heedsCapacity: z.boolean().default(false).describe('Nobody gets more than is estimated to fit.'),
  })
  .describe('A way to divide of your own, if no `profile` is named.');

const detectionSchema = z
  .strictObject({
    profile: z
      .enum(Object.keys(DETECTION_PROFILES) as [DetectionProfileName, ...DetectionProfileName[]])
      .default('kubefed-documented')
      .describe('How a real federation finds that a member is lost; the fields below change it.'),
    period: duration({ min: 1 }).optional().describe('From probe to probe.'),
    timeout: duration({ min: 1 }).optional().describe('How long an answer is waited for.'),
    failures: z.int().min(1).max(PROBES_MAX).optional().describe('Failed probes in a row until a member is given up.'),
    successes: z.int().min(1).max(PROBES_MAX).optional().describe('Answers in a row until it is taken back.'),
    points: z
      .int()
      .min(1)
      .max(CLUSTERS_MAX)
      .default(1)
      .describe('Probe points: the first is where the federation is, the others are in the members, one in each.'),
    quorum: z
      .int()
      .min(1)
      .max(CLUSTERS_MAX)
      .optional()
      .describe('How many of them must agree; more than half if left out.'),
    actAfter: duration()
      .optional()
      .describe('From the verdict that a member is lost until its replicas are planned elsewhere.'),
    returnAfter: duration().optional().describe('From the verdict that it is back until it is planned for again.'),
  })
  .describe('How members that are lost are found.');

const discoverySchema = z
  .strictObject({
    ttl: duration({ max: 86_400e9 }).prefault('180s').describe('How long an answer may be kept.'),
    sync: duration({ max: 86_400e9 }).prefault('0s').describe('From a change of health until the records say so.'),
    resolver: z
      .enum(Object.keys(CACHE_POLICIES) as [CachePolicyName, ...CachePolicyName[]])
      .default('honest')
      .describe(
        "How the callers' resolvers treat that: as they are told, as CoreDNS or Java do, for ever, or not at all.",
      ),
  })
  .describe('DNS by which callers outside find a member: the zone, then the region, then anywhere.');

const controlSchema = z
  .strictObject({
    estimates: duration({ min: 1e6 })
      .prefault('10s')
      .describe('How often the room of members is looked at; as Karmada posts it.'),
    looks: duration({ min: 1e6 }).prefault('10s').describe('How often it looks at what runs of each workload.'),
    plan: duration().prefault('10ms').describe('From an occasion to the decision. An assumption.'),
    write: duration().prefault('10ms').describe('What one write takes at a member, beside the way. An assumption.'),
    retry: duration({ min: 1e6 })
      .prefault('1s')
      .describe('Until a write that did not arrive is sent again. An assumption.'),
    overcommitProtection: z
      .boolean()
      .default(false)
      .describe('Replicas that were just assigned are taken to fill room already (Karmada has it as an alpha, off).'),
  })
  .describe('How fast the control plane of the federation works.');

/** Argo CD's `timeout.reconciliation`. */
export const CONFIGURATION_PERIOD_NS = 180e9;

const migrationSchema = z
  .strictObject({
    mode: z
      .enum(PURGE_MODES)
      .optional()
      .describe(
        'How copies leave a member that is lost or evacuated: when the new ones are ready, before them, or never. As the profile does if left out: Karmada gracefully, the others directly.',
      ),
    timeout: duration({ min: 1 }).optional().describe('Time limit of moving gracefully; 10m if left out.'),
  })
  .describe('How workloads move from member to member.');

const configurationSchema = z
  .strictObject({
    delivery: z
      .enum(['push', 'pull'])
      .default('push')
      .describe('Written to the members at once (KubeFed, Karmada), or asked for by them (Argo CD, Flux).'),
    period: duration({ min: 1e6 }).optional().describe('How often a member asks; with `pull`. 180s if left out.'),
  })
  .describe('How new versions of workloads (`roll`) come to the members. One that cannot be reached gets them later.');

const federationFaultFields = z
  .strictObject({
    at: duration().describe('When it happens.'),
    for: duration({ min: 1 }).optional().describe('How long it lasts; to the end if left out.'),
    cluster: plainName().optional().describe('This member dies: its nodes, its API, its way to everybody.'),
    region: plainName().optional().describe('All members of this region die.'),
    isolate: plainName().optional().describe('This member lives, and nobody but callers in its zone reaches it.'),
    cut: z
      .array(plainName().describe('A member.'))
      .min(2)
      .max(2)
      .optional()
      .describe('The lines between these two members break.'),
  })
  .describe('A member or a region dies, is cut off, or lines break.');

/** `federation` of a scenario. */
export const federationSchema = z
  .strictObject({
    clusters: z
      .array(memberSchema)
      .min(2)
      .max(CLUSTERS_MAX)
      .describe('The members: each has the nodes of `cluster`, and `cluster.pods` are divided between them.'),
    profile: z
      .enum(Object.keys(PROFILES) as [string, ...string[]])
      .optional()
      .describe('The real federation that divides replicas; `division` if left out.'),
    division: divisionSchema.prefault({}),
    control: controlSchema.prefault({}),
    detection: detectionSchema.prefault({}),
    discovery: discoverySchema.prefault({}),
    migration: migrationSchema.prefault({}),
    configuration: configurationSchema.prefault({}),
    activeStandby: standbySchema,
    faults: z
      .array(exactlyOne(federationFaultFields, ['cluster', 'region', 'isolate', 'cut']))
      .max(1000)
      .default([])
      .describe('What breaks between members.'),
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
/** One fault after parsing: exactly one of its targets is there. */
export type FederationFaultFile = FederationFile['faults'][number];

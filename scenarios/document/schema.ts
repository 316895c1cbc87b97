/**
 * The scenario document, field by field. This one schema gives the TypeScript types, the validation, the JSON Schema for
 * editors (`scenario.schema.json`) and the reference page (`REFERENCE.md`).
 *
 * Names are the names in the file; values are parsed: durations in ns, bandwidths in bits/s, processor cores in
 * thousandths, memory in MiB, sizes in bytes, percentages as fractions.
 */

import { z } from 'zod';
import { schemeNames } from '../../models/schemes/index.ts';
import { TIME_NS_MAX } from '../../sim/engine/sim-time.ts';
import { assumeSchema } from './assume-schema.ts';
import { autoscalersSchema } from './autoscaler-schema.ts';
import { instant } from './calendar-field.ts';
import { type ClusterFile, clusterSchema } from './cluster-schema.ts';
import { decideSchema, tippingReplicationsSchema, tippingSchema } from './decide-schema.ts';
import { deschedulerSchema } from './descheduler-schema.ts';
import { type Environment, environmentsSchema } from './environment-schema.ts';
import { fabricSchema, lifecycleSchema, machineSchema, schedulingSchema } from './fabric-schema.ts';
import { faultsSchema } from './fault-schema.ts';
import { federationSchema } from './federation-schema.ts';
import { duration, line, percent, plainName, seed } from './field.ts';
import { imagesSchema } from './image-schema.ts';
import { loadSchema } from './load-schema.ts';
import type { ManifestCluster } from './manifests/manifest-cluster.ts';
import { evictionSchema } from './memory-schema.ts';
import { mtuSchema } from './mtu-schema.ts';
import { nodeAutoscalerSchema } from './node-group-schema.ts';
import type { NodeRun } from './node-list.ts';
import { packetLevelSchema } from './packet-level-schema.ts';
import { type Placement, placementsSchema } from './placement-schema.ts';
import type { PodKind } from './pod-list.ts';
import { precisionSchema } from './precision-schema.ts';
import { routingSchema } from './routing-schema.ts';
import { startupSchema } from './startup-schema.ts';
import { servicesSchema, type TrafficSettings, trafficSchema } from './traffic-schema.ts';
import { changesSchema, workloadsSchema } from './workload-schema.ts';

/** Format version of scenario files. */
export const SCENARIO_VERSION = 1;
/** The longest run: integer nanoseconds stay exact in a number for 104 days. */
const DURATION_MAX_NS = TIME_NS_MAX;
const ALTERNATIVES_PER_AXIS_MAX = 50;

const environmentName = () => plainName().describe('Name of an environment.');
const schemeName = () => z.enum(schemeNames).describe('A network scheme.');
const placementName = () => plainName().describe('Name of a placement.');
const variantName = () => plainName().describe('Name of a variant.');

const varySchema = z
  .strictObject({
    environment: z
      .array(environmentName())
      .min(1)
      .max(ALTERNATIVES_PER_AXIS_MAX)
      .optional()
      .describe('Environments to compare.'),
    scheme: z
      .array(schemeName())
      .min(1)
      .max(ALTERNATIVES_PER_AXIS_MAX)
      .optional()
      .describe('Network schemes to compare.'),
    placement: z
      .array(placementName())
      .min(1)
      .max(ALTERNATIVES_PER_AXIS_MAX)
      .optional()
      .describe('Placements to compare.'),
    variant: z.array(variantName()).min(1).max(ALTERNATIVES_PER_AXIS_MAX).optional().describe('Variants to compare.'),
  })
  .describe('What the alternatives differ in: every combination of these is one alternative.');

/** The whole scenario file. */
export const scenarioSchema = z
  .strictObject({
    wavetank: z.literal(SCENARIO_VERSION).describe('Version of this format.'),
    title: line().describe('Name for people.'),
    question: line().describe('The question that the scenario answers.'),
    description: z.string().max(10_000).optional().describe('More about it.'),
    seed: seed().optional().describe('All chance comes from it; the name of the file if left out.'),
    replications: z
      .int()
      .min(1)
      .max(1000)
      .default(10)
      .describe('Runs of each alternative, each with a seed of its own.'),
    confidence: percent({ min: 0.5, max: 0.9999 }).prefault('95%').describe('Confidence of the intervals.'),
    precision: precisionSchema,
    duration: duration({ min: 1, max: DURATION_MAX_NS }).describe('Simulated time of one run; at most 104 days.'),
    begins: instant()
      .prefault('2026-01-05T00:00Z')
      .describe('Date and time in UTC when the run begins: schedules of CronJobs go by it. A Monday if left out.'),
    cluster: clusterSchema,
    machine: machineSchema.prefault({}),
    fabric: fabricSchema,
    routing: routingSchema.prefault({}),
    packetLevel: packetLevelSchema.optional(),
    mtu: mtuSchema.prefault({}),
    scheduling: schedulingSchema.prefault({}),
    startup: startupSchema.prefault({}),
    lifecycle: lifecycleSchema.prefault({}),
    services: servicesSchema.prefault({}),
    traffic: trafficSchema.optional(),
    load: loadSchema,
    workloads: workloadsSchema,
    images: imagesSchema,
    eviction: evictionSchema.prefault({}),
    descheduler: deschedulerSchema,
    changes: changesSchema,
    autoscalers: autoscalersSchema,
    nodeAutoscaler: nodeAutoscalerSchema,
    federation: federationSchema,
    faults: faultsSchema,
    assume: assumeSchema.prefault({}),
    decide: decideSchema,
    tipping: tippingSchema,
    tippingReplications: tippingReplicationsSchema,
    environments: environmentsSchema,
    placements: placementsSchema,
    environment: environmentName().optional().describe('The environment, if it is not varied.'),
    scheme: schemeName().optional().describe('The network scheme, if it is not varied.'),
    placement: placementName().optional().describe('The placement, if it is not varied; `default` if left out.'),
    variants: z
      .record(
        plainName(),
        z
          .record(z.string(), z.unknown())
          .describe('Values by path, such as `fabric.uplink: 10Gbps`; `null` takes a key out.'),
      )
      .prefault({})
      .describe('Named changes of this scenario, to be compared under `vary.variant`.'),
    variant: variantName()
      .optional()
      .describe('The variant, if it is not varied; the scenario as written if left out.'),
    vary: varySchema.prefault({}),
  })
  .describe('A Wavetank scenario: a question, the cluster that it is asked of, and what is compared.');

/** A scenario file that the schema accepts, before names are resolved. */
export type ScenarioFile = z.output<typeof scenarioSchema>;

/** What alternatives differ in. */
export type AxisName = (typeof AXIS_NAMES)[number];

/** The axes in the order in which they make the name of an alternative. */
export const AXIS_NAMES = ['environment', 'scheme', 'placement', 'variant'] as const;

type Resolved =
  | 'seed'
  | 'cluster'
  | 'services'
  | 'traffic'
  | 'environments'
  | 'placements'
  | 'environment'
  | 'scheme'
  | 'placement'
  | 'variant'
  | 'vary';

/** A checked scenario: every name resolved, every default filled in. Plain data, fit for a worker message. */
export interface ScenarioDocument extends Omit<ScenarioFile, Resolved> {
  /** The file that it came from. */
  readonly file: string;
  /** What was read from files beside it, and what was made of their gaps, in sentences. */
  readonly notes: readonly string[];
  readonly seed: string;
  readonly cluster: Omit<ClusterFile, 'nodes' | 'pods' | 'manifests'> & {
    /** Runs of like nodes, in the order in which they fill the racks; `expandNodes` names each. */
    readonly nodes: readonly NodeRun[];
    /** Kinds of like pods, in the order of the file; `expandPods` names each. */
    readonly pods: readonly PodKind[];
    /** Nodes and pods of manifests, which come after those. */
    readonly manifests?: ManifestCluster;
  };
  readonly services: Omit<ScenarioFile['services'], 'fanout'> & { readonly fanout: number };
  /** No talkers in a scenario of living services. */
  readonly traffic: TrafficSettings;
  /** The values to combine on each axis, never empty; one value where nothing is varied. */
  readonly axes: {
    readonly environment: readonly string[];
    readonly scheme: readonly string[];
    readonly placement: readonly string[];
    readonly variant: readonly string[];
  };
  /** The axes that the file varies, in the order of `AXIS_NAMES`. */
  readonly varied: readonly AxisName[];
  /** The environments that the axes name. */
  readonly environments: Readonly<Record<string, Environment>>;
  /** The placements that the axes name. */
  readonly placements: Readonly<Record<string, Placement>>;
  /** The scenario as each variant that the axes name makes it; these have none themselves. */
  readonly variantDocuments: Readonly<Record<string, ScenarioDocument>>;
}

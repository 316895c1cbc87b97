/** A document becomes a plan: every alternative with its scheme, environment and placement, judged before anything runs. */
import { dataPathCost } from '../../models/machine/data-path.ts';
import { dataPathReserveMilli } from '../../models/machine/processors.ts';
import { type AddressPlan, AddressPool, hostAddress } from '../../models/network/addresses.ts';
import type { Environment } from '../../models/network/environment.ts';
import { podMtu } from '../../models/network/frames.ts';
import type { Growth } from '../../models/schemes/growth.ts';
import { schemeNamed } from '../../models/schemes/index.ts';
import { type Judgement, judge } from '../../models/schemes/judgement.ts';
import { type ClusterExtent, mainPath, type NetworkScheme } from '../../models/schemes/scheme.ts';
import { assert } from '../../sim/engine/assert.ts';
import { combinations } from '../../sim/experiment/design.ts';
import { nodeCount, podCount } from '../document/cluster-size.ts';
import type { Placement as PlacementPolicy } from '../document/placement-schema.ts';
import type { AxisName, ScenarioDocument } from '../document/schema.ts';
import type { NodeReserve } from './population.ts';
import { environmentOf } from './surroundings.ts';

/** Payload of the flows that the planned rate is made of: large enough to be cut into full units. */
const PLANNED_FLOW_BYTES = 1 << 20;

/** The container VLAN of a scenario that names none. */
export const VLAN_ID_DEFAULT = 100;

/** One alternative, ready to run. */
export interface PlannedAlternative {
  readonly name: string;
  readonly axes: Readonly<Record<string, string>>;
  /** The scenario as its variant makes it. */
  readonly document: ScenarioDocument;
  /** Name of that variant. */
  readonly variant: string;
  readonly scheme: NetworkScheme;
  readonly environment: Environment;
  readonly placement: string;
  readonly policy: PlacementPolicy;
  readonly judgement: Judgement;
  /** How large its state and its control plane are here. */
  readonly growth: readonly Growth[];
  /** IP MTU as pods see it. */
  readonly podMtu: number;
  /** MTU of the tunnel's device on nodes. */
  readonly deviceMtu: number;
  /** What the scheme takes of every node: its agent, and processors for the planned rate. */
  readonly reserve: NodeReserve;
  /** The part of it that is kept for packets. */
  readonly dataPathMilli: number;
  /** Alternatives with one key are placed alike under one seed. */
  readonly placementKey: string;
  /** Alternatives with one key run alike under one seed, though they stand in different environments. */
  readonly runKey: string;
}

/** A document with everything that can be known before a run. */
export interface Plan {
  readonly document: ScenarioDocument;
  readonly alternatives: readonly PlannedAlternative[];
}

/** Plans every alternative of a checked document. */
export function compile(document: ScenarioDocument): Plan {
  const axes = document.varied.map((name) => ({ name, values: document.axes[name] }));
  const alternatives = combinations(axes).map(({ name, axes: values }) => {
    const value = (axis: AxisName): string => values[axis] ?? document.axes[axis][0]!;
    const variant = value('variant');
    return plannedAlternative(document.variantDocuments[variant] ?? document, name, values, {
      variant,
      scheme: value('scheme'),
      environment: value('environment'),
      placement: value('placement'),
    });
  });
  return { document, alternatives };
}

function plannedAlternative(
  document: ScenarioDocument,
  name: string,
  axes: Readonly<Record<string, string>>,
  chosen: Readonly<Record<AxisName, string>>,
): PlannedAlternative {
  const scheme = schemeNamed(chosen.scheme);
  assert(scheme !== undefined, () => `no scheme is named ${chosen.scheme}`);
  const environment = environmentOf(document, chosen.environment);
  const policy = document.placements[chosen.placement]!;
  const setMtu = podMtu(environment.underlayMtu, scheme.mtuReserveBytes);
  const mtu = document.mtu.pods ?? setMtu;
  const dataPathMilli = plannedMilli(document, scheme, environment, mtu);
  const reserve = { cpuMilli: scheme.agent.cpuMilli + dataPathMilli, memoryMib: scheme.agent.memoryMib };
  const limits = scheme.podsPerNode === undefined ? '' : scheme.name;
  const placementKey = JSON.stringify([chosen.variant, reserve, addressPlanOf(document, scheme), policy, limits]);
  const extent = extentOf(document, scheme);
  return {
    name,
    axes,
    document,
    variant: chosen.variant,
    scheme,
    environment,
    placement: chosen.placement,
    policy,
    judgement: judgementOf(document, scheme, environment, extent),
    growth: scheme.growth(extent, environment),
    podMtu: mtu,
    deviceMtu: document.mtu.tunnel ?? setMtu,
    reserve,
    dataPathMilli,
    placementKey,
    runKey: JSON.stringify([placementKey, scheme.name, mtu, environment.kind, environment.subnets]),
  };
}

function plannedMilli(
  { machine, assume }: ScenarioDocument,
  scheme: NetworkScheme,
  environment: Environment,
  mtu: number,
): number {
  const { dataPath } = mainPath(scheme.paths, environment.subnets);
  const chains = scheme.chains ?? 'none';
  const setting = { offload: machine.offload, processorSpeed: assume.nodeCpu, podMtu: mtu, chains };
  return dataPathReserveMilli(dataPathCost(dataPath, setting, PLANNED_FLOW_BYTES), machine.plannedRate);
}

/** How a scheme hands out addresses here: the document may set the size of a node's block. */
export function addressPlanOf(document: ScenarioDocument, scheme: NetworkScheme): AddressPlan {
  const prefix = document.cluster.nodeCidrPrefix;
  const plan = scheme.addressPlan;
  return plan.kind === 'node-block' && prefix !== undefined ? { kind: 'node-block', prefix } : plan;
}

/** The range that a scheme's pod addresses come from. */
export function podRangeOf(document: ScenarioDocument, scheme: NetworkScheme): string {
  const flat = scheme.addressPlan.kind === 'flat' ? document.cluster.vlan?.subnet : undefined;
  return flat ?? document.cluster.podCidr;
}

/** Blocks that will be in use at least: one a node, and enough for all pods where blocks are claimed by need. */
function blocksBeforePlacement(plan: AddressPlan, nodes: number, pods: number): number {
  if (plan.kind !== 'claimed-blocks') return nodes;
  return Math.max(nodes, Math.ceil(pods / 2 ** (32 - plan.prefix)));
}

/** Sizes of the cluster, for a scheme's needs. */
export function extentOf(document: ScenarioDocument, scheme: NetworkScheme): ClusterExtent {
  const nodes = nodeCount(document.cluster);
  const racks = Math.ceil(nodes / document.fabric.nodesPerRack);
  const pods = podCount(document.cluster);
  const plan = addressPlanOf(document, scheme);
  return {
    nodes,
    racks,
    pods,
    blocks: blocksBeforePlacement(plan, nodes, pods),
    podsPerNodeMax: document.cluster.podsPerNodeMax,
    tenants: document.cluster.tenants,
  };
}

function judgementOf(
  document: ScenarioDocument,
  scheme: NetworkScheme,
  environment: Environment,
  extent: ClusterExtent,
): Judgement {
  const { nodes } = extent;
  const pool = new AddressPool(addressPlanOf(document, scheme), podRangeOf(document, scheme), nodes);
  const farNode = Math.min(nodes - 1, document.fabric.nodesPerRack);
  return judge(scheme, environment, extent, {
    sourcePod: pool.example(0, 0),
    destinationPod: pool.example(farNode, 1),
    sourceNode: hostAddress(document.cluster.nodeCidr, 1),
    destinationNode: hostAddress(document.cluster.nodeCidr, farNode + 1),
    router: hostAddress(document.cluster.nodeCidr, 0),
    vlanId: document.cluster.vlan?.id ?? VLAN_ID_DEFAULT,
  });
}

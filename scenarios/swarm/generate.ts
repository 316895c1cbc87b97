/**
 * From a seed to a scenario that nobody thought of: a cluster or a federation, workloads, callers, people who change things, and
 * faults; then a quiet tail in which everything must settle.
 *
 * What comes out is a scenario file like any other. Sizes are small: what goes wrong in a swarm goes wrong with few pods already.
 */

import { Draw } from './draw.ts';
import { drawChanges } from './draws/change-draw.ts';
import { type Clock, clockOf } from './draws/clock.ts';
import { drawNodes, drawPods, zonesOf } from './draws/cluster-draw.ts';
import { drawDescheduler } from './draws/descheduler-draw.ts';
import { drawFaults, drawMemberFaults } from './draws/fault-draw.ts';
import { drawFederation, drawMembers, drawProfile } from './draws/federation-draw.ts';
import { type DrawnImages, drawImages, PULL_PATIENCE } from './draws/image-draw.ts';
import { drawKinds, modest, scaled, serving } from './draws/kind-draw.ts';
import { drawLoad, thinOf } from './draws/load-draw.ts';
import { drawMemberChanges, UPGRADE_PATIENCE, withoutLost } from './draws/member-change-draw.ts';
import { type DrawnMemory, drawMemory } from './draws/memory-draw.ts';
import { drawAutoscalers, drawNodeAutoscaler, justInTime, otherwise } from './draws/scaler-draw.ts';
import { drawStandby } from './draws/standby-draw.ts';
import { drawWorkloads } from './draws/workload-draw.ts';
import type { NodeSection, PodSection, Section, SwarmFile } from './swarm-file.ts';

const VERSIONS = ['1.24', '1.27', '1.29', '1.31', '1.32', '1.34'];
const SCHEMES = ['calico-bgp', 'calico-bgp', 'flannel-vxlan', 'cilium-vxlan', 'custom-static'];

/** What the parts of a scenario are drawn from. */
interface World {
  readonly seed: number;
  readonly nodes: readonly NodeSection[];
  readonly pods: readonly PodSection[];
  /** Groups that have replicas, and groups that answer. */
  readonly groups: { readonly scaled: readonly PodSection[]; readonly rolled: readonly PodSection[] };
  readonly nodesPerRack: number;
  readonly lifecycle: Section;
  /** What settles takes so many seconds more. */
  readonly later: number;
}

/** Sections that only one kind of scenario has. */
interface Kind {
  readonly clock: Clock;
  readonly sections: Partial<SwarmFile>;
  readonly members: readonly string[];
  readonly nodeNames: readonly string[];
  readonly heavy: boolean;
}

/** The scenario of a seed, always the same. */
export function swarmFile(seed: number): SwarmFile {
  const isFederation = new Draw(seed, 'kind').chance(0.45);
  const nodes = drawNodes(new Draw(seed, 'nodes'), isFederation);
  const drawn = drawPods(new Draw(seed, 'pods'), nodes);
  const kinds = drawKinds(new Draw(seed, 'kinds'), drawn, isFederation);
  const pods = modest(drawn, kinds);
  const groups = { scaled: scaled(pods, kinds), rolled: serving(pods, kinds) };
  const hasImages = new Draw(seed, 'has images').chance(0.12);
  const world = {
    seed,
    nodes,
    pods,
    groups,
    nodesPerRack: new Draw(seed, 'fabric').whole(1, 4),
    lifecycle: drawLifecycle(new Draw(seed, 'lifecycle')),
    later: hasImages ? PULL_PATIENCE : 0,
  };
  const kind = isFederation ? federated(world) : single(world);
  const { clock, members, nodeNames, heavy } = kind;
  const changes = drawChanges(new Draw(seed, 'changes'), groups, nodeNames, clock);
  const workloads = drawWorkloads(new Draw(seed, 'workloads'), pods, kinds, new Draw(seed, 'kinds of workloads'));
  const file: SwarmFile = {
    wavetank: 1,
    title: `Swarm, seed ${seed}`,
    question: 'Does everything settle once the trouble is over?',
    seed: `swarm-${seed}`,
    replications: 1,
    duration: `${clock.end}s`,
    cluster: { nodes, pods },
    fabric: { nodesPerRack: world.nodesPerRack, spines: 1, hostLink: '10Gbps', uplink: '10Gbps' },
    lifecycle: world.lifecycle,
    load: drawLoad(new Draw(seed, 'load'), { pods: groups.rolled, clock, members, heavy }),
    workloads,
    ...(changes.length === 0 ? {} : { changes }),
    ...kind.sections,
    environment: 'machine-room-bgp',
    scheme: new Draw(seed, 'scheme').pick(SCHEMES),
  };
  return withMore(seed, hasImages ? withImages(file, drawImages(new Draw(seed, 'images'), pods, clock)) : file, clock);
}

/** What was drawn for other sections goes in, each with a stream of its own. */
function withMore(seed: number, file: SwarmFile, clock: Clock): SwarmFile {
  const draw = (part: string): Draw => new Draw(seed, part);
  const { nodes, pods } = file.cluster;
  let more = file;
  if (draw('has memory').chance(0.12)) more = withMemory(more, drawMemory(draw('memory'), pods));
  if (draw('has descheduler').chance(0.12))
    more = { ...more, descheduler: drawDescheduler(draw('descheduler'), zonesOf(nodes).length > 0) };
  if (file.federation !== undefined) more = withMemberChanges(seed, more, clock);
  const served = servedBy(more);
  if (more.autoscalers !== undefined)
    more = {
      ...more,
      autoscalers: more.autoscalers.map((one) => otherwise(draw(`scaler of ${one['target']}`), one, served)),
    };
  if (more.nodeAutoscaler !== undefined && draw('just in time').chance(0.3))
    more = { ...more, nodeAutoscaler: justInTime(draw('buys'), more.nodeAutoscaler) };
  if (isPlain(more))
    more = { ...more, load: { ...more.load, ...draw('standing').maybe(0.4, () => ({ standing: true })) } };
  if (mayBeThin(more) && draw('has thin load').chance(0.15))
    more = { ...more, load: { ...more.load, thin: thinOf(draw('thin load')) } };
  return more;
}

/** Deployments whose images are there and whose memory nobody follows: their pods may stand when the run begins. */
function isPlain({ workloads, images, federation }: SwarmFile): boolean {
  const isUsual = Object.values(workloads).every(
    ({ kind, memoryUse }) => kind === undefined && memoryUse === undefined,
  );
  return isUsual && images === undefined && federation?.['activeStandby'] === undefined;
}

/** Faults of nodes are met by single requests only, and so are calls that leave a member of a federation. */
function mayBeThin({ faults, federation, load }: SwarmFile): boolean {
  return faults === undefined && (federation === undefined || !JSON.stringify(load).includes('"calls"'));
}

function servedBy({ load }: SwarmFile): string[] {
  return (load['services'] as Section[]).map(({ name }) => name as string);
}

function withImages(file: SwarmFile, { images, of }: DrawnImages): SwarmFile {
  const workloads = Object.entries(file.workloads).map(([name, workload]): [string, Section] => {
    const image = of.get(name);
    return [name, image === undefined ? workload : { ...workload, image }];
  });
  return { ...file, images, workloads: Object.fromEntries(workloads) };
}

function withMemory(file: SwarmFile, { of, eviction }: DrawnMemory): SwarmFile {
  const workloads = Object.entries(file.workloads).map(([name, workload]): [string, Section] => [
    name,
    { ...workload, ...of.get(name) },
  ]);
  return { ...file, workloads: Object.fromEntries(workloads), ...(eviction === undefined ? {} : { eviction }) };
}

function withMemberChanges(seed: number, file: SwarmFile, clock: Clock): SwarmFile {
  const federation = file.federation!;
  const members = federation.clusters.map(({ name }) => name);
  const kubernetes = file.lifecycle['kubernetes'] as string;
  const standby = new Draw(seed, 'has standby').chance(0.15)
    ? { activeStandby: drawStandby(new Draw(seed, 'standby'), members, servedBy(file)) }
    : {};
  const more = drawMemberChanges(
    new Draw(seed, 'member changes'),
    { members, pods: file.cluster.pods, kubernetes },
    clock,
  );
  const changes = [...withoutLost(file.changes ?? [], more), ...more];
  const isUpgraded = more.some(({ upgrade }) => upgrade !== undefined);
  return {
    ...(isUpgraded ? lengthened(file, UPGRADE_PATIENCE) : file),
    ...(changes.length === 0 ? {} : { changes }),
    federation: { ...federation, ...standby },
  };
}

/** Counting begins later, and so does the end come. */
function lengthened(file: SwarmFile, seconds: number): SwarmFile {
  const more = (time: unknown): string => `${Number.parseInt(String(time), 10) + seconds}s`;
  return { ...file, duration: more(file.duration), load: { ...file.load, warmUp: more(file.load['warmUp']) } };
}

function single({ seed, nodes, groups, nodesPerRack, later }: World): Kind {
  const mayScale = new Draw(seed, 'scalers');
  const autoscalers = scalersOf(mayScale, 0.35, groups.scaled);
  const nodeAutoscaler = mayScale.chance(0.3)
    ? drawNodeAutoscaler(new Draw(seed, 'node autoscaler'), nodes)
    : undefined;
  const clock = clockOf(
    { federation: false, autoscaled: autoscalers.length > 0 || nodeAutoscaler !== undefined },
    later,
  );
  const nodeNames = namesOf(nodes);
  const racks = Math.ceil(nodeNames.length / nodesPerRack);
  const faults = drawFaults(new Draw(seed, 'faults'), { nodes: nodeNames, racks, zones: zonesOf(nodes) }, clock);
  const sections = {
    ...(autoscalers.length === 0 ? {} : { autoscalers }),
    ...(nodeAutoscaler === undefined ? {} : { nodeAutoscaler }),
    ...(faults.length === 0 ? {} : { faults }),
  };
  return { clock, sections, members: [], nodeNames, heavy: autoscalers.length > 0 };
}

function scalersOf(draw: Draw, probability: number, pods: readonly PodSection[]): Section[] {
  return draw.chance(probability) && pods.length > 0 ? drawAutoscalers(draw, pods) : [];
}

function federated({ seed, nodes, groups, later }: World): Kind {
  const draw = new Draw(seed, 'members');
  const profile = drawProfile(draw);
  const members = drawMembers(draw, profile);
  const clock = clockOf({ federation: true, autoscaled: false }, later);
  const memberFaults = drawMemberFaults(new Draw(seed, 'member faults'), members, clock);
  const federation = {
    ...drawFederation(new Draw(seed, 'federation'), profile, members),
    clusters: members,
    ...(memberFaults.length === 0 ? {} : { faults: memberFaults }),
  };
  const nodeNames = members.flatMap(({ name, nodes: count }) =>
    namesOf(count === undefined ? nodes : [{ ...nodes[0]!, count }]).map((node) => `${name}-${node}`),
  );
  const isStruck = new Draw(seed, 'has faults of nodes').chance(0.2);
  const places = { nodes: nodeNames, racks: 0, zones: [] };
  const faults = isStruck ? drawFaults(new Draw(seed, 'faults of nodes'), places, clock) : [];
  const autoscalers = scalersOf(new Draw(seed, 'scalers of members'), 0.1, groups.scaled);
  const sections = {
    federation,
    ...(faults.length === 0 ? {} : { faults }),
    ...(autoscalers.length === 0 ? {} : { autoscalers }),
  };
  return { clock, sections, members: members.map(({ name }) => name), nodeNames, heavy: autoscalers.length > 0 };
}

function namesOf(nodes: readonly NodeSection[]): string[] {
  return nodes.flatMap(({ name, count }) => Array.from({ length: count }, (_, number) => `${name}-${number}`));
}

function drawLifecycle(draw: Draw): Section {
  return {
    kubernetes: draw.pick(VERSIONS),
    ...draw.maybe(0.8, () => ({ evictionAfter: draw.pick(['0s', '10s', '30s', '60s']) })),
  };
}

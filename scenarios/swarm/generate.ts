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
import { drawFaults, drawMemberFaults } from './draws/fault-draw.ts';
import { drawFederation, drawMembers, drawProfile } from './draws/federation-draw.ts';
import { drawLoad } from './draws/load-draw.ts';
import { drawAutoscalers, drawNodeAutoscaler } from './draws/scaler-draw.ts';
import { drawWorkloads } from './draws/workload-draw.ts';
import type { NodeSection, Section, SwarmFile } from './swarm-file.ts';

const VERSIONS = ['1.24', '1.27', '1.29', '1.31', '1.32', '1.34'];
const SCHEMES = ['calico-bgp', 'calico-bgp', 'flannel-vxlan', 'cilium-vxlan', 'custom-static'];

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
  const pods = drawPods(new Draw(seed, 'pods'), nodes);
  const nodesPerRack = new Draw(seed, 'fabric').whole(1, 4);
  const world = { seed, nodes, pods, nodesPerRack };
  const { clock, sections, members, nodeNames, heavy } = isFederation ? federated(world) : single(world);
  const changes = drawChanges(new Draw(seed, 'changes'), pods, nodeNames, clock);
  return {
    wavetank: 1,
    title: `Swarm, seed ${seed}`,
    question: 'Does everything settle once the trouble is over?',
    seed: `swarm-${seed}`,
    replications: 1,
    duration: `${clock.end}s`,
    cluster: { nodes, pods },
    fabric: { nodesPerRack, spines: 1, hostLink: '10Gbps', uplink: '10Gbps' },
    lifecycle: drawLifecycle(new Draw(seed, 'lifecycle')),
    load: {
      ...drawLoad(new Draw(seed, 'load'), { pods, clock, members, heavy }),
      ...new Draw(seed, 'standing').maybe(0.25, () => ({ standing: true })),
    },
    workloads: drawWorkloads(new Draw(seed, 'workloads'), pods),
    ...(changes.length === 0 ? {} : { changes }),
    ...sections,
    environment: 'machine-room-bgp',
    scheme: new Draw(seed, 'scheme').pick(SCHEMES),
  };
}

interface World {
  readonly seed: number;
  readonly nodes: readonly NodeSection[];
  readonly pods: SwarmFile['cluster']['pods'];
  readonly nodesPerRack: number;
}

function single({ seed, nodes, pods, nodesPerRack }: World): Kind {
  const scaled = new Draw(seed, 'scalers');
  const autoscalers = scaled.chance(0.35) ? drawAutoscalers(scaled, pods) : [];
  const nodeAutoscaler = scaled.chance(0.3) ? drawNodeAutoscaler(new Draw(seed, 'node autoscaler'), nodes) : undefined;
  const clock = clockOf({ federation: false, autoscaled: autoscalers.length > 0 || nodeAutoscaler !== undefined });
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

function federated({ seed, nodes }: World): Kind {
  const draw = new Draw(seed, 'members');
  const profile = drawProfile(draw);
  const members = drawMembers(draw, profile);
  const clock = clockOf({ federation: true, autoscaled: false });
  const faults = drawMemberFaults(new Draw(seed, 'member faults'), members, clock);
  const federation = {
    ...drawFederation(new Draw(seed, 'federation'), profile, members),
    ...(faults.length === 0 ? {} : { faults }),
  };
  const nodeNames = members.flatMap(({ name, nodes: count }) =>
    namesOf(count === undefined ? nodes : [{ ...nodes[0]!, count }]).map((node) => `${name}-${node}`),
  );
  return { clock, sections: { federation }, members: members.map(({ name }) => name), nodeNames, heavy: false };
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

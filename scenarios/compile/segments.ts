/** Which pods of a scenario share layer 2, how long they ask for each other, and what that came to. */

import { broadcastCost, strayCost } from '../../models/machine/broadcast-cost.ts';
import type { DataPathKind } from '../../models/machine/data-path.ts';
import { dataPathCost } from '../../models/machine/data-path.ts';
import { type Fabric, PATH_LINKS_MAX } from '../../models/network/fabric.ts';
import type { NeighbourLimits } from '../../models/network/layer2/neighbour-settings.ts';
import { PodSegments, type SegmentPlan } from '../../models/network/layer2/pod-segments.ts';
import type { FrameTimes } from '../../models/network/layer2/station-network.ts';
import { VLAN_IDS_USABLE } from '../../models/network/layer2/vlan.ts';
import type { World } from '../../models/world/world.ts';
import type { TimeNs } from '../../sim/engine/sim-time.ts';
import { FLOODED_WIRE_BYTES } from './flood-takes.ts';
import type { PlannedAlternative } from './plan.ts';

const ARP_BYTES = 28;
const RACK_LINKS = 2;

/** The segments of a run, where its scheme makes pods stations of layer 2. */
export function segmentsOf(alternative: PlannedAlternative, fabric: Fabric, world: World): PodSegments | undefined {
  const { document, scheme, environment } = alternative;
  // Where an agent answers for the callee, nobody else hears the question.
  if (scheme.broadcastDomain === undefined || scheme.forwarding.resolves !== 'asks') return undefined;
  const byTenant = { tenants: Math.min(document.cluster.tenants, VLAN_IDS_USABLE) };
  const bySubnet: SegmentPlan['domains'] = environment.subnets === 'one' ? { tenants: 1 } : 'racks';
  const { dataPath } = scheme.paths.sameSubnet;
  const { nodeCpu } = document.assume;
  return new PodSegments(world.sim, world.streams, {
    racks: fabric.racks,
    domains: scheme.broadcastDomain === 'tenant' ? byTenant : bySubnet,
    network: { frames: frameTimesOf(alternative, fabric) },
    limits: limitsOf(document.assume.neighbourLimit),
    fromNs: document.traffic.start,
    cost: broadcastCost(dataPath, nodeCpu),
    // Pods of IPVLAN have no hardware addresses that bridges could forget.
    ...(dataPath === 'ipvlan-l2' ? {} : { strayCost: strayCost(dataPath, nodeCpu) }),
  });
}

/**
 * A frame goes the way of the scheme's packets, over the fabric's own wires and switches. Kernels take what the way has beyond its
 * two ends: ARP meets veth pairs and bridges, and neither sockets nor programs.
 */
function frameTimesOf({ document, scheme, podMtu }: PlannedAlternative, fabric: Fabric): FrameTimes {
  const { paths, chains = 'none' } = scheme;
  const setting = { offload: document.machine.offload, processorSpeed: document.assume.nodeCpu, chains, podMtu };
  const kernelsNs = (path: DataPathKind): TimeNs => dataPathCost(path, setting, ARP_BYTES).roundTripNs;
  const oneWayNs = (path: DataPathKind, links: number): TimeNs => {
    const betweenEndsNs = Math.max(0, kernelsNs(path) - kernelsNs('host-network'));
    return Math.max(
      1,
      Math.round((betweenEndsNs + fabric.roundTripNs(links, FLOODED_WIRE_BYTES, FLOODED_WIRE_BYTES)) / 2),
    );
  };
  const sameRackNs = oneWayNs(paths.sameSubnet.dataPath, RACK_LINKS);
  return {
    sameNodeNs: oneWayNs(paths.sameNode, 0),
    sameRackNs,
    acrossRacksNs: oneWayNs(paths.sameSubnet.dataPath, PATH_LINKS_MAX),
    // The router of a rack is as far as a neighbour in the rack.
    toRouterNs: sameRackNs,
  };
}

/** Linux's proportions: it tidies from half of the limit on, and leaves an eighth alone. */
function limitsOf(entries: number): NeighbourLimits {
  return { gcThresh1: Math.floor(entries / 8), gcThresh2: Math.floor(entries / 2), gcThresh3: entries };
}

/** Figures of layer 2, where pods share it. */
export function segmentMetrics(segments: PodSegments | undefined): Record<string, number> {
  if (segments === undefined) return {};
  const { broadcastsPerPod, processors, floodsPerNode, entriesPeak, overflows, bridgeEntries, droppedAfterNs } =
    segments.figures();
  return {
    broadcastsPerPod,
    broadcastProcessor: processors.mean,
    broadcastProcessorPeak: processors.peak,
    floodsPerNode,
    neighbourEntriesPeak: entriesPeak,
    neighbourOverflows: overflows,
    bridgeEntries,
    ...(droppedAfterNs === undefined ? {} : { deadNeighbourKept: droppedAfterNs }),
  };
}

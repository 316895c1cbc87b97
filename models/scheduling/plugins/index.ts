/**
 * The plugins in the order in which filters are asked (the first refusal is the one that is told), with the default
 * weights of their scores.
 *
 * Source: recorded decisions and scores of Kubernetes 1.34.9 (oracle suite `k8s`). GpuDevices is not stock and stands
 * after the resources that it goes with.
 */
import { gpuDevices } from './gpu-devices.ts';
import { imageLocality } from './image-locality.ts';
import { interPodAffinity } from './inter-pod-affinity.ts';
import { nodeAffinity } from './node-affinity.ts';
import { nodeName } from './node-name.ts';
import { nodePorts } from './node-ports.ts';
import { nodeResourcesBalancedAllocation } from './node-resources-balanced-allocation.ts';
import { nodeResourcesFit } from './node-resources-fit.ts';
import { nodeUnschedulable } from './node-unschedulable.ts';
import { nodeVolumeLimits } from './node-volume-limits.ts';
import type { Plugin, PluginContext } from './plugin.ts';
import { podTopologySpread } from './pod-topology-spread.ts';
import { taintToleration } from './taint-toleration.ts';
import { volumeBinding } from './volume-binding.ts';
import { volumeRestrictions } from './volume-restrictions.ts';
import { volumeZone } from './volume-zone.ts';

/** One plugin and its default weight; 0 for a plugin without score. */
export interface PluginEntry {
  /** As upstream spells it. */
  readonly name: string;
  readonly make: (context: PluginContext) => Plugin;
  /** Default; `SchedulerOptions.weights` may name another. */
  readonly weight: number;
}

/** All plugins. */
export const PLUGINS: readonly PluginEntry[] = [
  { name: 'NodeUnschedulable', make: nodeUnschedulable, weight: 0 },
  { name: 'NodeName', make: nodeName, weight: 0 },
  { name: 'TaintToleration', make: taintToleration, weight: 3 },
  { name: 'NodeAffinity', make: nodeAffinity, weight: 2 },
  { name: 'NodePorts', make: nodePorts, weight: 0 },
  { name: 'NodeResourcesFit', make: nodeResourcesFit, weight: 1 },
  { name: 'GpuDevices', make: gpuDevices, weight: 0 },
  { name: 'VolumeRestrictions', make: volumeRestrictions, weight: 0 },
  { name: 'NodeVolumeLimits', make: nodeVolumeLimits, weight: 0 },
  { name: 'VolumeBinding', make: volumeBinding, weight: 0 },
  { name: 'VolumeZone', make: volumeZone, weight: 0 },
  { name: 'PodTopologySpread', make: podTopologySpread, weight: 2 },
  { name: 'InterPodAffinity', make: interPodAffinity, weight: 2 },
  { name: 'NodeResourcesBalancedAllocation', make: nodeResourcesBalancedAllocation, weight: 1 },
  { name: 'ImageLocality', make: imageLocality, weight: 1 },
];

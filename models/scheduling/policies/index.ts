/**
 * The published policies that share GPUs, as plugins: a policy scores in place of all stock plugins
 * (`SchedulerOptions.gpuPolicy`), or beside them with a weight of its own (`SchedulerOptions.weights`). A new policy is one file
 * and one line here.
 */
import type { Plugin, PluginContext } from '../plugins/plugin.ts';
import { bestFit } from './best-fit.ts';
import { dotProduct } from './dot-product.ts';
import { fragmentationGradientDescent } from './fragmentation-gradient-descent.ts';
import { gpuClustering } from './gpu-clustering.ts';
import { gpuPacking } from './gpu-packing.ts';
import { randomNode } from './random-node.ts';

/** Names of the policies, as their authors write them. */
export const GPU_POLICY_NAMES = ['FGD', 'BestFit', 'DotProd', 'GpuPacking', 'GpuClustering', 'Random'] as const;

/** Name of a policy. */
export type GpuPolicyName = (typeof GPU_POLICY_NAMES)[number];

/** All policies by name; their weight is 0 unless someone names another. */
export const GPU_POLICIES: Readonly<Record<GpuPolicyName, (context: PluginContext) => Plugin>> = {
  FGD: fragmentationGradientDescent,
  BestFit: bestFit,
  DotProd: dotProduct,
  GpuPacking: gpuPacking,
  GpuClustering: gpuClustering,
  Random: randomNode,
};

/** How much of the GPUs is in use once all pods have been placed, and how much of the rest typical pods could not use. */
import { type ClusterNode, GPU_DEVICE_MILLI } from '../../models/cluster/node.ts';
import { typicalPodsOf } from '../../models/scheduling/policies/typical-pods.ts';
import { StreamSource } from '../../sim/random/stream.ts';
import { type Placement, schedulerOf } from './placement.ts';
import type { PlannedAlternative } from './plan.ts';
import type { Population } from './population.ts';

/** The metrics of GPUs; none in a scenario whose placements name no policy for GPUs, or whose nodes have none. */
export function gpuUse(
  alternative: PlannedAlternative,
  population: Population,
  nodes: readonly ClusterNode[],
  placement: Placement,
): { readonly gpuAllocated?: number; readonly gpuFragmented?: number } {
  const policies = Object.values(alternative.document.placements);
  const capacityMilli = nodes.reduce((sum, { capacity }) => sum + capacity.gpus * GPU_DEVICE_MILLI, 0);
  if (capacityMilli === 0 || policies.every(({ gpuPolicy }) => gpuPolicy === undefined)) return {};
  // Nothing is decided here: no chance is drawn that would count.
  const scheduler = schedulerOf(alternative, population, nodes, new StreamSource('gpu-use'));
  const counts = new Int32Array(population.shapes.length);
  population.pods.forEach(({ shape }, pod) => {
    counts[shape]++;
    const node = placement.node[pod]!;
    if (placement.addressed[pod] === 1) scheduler.assume(pod, node, placement.devices[pod]!);
  });
  const meter = scheduler.fragmentation(typicalPodsOf(population.shapes, counts));
  let allocatedMilli = 0;
  let fragments = 0;
  for (let node = 0; node < nodes.length; node++) {
    allocatedMilli += scheduler.requested(node).gpuMilli;
    fragments += meter.of(node);
  }
  return { gpuAllocated: allocatedMilli / capacityMilli, gpuFragmented: fragments / meter.pods / capacityMilli };
}

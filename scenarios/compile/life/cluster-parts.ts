/** The parts that a cluster may have, in the order in which they begin. */
import type { MakePart } from './cluster-part.ts';
import { horizontalScalingOf } from './horizontal-scaling.ts';
import { nodeScalingOf, reserveOf } from './scaled-nodes.ts';

export const CLUSTER_PARTS: readonly MakePart[] = [nodeScalingOf, reserveOf, horizontalScalingOf];

/** The parts that a living cluster may have: a new one is a file beside this and a line here. */
import { alarmScalingOf } from './alarm-scaling.ts';
import type { MakePart } from './cluster-part.ts';
import { deschedulingOf } from './descheduling.ts';
import { diskPressureOf } from './disk-pressure.ts';
import { horizontalScalingOf } from './horizontal-scaling.ts';
import { memoryPressureOf } from './memory-pressure.ts';
import { nodeScalingOf, reserveOf } from './scaled-nodes.ts';

/** Makers of all parts, in the order in which the parts begin. */
export const CLUSTER_PARTS: readonly MakePart[] = [
  nodeScalingOf,
  reserveOf,
  horizontalScalingOf,
  alarmScalingOf,
  memoryPressureOf,
  diskPressureOf,
  deschedulingOf,
];

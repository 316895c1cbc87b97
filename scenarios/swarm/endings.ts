/** Pods that were Ready until an instant in which their end was ordered: somebody took them away on purpose. */
import { NS_PER_SECOND, type TimeNs } from '../../sim/engine/sim-time.ts';
import type { KnownPod, Onlooker, Order } from './onlooker.ts';
import type { Instant, Row } from './playback.ts';

/** How long controllers may take to follow a new number or version. */
const LATELY_NS = 5 * NS_PER_SECOND;

/** One of them, with its node and whose it was. */
export interface Ending {
  readonly pod: KnownPod;
  readonly node: Row;
  readonly order: Order;
}

/** Those of an instant; pause pods of a reserve are nobody's. */
export function endedReady(onlooker: Onlooker, { timeNs, marks }: Instant): Ending[] {
  return marks.flatMap(({ name, row }) => {
    const pod = name === 'pod-unready' ? onlooker.pods[row]! : undefined;
    if (pod === undefined || pod.endsNs !== timeNs || pod.workload < 0) return [];
    const node = onlooker.nodeOf(pod)!;
    return [{ pod, node, order: onlooker.orders[onlooker.clusterOf(node)]![pod.workload]! }];
  });
}

/** Whether another number or version was ordered a moment ago, so that its consequences may still come. */
export function isLately({ orderedNs, rolledNs }: Order, timeNs: TimeNs): boolean {
  return timeNs - Math.max(orderedNs, rolledNs) < LATELY_NS;
}

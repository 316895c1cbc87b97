/** A node that is emptied, by people or by the node autoscaler, and the descheduler never take a workload below its disruption budget. */
import { podsOf } from '../../../models/cluster/workload/rolling-update.ts';
import type { Checker, Scene } from '../checker.ts';
import { endedReady, isLately } from '../endings.ts';
import type { Order } from '../onlooker.ts';
import type { Instant } from '../playback.ts';

/** As the file says. */
export const budgets: Checker = {
  name: 'budgets',
  statement:
    'A node that is emptied, by people or by the node autoscaler, and the descheduler never take a workload below its disruption budget.',
  watch: (scene) => ({
    instant: (now) => {
      for (const order of drained(scene, now)) check(scene, now, order);
    },
  }),
};

/** Workloads that lost a Ready pod to a drain, and to nothing else. */
function drained({ onlooker }: Scene, now: Instant): Set<Order> {
  const losses = endedReady(onlooker, now).filter(
    ({ pod, node }) => (onlooker.cordoned.has(node.row) || pod.movedNs === now.timeNs) && !pod.evicted,
  );
  return new Set(losses.map(({ order }) => order).filter((order) => !isLately(order, now.timeNs) && !order.rolling));
}

function check({ onlooker, report }: Scene, { timeNs }: Instant, order: Order): void {
  const budget = onlooker.fileOf(order.workload)?.disruptionBudget;
  if (budget === undefined) return;
  const needed = order.wanted - podsOf(budget.maxUnavailable, order.wanted, 'up');
  const left = onlooker.healthy(order).length;
  if (left < needed)
    report(timeNs, `${onlooker.nameOf(order.workload)} keeps ${needed} of ${order.wanted} Ready in a drain`, `${left}`);
}

/** A drain goes on until the node is empty but for DaemonSets; only a budget that has nothing to spare holds a pod back. */
import { podsOf } from '../../../models/cluster/workload/rolling-update.ts';
import { NS_PER_SECOND } from '../../../sim/engine/sim-time.ts';
import type { Checker, Scene } from '../checker.ts';
import type { KnownPod } from '../onlooker.ts';
import type { Row } from '../playback.ts';

/** A refused eviction is tried again every five seconds, and what ends may take its time. */
const PATIENCE_NS = 60 * NS_PER_SECOND;

/** As the file says. */
export const drains: Checker = {
  name: 'drains',
  statement: 'A drain goes on until the node is empty; only a budget that has nothing to spare holds a pod back.',
  watch: (scene) => ({
    end: () => {
      for (const node of scene.onlooker.tables.living('nodes')) if (isDrained(scene, node)) check(scene, node);
    },
  }),
};

/** People have closed it, and nobody has opened it again. */
function isDrained({ document, onlooker, endNs }: Scene, { name, row }: Row): boolean {
  const sinceNs = onlooker.cordoned.get(row);
  const byPeople = document.changes.some(({ drain }) => drain === name);
  return byPeople && sinceNs !== undefined && endNs - sinceNs > PATIENCE_NS;
}

function check(scene: Scene, node: Row): void {
  const { onlooker, endNs, report } = scene;
  for (const pod of onlooker.living()) {
    if (onlooker.nodeOf(pod) !== node || pod.endsNs !== undefined || isHeld(scene, pod, node)) continue;
    if (onlooker.kindOf(pod.workload) === 'DaemonSet') continue;
    report(endNs, `${node.name} is drained of ${pod.row.name}, for no budget holds it`, 'it is still there');
  }
}

function isHeld({ onlooker }: Scene, { workload, ready }: KnownPod, node: Row): boolean {
  const order = onlooker.orders[onlooker.clusterOf(node)]![workload];
  const budget = onlooker.fileOf(workload)?.disruptionBudget;
  if (order === undefined || budget === undefined) return false;
  const needed = Math.max(0, order.wanted - podsOf(budget.maxUnavailable, order.wanted, 'up'));
  const healthy = onlooker.healthy(order).length;
  return ready ? healthy <= needed : healthy < needed;
}

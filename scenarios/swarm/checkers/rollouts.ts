/**
 * A rolling update takes no more Ready pods away than it may, and no workload has more pods than it may.
 *
 * What Kubernetes 1.34 counts is pods that were Ready for `minReadySeconds` (`pkg/controller/deployment/rolling.go`): of an old version
 * it first takes as many as are not (`cleanupUnhealthyReplicas`), and which of the Ready ones go is for the ReplicaSet to choose. So each
 * pod that was not Ready for long enough yet may cost one that was, and takes nothing away where too few were there before. A StatefulSet takes
 * one pod after another, an ordered one only while all others are Ready; DaemonSets and Jobs have checkers of their own.
 */

import type { Fenceposts } from '../../../models/cluster/workload/rolling-update.ts';
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Checker, Scene } from '../checker.ts';
import { endedReady, isLately } from '../endings.ts';
import type { KnownPod, Order } from '../onlooker.ts';
import type { Instant } from '../playback.ts';
import { limitsOf } from '../rollout-limits.ts';

/** What a controller decides may rest on what was so a moment before. */
const MOMENT_NS = NS_PER_SECOND;

/** A decision may rest on pods that have failed in the meantime. */
const MEANTIME_NS = 5 * NS_PER_SECOND;

/** As the file says. */
export const rollouts: Checker = {
  name: 'rollouts',
  statement: 'A rolling update takes no more Ready pods away than it may, and no workload has more pods than it may.',
  watch: (scene) => ({
    instant: (now) => {
      for (const [order, lost] of rolled(scene, now))
        if (limitsFor(scene, order) !== undefined) checkReady(scene, now, order, lost);
      if (now.changes.some(({ what, table }) => what === 'born' && table === 'pods'))
        for (const order of scene.onlooker.orders.flat())
          if (scene.onlooker.kindOf(order.workload) === 'Deployment') checkCount(scene, now, order);
    },
  }),
};

/** Pods that workloads lost while they were Ready to their rolling update, and to nothing else. */
function rolled({ onlooker, document }: Scene, now: Instant): Map<Order, KnownPod[]> {
  const top = Math.max(...document.cluster.pods.map(({ shape }) => shape.priority));
  const losses = endedReady(onlooker, now).filter(({ pod, node, order }) => {
    const mayBePushedOut = document.cluster.pods[pod.workload]!.shape.priority < top;
    return (
      order.rolling && !pod.evicted && pod.movedNs === undefined && !onlooker.cordoned.has(node.row) && !mayBePushedOut
    );
  });
  return new Map(losses.map(({ order }) => [order, losses.filter((one) => one.order === order).map(({ pod }) => pod)]));
}

/** How far the rollout of an order may go; undefined: as far as it likes. */
function limitsFor({ onlooker }: Scene, { workload, wanted }: Order): Fenceposts | undefined {
  const file = onlooker.fileOf(workload);
  if (file === undefined || file.strategy === 'recreate') return undefined;
  if (file.kind === 'Deployment') return limitsOf(file, wanted);
  const isOrdered = file.kind === 'StatefulSet' && file.podManagement !== 'Parallel';
  return isOrdered ? { maxSurge: 0, maxUnavailable: 1 } : undefined;
}

function checkReady(scene: Scene, { timeNs }: Instant, order: Order, lost: readonly KnownPod[]): void {
  const { onlooker, report } = scene;
  const file = onlooker.fileOf(order.workload);
  const limits = limitsFor(scene, order);
  if (file === undefined || limits === undefined || timeNs - order.orderedNs < MEANTIME_NS) return;
  if (hasLostOthers(onlooker.standing(order), timeNs)) return;
  const { minReady } = file;
  const counts = ({ readyNs }: KnownPod): boolean => minReady === 0 || timeNs - readyNs > minReady + MOMENT_NS;
  const staying = onlooker.healthy(order);
  const left = staying.filter(counts).length;
  const before = left + lost.filter(counts).length;
  const young = staying.length + lost.length - before;
  const needed = Math.min(before, order.wanted - limits.maxUnavailable);
  if (left + young < needed)
    report(timeNs, `${onlooker.nameOf(order.workload)} keeps ${needed} Ready while it is rolled`, `${left}`);
}

/** Whether pods were lost a moment ago in another way: with their node, or to a drain. */
function hasLostOthers(pods: Scene['onlooker']['pods'], timeNs: TimeNs): boolean {
  return pods.some(({ failedNs, endsNs, evicted, movedNs }) => {
    const lost = endsNs === undefined ? failedNs : evicted || movedNs !== undefined ? endsNs : Number.NEGATIVE_INFINITY;
    return timeNs - lost < MEANTIME_NS;
  });
}

function checkCount(scene: Scene, { timeNs }: Instant, order: Order): void {
  const { onlooker, report } = scene;
  if (timeNs - order.orderedNs < MEANTIME_NS) return;
  const surging = order.rolling || isLately(order, timeNs);
  const surge = surging ? (limitsFor(scene, order)?.maxSurge ?? 0) : 0;
  const pods = onlooker.clusters.length === 1 ? onlooker.living() : onlooker.standing(order);
  const there = pods.filter(({ workload, endsNs }) => workload === order.workload && endsNs === undefined).length;
  if (there > order.wanted + surge)
    report(timeNs, `at most ${order.wanted + surge} pods of ${onlooker.nameOf(order.workload)}`, `${there}`);
}

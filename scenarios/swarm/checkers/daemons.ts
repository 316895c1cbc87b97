/**
 * A node has one pod of a DaemonSet at a time, which no lost node and no drain drives away; in the end every node has one that suits it.
 *
 * Source: Kubernetes 1.34 `pkg/controller/daemon`: pods tolerate for ever that their node is not ready, unreachable or closed (`util.AddOrUpdateDaemonPodTolerations`),
 * and `kubectl drain` leaves them where they are (`--ignore-daemonsets`).
 */
import { HEALTH } from '../../../models/world/catalog.ts';
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Checker, Scene } from '../checker.ts';
import { endedReady } from '../endings.ts';
import { hasRoom, refusal } from '../fit.ts';
import type { KnownPod } from '../onlooker.ts';
import type { Row } from '../playback.ts';
import { isBroken, SHORT_NS } from './settled.ts';

/** A node that came so late may still be without one. */
const YOUNG_NS = 60 * NS_PER_SECOND;

/** As the file says. */
export const daemons: Checker = {
  name: 'daemons',
  statement:
    'A node has one pod of a DaemonSet at a time, which no lost node and no drain drives away; in the end every node that suits it has one.',
  watch: (scene) => ({
    instant: (now) => {
      for (const { table, row, column } of now.changes) {
        const pod = table === 'pods' && column === 'node' ? scene.onlooker.pods[row.row]! : undefined;
        if (pod !== undefined && isDaemon(scene, pod.workload)) checkAlone(scene, now.timeNs, pod);
      }
      for (const { pod, node } of endedReady(scene.onlooker, now))
        if (isDaemon(scene, pod.workload) && pod.evicted)
          scene.report(now.timeNs, `${pod.row.name} stays on ${node.name}`, 'it is given up');
    },
    end: () => {
      scene.document.cluster.pods.forEach((_, workload) => {
        if (isDaemon(scene, workload)) checkEnd(scene, workload);
      });
    },
  }),
};

function isDaemon({ onlooker }: Scene, workload: number): boolean {
  return onlooker.kindOf(workload) === 'DaemonSet';
}

/** Pods of a workload that a node has and is to keep. */
function there({ onlooker }: Scene, workload: number, node: Row): KnownPod[] {
  return onlooker
    .living()
    .filter(
      (pod) =>
        pod.workload === workload &&
        pod.endsNs === undefined &&
        pod.doneNs === undefined &&
        onlooker.nodeOf(pod) === node,
    );
}

function checkAlone(scene: Scene, timeNs: TimeNs, pod: KnownPod): void {
  const node = scene.onlooker.nodeOf(pod)!;
  const pods = there(scene, pod.workload, node);
  if (pods.length > 1)
    scene.report(timeNs, `one pod of ${scene.onlooker.nameOf(pod.workload)} on ${node.name}`, String(pods.length));
}

function checkEnd(scene: Scene, workload: number): void {
  const { onlooker, endNs, report } = scene;
  const order = onlooker.orders[0]![workload]!;
  // Containers that use more than they may wait longer and longer for their next start.
  if (isBroken(scene, order) || endNs - onlooker.shortNs < SHORT_NS) return;
  const waits = onlooker
    .living()
    .some((pod) => pod.workload === workload && pod.refusal !== '' && pod.row.values['node']! < 0);
  for (const node of onlooker.tables.living('nodes')) {
    const well = node.values['healthBelieved'] === HEALTH.ready && endNs - node.bornNs > YOUNG_NS;
    if (!well || refusal(onlooker, workload, node) !== undefined) continue;
    if (there(scene, workload, node).some(({ ready }) => ready)) continue;
    if (waits && !hasRoom(onlooker, workload, node)) continue;
    report(endNs, `${node.name} has a pod of ${onlooker.nameOf(workload)} that is Ready`, 'it has none');
  }
}

/**
 * Of a StatefulSet the control plane never knows two pods of one ordinal, none beyond the replicas is made, and an ordered one makes none before all below it are Ready.
 *
 * At most one of each: StatefulSets would rather wait for a node that is lost than have two (Kubernetes 1.34, documentation "Force Delete
 * StatefulSet Pods"). With OrderedReady no pod is made before those below it are Running and Ready (`stateful_set_control.go`).
 */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Checker, Scene } from '../checker.ts';
import type { KnownPod } from '../onlooker.ts';

/** What a controller decides may rest on what was so a moment before. */
const MOMENT_NS = NS_PER_SECOND;

/** As the file says. */
export const ordinals: Checker = {
  name: 'ordinals',
  statement:
    'Of a StatefulSet no two pods of one ordinal are known at a time, none beyond its replicas is made, and an ordered one makes none before all below it are Ready.',
  watch: (scene) => ({
    instant: ({ timeNs, changes }) => {
      for (const { what, table, row, column } of changes) {
        if (table !== 'pods' || (what !== 'born' && column !== 'node')) continue;
        const pod = scene.onlooker.pods[row.row]!;
        if (scene.onlooker.kindOf(pod.workload) === 'StatefulSet') check(scene, timeNs, pod, what === 'born');
      }
    },
  }),
};

function check(scene: Scene, timeNs: TimeNs, pod: KnownPod, isBorn: boolean): void {
  const { onlooker, report } = scene;
  const namesakes = onlooker.living().filter(({ row }) => row.name === pod.row.name);
  // Members of a federation have a pod of each name; where one is to stand is known when it has a node.
  const most = isBorn ? onlooker.clusters.length : 1;
  const counted = isBorn ? namesakes : namesakes.filter((other) => clusterOf(scene, other) === clusterOf(scene, pod));
  if (counted.length > most) report(timeNs, `at most ${most} known as ${pod.row.name}`, String(counted.length));
  if (isBorn && onlooker.clusters.length === 1) checkWanted(scene, timeNs, pod);
  const isOrdered = onlooker.fileOf(pod.workload)?.podManagement !== 'Parallel';
  if (isBorn && isOrdered && onlooker.clusters.length === 1) checkBelow(scene, timeNs, pod);
}

/** Pods beyond the replicas only go. */
function checkWanted({ onlooker, report }: Scene, timeNs: TimeNs, pod: KnownPod): void {
  const { wanted, before, orderedNs } = onlooker.orders[0]![pod.workload]!;
  const most = timeNs - orderedNs < MOMENT_NS ? Math.max(wanted, before) : wanted;
  if (ordinalOf(pod) >= most) report(timeNs, `no pod of ${onlooker.nameOf(pod.workload)} beyond ${most}`, pod.row.name);
}

function checkBelow({ onlooker, report }: Scene, timeNs: TimeNs, pod: KnownPod): void {
  const ordinal = ordinalOf(pod);
  const below = onlooker.living().filter((other) => other.workload === pod.workload && ordinalOf(other) < ordinal);
  const ready = below.filter(({ ready: now, failedNs }) => now || timeNs - failedNs < MOMENT_NS).length;
  if (ready < ordinal) report(timeNs, `${ordinal} Ready before ${pod.row.name} is made`, String(ready));
}

function clusterOf({ onlooker }: Scene, pod: KnownPod): number | undefined {
  const node = onlooker.nodeOf(pod);
  return node === undefined ? undefined : onlooker.clusterOf(node);
}

function ordinalOf({ row: { name } }: KnownPod): number {
  return Number(name.slice(name.lastIndexOf('-') + 1));
}

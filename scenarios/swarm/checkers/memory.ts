/**
 * Pods lose their memory only where somebody uses more than it requested or may use; a node whose memory is short takes no new pods.
 *
 * Source: Kubernetes 1.34 `pkg/kubelet/eviction`: requests of a node's pods leave the hard threshold free, and victims are first those that use more
 * than they requested; the taint `memory-pressure:NoSchedule` keeps new pods off, but those of DaemonSets.
 */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Checker, Scene } from '../checker.ts';

/** A decision that is under way does not know the newest. */
const UNDER_WAY_NS = NS_PER_SECOND;

/** As the file says. */
export const memory: Checker = {
  name: 'memory',
  statement:
    'Pods are evicted or killed for memory only where somebody uses more than it requested or may use; a node whose memory is short takes no new pods.',
  watch: (scene) => {
    const { onlooker, report } = scene;
    const short = new Map<number, TimeNs>();
    return {
      instant: ({ timeNs, changes, marks }) => {
        for (const { name, row, payload } of marks) {
          if (name === 'memory-pressure' && payload[0] === 'takes no new pods') short.set(row, timeNs);
          else if (name === 'memory-pressure' || name === 'node-left') short.delete(row);
          else if (name === 'memory-evicted') checkEvicted(scene, timeNs, row);
          else if (name === 'oom-killed') checkKilled(scene, timeNs, row);
        }
        for (const { table, row, column } of changes) {
          if (table !== 'pods' || column !== 'node') continue;
          const sinceNs = short.get(row.values['node']!);
          const { workload } = onlooker.pods[row.row]!;
          if (sinceNs === undefined || timeNs - sinceNs < UNDER_WAY_NS || onlooker.kindOf(workload) === 'DaemonSet')
            continue;
          const node = onlooker.tables.of('nodes')[row.values['node']!]!;
          report(timeNs, `${row.name} gets a node that has memory left`, node.name);
        }
      },
    };
  },
};

/** What a pod of a workload uses in the end, and what it requested, MiB. */
function useOf(
  { onlooker, document }: Scene,
  workload: number,
): { readonly reaches: number; readonly requested: number } {
  const requested = document.cluster.pods[workload]?.shape.memoryMib ?? 0;
  return { reaches: onlooker.fileOf(workload)?.memoryUse?.reaches ?? requested, requested };
}

function checkEvicted(scene: Scene, timeNs: TimeNs, row: number): void {
  const pod = scene.onlooker.pods[row]!;
  const { reaches, requested } = useOf(scene, pod.workload);
  if (reaches <= requested)
    scene.report(timeNs, `${pod.row.name} stays, for it uses no more than it requested`, 'it is evicted for memory');
}

function checkKilled(scene: Scene, timeNs: TimeNs, row: number): void {
  const { onlooker, document, report } = scene;
  const pod = onlooker.pods[row]!;
  const limit = onlooker.fileOf(pod.workload)?.memoryLimit ?? Number.POSITIVE_INFINITY;
  const isGreedy = document.cluster.pods.some((_, workload) => {
    const { reaches, requested } = useOf(scene, workload);
    return reaches > requested;
  });
  if (useOf(scene, pod.workload).reaches <= limit && !isGreedy)
    report(timeNs, `${pod.row.name} goes on, for there is memory for all`, 'it is killed');
}

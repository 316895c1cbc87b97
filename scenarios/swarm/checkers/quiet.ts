/** When everything has settled, nothing stirs any more: no pod comes, goes or fails, and nothing is divided anew. */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Checker, Scene } from '../checker.ts';
import { isBroken } from './settled.ts';

/** A member's pods that find no node are told of after a minute. */
const TOLD_NS = 120 * NS_PER_SECOND;

/** As the file says. */
export const quiet: Checker = {
  name: 'quiet',
  statement:
    'When everything has settled, nothing stirs any more: no pod comes, goes or fails, and nothing is divided anew.',
  watch: (scene) => {
    const { document, onlooker, report } = scene;
    // Autoscalers follow the load, which never rests.
    if (document.autoscalers.length > 0 || document.nodeAutoscaler !== undefined) return {};
    const { start, warmUp } = document.load!;
    const settledNs = start + warmUp;
    const isMoved = (workload: number): boolean =>
      onlooker.pods.some(({ workload: own, movedNs = 0 }) => own === workload && movedNs > settledNs - TOLD_NS);
    const mayStir = (workload: number): boolean => {
      // Jobs come and go.
      if (['Job', 'CronJob'].includes(onlooker.kindOf(workload))) return true;
      if (onlooker.shortNs > 0 || isMoved(workload)) return true;
      const isBad = onlooker.orders.some((cluster) => isBroken(scene, cluster[workload]!));
      // Federations that are told that pods find no node try them elsewhere, for ever if there is no room anywhere.
      return isBad || (document.federation !== undefined && onlooker.isShortSince(workload, settledNs - TOLD_NS));
    };
    const tell = (timeNs: TimeNs, workload: number, expected: string, seen: string): void => {
      if (!mayStir(workload)) report(timeNs, expected, seen);
    };
    return {
      instant: ({ timeNs, changes, marks }) => {
        if (timeNs < settledNs) return;
        for (const { what, table, row } of changes)
          if (table === 'pods' && what !== 'set')
            tell(timeNs, onlooker.pods[row.row]!.workload, 'no pod comes or goes', `${row.name}: ${what}`);
        for (const { name, row, payload } of marks) {
          const pod = onlooker.pods[row]!;
          if (name === 'pod-unready') tell(timeNs, pod.workload, 'no pod fails', pod.row.name);
          else if (name === 'divided')
            tell(timeNs, workloadOf(scene, payload[0]!), 'nothing is divided anew', payload.join(' '));
        }
      },
    };
  },
};

function workloadOf({ document }: Scene, name: number | string): number {
  return document.cluster.pods.findIndex((group) => group.name === name);
}

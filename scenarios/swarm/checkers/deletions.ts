/** Of a workload that was deleted nothing is left in the end, in no member; a copy that stays on purpose is nobody's. */
import { NS_PER_SECOND } from '../../../sim/engine/sim-time.ts';
import type { Checker, Scene } from '../checker.ts';

/** Pods that end, members that have to be told again. */
const PATIENCE_NS = 60 * NS_PER_SECOND;

/** As the file says. */
export const deletions: Checker = {
  name: 'deletions',
  statement: 'Of a workload that was deleted nothing is left in the end, in no member.',
  watch: (scene) => ({
    end: () => {
      for (const { delete: name, orphan = false, at } of scene.document.changes)
        if (name !== undefined && !orphan && scene.endNs - at > PATIENCE_NS) check(scene, name);
    },
  }),
};

function check({ onlooker, document, endNs, report, metrics }: Scene, name: string): void {
  const workload = document.cluster.pods.findIndex((group) => group.name === name);
  const left = onlooker.living().filter((pod) => pod.workload === workload).length;
  if (left > 0) report(endNs, `no pod of ${name}, which is deleted`, `${left}`);
  const { deletionsBlocked = 0 } = metrics;
  if (deletionsBlocked > 0) report(endNs, 'no deletion is blocked, for every member is there', `${deletionsBlocked}`);
}

/** Whether a workload was deleted by then: nobody plans for it any more. */
export function isDeleted({ document, onlooker }: Scene, workload: number, timeNs: number): boolean {
  const name = onlooker.nameOf(workload);
  return document.changes.some((change) => change.delete === name && change.at <= timeNs);
}

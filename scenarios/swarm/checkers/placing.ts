/** A pod gets one node, which is there and takes pods, and keeps it to its end. */
import { HEALTH } from '../../../models/world/catalog.ts';
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Checker, Scene } from '../checker.ts';
import { refusal } from '../fit.ts';
import type { KnownPod } from '../onlooker.ts';

/** A decision that is under way does not know the newest. */
const UNDER_WAY_NS = NS_PER_SECOND;

/** As the file says. */
export const placing: Checker = {
  name: 'placing',
  statement: 'A pod gets one node, which is there and takes pods, and keeps it to its end.',
  watch: (scene) => {
    const believedNs = new Map<number, TimeNs>();
    return {
      instant: ({ timeNs, changes }) => {
        for (const { table, row, column, before } of changes) {
          if (table === 'nodes' && column === 'healthBelieved') believedNs.set(row.row, timeNs);
          if (table !== 'pods' || column !== 'node') continue;
          if (before >= 0) scene.report(timeNs, `${row.name} keeps its node`, 'it is moved to another');
          const unwilling = whyNot(scene, scene.onlooker.pods[row.row]!, timeNs, believedNs);
          if (unwilling !== undefined) scene.report(timeNs, `${row.name} gets a node that takes it`, unwilling);
        }
      },
    };
  },
};

function whyNot(
  { onlooker }: Scene,
  pod: KnownPod,
  timeNs: TimeNs,
  believedNs: ReadonlyMap<number, TimeNs>,
): string | undefined {
  const node = onlooker.nodeOf(pod);
  if (node === undefined || node.diedNs !== undefined) return 'a node that is not there';
  const closedNs = onlooker.cordoned.get(node.row) ?? timeNs;
  const toleratesClosed = onlooker.kindOf(pod.workload) === 'DaemonSet';
  if (!toleratesClosed && closedNs < timeNs - UNDER_WAY_NS) return `${node.name}, which is drained`;
  const lostNs = node.values['healthBelieved'] === HEALTH.ready ? timeNs : believedNs.get(node.row)!;
  if (lostNs < timeNs - UNDER_WAY_NS) return `${node.name}, which is believed dead`;
  const rule = refusal(onlooker, pod.workload, node);
  return rule === undefined ? undefined : `${node.name}, ${rule}`;
}

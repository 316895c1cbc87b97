/** Autoscalers keep to the numbers of pods and machines that they were given. */
import type { Checker, Scene } from '../checker.ts';
import type { Instant, Row } from '../playback.ts';

/** As the file says. */
export const bounds: Checker = {
  name: 'bounds',
  statement: 'Autoscalers keep to the numbers of pods and machines that they were given.',
  watch: (scene) => ({
    instant: (now) => {
      checkOrders(scene, now);
      for (const { what, table, row } of now.changes)
        if (table === 'nodes' && what !== 'set') checkGroup(scene, now.timeNs, row, what === 'born');
    },
  }),
};

function checkOrders({ document, onlooker, report }: Scene, { timeNs, marks }: Instant): void {
  for (const { name, row, payload } of marks) {
    if (name !== 'scaled' || payload[2] !== 'autoscaler') continue;
    const workload = onlooker.nameOf(row % document.cluster.pods.length);
    const { min, max } = document.autoscalers.find(({ target }) => target === workload)!;
    const to = Number(payload[1]);
    if (to < min || to > max) report(timeNs, `${min} to ${max} pods of ${workload}`, `${to} are ordered`);
  }
}

function checkGroup({ document, onlooker, report }: Scene, timeNs: number, { name }: Row, isBorn: boolean): void {
  const group = document.nodeAutoscaler?.groups.find(({ nodes }) => name.startsWith(`${nodes}-`));
  if (group === undefined || timeNs === 0) return;
  const machines = onlooker.tables.living('nodes').filter((node) => node.name.startsWith(`${group.nodes}-`)).length;
  const most = Math.min(group.max, group.stock ?? group.max);
  if (isBorn && machines > most) report(timeNs, `at most ${most} machines of ${group.nodes}`, `${machines}`);
  if (!isBorn && machines < group.min)
    report(timeNs, `at least ${group.min} machines of ${group.nodes}`, `${machines}`);
}

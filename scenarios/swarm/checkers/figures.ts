/** Rows of workloads, racks and members say what can be counted. */
import { NS_PER_SECOND } from '../../../sim/engine/sim-time.ts';
import type { Checker, Scene } from '../checker.ts';
import type { KnownPod, Order } from '../onlooker.ts';
import type { Change, Row } from '../playback.ts';

const MOMENT_NS = NS_PER_SECOND;

/** As the file says. */
export const figures: Checker = {
  name: 'figures',
  statement: 'Rows of workloads, racks and members say what can be counted.',
  watch: (scene) => ({
    instant: ({ timeNs, changes }) => {
      for (const row of changed(changes, 'workloads', 'exist')) checkWorkload(scene, timeNs, row);
      for (const row of changed(changes, 'racks', 'podsRunning')) checkRack(scene, timeNs, row);
      for (const row of changed(changes, 'clusters', 'ready')) checkMember(scene, timeNs, row);
    },
    end: () => {
      for (const member of scene.onlooker.tables.living('clusters')) checkMember(scene, scene.endNs, member);
    },
  }),
};

function changed(changes: readonly Change[], of: string, by: string): Set<Row> {
  return new Set(changes.flatMap(({ table, column, row }) => (table === of && column === by ? [row] : [])));
}

function checkWorkload({ onlooker, report }: Scene, timeNs: number, { row, name, values }: Row): void {
  const workloads = onlooker.tables.of('workloads').length / onlooker.clusters.length;
  const order = onlooker.orders[Math.floor(row / workloads)]?.[row % workloads];
  // A reserve follows what others request, and says so nowhere else.
  if (order === undefined) return;
  const says = (column: string, counted: number): void => {
    if (values[column] !== counted) report(timeNs, `${name}: ${column} ${counted}`, `${values[column]}`);
  };
  if (['Deployment', 'StatefulSet'].includes(onlooker.kindOf(order.workload))) says('wanted', order.wanted);
  says('ready', onlooker.healthy(order).length);
  if (onlooker.clusters.length > 1 || stirs(onlooker.pods, order, timeNs)) return;
  const most = onlooker.living().filter((pod) => pod.workload === order.workload && pod.endsNs === undefined);
  const fewest = most.filter((pod) => !mayHaveEnded(pod));
  if (values['exist']! < fewest.length) says('exist', fewest.length);
  else if (values['exist']! > most.length) says('exist', most.length);
}

/**
 * A Job's pod counts no more once the control plane has heard of its end, and stays until the Job has counted it (`pkg/controller/job` of Kubernetes
 * 1.34). A node that was cut off tells all ends at once; until then its pods count, not Ready for their node's sake.
 */
function mayHaveEnded({ doneNs, ready }: KnownPod): boolean {
  return doneNs !== undefined && !ready;
}

/** Pods that its controller has asked for count as there already: a moment after pods came or went they may be on their way. */
function stirs(pods: Scene['onlooker']['pods'], { workload }: Order, timeNs: number): boolean {
  return pods.some(
    (pod) =>
      pod.workload === workload && timeNs - Math.max(pod.row.bornNs, pod.row.diedNs ?? 0, pod.endsNs ?? 0) < MOMENT_NS,
  );
}

function checkRack({ onlooker, report }: Scene, timeNs: number, { row, name, values }: Row): void {
  const pods = onlooker.living().filter((pod) => onlooker.nodeOf(pod)?.parent === row).length;
  if (values['podsRunning'] !== pods) report(timeNs, `${name} has ${pods} pods`, `${values['podsRunning']}`);
}

function checkMember({ onlooker, report }: Scene, timeNs: number, { row, name, values }: Row): void {
  const ready = onlooker.orders[row]!.reduce((sum, order) => sum + onlooker.healthy(order).length, 0);
  if (values['ready'] !== ready) report(timeNs, `${name} has ${ready} replicas Ready`, `${values['ready']}`);
}

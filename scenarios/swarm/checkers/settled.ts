/**
 * When the trouble is over, every node is back and believed so, and every workload has as many Ready pods as were asked for. Where there is no room, the
 * others wait, and were told why.
 *
 * Room is missing when no node that takes pods, and that their taints and labels allow, has the processors and the memory left that one of them
 * requests. A version that never answers keeps its own pods from being Ready, and no more old ones than a rolling update may.
 */

import { HEALTH, MEMBER_HEALTH, PHASE } from '../../../models/world/catalog.ts';
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { WorkloadKind } from '../../document/workload-kind-schema.ts';
import type { Checker, Scene } from '../checker.ts';
import { hasRoom, refusal } from '../fit.ts';
import { type KnownPod, type Order, seconds } from '../onlooker.ts';
import { limitsOf } from '../rollout-limits.ts';

/** What an autoscaler ordered so shortly before the end may still be on its way. */
const YOUNG_NS = 120 * NS_PER_SECOND;

/** For so long containers that were killed may wait for their next start, and nodes take no pods. */
export const SHORT_NS = 420 * NS_PER_SECOND;

/** The scheduler tries a pod again within ten seconds after somebody left. */
const MOMENT_NS = 12 * NS_PER_SECOND;

/** Kinds that have a number of pods; the others have checkers of their own. */
const SCALED: readonly WorkloadKind[] = ['Deployment', 'StatefulSet'];

/** As the file says. */
export const settled: Checker = {
  name: 'settled',
  statement:
    'When the trouble is over, nodes are back and believed so, and every workload has the Ready pods that it asks for, or waits for room.',
  watch: (scene) => ({
    end: () => {
      checkNodes(scene);
      for (const pod of scene.onlooker.living()) checkPod(scene, pod);
      for (const order of scene.onlooker.orders.flat())
        if (SCALED.includes(scene.onlooker.kindOf(order.workload))) checkOrder(scene, order);
    },
  }),
};

function checkNodes({ onlooker: { tables }, endNs, report }: Scene): void {
  for (const { name, bornNs, values } of tables.living('nodes')) {
    if (values['health'] !== HEALTH.ready) report(endNs, `${name} has power`, 'it is dead');
    if (values['healthBelieved'] !== HEALTH.ready && endNs - bornNs > YOUNG_NS)
      report(endNs, `${name} is believed Ready`, 'it is believed dead');
  }
  for (const { name, values } of tables.living('clusters')) {
    if (values['health'] !== MEMBER_HEALTH.up) report(endNs, `${name} is up`, 'it is lost or cut off');
    if (values['believed'] !== MEMBER_HEALTH.up) report(endNs, `${name} is believed up`, 'it is believed lost');
  }
}

function isBatch(kind: WorkloadKind): boolean {
  return kind === 'Job' || kind === 'CronJob';
}

function checkPod({ onlooker, endNs, report }: Scene, pod: KnownPod): void {
  const node = onlooker.nodeOf(pod);
  const { name, values } = pod.row;
  if (node?.diedNs !== undefined && endNs - node.diedNs > YOUNG_NS)
    report(endNs, `${name} is gone with its node`, `it is there; ${node.name} went at ${seconds(node.diedNs)}`);
  if (pod.ready && values['phase'] !== PHASE.running)
    report(endNs, `${name} is Ready and runs`, `its phase is ${Object.keys(PHASE)[values['phase']!]}`);
  if (values['phase'] === PHASE.lost) report(endNs, `${name} is no longer lost`, `lost on ${node?.name}`);
  if (pod.endsNs !== undefined && endNs - pod.endsNs > YOUNG_NS)
    report(endNs, `${name} is gone`, `its end was ordered at ${seconds(pod.endsNs)}`);
}

function checkOrder(scene: Scene, order: Order): void {
  const { onlooker, endNs, report } = scene;
  const name = nameOf(scene, order);
  const staying = onlooker.standing(order).filter(({ endsNs }) => endsNs === undefined);
  const healthy = staying.filter(({ ready }) => ready).length;
  if (isYoung(scene, order)) return;
  const waiting = Math.max(0, order.wanted - staying.length);
  if (waiting > 0 && !isStuck(scene, order)) checkWaiting(scene, order, waiting);
  if (isBroken(scene, order)) {
    checkBroken(scene, order, healthy + waiting);
    return;
  }
  if (isStuck(scene, order)) return;
  const rolling = order.rolling && isShort(scene, order);
  if (healthy < staying.length && !rolling)
    report(endNs, `all ${staying.length} pods of ${name} that have a node are Ready`, `${healthy}`);
  if (staying.length > order.wanted && !rolling) report(endNs, `${order.wanted} pods of ${name}`, `${staying.length}`);
  if (order.rolling && !rolling)
    report(endNs, `the rollout of ${name} is complete`, `it goes on since ${seconds(order.rolledNs)}`);
}

/** Pods without a node: they exist, were told why, and it is true. */
function checkWaiting(scene: Scene, order: Order, waiting: number): void {
  const { onlooker, endNs, report } = scene;
  const name = nameOf(scene, order);
  const pending = onlooker
    .living()
    .filter((pod) => pod.workload === order.workload && onlooker.nodeOf(pod) === undefined);
  const least = isOrdered(scene, order) ? 1 : waiting;
  if (pending.length < least) {
    report(endNs, `${order.wanted} pods of ${name}, or some that wait`, `${waiting} too few`);
    return;
  }
  for (const { row, refusal: why } of pending)
    if (why === '') report(endNs, `${row.name} was told why it waits`, 'no reason');
  const open = onlooker.tables
    .living('nodes')
    .find(
      (node) =>
        onlooker.clusterOf(node) === order.cluster &&
        onlooker.isOpen(node) &&
        refusal(onlooker, order.workload, node) === undefined &&
        hasRoom(onlooker, order.workload, node),
    );
  if (open !== undefined)
    report(endNs, `no pod of ${name} waits while a node has room`, `${waiting} wait, ${open.name} has room`);
}

function checkBroken({ document, onlooker, endNs, report }: Scene, order: Order, healthy: number): void {
  const rolls = document.changes.filter(({ roll }) => roll === onlooker.nameOf(order.workload));
  const rolledNs = Math.min(...rolls.flatMap(({ broken, at }) => (broken === true ? [at] : [])));
  const file = onlooker.fileOf(order.workload);
  if (file?.kind === 'StatefulSet') return;
  // Pods that were ordered since are of the version that never answers.
  if (file === undefined || file.strategy === 'recreate' || order.orderedNs > rolledNs) return;
  const needed = order.wanted - limitsOf(file, order.wanted).maxUnavailable;
  if (healthy < needed)
    report(endNs, `${needed} old pods of ${onlooker.nameOf(order.workload)} stay`, `${healthy} are Ready or wait`);
}

/** Whether pods of it wait anywhere: then its rollout may wait for room. */
function isShort({ onlooker }: Scene, { workload }: Order): boolean {
  return onlooker.living().some((pod) => pod.workload === workload && onlooker.nodeOf(pod) === undefined);
}

/** Whether its pods are made one after another: only the first that has no room is there, and waits. */
function isOrdered({ onlooker }: Scene, { workload }: Order): boolean {
  return onlooker.kindOf(workload) === 'StatefulSet' && onlooker.fileOf(workload)!.podManagement !== 'Parallel';
}

/** A version that never answers holds an ordered StatefulSet for ever, whatever comes after it (Kubernetes issue 67250). */
function isStuck(scene: Scene, order: Order): boolean {
  return isOrdered(scene, order) && wasBroken(scene, order);
}

/** Whether its newest version never answers. */
export function isBroken({ document, onlooker }: Scene, { workload }: Order): boolean {
  const rolls = document.changes.filter(({ roll }) => roll === onlooker.nameOf(workload));
  return rolls.sort((a, b) => a.at - b.at).at(-1)?.broken === true;
}

/** Whether any version of it never answered. */
export function wasBroken({ document, onlooker }: Scene, { workload }: Order): boolean {
  return document.changes.some(({ roll, broken }) => roll === onlooker.nameOf(workload) && broken === true);
}

/** Whether an autoscaler, the descheduler, a Job, or a federation that looks for room, has just moved its pods or its nodes. */
function isYoung({ document, onlooker, endNs }: Scene, order: Order): boolean {
  const since = (timeNs: TimeNs | undefined): boolean => timeNs !== undefined && endNs - timeNs < YOUNG_NS;
  const searches = document.federation !== undefined && onlooker.isShortSince(order.workload, endNs - YOUNG_NS);
  const moves = document.descheduler !== undefined || document.nodeAutoscaler !== undefined;
  // Pods whose memory is short come and go, and so do containers that use more than they may.
  if (endNs - onlooker.shortNs < SHORT_NS) return true;
  if (onlooker.pods.some((pod) => isBatch(onlooker.kindOf(pod.workload)) && endNs - (pod.row.diedNs ?? 0) < MOMENT_NS))
    return true;
  if (document.autoscalers.length === 0 && !moves && !searches) return false;
  return since(order.orderedNs) || onlooker.pods.some(({ row }) => since(row.diedNs) || since(row.bornNs));
}

function nameOf({ onlooker }: Scene, { cluster, workload }: Order): string {
  return [onlooker.clusters[cluster]!, onlooker.nameOf(workload)].filter((part) => part !== '').join(' ');
}

/**
 * An upgrade by waves goes wave by wave, control planes first and no more nodes at once than it may, and ends unless a member is not well.
 *
 * Source: the version skew policy (kubelets are never newer than their control plane), and what the document promises of waves.
 */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import { minorOf } from '../../document/fabric-schema.ts';
import type { ChangeFile } from '../../document/workload-schema.ts';
import type { Checker, Scene, Watch } from '../checker.ts';
import type { KnownPod } from '../onlooker.ts';
import type { Instant } from '../playback.ts';

/** Pods that end and start, evictions that are tried again, a look at whether members are well. */
const PATIENCE_NS = 120 * NS_PER_SECOND;

/** As the file says. */
export const upgrades: Checker = {
  name: 'upgrades',
  statement:
    'An upgrade by waves goes wave by wave, control planes first and no more nodes at once than it may, and ends unless a member is not well.',
  watch: (scene) => {
    const upgrade = scene.document.changes.find((change) => change.upgrade !== undefined)?.upgrade;
    return upgrade === undefined ? {} : new Upgraded(scene, upgrade);
  },
};

class Upgraded implements Watch {
  readonly #scene: Scene;
  readonly #file: NonNullable<ChangeFile['upgrade']>;
  readonly #toMinor: number;
  /** By member, the version of its control plane. */
  readonly #minor: number[];
  /** By the row of a node. */
  readonly #kubelet = new Map<number, number>();
  /** Nodes that the upgrade has closed. */
  readonly #away = new Set<number>();
  #newsNs: TimeNs = 0;

  constructor(scene: Scene, file: NonNullable<ChangeFile['upgrade']>) {
    this.#scene = scene;
    this.#file = file;
    this.#toMinor = minorOf(file.to);
    this.#minor = scene.onlooker.clusters.map(() => minorOf(scene.document.lifecycle.kubernetes));
  }

  instant({ timeNs, marks }: Instant): void {
    for (const { name, row, payload } of marks) {
      const words = String(payload[0]);
      if (name === 'member') this.#member(timeNs, row, words);
      else if (name === 'drain') this.#node(timeNs, row, words);
    }
  }

  end(): void {
    const { onlooker, endNs, report } = this.#scene;
    const { controlPlane, node, soak } = this.#file;
    if (endNs - this.#newsNs < controlPlane + node + soak + PATIENCE_NS) return;
    const open = this.#file.waves.flat().filter((name) => !this.#isDone(onlooker.clusters.indexOf(name)));
    if (open.length === 0 || this.#isHeld()) return;
    report(endNs, `${open.join(', ')} upgraded to ${this.#file.to}, for all are well`, 'not all of it is');
  }

  #member(timeNs: TimeNs, member: number, words: string): void {
    const { onlooker, report } = this.#scene;
    const version = /^its control plane runs 1\.(\d+)$/.exec(words);
    if (version !== null) this.#minor[member] = Number(version[1]);
    else if (words !== 'its control plane is being upgraded') return;
    this.#newsNs = timeNs;
    const wave = this.#file.waves.findIndex((names) => names.includes(onlooker.clusters[member]!));
    const before = this.#file.waves.slice(0, Math.max(0, wave)).flat();
    const early = before.find((name) => !this.#isDone(onlooker.clusters.indexOf(name)));
    if (early !== undefined)
      report(timeNs, `${early} is upgraded before wave ${wave + 1} begins`, `${onlooker.clusters[member]} has begun`);
  }

  #node(timeNs: TimeNs, row: number, words: string): void {
    const { onlooker, document, report } = this.#scene;
    const node = onlooker.tables.of('nodes')[row]!;
    const member = onlooker.clusterOf(node);
    const version = /^its kubelet runs 1\.(\d+)$/.exec(words);
    if (version !== null) {
      this.#newsNs = timeNs;
      this.#kubelet.set(row, Number(version[1]));
      if (Number(version[1]) > this.#minor[member]!)
        report(timeNs, `${node.name} is no newer than its control plane, 1.${this.#minor[member]}`, words);
    }
    if (words === 'takes pods again') this.#away.delete(row);
    // People drain nodes too.
    if (words !== 'takes no new pods' || document.changes.some(({ drain }) => drain === node.name)) return;
    this.#away.add(row);
    this.#newsNs = timeNs;
    const away = [...this.#away].filter((one) => onlooker.clusterOf(onlooker.tables.of('nodes')[one]!) === member);
    if (away.length > this.#file.maxUnavailable)
      report(
        timeNs,
        `at most ${this.#file.maxUnavailable} nodes of ${onlooker.clusters[member]} away`,
        `${away.length}`,
      );
  }

  #isDone(member: number): boolean {
    const { onlooker } = this.#scene;
    const nodes = onlooker.tables.living('nodes').filter((node) => onlooker.clusterOf(node) === member);
    return this.#minor[member] === this.#toMinor && nodes.every(({ row }) => this.#kubelet.get(row) === this.#toMinor);
  }

  /** It is on a node that is closed, by the upgrade or by people who drain it too. */
  #mustGo(pod: KnownPod, touched: readonly number[]): boolean {
    const { onlooker } = this.#scene;
    const node = onlooker.nodeOf(pod);
    if (node === undefined || onlooker.kindOf(pod.workload) === 'DaemonSet') return false;
    return onlooker.cordoned.has(node.row) && touched.includes(onlooker.clusterOf(node));
  }

  /** Somebody lacks a Ready pod, or a drain waits for a budget. */
  #isHeld(): boolean {
    const { onlooker } = this.#scene;
    const touched = this.#file.waves.flat().map((name) => onlooker.clusters.indexOf(name));
    const lacks = touched.some((member) =>
      onlooker.orders[member]!.some((order) => onlooker.healthy(order).length < order.wanted),
    );
    return lacks || onlooker.living().some((pod) => this.#mustGo(pod, touched));
  }
}

/**
 * Pods that preemption has promised a node, which they get when its victims are gone: others of no higher priority must
 * leave them their room.
 *
 * Source: Kubernetes 1.34 `runtime.RunFilterPluginsWithNominatedPods`: a node must pass with the promised pods on it, and
 * without them too, as they may never come. Leaves out: nominations that come from outside the scheduler.
 */
import type { Framework } from './framework.ts';
import { chooseDevices, hasDevices } from './plugins/gpu-devices.ts';

/** A node that a pod will get, and who must leave it first. */
interface Nomination {
  readonly node: number;
  readonly victims: readonly number[];
}

/** Promises of one scheduler. */
export class Nominations {
  readonly #promises = new Map<number, Nomination>();

  /** Whether nothing is promised to anyone. */
  get isEmpty(): boolean {
    return this.#promises.size === 0;
  }

  /** Node promised to a pod; -1: none. */
  nodeOf(pod: number): number {
    return this.#promises.get(pod)?.node ?? -1;
  }

  /** Victims of a pod, wherever they are by now. */
  victimsOf(pod: number): readonly number[] {
    return this.#promises.get(pod)?.victims ?? [];
  }

  /** Promises a node that these pods must leave; pods of lower priority lose their promise of the same node. */
  set(
    pod: number,
    node: number,
    victims: readonly number[],
    priority: number,
    priorityOf: (other: number) => number,
  ): void {
    for (const [other, promise] of [...this.#promises]) {
      if (promise.node === node && priorityOf(other) < priority) this.#promises.delete(other);
    }
    this.#promises.set(pod, { node, victims });
  }

  /** Takes the promise back, if there is one. */
  delete(pod: number): void {
    this.#promises.delete(pod);
  }

  /** What will be when all promises are kept: promised pods stand on their nodes, and their victims are gone. */
  keepIn(nodeOf: Int32Array): void {
    for (const [pod, { node, victims }] of this.#promises) {
      for (const victim of victims) if (nodeOf[victim] === node) nodeOf[victim] = -1;
      if (nodeOf[pod] < 0) nodeOf[pod] = node;
    }
  }

  /** By node: pods, other than this one and of no lower priority, to which it is promised. */
  before(framework: Framework, pod: number): Map<number, number[]> {
    const { demands, ledger } = framework.context;
    const priority = (each: number): number => demands.shapes[demands.shapeOf[each]].priority ?? 0;
    const byNode = new Map<number, number[]>();
    for (const [other, { node }] of this.#promises) {
      if (other === pod || priority(other) < priority(pod) || ledger.nodeOf[other] >= 0) continue;
      byNode.set(node, [...(byNode.get(node) ?? []), other]);
    }
    return byNode;
  }
}

/** Code of the first refusal of a node that holds the promised pods besides its own; 0: it passes. */
export function verdictWith(framework: Framework, pod: number, node: number, promised: readonly number[]): number {
  const { ledger, demands } = framework.context;
  const held: number[] = [];
  for (const other of promised) {
    const shape = demands.shapeOf[other];
    const [gpus, gpuMilli] = [demands.gpus[shape], demands.gpuMilli[shape]];
    // Devices that its victims still hold are safe from this pod anyway.
    if (gpus > 0 && !hasDevices(ledger, node, gpus, gpuMilli)) continue;
    ledger.hold(other, node, chooseDevices(ledger, node, gpus, gpuMilli));
    held.push(other);
  }
  const code = framework.verdict(pod, node);
  for (const other of held) ledger.release(other);
  return code;
}

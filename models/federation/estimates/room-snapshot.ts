/**
 * What the nodes of a cluster had left at one instant: the ground on which room is estimated until the next look.
 *
 * Source: Karmada `Cluster.status.resourceSummary` (posted every 10 s) and the snapshots of its estimator server. Leaves out: resources
 * other than processors, memory and the number of pods; selectors and taints of nodes.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { ClusterRoom, ReplicaRequest } from '../member-cluster.ts';

/** A copy of a {@link ClusterRoom}. */
export class RoomSnapshot implements ClusterRoom {
  readonly nodes: number;
  readonly takenNs: TimeNs;
  readonly #cpuMilli: Float64Array;
  readonly #memoryMib: Float64Array;
  readonly #pods: Float64Array;

  constructor(room: ClusterRoom, takenNs: TimeNs) {
    const column = (read: (node: number) => number): Float64Array => {
      const values = new Float64Array(room.nodes);
      for (let node = 0; node < room.nodes; node++) values[node] = Math.max(0, read(node));
      return values;
    };
    this.nodes = room.nodes;
    this.takenNs = takenNs;
    this.#cpuMilli = column((node) => room.freeCpuMilli(node));
    this.#memoryMib = column((node) => room.freeMemoryMib(node));
    this.#pods = column((node) => room.freePods(node));
  }

  freeCpuMilli(node: number): number {
    return this.#cpuMilli[node]!;
  }

  freeMemoryMib(node: number): number {
    return this.#memoryMib[node]!;
  }

  freePods(node: number): number {
    return this.#pods[node]!;
  }

  /** Takes replicas out of the first nodes that hold them; those that fit nowhere take nothing. */
  take({ cpuMilli, memoryMib }: ReplicaRequest, replicas: number): void {
    let left = replicas;
    for (let node = 0; node < this.nodes && left > 0; node++) {
      const here = Math.min(left, fitOn(this, node, { cpuMilli, memoryMib }));
      this.#cpuMilli[node]! -= here * cpuMilli;
      this.#memoryMib[node]! -= here * memoryMib;
      this.#pods[node]! -= here;
      left -= here;
    }
  }
}

/** Replicas that one node holds beside what is there. */
export function fitOn(room: ClusterRoom, node: number, request: ReplicaRequest): number {
  const room3 = { cpuMilli: room.freeCpuMilli(node), memoryMib: room.freeMemoryMib(node), pods: room.freePods(node) };
  return fitIn(room3, request);
}

/** Replicas that so much room holds. */
export function fitIn(
  { cpuMilli, memoryMib, pods }: { readonly cpuMilli: number; readonly memoryMib: number; readonly pods: number },
  request: ReplicaRequest,
): number {
  let fits = pods;
  if (request.cpuMilli > 0) fits = Math.min(fits, Math.floor(cpuMilli / request.cpuMilli));
  if (request.memoryMib > 0) fits = Math.min(fits, Math.floor(memoryMib / request.memoryMib));
  return Math.max(0, fits);
}

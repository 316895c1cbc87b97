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
  readonly version: number | undefined;
  #takenNs: TimeNs;
  #totals: RoomTotals | undefined;
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
    this.version = room.version;
    this.#takenNs = takenNs;
    this.#cpuMilli = column((node) => room.freeCpuMilli(node));
    this.#memoryMib = column((node) => room.freeMemoryMib(node));
    this.#pods = column((node) => room.freePods(node));
  }

  /** When the nodes were last looked at. */
  get takenNs(): TimeNs {
    return this.#takenNs;
  }

  /** Added up once. */
  get totals(): RoomTotals {
    this.#totals ??= sumsOf(this);
    return this.#totals;
  }

  /** The nodes are looked at again. True: it is as it was, and costs no look at each of them. */
  stillHolds(room: ClusterRoom, nowNs: TimeNs): boolean {
    if (room.version === undefined || room.version !== this.version) return false;
    this.#takenNs = nowNs;
    return true;
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
    this.#totals = undefined;
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

/** What all nodes together have left. */
export interface RoomTotals {
  readonly cpuMilli: number;
  readonly memoryMib: number;
  readonly pods: number;
}

/** Sums of what the nodes have left. */
export function totalsOf(room: ClusterRoom): RoomTotals {
  if (room instanceof RoomSnapshot) return room.totals;
  return sumsOf(room);
}

function sumsOf(room: ClusterRoom): RoomTotals {
  const totals = { cpuMilli: 0, memoryMib: 0, pods: 0 };
  for (let node = 0; node < room.nodes; node++) {
    totals.cpuMilli += room.freeCpuMilli(node);
    totals.memoryMib += room.freeMemoryMib(node);
    totals.pods += room.freePods(node);
  }
  return totals;
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

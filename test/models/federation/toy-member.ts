/** A small member cluster for tests: nodes with room, pods that become Ready at once, where they fit. */
import type { MemberCluster, MemberReplicas, ReplicaRequest } from '../../../models/federation/member-cluster.ts';

/** What all replicas in these tests request. */
export const REQUEST: ReplicaRequest = { cpuMilli: 1000, memoryMib: 1024 };

/** A member whose nodes hold so many replicas of {@link REQUEST} each. */
export class ToyMember implements MemberCluster {
  readonly name: string;
  readonly provider = 'own';
  readonly region: string;
  readonly zone = 'a';
  reachable = true;
  /** How many replicas each node holds. */
  holds: number[];
  /** Every write that arrived: workload and replicas. */
  readonly writes: (readonly [number, number])[] = [];
  readonly #replicas = new Map<number, number>();

  constructor(name: string, holds: readonly number[]) {
    this.name = name;
    this.region = name;
    this.holds = [...holds];
  }

  get room(): MemberCluster['room'] {
    const free = this.#free();
    return {
      nodes: free.length,
      freeCpuMilli: (node) => free[node]! * REQUEST.cpuMilli,
      freeMemoryMib: (node) => free[node]! * REQUEST.memoryMib,
      freePods: () => 110,
    };
  }

  replicasOf(workload: number): MemberReplicas {
    const assigned = this.#replicas.get(workload) ?? 0;
    const before = [...this.#replicas].filter(([number]) => number < workload).reduce((sum, [, one]) => sum + one, 0);
    const ready = Math.max(0, Math.min(assigned, this.#size() - before));
    return { assigned, ready, unschedulable: assigned - ready };
  }

  setReplicas(workload: number, replicas: number): void {
    this.writes.push([workload, replicas]);
    this.#replicas.set(workload, replicas);
  }

  #size(): number {
    return this.holds.reduce((sum, one) => sum + one, 0);
  }

  #free(): number[] {
    let used = [...this.#replicas.values()].reduce((sum, one) => sum + one, 0);
    return this.holds.map((one) => {
      const here = Math.min(one, used);
      used -= here;
      return one - here;
    });
  }
}

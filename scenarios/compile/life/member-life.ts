/**
 * A cluster of a run as its federation sees it.
 *
 * Where an autoscaler of the member scales a workload, the federation says only whether the member has any: KubeFed's `retainReplicas` and Karmada's
 * retention of replicas. One autoscaler over all members (Karmada's FederatedHPA) is left out.
 */

import { NONE } from '../../../models/cluster/pod-table.ts';
import type { ClusterRoom, MemberCluster, MemberReplicas } from '../../../models/federation/member-cluster.ts';
import { NS_PER_SECOND } from '../../../sim/engine/sim-time.ts';
import type { MemberFile } from '../../document/federation-schema.ts';
import type { ClusterLife } from './cluster-life.ts';
import { placeOf } from './joined-clusters.ts';

/** How long a pod must have found no node to be told as unschedulable: KubeFed's `--unschedulable-threshold`. */
const UNSCHEDULABLE_NS = 60 * NS_PER_SECOND;

/** One member. */
export class MemberLife implements MemberCluster {
  readonly name: string;
  readonly provider: string;
  readonly region: string;
  readonly zone: string;
  readonly room: ClusterRoom;
  readonly #life: ClusterLife;
  readonly #isReachable: () => boolean;
  /** Whether an autoscaler of the member owns the number of a workload's replicas, so that the federation says only whether there are any. */
  readonly #retains: (workload: number) => boolean;

  constructor(file: MemberFile, life: ClusterLife, isReachable: () => boolean, retains: (workload: number) => boolean) {
    const { provider, region, zone } = placeOf(file);
    this.name = file.name;
    this.provider = provider;
    this.region = region;
    this.zone = zone;
    this.room = roomOf(life);
    this.#life = life;
    this.#isReachable = isReachable;
    this.#retains = retains;
  }

  get reachable(): boolean {
    return this.#isReachable();
  }

  replicasOf(workload: number): MemberReplicas {
    const { cluster, controllers, nowNs } = this.#life;
    const controller = controllers[workload]!;
    const waits = (pod: number): boolean =>
      cluster.pods.node[pod] === NONE && nowNs - cluster.pods.createdNs[pod]! >= UNSCHEDULABLE_NS;
    const allPlaced = controller.placed === controller.activeCount;
    return {
      assigned: controller.replicas,
      ready: controller.ready,
      unschedulable: allPlaced ? 0 : controller.active().filter(waits).length,
    };
  }

  setReplicas(workload: number, replicas: number): void {
    const { replicas: present } = this.#life.controllers[workload]!;
    if (this.#retains(workload) && present > 0 && replicas > 0) return;
    this.#life.scale(workload, replicas, 'federation');
  }
}

/** Nodes that take pods; those that are absent, cordoned or not Ready have no room. */
function roomOf({ cluster, place, roster }: ClusterLife): ClusterRoom {
  const takes = (node: number): boolean => roster.isReady(node) && !roster.isCordoned(node);
  const free = (node: number, left: () => number): number => (takes(node) ? Math.max(0, left()) : 0);
  return {
    nodes: place.nodes.length,
    get version() {
      return cluster.scheduler.nodeChanges + roster.beliefs;
    },
    freeCpuMilli: (node) =>
      free(node, () => place.nodes[node]!.allocatable.cpuMilli - cluster.scheduler.requested(node).cpuMilli),
    freeMemoryMib: (node) =>
      free(node, () => place.nodes[node]!.allocatable.memoryMib - cluster.scheduler.requested(node).memoryMib),
    freePods: (node) => free(node, () => place.nodes[node]!.podsMax - cluster.scheduler.requested(node).pods),
  };
}

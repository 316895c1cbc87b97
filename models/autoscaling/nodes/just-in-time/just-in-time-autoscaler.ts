/**
 * A node autoscaler that buys machines just in time and for the pods at hand, and takes away nodes that cost more than they must.
 *
 * Source: Karpenter 1.14. Machines are bought in batches (`provisioner.ts`) out of all types at once, not in groups; nodes are consolidated
 * (`disruption.ts`, `consolidation.ts`). What each part leaves out stands at its head.
 */
import type { Simulation } from '../../../../sim/engine/simulation.ts';
import type { MachineProvider } from '../autoscaled-cluster.ts';
import type { NodeGroup } from '../node-group.ts';
import type { Keep } from './candidates.ts';
import { Disruption, type DisruptionFollower } from './disruption.ts';
import { Fleet } from './fleet.ts';
import type { JustInTimeCluster } from './just-in-time-cluster.ts';
import { Provisioner, type Provisioning } from './provisioner.ts';
import type { JustInTimeSettings } from './settings.ts';

/** What is told of its deeds. */
export interface JustInTimeFollower extends DisruptionFollower {
  /** A batch of pods was decided about. */
  provisioned(provisioning: Provisioning): void;
}

/** What it works with. */
export interface JustInTimeParts {
  readonly sim: Simulation;
  readonly cluster: JustInTimeCluster;
  readonly provider: MachineProvider;
  /** Instance types; `min` is of no meaning here. */
  readonly types: readonly NodeGroup[];
  readonly settings: JustInTimeSettings;
  readonly follower: JustInTimeFollower;
}

/** One just-in-time autoscaler. */
export class JustInTimeAutoscaler {
  readonly #provisioner: Provisioner;
  readonly #disruption: Disruption;

  constructor({ sim, cluster, provider, types, settings, follower }: JustInTimeParts) {
    const fleet = new Fleet(cluster, provider, settings);
    const decided = (provisioning: Provisioning): void => follower.provisioned(provisioning);
    this.#provisioner = new Provisioner({ sim, fleet, types, settings, decided });
    const leaves = (node: number): void => this.#provisioner.nodeLeaves(node);
    this.#disruption = new Disruption({ sim, cluster, fleet, types, settings, follower, leaves });
  }

  /** Begins to look for nodes to disrupt. */
  begin(): void {
    this.#disruption.begin();
  }

  /** The scheduler has found no node for a pod. */
  podWaits(pod: number): void {
    this.#provisioner.podWaits(pod);
  }

  /** Why each node stays, as of the last look. */
  get keeps(): ReadonlyMap<number, Keep> {
    return this.#disruption.keeps;
  }
}

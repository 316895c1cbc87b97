/**
 * The machines as the autoscaler reckons with them: those on their way are as good as there, those that leave are as good as gone.
 *
 * Source: Karpenter 1.14 `controllers/state` (nominations, nodes marked for deletion), `nodeclaim/lifecycle/liveness.go` (15 min to register),
 * `disruption/helpers.go`: pods of nodes that leave need room like those that wait; ready nodes are filled before machines that are not there yet.
 * Leaves out: machines that were launched and have registered but not got ready: they are on their way until they are ready.
 */
import type { TimeNs } from '../../../../sim/engine/sim-time.ts';
import type { MachineProvider } from '../autoscaled-cluster.ts';
import type { TrialCluster } from '../trial-cluster.ts';
import type { JustInTimeCluster } from './just-in-time-cluster.ts';
import type { LoosePod } from './new-machine.ts';
import { type JustInTimeSettings, nominationNs } from './settings.ts';

/** The cluster as it will be when what was decided before is done; the trial is taken back by who asked for it. */
export interface FleetTrial {
  readonly trial: TrialCluster;
  /** Nodes that stay, the ready ones first, then machines on their way. */
  readonly nodes: readonly number[];
  /** The trial's numbers of machines on their way. */
  readonly coming: ReadonlySet<number>;
  /** Pods that wait. */
  readonly waiting: readonly LoosePod[];
  /** Pods of nodes that leave. */
  readonly leaving: readonly LoosePod[];
}

interface Coming {
  readonly type: number;
  readonly untilNs: TimeNs;
}

/** Which machines come and which leave. */
export class Fleet {
  readonly #cluster: JustInTimeCluster;
  readonly #provider: MachineProvider;
  readonly #settings: JustInTimeSettings;
  readonly #coming = new Map<number, Coming>();
  readonly #leaving = new Set<number>();
  readonly #nominated = new Map<number, TimeNs>();

  constructor(cluster: JustInTimeCluster, provider: MachineProvider, settings: JustInTimeSettings) {
    this.#cluster = cluster;
    this.#provider = provider;
    this.#settings = settings;
  }

  /** Asks for a machine of a type; returns its number, or -1: refused at once. */
  ask(type: number, nowNs: TimeNs): number {
    const node = this.#provider.ask(type);
    if (node >= 0) this.#coming.set(node, { type, untilNs: nowNs + this.#settings.registrationNs });
    return node;
  }

  /** Whether the machine was asked for and is not a ready node yet. */
  isComing(node: number): boolean {
    return this.#coming.has(node);
  }

  /** Machines that are ready nodes come no longer; those that are late are given back: their numbers and types. */
  refresh(nowNs: TimeNs): { readonly node: number; readonly type: number }[] {
    for (const { node, ready } of this.#cluster.nodes()) if (ready) this.#coming.delete(node);
    const late = [...this.#coming].filter(([, { untilNs }]) => untilNs < nowNs);
    return late.map(([node, { type }]) => {
      this.#coming.delete(node);
      this.#provider.giveBack(node);
      return { node, type };
    });
  }

  /** The node is on its way out, and takes no more pods; or it stays after all. */
  setLeaving(node: number, leaves: boolean): void {
    if (leaves) this.#leaving.add(node);
    else this.#leaving.delete(node);
    this.#cluster.cordon(node, leaves);
  }

  /** The node is gone. */
  gone(node: number): void {
    this.#leaving.delete(node);
    this.#nominated.delete(node);
    this.#provider.giveBack(node);
  }

  /** Whether the node is on its way out. */
  isLeaving(node: number): boolean {
    return this.#leaving.has(node);
  }

  /** Pods were promised room there. */
  nominate(nodes: Iterable<number>, nowNs: TimeNs): void {
    const untilNs = nowNs + nominationNs(this.#settings);
    for (const node of nodes) this.#nominated.set(node, untilNs);
  }

  /** Until when pods are expected on a node; 0: none are. */
  nominatedUntilNs(node: number): TimeNs {
    return this.#nominated.get(node) ?? 0;
  }

  /** Nodes of the fleet, and those of them that are on their way out or not ready. */
  counts(): { readonly nodes: number; readonly disrupted: number } {
    const managed = this.#cluster.nodes().filter(({ node, group }) => group >= 0 && !this.#coming.has(node));
    const disrupted = managed.filter(({ node, ready }) => !ready || this.#leaving.has(node)).length;
    return { nodes: managed.length, disrupted };
  }

  /** A try on the cluster as it will be. */
  trial(): FleetTrial {
    const trial = this.#cluster.trial();
    const there = this.#cluster.nodes().filter(({ node }) => !this.#coming.has(node));
    const leaving = there.flatMap(({ node }) => (this.#leaving.has(node) ? this.#lifted(trial, node) : []));
    const stays = there.filter(({ node }) => !this.#leaving.has(node));
    const coming = [...this.#coming.values()].flatMap(({ type }) => {
      const node = trial.addNode(type);
      return node < 0 ? [] : [node];
    });
    const inOrder = [...stays.filter(({ ready }) => ready), ...stays.filter(({ ready }) => !ready)];
    const waiting = this.#cluster.waiting().filter(({ pod }) => this.#cluster.promised(pod) < 0);
    return { trial, nodes: [...inOrder.map(({ node }) => node), ...coming], coming: new Set(coming), waiting, leaving };
  }

  /** Takes the node and its pods out of the trial; returns those that must stand elsewhere. */
  #lifted(trial: TrialCluster, node: number): LoosePod[] {
    trial.dropNode(node);
    const moving = this.#cluster
      .standing(node)
      .filter(({ pod, owner }) => owner !== 'daemon-set' && !this.#cluster.isEnding(pod));
    for (const { pod } of moving) trial.lift(pod);
    return moving;
  }
}

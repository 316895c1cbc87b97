/**
 * Upgrades by waves: clusters one wave after another; within a cluster the control plane first, then nodes, drained so many at a time; a pause
 * between waves, and a halt where health fails.
 *
 * Source: the version skew policy (version-skew.ts); waves and soak times as fleets do it (GKE rollout sequencing: a group of clusters, a soak time,
 * the next group; OCM ManifestWorkReplicaSet `Progressive`: a `minSuccessTime` for each, and no further than `maxFailures`).
 * Leaves out: surge nodes, nodes that fail while they are upgraded, rolling back (a control plane cannot), nodes that come meanwhile.
 */
import { assert } from '../../../sim/engine/assert.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import { below, type PlanFault, wrongValue } from '../../traffic/load/plan-fault.ts';
import { faultsOfPath, type UpgradePath, type UpgradeStep, upgradeSteps } from './version-skew.ts';

/** An upgrade of a fleet. */
export interface WavesPlan {
  readonly path: UpgradePath;
  /** Clusters of each wave, by number. */
  readonly waves: readonly (readonly number[])[];
  /** Nodes of one cluster that may be away at once. */
  readonly maxUnavailable: number;
  /** One minor version of a control plane. */
  readonly controlPlaneNs: TimeNs;
  /** From a node that is empty to the same node Ready with the new version. */
  readonly nodeNs: TimeNs;
  /** Between the end of a wave and the next. */
  readonly soakNs: TimeNs;
}

/** The clusters, as an upgrade handles them. */
export interface UpgradedClusters {
  /** Nodes of a cluster, by numbers that differ between clusters. */
  nodesOf(cluster: number): readonly number[];
  /** Whether it serves as it should: looked at before each node and before each wave. */
  isHealthy(cluster: number): boolean;
  /** The control plane is away from now on, or back with this minor version. */
  controlPlane(cluster: number, minor: number, up: boolean): void;
  /** Cordons the node and empties it; `drained` is to be called when nothing is left on it. */
  drain(node: number): void;
  /** The node has this minor version and takes pods again. */
  uncordon(node: number, minor: number): void;
}

/** Where an upgrade stands. */
export type WavesState = 'runs' | 'halted' | 'done';

/** What is wrong with a plan; empty when it can be followed. */
export function faultsOfWaves(plan: WavesPlan, clusters: number): PlanFault[] {
  const wrong = below(['path'], faultsOfPath(plan.path));
  const { maxUnavailable, controlPlaneNs, nodeNs, soakNs } = plan;
  if (!(Number.isInteger(maxUnavailable) && maxUnavailable >= 1))
    wrong.push(
      wrongValue(
        ['maxUnavailable'],
        'a whole number from 1 on',
        maxUnavailable,
        'with 0 no node could ever be drained',
      ),
    );
  for (const [key, ns] of Object.entries({ controlPlaneNs, nodeNs, soakNs }))
    if (!(Number.isSafeInteger(ns) && ns >= 0)) wrong.push(wrongValue([key], 'a time from 0 on, in whole ns', ns));
  const seen = new Set<number>();
  plan.waves.forEach((wave, i) => {
    if (wave.length === 0) wrong.push(wrongValue(['waves', i], 'at least one cluster', 'none'));
    wave.forEach((cluster, k) => {
      if (!(Number.isInteger(cluster) && cluster >= 0 && cluster < clusters))
        wrong.push(wrongValue(['waves', i, k], `one of ${clusters} clusters`, cluster));
      else if (seen.has(cluster)) wrong.push(wrongValue(['waves', i, k], 'each cluster once', cluster));
      seen.add(cluster);
    });
  });
  return wrong;
}

interface ClusterUpgrade {
  readonly cluster: number;
  /** The step that is being done. */
  step: number;
  /** Nodes of this step that are not begun. */
  waiting: number[];
  /** Nodes that are away. */
  readonly away: Set<number>;
}

/** An upgrade that runs. */
export class UpgradeWaves {
  readonly #sim: Simulation;
  readonly #plan: WavesPlan;
  readonly #clusters: UpgradedClusters;
  readonly #steps: readonly UpgradeStep[];
  readonly #controlPlaneUp: EventKind;
  readonly #nodeUp: EventKind;
  readonly #soaked: EventKind;
  readonly #clusterOf = new Map<number, ClusterUpgrade>();
  #wave = -1;
  #open: ClusterUpgrade[] = [];
  #state: WavesState = 'runs';

  constructor(sim: Simulation, name: string, plan: WavesPlan, clusters: UpgradedClusters) {
    this.#sim = sim;
    this.#plan = plan;
    this.#clusters = clusters;
    this.#steps = upgradeSteps(plan.path);
    this.#controlPlaneUp = sim.kind(`${name}: a control plane is upgraded`, (cluster) =>
      this.#controlPlaneDone(cluster),
    );
    this.#nodeUp = sim.kind(`${name}: a node is upgraded`, (node) => this.#nodeDone(node));
    this.#soaked = sim.kind(`${name}: a wave begins`, () => this.#begin());
  }

  /** Where it stands; `halted` until `resume`. */
  get state(): WavesState {
    return this.#state;
  }

  /** The wave that runs or comes next, from 0. */
  get wave(): number {
    return Math.max(0, this.#wave);
  }

  /** Begins with the first wave. */
  start(): void {
    assert(this.#wave < 0, 'an upgrade is started twice');
    this.#begin();
  }

  /** The node was drained and is empty. */
  drained(node: number): void {
    assert(this.#clusterOf.has(node), () => `node ${node} is empty and was not drained`);
    this.#sim.after(this.#plan.nodeNs, this.#nodeUp, node);
  }

  /** Health may be good again: goes on if it is. */
  resume(): void {
    if (this.#state !== 'halted') return;
    this.#state = 'runs';
    if (this.#open.length === 0) this.#begin();
    else for (const upgrade of [...this.#open]) this.#goOn(upgrade);
  }

  /** Nothing new is begun while one cluster that was touched is not well. */
  #mayGoOn(): boolean {
    const touched = this.#plan.waves.slice(0, this.#wave + 1).flat();
    if (this.#state === 'runs' && !touched.every((cluster) => this.#clusters.isHealthy(cluster)))
      this.#state = 'halted';
    return this.#state === 'runs';
  }

  #begin(): void {
    if (!this.#mayGoOn()) return;
    this.#wave += 1;
    const wave = this.#plan.waves[this.#wave];
    if (wave === undefined) {
      this.#state = 'done';
      return;
    }
    this.#open = wave.map((cluster) => ({ cluster, step: -1, waiting: [], away: new Set() }));
    for (const upgrade of [...this.#open]) this.#nextStep(upgrade);
  }

  #nextStep(upgrade: ClusterUpgrade): void {
    upgrade.step += 1;
    const step = this.#steps[upgrade.step];
    if (step === undefined) this.#finish(upgrade);
    else if (step.part === 'control-plane') {
      this.#clusters.controlPlane(upgrade.cluster, step.minor - 1, false);
      this.#sim.after(this.#plan.controlPlaneNs, this.#controlPlaneUp, upgrade.cluster);
    } else {
      upgrade.waiting = [...this.#clusters.nodesOf(upgrade.cluster)];
      this.#goOn(upgrade);
    }
  }

  #controlPlaneDone(cluster: number): void {
    const upgrade = this.#open.find((one) => one.cluster === cluster)!;
    this.#clusters.controlPlane(cluster, this.#steps[upgrade.step]!.minor, true);
    // A control plane is one step after another: a halt holds before nodes are touched and before the next wave.
    this.#nextStep(upgrade);
  }

  #goOn(upgrade: ClusterUpgrade): void {
    if (this.#steps[upgrade.step]?.part !== 'kubelets') return;
    while (upgrade.waiting.length > 0 && upgrade.away.size < this.#plan.maxUnavailable && this.#mayGoOn()) {
      const node = upgrade.waiting.shift()!;
      upgrade.away.add(node);
      this.#clusterOf.set(node, upgrade);
      this.#clusters.drain(node);
    }
    if (upgrade.waiting.length === 0 && upgrade.away.size === 0) this.#nextStep(upgrade);
  }

  #nodeDone(node: number): void {
    const upgrade = this.#clusterOf.get(node)!;
    this.#clusterOf.delete(node);
    upgrade.away.delete(node);
    this.#clusters.uncordon(node, this.#steps[upgrade.step]!.minor);
    this.#goOn(upgrade);
  }

  #finish(upgrade: ClusterUpgrade): void {
    this.#open = this.#open.filter((one) => one !== upgrade);
    if (this.#open.length > 0) return;
    const isLast = this.#wave + 1 === this.#plan.waves.length;
    if (isLast) this.#state = 'done';
    else this.#sim.after(this.#plan.soakNs, this.#soaked);
  }
}

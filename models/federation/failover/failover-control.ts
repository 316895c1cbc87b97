/**
 * The failover of a federation in one piece: it detects, is patient, tells the planner through `ClusterHealth`, and measures what it took.
 *
 * Source: ours, from detection/, lost-clusters.ts and measures.ts; a profile of detection/profile.ts says how a real federation does it.
 * Leaves out: who plans (federator.ts) and who sends clients elsewhere (discovery/): both listen.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Simulation } from '../../../sim/engine/simulation.ts';
import type { Stream } from '../../../sim/random/stream.ts';
import { Detector } from '../detection/detector.ts';
import type { QuorumPlan } from '../detection/plan.ts';
import type { DetectionProfile } from '../detection/profile.ts';
import type { WatchedWorld } from '../detection/watch.ts';
import { LostClusters } from './lost-clusters.ts';
import { FailoverMeasures, type Outage } from './measures.ts';

/** Replicas of all workloads in one cluster, in truth. */
export interface ServingReplicas {
  /** With a node. */
  placed(cluster: number): number;
  /** Ready. */
  ready(cluster: number): number;
}

/** What a failover stands on. */
export interface FailoverParts {
  readonly sim: Simulation;
  /** For the names of its events. */
  readonly name: string;
  readonly profile: DetectionProfile;
  readonly quorum: QuorumPlan;
  readonly clusters: number;
  readonly world: WatchedWorld;
  readonly streams: (cluster: number, point: number) => Stream;
  readonly replicas: ServingReplicas;
  /** What traffic between places has cost up to now. */
  readonly trafficUsd: () => number;
  /** The federation believes something else of a cluster. */
  readonly believes?: (cluster: number, healthy: boolean) => void;
}

/** What has to stand elsewhere for an outage to be over. */
interface Needed {
  readonly cluster: number;
  readonly replicas: number;
}

/** Failover as it runs. */
export class FailoverControl {
  /** For the planner, and whoever publishes names. */
  readonly health: LostClusters;
  readonly measures: FailoverMeasures;
  readonly #parts: FailoverParts;
  readonly #detector: Detector;
  #needed: Needed[] = [];

  constructor(parts: FailoverParts) {
    const { sim, name, profile, clusters } = parts;
    this.#parts = parts;
    this.measures = new FailoverMeasures(parts.trafficUsd);
    this.health = new LostClusters(sim, name, profile, clusters);
    this.health.onChanged((cluster) => {
      if (!this.health.isHealthy(cluster)) this.measures.reached('decided', cluster, sim.nowNs);
    });
    this.#detector = new Detector({
      ...parts,
      plan: profile.detection,
      verdictChanged: (cluster, healthy) => this.#verdict(cluster, healthy),
    });
  }

  /** Something may be reachable now that was not, or not any more. */
  changed(): void {
    this.#detector.changed();
  }

  /** A cluster serves no more, in truth; to be told before its replicas are counted away. */
  lost(cluster: number): void {
    const { replicas, sim } = this.#parts;
    this.#needed.push({ cluster, replicas: this.#everywhere((one) => replicas.ready(one)) });
    this.measures.lost(cluster, sim.nowNs);
  }

  /** A cluster serves again, in truth. */
  back(cluster: number): void {
    this.#needed = this.#needed.filter((one) => one.cluster !== cluster);
    this.measures.back(cluster, this.#parts.sim.nowNs);
  }

  /** Replicas may have got a node or become Ready. */
  progressed(): void {
    const { replicas, sim } = this.#parts;
    if (this.#needed.length === 0) return;
    // Counted once for all that are lost: this is asked with every pod that gets a node while a region is away.
    const placed = this.#everywhere((cluster) => replicas.placed(cluster));
    const ready = this.#everywhere((cluster) => replicas.ready(cluster));
    for (const { cluster, replicas: needed } of [...this.#needed]) {
      if (placed - replicas.placed(cluster) >= needed) this.measures.reached('placed', cluster, sim.nowNs);
      if (ready - replicas.ready(cluster) < needed) continue;
      this.measures.reached('served', cluster, sim.nowNs);
      this.#needed = this.#needed.filter((one) => one.cluster !== cluster);
    }
  }

  /** What outages took up to now. */
  outages(): Outage[] {
    return this.measures.outages(this.#parts.sim.nowNs);
  }

  #verdict(cluster: number, healthy: boolean): void {
    const { nowNs }: { nowNs: TimeNs } = this.#parts.sim;
    this.#parts.believes?.(cluster, healthy);
    if (!healthy) this.measures.reached('detected', cluster, nowNs);
    this.health.verdict(cluster, healthy);
  }

  #everywhere(count: (cluster: number) => number): number {
    let sum = 0;
    for (let cluster = 0; cluster < this.#parts.clusters; cluster++) sum += count(cluster);
    return sum;
  }
}

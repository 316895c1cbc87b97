/**
 * Workloads that are deleted in all members: each tells that its copy is gone, and who cannot be reached blocks the deletion.
 *
 * The federation looks at copies as often as it repeats a write. Left out: finalizers that somebody takes away by hand.
 */
import { CascadingDeletion } from '../../../models/federation/cascading-deletion.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind } from '../../../sim/engine/simulation.ts';
import type { FederationGround, FederationPart } from './federation-part.ts';
import type { PlannedChange } from './life-plan.ts';

interface Asked {
  readonly workload: number;
  readonly cluster: number;
}

/** The deletions of one federation; undefined: nobody deletes anything. */
export function federationDeletionOf(ground: FederationGround): FederationDeletion | undefined {
  const deletes = ground.document.changes.some((change) => change.delete !== undefined);
  return deletes ? new FederationDeletion(ground) : undefined;
}

/** Deletions under way. */
export class FederationDeletion implements FederationPart {
  readonly #ground: FederationGround;
  readonly #deletion: CascadingDeletion;
  readonly #looks: EventKind;
  readonly #arrives: EventKind;
  /** When each workload was to go that is still there. */
  readonly #since = new Map<number, TimeNs>();
  /** Copies that are going. */
  #asked: Asked[] = [];
  #isLooking = false;
  #longestNs = -1;

  constructor(ground: FederationGround) {
    const { sim, isReachable } = ground;
    this.#ground = ground;
    this.#deletion = new CascadingDeletion(
      { isReachable, remove: (workload, cluster) => this.#remove(workload, cluster) },
      (workload, tookNs) => this.#gone(workload, tookNs),
    );
    this.#arrives = sim.kind('a member is told to delete', (workload, cluster) => this.#told(workload, cluster));
    this.#looks = sim.kind('copies that go are looked at', () => this.#look());
  }

  /** As the interface says. */
  change({ file, workload }: PlannedChange): boolean {
    if (file.delete === undefined) return false;
    const { federator, sim, rows } = this.#ground;
    const clusters = federator.letGo(workload);
    this.#since.set(workload, sim.nowNs);
    for (const cluster of clusters)
      rows.happened(
        cluster,
        `${file.delete} ${file.orphan === true ? 'is let go, and its copy stays' : 'is to be deleted'}`,
      );
    this.#deletion.request(workload, clusters, file.orphan === true, sim.nowNs);
    return true;
  }

  /** As the interface says. */
  reachChanged(): void {
    this.#deletion.changed();
  }

  /** As the interface says. */
  metrics(nowNs: TimeNs): Record<string, number> {
    if (this.#since.size === 0 && this.#longestNs < 0) return {};
    const waits = [...this.#since.values()].map((sinceNs) => nowNs - sinceNs);
    return { deletionTime: Math.max(this.#longestNs, ...waits), deletionsBlocked: this.#since.size };
  }

  #remove(workload: number, cluster: number): void {
    const { sim, file, rttNs } = this.#ground;
    sim.after(file.control.write + rttNs(cluster), this.#arrives, workload, cluster);
  }

  /** What is under way when the line breaks is sent again. */
  #told(workload: number, cluster: number): void {
    const { sim, clusters, isReachable, file } = this.#ground;
    if (!isReachable(cluster)) {
      sim.after(file.control.retry, this.#arrives, workload, cluster);
      return;
    }
    clusters[cluster]!.scale(workload, 0, 'federation');
    this.#asked.push({ workload, cluster });
    if (!this.#isLooking) this.#lookLater();
  }

  #lookLater(): void {
    const { sim, file } = this.#ground;
    this.#isLooking = true;
    sim.after(file.control.retry, this.#looks);
  }

  #look(): void {
    const { sim, clusters, isReachable, rows, plan } = this.#ground;
    this.#isLooking = false;
    const going = this.#asked;
    this.#asked = [];
    for (const one of going) {
      const { workload, cluster } = one;
      if (!isReachable(cluster) || !clusters[cluster]!.controllers[workload]!.isEmpty) {
        this.#asked.push(one);
        continue;
      }
      rows.happened(cluster, `${plan.workloads[workload]!.name} is gone`);
      this.#deletion.confirmed(workload, cluster, sim.nowNs);
    }
    if (this.#asked.length > 0) this.#lookLater();
  }

  #gone(workload: number, tookNs: TimeNs): void {
    this.#longestNs = Math.max(this.#longestNs, tookNs);
    this.#since.delete(workload);
  }
}

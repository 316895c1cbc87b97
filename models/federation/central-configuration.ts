/**
 * Configuration that is written in one place and holds in many clusters, each a little later: pushed to them, or asked for by them.
 *
 * Source: push: KubeFed and Karmada apply a change to every member they reach at once, and to the others when they are reached again; pull: Argo CD
 * asks every 180 s (`timeout.reconciliation`), Flux every 10 min as its guides have it, Karmada's and OCM's agents watch, which is a push that the
 * member opens. What a cluster has is computed when somebody asks; changes and outages are few, polls are many, and none is an event.
 * Leaves out: jitter of polls, changes that a member refuses, changes by hand in a member (a pull sets them right at its next poll).
 */
import { assert } from '../../sim/engine/assert.ts';
import type { TimeNs } from '../../sim/engine/sim-time.ts';
import { NEVER } from './interconnect/interconnect.ts';

/** How clusters come to what is written. */
export type ConfigurationPlan =
  | { readonly kind: 'push' }
  /** `phaseNs`: of each cluster's polls. */
  | { readonly kind: 'pull'; readonly periodNs: TimeNs; readonly phaseNs: readonly TimeNs[] };

interface Reach {
  readonly fromNs: TimeNs;
  readonly reachable: boolean;
}

/** Which version holds where. Version 0 holds everywhere from the start. */
export class CentralConfiguration {
  readonly #plan: ConfigurationPlan;
  /** What a change takes to a cluster on the way. */
  readonly #wayNs: (cluster: number) => TimeNs;
  readonly #writtenNs: TimeNs[] = [0];
  /** By cluster, in order. */
  readonly #reach: Reach[][];

  constructor(plan: ConfigurationPlan, clusters: number, wayNs: (cluster: number) => TimeNs) {
    assert(plan.kind === 'push' || plan.phaseNs.length === clusters, 'a pull needs a phase for each cluster');
    this.#plan = plan;
    this.#wayNs = wayNs;
    this.#reach = Array.from({ length: clusters }, () => [{ fromNs: 0, reachable: true }]);
  }

  /** A new version is written; gives its number. */
  write(nowNs: TimeNs): number {
    assert(nowNs >= this.#writtenNs.at(-1)!, () => `written at ${nowNs}, before the last version`);
    return this.#writtenNs.push(nowNs) - 1;
  }

  /** The cluster is reached from now on, or not any more. */
  reach(cluster: number, reachable: boolean, nowNs: TimeNs): void {
    const list = this.#reach[cluster]!;
    if (list.at(-1)!.reachable !== reachable) list.push({ fromNs: nowNs, reachable });
  }

  /** When a version, or a later one, holds in a cluster as far as is known now; `NEVER`: not before something changes. */
  holdsFromNs(cluster: number, version: number): TimeNs {
    if (version === 0) return 0;
    const writtenNs = this.#writtenNs[version]!;
    const wayNs = this.#wayNs(cluster);
    for (const [i, { fromNs, reachable }] of this.#reach[cluster]!.entries()) {
      const untilNs = this.#reach[cluster]![i + 1]?.fromNs ?? NEVER;
      if (!reachable || untilNs <= writtenNs) continue;
      const sentNs = this.#sentNs(cluster, Math.max(fromNs, writtenNs));
      // What is under way when the line breaks does not arrive.
      if (sentNs + wayNs <= untilNs) return sentNs + wayNs;
    }
    return NEVER;
  }

  /** The version that holds in a cluster at an instant that is not in the future. */
  versionAt(cluster: number, nowNs: TimeNs): number {
    let version = this.#writtenNs.length - 1;
    while (version > 0 && this.holdsFromNs(cluster, version) > nowNs) version -= 1;
    return version;
  }

  /** How long a cluster has been behind at an instant; 0 where it has the last version that was written. */
  lagNs(cluster: number, nowNs: TimeNs): TimeNs {
    const next = this.versionAt(cluster, nowNs) + 1;
    return next < this.#writtenNs.length ? Math.max(0, nowNs - this.#writtenNs[next]!) : 0;
  }

  /** The first instant from `fromNs` on at which a change is sent. */
  #sentNs(cluster: number, fromNs: TimeNs): TimeNs {
    if (this.#plan.kind === 'push') return fromNs;
    const { periodNs, phaseNs } = this.#plan;
    const phase = phaseNs[cluster]!;
    return phase + Math.max(0, Math.ceil((fromNs - phase) / periodNs)) * periodNs;
  }
}

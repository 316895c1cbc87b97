/**
 * Open Cluster Management: a Placement chooses clusters, and a ManifestWorkReplicaSet puts the whole manifest into each.
 *
 * Source: ocm `pkg/placement/controllers/scheduling/schedule.go`, `plugins/balance`, `plugins/steady` at 00f84c3 (August 2026). Filter, score, sort
 * (equal scores by name), take the first N. Balance: 100 without decisions of other placements, else 2 x trunc(100 x (0.5 - count /
 * greatest count)); Steady: 100 where it is already; both of weight 1. Replicas are not divided.
 * Leaves out: predicates and tolerations of one's own, scores from add-ons, rollout strategies.
 */
import type { Planner } from '../division-planner.ts';
import type { ClusterView, Plan, PlanRequest } from '../placement-plan.ts';
import type { FederationProfile } from './profile.ts';

const SCORE_MAX = 100;

/** OCM that chooses so many clusters for each placement; all, if left out. */
export function ocm(numberOfClusters = Number.POSITIVE_INFINITY): FederationProfile {
  /** Decisions of all placements of the hub: Balance counts those of the others. */
  const decisions: Decisions[] = [];
  return {
    name: 'ocm',
    title: 'Open Cluster Management',
    moves: 'manifests',
    limits: false,
    estimate: 'none',
    replansOn: ['clusterLost', 'clusterBack', 'asked'],
    failback: 'byPlan',
    planner: () => {
      decisions.push(new Set());
      return new PlacementPlanner(numberOfClusters, decisions, decisions.length - 1);
    },
  };
}

/** Names of the clusters that a placement has chosen. */
type Decisions = Set<string>;

class PlacementPlanner implements Planner {
  readonly #wanted: number;
  readonly #all: readonly Decisions[];
  readonly #own: number;

  constructor(wanted: number, all: readonly Decisions[], own: number) {
    this.#wanted = wanted;
    this.#all = all;
    this.#own = own;
  }

  plan({ clusters, replicas }: PlanRequest): Plan {
    const own = this.#all[this.#own]!;
    const scores = new Map(clusters.filter((view) => passes(view, own)).map((view) => [view.name, this.#score(view)]));
    const ranked = [...scores].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
    const chosen = new Set(ranked.slice(0, Math.min(this.#wanted, ranked.length)).map(([name]) => name));
    const copies = this.#wanted === Number.POSITIVE_INFINITY ? chosen.size : this.#wanted;
    own.clear();
    for (const name of chosen) own.add(name);
    return {
      replicas: clusters.map(({ name }) => (chosen.has(name) ? replicas : 0)),
      surplus: clusters.map(() => 0),
      unplaced: (copies - chosen.size) * replicas,
      wanted: copies * replicas,
      because: `the manifest goes to the best ${chosen.size} of ${scores.size} clusters`,
      reasons: clusters.map(({ name }) => reasonOf(scores.get(name), chosen.has(name))),
    };
  }

  #score({ name }: ClusterView): number {
    return balance(this.#countsElsewhere(), name) + (this.#all[this.#own]!.has(name) ? SCORE_MAX : 0);
  }

  #countsElsewhere(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    this.#all.forEach((decisions, i) => {
      if (i !== this.#own) for (const name of decisions) counts.set(name, (counts.get(name) ?? 0) + 1);
    });
    return counts;
  }
}

/** A cluster that takes nothing new may keep what it has (the taint NoSelectIfNew). */
function passes({ name, healthy, takesNew }: ClusterView, own: Decisions): boolean {
  return healthy && (takesNew || own.has(name));
}

function balance(counts: ReadonlyMap<string, number>, name: string): number {
  const count = counts.get(name);
  if (count === undefined) return SCORE_MAX;
  const most = Math.max(...counts.values());
  return 2 * Math.trunc(SCORE_MAX * (0.5 - count / most));
}

function reasonOf(score: number | undefined, isChosen: boolean): string {
  if (score === undefined) return 'filtered: its taint is not tolerated';
  return isChosen ? `chosen by its score of ${score}` : `its score of ${score} is too low`;
}

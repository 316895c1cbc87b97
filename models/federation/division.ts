/**
 * Dividing replicas between clusters, by the rules that federations have used.
 *
 * Source: Federation v1 and KubeFed (`ceilByWeight`), Karmada up to 1.15 (`floorThenHeaviest`) and from 1.16 (`webster`, Sainte-Laguë),
 * Clusternet's dynamic path (`largestRemainder`); oracle suite `federation`. Equal weights, quotients or remainders go by
 * a rank that the caller may give (the real ones go by a hash, or by what was there before), then by name. Minimums come first, and nobody gets more than its maximum or
 * capacity; what then fits nowhere is told. Leaves out: replicas that run already, and how weights come about.
 */
import { assert } from '../../sim/engine/assert.ts';

/** The rules, as the field calls them. */
export const DIVISION_RULES = ['ceilByWeight', 'floorThenHeaviest', 'webster', 'largestRemainder'] as const;

/** Name of a rule. */
export type DivisionRule = (typeof DIVISION_RULES)[number];

/** What one cluster may get. */
export interface DivisionShare {
  readonly name: string;
  /** A whole number, 0 or more; with 0 it gets its minimum and no more. */
  readonly weight: number;
  /** Replicas that it gets before others get more. */
  readonly min: number;
  /** Most replicas that it may get; Infinity: no limit. */
  readonly max: number;
  /** Replicas for which it has room; Infinity: no limit. */
  readonly capacity: number;
  /** Among equals the smaller one goes first; 0 if absent. */
  readonly rank?: number;
}

/** How replicas were divided. */
export interface Division {
  /** In the order of the clusters. */
  readonly replicas: readonly number[];
  /** Replicas for which no cluster had room or weight. */
  readonly unplaced: number;
}

/** Divides whole `replicas`, 0 or more, between clusters whose names differ. */
export function divide(rule: DivisionRule, replicas: number, clusters: readonly DivisionShare[]): Division {
  assert(Number.isInteger(replicas) && replicas >= 0, () => `${replicas} replicas cannot be divided`);
  const plan = clusters.map(() => 0);
  // The heaviest first: when there are too few for all minimums, they go to those.
  const order = [...clusters.keys()].sort((a, b) => byWeight(clusters[a]!, clusters[b]!));
  let left = replicas;
  for (const i of order) {
    const given = Math.min(clusters[i]!.min, roomOf(clusters[i]!), left);
    plan[i] = given;
    left -= given;
  }
  const unplaced = RULES[rule](plan, left, clusters, order);
  return { replicas: plan, unplaced };
}

/** Adds `left` replicas to the plan; returns those that found no place. `order` is by weight, the heaviest first. */
type Rule = (plan: number[], left: number, clusters: readonly DivisionShare[], order: readonly number[]) => number;

const RULES: Readonly<Record<DivisionRule, Rule>> = { ceilByWeight, floorThenHeaviest, webster, largestRemainder };

/** In rounds; each cluster gets its share of what was left at the round's start, rounded up, while any is left. */
function ceilByWeight(
  plan: number[],
  left: number,
  clusters: readonly DivisionShare[],
  order: readonly number[],
): number {
  let remaining = left;
  let open = order.filter((i) => isOpen(plan[i]!, clusters[i]!));
  while (remaining > 0 && open.length > 0) {
    const atStart = remaining;
    const sum = weightOf(open, clusters);
    for (const i of open) {
      const share = Math.ceil((atStart * clusters[i]!.weight) / sum);
      const given = Math.min(share, remaining, roomOf(clusters[i]!) - plan[i]!);
      plan[i]! += given;
      remaining -= given;
    }
    open = open.filter((i) => isOpen(plan[i]!, clusters[i]!));
  }
  return remaining;
}

/** Shares rounded down, and the rest one by one to the heaviest. */
function floorThenHeaviest(
  plan: number[],
  left: number,
  clusters: readonly DivisionShare[],
  order: readonly number[],
): number {
  return inRounds(plan, left, clusters, order, (open) => open);
}

/** Shares rounded down, and the rest one by one to those from whom most was cut. */
function largestRemainder(
  plan: number[],
  left: number,
  clusters: readonly DivisionShare[],
  order: readonly number[],
): number {
  return inRounds(plan, left, clusters, order, (open, amount, sum) => {
    const cut = (i: number): number => (amount * clusters[i]!.weight) % sum;
    // Stable: equal remainders stay in the order of weights.
    return [...open].sort((a, b) => cut(b) - cut(a));
  });
}

/** Rounds of floors and single replicas until all are placed or nobody is open: one round, where nobody has a limit. */
function inRounds(
  plan: number[],
  left: number,
  clusters: readonly DivisionShare[],
  order: readonly number[],
  ranked: (open: readonly number[], amount: number, sum: number) => readonly number[],
): number {
  let remaining = left;
  for (;;) {
    const open = order.filter((i) => isOpen(plan[i]!, clusters[i]!));
    if (remaining === 0 || open.length === 0) return remaining;
    const amount = remaining;
    const sum = weightOf(open, clusters);
    const give = (i: number, wanted: number): void => {
      const given = Math.min(wanted, remaining, roomOf(clusters[i]!) - plan[i]!);
      plan[i]! += given;
      remaining -= given;
    };
    for (const i of open) give(i, Math.floor((amount * clusters[i]!.weight) / sum));
    const rest = Math.min(remaining, open.length);
    for (const i of ranked(open, amount, sum).slice(0, rest)) give(i, 1);
  }
}

/** One by one to the highest weight / (2 seats + 1); equal quotients to fewer seats, then by rank and name. */
function webster(plan: number[], left: number, clusters: readonly DivisionShare[], order: readonly number[]): number {
  for (let remaining = left; remaining > 0; remaining--) {
    const open = order.filter((i) => isOpen(plan[i]!, clusters[i]!));
    if (open.length === 0) return remaining;
    const next = open.reduce((best, i) => (goesBefore(i, best, plan, clusters) ? i : best));
    plan[next]!++;
  }
  return 0;
}

/** Quotients are compared as products, which are exact. */
function goesBefore(a: number, b: number, plan: readonly number[], clusters: readonly DivisionShare[]): boolean {
  const difference = clusters[a]!.weight * (2 * plan[b]! + 1) - clusters[b]!.weight * (2 * plan[a]! + 1);
  if (difference !== 0) return difference > 0;
  if (plan[a] !== plan[b]) return plan[a]! < plan[b]!;
  return byRank(clusters[a]!, clusters[b]!) < 0;
}

function roomOf({ max, capacity }: DivisionShare): number {
  return Math.min(max, capacity);
}

function isOpen(has: number, cluster: DivisionShare): boolean {
  return cluster.weight > 0 && has < roomOf(cluster);
}

function weightOf(open: readonly number[], clusters: readonly DivisionShare[]): number {
  return open.reduce((sum, i) => sum + clusters[i]!.weight, 0);
}

function byWeight(a: DivisionShare, b: DivisionShare): number {
  return b.weight - a.weight || byRank(a, b);
}

function byRank(a: DivisionShare, b: DivisionShare): number {
  return (a.rank ?? 0) - (b.rank ?? 0) || (a.name < b.name ? -1 : 1);
}

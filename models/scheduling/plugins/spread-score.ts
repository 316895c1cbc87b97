/**
 * The soft part of PodTopologySpread: emptier domains are better, domains of a label with many values more so.
 *
 * Source: Kubernetes 1.34 `plugins/podtopologyspread/scoring.go`. Counts of a hostname are those of the node itself.
 * Leaves out: pods that are being deleted.
 */

import { log } from '../../../sim/random/numeric.ts';
import type { PodShape } from '../../cluster/pod.ts';
import type { TopologySpreadConstraint } from '../../cluster/pod-relations.ts';
import { DomainSums } from '../domain-sums.ts';
import type { EffectsOf } from '../resident-sums.ts';
import { HOSTNAME_LABEL, type Topology } from '../topologies.ts';
import { type PluginContext, SCORE_MAX } from './plugin.ts';
import { both, counts, includedNodes, nodesWithAll } from './spread-constraints.ts';

/** Of a node that has not all labels of the constraints; becomes 0 when all are known. */
const NOT_SCORED = -1;

interface Wish {
  /** Which nodes have the label. */
  readonly topology: Topology;
  /** Where pods are counted: the label's domains, or the nodes themselves for hostnames. */
  readonly places: Topology;
  readonly counted: DomainSums;
  readonly isHostname: boolean;
  readonly maxSkew: number;
  /** By domain: the last scoring in which one of its nodes passed. */
  readonly seen: Int32Array;
  /** Set by `prepare`: worth of one pod. */
  weight: number;
}

/** The soft constraints of one shape. */
export class SpreadScore {
  /** What each pod on a node adds: known to the sums that are kept. */
  readonly effectsOf: EffectsOf;
  private readonly wishes: readonly Wish[];
  /** Nodes that are scored, 1 or 0: with own constraints only those that have all labels. */
  private readonly scored: Uint8Array;
  private round = 0;

  /** @param all whether only nodes with all labels are scored: so it is unless the constraints are the system's defaults */
  constructor(context: PluginContext, shape: PodShape, constraints: readonly TopologySpreadConstraint[], all: boolean) {
    const keys = all ? constraints.map(({ topologyKey }) => topologyKey) : [];
    this.scored = nodesWithAll(context, keys);
    this.wishes = constraints.map((constraint) => wishOf(context, shape, constraint, this.scored));
    this.effectsOf = (resident) =>
      this.wishes.flatMap(({ counted }, i) =>
        counts(constraints[i], shape, resident) ? [{ sums: counted, amount: 1 }] : [],
      );
    context.residents.watch(this.effectsOf);
  }

  /** Counts the domains among the nodes that passed. */
  prepare(feasible: ArrayLike<number>, count: number): void {
    this.round++;
    let scored = 0;
    for (let i = 0; i < count; i++) scored += this.scored[feasible[i]];
    for (const wish of this.wishes) {
      wish.weight = log((wish.isHostname ? scored : this.domainsAmong(wish, feasible, count)) + 2);
    }
  }

  private domainsAmong({ topology, seen }: Wish, feasible: ArrayLike<number>, count: number): number {
    let domains = 0;
    for (let i = 0; i < count; i++) {
      if (this.scored[feasible[i]] === 0) continue;
      // Nodes without the label are a domain of their own here, the last one.
      const domain = topology.domainOf[feasible[i]];
      const place = domain < 0 ? topology.domains : domain;
      if (seen[place] === this.round) continue;
      seen[place] = this.round;
      domains++;
    }
    return domains;
  }

  /** Cost of a node, before it is normalised. */
  cost(node: number): number {
    if (this.scored[node] === 0) return NOT_SCORED;
    let cost = 0;
    for (let i = 0; i < this.wishes.length; i++) {
      const { topology, places, counted, maxSkew, weight } = this.wishes[i];
      if (topology.domainOf[node] >= 0) cost += counted.sums[places.domainOf[node]] * weight + (maxSkew - 1);
    }
    return Math.round(cost);
  }
}

function wishOf(
  context: PluginContext,
  shape: PodShape,
  constraint: TopologySpreadConstraint,
  scored: Uint8Array,
): Wish {
  const topology = context.topologies.of(constraint.topologyKey);
  const isHostname = constraint.topologyKey === HOSTNAME_LABEL;
  const places = isHostname ? context.topologies.nodes : topology;
  const included = isHostname ? undefined : both(scored, includedNodes(context, shape, constraint));
  return {
    topology,
    places,
    counted: new DomainSums(places, included),
    isHostname,
    maxSkew: constraint.maxSkew,
    seen: new Int32Array(topology.domains + 1),
    weight: 0,
  };
}

/** Costs turned to scores: the least cost is best; all 100 where nothing costs; 0 for nodes that are not scored. */
export function normaliseCosts(costs: Float64Array, count: number): void {
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  for (let i = 0; i < count; i++) {
    if (costs[i] === NOT_SCORED) continue;
    if (costs[i] < least) least = costs[i];
    if (costs[i] > most) most = costs[i];
  }
  for (let i = 0; i < count; i++) {
    if (costs[i] === NOT_SCORED) costs[i] = 0;
    else costs[i] = most === 0 ? SCORE_MAX : Math.trunc((SCORE_MAX * (most + least - costs[i])) / most);
  }
}

/**
 * The hard part of PodTopologySpread: no domain may get too far ahead of the emptiest one.
 *
 * Source: Kubernetes 1.34 `plugins/podtopologyspread/filtering.go`. Leaves out: pods that are being deleted.
 */
import { selects } from '../../cluster/label-selector.ts';
import type { PodShape } from '../../cluster/pod.ts';
import type { TopologySpreadConstraint } from '../../cluster/pod-relations.ts';
import { DomainSums } from '../domain-sums.ts';
import type { EffectsOf } from '../resident-sums.ts';
import type { Topology } from '../topologies.ts';
import type { PluginContext } from './plugin.ts';
import { both, counts, includedNodes, nodesWithAll } from './spread-constraints.ts';

/** Refusal: the node's domain is too far ahead. */
export const UNEVEN = 1;
/** Refusal: the node is in no domain of the label. */
export const LABEL_IS_MISSING = 2;

interface Rule {
  readonly topology: Topology;
  readonly counted: DomainSums;
  /** Domains in which at least one node counts. */
  readonly present: readonly number[];
  readonly maxSkew: number;
  readonly minDomains: number;
  /** Whether the pod would count itself, 1 or 0. */
  readonly self: number;
  /** Most pods that a domain may hold before this one comes; set by `prepare`. */
  limit: number;
}

/** The hard constraints of one shape. */
export class SpreadFilter {
  /** What each pod on a node adds: known to the sums that are kept. */
  readonly effectsOf: EffectsOf;
  private readonly rules: readonly Rule[];

  constructor(context: PluginContext, shape: PodShape, constraints: readonly TopologySpreadConstraint[]) {
    const labelled = nodesWithAll(
      context,
      constraints.map(({ topologyKey }) => topologyKey),
    );
    this.rules = constraints.map((constraint) => ruleOf(context, shape, constraint, labelled));
    this.effectsOf = (resident) =>
      this.rules.flatMap(({ counted }, i) =>
        counts(constraints[i], shape, resident) ? [{ sums: counted, amount: 1 }] : [],
      );
    context.residents.watch(this.effectsOf);
  }

  /** Looks for the emptiest domain of each constraint, as the nodes are now. */
  prepare(): void {
    for (const rule of this.rules) rule.limit = rule.maxSkew - rule.self + leastOf(rule);
  }

  /** Refusal of a node; 0: it passes. */
  refusal(node: number): number {
    for (let i = 0; i < this.rules.length; i++) {
      const { topology, counted, limit } = this.rules[i];
      const domain = topology.domainOf[node];
      if (domain < 0) return LABEL_IS_MISSING;
      if (counted.sums[domain] > limit) return UNEVEN;
    }
    return 0;
  }
}

function ruleOf(
  context: PluginContext,
  shape: PodShape,
  constraint: TopologySpreadConstraint,
  labelled: Uint8Array,
): Rule {
  const topology = context.topologies.of(constraint.topologyKey);
  const included = both(labelled, includedNodes(context, shape, constraint));
  const present = new Set<number>();
  included.forEach((mark, node) => {
    if (mark === 1) present.add(topology.domainOf[node]);
  });
  return {
    topology,
    counted: new DomainSums(topology, included),
    present: [...present],
    maxSkew: constraint.maxSkew,
    minDomains: constraint.minDomains,
    self: Number(selects(constraint.selector, shape.labels ?? {})),
    limit: 0,
  };
}

/** Pods of the emptiest domain; 0 with fewer domains than demanded, without bound where there is none at all. */
function leastOf({ present, minDomains, counted }: Rule): number {
  if (present.length < minDomains) return 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < present.length; i++) if (counted.sums[present[i]] < least) least = counted.sums[present[i]];
  return least;
}

/**
 * What InterPodAffinity keeps for pods that others cannot tell apart: who is near, whom they keep away from, who keeps
 * away from them, and what every domain is worth to them.
 *
 * Source: Kubernetes 1.34 `plugins/interpodaffinity/filtering.go`, `scoring.go`. Leaves out: the terms of services
 * (`service-terms.ts`).
 */
import type { ClusterObjects } from '../../cluster/cluster-objects.ts';
import type { PodShape } from '../../cluster/pod.ts';
import { NO_POD_AFFINITY, type PodAffinityTerm } from '../../cluster/pod-relations.ts';
import { DomainSums } from '../domain-sums.ts';
import type { Effect } from '../resident-sums.ts';
import type { Topologies, Topology } from '../topologies.ts';
import { means } from './pod-terms.ts';

/** Refusal: the pod is not near those that it must be near to. */
export const AFFINITY = 1;
/** The pod keeps away from pods that are there. */
export const ANTI_AFFINITY = 2;
/** Pods that are there keep away from the pod. */
export const EXISTING_ANTI_AFFINITY = 4;

/** What the state is made from. */
export interface AffinityContext {
  readonly topologies: Topologies;
  readonly objects: ClusterObjects;
  /** What required affinity of others towards these pods counts in the score. */
  readonly hardPodAffinityWeight: number;
  /** Pods without wishes of their own are not scored by the wishes of others. */
  readonly ignoresWishesOfOthers: boolean;
}

/** Sums by the labels that terms name. */
class SumsByKey {
  readonly list: { readonly topology: Topology; readonly sums: DomainSums }[] = [];
  private readonly topologies: Topologies;

  constructor(topologies: Topologies) {
    this.topologies = topologies;
  }

  of(key: string): DomainSums {
    const topology = this.topologies.of(key);
    const known = this.list.find((entry) => entry.topology === topology);
    if (known !== undefined) return known.sums;
    const sums = new DomainSums(topology);
    this.list.push({ topology, sums });
    return sums;
  }

  /** Whether any pod counts. */
  get isTouched(): boolean {
    return this.list.some(({ sums }) => sums.pods > 0);
  }

  /** Sum over the domains in which the node lies. */
  at(node: number): number {
    let sum = 0;
    for (let i = 0; i < this.list.length; i++) {
      const { topology, sums } = this.list[i];
      const domain = topology.domainOf[node];
      if (domain >= 0) sum += sums.sums[domain];
    }
    return sum;
  }
}

/** The state of one kin of pods to come. */
export class AffinityState {
  private readonly shape: PodShape;
  private readonly context: AffinityContext;
  /** Pods that match all required affinity terms, by each term's label. */
  private readonly together: SumsByKey;
  private readonly apart: SumsByKey;
  /** Pods whose own required anti-affinity means these pods. */
  private readonly theirs: SumsByKey;
  private readonly worth: SumsByKey;
  private readonly matchesItself: boolean;
  private readonly keys: readonly Topology[];

  constructor(context: AffinityContext, shape: PodShape) {
    this.context = context;
    this.shape = shape;
    this.together = new SumsByKey(context.topologies);
    this.apart = new SumsByKey(context.topologies);
    this.theirs = new SumsByKey(context.topologies);
    this.worth = new SumsByKey(context.topologies);
    const { required } = shape.podAffinity ?? NO_POD_AFFINITY;
    this.keys = required.map(({ topologyKey }) => context.topologies.of(topologyKey));
    this.matchesItself = required.every((term) => means(term, shape, shape, context.objects));
  }

  /** What a pod on a node adds to the sums of this state. */
  effectsOf(resident: PodShape): Effect[] {
    if (!hasTerms(this.shape) && !hasTerms(resident)) return [];
    return [...this.ruleEffects(resident), ...this.wishEffects(resident)];
  }

  /** Whether no node can be refused as the pods lie now. */
  get isFree(): boolean {
    return this.keys.length === 0 && !this.apart.isTouched && !this.theirs.isTouched;
  }

  /** Whether any pod on a node matters for the score. */
  get isScored(): boolean {
    return this.worth.isTouched;
  }

  /** Worth of a node, before it is normalised. */
  worthOf(node: number): number {
    return this.worth.at(node);
  }

  /** Refusal of a node; 0: it passes. */
  refusal(node: number): number {
    if (this.keys.length > 0 && !this.isNear(node)) return AFFINITY;
    if (this.apart.at(node) > 0) return ANTI_AFFINITY;
    return this.theirs.at(node) > 0 ? EXISTING_ANTI_AFFINITY : 0;
  }

  private isNear(node: number): boolean {
    if (this.keys.some(({ domainOf }) => domainOf[node] < 0)) return false;
    const near = this.together.list.every(({ topology, sums }) => sums.sums[topology.domainOf[node]] > 0);
    if (near && this.together.list.length > 0) return true;
    // The first pod of a group that wants to be together may go anywhere.
    return this.matchesItself && !this.together.isTouched;
  }

  private ruleEffects(resident: PodShape): Effect[] {
    const { shape } = this;
    const own = shape.podAffinity?.required ?? [];
    const matched = own.length > 0 && own.every((term) => this.means(term, shape, resident));
    const near = matched ? [...new Set(own.map(({ topologyKey }) => topologyKey))] : [];
    const apart = (shape.podAntiAffinity?.required ?? []).filter((term) => this.means(term, shape, resident));
    const theirs = (resident.podAntiAffinity?.required ?? []).filter((term) => this.means(term, resident, shape));
    return [
      ...near.map((key) => ({ sums: this.together.of(key), amount: 1 })),
      ...apart.map(({ topologyKey }) => ({ sums: this.apart.of(topologyKey), amount: 1 })),
      ...theirs.map(({ topologyKey }) => ({ sums: this.theirs.of(topologyKey), amount: 1 })),
    ];
  }

  private wishEffects(resident: PodShape): Effect[] {
    const { shape } = this;
    const { hardPodAffinityWeight, ignoresWishesOfOthers } = this.context;
    const own = weighted(shape, 0);
    if (own.length === 0 && ignoresWishesOfOthers) return [];
    const mine = own.filter(({ term }) => this.means(term, shape, resident));
    const theirs = weighted(resident, hardPodAffinityWeight).filter(({ term }) => this.means(term, resident, shape));
    return [...mine, ...theirs].map(({ term, weight }) => ({ sums: this.worth.of(term.topologyKey), amount: weight }));
  }

  private means(term: PodAffinityTerm, carrier: PodShape, other: PodShape): boolean {
    return means(term, carrier, other, this.context.objects);
  }
}

function hasTerms({ podAffinity, podAntiAffinity }: PodShape): boolean {
  return podAffinity !== undefined || podAntiAffinity !== undefined;
}

/** The wishes of a shape with their signs; required affinity among them if it weighs anything. */
function weighted(
  { podAffinity, podAntiAffinity }: PodShape,
  hardWeight: number,
): { term: PodAffinityTerm; weight: number }[] {
  const required = hardWeight > 0 ? (podAffinity?.required ?? []) : [];
  return [
    ...(podAffinity?.preferred ?? []).map((term) => ({ term, weight: term.weight })),
    ...(podAntiAffinity?.preferred ?? []).map((term) => ({ term, weight: -term.weight })),
    ...required.map((term) => ({ term, weight: hardWeight })),
  ];
}

/**
 * InterPodAffinity: near to, or far from, pods of the services that talk with this one, or replicas of its own.
 *
 * Source: Kubernetes 1.34 `plugins/interpodaffinity`. A preferred term counts the matching pods of its topology domain
 * times its weight, and once more for the terms that those pods carry towards this one; required affinity of existing
 * pods counts 1. Required terms filter: a pod must match all required affinity terms at once; the first pod of a group
 * passes if it would match its own terms; an existing pod's required anti-affinity refuses the newcomer.
 * Leaves out: label selectors and namespaces (terms name services), topologies other than rack and node.
 */
import type { AffinityTerm } from '../options.ts';
import { type Plugin, type PluginContext, SCORE_MAX } from './plugin.ts';
import { ServiceRelations } from './service-relations.ts';
import { TopologySums } from './topology-sums.ts';

const AFFINITY = 1;
const ANTI_AFFINITY = 2;
const EXISTING_ANTI_AFFINITY = 4;

/** What upstream calls `hardPodAffinityWeight`. */
const REQUIRED_AFFINITY_WEIGHT = 1;

/** Makes the plugin. */
export function interPodAffinity(context: PluginContext): Plugin {
  return new InterPodAffinity(context);
}

class InterPodAffinity implements Plugin {
  readonly name = 'InterPodAffinity';
  readonly scope = 'pod';
  readonly reasons = [
    "node(s) didn't match pod affinity rules",
    "node(s) didn't match pod anti-affinity rules",
    "node(s) didn't satisfy existing pods anti-affinity rules",
  ];
  private readonly serviceOf: Int32Array;
  private readonly nodeOf: Int32Array;
  private readonly relations: ServiceRelations;
  private readonly preferred: readonly AffinityTerm[];
  private readonly requiredTogether: readonly AffinityTerm[];
  private readonly requiredApart: readonly AffinityTerm[];
  private readonly scores: TopologySums;
  /** Pods that match all required affinity terms. */
  private readonly together: TopologySums;
  private readonly apartOwn: TopologySums;
  private readonly apartTheirs: TopologySums;
  /** No pod matches yet and this one matches its own terms: any node will do. */
  private isFirst = false;

  constructor({ nodes, demands, ledger, options }: PluginContext) {
    this.serviceOf = demands.serviceOf;
    this.nodeOf = ledger.nodeOf;
    this.relations = new ServiceRelations(demands, options.affinity.length > 0 ? options.talkersOf : () => []);
    this.preferred = options.affinity.filter((term) => term.required !== true);
    this.requiredTogether = options.affinity.filter((term) => term.required === true && !term.anti);
    this.requiredApart = options.affinity.filter((term) => term.required === true && term.anti);
    const rackOf = Int32Array.from(nodes, (node) => node.rack);
    this.scores = new TopologySums(rackOf);
    this.together = new TopologySums(rackOf);
    this.apartOwn = new TopologySums(rackOf);
    this.apartTheirs = new TopologySums(rackOf);
  }

  prepare(pod: number): void {
    for (const sums of [this.scores, this.together, this.apartOwn, this.apartTheirs]) sums.clear();
    const service = this.serviceOf[pod];
    if (service < 0) return;
    this.prepareScores(service);
    if (this.requiredTogether.length > 0) this.prepareTogether(service);
    for (const term of this.requiredApart) {
      this.addAll(this.apartOwn, this.relations.meantBy(service, term.to), term, 1);
      this.addAll(this.apartTheirs, this.relations.meaning(service, term.to), term, 1);
    }
  }

  skipsFilter(pod: number): boolean {
    return this.serviceOf[pod] < 0 || (this.requiredTogether.length === 0 && this.requiredApart.length === 0);
  }

  filter(_pod: number, node: number): number {
    if (!this.isFirst && this.requiredTogether.some((term) => this.together.in(term.topology, node) === 0)) {
      return AFFINITY;
    }
    if (this.apartOwn.at(node) > 0) return ANTI_AFFINITY;
    return this.apartTheirs.at(node) > 0 ? EXISTING_ANTI_AFFINITY : 0;
  }

  /** Affinity is not gained by taking pods away; room from those that are in the way is. */
  isUnresolvable(_pod: number, _node: number, bits: number): boolean {
    return (bits & AFFINITY) !== 0;
  }

  /** As upstream, a pod is scored only if some pod and some term met. */
  skipsScore(): boolean {
    return !this.scores.touched;
  }

  score(_pod: number, node: number): number {
    return this.scores.at(node);
  }

  normalise(scores: Float64Array, count: number): void {
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < count; i++) {
      least = Math.min(least, scores[i]);
      most = Math.max(most, scores[i]);
    }
    const span = most - least;
    // Divided before multiplied, as upstream: 29 of 100 becomes 28.
    for (let i = 0; i < count; i++) {
      scores[i] = span > 0 ? Math.trunc(SCORE_MAX * ((scores[i] - least) / span)) : 0;
    }
  }

  private prepareScores(service: number): void {
    for (const term of this.preferred) {
      const weight = term.anti ? -term.weight : term.weight;
      this.addAll(this.scores, this.relations.meantBy(service, term.to), term, weight);
      this.addAll(this.scores, this.relations.meaning(service, term.to), term, weight);
    }
    for (const term of this.requiredTogether) {
      this.addAll(this.scores, this.relations.meaning(service, term.to), term, REQUIRED_AFFINITY_WEIGHT);
    }
  }

  private prepareTogether(service: number): void {
    const lists = this.requiredTogether.map((term) => this.relations.meantBy(service, term.to));
    const matched = lists[0].filter((other) => lists.every((list) => list.includes(other)));
    for (const term of this.requiredTogether) this.addAll(this.together, matched, term, 1);
    this.isFirst = !this.together.touched && matched.includes(service);
  }

  private addAll(sums: TopologySums, services: readonly number[], term: AffinityTerm, amount: number): void {
    for (const service of services) {
      for (const pod of this.relations.pods(service)) {
        const node = this.nodeOf[pod];
        if (node >= 0) sums.add(term.topology, node, amount);
      }
    }
  }
}

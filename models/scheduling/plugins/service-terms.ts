/**
 * Affinity of services: near to, or far from, pods of the services that talk with this one, or replicas of its own.
 *
 * The same rules and weights as terms of single pods have (`affinity-state.ts`), for terms that a scenario states of all
 * services at once. Source: Kubernetes 1.34 `plugins/interpodaffinity`. Leaves out: topologies other than rack and node.
 */
import type { Demands } from '../demands.ts';
import type { Ledger } from '../ledger.ts';
import type { AffinityTerm } from '../options.ts';
import { AFFINITY, ANTI_AFFINITY, EXISTING_ANTI_AFFINITY } from './affinity-state.ts';
import type { PluginContext } from './plugin.ts';
import { ServiceRelations } from './service-relations.ts';
import { TopologySums } from './topology-sums.ts';

/** What upstream calls `hardPodAffinityWeight`. */
const REQUIRED_AFFINITY_WEIGHT = 1;

/** The terms of all services, as they stand for one pod at a time. */
export class ServiceTerms {
  private readonly demands: Demands;
  private readonly ledger: Ledger;
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
    this.demands = demands;
    this.ledger = ledger;
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

  /** Whether there are no terms at all. */
  get isIdle(): boolean {
    return this.preferred.length + this.requiredTogether.length + this.requiredApart.length === 0;
  }

  /** Sums up what lies where, for a pod. */
  prepare(pod: number): void {
    for (const sums of [this.scores, this.together, this.apartOwn, this.apartTheirs]) sums.clear();
    const service = this.demands.serviceOf[pod];
    if (service < 0 || this.isIdle) return;
    this.relations.update();
    this.prepareScores(service);
    if (this.requiredTogether.length > 0) this.prepareTogether(service);
    for (const term of this.requiredApart) {
      this.addAll(this.apartOwn, this.relations.meantBy(service, term.to), term, 1);
      this.addAll(this.apartTheirs, this.relations.meaning(service, term.to), term, 1);
    }
  }

  /** Whether no node can be refused to the pod. */
  isFree(pod: number): boolean {
    return this.demands.serviceOf[pod] < 0 || (this.requiredTogether.length === 0 && this.requiredApart.length === 0);
  }

  /** Refusal of a node; 0: it passes. */
  refusal(node: number): number {
    if (!this.isFirst && this.requiredTogether.some((term) => this.together.in(term.topology, node) === 0)) {
      return AFFINITY;
    }
    if (this.apartOwn.at(node) > 0) return ANTI_AFFINITY;
    return this.apartTheirs.at(node) > 0 ? EXISTING_ANTI_AFFINITY : 0;
  }

  /** Whether some pod and some term met. */
  get isScored(): boolean {
    return this.scores.touched;
  }

  /** Worth of a node, before it is normalised. */
  worthOf(node: number): number {
    return this.scores.at(node);
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
        const node = this.ledger.nodeOf[pod];
        if (node >= 0) sums.add(term.topology, node, amount);
      }
    }
  }
}

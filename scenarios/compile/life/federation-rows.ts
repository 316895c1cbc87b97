/** A federation in the recording and in results: rows of its members, marks of what happens, figures of its outages. */
import type { Outage } from '../../../models/federation/failover/measures.ts';
import { FAILOVER_STEPS } from '../../../models/federation/failover/measures.ts';
import type { FederatorDecision } from '../../../models/federation/federator.ts';
import { MEMBER_HEALTH } from '../../../models/world/catalog.ts';
import type { Publication } from '../../../models/world/publication.ts';
import type { FederationFile } from '../../document/federation-schema.ts';
import type { ClusterLife } from './cluster-life.ts';
import type { LifePlan } from './life-plan.ts';

/** Writes the rows of members. */
export class FederationRows {
  readonly #publish: Publication;
  readonly #plan: LifePlan;
  readonly #clusters: readonly ClusterLife[];
  /** By workload and cluster. */
  readonly #assigned: number[][];

  constructor(publish: Publication, file: FederationFile, plan: LifePlan, clusters: readonly ClusterLife[]) {
    this.#publish = publish;
    this.#plan = plan;
    this.#clusters = clusters;
    this.#assigned = plan.workloads.map(() => file.clusters.map(() => 0));
    file.clusters.forEach(({ name }, row) => {
      publish.recorder.born(publish.table('clusters'), row, name);
    });
  }

  /** Something happened to a member. */
  happened(cluster: number, words: string, health?: keyof typeof MEMBER_HEALTH): void {
    const { recorder } = this.#publish;
    recorder.mark(this.#publish.mark('member'), cluster, recorder.text(words));
    if (health === undefined) return;
    this.#set(cluster, 'health', MEMBER_HEALTH[health]);
    const reach = this.#publish.column('racks.reach');
    for (const rack of new Set(this.#clusters[cluster]!.place.nodes.map((node) => node.rack)))
      this.#publish.recorder.set(reach, rack, MEMBER_HEALTH[health]);
  }

  /** The federation has changed its mind about a member. */
  believed(cluster: number, healthy: boolean): void {
    this.happened(cluster, healthy ? 'believed well' : 'believed lost');
    this.#set(cluster, 'believed', healthy ? MEMBER_HEALTH.up : MEMBER_HEALTH.lost);
  }

  /** A workload was divided anew. */
  decided({ workload, plan, before }: FederatorDecision): void {
    const { recorder } = this.#publish;
    const { name } = this.#plan.workloads[workload]!;
    // What finds no place is told at every member, for each of them has a reason.
    const lacking = plan.unplaced === 0 ? '' : `; ${plan.unplaced} of ${plan.wanted} replicas find no place`;
    plan.replicas.forEach((replicas, cluster) => {
      if (replicas === before[cluster] && lacking === '') return;
      const why = recorder.text(`${plan.because}: ${plan.reasons[cluster]!}${lacking}`);
      recorder.mark(this.#publish.mark('divided'), cluster, recorder.text(name), before[cluster]!, replicas, why);
      this.#assigned[workload]![cluster] = replicas;
      this.#set(
        cluster,
        'assigned',
        this.#assigned.reduce((sum, list) => sum + list[cluster]!, 0),
      );
    });
  }

  /** Replicas of a member may be Ready that were not, or not any more. */
  ready(cluster: number): void {
    const ready = this.#clusters[cluster]!.work.reduce((sum, controller) => sum + controller.ready, 0);
    this.#set(cluster, 'ready', ready);
  }

  #set(cluster: number, column: string, value: number): void {
    this.#publish.recorder.set(this.#publish.column(`clusters.${column}`), cluster, value);
  }
}

/** Outages so far, and what traffic between places and lines by the hour have cost, US dollars. */
export interface FederationReport {
  readonly outages: readonly Outage[];
  readonly trafficUsd: number;
  readonly lineUsd: number;
}

/** Keys of the catalog's metrics; `isBilled`: whether what callers and services send goes over the lines at all. */
export function federationMetrics(
  { outages, trafficUsd, lineUsd }: FederationReport,
  isBilled: boolean,
): Record<string, number> {
  const costs = {
    ...(isBilled ? { crossTrafficCost: trafficUsd } : {}),
    ...(lineUsd === 0 ? {} : { lineCost: lineUsd }),
  };
  if (outages.length === 0) return costs;
  const mean = (value: (outage: Outage) => number): number =>
    outages.reduce((sum, outage) => sum + value(outage), 0) / outages.length;
  const keys = { detected: 'timeToDetect', decided: 'timeToDecide', placed: 'timeToPlace', served: 'timeToServe' };
  // A step that no outage reached has no time.
  const steps = FAILOVER_STEPS.filter((step) => outages.some(({ reachedNs }) => reachedNs[step] !== undefined));
  return {
    ...costs,
    ...Object.fromEntries(steps.map((step) => [keys[step], mean(({ took }) => took[step])])),
    outageTime: mean(({ outageNs }) => outageNs),
    requestsLost: outages.reduce((sum, { requestsLost }) => sum + requestsLost, 0),
  };
}

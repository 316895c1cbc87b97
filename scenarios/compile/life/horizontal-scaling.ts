/** The autoscalers of pods of one cluster, on what metrics-server tells them; what they order begins a time line of growth. */
import type { HorizontalDecision } from '../../../models/autoscaling/horizontal-controller.ts';
import { RESOURCE_METRICS_DEFAULTS, ResourceMetrics } from '../../../models/monitoring/resource-metrics.ts';
import type { ClusterLife, LivingGround } from './cluster-life.ts';
import type { ClusterPart } from './cluster-part.ts';
import { Scaling } from './scaling.ts';

/** The autoscalers of a cluster; undefined: its workloads are scaled by hand. */
export function horizontalScalingOf(ground: LivingGround, life: ClusterLife): ClusterPart | undefined {
  if (!ground.alternative.document.autoscalers.some(({ alarm }) => alarm === undefined)) return undefined;
  return new HorizontalScaling(ground, life);
}

/** Metrics, autoscalers and what is told of them. */
class HorizontalScaling implements ClusterPart {
  readonly #ground: LivingGround;
  readonly #life: ClusterLife;
  readonly #metrics: ResourceMetrics;

  constructor(ground: LivingGround, life: ClusterLife) {
    this.#ground = ground;
    this.#life = life;
    this.#metrics = this.#makeMetrics();
    const { sim, plan, alternative, load } = ground;
    const numberOf = (name: string): number => plan.workloads.findIndex((workload) => workload.name === name);
    new Scaling(
      {
        sim,
        controllers: life.controlPlane.controllers,
        streams: life.place.streams,
        cluster: life.cluster,
        metrics: this.#metrics,
        controllerOf: (name) => {
          const workload = numberOf(name);
          return { controller: life.controllers[workload]!, cpuMilli: plan.workloads[workload]!.cpuMilli };
        },
        readyChangedNs: (pod) => life.life.readyChangedNs(pod),
        handled: (name) => load().handled(life.serviceOf(plan.workloads[numberOf(name)]!.service)),
        onDecision: (name, decision, seen) => this.#decided(numberOf(name), decision, seen),
      },
      alternative.document.autoscalers.filter(({ alarm }) => alarm === undefined),
    );
  }

  begin(): void {
    this.#metrics.begin();
  }

  #makeMetrics(): ResourceMetrics {
    const { sim, residents, load } = this.#ground;
    const { life, roster, place } = this.#life;
    return new ResourceMetrics(
      sim,
      {
        running: () => life.containers.keys(),
        lifeOf: () => 0,
        nodeOf: (number) => residents.nodeOf[number]!,
        cpuNs: (number) => load().usedNs(number) - life.containers.get(number)!.cpuNs,
        startedNs: (number) => life.containers.get(number)!.sinceNs,
        memoryMib: () => 0,
        reaches: (node) => roster.isHeard(node - place.firstNode),
      },
      place.streams.stream('metrics-server', 'phases'),
      RESOURCE_METRICS_DEFAULTS,
    );
  }

  #decided(workload: number, decision: HorizontalDecision, cpuMilliSeen: number): void {
    const { rows, marks, place } = this.#life;
    rows.seen(workload, cpuMilliSeen);
    if (!decision.rescaled) return;
    this.#ordered(workload, decision);
    this.#ground.tally.rescaled(place.prefix + this.#ground.plan.workloads[workload]!.name, decision);
    marks.scaled(workload, decision.currentReplicas, decision.replicas, 'autoscaler');
  }

  #ordered(workload: number, { currentReplicas, replicas }: HorizontalDecision): void {
    if (replicas <= currentReplicas) return;
    const { sim, riseNs } = this.#ground;
    const { controllers, cluster, timeline } = this.#life;
    const samples = controllers[workload]!.active().flatMap(
      (pod) => this.#metrics.sampleOf(cluster.numberOf(pod)) ?? [],
    );
    const measuredNs = samples.reduce((newest, { timestampNs }) => Math.max(newest, timestampNs), 0);
    timeline.ordered(workload, replicas - currentReplicas, {
      riseNs: riseNs(),
      measuredNs,
      decidedNs: sim.nowNs,
    });
  }
}

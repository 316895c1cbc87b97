/**
 * Workloads of one cluster that a provider's own alarms scale, on what its agents measure: the processor time or the requests of a whole
 * period over all pods, known late. Left out: agents that fail, pods that are told apart.
 */
import { type AlarmLook, AlarmLoop } from '../../../models/autoscaling/alarm-loop.ts';
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { AutoscalerFile } from '../../document/autoscaler-schema.ts';
import type { ClusterLife, LivingGround } from './cluster-life.ts';
import type { ClusterPart } from './cluster-part.ts';

/** The alarms of a cluster; undefined: there are none. */
export function alarmScalingOf(ground: LivingGround, life: ClusterLife): ClusterPart | undefined {
  const files = ground.alternative.document.autoscalers.filter(({ alarm }) => alarm !== undefined);
  return files.length === 0 ? undefined : new AlarmScaling(ground, life, files);
}

/** A counter as it was when a period began. */
interface Meter {
  count: number;
  sinceNs: TimeNs;
}

class AlarmScaling implements ClusterPart {
  readonly #ground: LivingGround;
  readonly #life: ClusterLife;
  readonly #loops: readonly AlarmLoop[];

  constructor(ground: LivingGround, life: ClusterLife, files: readonly AutoscalerFile[]) {
    this.#ground = ground;
    this.#life = life;
    // Kinds of events are named for the workload: each has a loop of its own.
    this.#loops = files.map((file) => ground.sim.within(file.target, () => this.#loopOf(file)));
  }

  begin(): void {
    const { streams } = this.#life.place;
    for (const [index, loop] of this.#loops.entries()) loop.begin(streams.stream(`alarms/${index}`, 'phases'));
  }

  #loopOf({ target, min, max, alarm }: AutoscalerFile): AlarmLoop {
    const { sim, plan } = this.#ground;
    const workload = plan.workloads.findIndex(({ name }) => name === target);
    const controller = this.#life.controllers[workload]!;
    const { server } = this.#life.controlPlane;
    const { cpu, requests, periods, period, delay, add, remove, cooldown } = alarm!;
    // The document has exactly one of the two.
    const { above, below } = (cpu ?? requests)!;
    const byUse = cpu !== undefined;
    const mean = byUse ? this.#meanUse(workload) : this.#meanRequests(workload);
    return new AlarmLoop(
      sim,
      { above, below, periods, periodNs: period, delayNs: delay, add, remove, cooldownNs: cooldown, min, max },
      {
        get replicas() {
          return controller.replicas;
        },
        get canScale() {
          return server.isThere;
        },
        mean,
        scaleTo: (replicas) => controller.scaleTo(replicas),
      },
      (look) => this.#looked(workload, byUse, look),
    );
  }

  /** Processor time since this was last asked of the pods that run now, of what they request for that long. */
  #meanUse(workload: number): () => number | undefined {
    const { sim, plan, load } = this.#ground;
    const { cluster, life, controllers } = this.#life;
    const { cpuMilli } = plan.workloads[workload]!;
    let sinceNs = sim.nowNs;
    let before = new Map<number, number>();
    return () => {
      const pods = controllers[workload]!.active().map((pod) => cluster.numberOf(pod));
      const running = pods.filter((number) => life.containers.has(number));
      const used = new Map(running.map((number) => [number, load().usedNs(number)]));
      let spentNs = 0;
      // One that did not run then has run since its container started.
      for (const [number, usedNs] of used)
        spentNs += usedNs - (before.get(number) ?? life.containers.get(number)!.cpuNs);
      const spanNs = sim.nowNs - sinceNs;
      sinceNs = sim.nowNs;
      before = used;
      if (running.length === 0 || spanNs === 0) return undefined;
      return spentNs / spanNs / running.length / (cpuMilli / 1000);
    };
  }

  /** Requests a second since this was last asked, for each pod that runs now. */
  #meanRequests(workload: number): () => number | undefined {
    const { sim, plan, load } = this.#ground;
    const { controllers } = this.#life;
    const service = this.#life.serviceOf(plan.workloads[workload]!.service);
    const meter: Meter = { count: 0, sinceNs: sim.nowNs };
    return () => {
      const count = load().handled(service);
      const perSec = ((count - meter.count) / (sim.nowNs - meter.sinceNs)) * NS_PER_SECOND;
      meter.count = count;
      meter.sinceNs = sim.nowNs;
      const pods = controllers[workload]!.current;
      return pods === 0 || Number.isNaN(perSec) ? undefined : perSec / pods;
    };
  }

  #looked(workload: number, byUse: boolean, { value, before, replicas, measuredNs, nowNs, alarm }: AlarmLook): void {
    const { rows, marks, place, timeline } = this.#life;
    const { tally, plan, riseNs } = this.#ground;
    const { name, cpuMilli } = plan.workloads[workload]!;
    if (byUse) rows.seen(workload, value === undefined ? Number.NaN : value * cpuMilli);
    if (replicas === before) return;
    tally.rescaled(place.prefix + name, { currentReplicas: before, replicas });
    marks.scaled(workload, before, replicas, alarm === 'high' ? 'upper alarm' : 'lower alarm');
    if (replicas < before) return;
    timeline.ordered(workload, replicas - before, { riseNs: riseNs(), measuredNs, decidedNs: nowNs });
  }
}

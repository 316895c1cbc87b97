/**
 * Memory of one living cluster: what pods use, whom kubelets evict and kernels kill for it, and which nodes take nobody meanwhile.
 *
 * A node has for its pods what it offers to the scheduler, and the hard threshold on top (node allocatable is capacity less what the system
 * reserves, less that threshold); the system uses what is reserved for it. A pod of which nobody says what it uses has what it requests. The
 * taint keeps every pod off that does not tolerate it: the admission plugin that lets in those with requests is off by default.
 */

import {
  exceedsMibNs,
  type MemoryUse,
  memoryMibAt,
  type RunningMemory,
  togetherExceedNs,
  togetherMib,
} from '../../../models/cluster/kubelet/memory-use.ts';
import { kubeletOrder, type MemoryPod, oomScore } from '../../../models/cluster/kubelet/memory-victims.ts';
import { NodePressure, PRESSURE_TIMES } from '../../../models/cluster/kubelet/node-pressure.ts';
import { TAINT } from '../../../models/cluster/node-life/node-conditions.ts';
import { NS_PER_SECOND } from '../../../sim/engine/sim-time.ts';
import type { EventHandle, EventKind } from '../../../sim/engine/simulation.ts';
import type { ClusterLife, LivingGround } from './cluster-life.ts';
import type { ClusterPart } from './cluster-part.ts';
import type { LivingWorkload } from './life-plan.ts';
import type { PodStep } from './pod-life.ts';
import { PressureStatus } from './pressure-status.ts';

/** The memory of a cluster; undefined: nobody says what pods use. */
export function memoryPressureOf(ground: LivingGround, life: ClusterLife): ClusterPart | undefined {
  const isSaid = ground.plan.workloads.some(
    ({ file }) => file.memoryUse !== undefined || file.memoryLimit !== undefined,
  );
  return isSaid ? new MemoryPressure(ground, life) : undefined;
}

interface Runner extends RunningMemory, MemoryPod {
  readonly pod: number;
}

/** Memory at work. */
class MemoryPressure implements ClusterPart {
  readonly #ground: LivingGround;
  readonly #life: ClusterLife;
  readonly #managers: readonly NodePressure[];
  readonly #status: PressureStatus;
  readonly #full: (EventHandle | undefined)[];
  readonly #kinds: Readonly<Record<'look' | 'limit' | 'full', EventKind>>;

  constructor(ground: LivingGround, life: ClusterLife) {
    this.#ground = ground;
    this.#life = life;
    const { hard, soft, transition } = ground.alternative.document.eviction;
    const thresholds = [
      { availableMib: hard, graceNs: 0 },
      ...(soft === undefined ? [] : [{ availableMib: soft.available, graceNs: soft.grace }]),
    ];
    const { nodes } = life.place;
    this.#managers = nodes.map(() => new NodePressure({ thresholds, transitionNs: transition }));
    this.#status = new PressureStatus(ground, life, {
      mark: 'memory-pressure',
      event: 'kubelet writes its pressure',
      taint: TAINT.memoryPressureNoSchedule,
    });
    this.#full = nodes.map(() => undefined);
    const { sim } = ground;
    this.#kinds = {
      look: sim.kind('kubelet looks at its memory', (node) => this.#look(node)),
      limit: sim.kind('container is at its limit of memory', (number) => this.#atLimit(number)),
      full: sim.kind('memory of a node is full', (node) => this.#isFull(node)),
    };
  }

  begin(): void {
    const { nodes, streams } = this.#life.place;
    nodes.forEach(({ name }, node) => {
      const phaseNs = Math.floor(streams.stream(`nodes/${name}`, 'eviction').uniform() * PRESSURE_TIMES.lookNs);
      this.#ground.sim.after(phaseNs, this.#kinds.look, node);
    });
  }

  stepped(pod: number, step: PodStep): void {
    if (step !== 'started') return;
    const { file } = this.#workloadOf(pod);
    const limitNs = file.memoryLimit === undefined ? Infinity : exceedsMibNs(this.#useOf(pod), file.memoryLimit);
    if (limitNs < Infinity) this.#ground.sim.after(limitNs, this.#kinds.limit, this.#life.cluster.numberOf(pod));
    this.#awaitFull(this.#life.cluster.pods.node[pod]!);
  }

  metrics(): Record<string, number> {
    const { memoryEvictions, oomKills } = this.#ground.tally;
    return { memoryEvictions, oomKills };
  }

  #look(node: number): void {
    const { sim, publish, residents } = this.#ground;
    const manager = this.#managers[node]!;
    sim.cause = -1;
    if (!this.#life.roster.isAlive(node)) {
      manager.reset();
      this.#status.lost(node);
      sim.after(PRESSURE_TIMES.lookNs, this.#kinds.look, node);
      return;
    }
    this.#status.runs(node);
    const usedMib = togetherMib(this.#running(node), sim.nowNs);
    const row = residents.nodeRow(this.#life.place.firstNode + node);
    publish.recorder.set(publish.column('nodes.memoryMibUsed'), row, usedMib);
    const { pressure, evicts } = manager.look(this.#capacityMib(node) - usedMib, sim.nowNs);
    this.#status.set(node, pressure);
    const evicted = evicts && this.#evict(node);
    sim.after(evicted ? PRESSURE_TIMES.cleanedUpNs : PRESSURE_TIMES.lookNs, this.#kinds.look, node);
  }

  #evict(node: number): boolean {
    const { sim, tally } = this.#ground;
    const { cluster, marks } = this.#life;
    const ranked = this.#running(node).sort(kubeletOrder);
    const victim = ranked.find(({ pod }) => cluster.pods.terminating[pod] === 0);
    if (victim === undefined) return false;
    const leftMib = this.#capacityMib(node) - togetherMib(ranked, sim.nowNs);
    tally.memoryEvictions++;
    const words = `uses ${mib(victim.usedMib)}, requested ${mib(victim.requestMib)}; the node has ${mib(leftMib)} left`;
    marks.words('memory-evicted', this.#rowOf(victim.pod), words);
    cluster.kubelets.evict(victim.pod);
    return true;
  }

  #atLimit(number: number): void {
    const { sim } = this.#ground;
    const { cluster, life } = this.#life;
    const pod = cluster.rowOf(number);
    const container = life.containers.get(number);
    if (pod === undefined || container === undefined) return;
    const limitMib = this.#workloadOf(pod).file.memoryLimit!;
    // Another container has started since.
    if (sim.nowNs - container.sinceNs < exceedsMibNs(this.#useOf(pod), limitMib)) return;
    this.#kill(pod, `it may use ${mib(limitMib)}`);
  }

  #awaitFull(node: number): void {
    const { sim } = this.#ground;
    const handle = this.#full[node];
    if (handle !== undefined) sim.cancel(handle);
    const atNs = togetherExceedNs(this.#running(node), this.#capacityMib(node), sim.nowNs);
    this.#full[node] = atNs === Infinity ? undefined : sim.at(atNs, this.#kinds.full, node);
  }

  /** The kernel kills before the kubelet has looked. */
  #isFull(node: number): void {
    this.#full[node] = undefined;
    const { sim } = this.#ground;
    const { pods } = this.#life.cluster;
    const capacityMib = this.#capacityMib(node);
    const running = this.#running(node);
    if (togetherMib(running, sim.nowNs) > capacityMib) {
      const victims = running.filter(({ pod }) => pods.terminating[pod] === 0);
      const victim = victims.sort((a, b) => oomScore(b, capacityMib) - oomScore(a, capacityMib))[0];
      if (victim === undefined) {
        this.#full[node] = sim.after(NS_PER_SECOND, this.#kinds.full, node);
        return;
      }
      this.#kill(victim.pod, `the node has ${mib(capacityMib)}, all in use`);
    }
    this.#awaitFull(node);
  }

  #kill(pod: number, why: string): void {
    const { cluster, marks } = this.#life;
    if (cluster.pods.terminating[pod] === 1) return;
    this.#ground.tally.oomKills++;
    marks.words('oom-killed', this.#rowOf(pod), why);
    cluster.kubelets.crash(pod);
  }

  /** Pods whose containers run on the node, with what they use now. */
  #running(node: number): Runner[] {
    const { cluster, life } = this.#life;
    const { nowNs } = this.#ground.sim;
    return cluster.pods.podsOn(node).flatMap((pod): Runner[] => {
      const container = life.containers.get(cluster.numberOf(pod));
      if (container === undefined) return [];
      const { memoryMib, cpuMilli, file } = this.#workloadOf(pod);
      const use = this.#useOf(pod);
      return [
        {
          pod,
          use,
          sinceNs: container.sinceNs,
          usedMib: memoryMibAt(use, nowNs - container.sinceNs),
          requestMib: memoryMib,
          isGuaranteed: memoryMib > 0 && file.memoryLimit === memoryMib && file.cpuLimit === cpuMilli,
          priority: this.#ground.plan.versions[cluster.pods.template[pod]!]!.priority,
        },
      ];
    });
  }

  #useOf(pod: number): MemoryUse {
    const { file, memoryMib } = this.#workloadOf(pod);
    if (file.memoryUse === undefined) return { startMib: memoryMib, reachesMib: memoryMib, afterNs: 0 };
    const { start, reaches, after } = file.memoryUse;
    return { startMib: start, reachesMib: reaches, afterNs: after };
  }

  #workloadOf(pod: number): LivingWorkload {
    const { plan } = this.#ground;
    return plan.workloads[plan.versions[this.#life.cluster.pods.template[pod]!]!.workload]!;
  }

  #capacityMib(node: number): number {
    return this.#life.place.nodes[node]!.allocatable.memoryMib + this.#ground.alternative.document.eviction.hard;
  }

  #rowOf(pod: number): number {
    return this.#ground.residents.row(this.#life.cluster.numberOf(pod));
  }
}

function mib(amount: number): string {
  return `${Math.round(amount)} MiB`;
}

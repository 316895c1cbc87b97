/**
 * One cluster that lives: controllers make pods, the scheduler places them, kubelets start and end them, and whoever follows
 * hears of each step. Wires models of `cluster` and `scheduling`; knows no document.
 */
import type { KubeletListener, PodStage } from '../../../models/cluster/kubelet/kubelet-context.ts';
import { Kubelets } from '../../../models/cluster/kubelet/kubelets.ts';
import type { NodeServices } from '../../../models/cluster/kubelet/node-services.ts';
import type { Application, KubeletTimes, PodRuntime } from '../../../models/cluster/kubelet/pod-runtime.ts';
import type { PodShape } from '../../../models/cluster/pod.ts';
import { NONE, POD_PHASE, PodTable } from '../../../models/cluster/pod-table.ts';
import {
  CONTROLLER_MANAGER_DEFAULTS,
  ControllerManager,
  type ControllerManagerOptions,
} from '../../../models/cluster/workload/controller-manager.ts';
import { EndedPods } from '../../../models/cluster/workload/ended-pods.ts';
import type { ClusterEvent } from '../../../models/scheduling/queue/cluster-event.ts';
import { hintsOf } from '../../../models/scheduling/queue/hints.ts';
import { SchedulingLoop } from '../../../models/scheduling/queue/scheduling-loop.ts';
import type { Decision, PostFilter, Scheduler } from '../../../models/scheduling/scheduler.ts';
import { nsToSeconds, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { ControlPlane } from './control-plane.ts';

/** What pods of one template are. */
export interface LivingTemplate {
  /** Number of the shape at the scheduler. */
  readonly shape: number;
  /** Number of the service that its pods serve; NONE: none. */
  readonly service: number;
  /** The beginning of its pods' names. */
  readonly name: string;
  readonly runtime: PodRuntime;
  readonly priority: number;
}

/** Hears of pods, by their row in the table. */
export interface LivingFollower {
  /** Returns the number by which the run knows the pod for ever. */
  created(pod: number): number;
  bound(pod: number, decision: Decision): void;
  /** It stands on its node before anything happens, and is Ready. */
  stood(pod: number, node: number): void;
  refused(pod: number, outcome: PostFilter): void;
  /** The API server says that it is Ready, or that it is not. */
  ready(pod: number, ready: boolean): void;
  /** A controller gives it up for its node's sake, and is about to delete it. */
  evicted(pod: number): void;
  /** Its deletion was written. */
  terminating(pod: number): void;
  /** It is about to be removed. */
  gone(pod: number): void;
  /** A stage was reached on its node, whoever knows. */
  stage(pod: number, stage: PodStage): void;
}

/** Hears where pods are, by their row in the table. */
export interface PodPlaces {
  bound(pod: number, node: number): void;
  /** It is about to be removed; it may never have had a node. */
  gone(pod: number): void;
}

/** What a living cluster is made of. */
export interface LivingParts {
  readonly sim: Simulation;
  readonly templates: readonly LivingTemplate[];
  /** Knows the shapes and the nodes, and no pods. */
  readonly scheduler: Scheduler;
  readonly application: Application;
  readonly services: NodeServices;
  /** How long one decision of the scheduler takes. */
  readonly attemptNs: TimeNs;
  /** The scheduler is about to decide about the pod of this number of its own. */
  readonly onAttempt?: (seat: number) => void;
  readonly kubelet?: KubeletTimes;
  /** What a pod of a shape asks of the scheduler that is meant for one node; undefined: none is. */
  readonly onlyOn?: (shape: number, node: number) => PodShape;
  /** Images that a node pulls at the same time. */
  readonly pullsAtOnce?: number;
  readonly manager?: ControllerManagerOptions;
  /** All parts are always there if left out. */
  readonly controlPlane?: Pick<ControlPlane, 'scheduler' | 'controllers'>;
}

/** One living cluster. */
export class LivingCluster {
  readonly pods = new PodTable();
  /** Pods that have ended and are kept: they are in no row of the table any more. */
  readonly ended = new EndedPods();
  readonly manager: ControllerManager;
  readonly kubelets: Kubelets;
  readonly scheduler: Scheduler;
  readonly #parts: LivingParts;
  readonly #follower: LivingFollower;
  readonly #loop: SchedulingLoop;
  /** The pod's number at the scheduler, by row; neither it nor the run's number is ever used again. */
  readonly #seatOf: number[] = [];
  /** By seat; NONE: its pod is gone. */
  readonly #rowOfSeat: number[] = [];
  /** The run's number of the pod in a row. */
  readonly #numberOf: number[] = [];
  readonly #rowOf = new Map<number, number>();
  readonly #shapesFor = new Map<string, number>();
  readonly #places: PodPlaces[] = [];
  readonly #wasReady: boolean[] = [];
  /** Pods that are created stand in the same instant, where there is room for them. */
  #isSettling = false;
  /** By row: its kubelet has ended it for its node's sake. */
  readonly #isEvicted: boolean[] = [];
  readonly #made: number[];
  readonly #kinds: Readonly<Record<'victim', EventKind>>;

  constructor(parts: LivingParts, follower: LivingFollower) {
    this.#parts = parts;
    this.#follower = follower;
    this.scheduler = parts.scheduler;
    this.#made = parts.templates.map(() => 0);
    const { sim, pods } = { sim: parts.sim, pods: this.pods };
    const { manager = CONTROLLER_MANAGER_DEFAULTS, controlPlane } = parts;
    const presence = controlPlane === undefined ? {} : { presence: controlPlane.controllers };
    this.manager = new ControllerManager(sim, pods, this.#podFollowers(), { ...manager, ...presence });
    this.kubelets = new Kubelets({
      sim,
      pods,
      runtimeOf: (template) => parts.templates[template]!.runtime,
      application: parts.application,
      services: parts.services,
      listener: this.#kubeletListener(),
      ...(parts.kubelet === undefined ? {} : { times: parts.kubelet }),
      ...(parts.pullsAtOnce === undefined ? {} : { pullsAtOnce: parts.pullsAtOnce }),
    });
    this.#loop = this.#makeLoop();
    this.#kinds = { victim: sim.kind('pod is pushed out', (seat) => this.#pushOut(seat)) };
  }

  /** The run's number of a pod: one for each life. */
  numberOf(pod: number): number {
    return this.#numberOf[pod]!;
  }

  /** The row of a number; undefined: the pod is gone. */
  rowOf(number: number): number | undefined {
    return this.#rowOf.get(number);
  }

  /** The scheduler's number of the pod in a row. */
  seatOf(pod: number): number {
    return this.#seatOf[pod]!;
  }

  /** The run's number of the scheduler's number of a pod that exists. */
  numberOfSeat(seat: number): number {
    return this.#numberOf[this.#rowOfSeat[seat]!]!;
  }

  /** How many nodes exist. */
  get nodeCount(): number {
    return this.scheduler.marks.present;
  }

  /** From now on this one hears where pods are. */
  follow(places: PodPlaces): void {
    this.#places.push(places);
  }

  /**
   * Everything that controllers want stands at once: each pod on the node that the scheduler chooses for it, one after another, and Ready. Who
   * finds no node, or no network, waits or starts as in any other cluster.
   */
  settle(): void {
    this.#isSettling = true;
    this.manager.settle();
    this.#isSettling = false;
  }

  /** A controller writes Ready=False; only the pod's kubelet makes it True again. */
  markNotReady(pod: number): void {
    if (!this.pods.setReady(pod, false, this.#parts.sim.nowNs)) return;
    this.#readiness(pod);
    this.manager.podChanged(pod);
  }

  /** A controller deletes a pod for its node's sake. */
  evict(pod: number): void {
    if (this.pods.terminating[pod] === 1) return;
    this.#follower.evicted(pod);
    this.manager.deleteNow(pod);
  }

  /** A pod is taken out without its kubelet's word. */
  forceDelete(pod: number): void {
    this.evict(pod);
    if (this.pods.exists(pod)) this.manager.ended(pod);
  }

  /** Something changed at a node that may let waiting pods in. */
  happened(event: ClusterEvent): void {
    this.#loop.happened(event);
  }

  #makeLoop(): SchedulingLoop {
    const { sim, templates, scheduler, attemptNs, onAttempt, controlPlane } = this.#parts;
    const templateOf = (seat: number): LivingTemplate => templates[this.pods.template[this.#rowOfSeat[seat]!]!]!;
    return new SchedulingLoop(sim, {
      scheduler,
      nodeCount: () => scheduler.marks.present,
      priorityOf: (seat) => templateOf(seat).priority,
      mayEnter: () => true,
      hint: hintsOf(scheduler),
      attemptNs: () => attemptNs,
      bindNs: () => 0,
      ...(controlPlane === undefined ? {} : { presence: controlPlane.scheduler }),
      ...(onAttempt === undefined ? {} : { onAttempt }),
      onBound: (decision) => this.#bound(decision),
      onRefused: (seat, outcome) => this.#refused(seat, outcome),
    });
  }

  #podFollowers() {
    return {
      created: (pod: number) => this.#created(pod),
      terminating: (pod: number) => {
        this.#unready(pod);
        this.#follower.terminating(pod);
        this.kubelets.terminate(pod);
      },
      gone: (pod: number) => this.#gone(pod),
      dropped: (object: number) => this.ended.ownerGone(object),
    };
  }

  #kubeletListener(): KubeletListener {
    return {
      changed: (pod) => {
        this.#readiness(pod);
        // What a kubelet has evicted leaves its row at once, and is kept among those that have ended.
        if (this.#wasEvicted(pod)) this.manager.ended(pod);
        else this.manager.podChanged(pod);
      },
      ended: (pod) => this.manager.ended(pod),
      stage: (pod, stage) => {
        if (stage === 'evicted') this.#isEvicted[pod] = true;
        this.#follower.stage(pod, stage);
      },
    };
  }

  /** A container that is always started again ends by eviction only. */
  #wasEvicted(pod: number): boolean {
    const { runtime } = this.#parts.templates[this.pods.template[pod]!]!;
    return this.pods.phase[pod] === POD_PHASE.failed && runtime.restart === 'Always';
  }

  #created(pod: number): void {
    const template = this.pods.template[pod]!;
    const { name, shape, service } = this.#parts.templates[template]!;
    const seat = this.scheduler.addPod({
      name: `${name}-${this.#made[template]++}`,
      shape: this.#shapeFor(shape, this.pods.onlyNode[pod]!),
      service,
    });
    this.#seatOf[pod] = seat;
    while (this.#rowOfSeat.length <= seat) this.#rowOfSeat.push(NONE);
    this.#rowOfSeat[seat] = pod;
    this.#wasReady[pod] = false;
    this.#isEvicted[pod] = false;
    const number = this.#follower.created(pod);
    this.#numberOf[pod] = number;
    this.#rowOf.set(number, pod);
    if (!this.#isSettling || !this.#stand(pod, seat)) this.#loop.add(seat);
  }

  /** Whether there was a node for the pod. */
  #stand(pod: number, seat: number): boolean {
    const { scheduler, sim, onAttempt } = this.#parts;
    onAttempt?.(seat);
    const decision = scheduler.schedule(seat);
    const { node } = decision;
    if (node < 0) return false;
    scheduler.started(seat, Math.floor(nsToSeconds(sim.nowNs)));
    this.pods.bind(pod, node);
    this.kubelets.stand(pod);
    this.#wasReady[pod] = this.pods.ready[pod] === 1;
    if (this.#wasReady[pod]) this.#follower.stood(pod, node);
    else this.#follower.bound(pod, decision);
    for (const places of this.#places) places.bound(pod, node);
    return true;
  }

  /** The scheduler's number of a shape, or of that shape for one node. */
  #shapeFor(shape: number, node: number): number {
    const { onlyOn } = this.#parts;
    if (node === NONE || onlyOn === undefined) return shape;
    const key = `${shape} ${node}`;
    const known = this.#shapesFor.get(key) ?? this.scheduler.addShape(onlyOn(shape, node));
    this.#shapesFor.set(key, known);
    return known;
  }

  #bound(decision: Decision): void {
    const pod = this.#rowOfSeat[decision.pod]!;
    // Deleted in the very instant of its binding.
    if (pod === NONE) {
      this.scheduler.forget(decision.pod);
      return;
    }
    this.scheduler.started(decision.pod, Math.floor(nsToSeconds(this.#parts.sim.nowNs)));
    this.pods.bind(pod, decision.node);
    this.#follower.bound(pod, decision);
    this.kubelets.bound(pod);
    for (const places of this.#places) places.bound(pod, decision.node);
    this.manager.podChanged(pod);
  }

  #refused(seat: number, outcome: PostFilter): void {
    const pod = this.#rowOfSeat[seat]!;
    if (pod !== NONE) this.#follower.refused(pod, outcome);
    if (outcome.node >= 0) for (const victim of outcome.victims) this.#parts.sim.after(0, this.#kinds.victim, victim);
  }

  #pushOut(seat: number): void {
    const pod = this.#rowOfSeat[seat]!;
    if (pod !== NONE) this.manager.deleteNow(pod);
  }

  #readiness(pod: number): void {
    const ready = this.pods.ready[pod] === 1;
    if (ready === this.#wasReady[pod] || (ready && this.pods.terminating[pod] === 1)) return;
    this.#wasReady[pod] = ready;
    this.#follower.ready(pod, ready);
  }

  #unready(pod: number): void {
    if (!this.#wasReady[pod]) return;
    this.#wasReady[pod] = false;
    this.#follower.ready(pod, false);
  }

  /** Jobs and ReplicaSets leave what has ended where it is; other owners delete it. */
  #keep(pod: number): void {
    const { owner, node, template, createdNs } = this.pods;
    const kind = this.manager.get(owner[pod]!)?.kind;
    if (kind !== 'Job' && kind !== 'ReplicaSet') return;
    this.ended.add({
      owner: owner[pod]!,
      node: node[pod]!,
      template: template[pod]!,
      createdNs: createdNs[pod]!,
      isEvicted: this.#isEvicted[pod]!,
    });
  }

  #gone(pod: number): void {
    this.#unready(pod);
    const seat = this.#seatOf[pod]!;
    const node = this.pods.node[pod]!;
    if (this.pods.hasEnded(pod)) this.#keep(pod);
    for (const places of this.#places) places.gone(pod);
    this.#follower.gone(pod);
    this.#rowOf.delete(this.#numberOf[pod]!);
    this.#rowOfSeat[seat] = NONE;
    if (node === NONE) {
      this.#loop.remove(seat);
      return;
    }
    this.kubelets.forget(pod);
    this.scheduler.forget(seat);
    this.#loop.happened({ kind: 'AssignedPodDelete', node, pod: seat });
  }
}

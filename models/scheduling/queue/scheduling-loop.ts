/**
 * The life of pods in one scheduler, in simulated time: taken from the queue one after another, decided, reserved, permitted,
 * bound; or refused, and tried again when something has happened.
 *
 * Source: Kubernetes 1.34 `schedule_one.go`: decisions are made one at a time and bindings run beside the next decisions.
 * Leaves out: several schedulers of one cluster at once, errors of the API server, batches of pods of one shape.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventHandle, EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { Presence } from '../../cluster/control-plane/presence.ts';
import type { Decision, PostFilter, Scheduler } from '../scheduler.ts';
import type { ClusterEvent } from './cluster-event.ts';
import type { Extension } from './extension.ts';
import { DEFAULT_QUEUE_OPTIONS, type QueueContext, type QueueOptions, SchedulingQueue } from './scheduling-queue.ts';

/** What a loop is told, and what it tells. */
export interface LoopContext extends QueueContext {
  readonly scheduler: Scheduler;
  /** Nodes that exist now: with none, every attempt fails for no plugin's reason. */
  readonly nodeCount: () => number;
  /** How long a decision takes. */
  readonly attemptNs: (pod: number) => TimeNs;
  /** While it is not there nothing is decided or bound; always there if left out. */
  readonly presence?: Presence;
  /** How long a binding takes, besides what extensions do before it. */
  readonly bindNs: (pod: number) => TimeNs;
  readonly onAttempt?: (pod: number, nowNs: TimeNs) => void;
  readonly onBound: (decision: Decision) => void;
  /** The pod stays pending; its message and, when victims were found, the node that it will get. */
  readonly onRefused: (pod: number, outcome: PostFilter) => void;
}

/** Between reservation and binding. */
interface Binding {
  readonly decision: Decision;
  /** While it waits for its permit: the event that ends the waiting. */
  timeout: EventHandle | undefined;
  /** While it is being bound. */
  bound: EventHandle | undefined;
}

/** One scheduler at work. */
export class SchedulingLoop {
  readonly queue: SchedulingQueue;
  readonly #sim: Simulation;
  readonly #context: LoopContext;
  readonly #extensions: readonly Extension[];
  readonly #bindings = new Map<number, Binding>();
  readonly #attempt: EventKind;
  readonly #conclude: EventKind;
  readonly #permitTimeout: EventKind;
  readonly #bind: EventKind;
  #busy: Decision | undefined;
  #wake: EventHandle | undefined;

  constructor(
    sim: Simulation,
    context: LoopContext,
    extensions: readonly Extension[] = [],
    options: QueueOptions = DEFAULT_QUEUE_OPTIONS,
  ) {
    this.#sim = sim;
    this.#context = context;
    this.#extensions = extensions;
    context.presence?.onReturn((anew) => {
      if (anew) this.queue.beginAnew(sim.nowNs);
      this.#look();
    });
    const mayEnter = (pod: number): boolean =>
      context.mayEnter(pod) && extensions.every((each) => each.preEnqueue?.(pod) ?? true);
    this.queue = new SchedulingQueue({ ...context, mayEnter }, options);
    this.#attempt = sim.kind('scheduler looks at its queue', () => this.#next());
    this.#conclude = sim.kind('scheduler has decided', () => this.#concluded());
    this.#permitTimeout = sim.kind('permit ran out', (pod) => this.reject(pod));
    this.#bind = sim.kind('pod is bound', (pod) => this.#bound(pod));
  }

  /** A pod without a node has come. */
  add(pod: number): void {
    this.queue.add(pod, this.#sim.nowNs);
    this.#look();
  }

  /** A pod that is not bound is gone. */
  remove(pod: number): void {
    const binding = this.#bindings.get(pod);
    if (binding !== undefined) this.#giveUp(binding, this.#extensions.length);
    this.queue.remove(pod);
    this.#context.scheduler.denominate(pod);
  }

  /** Something happened in the cluster that may let refused pods in. */
  happened(event: ClusterEvent): void {
    this.queue.happened(event, this.#sim.nowNs);
    this.#look();
  }

  /** Gates of a pod were taken off. */
  gatesChanged(pod: number): void {
    this.queue.gatesChanged(pod, this.#sim.nowNs);
    this.#look();
  }

  /** A pod that waits for its permit may be bound. False if it does not wait. */
  allow(pod: number): boolean {
    const binding = this.#bindings.get(pod);
    if (binding?.timeout === undefined) return false;
    this.#sim.cancel(binding.timeout);
    binding.timeout = undefined;
    this.#prepareBinding(binding);
    return true;
  }

  /** A pod that waits for its permit does not get it: it leaves its node and is tried again. */
  reject(pod: number): void {
    const binding = this.#bindings.get(pod);
    if (binding?.timeout === undefined) return;
    this.#sim.cancel(binding.timeout);
    const waiting = this.#extensions.filter((each) => each.permit !== undefined).map(({ name }) => name);
    this.#undo(binding, this.#extensions.length, waiting);
  }

  /** Looks at the queue now, or when it says so. */
  #look(): void {
    if (this.#busy !== undefined || this.#isAway) return;
    if (this.#wake !== undefined) this.#sim.cancel(this.#wake);
    const wakeNs = this.queue.nextWakeNs(this.#sim.nowNs);
    this.#wake = Number.isFinite(wakeNs) ? this.#sim.at(wakeNs, this.#attempt) : undefined;
  }

  get #isAway(): boolean {
    return this.#context.presence?.isThere === false;
  }

  #next(): void {
    this.#wake = undefined;
    if (this.#isAway) return;
    const queued = this.queue.pop(this.#sim.nowNs);
    if (queued === undefined) {
      this.#look();
      return;
    }
    const { pod } = queued;
    this.#context.onAttempt?.(pod, this.#sim.nowNs);
    this.#busy = this.#context.scheduler.schedule(pod);
    this.#sim.after(this.#context.attemptNs(pod), this.#conclude);
  }

  #concluded(): void {
    const decision = this.#busy!;
    this.#busy = undefined;
    const { pod, node } = decision;
    if (this.queue.placeOf(pod) !== 'in-flight') {
      // Deleted while it was decided.
      if (node >= 0) this.#context.scheduler.forget(pod);
    } else if (this.#isAway) this.#forgetDecision(decision);
    else if (node < 0) this.#refuse(decision);
    else this.#reserve(decision);
    this.#look();
  }

  /** What it has decided cannot be written any more: the pod waits on. */
  #forgetDecision({ pod, node }: Decision): void {
    if (node >= 0) this.#context.scheduler.forget(pod);
    this.queue.failed(pod, [], this.#sim.nowNs);
  }

  #refuse({ pod, refusals }: Decision): void {
    const { scheduler } = this.#context;
    const outcome = scheduler.preempt(pod);
    if (outcome.node >= 0) scheduler.nominate(pod, outcome.node, outcome.victims);
    const rejectors = this.#context.nodeCount() === 0 ? [] : [...new Set(refusals.map(({ plugin }) => plugin))];
    this.queue.failed(pod, rejectors, this.#sim.nowNs);
    this.#context.onRefused(pod, outcome);
  }

  #reserve(decision: Decision): void {
    const { pod, node } = decision;
    const binding: Binding = { decision, timeout: undefined, bound: undefined };
    this.#bindings.set(pod, binding);
    for (const [place, extension] of this.#extensions.entries()) {
      if (extension.reserve?.(pod, node) ?? true) continue;
      this.#undo(binding, place + 1, [extension.name]);
      return;
    }
    let waitNs = -1;
    for (const extension of this.#extensions) {
      const permit = extension.permit?.(pod, node) ?? 'allow';
      if (permit === 'reject') {
        this.#undo(binding, this.#extensions.length, [extension.name]);
        return;
      }
      if (permit !== 'allow') waitNs = waitNs < 0 ? permit.waitAtMostNs : Math.min(waitNs, permit.waitAtMostNs);
    }
    if (waitNs < 0) this.#prepareBinding(binding);
    else binding.timeout = this.#sim.after(waitNs, this.#permitTimeout, pod);
  }

  #prepareBinding(binding: Binding): void {
    const { pod, node } = binding.decision;
    let workNs = 0;
    for (const extension of this.#extensions) {
      const ownNs = extension.preBind?.(pod, node) ?? 0;
      if (ownNs < 0) {
        this.#undo(binding, this.#extensions.length, [extension.name]);
        return;
      }
      workNs += ownNs;
    }
    binding.bound = this.#sim.after(workNs + this.#context.bindNs(pod), this.#bind, pod);
  }

  #bound(pod: number): void {
    const binding = this.#bindings.get(pod)!;
    if (this.#isAway) {
      this.#undo(binding, this.#extensions.length, []);
      return;
    }
    this.#bindings.delete(pod);
    this.queue.done(pod);
    this.#context.scheduler.denominate(pod);
    for (const extension of this.#extensions) extension.postBind?.(pod, binding.decision.node);
    this.#context.onBound(binding.decision);
    this.happened({ kind: 'AssignedPodAdd', node: binding.decision.node, pod });
  }

  /** The pod leaves its node again and goes back to the queue; what it had assumed is free for others. */
  #undo(binding: Binding, reserved: number, rejectors: readonly string[]): void {
    const { pod, node } = binding.decision;
    this.#giveUp(binding, reserved);
    this.queue.failed(pod, rejectors, this.#sim.nowNs);
    this.queue.happened({ kind: 'AssignedPodDelete', node, pod }, this.#sim.nowNs, pod);
    this.#look();
  }

  #giveUp({ decision, timeout, bound }: Binding, reserved: number): void {
    const { pod, node } = decision;
    if (timeout !== undefined) this.#sim.cancel(timeout);
    if (bound !== undefined) this.#sim.cancel(bound);
    this.#bindings.delete(pod);
    for (const extension of this.#extensions.slice(0, reserved).reverse()) extension.unreserve?.(pod, node);
    this.#context.scheduler.forget(pod);
  }
}

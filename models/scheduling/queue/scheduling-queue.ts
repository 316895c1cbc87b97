/**
 * The scheduler's queue: pods that can be tried, pods that wait out a backoff, pods that wait for something to happen.
 *
 * Source: Kubernetes 1.34 `pkg/scheduler/backend/queue`; attempt times and orders of the oracle suite `k8s`. Active pods go
 * by priority, then by the time at which they came. A pod that some plugin refused waits for an event that this plugin
 * cares about, then waits out its backoff; but while nothing is active, pods are taken out of the backoff early
 * (`SchedulerPopFromBackoffQ`). A pod that failed for no plugin's reason (no nodes at all) always waits out its backoff.
 * Backoffs end at the borders of one-second windows, so that pods of one window come out by priority.
 * Leaves out: pod groups, errors of the API, the time that moving pods takes.
 */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import { type ClusterEvent, caresAbout } from './cluster-event.ts';
import { PodHeap, type QueuedPod } from './pod-heap.ts';

/** Settings, named as in KubeSchedulerConfiguration. */
export interface QueueOptions {
  /** First backoff. */
  readonly podInitialBackoffNs: TimeNs;
  /** Longest backoff. */
  readonly podMaxBackoffNs: TimeNs;
  /** Where the one-second windows of the backoff begin: the fraction of a second of the scheduler's clock. */
  readonly windowPhaseNs: TimeNs;
  /** How long a refused pod waits for an event before it is tried anyway. */
  readonly leftoverNs: TimeNs;
}

/** What Kubernetes 1.34 has by default. */
export const DEFAULT_QUEUE_OPTIONS: QueueOptions = {
  podInitialBackoffNs: NS_PER_SECOND,
  podMaxBackoffNs: 10 * NS_PER_SECOND,
  windowPhaseNs: 0,
  leftoverNs: 300 * NS_PER_SECOND,
};

/** Pods of one window of the backoff come out together. */
const WINDOW_NS = NS_PER_SECOND;

/** Refused pods are looked through for those that have waited too long this often. */
const LEFTOVER_PERIOD_NS = 30 * NS_PER_SECOND;

/** What the queue asks about pods and events. */
export interface QueueContext {
  readonly priorityOf: (pod: number) => number;
  /** Whether the pod may be queued at all (upstream: PreEnqueue, which asks the scheduling gates). */
  readonly mayEnter: (pod: number) => boolean;
  /**
   * Whether the event could let the pod in, in the eyes of a plugin that refused it and that cares about events of this
   * kind (upstream: QueueingHint).
   */
  readonly hint: (plugin: string, pod: number, event: ClusterEvent) => boolean;
}

/** Where a pod is. */
export type QueuePlace = 'active' | 'backoff' | 'unschedulable' | 'gated' | 'in-flight' | 'absent';

/** The queue of one scheduler. All times are simulated and never go back. */
export class SchedulingQueue {
  readonly #options: QueueOptions;
  readonly #context: QueueContext;
  readonly #active = new PodHeap(activeBefore);
  readonly #backoff = new PodHeap(backoffBefore);
  readonly #errors = new PodHeap(backoffBefore);
  readonly #unschedulable = new Map<number, QueuedPod>();
  readonly #gated = new Map<number, QueuedPod>();
  /** Pods that are being tried, with the events since they were taken. */
  readonly #inFlight = new Map<number, { queued: QueuedPod; events: ClusterEvent[] }>();
  #sequence = 0;

  constructor(context: QueueContext, options: QueueOptions = DEFAULT_QUEUE_OPTIONS) {
    this.#context = context;
    this.#options = options;
  }

  /** How many pods can be tried at once. */
  get active(): number {
    return this.#active.size;
  }

  /** Where a pod is. */
  placeOf(pod: number): QueuePlace {
    if (this.#inFlight.has(pod)) return 'in-flight';
    if (this.#gated.has(pod)) return 'gated';
    if (this.#unschedulable.has(pod)) return 'unschedulable';
    if (this.#active.has(pod)) return 'active';
    return this.#backoff.has(pod) || this.#errors.has(pod) ? 'backoff' : 'absent';
  }

  /** A pod without a node has come. */
  add(pod: number, nowNs: TimeNs): void {
    const queued: QueuedPod = {
      pod,
      priority: this.#context.priorityOf(pod),
      timestampNs: nowNs,
      sequence: this.#sequence++,
      unschedulableCount: 0,
      errorCount: 0,
      attempts: 0,
      backoffUntilNs: 0,
      rejectors: [],
      place: 0,
    };
    this.#enter(queued);
  }

  /** A pod is gone, or was bound. */
  remove(pod: number): void {
    this.#active.remove(pod);
    this.#backoff.remove(pod);
    this.#errors.remove(pod);
    this.#unschedulable.delete(pod);
    this.#gated.delete(pod);
    this.#inFlight.delete(pod);
  }

  /** The next pod to try; undefined if none can be tried now. It is in flight until `done` or `failed`. */
  pop(nowNs: TimeNs): QueuedPod | undefined {
    this.#flush(nowNs);
    const queued = this.#active.pop() ?? this.#backoff.pop();
    if (queued === undefined) return undefined;
    queued.attempts++;
    queued.backoffUntilNs = 0;
    this.#inFlight.set(queued.pod, { queued, events: [] });
    return queued;
  }

  /** The pod has a node. */
  done(pod: number): void {
    this.#inFlight.delete(pod);
  }

  /** The attempt failed; `rejectors` are the plugins that refused nodes, none when there was another reason. */
  failed(pod: number, rejectors: readonly string[], nowNs: TimeNs): void {
    const flight = this.#inFlight.get(pod);
    // Deleted while it was tried.
    if (flight === undefined) return;
    this.#inFlight.delete(pod);
    const { queued, events } = flight;
    queued.timestampNs = nowNs;
    queued.sequence = this.#sequence++;
    queued.rejectors = rejectors;
    if (rejectors.length === 0) {
      queued.errorCount++;
      queued.backoffUntilNs = this.#backoffEnd(queued, queued.errorCount);
      this.#errors.push(queued);
      return;
    }
    queued.errorCount = 0;
    queued.unschedulableCount++;
    queued.backoffUntilNs = this.#backoffEnd(queued, queued.unschedulableCount);
    if (events.some((event) => this.#wakes(queued, event))) this.#requeue(queued, nowNs);
    else this.#unschedulable.set(pod, queued);
  }

  /**
   * Something happened: refused pods that it may let in come back, at once or after their backoff.
   * @param except a pod that made it happen by giving its node back, and that must not wake itself; -1: none
   */
  happened(event: ClusterEvent, nowNs: TimeNs, except = -1): void {
    for (const { events } of this.#inFlight.values()) events.push(event);
    for (const queued of [...this.#unschedulable.values()]) {
      if (queued.pod === except || !this.#wakes(queued, event)) continue;
      this.#unschedulable.delete(queued.pod);
      this.#requeue(queued, nowNs);
    }
  }

  /** Another process knows of no refusal: every pod that waits for something to happen can be tried. */
  beginAnew(nowNs: TimeNs): void {
    for (const pod of [...this.#unschedulable.keys()]) {
      this.#unschedulable.delete(pod);
      this.add(pod, nowNs);
    }
  }

  /** Gates of the pod may have gone. */
  gatesChanged(pod: number, nowNs: TimeNs): void {
    const queued = this.#gated.get(pod);
    if (queued === undefined || !this.#context.mayEnter(pod)) return;
    this.#gated.delete(pod);
    // The time of waiting behind a gate does not count.
    queued.timestampNs = nowNs;
    queued.sequence = this.#sequence++;
    this.#active.push(queued);
  }

  /** When `pop` should be asked again although nothing happened meanwhile; Infinity: never. */
  nextWakeNs(nowNs: TimeNs): TimeNs {
    if (this.#active.size + this.#backoff.size > 0) return nowNs;
    let wakeNs = Number.POSITIVE_INFINITY;
    const error = this.#errors.first;
    if (error !== undefined) wakeNs = Math.max(nowNs, error.backoffUntilNs + WINDOW_NS);
    for (const { timestampNs } of this.#unschedulable.values())
      wakeNs = Math.min(wakeNs, this.#leftoverTick(timestampNs));
    return wakeNs;
  }

  #enter(queued: QueuedPod): void {
    if (this.#context.mayEnter(queued.pod)) this.#active.push(queued);
    else this.#gated.set(queued.pod, queued);
  }

  #requeue(queued: QueuedPod, nowNs: TimeNs): void {
    if (this.#isBackingOff(queued, nowNs)) this.#backoff.push(queued);
    else this.#enter(queued);
  }

  #wakes({ pod, rejectors }: QueuedPod, event: ClusterEvent): boolean {
    return rejectors.some((plugin) => caresAbout(plugin, event.kind) && this.#context.hint(plugin, pod, event));
  }

  /** What has waited long enough becomes active. */
  #flush(nowNs: TimeNs): void {
    for (const heap of [this.#backoff, this.#errors]) {
      while (heap.first !== undefined && !this.#isBackingOff(heap.first, nowNs)) this.#enter(heap.pop()!);
    }
    if (this.#unschedulable.size === 0) return;
    for (const queued of [...this.#unschedulable.values()]) {
      if (this.#leftoverTick(queued.timestampNs) > nowNs) continue;
      this.#unschedulable.delete(queued.pod);
      this.#requeue(queued, nowNs);
    }
  }

  /** A pod is still backing off in the window in which its backoff ends. */
  #isBackingOff({ backoffUntilNs }: QueuedPod, nowNs: TimeNs): boolean {
    return backoffUntilNs >= this.#windowStart(nowNs);
  }

  /** Start of the window in which the backoff of the last failure ends; it doubles up to the longest. */
  #backoffEnd({ timestampNs }: QueuedPod, failures: number): TimeNs {
    const { podInitialBackoffNs, podMaxBackoffNs } = this.#options;
    let backoffNs = podInitialBackoffNs;
    for (let failure = 1; failure < failures && backoffNs < podMaxBackoffNs; failure++) backoffNs *= 2;
    return this.#windowStart(timestampNs + Math.min(backoffNs, podMaxBackoffNs));
  }

  #windowStart(timeNs: TimeNs): TimeNs {
    const { windowPhaseNs } = this.#options;
    return Math.floor((timeNs - windowPhaseNs) / WINDOW_NS) * WINDOW_NS + windowPhaseNs;
  }

  /** The first look at the leftovers that finds the pod's waiting too long. */
  #leftoverTick(timestampNs: TimeNs): TimeNs {
    return (Math.floor((timestampNs + this.#options.leftoverNs) / LEFTOVER_PERIOD_NS) + 1) * LEFTOVER_PERIOD_NS;
  }
}

function activeBefore(a: QueuedPod, b: QueuedPod): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority;
  return a.timestampNs !== b.timestampNs ? a.timestampNs < b.timestampNs : a.sequence < b.sequence;
}

/** Windows in order; within one the order of active pods. */
function backoffBefore(a: QueuedPod, b: QueuedPod): boolean {
  return a.backoffUntilNs !== b.backoffUntilNs ? a.backoffUntilNs < b.backoffUntilNs : activeBefore(a, b);
}

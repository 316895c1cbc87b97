/**
 * Placing in time: pods queue, wait behind gates, push out less important ones, start, wait on each other and serve.
 *
 * A simulation of the control plane alone, made before the run: what it decides is written down as steps, and the run takes
 * them at their instants. It is made only for scenarios in which time matters to placing (priorities that differ, gates,
 * an order of start); all others are placed in one go by `place`, with the same result as ever.
 * Source: Kubernetes 1.34 (`models/scheduling/queue`); containers that crash are restarted as a
 * kubelet does it (`models/cluster/kubelet/crash-backoff`). A pod that was pushed out is made again by its owner at once.
 * Leaves out: node deaths while pods are placed (the run replaces those pods), images, probes one by one.
 */
import { CrashBackoff } from '../../models/cluster/kubelet/crash-backoff.ts';
import type { AddressPool } from '../../models/network/addresses.ts';
import { hintsOf } from '../../models/scheduling/queue/hints.ts';
import { SchedulingLoop } from '../../models/scheduling/queue/scheduling-loop.ts';
import { DEFAULT_QUEUE_OPTIONS, type QueueOptions } from '../../models/scheduling/queue/scheduling-queue.ts';
import type { Decision, PostFilter, Scheduler } from '../../models/scheduling/scheduler.ts';
import { NS_PER_SECOND, nsToSeconds, secondsToNs, type TimeNs } from '../../sim/engine/sim-time.ts';
import { type EventKind, Simulation } from '../../sim/engine/simulation.ts';
import type { ScenarioDocument } from '../document/schema.ts';
import type { Startup } from '../document/startup-schema.ts';
import type { Population } from './population.ts';

/** Something that happened to a pod while pods were placed. */
export interface PlacementStep {
  readonly atNs: TimeNs;
  /** `bound`: it has a node. `refused`: no node would take it. `evicted`: a more important pod took its place. `ready`: it serves. */
  readonly kind: 'bound' | 'refused' | 'evicted' | 'ready';
  readonly pod: number;
  /** -1: none. */
  readonly node: number;
  readonly decision?: Decision;
  /** Of a pod that has a node: whether it has an address too. */
  readonly addressed?: boolean;
  /** Upstream's message for a pod that was refused. */
  readonly message?: string;
  /** The pod that took the place of an evicted one. */
  readonly by?: number;
}

/** What placing in time needs. */
export interface LivingContext {
  readonly document: ScenarioDocument;
  readonly population: Population;
  readonly scheduler: Scheduler;
  /** How many nodes there are. */
  readonly nodes: number;
  /** None taken yet, but those of pods that stood before. */
  readonly addresses: AddressPool;
  /** By pod: 1 for those that stood before and have an address. */
  readonly addressed: Uint8Array;
  /** Pods to be placed, in the order in which they come. */
  readonly order: readonly number[];
  /** Looks at a decision that is about to be made; true: stop here. */
  readonly observe?: (pod: number, scheduler: Scheduler) => boolean;
}

/** Whether pods serve later than they have a node. */
export function takesTime({ time, times, order }: Startup): boolean {
  return order.length > 0 || time > 0 || Object.keys(times).length > 0;
}

/** Whether time matters to the placing of this scenario. */
export function placesInTime(document: ScenarioDocument, { pods, shapes, boundTo }: Population): boolean {
  if (takesTime(document.startup)) return true;
  const waiting = pods.filter((_, pod) => boundTo[pod]! < 0);
  if (waiting.some(({ shape }) => (shapes[shape]!.schedulingGates ?? []).length > 0)) return true;
  const priorities = new Set(pods.map(({ shape }) => shapes[shape]!.priority ?? 0));
  return waiting.length > 0 && priorities.size > 1;
}

/** Places pods in time, up to the end of the scenario. */
export function placeInTime(context: LivingContext): readonly PlacementStep[] {
  return new Living(context).run();
}

/** One rule of order, with pods by number. */
interface Dependency {
  readonly by: Startup['order'][number]['by'];
  readonly pollNs: TimeNs;
  readonly waiting: ReadonlySet<number>;
  /** Pods that do not serve yet. */
  readonly missing: Set<number>;
}

class Living {
  readonly #sim = new Simulation();
  readonly #at: LivingContext;
  readonly #loop: SchedulingLoop;
  readonly #steps: PlacementStep[] = [];
  readonly #dependencies: readonly Dependency[];
  readonly #nodeOf = new Map<number, number>();
  readonly #told = new Map<number, string>();
  readonly #addressed = new Set<number>();
  /** Pods whose init container is content. */
  readonly #initialised = new Set<number>();
  /** Pauses of pods whose containers have crashed. */
  readonly #backoffs = new Map<number, CrashBackoff>();
  /** Pods that were pushed out and still hold their place. */
  readonly #leaving = new Set<number>();
  /** How often each pod was pushed out: what it had begun before is nothing to its next life. */
  readonly #life = new Map<number, number>();
  readonly #kinds: Readonly<Record<'try' | 'gone', EventKind>>;
  #stopped = false;

  constructor(context: LivingContext) {
    this.#at = context;
    const { document, population, scheduler } = context;
    this.#dependencies = document.startup.order.map((rule) => dependencyOf(rule, population));
    const attemptNs = Math.round(NS_PER_SECOND / document.scheduling.rate);
    const shapeOf = (pod: number) => population.shapes[population.pods[pod]!.shape]!;
    this.#loop = new SchedulingLoop(
      this.#sim,
      {
        scheduler,
        nodeCount: () => context.nodes,
        priorityOf: (pod) => shapeOf(pod).priority ?? 0,
        mayEnter: (pod) => (shapeOf(pod).schedulingGates ?? []).length === 0 && !this.#isGated(pod),
        hint: hintsOf(scheduler),
        attemptNs: () => attemptNs,
        bindNs: () => 0,
        onAttempt: (pod) => {
          if (!context.observe?.(pod, scheduler)) return;
          this.#stopped = true;
          this.#sim.stop();
        },
        onBound: (decision) => this.#bound(decision),
        onRefused: (pod, outcome) => this.#refused(pod, outcome),
      },
      [],
      queueOptionsOf(document),
    );
    this.#kinds = {
      try: this.#sim.kind('container starts', (pod, life) => this.#tryToServe(pod, life)),
      gone: this.#sim.kind('pushed out', (pod) => this.#gone(pod)),
    };
  }

  run(): readonly PlacementStep[] {
    const { document, order, population, addressed } = this.#at;
    const begin = this.#sim.kind('placing begins', () => {
      for (const pod of order) this.#loop.add(pod);
      for (const [pod, node] of population.boundTo.entries()) {
        if (node < 0) continue;
        if (addressed[pod] === 1 && population.inHostNetwork[pod] !== 1) this.#addressed.add(pod);
        this.#isThere(pod);
      }
    });
    this.#sim.at(document.scheduling.start, begin);
    this.#sim.run(document.duration);
    return this.#stopped ? [] : this.#steps;
  }

  #isGated(pod: number): boolean {
    return this.#dependencies.some(({ by, waiting, missing }) => by === 'gate' && waiting.has(pod) && missing.size > 0);
  }

  #bound(decision: Decision): void {
    const { pod, node } = decision;
    this.#nodeOf.set(pod, node);
    const { population, addresses, scheduler } = this.#at;
    scheduler.started(pod, Math.floor(nsToSeconds(this.#sim.nowNs)));
    const addressed = population.inHostNetwork[pod] === 1 || addresses.take(node);
    if (addressed && population.inHostNetwork[pod] !== 1) this.#addressed.add(pod);
    this.#step({ kind: 'bound', pod, node, decision, addressed });
    // Without an address it never serves.
    if (!addressed) return;
    const timeNs = this.#timeNs(pod);
    if (timeNs === 0 && !this.#dependencies.some(({ waiting }) => waiting.has(pod))) this.#serves(pod);
    else this.#tryAfter(this.#hasInit(pod) ? 0 : timeNs, pod);
  }

  /** From the node to serving. */
  #timeNs(pod: number): TimeNs {
    const { document, population } = this.#at;
    const { time, times } = document.startup;
    return times[population.services[population.pods[pod]!.service]?.kind ?? ''] ?? time;
  }

  #hasInit(pod: number): boolean {
    return this.#dependencies.some(
      ({ by, waiting, missing }) => by === 'init-container' && waiting.has(pod) && missing.size > 0,
    );
  }

  /** The init container asks, or the container has started and looks for the others. */
  #tryToServe(pod: number, life: number): void {
    // Pushed out meanwhile.
    if (!this.#nodeOf.has(pod) || this.#lifeOf(pod) !== life) return;
    const timeNs = this.#timeNs(pod);
    const open = this.#dependencies.filter(({ waiting, missing }) => waiting.has(pod) && missing.size > 0);
    const init = open.filter(({ by }) => by === 'init-container');
    if (init.length > 0) {
      this.#tryAfter(Math.min(...init.map(({ pollNs }) => pollNs)), pod);
      return;
    }
    const asked = this.#dependencies.some(({ by, waiting }) => by === 'init-container' && waiting.has(pod));
    if (asked && !this.#initialised.has(pod)) {
      // The init container is content: now the pod's own containers start.
      this.#initialised.add(pod);
      this.#tryAfter(timeNs, pod);
      return;
    }
    if (open.length === 0) {
      this.#serves(pod);
      return;
    }
    const { nowNs } = this.#sim;
    const backoff = this.#backoffs.get(pod) ?? new CrashBackoff();
    this.#backoffs.set(pod, backoff);
    this.#tryAfter(backoff.nextStartNs(nowNs) - nowNs + timeNs, pod);
  }

  #tryAfter(delayNs: TimeNs, pod: number): void {
    this.#sim.after(delayNs, this.#kinds.try, pod, this.#lifeOf(pod));
  }

  #lifeOf(pod: number): number {
    return this.#life.get(pod) ?? 0;
  }

  #serves(pod: number): void {
    this.#step({ kind: 'ready', pod, node: this.#nodeOf.get(pod)! });
    this.#isThere(pod);
  }

  /** Those that wait on the pod wait on it no longer. */
  #isThere(pod: number): void {
    for (const { by, missing, waiting } of this.#dependencies) {
      if (!missing.delete(pod) || missing.size > 0 || by !== 'gate') continue;
      for (const other of waiting) this.#loop.gatesChanged(other);
    }
  }

  #refused(pod: number, { message, node, victims }: PostFilter): void {
    if (this.#told.get(pod) !== message) this.#step({ kind: 'refused', pod, node: -1, message });
    this.#told.set(pod, message);
    if (node < 0) return;
    for (const victim of victims) {
      // Told to leave already, for another's sake.
      if (this.#leaving.has(victim)) continue;
      this.#leaving.add(victim);
      this.#life.set(victim, this.#lifeOf(victim) + 1);
      this.#step({ kind: 'evicted', pod: victim, node, by: pod });
      this.#sim.after(this.#at.document.startup.gracePeriod, this.#kinds.gone, victim);
    }
  }

  /** Its place is free, and its owner makes it anew. */
  #gone(pod: number): void {
    const { scheduler, addresses } = this.#at;
    this.#leaving.delete(pod);
    const node = scheduler.nodeOf(pod);
    if (node < 0) return;
    scheduler.forget(pod);
    if (this.#addressed.delete(pod)) addresses.release(node);
    this.#nodeOf.delete(pod);
    this.#initialised.delete(pod);
    this.#backoffs.delete(pod);
    this.#loop.happened({ kind: 'AssignedPodDelete', node, pod });
    this.#loop.add(pod);
  }

  #step(step: Omit<PlacementStep, 'atNs'>): void {
    this.#steps.push({ atNs: this.#sim.nowNs, ...step });
  }
}

/** Backoff as a scheduler configuration among the manifests has it. */
function queueOptionsOf({ cluster: { manifests } }: ScenarioDocument): QueueOptions {
  const configuration = manifests?.scheduler ?? null;
  if (configuration === null) return DEFAULT_QUEUE_OPTIONS;
  return {
    ...DEFAULT_QUEUE_OPTIONS,
    podInitialBackoffNs: secondsToNs(configuration.podInitialBackoffSeconds),
    podMaxBackoffNs: secondsToNs(configuration.podMaxBackoffSeconds),
  };
}

function dependencyOf(rule: Startup['order'][number], population: Population): Dependency {
  const podsOf = (name: string): number[] =>
    [...population.pods.keys()].filter((pod) => population.services[population.pods[pod]!.service]?.kind === name);
  return { by: rule.by, pollNs: rule.poll, waiting: new Set(podsOf(rule.pods)), missing: new Set(podsOf(rule.after)) };
}

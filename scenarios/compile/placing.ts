/** The decisions of a placement as they happen in a run, one after another, and new nodes for pods that were given up. */
import type { Residents } from '../../models/cluster/residents.ts';
import type { AddressPool } from '../../models/network/addresses.ts';
import type { Decision, Scheduler } from '../../models/scheduling/scheduler.ts';
import type { Endpoints } from '../../models/service/endpoints.ts';
import { PHASE } from '../../models/world/catalog.ts';
import type { World } from '../../models/world/world.ts';
import { NS_PER_SECOND, type TimeNs } from '../../sim/engine/sim-time.ts';
import type { EventKind } from '../../sim/engine/simulation.ts';
import type { PlacementStep } from './living.ts';
import { mostFrequent, type Placement, type Shortage } from './placement.ts';

/** The parts of one run that the placing of pods reads and changes. */
export interface PlacingSurroundings {
  readonly world: World;
  readonly residents: Residents;
  readonly endpoints: Endpoints;
  readonly placement: Placement;
  /** Addresses of the run, none taken yet. */
  readonly addresses: AddressPool;
  /** Whether a pod takes an address of its own; else it has that of its node. */
  readonly needsAddress: (pod: number) => boolean;
  /** Makes the scheduler with all nodes empty; asked only when a pod has to be placed anew. */
  readonly freshScheduler: () => Scheduler;
  /** What the control plane thinks of a node. */
  readonly isBelievedDead: (node: number) => boolean;
  /** A pod has come to a node and has its address. */
  readonly onSettled: (pod: number, node: number) => void;
  /** A pod that was pushed out has left its node. */
  readonly onLeft: (pod: number, node: number) => void;
  /** A pod that was given up runs again, on that node. */
  readonly onReplaced: (pod: number, node: number) => void;
  /** A pod was placed on a node that is dead already. */
  readonly onDeadNode: (pod: number, node: number) => void;
  /** A pod was pushed out: whether it was lost with its node and waited to be given up. It is now nobody's. */
  readonly letGo: (pod: number) => boolean;
}

/** Replays the decisions of a placement in simulated time at a steady rate, and places given-up pods anew. */
export class Placing {
  readonly #at: PlacingSurroundings;
  readonly #kind: EventKind;
  readonly #stepKind: EventKind;
  /** 1 for pods that have a node and do not serve yet. */
  readonly #waits: Uint8Array;
  /** Since when the pods that serve do so, where that takes time. */
  readonly ready = new Map<number, TimeNs>();
  /** How many pods lost their place to more important ones. */
  pushedOut = 0;
  #startNs = 0;
  #ratePerSec = 1;
  /** Node of which each pod holds an address; -1: none. */
  readonly #addressOf: Int32Array;
  #scheduler: Scheduler | undefined;
  /** Pods that have found a node and an address, those given up later among them. */
  placed = 0;
  /** 1 for these pods. */
  readonly everRan: Uint8Array;

  constructor(at: PlacingSurroundings) {
    this.#at = at;
    this.everRan = new Uint8Array(at.placement.order.length);
    this.#addressOf = new Int32Array(at.placement.order.length).fill(-1);
    this.#waits = new Uint8Array(at.placement.order.length);
    this.#kind = at.world.sim.kind('pod is placed', (index) => this.#placeNext(index));
    this.#stepKind = at.world.sim.kind('placement goes on', (index) => this.#takeStep(index));
  }

  /** All pods wait from the beginning; from `startNs` on they are placed at `ratePerSec`. */
  begin(startNs: TimeNs, ratePerSec: number): void {
    this.#startNs = startNs;
    this.#ratePerSec = ratePerSec;
    const { order, bound, steps } = this.#at.placement;
    for (const pod of order) this.#at.residents.bearPod(pod);
    if (steps !== undefined) {
      this.#at.world.sim.at(startNs, this.#stepKind, -1);
      return;
    }
    this.#at.world.sim.at(startNs, this.#kind, bound === 0 ? 0 : -1);
  }

  #placeNext(index: number): void {
    const { world, placement } = this.#at;
    if (index >= placement.order.length) return;
    // The chain of placements is not a chain of causes.
    world.sim.cause = -1;
    if (index < 0) {
      this.#settleBound();
      this.#placeNext(placement.bound);
      return;
    }
    const next = index + 1;
    const nextNs = this.#startNs + Math.round(((next - placement.bound) * NS_PER_SECOND) / this.#ratePerSec);
    if (next < placement.order.length) world.sim.at(nextNs, this.#kind, next);
    const pod = placement.order[index]!;
    if (placement.node[pod]! < 0) this.#announceShortage(pod, placement.shortages.get(pod)!);
    else this.#announceRecorded(pod);
  }

  /** One step of a placement in time, and the way to the next. */
  #takeStep(index: number): void {
    const { world, placement } = this.#at;
    const steps = placement.steps!;
    world.sim.cause = -1;
    if (index < 0) this.#settleBound();
    else this.#do(steps[index]!);
    const next = steps[index + 1];
    if (next !== undefined) world.sim.at(next.atNs, this.#stepKind, index + 1);
  }

  #do(step: PlacementStep): void {
    const { residents, endpoints, world } = this.#at;
    const { publish } = world;
    const { pod, node } = step;
    switch (step.kind) {
      case 'refused':
        this.#announceShortage(pod, { reason: step.message ?? '', nodes: residents.nodes.length });
        break;
      case 'bound': {
        const { score, feasible, ties } = step.decision!;
        publish.recorder.mark(publish.mark('scheduled'), residents.row(pod), node, score, feasible, ties);
        this.#waits[pod] = 1;
        this.#occupy(pod, node, step.addressed === true);
        break;
      }
      case 'ready':
        // Its node may have died in the run, which the placement does not know.
        if (residents.nodeOf[pod]! < 0) break;
        this.ready.set(pod, world.sim.nowNs);
        publish.recorder.mark(publish.mark('pod-ready'), residents.row(pod));
        endpoints.add(residents.pods[pod]!.service, pod);
        break;
      case 'evicted':
        this.#pushOut(pod, step.by!);
        break;
    }
  }

  /** Calls under way to it are finished; no new ones come. Its owner makes it anew. */
  #pushOut(pod: number, by: number): void {
    const { residents, endpoints, world, letGo, onLeft } = this.#at;
    const { publish } = world;
    this.pushedOut++;
    this.ready.delete(pod);
    endpoints.remove(residents.pods[pod]!.service, pod);
    publish.recorder.mark(publish.mark('pushed-out'), residents.row(pod), residents.row(by));
    const node = residents.nodeOf[pod]!;
    // Its node may have died in the run, which the placement does not know.
    if (node >= 0) {
      residents.leave(pod);
      onLeft(pod, node);
    } else if (!letGo(pod)) return;
    if (this.everRan[pod] === 1) this.placed--;
    this.#giveAddressBack(pod);
    residents.bury(pod);
    residents.bearPod(pod);
  }

  /** Pods that had a node before are there at once: nobody decides about them. */
  #settleBound(): void {
    const { placement, residents, world } = this.#at;
    const { node, addressed } = placement.before ?? placement;
    for (const pod of placement.order.subarray(0, placement.bound)) {
      this.#occupy(pod, node[pod]!, addressed[pod] === 1);
      if (residents.nodeOf[pod]! >= 0) this.ready.set(pod, world.sim.nowNs);
    }
  }

  #announceShortage(pod: number, { reason, nodes }: Shortage): void {
    const { residents, world } = this.#at;
    const { publish } = world;
    publish.recorder.mark(publish.mark('unschedulable'), residents.row(pod), publish.recorder.text(reason), nodes);
    residents.wait(pod, PHASE.unschedulable);
  }

  #announceRecorded(pod: number): void {
    const { residents, placement, world } = this.#at;
    const { publish } = world;
    const { score, feasible, ties, addressed } = placement;
    const node = placement.node[pod]!;
    const row = residents.row(pod);
    publish.recorder.mark(publish.mark('scheduled'), row, node, score[pod]!, feasible[pod]!, ties[pod]!);
    this.#occupy(pod, node, addressed[pod] === 1);
  }

  #occupy(pod: number, node: number, addressed: boolean): void {
    // Pods that were placed anew meanwhile may have taken what the placement had meant for this one.
    if (!addressed || !this.#takeAddress(pod, node)) {
      this.#announceNoAddress(pod, node);
      return;
    }
    this.placed++;
    this.everRan[pod] = 1;
    this.#runOrLose(pod, node);
  }

  /** Takes an address for the pod, if it needs one; false when there is none. */
  #takeAddress(pod: number, node: number): boolean {
    const { addresses, needsAddress } = this.#at;
    if (!needsAddress(pod)) return true;
    if (!addresses.take(node)) return false;
    this.#addressOf[pod] = node;
    return true;
  }

  #giveAddressBack(pod: number): void {
    if (this.#addressOf[pod]! >= 0) this.#at.addresses.release(this.#addressOf[pod]!);
    this.#addressOf[pod] = -1;
  }

  #announceNoAddress(pod: number, node: number): void {
    const { residents, world } = this.#at;
    world.publish.recorder.mark(world.publish.mark('no-address'), residents.row(pod), node);
    residents.wait(pod, PHASE.noAddress);
  }

  #run(pod: number, node: number): void {
    const { residents, endpoints, onSettled } = this.#at;
    residents.settle(pod, node);
    onSettled(pod, node);
    // A pod that starts in time is offered when it is ready.
    if (this.#waits[pod] === 0) endpoints.add(residents.pods[pod]!.service, pod);
    this.#waits[pod] = 0;
  }

  /** A pod that was given up gets a new row, and a node if there is one. */
  replace(pod: number): void {
    const { residents, onReplaced } = this.#at;
    const scheduler = this.#schedulerNow();
    this.#giveAddressBack(pod);
    if (scheduler.nodeOf(pod) >= 0) scheduler.forget(pod);
    const decision = scheduler.schedule(pod);
    residents.bearPod(pod);
    if (decision.node < 0) {
      this.#announceShortage(pod, mostFrequent(decision.refusals));
      return;
    }
    this.#announceDecision(decision);
    if (!this.#takeAddress(pod, decision.node)) {
      this.#announceNoAddress(pod, decision.node);
      return;
    }
    if (!this.#runOrLose(pod, decision.node)) return;
    this.ready.set(pod, this.#at.world.sim.nowNs);
    onReplaced(pod, decision.node);
  }

  /** A node may be dead without the scheduler's knowing: then the pod shares the fate of the others there. */
  #runOrLose(pod: number, node: number): boolean {
    const { residents, onDeadNode } = this.#at;
    if (residents.alive[node] === 1) {
      this.#run(pod, node);
      return true;
    }
    residents.lose(pod);
    onDeadNode(pod, node);
    return false;
  }

  #announceDecision({ pod, node, score, feasible, ties }: Decision): void {
    const { publish } = this.#at.world;
    publish.recorder.mark(publish.mark('scheduled'), this.#at.residents.row(pod), node, score, feasible, ties);
  }

  /** The scheduler with all that it has decided so far; it knows of a death what the control plane believes. */
  #schedulerNow(): Scheduler {
    const { placement, residents, freshScheduler, isBelievedDead } = this.#at;
    if (this.#scheduler === undefined) {
      this.#scheduler = freshScheduler();
      for (const pod of placement.order)
        if (placement.node[pod]! >= 0) this.#scheduler.assume(pod, placement.node[pod]!, placement.devices[pod]!);
    }
    for (let node = 0; node < residents.nodes.length; node++) {
      if (residents.alive[node] === 1) this.#scheduler.marks.setPresent(node, true);
      if (isBelievedDead(node)) this.#scheduler.setNodeReady(node, false);
    }
    return this.#scheduler;
  }
}

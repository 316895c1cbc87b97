/** The decisions of a placement as they happen in a run, one after another, and new nodes for pods that were given up. */
import type { Residents } from '../../models/cluster/residents.ts';
import type { AddressPool } from '../../models/network/addresses.ts';
import type { Decision, Scheduler } from '../../models/scheduling/scheduler.ts';
import type { Endpoints } from '../../models/service/endpoints.ts';
import { PHASE } from '../../models/world/catalog.ts';
import type { World } from '../../models/world/world.ts';
import { NS_PER_SECOND, type TimeNs } from '../../sim/engine/sim-time.ts';
import type { EventKind } from '../../sim/engine/simulation.ts';
import type { Placement, Shortage } from './placement.ts';

export interface PlacingSurroundings {
  readonly world: World;
  readonly residents: Residents;
  readonly endpoints: Endpoints;
  readonly placement: Placement;
  /** Addresses of the run, none taken yet. */
  readonly addresses: AddressPool;
  /** Makes the scheduler with all nodes empty; asked only when a pod has to be placed anew. */
  readonly freshScheduler: () => Scheduler;
  /** A pod that was given up runs again, on that node. */
  readonly onReplaced: (pod: number, node: number) => void;
  /** A pod was placed on a node that is dead already. */
  readonly onDeadNode: (pod: number, node: number) => void;
}

export class Placing {
  readonly #at: PlacingSurroundings;
  readonly #kind: EventKind;
  #startNs = 0;
  #ratePerSec = 1;
  #scheduler: Scheduler | undefined;
  /** Pods that have found a node and an address, those given up later among them. */
  placed = 0;

  constructor(at: PlacingSurroundings) {
    this.#at = at;
    this.#kind = at.world.sim.kind('pod is placed', (index) => this.#placeNext(index));
  }

  /** All pods wait from the beginning; from `startNs` on they are placed at `ratePerSec`. */
  begin(startNs: TimeNs, ratePerSec: number): void {
    this.#startNs = startNs;
    this.#ratePerSec = ratePerSec;
    for (const pod of this.#at.placement.order) this.#at.residents.bearPod(pod);
    this.#at.world.sim.at(startNs, this.#kind, 0);
  }

  #placeNext(index: number): void {
    const { world, placement } = this.#at;
    if (index >= placement.order.length) return;
    // The chain of placements is not a chain of causes.
    world.sim.cause = -1;
    const next = index + 1;
    const nextNs = this.#startNs + Math.round((next * NS_PER_SECOND) / this.#ratePerSec);
    if (next < placement.order.length) world.sim.at(nextNs, this.#kind, next);
    const pod = placement.order[index]!;
    if (placement.node[pod]! < 0) this.#announceShortage(pod, placement.shortages.get(pod)!);
    else this.#announceRecorded(pod);
  }

  #announceShortage(pod: number, { reason, nodes }: Shortage): void {
    const { residents, world } = this.#at;
    const { publish } = world;
    publish.recorder.mark(publish.mark('unschedulable'), residents.row(pod), publish.recorder.text(reason), nodes);
    residents.wait(pod, PHASE.unschedulable);
  }

  #announceRecorded(pod: number): void {
    const { residents, placement, world, addresses, onDeadNode } = this.#at;
    const { publish } = world;
    const { score, feasible, ties, addressed } = placement;
    const node = placement.node[pod]!;
    const row = residents.row(pod);
    publish.recorder.mark(publish.mark('scheduled'), row, node, score[pod]!, feasible[pod]!, ties[pod]!);
    if (addressed[pod] === 0) {
      this.#announceNoAddress(pod, node);
      return;
    }
    this.placed++;
    addresses.take(node);
    if (residents.alive[node] === 1) {
      this.#run(pod, node);
      return;
    }
    residents.lose(pod);
    onDeadNode(pod, node);
  }

  #announceNoAddress(pod: number, node: number): void {
    const { residents, world } = this.#at;
    world.publish.recorder.mark(world.publish.mark('no-address'), residents.row(pod), node);
    residents.wait(pod, PHASE.noAddress);
  }

  #run(pod: number, node: number): void {
    const { residents, endpoints } = this.#at;
    residents.settle(pod, node);
    endpoints.add(residents.pods[pod]!.service, pod);
  }

  /** A pod that was given up gets a new row, and a node if there is one. */
  replace(pod: number): void {
    const { residents, addresses, onReplaced } = this.#at;
    const scheduler = this.#schedulerNow();
    addresses.release(scheduler.nodeOf(pod));
    scheduler.forget(pod);
    const decision = scheduler.schedule(pod);
    residents.bearPod(pod);
    if (decision.node < 0) {
      const refusal = decision.refusals[0];
      this.#announceShortage(pod, { reason: refusal?.reason ?? 'no node is ready', nodes: refusal?.count ?? 0 });
      return;
    }
    this.#announceDecision(decision);
    if (!addresses.take(decision.node)) {
      this.#announceNoAddress(pod, decision.node);
      return;
    }
    this.#run(pod, decision.node);
    onReplaced(pod, decision.node);
  }

  #announceDecision({ pod, node, score, feasible, ties }: Decision): void {
    const { publish } = this.#at.world;
    publish.recorder.mark(publish.mark('scheduled'), this.#at.residents.row(pod), node, score, feasible, ties);
  }

  /** The scheduler with all that it has decided so far; it knows no node that has died. */
  #schedulerNow(): Scheduler {
    const { placement, residents, freshScheduler } = this.#at;
    if (this.#scheduler === undefined) {
      this.#scheduler = freshScheduler();
      for (const pod of placement.order)
        if (placement.node[pod]! >= 0) this.#scheduler.assume(pod, placement.node[pod]!, placement.devices[pod]!);
    }
    for (let node = 0; node < residents.nodes.length; node++)
      if (residents.alive[node] === 0) this.#scheduler.setNodeReady(node, false);
    return this.#scheduler;
  }
}

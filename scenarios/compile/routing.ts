/**
 * Routes of a run: what the routers did ahead of it (models/network/routing) becomes what its leaves and callers follow.
 */
import type { Environment } from '../../models/network/environment.ts';
import type { Fabric } from '../../models/network/fabric.ts';
import type { FabricExtent, FabricRouting } from '../../models/network/routing/fabric-speakers.ts';
import { keptHistory } from '../../models/network/routing/kept-histories.ts';
import type { RouteChange, RoutingEvent } from '../../models/network/routing/route-history.ts';
import type { NetworkScheme } from '../../models/schemes/scheme.ts';
import type { Fault } from '../../models/world/faults.ts';
import type { World } from '../../models/world/world.ts';
import type { TimeNs } from '../../sim/engine/sim-time.ts';
import type { EventKind } from '../../sim/engine/simulation.ts';

/** What routes touch. */
export interface RoutingSurroundings {
  readonly world: Pick<World, 'sim' | 'streams'>;
  readonly fabric: Fabric;
  /** Whose routers speak, if more than those of the fabric's racks. */
  readonly extent?: FabricExtent;
  readonly scheme: NetworkScheme;
  readonly environment: Environment;
  readonly fabricRouting: FabricRouting;
  /** On the times from a fault to what follows it; 1 takes them as the protocols have them. */
  readonly rerouteFactor: number;
  /** Routes are followed until then. */
  readonly endNs: TimeNs;
  /** A leaf sends over other spines from now on; `link` is the one that the fault touched. */
  readonly rerouted: (rack: number, link: number) => void;
  /** No caller has a route to a node any more. */
  readonly withdrawn: (node: number) => void;
}

/** A fault that begins, or a link that is mended. */
interface Origin {
  readonly fault: number;
  readonly mends: boolean;
}

/** The routes of one run after its faults. */
export class Routing {
  readonly #at: RoutingSurroundings;
  readonly #events: readonly (RoutingEvent & Origin)[];
  readonly #changes: readonly RouteChange[];
  readonly #updates: number;
  /** Of each event: the changes that follow it, in order of time. */
  readonly #following: readonly number[][];
  /** Of each node that fails: the change that leaves it without any route. */
  readonly #lastOf = new Map<number, number>();
  /** Of each dead node, by node of the caller: from when on callers are refused at once. */
  readonly #refusedFromNs = new Map<number, Float64Array>();
  readonly #kind: EventKind;

  constructor(faults: readonly Fault[], at: RoutingSurroundings) {
    this.#at = at;
    this.#events = routingEvents(faults);
    const routing = at.scheme.nodeRouting?.(at.environment);
    const setting = { fabric: at.extent ?? at.fabric, own: at.fabricRouting, nodes: routing };
    const { changes, updates } = keptHistory(setting, this.#events, at.endNs, at.world.streams.seed);
    this.#changes = changes;
    this.#updates = updates;
    const following: number[][] = this.#events.map(() => []);
    this.#following = following;
    for (const [index, change] of this.#changes.entries()) {
      following[this.#eventBefore(change)]?.push(index);
      if (change.kind === 'node') this.#lastOf.set(change.node, index);
    }
    this.#kind = at.world.sim.kind('routes change', (event, index) => this.#apply(event, index));
  }

  /** From when on callers on a node are refused at once when they call a dead one; Infinity: they wait. */
  refusedFromNs(node: number, caller: number): TimeNs {
    return this.#refusedFromNs.get(node)?.[caller] ?? Number.POSITIVE_INFINITY;
  }

  /** Messages after time 0, and the longest time from a fault to the last change of routes that follows it. */
  metrics(): Readonly<Record<string, number>> {
    if (this.#events.length === 0) return {};
    const settled = this.#following.map((indexes, event) => {
      const last = indexes.at(-1);
      return last === undefined ? 0 : (this.#changes[last]!.atNs - this.#events[event]!.atNs) * this.#at.rerouteFactor;
    });
    return { routingUpdates: this.#updates, routingSettled: Math.round(Math.max(...settled)) };
  }

  /** All callers are refused from an instant on, whatever routes say. */
  refuseAll(node: number, fromNs: TimeNs): void {
    this.#refusals(node).fill(fromNs);
  }

  /** A fault begins, or its link is mended: what the routers made of it follows. */
  follow(fault: number, mends: boolean): void {
    const event = this.#events.findIndex((each) => each.fault === fault && each.mends === mends);
    if (event < 0) return;
    const { sim } = this.#at.world;
    for (const index of this.#following[event]!) {
      const afterNs = (this.#changes[index]!.atNs - this.#events[event]!.atNs) * this.#at.rerouteFactor;
      sim.after(Math.max(0, Math.round(afterNs)), this.#kind, event, index);
    }
  }

  #apply(event: number, index: number): void {
    const change = this.#changes[index]!;
    if (change.kind === 'node') {
      this.#reaches(index, change);
      return;
    }
    const { fabric, rerouted } = this.#at;
    fabric.setRoute(change.rack, change.towards, change.spines);
    // A leaf writes all its routes at one instant: its flows move once, with the last of them.
    const next = this.#changes[index + 1];
    const goesOn = next?.kind === 'rack' && next.atNs === change.atNs && next.rack === change.rack;
    if (!goesOn) rerouted(change.rack, this.#linkOf(this.#events[event]!, change.rack));
  }

  /** The link that a fault touched, in the direction in which the leaf at `rack` used it. */
  #linkOf(event: RoutingEvent, rack: number): number {
    const { fabric } = this.#at;
    if (event.kind !== 'link') return fabric.uplink(rack, 0);
    return rack === event.rack ? fabric.uplink(rack, event.spine) : fabric.downlink(event.rack, event.spine);
  }

  #reaches(index: number, { node, callers, reaches }: RouteChange & { kind: 'node' }): void {
    const { fabric, world, withdrawn } = this.#at;
    const fromNs = reaches ? Number.POSITIVE_INFINITY : world.sim.nowNs;
    const refusals = this.#refusals(node);
    if ('node' in callers) refusals[callers.node] = fromNs;
    else
      for (let each = 0; each < fabric.nodes; each++) if (fabric.rackOf(each) === callers.rack) refusals[each] = fromNs;
    if (!reaches && this.#lastOf.get(node) === index) withdrawn(node);
  }

  #refusals(node: number): Float64Array {
    let refusals = this.#refusedFromNs.get(node);
    if (refusals === undefined) {
      refusals = new Float64Array(this.#at.fabric.nodes).fill(Number.POSITIVE_INFINITY);
      this.#refusedFromNs.set(node, refusals);
    }
    return refusals;
  }

  /** The event that a change follows: the last one before it that touched the same rack or node, or else the last one. */
  #eventBefore(change: RouteChange): number {
    let last = -1;
    let own = -1;
    for (const [index, event] of this.#events.entries()) {
      if (event.atNs > change.atNs) break;
      last = index;
      if (this.#touches(event, change)) own = index;
    }
    return own >= 0 ? own : last;
  }

  #touches(event: RoutingEvent, change: RouteChange): boolean {
    if (change.kind === 'node') {
      if (event.kind === 'node') return event.node === change.node;
      return event.kind === 'rack' && this.#at.fabric.rackOf(change.node) === event.rack;
    }
    return event.kind !== 'node' && (event.rack === change.rack || event.rack === change.towards);
  }
}

/** Faults as routers meet them, in order of time: a link that several faults hold breaks once and is mended once. */
function routingEvents(faults: readonly Fault[]): (RoutingEvent & Origin)[] {
  const steps = faults.flatMap((fault, index) => {
    const begins = { fault, index, atNs: fault.atNs, mends: false };
    return fault.kind === 'link' && Number.isFinite(fault.untilNs)
      ? [begins, { ...begins, atNs: fault.untilNs, mends: true }]
      : [begins];
  });
  steps.sort((a, b) => a.atNs - b.atNs || Number(a.mends) - Number(b.mends) || a.index - b.index);
  const holds = new Map<string, number>();
  const dead = new Set<number>();
  return steps.flatMap(({ fault, index, atNs, mends }): (RoutingEvent & Origin)[] => {
    const origin = { fault: index, mends, atNs };
    // Routers do not ask the server that tells nodes of pods.
    if (fault.kind === 'control-plane-away') return [];
    if (fault.kind === 'node') return [{ ...origin, kind: 'node', node: fault.node }];
    if (fault.kind === 'rack') {
      dead.add(fault.rack);
      return [{ ...origin, kind: 'rack', rack: fault.rack }];
    }
    const { rack, spine, silent } = fault;
    const key = `${rack} ${spine} ${silent}`;
    const before = holds.get(key) ?? 0;
    const after = before + (mends ? -1 : 1);
    holds.set(key, after);
    if (dead.has(rack) || (before === 0) === (after === 0)) return [];
    return [{ ...origin, kind: 'link', rack, spine, up: mends, silent }];
  });
}

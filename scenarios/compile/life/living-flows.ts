/**
 * Flows of bytes in a living run: they share the links of its fabric, whoever sends them.
 *
 * Shows the loads of links in the recording once a second while something flows.
 */
import type { Fabric } from '../../../models/network/fabric.ts';
import type { FabricRows } from '../../../models/network/fabric-rows.ts';
import type { FlowGround, FlowOwner } from '../../../models/network/flow-ground.ts';
import { NS_PER_SECOND } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { FlowId, ResourceId, SharedResources } from '../../../sim/sharing/shared-resources.ts';

/** What a flow uses of a resource for each of its bytes. */
export interface FlowUse {
  readonly resource: ResourceId;
  readonly weight: number;
}

interface Running {
  /** What it uses as switches have their routes now. */
  readonly usesNow: () => readonly FlowUse[];
  uses: readonly FlowUse[];
  held: boolean;
  readonly done: () => void;
}

/** The flows of one run that have no end at a pod. */
export class LivingFlows implements FlowOwner {
  readonly fabric: Fabric;
  readonly #sim: Simulation;
  readonly #ground: FlowGround;
  readonly #resources: SharedResources;
  readonly #rows: FabricRows;
  readonly #running = new Map<FlowId, Running>();
  readonly #look: EventKind;
  #looking = false;

  constructor(sim: Simulation, fabric: Fabric, ground: FlowGround, rows: FabricRows) {
    this.fabric = fabric;
    this.#sim = sim;
    this.#ground = ground;
    this.#resources = ground.resources;
    this.#rows = rows;
    ground.join(this);
    this.#look = sim.kind('loads of links are looked at', () => this.#lookAtLoads());
  }

  /** Something else that flows use, beside the links of the fabric: so many units a second. */
  addResource(unitsPerSec: number): ResourceId {
    return this.#resources.addResource(unitsPerSec);
  }

  /** Starts a flow, which uses what `usesNow` says, asked again when routes change; `done` is called when its last byte is there. */
  start(bytes: number, usesNow: () => readonly FlowUse[], done: () => void): FlowId {
    const uses = usesNow();
    const flow = this.#resources.start(this.#sim.nowNs, bytes, resourcesOf(uses), weightsOf(uses), uses.length);
    this.#running.set(flow, { usesNow, uses, held: false, done });
    this.changed();
    if (!this.#looking) {
      this.#looking = true;
      this.#sim.after(0, this.#look);
    }
    return flow;
  }

  /** The flow stands still, or moves again; what it has left stays. */
  hold(flow: FlowId, held: boolean): void {
    const running = this.#running.get(flow)!;
    running.held = held;
    this.#goOn(flow, running);
    this.changed();
  }

  /** Switches have other routes: flows go on over them. Returns how many moved. */
  respread(): number {
    let moved = 0;
    for (const [flow, running] of this.#running) {
      const uses = running.usesNow();
      if (uses.every(({ resource }, at) => resource === running.uses[at]!.resource)) continue;
      running.uses = uses;
      this.#goOn(flow, running);
      moved++;
    }
    if (moved > 0) this.changed();
    return moved;
  }

  #goOn(flow: FlowId, { uses, held }: Running): void {
    const capPerSec = held ? 0 : Number.POSITIVE_INFINITY;
    this.#resources.reroute(flow, this.#sim.nowNs, resourcesOf(uses), weightsOf(uses), uses.length, { capPerSec });
  }

  /** Ends a flow before its time; nobody is told. */
  stop(flow: FlowId): void {
    this.#running.delete(flow);
    this.#resources.stop(flow, this.#sim.nowNs);
    this.changed();
  }

  /** To be called when capacities have changed. */
  changed(): void {
    this.#ground.changed();
  }

  owns(flow: FlowId): boolean {
    return this.#running.has(flow);
  }

  finished(flow: FlowId): void {
    const { done } = this.#running.get(flow)!;
    this.#running.delete(flow);
    done();
  }

  #lookAtLoads(): void {
    this.#rows.sample(this.#resources);
    this.#looking = this.#running.size > 0;
    if (this.#looking) this.#sim.after(NS_PER_SECOND, this.#look);
  }
}

function resourcesOf(uses: readonly FlowUse[]): Int32Array {
  return Int32Array.from(uses, ({ resource }) => resource);
}

function weightsOf(uses: readonly FlowUse[]): Float64Array {
  return Float64Array.from(uses, ({ weight }) => weight);
}

/**
 * The processors of nodes as shared resources, perhaps on one ground with links.
 *
 * Source: sim/sharing. Left out: everything but how much there is; threads, payloads and packets say what they take.
 */
import { NS_PER_SECOND } from '../../../sim/engine/sim-time.ts';
import type { Simulation } from '../../../sim/engine/simulation.ts';
import { type ResourceId, SharedResources } from '../../../sim/sharing/shared-resources.ts';
import { FlowGround, type FlowOwner } from '../../network/flow-ground.ts';

/** Processors of nodes, in ns of processor time a second. */
export class NodeGround {
  readonly sim: Simulation;
  readonly resources: SharedResources;
  /** To be called after every change of flows and capacities. */
  readonly changed: () => void;
  readonly #ground: FlowGround;
  readonly #nodes: readonly ResourceId[];

  /** `coresOf` each node; `ground` may hold the links of a fabric. */
  constructor(sim: Simulation, coresOf: readonly number[], ground = new FlowGround(sim, new SharedResources())) {
    this.sim = sim;
    this.resources = ground.resources;
    this.changed = ground.changed;
    this.#ground = ground;
    this.#nodes = coresOf.map((cores) => ground.resources.addResource(cores * NS_PER_SECOND));
  }

  /** To be told of its flows that end. */
  join(owner: FlowOwner): void {
    this.#ground.join(owner);
  }

  /** The processors of a node. */
  readonly processorOf = (node: number): ResourceId => this.#nodes[node]!;

  /** A node's flows have so much from now on. */
  setCapacity(node: number, nsPerSec: number): void {
    this.resources.setCapacity(this.processorOf(node), nsPerSec, this.sim.nowNs);
    this.changed();
  }
}

/**
 * The ways between nodes as talkers use them: what is put around packets, what that costs, what happens to long ones, and how soon
 * a refusal comes back.
 *
 * Source: the scheme's paths and the overlay room's answer about long packets, both handed in. Left out: what links and other flows do.
 */
import type { TimeNs } from '../../sim/engine/sim-time.ts';
import { type DataPathSetting, dataPathCost } from '../machine/data-path.ts';
import type { Fabric } from '../network/fabric.ts';
import type { TalkerPlan } from './arrivals.ts';
import { type Carriage, type Carrying, carrying } from './carrying.ts';

/** Payload of a refusal and of what it refuses, for its time on the way: a bare packet. */
const REFUSAL_BYTES = 64;
/** From a node to the first router and back is as far as to a neighbour in the rack. */
const REFUSAL_LINKS = 2;

/** Ways between all nodes. */
export class Ways {
  readonly #carriage: Carriage;
  readonly #fabric: Fabric;
  readonly #setting: DataPathSetting;

  constructor(carriage: Carriage, fabric: Fabric) {
    this.#carriage = carriage;
    this.#fabric = fabric;
    const { offload, processorSpeed = 1, chains = 'none', podMtu } = carriage;
    this.#setting = { offload, processorSpeed, chains, podMtu };
  }

  /** What `bytes` of a talker come to between two nodes. */
  carry(plan: TalkerPlan, from: number, to: number, bytes: number): Carrying {
    const { paths, subnets, fits } = this.#carriage;
    const sameRack = this.#fabric.rackOf(from) === this.#fabric.rackOf(to);
    const shape = subnets === 'one' || sameRack ? paths.sameSubnet : paths.acrossSubnets;
    const path = from === to ? paths.sameNode : shape.dataPath;
    const fit = from === to ? undefined : sameRack ? fits?.inRack : fits?.betweenRacks;
    return carrying(plan, { shape, path, fit }, this.#setting, bytes);
  }

  /** A refusal comes back from the first router: one way out and back in the kernels and a switch. */
  refusalNs(): TimeNs {
    const cost = dataPathCost(this.#carriage.paths.sameSubnet.dataPath, this.#setting, REFUSAL_BYTES);
    return Math.round(cost.roundTripNs) + this.#fabric.roundTripNs(REFUSAL_LINKS, REFUSAL_BYTES, REFUSAL_BYTES);
  }
}

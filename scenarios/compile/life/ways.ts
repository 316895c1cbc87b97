/** How long a request takes from pod to pod when the network is idle: both kernels on the scheme's data path, wires and switches. */

import { NONE } from '../../../models/cluster/pod-table.ts';
import { dataPathCost } from '../../../models/machine/data-path.ts';
import { type Fabric, PATH_LINKS_MAX } from '../../../models/network/fabric.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { PlannedAlternative } from '../plan.ts';

/** Payload of a request of which nobody says how large it is. */
const SMALL_BYTES = 200;
/** Links between nodes of one rack. */
const RACK_LINKS = 2;

/** Times of one alternative. */
export class Ways {
  readonly #alternative: PlannedAlternative;
  readonly #fabric: Fabric;
  readonly #known = new Map<string, TimeNs>();

  constructor(alternative: PlannedAlternative, fabric: Fabric) {
    this.#alternative = alternative;
    this.#fabric = fabric;
  }

  /** From node to node; NONE is a caller outside, as far away as another rack. */
  oneWayNs(from: number, to: number, bytes: number): TimeNs {
    const links = this.#links(from, to);
    const size = Math.max(bytes, SMALL_BYTES);
    const key = `${links} ${size}`;
    let wayNs = this.#known.get(key);
    if (wayNs === undefined) {
      wayNs = this.#wayNs(links, size);
      this.#known.set(key, wayNs);
    }
    return wayNs;
  }

  /** Links are as fast as they were times `factor` from now on. */
  scaleUplinks(factor: number, nowNs: TimeNs): void {
    this.#fabric.scaleUplinks(factor, nowNs);
    this.#known.clear();
  }

  #links(from: number, to: number): number {
    if (from === NONE || to === NONE) return PATH_LINKS_MAX;
    if (from === to) return 0;
    return this.#fabric.rackOf(from) === this.#fabric.rackOf(to) ? RACK_LINKS : PATH_LINKS_MAX;
  }

  #wayNs(links: number, bytes: number): TimeNs {
    const { scheme, environment, document, podMtu } = this.#alternative;
    const { paths, chains = 'none' } = scheme;
    const oneSubnet = environment.subnets === 'one' || links === RACK_LINKS;
    const shape = oneSubnet ? paths.sameSubnet : paths.acrossSubnets;
    const path = links === 0 ? paths.sameNode : shape.dataPath;
    const { machine, assume } = document;
    const cost = dataPathCost(
      path,
      { offload: machine.offload, processorSpeed: assume.nodeCpu, podMtu, chains },
      bytes,
    );
    return Math.round((cost.roundTripNs + this.#fabric.roundTripNs(links, bytes, bytes)) / 2);
  }
}

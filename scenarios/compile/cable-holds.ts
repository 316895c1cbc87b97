/** Which cables between leaves and spines faults hold broken: one carries while no fault holds it, in either direction. */
import type { Fabric } from '../../models/network/fabric.ts';
import type { FabricRows } from '../../models/network/fabric-rows.ts';

/** What breaks with a cable. */
export interface CableGround {
  readonly sim: { readonly nowNs: number };
  readonly fabric: Fabric;
  readonly rows: FabricRows;
  /** A link carries that did not, or does not any more. */
  readonly changed: (link: number) => void;
}

/** Holds of all faults of one run. */
export class CableHolds {
  readonly #at: CableGround;
  /** How many faults hold each cable down. */
  readonly #breaks: Uint16Array;

  constructor(at: CableGround) {
    this.#at = at;
    this.#breaks = new Uint16Array(at.fabric.racks * at.fabric.spines);
  }

  /** A fault takes hold of a cable or lets go of it. */
  hold(rack: number, spine: number, change: 1 | -1): void {
    const { fabric, rows, sim, changed } = this.#at;
    const place = rack * fabric.spines + spine;
    this.#breaks[place]! += change;
    const carries = this.#breaks[place] === 0;
    for (const link of [fabric.uplink(rack, spine), fabric.downlink(rack, spine)]) {
      if ((fabric.carries[link] === 1) === carries) continue;
      fabric.setCarries(link, carries, sim.nowNs);
      rows.health(link);
      changed(link);
    }
  }
}

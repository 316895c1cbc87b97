/** What floods of layer 2 take of a run's processors and links before flows get theirs. */
import type { Fabric } from '../../models/network/fabric.ts';
import { BROADCAST_WINDOW_NS, type FloodListener, type FloodTake } from '../../models/network/layer2/broadcast-load.ts';
import type { TrunkFloods, TrunkFrames } from '../../models/network/layer2/trunk-floods.ts';
import { NS_PER_SECOND, type TimeNs } from '../../sim/engine/sim-time.ts';
import type { PacketProcessors } from './packet-processors.ts';

/** An ARP message in the smallest frame, with preamble and gap. */
export const FLOODED_WIRE_BYTES = 84;

/** What is taken from. */
export interface FloodedParts {
  readonly processors: PacketProcessors;
  readonly fabric: Fabric;
  readonly trunks: TrunkFloods;
  now(): TimeNs;
  /** Shares have to be found anew. */
  changed(): void;
}

/**
 * Every flooded frame is counted as the smallest; a first packet of TCP, which is the longest of them, has 14 bytes more. Trunks are taken to be
 * aggregated over all spines, so that each carries an even part.
 */
export class FloodTakes implements FloodListener {
  readonly #of: FloodedParts;
  /** By rack: frames until the last window. */
  readonly #before: TrunkFrames[] = [];

  constructor(of: FloodedParts) {
    this.#of = of;
  }

  /** See `FloodListener`. */
  nodeTakes(node: number, { nsPerSec, outPerSec, inPerSec }: FloodTake): void {
    const { processors, fabric } = this.#of;
    const nowNs = this.#of.now();
    processors.setTaken(node, nsPerSec, nowNs);
    fabric.setFlooded(fabric.hostUp(node), outPerSec * FLOODED_WIRE_BYTES, nowNs);
    fabric.setFlooded(fabric.hostDown(node), inPerSec * FLOODED_WIRE_BYTES, nowNs);
    this.#of.changed();
  }

  /** See `FloodListener`. */
  windowEnds(): void {
    const { fabric, trunks } = this.#of;
    let hasMoved = false;
    // One rack alone has nobody to flood to.
    for (let rack = 0; fabric.racks > 1 && rack < fabric.racks; rack++) {
      const frames = trunks.of(rack);
      const before = this.#before[rack] ?? { up: 0, down: 0 };
      this.#before[rack] = frames;
      const [up, down] = [bytesPerTrunk(frames.up - before.up), bytesPerTrunk(frames.down - before.down)];
      hasMoved = this.#setTrunks(rack, up, down) || hasMoved;
    }
    if (hasMoved) this.#of.changed();

    function bytesPerTrunk(count: number): number {
      return (count * FLOODED_WIRE_BYTES * NS_PER_SECOND) / BROADCAST_WINDOW_NS / fabric.spines;
    }
  }

  #setTrunks(rack: number, upBytesPerSec: number, downBytesPerSec: number): boolean {
    const { fabric } = this.#of;
    const nowNs = this.#of.now();
    let hasMoved = false;
    for (let spine = 0; spine < fabric.spines; spine++) {
      hasMoved = fabric.setFlooded(fabric.uplink(rack, spine), upBytesPerSec, nowNs) || hasMoved;
      hasMoved = fabric.setFlooded(fabric.downlink(rack, spine), downBytesPerSec, nowNs) || hasMoved;
    }
    return hasMoved;
  }
}

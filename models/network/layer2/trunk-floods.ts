/**
 * What floods put on the links between racks and the core: a broadcast goes up once from its sender's rack and down to every other one; of a
 * stray only what its packet would not have gone anyway.
 *
 * Source: IEEE 802.1Q-2018, 8.8, as models/network/layer2/segment-counts.ts finds who floods. Left out: copies that a rack's bridge drops because
 * it knows better than the core.
 */
import { AT_CORE } from './segment-counts.ts';

/** Frames on the links of one rack. */
export interface TrunkFrames {
  readonly up: number;
  readonly down: number;
}

/** Flooded frames between racks and the core. */
export class TrunkFloods {
  /** Broadcasts of all senders, and of each rack's. */
  #broadcasts = 0;
  readonly #own: number[];
  readonly #up: number[];
  readonly #down: number[];

  constructor(racks: number) {
    this.#own = new Array<number>(racks).fill(0);
    this.#up = this.#own.slice();
    this.#down = this.#own.slice();
  }

  /** A station of a rack, or one at the core, has sent a broadcast. */
  broadcast(rack: number): void {
    this.#broadcasts++;
    if (rack !== AT_CORE) this.#own[rack]!++;
  }

  /** The bridge of `rack` has flooded a frame from a station of one rack for one of another, or of the same. */
  stray(rack: number, from: number, to: number): void {
    if (rack === from) {
      if (from === to) this.#up[rack]!++;
    } else if (rack !== to) this.#down[rack]!++;
  }

  /** What there has been on a rack's links. */
  of(rack: number): TrunkFrames {
    const own = this.#own[rack]!;
    return { up: own + this.#up[rack]!, down: this.#broadcasts - own + this.#down[rack]! };
  }
}

/**
 * The forwarding tables of all bridges: which hardware address was last seen behind which port, for each VLAN.
 *
 * Source: IEEE 802.1Q-2018, 8.7 and 8.8 (learning, ageing of 300 s by default), Linux 6.x net/bridge/br_fdb.c: an entry
 * is refreshed by every frame of its address, moves with it, and is not used once it is older than the ageing time.
 * Left out: limits of the hardware's table (reported as a fill, not enforced), static entries of bridges.
 */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import { grown, PairTable } from './pair-table.ts';

/** 802.1Q's recommended ageing time, Linux's default. */
export const BRIDGE_AGEING_NS = 300 * NS_PER_SECOND;

/** The tables of all bridges of a network; a domain is one VLAN on one bridge. */
export class BridgeTable {
  readonly ageingNs: TimeNs;
  /** Addresses that were seen behind another port than before. */
  moves = 0;
  #port = new Int32Array(0);
  #seenNs = new Float64Array(0);
  readonly #rows = new PairTable((capacity) => {
    this.#port = grown(this.#port, capacity);
    this.#seenNs = grown(this.#seenNs, capacity);
  });

  constructor(ageingNs: TimeNs = BRIDGE_AGEING_NS) {
    this.ageingNs = ageingNs;
  }

  /** A frame of `mac` came in. */
  learn(domain: number, mac: number, port: number, nowNs: TimeNs): void {
    let row = this.#rows.find(domain, mac);
    if (row < 0) row = this.#rows.add(domain, mac);
    else if (this.#port[row] !== port) this.moves++;
    this.#port[row] = port;
    this.#seenNs[row] = nowNs;
  }

  /** The port behind which `mac` is, -1 when that is not known. */
  portOf(domain: number, mac: number, nowNs: TimeNs): number {
    const row = this.#rows.find(domain, mac);
    return row >= 0 && this.#isFresh(row, nowNs) ? this.#port[row]! : -1;
  }

  /** Addresses that a domain knows now. Looks at the whole table. */
  entriesOf(domain: number, nowNs: TimeNs): number {
    let count = 0;
    this.#each((row) => {
      if (this.#rows.first[row] === domain && this.#isFresh(row, nowNs)) count++;
    });
    return count;
  }

  /** Forgets what has aged, which only frees memory. */
  sweep(nowNs: TimeNs): void {
    const old: number[] = [];
    this.#each((row) => {
      if (!this.#isFresh(row, nowNs)) old.push(row);
    });
    for (const row of old) this.#rows.remove(row);
  }

  /** Forgets all that lay behind a port: its link is gone. */
  forgetPort(port: number): void {
    const gone: number[] = [];
    this.#each((row) => {
      if (this.#port[row] === port) gone.push(row);
    });
    for (const row of gone) this.#rows.remove(row);
  }

  #isFresh(row: number, nowNs: TimeNs): boolean {
    return nowNs - this.#seenNs[row]! <= this.ageingNs;
  }

  #each(visit: (row: number) => void): void {
    const { first, second, end } = this.#rows;
    for (let row = 0; row < end; row++) if (this.#rows.find(first[row]!, second[row]!) === row) visit(row);
  }
}

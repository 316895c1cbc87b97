/**
 * Who hears whom while machines are dead or cut off: nodes that the same cuts hold hear each other, and nobody else.
 *
 * Left out: links that lose some packets, and the proxies of a node that is cut off, which go by what they last heard.
 */

/** Reach among the nodes of a run. */
export class Reach {
  /** 1 while the machine has no power. */
  readonly dead: Uint8Array;
  /** By node: a number for the set of cuts that hold it; 0: none does. */
  readonly #side: Int32Array;
  readonly #cuts: Set<number>[];
  readonly #sides = new Map<string, number>([['', 0]]);
  /** Nodes that are dead or cut off. */
  #away = 0;

  constructor(nodes: number) {
    this.dead = new Uint8Array(nodes);
    this.#side = new Int32Array(nodes);
    this.#cuts = Array.from({ length: nodes }, () => new Set<number>());
  }

  /** The machine loses its power, or has it again. */
  power(node: number, on: boolean): void {
    if (this.dead[node] === (on ? 0 : 1)) return;
    this.dead[node] = on ? 0 : 1;
    this.#away += on ? -1 : 1;
  }

  /** A cut takes hold of a node or lets go of it. */
  cut(node: number, cut: number, holds: boolean): void {
    const cuts = this.#cuts[node]!;
    const was = cuts.size;
    if (holds) cuts.add(cut);
    else cuts.delete(cut);
    this.#away += Math.sign(cuts.size) - Math.sign(was);
    const name = [...cuts].sort((a, b) => a - b).join();
    const side = this.#sides.get(name) ?? this.#sides.size;
    this.#sides.set(name, side);
    this.#side[node] = side;
  }

  /** Whether any cut holds the node. */
  isCut(node: number): boolean {
    return this.#side[node] !== 0;
  }

  /** Whether what one node sends comes to the other; below 0: somebody outside. */
  between(from: number, to: number): boolean {
    if (this.#away === 0) return true;
    if ((from >= 0 && this.dead[from] === 1) || (to >= 0 && this.dead[to] === 1)) return false;
    return (from < 0 ? 0 : this.#side[from]) === (to < 0 ? 0 : this.#side[to]);
  }
}

/**
 * The line between the API server and each kubelet: while it is cut, words wait on both sides and are said when it is mended.
 *
 * Source: Kubernetes 1.34: kubelets watch their pods and write their status; after a loss of contact the watch begins anew with what is,
 * and the status manager writes what has become of each pod meanwhile.
 * Leaves out: how long a watch takes to notice that it is dead.
 */

/** Something that one side tells the other about a pod; what it means is the teller's. */
export interface Word {
  readonly pod: number;
  /** Which life of the pod's row is meant. */
  readonly life: number;
  readonly saying: number;
}

/** Delivers a word. */
export type Delivery = (word: Word) => void;

interface Held {
  readonly word: Word;
  readonly deliver: Delivery;
  readonly toServer: boolean;
}

/** The lines of one cluster. */
export class NodeLinks {
  readonly #held = new Map<number, Held[]>();
  readonly #dead = new Set<number>();

  /** Whether nothing runs on the node. */
  isDead(node: number): boolean {
    return this.#dead.has(node);
  }

  /** Whether words wait. */
  isCut(node: number): boolean {
    return this.#held.has(node);
  }

  /** The two sides no longer hear each other; `dead`: and nothing runs on the node. */
  cut(node: number, dead: boolean): void {
    const held = this.#held.get(node) ?? [];
    // What a dead kubelet had not said is never said.
    this.#held.set(node, dead ? held.filter(({ toServer }) => !toServer) : held);
    if (dead) this.#dead.add(node);
  }

  /** The node runs again; its line may still be cut. */
  revive(node: number): void {
    this.#dead.delete(node);
  }

  /** They hear each other again: all that waited is said, in order. */
  mend(node: number): void {
    const held = this.#held.get(node) ?? [];
    this.#held.delete(node);
    for (const { word, deliver } of held) deliver(word);
  }

  /** From the kubelet. */
  toServer(node: number, word: Word, deliver: Delivery): void {
    this.#say(node, word, deliver, true);
  }

  /** To the kubelet. */
  toNode(node: number, word: Word, deliver: Delivery): void {
    this.#say(node, word, deliver, false);
  }

  #say(node: number, word: Word, deliver: Delivery, toServer: boolean): void {
    const waiting = this.#held.get(node);
    if (waiting === undefined) deliver(word);
    else if (!toServer || !this.#dead.has(node)) waiting.push({ word, deliver, toServer });
  }
}

/**
 * Whose turn it is to pull an image: one at a time on each node, or so many, in the order of asking.
 *
 * Source: Kubernetes 1.34 kubelet, `serializeImagePulls` (true by default), `maxParallelImagePulls` (any number unless set).
 * Leaves out: the limit of 5 pulls a second (`registryPullQPS`).
 */

interface Queue {
  under: number;
  readonly waiting: (() => void)[];
}

/** The queues of all nodes. */
export class PullTurns {
  readonly #queues = new Map<number, Queue>();
  readonly #atOnce: number;

  /** `atOnce`: pulls of a node at the same time. */
  constructor(atOnce = 1) {
    this.#atOnce = atOnce;
  }

  /** Calls `begin` when it is its turn; `release` ends the turn. */
  take(node: number, begin: () => void): void {
    const queue = this.#queues.get(node) ?? { under: 0, waiting: [] };
    this.#queues.set(node, queue);
    if (queue.under === this.#atOnce) {
      queue.waiting.push(begin);
      return;
    }
    queue.under++;
    begin();
  }

  /** The turn is over; the next one begins. */
  release(node: number): void {
    const queue = this.#queues.get(node);
    if (queue === undefined) return;
    const next = queue.waiting.shift();
    if (next !== undefined) next();
    else if (--queue.under === 0) this.#queues.delete(node);
  }

  /** The node died: nobody waits any longer. */
  clear(node: number): void {
    this.#queues.delete(node);
  }
}

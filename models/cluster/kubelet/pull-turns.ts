/**
 * Whose turn it is to pull an image: one at a time on each node, in the order of asking.
 *
 * Source: Kubernetes 1.34 kubelet, `serializeImagePulls` (true by default).
 * Leaves out: parallel pulls, and that two pods which ask for one image are served by one pull (the second finds it there).
 */

/** The queues of all nodes. */
export class PullTurns {
  readonly #waiting = new Map<number, (() => void)[]>();

  /** Calls `begin` when it is its turn; `release` ends the turn. */
  take(node: number, begin: () => void): void {
    const waiting = this.#waiting.get(node);
    if (waiting !== undefined) {
      waiting.push(begin);
      return;
    }
    this.#waiting.set(node, []);
    begin();
  }

  /** The turn is over; the next one begins. */
  release(node: number): void {
    const waiting = this.#waiting.get(node);
    const next = waiting?.shift();
    if (next === undefined) this.#waiting.delete(node);
    else next();
  }

  /** The node died: nobody waits any longer. */
  clear(node: number): void {
    this.#waiting.delete(node);
  }
}

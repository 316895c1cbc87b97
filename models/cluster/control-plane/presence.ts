/**
 * Whether a part of a control plane is there to act, and what waits until it is.
 *
 * Source: none, bookkeeping. Leaves out: parts that are there and slow.
 */

/** Hears that a part is back; `anew`: as another process, which knows nothing but what the API server has. */
export type ReturnListener = (anew: boolean) => void;

/** The presence of one part. */
export class Presence {
  #isThere = true;
  #waiting: (() => void)[] = [];
  readonly #listeners: ReturnListener[] = [];
  readonly #onLeave: (() => void)[] = [];

  /** Whether it acts now. */
  get isThere(): boolean {
    return this.#isThere;
  }

  /** Does it now, or when the part is back, in the order in which it was asked for. */
  whenThere(act: () => void): void {
    if (this.#isThere) act();
    else this.#waiting.push(act);
  }

  /** From now on this one hears of returns, before what waited is done. */
  onReturn(listener: ReturnListener): void {
    this.#listeners.push(listener);
  }

  /** From now on this one hears when it leaves. */
  onLeave(listener: () => void): void {
    this.#onLeave.push(listener);
  }

  /** It acts no more. */
  leave(): void {
    if (!this.#isThere) return;
    this.#isThere = false;
    for (const listener of this.#onLeave) listener();
  }

  /** It acts again. */
  comeBack(anew: boolean): void {
    if (this.#isThere) return;
    this.#isThere = true;
    for (const listener of this.#listeners) listener(anew);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const act of waiting) act();
  }
}

/**
 * When kubelets say that they live. A node that speaks regularly costs no event: its renewals are counted when somebody asks.
 *
 * Source: Kubernetes 1.34 kubelet: a lease is renewed every 10 s (a quarter of its 40 s); any word of the kubelet counts as a heartbeat.
 * Leaves out: the spread of renewals by 4 %, retries, that status and lease are two messages, the clocks of nodes.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';

/** No word ever. */
export const NO_WORD = Number.NEGATIVE_INFINITY;

const SPEAKS = Number.POSITIVE_INFINITY;

/** Heartbeats of all nodes. */
export class Heartbeats {
  readonly #periodNs: TimeNs;
  readonly #phaseOf: (node: number) => TimeNs;
  /** NaN: nobody has asked yet. */
  readonly #phaseNs: Float64Array;
  readonly #spokeFromNs: Float64Array;
  readonly #silentFromNs: Float64Array;
  readonly #lastWordNs: Float64Array;

  /** `phaseOf`: when in its period a node renews; asked once for each node that ever falls silent. */
  constructor(nodes: number, periodNs: TimeNs, phaseOf: (node: number) => TimeNs) {
    this.#periodNs = periodNs;
    this.#phaseOf = phaseOf;
    this.#phaseNs = new Float64Array(nodes).fill(Number.NaN);
    this.#spokeFromNs = new Float64Array(nodes).fill(SPEAKS);
    this.#silentFromNs = new Float64Array(nodes).fill(NO_WORD);
    this.#lastWordNs = new Float64Array(nodes).fill(NO_WORD);
  }

  /** Whether nothing is heard of the node. */
  isSilent(node: number): boolean {
    return this.#silentFromNs[node] !== SPEAKS;
  }

  /** The kubelet speaks from now on: this is its first word. */
  begin(node: number, nowNs: TimeNs): void {
    this.#spokeFromNs[node] = nowNs;
    this.#silentFromNs[node] = SPEAKS;
    this.#lastWordNs[node] = nowNs;
  }

  /** A word besides the regular ones. */
  word(node: number, nowNs: TimeNs): void {
    this.#lastWordNs[node] = nowNs;
  }

  /** Nothing is heard from now on. */
  end(node: number, nowNs: TimeNs): void {
    if (!this.isSilent(node)) this.#silentFromNs[node] = nowNs;
  }

  /** The node object is new: nothing was ever heard of it. */
  forget(node: number): void {
    this.#spokeFromNs[node] = SPEAKS;
    this.#silentFromNs[node] = NO_WORD;
    this.#lastWordNs[node] = NO_WORD;
  }

  /** The first regular renewal later than `timeNs`, whether it is heard or not. */
  nextAfter(node: number, timeNs: TimeNs): TimeNs {
    const phaseNs = this.#phase(node);
    const count = Math.floor((timeNs - phaseNs) / this.#periodNs);
    const nextNs = phaseNs + (count + 1) * this.#periodNs;
    return nextNs > timeNs ? nextNs : nextNs + this.#periodNs;
  }

  /** The last word that was heard at `timeNs` or earlier; NO_WORD: none. */
  newestAt(node: number, timeNs: TimeNs): TimeNs {
    const lastNs = this.#lastWordNs[node]!;
    const untilNs = Math.min(timeNs, this.#silentFromNs[node]! - 1);
    if (untilNs < this.#spokeFromNs[node]!) return lastNs;
    const renewedNs = this.nextAfter(node, untilNs) - this.#periodNs;
    return renewedNs > lastNs ? renewedNs : lastNs;
  }

  #phase(node: number): TimeNs {
    if (Number.isNaN(this.#phaseNs[node]!)) this.#phaseNs[node] = this.#phaseOf(node);
    return this.#phaseNs[node]!;
  }
}

/**
 * How many retries a caller may make: a share of its calls, and a few a second on top.
 *
 * Source: the retry budget of Finagle (RetryBudget, a token bucket: calls put in `ratio` tokens, a retry takes one; tokens are kept for ten
 * seconds), which Linkerd took over. Left out: the exact ageing of tokens by tenths of that time; here the bucket holds at most what ten
 * seconds of the reserve and of the recent calls have put in, by a decay of that time constant.
 */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import { exp } from '../../../sim/random/numeric.ts';
import type { RetryBudgetPlan } from './call-graph.ts';

/** Finagle's default time to live of a token. */
export const TOKEN_LIFE_NS = 10 * NS_PER_SECOND;

/** Tokens of one call. */
export class RetryBudget {
  readonly #ratio: number;
  readonly #reserve: number;
  #tokens = 0;
  #sinceNs: TimeNs = 0;

  constructor({ ratio, minPerSec }: RetryBudgetPlan) {
    this.#ratio = ratio;
    this.#reserve = (minPerSec * TOKEN_LIFE_NS) / NS_PER_SECOND;
    this.#tokens = this.#reserve;
  }

  /** A call was made that is no retry. */
  called(nowNs: TimeNs): void {
    this.#age(nowNs);
    this.#tokens += this.#ratio;
  }

  /** Takes a token for a retry; false when there is none. */
  take(nowNs: TimeNs): boolean {
    this.#age(nowNs);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Tokens die away, and the reserve comes back at its rate. */
  #age(nowNs: TimeNs): void {
    if (nowNs === this.#sinceNs) return;
    const kept = exp(-(nowNs - this.#sinceNs) / TOKEN_LIFE_NS);
    this.#tokens = this.#reserve + (this.#tokens - this.#reserve) * kept;
    this.#sinceNs = nowNs;
  }
}

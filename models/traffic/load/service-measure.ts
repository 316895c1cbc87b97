/**
 * What a service comes to over time: workers at work, requests that wait, requests that are there.
 *
 * Hot file: bench/load.ts measures it. Source: ours. Left out: figures of single replicas (replicas.ts has their present state).
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import { TimeWeighted } from '../../../sim/stats/time-weighted.ts';

/** Averages over a stretch of time. */
export interface ServiceReport {
  /** Share of the workers' time with a request; 0 when there was no worker. */
  readonly utilisation: number;
  /** Workers of replicas that are alive. */
  readonly meanWorkers: number;
  /** Workers with a request. */
  readonly meanBusy: number;
  /** Requests that wait for a worker. */
  readonly meanWaiting: number;
  /** Requests between the callers' choices and the answers' arrivals. */
  readonly meanPresent: number;
  /** Mean wait for a worker of requests that do not wait any more, in ns; 0 when there were none. */
  readonly meanWaitNs: number;
}

/** Sums at an instant. */
interface Areas {
  readonly present: number;
  readonly busy: number;
  readonly waiting: number;
  readonly workers: number;
  readonly waitNs: number;
  readonly waits: number;
  readonly sinceNs: TimeNs;
}

/** What one service is measured by. */
export class ServiceMeasure {
  #present = new TimeWeighted(0);
  #busy = new TimeWeighted(0);
  #waiting = new TimeWeighted(0);
  #workers = new TimeWeighted(0);
  /** Time that ended waits took, of requests that got no worker in the end too. */
  #waitNs = 0;
  /** Requests that got a worker, or ceased to wait. */
  #waits = 0;
  #window: Areas = { present: 0, busy: 0, waiting: 0, workers: 0, waitNs: 0, waits: 0, sinceNs: 0 };
  #sinceNs = 0;

  /** A request is chosen a replica (+1) or is over (-1). */
  addPresent(nowNs: TimeNs, change: number): void {
    this.#present.set(nowNs, this.#present.value + change);
  }

  /** Workers take a request or are free again. */
  addBusy(nowNs: TimeNs, change: number): void {
    this.#busy.set(nowNs, this.#busy.value + change);
  }

  /** Workers come or go. */
  addWorkers(nowNs: TimeNs, change: number): void {
    this.#workers.set(nowNs, this.#workers.value + change);
  }

  /** A request begins to wait. */
  addWaiting(nowNs: TimeNs, change: number): void {
    this.#waiting.set(nowNs, this.#waiting.value + change);
  }

  /** A request waits no longer. */
  endOfWait(nowNs: TimeNs, waitNs: TimeNs): void {
    this.addWaiting(nowNs, -1);
    this.#waitNs += waitNs;
    this.#waits += 1;
  }

  /** A request got a worker without waiting. */
  noWait(): void {
    this.#waits += 1;
  }

  /** Requests times ns so far: present, waiting. Exact as long as they stay below 2^53. */
  areasNs(nowNs: TimeNs): { present: number; waiting: number; busy: number; waitNs: number } {
    return {
      present: this.#present.areaNs(nowNs),
      waiting: this.#waiting.areaNs(nowNs),
      busy: this.#busy.areaNs(nowNs),
      waitNs: this.#waitNs,
    };
  }

  /** Since measuring began. */
  report(nowNs: TimeNs): ServiceReport {
    return this.#report(nowNs, {
      present: 0,
      busy: 0,
      waiting: 0,
      workers: 0,
      waitNs: 0,
      waits: 0,
      sinceNs: this.#sinceNs,
    });
  }

  /** Since the last window, and begins the next. */
  closeWindow(nowNs: TimeNs): ServiceReport {
    const report = this.#report(nowNs, this.#window);
    this.#window = {
      present: this.#present.areaNs(nowNs),
      busy: this.#busy.areaNs(nowNs),
      waiting: this.#waiting.areaNs(nowNs),
      workers: this.#workers.areaNs(nowNs),
      waitNs: this.#waitNs,
      waits: this.#waits,
      sinceNs: nowNs,
    };
    return report;
  }

  /** Forgets what was measured, after a warm-up. */
  measureFrom(nowNs: TimeNs): void {
    this.#present = new TimeWeighted(nowNs, this.#present.value);
    this.#busy = new TimeWeighted(nowNs, this.#busy.value);
    this.#waiting = new TimeWeighted(nowNs, this.#waiting.value);
    this.#workers = new TimeWeighted(nowNs, this.#workers.value);
    this.#waitNs = 0;
    this.#waits = 0;
    this.#sinceNs = nowNs;
    this.#window = { present: 0, busy: 0, waiting: 0, workers: 0, waitNs: 0, waits: 0, sinceNs: nowNs };
  }

  #report(nowNs: TimeNs, from: Areas): ServiceReport {
    const ns = nowNs - from.sinceNs;
    const mean = (level: TimeWeighted, before: number): number =>
      ns === 0 ? level.value : (level.areaNs(nowNs) - before) / ns;
    const meanWorkers = mean(this.#workers, from.workers);
    const meanBusy = mean(this.#busy, from.busy);
    const waits = this.#waits - from.waits;
    return {
      utilisation: meanWorkers === 0 ? 0 : meanBusy / meanWorkers,
      meanWorkers,
      meanBusy,
      meanWaiting: mean(this.#waiting, from.waiting),
      meanPresent: mean(this.#present, from.present),
      meanWaitNs: waits === 0 ? 0 : (this.#waitNs - from.waitNs) / waits,
    };
  }
}

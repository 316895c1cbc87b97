/**
 * A station written down as plainly as possible: arrays of jobs, everything looked at anew after every event.
 *
 * Who is in service is not kept up but found: with preemption the first c of all jobs by (priority, arrival), without it those that
 * were in service and then the first of the rest. Shared jobs drain one by one. It knows nothing of heaps, lists or calendars.
 */
import type { StationOptions } from '../../../../sim/sharing/station/station.ts';

export type Step =
  | { readonly do: 'arrive'; readonly atNs: number; readonly work: number; readonly priority: number }
  | { readonly do: 'cancel'; readonly atNs: number; readonly arrival: number }
  | { readonly do: 'servers'; readonly atNs: number; readonly servers: number }
  | { readonly do: 'speed'; readonly atNs: number; readonly speedPerSec: number };

export interface Outcome {
  /** [arrival, instant, waiting time] in the order in which jobs were done. */
  readonly done: [number, number, number][];
  /** Work left of those that were cancelled, by arrival. */
  readonly cancelled: [number, number][];
  readonly lost: number[];
  readonly endNs: number;
  /** Areas over time until `endNs`, in jobs (or servers) times ns. */
  presentArea: number;
  waitingArea: number;
  busyArea: number;
  serversArea: number;
}

interface Job {
  readonly arrival: number;
  readonly priority: number;
  readonly arrivedNs: number;
  left: number;
  served: boolean;
  sinceNs: number;
  servedNs: number;
  endNs: number;
  sequence: number;
}

export class Oracle {
  private readonly options: StationOptions;
  private servers: number;
  private speed: number;
  private jobs: Job[] = [];
  private nowNs = 0;
  private sequence = 0;
  private readonly outcome: Outcome = {
    done: [],
    cancelled: [],
    lost: [],
    endNs: 0,
    presentArea: 0,
    waitingArea: 0,
    busyArea: 0,
    serversArea: 0,
  };

  constructor(options: StationOptions) {
    this.options = options;
    this.servers = options.servers;
    this.speed = options.speedPerSec ?? 1;
  }

  /** Steps go before ends of service of the same instant. */
  run(steps: readonly Step[], untilNs: number): Outcome {
    let arrivals = 0;
    for (const step of steps) {
      this.endServicesBefore(step.atNs);
      this.pass(step.atNs);
      if (step.do === 'arrive') this.arrive(arrivals++, step.work, step.priority);
      else if (step.do === 'cancel') this.cancel(step.arrival);
      else this.change(step);
      this.settle();
    }
    this.endServicesBefore(untilNs + 1);
    this.pass(untilNs);
    return { ...this.outcome, endNs: untilNs };
  }

  private get shares(): boolean {
    return this.options.discipline === 'shared';
  }

  private rate(): number {
    return (this.speed * Math.min(1, this.servers / this.jobs.length)) / 1e9;
  }

  private arrive(arrival: number, work: number, priority: number): void {
    if (this.jobs.length >= (this.options.room ?? Infinity)) {
      this.outcome.lost.push(arrival);
      return;
    }
    const fresh = { served: false, sinceNs: this.nowNs, servedNs: 0, endNs: Infinity, sequence: 0 };
    this.jobs.push({ arrival, priority, arrivedNs: this.nowNs, left: work, ...fresh });
  }

  private cancel(arrival: number): void {
    const job = this.jobs.find((each) => each.arrival === arrival);
    if (job === undefined) return;
    if (!this.shares) this.interrupt(job);
    this.outcome.cancelled.push([arrival, job.left]);
    this.jobs = this.jobs.filter((each) => each !== job);
  }

  private change(step: Step): void {
    if (step.do === 'servers') this.servers = step.servers;
    if (step.do !== 'speed' || step.speedPerSec === this.speed) return;
    const served = this.inOrder().filter((job) => job.served);
    for (const job of served) this.interrupt(job);
    this.speed = step.speedPerSec;
    for (const job of served) this.begin(job);
  }

  private inOrder(): Job[] {
    return [...this.jobs].sort((a, b) => a.priority - b.priority || a.arrival - b.arrival);
  }

  /** Finds who is in service now. */
  private settle(): void {
    if (this.shares) return;
    const inOrder = this.inOrder();
    const served = inOrder.filter((job) => job.served);
    const wanted = this.options.preemptive
      ? inOrder.slice(0, this.servers)
      : [...served, ...inOrder.filter((job) => !job.served).slice(0, Math.max(0, this.servers - served.length))];
    for (const job of inOrder) {
      if (job.served && !wanted.includes(job)) this.interrupt(job);
    }
    for (const job of inOrder) if (!job.served && wanted.includes(job)) this.begin(job);
  }

  private begin(job: Job): void {
    job.served = true;
    job.sinceNs = this.nowNs;
    job.endNs = job.left === 0 ? this.nowNs : this.nowNs + Math.round((job.left * 1e9) / this.speed);
    job.sequence = this.sequence++;
  }

  private interrupt(job: Job): void {
    if (!job.served) return;
    const spellNs = this.nowNs - job.sinceNs;
    job.left = Math.max(0, job.left - (spellNs * this.speed) / 1e9);
    job.servedNs += spellNs;
    job.served = false;
  }

  /** The next end of a service: the instant and the job. */
  private next(): [number, Job] | undefined {
    let best: [number, Job] | undefined;
    for (const job of this.jobs) {
      if (!this.shares && !job.served) continue;
      const endNs = this.shares ? this.nowNs + Math.round(Math.max(0, job.left) / this.rate()) : job.endNs;
      if (!(endNs < Infinity)) continue;
      const before = best === undefined || endNs < best[0];
      if (before || (endNs === best![0] && job.sequence < best![1].sequence)) best = [endNs, job];
    }
    return best;
  }

  private endServicesBefore(limitNs: number): void {
    for (let next = this.next(); next !== undefined && next[0] < limitNs; next = this.next()) {
      const [endNs, job] = next;
      this.pass(endNs);
      if (!this.shares) this.interrupt(job);
      this.jobs = this.jobs.filter((each) => each !== job);
      const waitedNs = this.shares ? 0 : endNs - job.arrivedNs - job.servedNs;
      this.outcome.done.push([job.arrival, endNs, waitedNs]);
      this.settle();
    }
  }

  private pass(toNs: number): void {
    const gapNs = toNs - this.nowNs;
    const served = this.shares ? this.jobs.length : this.jobs.filter((job) => job.served).length;
    this.outcome.presentArea += gapNs * this.jobs.length;
    this.outcome.waitingArea += gapNs * (this.jobs.length - served);
    const busy = this.shares ? Math.min(this.servers, this.jobs.length) : served;
    this.outcome.busyArea += gapNs * busy;
    this.outcome.serversArea += gapNs * Math.max(busy, this.servers);
    if (this.shares && this.jobs.length > 0) {
      const drained = gapNs * this.rate();
      for (const job of this.jobs) job.left -= drained;
    }
    this.nowNs = toNs;
  }
}

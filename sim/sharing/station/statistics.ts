/**
 * What a station measures: counts, times of jobs, and averages over time.
 *
 * A job counts with its waiting and response time when it is done; one that was withdrawn counts as cancelled, and one that found
 * no room as lost, and neither has a time. Averages over time hold for all jobs that are or were there, cancelled ones included.
 */
import { Running } from '../../stats/running.ts';
import { TimeWeighted } from '../../stats/time-weighted.ts';

/** Of one line, since measuring began. */
export class LineStatistics {
  /** Jobs that came, lost ones included. */
  arrived = 0;
  /** Jobs that found no room. */
  lost = 0;
  /** Jobs that were withdrawn before they were done. */
  cancelled = 0;
  /** Time without a server, of each job that is done, in ns. */
  readonly waitingNs = new Running();
  /** Time from arrival to end, of each job that is done, in ns. */
  readonly responseNs = new Running();
  /** Jobs that are there, waiting or in service. */
  readonly present: TimeWeighted;
  /** Jobs that wait. */
  readonly waiting: TimeWeighted;

  /** Measuring begins now, with so many jobs. */
  constructor(nowNs: number, present: number, waiting: number) {
    this.present = new TimeWeighted(nowNs, present);
    this.waiting = new TimeWeighted(nowNs, waiting);
  }
}

/** Of a station's servers, since measuring began. */
export class ServerStatistics {
  /** Servers at work. */
  readonly busy: TimeWeighted;
  /** Servers that are there; one that was taken away counts until its job is done. */
  readonly servers: TimeWeighted;

  /** Measuring begins now, with so many servers. */
  constructor(nowNs: number, busy: number, servers: number) {
    this.busy = new TimeWeighted(nowNs, busy);
    this.servers = new TimeWeighted(nowNs, Math.max(busy, servers));
  }
}

/** A station's figures since measuring began, or those of one of its priorities. Times in ns. */
export interface StationReport {
  /** Jobs that came, lost ones included. */
  readonly arrived: number;
  /** Jobs that found no room. */
  readonly lost: number;
  /** Jobs that were withdrawn. */
  readonly cancelled: number;
  /** Jobs that are done: the number of times behind the two distributions below. */
  readonly done: number;
  /** Time without a server; 0 for each job where all share. */
  readonly waitingNs: Running;
  /** Time from arrival to end. */
  readonly responseNs: Running;
  /** Jobs that are there, on average over time. */
  readonly meanPresent: number;
  /** Jobs that wait, on average over time. */
  readonly meanWaiting: number;
}

/** The figures of one or several lines together. */
export function reportOf(lines: readonly LineStatistics[], nowNs: number): StationReport {
  const waitingNs = new Running();
  const responseNs = new Running();
  const sums = { arrived: 0, lost: 0, cancelled: 0, meanPresent: 0, meanWaiting: 0 };
  for (const line of lines) {
    waitingNs.merge(line.waitingNs);
    responseNs.merge(line.responseNs);
    sums.arrived += line.arrived;
    sums.lost += line.lost;
    sums.cancelled += line.cancelled;
    sums.meanPresent += line.present.mean(nowNs);
    sums.meanWaiting += line.waiting.mean(nowNs);
  }
  return { ...sums, done: responseNs.count, waitingNs, responseNs };
}

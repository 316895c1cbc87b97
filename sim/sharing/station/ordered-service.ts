/**
 * Servers that take one job each, in order: the most urgent line first, within a line first come, first served.
 *
 * Without preemption a job keeps its server until it is done; with it a more urgent arrival takes the server of the least urgent
 * job that started last, which later goes on where it stopped (preemptive resume). Servers that are taken away finish their
 * job first without preemption, and put it back with it. Times are rounded to whole nanoseconds when a service begins.
 * Source: Kleinrock, "Queueing Systems", volumes 1 and 2. Left out: preemption that starts a job anew, set-up times of servers.
 */

import { NS_PER_SECOND, TIME_NS_MAX } from '../../engine/sim-time.ts';
import type { Simulation } from '../../engine/simulation.ts';
import { type JobTable, NONE } from './job-table.ts';
import type { Lines } from './line.ts';
import type { StationId, StationTable } from './station-table.ts';

/** All stations of a group that serve in order. */
export class OrderedService {
  private readonly simulation: Simulation;
  private readonly stations: StationTable;
  private readonly lines: Lines;
  private readonly jobs: JobTable;
  private readonly done: number;

  /** `done` is the kind of event that ends a service; its first operand is the job's slot. */
  constructor(simulation: Simulation, stations: StationTable, lines: Lines, jobs: JobTable, done: number) {
    this.simulation = simulation;
    this.stations = stations;
    this.lines = lines;
    this.jobs = jobs;
    this.done = done;
  }

  /** A job has come. Whoever finds a free server finds nobody waiting. */
  enter(station: StationId, line: number, job: number): void {
    const { stations, lines, simulation } = this;
    if (stations.busy[station] < stations.servers[station]) {
      lines.appendServed(line, job);
      stations.setBusy(station, stations.busy[station] + 1, simulation.nowNs);
      this.serve(station, job);
    } else if (stations.preemptive[station] === 1 && this.leastUrgentServed(station) > line) {
      this.putBack(station, this.leastUrgentServed(station));
      lines.appendServed(line, job);
      this.serve(station, job);
    } else {
      lines.appendWaiting(line, job);
      stations.lineStatistics[line].waiting.set(simulation.nowNs, lines.waiting[line]);
    }
  }

  /** A job leaves, done or withdrawn. Returns the work that it had left. */
  leave(station: StationId, line: number, job: number): number {
    const { lines, jobs, simulation } = this;
    const served = this.isServed(line, job);
    if (served) this.interrupt(station, job);
    else this.endOfWait(job);
    lines.remove(line, job, served);
    if (served) this.passOn(station);
    else this.stations.lineStatistics[line].waiting.set(simulation.nowNs, lines.waiting[line]);
    return jobs.work[job];
  }

  /** Work that a job has left now. */
  left(station: StationId, line: number, job: number): number {
    return this.isServed(line, job) ? this.leftInService(station, job) : this.jobs.work[job];
  }

  /** The number of servers has changed. */
  refit(station: StationId): void {
    const { stations, simulation } = this;
    if (stations.preemptive[station] === 1) {
      while (stations.busy[station] > stations.servers[station]) {
        this.putBack(station, this.leastUrgentServed(station));
        stations.setBusy(station, stations.busy[station] - 1, simulation.nowNs);
      }
    }
    while (stations.busy[station] < stations.servers[station] && this.serveNext(station)) {
      stations.setBusy(station, stations.busy[station] + 1, simulation.nowNs);
    }
    stations.setBusy(station, stations.busy[station], simulation.nowNs);
  }

  /** Changes the speed, for those in service too. */
  setSpeed(station: StationId, speedPerSec: number): void {
    const { stations, lines, jobs } = this;
    const first = stations.firstLine[station];
    for (let line = first; line < first + stations.lineCount[station]; line++) {
      let job = lines.head[line];
      for (let k = 0; k < lines.serving[line]; k++, job = jobs.next[job]) this.interrupt(station, job);
    }
    stations.speedPerSec[station] = speedPerSec;
    for (let line = first; line < first + stations.lineCount[station]; line++) {
      let job = lines.head[line];
      for (let k = 0; k < lines.serving[line]; k++, job = jobs.next[job]) this.plan(station, job);
    }
  }

  /** A served job has an event, unless the server stands still; then it stands before the border of its line. */
  private isServed(line: number, job: number): boolean {
    const { lines, jobs } = this;
    const first = lines.firstWaiting[line];
    return first === NONE || jobs.order[job] < jobs.order[first];
  }

  /** A server is free: the next job gets it, or it rests. */
  private passOn(station: StationId): void {
    const { stations, simulation } = this;
    const busy = stations.busy[station] - 1;
    if (busy < stations.servers[station] && this.serveNext(station)) return;
    stations.setBusy(station, busy, simulation.nowNs);
  }

  private serveNext(station: StationId): boolean {
    const { stations, lines, simulation } = this;
    const end = stations.firstLine[station] + stations.lineCount[station];
    for (let line = stations.firstLine[station]; line < end; line++) {
      if (lines.waiting[line] === 0) continue;
      const job = lines.advance(line);
      stations.lineStatistics[line].waiting.set(simulation.nowNs, lines.waiting[line]);
      this.endOfWait(job);
      this.serve(station, job);
      return true;
    }
    return false;
  }

  private leastUrgentServed(station: StationId): number {
    const { stations, lines } = this;
    const first = stations.firstLine[station];
    let line = first + stations.lineCount[station] - 1;
    while (line >= first && lines.serving[line] === 0) line--;
    return line;
  }

  /** The last served job of the line loses its server; the caller gives that to somebody or counts it as resting. */
  private putBack(station: StationId, line: number): void {
    const { stations, lines, jobs, simulation } = this;
    const job = lines.retreat(line);
    this.interrupt(station, job);
    jobs.sinceNs[job] = simulation.nowNs;
    stations.lineStatistics[line].waiting.set(simulation.nowNs, lines.waiting[line]);
  }

  private endOfWait(job: number): void {
    const { jobs, simulation } = this;
    jobs.waitedNs[job] += simulation.nowNs - jobs.sinceNs[job];
  }

  private serve(station: StationId, job: number): void {
    this.jobs.sinceNs[job] = this.simulation.nowNs;
    this.plan(station, job);
  }

  /** Notes the work done so far, and takes the end of the service off the calendar if it is still there. */
  private interrupt(station: StationId, job: number): void {
    const { jobs, simulation } = this;
    jobs.work[job] = this.leftInService(station, job);
    jobs.sinceNs[job] = simulation.nowNs;
    if (jobs.handle[job] >= 0) simulation.cancel(jobs.handle[job]);
    jobs.handle[job] = NONE;
  }

  private leftInService(station: StationId, job: number): number {
    const { jobs, stations, simulation } = this;
    const servedNs = simulation.nowNs - jobs.sinceNs[job];
    return Math.max(0, jobs.work[job] - (servedNs * stations.speedPerSec[station]) / NS_PER_SECOND);
  }

  /** The event inherits the cause of the job's arrival, not that of whoever made room for it. */
  private plan(station: StationId, job: number): void {
    const { jobs, simulation } = this;
    const needNs = (jobs.work[job] * NS_PER_SECOND) / this.stations.speedPerSec[station];
    // A server that stands still, or that would need longer than time lasts, never ends by itself (0 / 0 is no work at no speed).
    const endNs = simulation.nowNs + (jobs.work[job] === 0 ? 0 : Math.round(needNs));
    if (endNs > TIME_NS_MAX) return;
    const cause = simulation.cause;
    simulation.cause = jobs.cause[job];
    jobs.handle[job] = simulation.at(endNs, this.done, job);
    simulation.cause = cause;
  }
}

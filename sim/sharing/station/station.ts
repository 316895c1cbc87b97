/**
 * Stations: queues with servers, on the clock of a simulation. The front door of this folder; README.md says how to use it, what a
 * job costs and which formulas it was held against.
 *
 * A station has c servers of one speed, room for a number of jobs, and serves in order of arrival (with priorities, preemptive or
 * not) or shares its servers among all jobs. A job is an amount of work. Nothing is allocated for a job on its way; a group of
 * any number of stations has one table of jobs and two kinds of events.
 * Sources: Kleinrock, "Queueing Systems"; each discipline names its own in its file. Left out: routing between stations (the caller
 * sends a job on when it is done), jobs that need several servers at once, servers that differ, and balking or impatience (which the
 * caller makes of `present` and `cancel`).
 */
import { assert } from '../../engine/assert.ts';
import type { Simulation } from '../../engine/simulation.ts';
import { type JobId, JobTable, NONE } from './job-table.ts';
import { Lines } from './line.ts';
import { OrderedService } from './ordered-service.ts';
import { SharedService } from './shared-service.ts';
import { type StationId, StationTable } from './station-table.ts';
import { LineStatistics, reportOf, ServerStatistics, type StationReport } from './statistics.ts';

export type { JobId, StationId, StationReport };

/** What `arrive` gives back when there is no room. */
export const LOST: JobId = NONE;

/** Priorities of a station. All are looked through when a server comes free, so they are few. */
export const PRIORITIES_MAX = 64;

/** One station, as it is to be built. */
export interface StationOptions {
  /** How many jobs can be in service at full speed; whole, 0 for a station that stands still. */
  readonly servers: number;
  /** Units of work that one server does in a second; 0 stands still. With work in seconds of a server: 1, the default. */
  readonly speedPerSec?: number;
  /** `in-order`, the default: one job a server, first come, first served. `shared`: processor sharing, without priorities. */
  readonly discipline?: 'in-order' | 'shared';
  /** Number of priorities; 0 is the most urgent. Default 1. */
  readonly priorities?: number;
  /** True when an urgent arrival takes the server of a less urgent job, which later goes on where it stopped. Default false. */
  readonly preemptive?: boolean;
  /** Most jobs present at once, in service or waiting; further ones are lost. Default: any number. */
  readonly room?: number;
}

/** Called when a job is done and its server has gone on; the tag is the caller's own number of the job. */
export type JobDone = (tag: number, station: StationId, responseNs: number, waitingNs: number) => void;

/** A group of stations on one simulation. Faults of the caller (unknown numbers, negative work) are assertions. */
export class Stations {
  private readonly simulation: Simulation;
  private readonly onDone: JobDone;
  private readonly jobs = new JobTable();
  private readonly lines = new Lines(this.jobs);
  private readonly table = new StationTable();
  private readonly ordered: OrderedService;
  private readonly shared: SharedService;

  /**
   * @param name Of the group, for its two kinds of events; no two groups of one simulation may share it.
   * @param onDone What happens with a job that is done. It may call anything here.
   * @param eventPriority As in `Simulation.kind`: whether ends of service go before or after other events of the same instant.
   */
  constructor(simulation: Simulation, name: string, onDone: JobDone, eventPriority = 3) {
    this.simulation = simulation;
    this.onDone = onDone;
    const ended = simulation.kind(`${name}: service ends`, (job) => this.finish(job), eventPriority);
    const look = simulation.kind(`${name}: shared job due`, (station) => this.finishDue(station), eventPriority);
    this.ordered = new OrderedService(simulation, this.table, this.lines, this.jobs, ended);
    this.shared = new SharedService(simulation, this.table, this.jobs, look);
  }

  /** Adds an empty station; numbers count up from 0. */
  add(options: StationOptions): StationId {
    const {
      servers,
      speedPerSec = 1,
      discipline = 'in-order',
      priorities = 1,
      preemptive = false,
      room = Infinity,
    } = options;
    assertServers(servers);
    assertSpeed(speedPerSec);
    assert(room >= 0 && (room === Infinity || Number.isSafeInteger(room)), () => `room for ${room} jobs`);
    assert(
      Number.isSafeInteger(priorities) && priorities >= 1 && priorities <= PRIORITIES_MAX,
      () => `${priorities} priorities; a station has 1 to ${PRIORITIES_MAX}`,
    );
    const shares = discipline === 'shared';
    assert(!shares || (priorities === 1 && !preemptive), 'jobs that share a station have no priorities');
    const { nowNs } = this.simulation;
    const station = this.table.add(servers, speedPerSec, room, nowNs);
    this.table.shared[station] = shares ? 1 : 0;
    this.table.preemptive[station] = preemptive ? 1 : 0;
    this.table.firstLine[station] = this.lines.count;
    this.table.lineCount[station] = priorities;
    for (let k = 0; k < priorities; k++) {
      this.lines.add(station);
      this.table.lineStatistics.push(new LineStatistics(nowNs, 0, 0));
    }
    if (shares) this.shared.add(station);
    return station;
  }

  /**
   * A job of `work` units arrives. Returns its number, or `LOST` when there is no room. `tag` comes back when it is done.
   * Its number is stale as soon as it is done or cancelled.
   */
  arrive(station: StationId, work: number, tag = 0, priority = 0): JobId {
    const { table, simulation } = this;
    assert(work >= 0 && work < Infinity, () => `a job of ${work} units of work`);
    const line = this.lineOf(station, priority);
    const statistics = table.lineStatistics[line];
    statistics.arrived += 1;
    if (table.present[station] >= table.room[station]) {
      statistics.lost += 1;
      return LOST;
    }
    table.present[station] += 1;
    statistics.present.set(simulation.nowNs, statistics.present.value + 1);
    const job = this.jobs.take(line, work, tag, simulation.nowNs, simulation.cause);
    if (table.shared[station] === 1) this.shared.enter(station, job);
    else this.ordered.enter(station, line, job);
    return this.jobs.idOf(job);
  }

  /** Withdraws a job. Returns the work that it had left, or -1 if it is not there any more. */
  cancel(job: JobId): number {
    const slot = this.jobs.slotOf(job);
    if (slot === NONE) return -1;
    const line = this.jobs.line[slot];
    this.table.lineStatistics[line].cancelled += 1;
    return this.takeOut(slot);
  }

  /** Units of work that a job has left now, or -1 if it is not there any more. */
  left(job: JobId): number {
    const slot = this.jobs.slotOf(job);
    if (slot === NONE) return -1;
    const line = this.jobs.line[slot];
    const station = this.lines.station[line];
    return this.table.shared[station] === 1 ? this.shared.left(station, slot) : this.ordered.left(station, line, slot);
  }

  /**
   * Changes the number of servers now. More of them begin at once with who waits. Of fewer, those at work finish their job first,
   * or put it back if the station is preemptive.
   */
  setServers(station: StationId, servers: number): void {
    this.assertStation(station);
    assertServers(servers);
    this.table.servers[station] = servers;
    if (this.table.shared[station] === 1) this.shared.refit(station);
    else this.ordered.refit(station);
  }

  /** Changes the speed of all servers now, for jobs in service too. */
  setSpeed(station: StationId, speedPerSec: number): void {
    this.assertStation(station);
    assertSpeed(speedPerSec);
    // Nothing changes, so no end of a service may move in the order of its instant.
    if (this.table.speedPerSec[station] === speedPerSec) return;
    if (this.table.shared[station] === 1) this.shared.setSpeed(station, speedPerSec);
    else this.ordered.setSpeed(station, speedPerSec);
  }

  /** Jobs at the station, in service or waiting. */
  present(station: StationId): number {
    this.assertStation(station);
    return this.table.present[station];
  }

  /** Servers at work. */
  busy(station: StationId): number {
    this.assertStation(station);
    return this.table.busy[station];
  }

  /** Figures since measuring began, of all jobs or of one priority. */
  report(station: StationId, priority?: number): StationReport {
    const { nowNs } = this.simulation;
    if (priority !== undefined) return reportOf([this.table.lineStatistics[this.lineOf(station, priority)]], nowNs);
    this.assertStation(station);
    const first = this.table.firstLine[station];
    return reportOf(this.table.lineStatistics.slice(first, first + this.table.lineCount[station]), nowNs);
  }

  /** Share of the servers' time at work since measuring began; 0 for a station that never had a server. */
  utilisation(station: StationId): number {
    this.assertStation(station);
    const { busy, servers } = this.table.serverStatistics[station];
    const { nowNs } = this.simulation;
    const there = servers.mean(nowNs);
    return there === 0 ? 0 : busy.mean(nowNs) / there;
  }

  /** Forgets all figures and begins to measure now, after a warm-up. Jobs that are there count with their whole time. */
  measureFromNow(): void {
    const { table, lines, simulation } = this;
    for (let line = 0; line < lines.count; line++) {
      const before = table.lineStatistics[line];
      table.lineStatistics[line] = new LineStatistics(simulation.nowNs, before.present.value, before.waiting.value);
    }
    for (let station = 0; station < table.count; station++) {
      const [busy, servers] = [table.busy[station], table.servers[station]];
      table.serverStatistics[station] = new ServerStatistics(simulation.nowNs, busy, servers);
    }
  }

  private finishDue(station: StationId): void {
    const job = this.shared.due(station);
    if (job === NONE) return;
    this.simulation.cause = this.jobs.cause[job];
    this.finish(job);
  }

  private finish(slot: number): void {
    const { jobs, table, simulation } = this;
    const line = jobs.line[slot];
    const tag = jobs.tag[slot];
    const responseNs = simulation.nowNs - jobs.arrivedNs[slot];
    const waitingNs = jobs.waitedNs[slot];
    // The event of this service is the one that runs.
    jobs.handle[slot] = NONE;
    const statistics = table.lineStatistics[line];
    statistics.responseNs.add(responseNs);
    statistics.waitingNs.add(waitingNs);
    this.takeOut(slot);
    this.onDone(tag, this.lines.station[line], responseNs, waitingNs);
  }

  private takeOut(slot: number): number {
    const { jobs, lines, table, simulation } = this;
    const line = jobs.line[slot];
    const station = lines.station[line];
    table.present[station] -= 1;
    const { present } = table.lineStatistics[line];
    present.set(simulation.nowNs, present.value - 1);
    const left =
      table.shared[station] === 1 ? this.shared.leave(station, slot) : this.ordered.leave(station, line, slot);
    jobs.give(slot);
    return left;
  }

  private lineOf(station: StationId, priority: number): number {
    this.assertStation(station);
    const count = this.table.lineCount[station];
    assert(
      priority >= 0 && priority < count && priority === Math.floor(priority),
      () => `priority ${priority} of ${count}`,
    );
    return this.table.firstLine[station] + priority;
  }

  private assertStation(station: StationId): void {
    assert(station >= 0 && station < this.table.count, () => `no such station: ${station}`);
  }
}

function assertServers(servers: number): void {
  assert(Number.isSafeInteger(servers) && servers >= 0 && servers < 2 ** 31, () => `a station with ${servers} servers`);
}

function assertSpeed(speedPerSec: number): void {
  assert(speedPerSec >= 0 && speedPerSec < Infinity, () => `servers that do ${speedPerSec} units per second`);
}

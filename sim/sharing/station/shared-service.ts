/**
 * Servers that all jobs share alike: processor sharing.
 *
 * With n jobs and c servers each job runs at min(1, c / n) of one server's speed, the fluid limit of round robin with short turns.
 * All run alike, so one clock of virtual work serves all: a job that comes at virtual work v and needs w is done at v + w, and
 * a heap knows who is next. A change costs the logarithm of the jobs present and not their number.
 * Source: Kleinrock, "Time-shared systems: a theoretical treatment" (Journal of the ACM 14, 1967); several servers as in Cohen,
 * "The multiple phase service network with generalized processor sharing" (Acta Informatica 12, 1979). Left out: weights and
 * priorities among the jobs (sim/sharing/max-min has weights), and the length of a real turn.
 */

import { NS_PER_SECOND, TIME_NS_MAX } from '../../engine/sim-time.ts';
import type { EventHandle, Simulation } from '../../engine/simulation.ts';
import { type JobTable, NONE } from './job-table.ts';
import type { StationId, StationTable } from './station-table.ts';
import { WorkHeap } from './work-heap.ts';

/** After so many departures without a rest the clock of virtual work starts anew, so that it keeps its digits. */
const REBASE_AFTER = 65_536;

/** One station's clock of virtual work. */
class WorkClock {
  work = 0;
  sinceNs = 0;
  /** Virtual work in a nanosecond. */
  rate = 0;
  /** The event that looks for who is done, at `dueNs`. */
  event: EventHandle = NONE;
  dueNs = 0;
  departures = 0;
  readonly heap: WorkHeap;

  constructor(jobs: JobTable) {
    this.heap = new WorkHeap(jobs);
  }
}

/** All stations of a group whose jobs share. */
export class SharedService {
  private readonly simulation: Simulation;
  private readonly stations: StationTable;
  private readonly jobs: JobTable;
  private readonly look: number;
  private readonly clocks: (WorkClock | undefined)[] = [];

  /** `look` is the kind of event upon which the caller asks for `due`; its first operand is the station. */
  constructor(simulation: Simulation, stations: StationTable, jobs: JobTable, look: number) {
    this.simulation = simulation;
    this.stations = stations;
    this.jobs = jobs;
    this.look = look;
  }

  /** A new station. */
  add(station: StationId): void {
    this.clocks[station] = new WorkClock(this.jobs);
  }

  /** A job has come. */
  enter(station: StationId, job: number): void {
    const clock = this.advanced(station);
    this.jobs.work[job] += clock.work;
    clock.heap.add(job);
    this.changed(station, clock);
  }

  /** A job leaves, done or withdrawn. Returns the work that it had left. */
  leave(station: StationId, job: number): number {
    const clock = this.advanced(station);
    const left = Math.max(0, this.jobs.work[job] - clock.work);
    clock.heap.remove(job);
    clock.departures += 1;
    if (clock.heap.size === 0 || clock.departures >= REBASE_AFTER) rebase(clock);
    this.changed(station, clock);
    return left;
  }

  /** Work that a job has left now. */
  left(station: StationId, job: number): number {
    const clock = this.clocks[station]!;
    const virtualWork = clock.work + clock.rate * (this.simulation.nowNs - clock.sinceNs);
    return Math.max(0, this.jobs.work[job] - virtualWork);
  }

  /** The job that is done now, or `NONE`: the event came early, because jobs that came later have slowed all down. */
  due(station: StationId): number {
    const clock = this.clocks[station]!;
    clock.event = NONE;
    if (clock.heap.size > 0 && this.firstDueNs(clock) <= this.simulation.nowNs) return clock.heap.first;
    this.plan(station, clock);
    return NONE;
  }

  /** The number of servers has changed. */
  refit(station: StationId): void {
    this.changed(station, this.advanced(station));
  }

  /** Changes the speed. */
  setSpeed(station: StationId, speedPerSec: number): void {
    const clock = this.advanced(station);
    this.stations.speedPerSec[station] = speedPerSec;
    this.changed(station, clock);
  }

  /** The station's clock, brought to the present. */
  private advanced(station: StationId): WorkClock {
    const clock = this.clocks[station]!;
    const { nowNs } = this.simulation;
    clock.work += clock.rate * (nowNs - clock.sinceNs);
    clock.sinceNs = nowNs;
    return clock;
  }

  private changed(station: StationId, clock: WorkClock): void {
    const { stations, simulation } = this;
    const jobs = clock.heap.size;
    const busy = Math.min(jobs, stations.servers[station]);
    clock.rate = jobs === 0 ? 0 : ((stations.speedPerSec[station] / NS_PER_SECOND) * busy) / jobs;
    stations.setBusy(station, busy, simulation.nowNs);
    this.plan(station, clock);
  }

  /** An event that comes too early is left: it will look again. One that would come too late is moved. */
  private plan(station: StationId, clock: WorkClock): void {
    const { simulation } = this;
    const dueNs = clock.heap.size === 0 ? Number.POSITIVE_INFINITY : this.firstDueNs(clock);
    const ever = dueNs <= TIME_NS_MAX;
    if (clock.event !== NONE) {
      if (ever && clock.dueNs <= dueNs) return;
      simulation.cancel(clock.event);
      clock.event = NONE;
    }
    if (!ever) return;
    clock.dueNs = dueNs;
    clock.event = simulation.at(dueNs, this.look, station);
  }

  /** When the first job is done at the present rate: never before now, and never at all when nothing moves. */
  private firstDueNs(clock: WorkClock): number {
    if (clock.rate === 0) return Number.POSITIVE_INFINITY;
    const needNs = (this.jobs.work[clock.heap.first] - clock.work) / clock.rate;
    return Math.max(this.simulation.nowNs, clock.sinceNs + Math.round(needNs));
  }
}

/** Takes the present reading off the clock and off all jobs. */
function rebase(clock: WorkClock): void {
  clock.heap.subtract(clock.work);
  clock.work = 0;
  clock.departures = 0;
}

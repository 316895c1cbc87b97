/**
 * The stations of a group, in typed arrays, and what they measure.
 */
import { grownFloat64, grownInt32, grownUint8 } from '../growth.ts';
import { NONE } from './job-table.ts';
import { type LineStatistics, ServerStatistics } from './statistics.ts';

/** Names a station in its group; numbers count up from 0. */
export type StationId = number;

/** Columns by station. */
export class StationTable {
  /** How many stations there are. */
  count = 0;
  /** Servers; a job has one at most. */
  servers = new Int32Array(16);
  /** Units of work that one server does in a second. */
  speedPerSec = new Float64Array(16);
  /** Most jobs present at once, Infinity for any number. */
  room = new Float64Array(16);
  /** Jobs present. */
  present = new Int32Array(16);
  /** Servers at work. May exceed `servers` for a while after servers were taken away. */
  busy = new Int32Array(16);
  /** 1 where all jobs share the servers. */
  shared = new Uint8Array(16);
  /** 1 where an urgent job takes the server of a less urgent one. */
  preemptive = new Uint8Array(16);
  /** Its lines, the most urgent first, are `firstLine` to `firstLine + lineCount - 1`. */
  firstLine = new Int32Array(16);
  /** Number of its lines: its priorities. */
  lineCount = new Int32Array(16);
  /** By line. */
  readonly lineStatistics: LineStatistics[] = [];
  /** By station. */
  readonly serverStatistics: ServerStatistics[] = [];

  /** A new empty station. */
  add(servers: number, speedPerSec: number, room: number, nowNs: number): StationId {
    const station = this.count++;
    this.grow(this.count);
    this.servers[station] = servers;
    this.speedPerSec[station] = speedPerSec;
    this.room[station] = room;
    this.firstLine[station] = NONE;
    this.serverStatistics.push(new ServerStatistics(nowNs, 0, servers));
    return station;
  }

  /** The number of servers at work is now `busy`. */
  setBusy(station: StationId, busy: number, nowNs: number): void {
    this.busy[station] = busy;
    const { busy: atWork, servers: there } = this.serverStatistics[station];
    atWork.set(nowNs, busy);
    const servers = Math.max(busy, this.servers[station]);
    if (there.value !== servers) there.set(nowNs, servers);
  }

  private grow(needed: number): void {
    this.servers = grownInt32(this.servers, needed);
    this.speedPerSec = grownFloat64(this.speedPerSec, needed);
    this.room = grownFloat64(this.room, needed);
    this.present = grownInt32(this.present, needed);
    this.busy = grownInt32(this.busy, needed);
    this.shared = grownUint8(this.shared, needed);
    this.preemptive = grownUint8(this.preemptive, needed);
    this.firstLine = grownInt32(this.firstLine, needed);
    this.lineCount = grownInt32(this.lineCount, needed);
  }
}

/**
 * Random early detection: a queue that drops or marks some packets before it is full, more of them the longer it has been on average.
 *
 * Source: Floyd and Jacobson, "Random early detection gateways for congestion avoidance" (IEEE/ACM ToN 1(4), 1993), section IV, with the
 * spreading of drops by their count, the ageing of the average while the port is idle, and the later `gentle` slope above the maximum.
 * Left out: lengths in bytes, adaptive RED.
 */
import { pow } from '../../../sim/random/power.ts';
import type { Stream } from '../../../sim/random/stream.ts';

/** Settings of random early detection; lengths in packets that wait. */
export interface RandomEarlyDetection {
  /** Below this average length nothing happens. */
  readonly minPackets: number;
  /** At this average length a packet is dropped with the chance `chanceMax`; at twice it, always. */
  readonly maxPackets: number;
  readonly chanceMax: number;
  /** Weight of the newest length in the average; 0.002 in the paper. */
  readonly weight: number;
}

/** Averages and counts of the ports that detect early. */
export class EarlyDetection {
  private readonly settings: readonly (RandomEarlyDetection | undefined)[];
  private readonly average: Float64Array;
  /** Packets since the last drop; -1 while the average is low. */
  private readonly since: Int32Array;
  private readonly stream: Stream;

  constructor(settings: readonly (RandomEarlyDetection | undefined)[], stream: Stream) {
    this.settings = settings;
    this.average = new Float64Array(settings.length);
    this.since = new Int32Array(settings.length).fill(-1);
    this.stream = stream;
  }

  /** The average length that the port has in mind, packets. */
  averageOf(port: number): number {
    return this.average[port]!;
  }

  /**
   * A packet comes in and finds `waiting` others. True if it is to be dropped or marked.
   *
   * @param idlePackets Packets that could have been sent since the port fell idle; 0 if it is busy.
   */
  hits(port: number, waiting: number, idlePackets: number): boolean {
    const red = this.settings[port]!;
    let average = this.average[port]!;
    if (idlePackets > 0) average *= pow(1 - red.weight, idlePackets);
    average += red.weight * (waiting - average);
    this.average[port] = average;
    if (average < red.minPackets) {
      this.since[port] = -1;
      return false;
    }
    this.since[port]! += 1;
    if (average >= 2 * red.maxPackets) return this.hit(port);
    const chance = chanceAt(red, average);
    const spread = 1 - this.since[port]! * chance;
    return spread <= 0 || this.stream.uniform() < chance / spread ? this.hit(port) : false;
  }

  private hit(port: number): true {
    this.since[port] = 0;
    return true;
  }
}

function chanceAt(red: RandomEarlyDetection, average: number): number {
  if (average < red.maxPackets) return (red.chanceMax * (average - red.minPackets)) / (red.maxPackets - red.minPackets);
  return red.chanceMax + ((1 - red.chanceMax) * (average - red.maxPackets)) / red.maxPackets;
}

/**
 * The closed workloads on which our sharing is measured beside SimGrid, with the bars that they must clear.
 *
 * Racks of 32 hosts under 8 spines, every link 10 Gb/s in each direction, no latency; slots run flows back to back. A
 * run prints one line, ours and the peer's alike: simulated seconds, mean flow seconds, processor microseconds, KiB.
 */

import { resourceUsage } from 'node:process';
import { runWorkload } from '../../scenarios/reality/flow.ts';
import type { SolverName } from '../../sim/sharing/max-min.ts';

/** One workload; `bar` and `stretch` are how many times cheaper than SimGrid a flow has to be. */
export interface FlowCell {
  readonly racks: number;
  readonly slots: number;
  readonly localPercent: number;
  readonly completions: number;
  readonly bar?: number;
  readonly stretch?: number;
}

/** What one run printed. */
export interface CellRun {
  readonly simulatedSeconds: number;
  readonly meanFlowSeconds: number;
  readonly cpuMicros: number;
  readonly residentKib: number;
}

export const FLOW_CELLS: readonly FlowCell[] = [
  { racks: 4, slots: 1000, localPercent: 0, completions: 1500 },
  { racks: 32, slots: 1000, localPercent: 0, completions: 2000, bar: 9, stretch: 60 },
  { racks: 32, slots: 1000, localPercent: 90, completions: 4000, bar: 6, stretch: 40 },
  { racks: 32, slots: 10_000, localPercent: 0, completions: 300, bar: 24, stretch: 150 },
  { racks: 32, slots: 10_000, localPercent: 90, completions: 300 },
  { racks: 32, slots: 100_000, localPercent: 0, completions: 40 },
];

/** Next to nothing runs: what a process takes before the first flow. */
export const EMPTY_CELL: FlowCell = { racks: 32, slots: 1, localPercent: 0, completions: 1 };

/**
 * Our clock counts whole nanoseconds, SimGrid's is a double. With links a thousand times slower a tick stands for a
 * picosecond, so that nine digits can be compared; the work is the same.
 */
const SLOWER = 1000;

/** Runs a cell on our sharing in this process. */
export function runOurs(cell: FlowCell, solver: SolverName): CellRun {
  const workload = { ...cell, hostsPerRack: 32, spines: 8, linkBitsPerSec: 1e10 / SLOWER, meanBytes: 1e7 };
  const before = process.cpuUsage();
  const outcome = runWorkload(workload, solver);
  const { user, system } = process.cpuUsage(before);
  return {
    simulatedSeconds: outcome.simulatedSeconds / SLOWER,
    meanFlowSeconds: outcome.meanFlowSeconds / SLOWER,
    cpuMicros: user + system,
    residentKib: resourceUsage().maxRSS,
  };
}

/** The printed line as a run; null when it is none. */
export function readRun(line: string): CellRun | null {
  const [simulatedSeconds, meanFlowSeconds, cpuMicros, residentKib] = line.trim().split(/\s+/).map(Number);
  const run = { simulatedSeconds, meanFlowSeconds, cpuMicros, residentKib };
  return Object.values(run).every((value) => value > 0 || value === 0) ? run : null;
}

/** A run as the line that `readRun` reads. */
export function writeRun(run: CellRun): string {
  return [run.simulatedSeconds, run.meanFlowSeconds, run.cpuMicros, run.residentKib].join(' ');
}

/** Whether two runs gave the same answer: both times agree to nine digits. */
export function sameAnswer(a: CellRun, b: CellRun): boolean {
  const digits = (x: number, y: number): boolean => Math.abs(x - y) <= 5e-9 * Math.max(Math.abs(x), Math.abs(y));
  return digits(a.simulatedSeconds, b.simulatedSeconds) && digits(a.meanFlowSeconds, b.meanFlowSeconds);
}

/** What a table calls a cell. */
export function nameOf({ racks, slots, localPercent }: FlowCell): string {
  return `${racks * 32} hosts, ${slots} flows, ${localPercent} % local`;
}

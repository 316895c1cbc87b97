/**
 * Busy neighbours: processes of ours that contend for cores, cache and memory bandwidth while a benchmark measures.
 *
 * Figures that were taken on a machine that others used cannot be repeated on one that is idle. Left out: everything else that
 * other programs do to each other (files, network, system calls).
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

/** More are no nearer to any machine that people share, and take 64 MiB each. */
export const NEIGHBOURS_MAX = 32;

/** How many neighbours `--beside` asks for; 0 without the option. A text says what is wrong with the arguments. */
export function neighboursWanted(args: readonly string[]): number | string {
  if (args.length === 0) return 0;
  const [option, value, ...rest] = args;
  if (option !== '--beside') return `There is no option "${option}". There is --beside N.`;
  const expected = `--beside takes the number of busy neighbours to start, a whole number from 1 to ${NEIGHBOURS_MAX}`;
  if (value === undefined) return `${expected}; the number is missing. Example: --beside 5`;
  const count = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!(count >= 1 && count <= NEIGHBOURS_MAX))
    return `${expected}; got "${value}". Leave the option out to measure without neighbours.`;
  if (rest.length > 0) return `After --beside ${value} nothing more is expected; got "${rest.join(' ')}".`;
  return count;
}

/** Running neighbours. */
export class Neighbours {
  private readonly processes: ChildProcess[];

  private constructor(processes: ChildProcess[]) {
    this.processes = processes;
  }

  /** Starts `count` of them and waits until each has gone through its memory once. */
  static async start(root: string, count: number): Promise<Neighbours> {
    const program = join(root, 'bench/peers/neighbour.mjs');
    // Whatever ends us, even a kill, closes the pipes to them, and by that they end.
    const processes = Array.from({ length: count }, () =>
      spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] }),
    );
    const neighbours = new Neighbours(processes);
    try {
      await Promise.all(processes.map(firstPass));
    } catch (error) {
      neighbours.stop();
      throw error;
    }
    return neighbours;
  }

  /** Process numbers. */
  get pids(): readonly number[] {
    return this.processes.map(({ pid }) => pid ?? 0);
  }

  /** Ends them. Throws if one has ended before: what was measured then was measured beside fewer. */
  async end(): Promise<void> {
    // Exits of the time in which programs were measured are told only when we wait.
    await new Promise((resolve) => setTimeout(resolve, 200));
    const lost = this.processes.filter(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null).length;
    this.stop();
    if (lost > 0) throw new Error(`${lost} of ${this.processes.length} neighbours ended during the measurement`);
  }

  /** Ends them at once. */
  stop(): void {
    for (const each of this.processes) each.kill('SIGKILL');
  }
}

function firstPass(neighbour: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    neighbour.stdout?.once('data', () => resolve());
    neighbour.once('error', reject);
    neighbour.once('exit', (status, signal) =>
      reject(new Error(`a neighbour ended before it was ready (${signal ?? `status ${status}`})`)),
    );
  });
}

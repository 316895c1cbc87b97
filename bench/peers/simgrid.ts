/**
 * SimGrid as a peer of our sharing: builds `simgrid-flows.cpp`, runs it on one workload, reads what it prints.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type CellRun, type FlowCell, readRun } from './flow-cells.ts';

/** A run that takes longer than this has hung. */
const RUN_SECONDS_MAX = 300;
const BUILD_SECONDS_MAX = 120;

/** SimGrid is there and runs. */
export interface SimGrid {
  /** One run in a process of its own; a sentence when it crashed, hung or printed something else. */
  run(cell: FlowCell): CellRun | string;
}

/** Builds the peer; a sentence that says what is missing when that fails. */
export function buildSimGrid(root: string): SimGrid | string {
  const folder = join(root, 'dist', 'bench', 'peers');
  mkdirSync(folder, { recursive: true });
  const program = join(folder, 'simgrid-flows');
  const source = join(root, 'bench', 'peers', 'simgrid-flows.cpp');
  const build = spawnSync('g++', ['-O2', '-std=c++17', source, '-o', program, '-lsimgrid'], {
    encoding: 'utf8',
    timeout: BUILD_SECONDS_MAX * 1000,
  });
  if (build.error !== undefined) return 'SimGrid is left out: g++ is missing (Debian package g++).';
  if (build.status !== 0) {
    const missing = /simgrid.*(No such file|cannot find)|cannot find -lsimgrid/i.test(build.stderr);
    return missing
      ? 'SimGrid is left out: its library is missing (Debian package libsimgrid-dev).'
      : `SimGrid is left out: its program does not build. ${build.stderr.split('\n')[0]}`;
  }
  return { run: (cell) => runPeer(program, cell) };
}

function runPeer(program: string, cell: FlowCell): CellRun | string {
  const words = [cell.racks, cell.slots, cell.localPercent, cell.completions].map(String);
  const { status, signal, stdout } = spawnSync(program, words, {
    encoding: 'utf8',
    timeout: RUN_SECONDS_MAX * 1000,
    killSignal: 'SIGKILL',
  });
  if (signal === 'SIGKILL') return `SimGrid was stopped after ${RUN_SECONDS_MAX} s`;
  if (status !== 0) return `SimGrid crashed (${signal ?? `status ${status}`})`;
  return readRun(stdout) ?? 'SimGrid printed something else';
}

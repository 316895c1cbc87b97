/**
 * Our sharing beside SimGrid: both run in processes of their own, by turns, and only processor time counts.
 *
 * Printed are microseconds a completed flow (starts of the first flows included on both sides), the ratio of each turn's
 * pair as median and range, the answers of both, and whether the bars are met. Our process warms its compiler up first.
 */

import { spawnSync } from 'node:child_process';
import type { SolverName } from '../../sim/sharing/max-min.ts';
import {
  type CellRun,
  EMPTY_CELL,
  FLOW_CELLS,
  type FlowCell,
  nameOf,
  readRun,
  runOurs,
  sameAnswer,
  writeRun,
} from './flow-cells.ts';
import type { SimGrid } from './simgrid.ts';

const TURNS = 3;
/** Our process runs the workload for so long before it is measured, and then again until so much time is measured. */
const WARM_UP_MICROS = 1_500_000;
const MEASURED_MICROS = 400_000;
/** Argument of the benchmark's own program that makes it run one cell and print its line. */
const ONE_CELL = '--cell';

/** Runs one cell if the program was started for that; true when it was. */
export function ranOneCell(words: readonly string[]): boolean {
  if (words[0] !== ONE_CELL) return false;
  const { cell, solver, cold }: { cell: FlowCell; solver: SolverName; cold: boolean } = JSON.parse(words[1]);
  console.log(writeRun(cold ? runOurs(cell, solver) : runWarm(cell, solver)));
  return true;
}

/** The mean of as many runs as it takes to be measured well: one run of a few milliseconds would measure the compiler. */
function runWarm(cell: FlowCell, solver: SolverName): CellRun {
  for (let spent = 0; spent < WARM_UP_MICROS; ) spent += runOurs(cell, solver).cpuMicros;
  let run = runOurs(cell, solver);
  let spent = run.cpuMicros;
  let runs = 1;
  for (; spent < MEASURED_MICROS; runs++) {
    run = runOurs(cell, solver);
    spent += run.cpuMicros;
  }
  return { ...run, cpuMicros: spent / runs };
}

function runApart(cell: FlowCell, cold = false): CellRun {
  const order = JSON.stringify({ cell, solver: 'auto', cold });
  const { stdout, stderr } = spawnSync(process.execPath, [process.argv[1], ONE_CELL, order], { encoding: 'utf8' });
  const run = readRun(stdout);
  if (run === null) throw new Error(`our own run failed: ${stderr}`);
  return run;
}

/** Runs all cells, with the peer where there is one, and prints the tables. */
export function raceFlows(peer: SimGrid | string): void {
  if (typeof peer === 'string') console.log(`${peer}\n`);
  printRow('closed workload', 'ours, us a flow', 'SimGrid', 'SimGrid / ours (range)', 'bar', 'stretch', 'same answer');
  printRow('---', '---:', '---:', '---:', '---', '---', '---');
  const answers = FLOW_CELLS.map((cell) => raceCell(cell, peer));
  console.log('\nSimulated seconds and mean seconds of a flow, ours and SimGrid’s:');
  answers.forEach((lines) => {
    lines.forEach((line) => {
      console.log(line);
    });
  });
  printMemory(peer);
}

/** One row of the table; returns the lines that show the answers. */
function raceCell(cell: FlowCell, peer: SimGrid | string): string[] {
  const ours: CellRun[] = [];
  const theirs: CellRun[] = [];
  let fault = typeof peer === 'string' ? 'not run' : '';
  for (let turn = 0; turn < TURNS; turn++) {
    ours.push(runApart(cell));
    if (typeof peer === 'string' || fault !== '') continue;
    const run = peer.run(cell);
    if (typeof run === 'string') fault = run;
    else theirs.push(run);
  }
  const paid = (runs: readonly CellRun[]): number => median(runs.map((run) => run.cpuMicros)) / cell.completions;
  const answers = ours.slice(0, 1).concat(theirs.slice(0, 1)).map(answerOf);
  const lines = [`- ${nameOf(cell)}: ${answers.join('; ')}`];
  if (fault !== '') printRow(nameOf(cell), paid(ours).toFixed(1), fault, '-', '-', '-', '-');
  if (fault !== '') return lines;
  const ratios = theirs.map((run, turn) => run.cpuMicros / ours[turn].cpuMicros);
  const range = `${Math.min(...ratios).toFixed(1)}-${Math.max(...ratios).toFixed(1)}`;
  const ratio = median(ratios);
  const same = sameAnswer(ours[0], theirs[0]) ? 'yes' : 'NO';
  printRow(
    nameOf(cell),
    paid(ours).toFixed(1),
    paid(theirs).toFixed(1),
    `${ratio.toFixed(1)} (${range})`,
    verdict(cell.bar, ratios),
    verdict(cell.stretch, ratios),
    same,
  );
  return lines;
}

/** Met only when the median clears the bar; said when the turns disagree. */
function verdict(bar: number | undefined, ratios: readonly number[]): string {
  if (bar === undefined) return '-';
  const met = median(ratios) >= bar;
  const sure = ratios.every((ratio) => ratio >= bar === met);
  return `${bar}x ${met ? 'met' : 'not met'}${sure ? '' : ', within noise'}`;
}

/** Memory of the largest cell over that of a process in which one flow runs, by flow. */
function printMemory(peer: SimGrid | string): void {
  const cell = FLOW_CELLS[FLOW_CELLS.length - 1];
  const byFlow = (large: number, empty: number): string => (((large - empty) * 1024) / cell.slots).toFixed(0);
  const ours = byFlow(runApart(cell, true).residentKib, runApart(EMPTY_CELL, true).residentKib);
  console.log(`\nMemory at ${cell.slots} flows: ours ${ours} bytes a flow (stretch: 500), SimGrid ${peerMemory()}.`);

  function peerMemory(): string {
    if (typeof peer === 'string') return 'not run';
    const [large, empty] = [peer.run(cell), peer.run(EMPTY_CELL)];
    if (typeof large === 'string' || typeof empty === 'string') return 'not run';
    return `${byFlow(large.residentKib, empty.residentKib)} bytes a flow`;
  }
}

function answerOf(run: CellRun): string {
  return `${run.simulatedSeconds.toPrecision(10)} ${run.meanFlowSeconds.toPrecision(10)}`;
}

/** The middle one of an odd number of values. */
function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

function printRow(...cells: readonly string[]): void {
  console.log(`| ${cells.join(' | ')} |`);
}

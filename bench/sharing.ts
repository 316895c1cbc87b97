/**
 * Cost of flow-level sharing: processor microseconds for each completed flow.
 *
 * Three tables: closed workloads beside SimGrid, the same ones by solver, and open workloads of flows with six uses each,
 * two processors and four links. Every figure is the median of interleaved runs, in processor time.
 */

import { exponential } from '../sim/random/distributions.ts';
import { StreamSource } from '../sim/random/stream.ts';
import { SharedResources, type SolverName } from '../sim/sharing/max-min.ts';
import { FLOW_CELLS, nameOf, runOurs } from './peers/flow-cells.ts';
import { raceFlows, ranOneCell } from './peers/flow-race.ts';
import { buildSimGrid } from './peers/simgrid.ts';

const SOLVERS: readonly SolverName[] = ['full', 'incremental', 'auto'];
/** The full solver looks at all 5,000 resources for every change: a hundred times slower here, and no news. */
const OPEN_SOLVERS: readonly SolverName[] = ['incremental', 'auto'];
const REPEATS = 3;
const WARM_UPS = 2;

/** An open workload: flows start at random, `concurrent` run on average if nothing holds them back. */
interface OpenWorkload {
  readonly title: string;
  readonly resources: number;
  readonly concurrent: number;
  readonly flows: number;
  /** Share of flows whose links are drawn from one in ten. */
  readonly hotPercent: number;
}

const OPEN: readonly OpenWorkload[] = [
  { title: 'calm (links 16 % used), 200 flows', resources: 5000, concurrent: 200, flows: 20_000, hotPercent: 0 },
  { title: 'calm (links 40 % used), 500 flows', resources: 5000, concurrent: 500, flows: 20_000, hotPercent: 0 },
  { title: 'busy (links 80 % used), 1000 flows', resources: 5000, concurrent: 1000, flows: 4000, hotPercent: 0 },
  { title: 'hot spots, 200 flows', resources: 5000, concurrent: 200, flows: 4000, hotPercent: 50 },
];

/** Runs an open workload; every start and every finish is a change that is settled. */
function runOpen(workload: OpenWorkload, solver: SolverName): number {
  const stream = new StreamSource('bench').stream(workload.title, 'flows');
  const shared = new SharedResources({ solver });
  for (let r = 0; r < workload.resources; r++) shared.addResource(10);
  const uses = new Int32Array(6);
  const weights = Float64Array.of(0.3, 0.3, 1, 1, 1, 1);
  // A lone flow runs at 10 units per second, so that units of 10 take a second.
  const gapNs = 1e9 / workload.concurrent;
  let nextStartNs = 0;
  let started = 0;
  let peak = 0;
  while (started < workload.flows || shared.running > 0) {
    const finishNs = shared.nextFinishNs();
    const starts = started < workload.flows && nextStartNs <= finishNs;
    const nowNs = starts ? nextStartNs : finishNs;
    if (starts) {
      for (let i = 0; i < 6; i++) uses[i] = drawResource(workload, stream.below(100), (n) => stream.below(n));
      shared.start(nowNs, exponential(stream, 10), uses, weights, 6, 10);
      nextStartNs = Math.ceil(nowNs + exponential(stream, gapNs));
      started++;
    } else while (shared.popFinished(nowNs) >= 0);
    shared.settle(nowNs);
    peak = Math.max(peak, shared.running);
  }
  return peak;
}

function drawResource(workload: OpenWorkload, percent: number, below: (n: number) => number): number {
  return below(percent < workload.hotPercent ? workload.resources / 10 : workload.resources);
}

/** Processor microseconds of a call. */
function cpuMicroseconds(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** Median microseconds per flow by solver; runs are interleaved so that neighbours disturb all alike. */
function medians(solvers: readonly SolverName[], flows: number, run: (solver: SolverName) => unknown): number[] {
  const samples: number[][] = solvers.map(() => []);
  // Not measured: short runs would otherwise measure the compiler.
  for (let warm = 0; warm < WARM_UPS; warm++) for (const solver of solvers) run(solver);
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    solvers.forEach((solver, i) => {
      samples[i].push(cpuMicroseconds(() => run(solver)) / flows);
    });
  }
  return samples.map((list) => list.sort((a, b) => a - b)[Math.floor(REPEATS / 2)]);
}

function printRow(cells: readonly (string | number)[]): void {
  const texts = cells.map((cell) => (typeof cell === 'number' ? cell.toFixed(1) : cell));
  console.log(`| ${texts.join(' | ')} |`);
}

/** Each solver alone and the choice between them, on the closed workloads: the choice should cost what the better does. */
function benchSolvers(): void {
  printRow(['closed workload (us per flow)', ...SOLVERS, 'auto / the better']);
  printRow(['---', '---:', '---:', '---:', '---:']);
  for (const cell of FLOW_CELLS) {
    const costs = medians(SOLVERS, cell.completions, (solver) => runOurs(cell, solver));
    printRow([nameOf(cell), ...costs, (costs[2] / Math.min(costs[0], costs[1])).toFixed(2)]);
  }
}

function benchOpen(): void {
  printRow(['open workload (us per flow; two changes each)', ...OPEN_SOLVERS, 'most at once']);
  printRow(['---', '---:', '---:', '---:']);
  for (const workload of OPEN) {
    const costs = medians(OPEN_SOLVERS, workload.flows, (solver) => runOpen(workload, solver));
    printRow([workload.title, ...costs, String(runOpen(workload, 'auto'))]);
  }
}

if (!ranOneCell(process.argv.slice(2))) {
  raceFlows(buildSimGrid(process.cwd()));
  console.log('');
  benchSolvers();
  console.log('');
  benchOpen();
}

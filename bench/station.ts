/**
 * What a job costs at a station: processor nanoseconds for each job from its arrival to its end, with the whole loop, its two
 * events and all statistics.
 *
 * Arrivals and works come from tables made beforehand, so that no chance is drawn while the clock runs. The first row is the loop
 * alone with as many events and no station, so that the difference is the station's own. Rows take turns; the median counts.
 */
import { Simulation } from '../sim/engine/simulation.ts';
import { log } from '../sim/random/numeric.ts';
import { type StationOptions, Stations } from '../sim/sharing/station/station.ts';

const JOBS = 400_000;
const REPEATS = 7;
const MEAN_NS = 1e6;
const TABLE_MASK = 65_535;
/** Coprime to the table size, so that gaps and works do not move together. */
const STRIDE = 40_503;

/** Exponential with mean 1 from xorshift (13, 17, 5). */
const exponentials = (() => {
  const table = new Float64Array(TABLE_MASK + 1);
  let state = 0x9e3779b9;
  for (let i = 0; i <= TABLE_MASK; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    table[i] = -log(1 - (state >>> 0) / 4294967296);
  }
  return table;
})();

interface Row {
  readonly name: string;
  /** Absent: the loop alone. */
  readonly station?: StationOptions;
  /** Arrivals in a mean service. */
  readonly rate: number;
  /** Jobs that are there all the time, so that the lists are long. */
  readonly standing?: number;
  /** Who comes next withdraws the job before, unless it is done. */
  readonly cancels?: boolean;
}

const ROWS: readonly Row[] = [
  { name: 'two events, no station', rate: 0.8 },
  { name: 'in order, 1 server, 80 % used', station: { servers: 1 }, rate: 0.8 },
  { name: 'in order, 16 servers, 80 % used', station: { servers: 16 }, rate: 12.8 },
  { name: 'in order, 1,000 servers, 80 % used', station: { servers: 1000 }, rate: 800 },
  { name: '4 priorities, 80 % used', station: { servers: 1, priorities: 4 }, rate: 0.8 },
  { name: '4 priorities, preemptive, 80 % used', station: { servers: 1, priorities: 4, preemptive: true }, rate: 0.8 },
  { name: '16 servers, room for 16 (no waiting), 94 % offered', station: { servers: 16, room: 16 }, rate: 15 },
  { name: 'shared, 1 server, 80 % used', station: { servers: 1, discipline: 'shared' }, rate: 0.8 },
  { name: 'shared among 1,000', station: { servers: 1000, discipline: 'shared' }, rate: 400, standing: 600 },
  { name: 'shared among 100,000', station: { servers: 1000, discipline: 'shared' }, rate: 5, standing: 100_000 },
  {
    name: 'in order, 1 server, jobs that are not done are withdrawn',
    station: { servers: 1 },
    rate: 0.8,
    cancels: true,
  },
];

/** Runs a row to the end of its jobs and returns the instant. */
function run(row: Row): number {
  const simulation = new Simulation();
  let left = JOBS;
  let cursor = 0;
  const draw = (): number => {
    cursor = (cursor + STRIDE) & TABLE_MASK;
    return exponentials[cursor];
  };
  const stations = new Stations(simulation, 'bench', () => undefined);
  const priorities = row.station?.priorities ?? 1;
  const end = simulation.kind('end', () => undefined);
  const station = row.station === undefined ? -1 : stations.add({ speedPerSec: 1e9 / MEAN_NS, ...row.station });
  const gapNs = MEAN_NS / row.rate;
  let last = -1;
  const come = simulation.kind('come', () => {
    if (row.cancels) stations.cancel(last);
    if (station < 0) simulation.after(Math.round(draw() * MEAN_NS), end, left);
    else last = stations.arrive(station, draw(), left, left % priorities);
    if (--left > 0) simulation.after(Math.round(draw() * gapNs), come);
    else simulation.stop();
  });
  // Far too much work to end meanwhile.
  for (let i = 0; i < (row.standing ?? 0); i++) stations.arrive(station, 1e9);
  simulation.after(0, come);
  simulation.run();
  return simulation.nowNs;
}

function cpuNs(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) * 1000;
}

const samples: number[][] = ROWS.map(() => []);
for (const row of ROWS) run(row);
for (let repeat = 0; repeat < REPEATS; repeat++) {
  for (const [i, row] of ROWS.entries()) samples[i].push(cpuNs(() => run(row)) / JOBS);
}
const medians = samples.map((list) => list.sort((a, b) => a - b)[REPEATS >> 1]);
console.log('| station | ns a job | times the bare events | lowest to highest |');
console.log('| --- | ---: | ---: | ---: |');
for (const [i, row] of ROWS.entries()) {
  const [lowest, highest] = [samples[i][0], samples[i][REPEATS - 1]];
  const cells = [row.name, medians[i].toFixed(0), (medians[i] / medians[0]).toFixed(1)];
  console.log(`| ${cells.join(' | ')} | ${lowest.toFixed(0)} to ${highest.toFixed(0)} |`);
}

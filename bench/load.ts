/**
 * What a request costs in the load of services: processor nanoseconds from its arrival to its answer, with the whole loop, its events, chance and
 * statistics; and what a day of a large cluster costs in the thin mode.
 *
 * Rows take turns; the median counts. SimPy (2, module SimPy, as Debian packages it) is run once on the first row's queue if it is there: a plain queue
 * with one server and no call graph, so it does less.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { BalancingName } from '../models/traffic/load/balancing.ts';
import type { ServicePlan } from '../models/traffic/load/call-graph.ts';
import { Load, type LoadPlan } from '../models/traffic/load/load.ts';
import { sharedNodes } from '../models/traffic/load/node-processors.ts';
import { ThinLoad } from '../models/traffic/load/thin-load.ts';
import { Simulation } from '../sim/engine/simulation.ts';
import type { Distribution } from '../sim/random/distributions.ts';
import { StreamSource } from '../sim/random/stream.ts';

const SECOND = 1e9;
const REQUESTS = Number(process.env.BENCH_REQUESTS ?? 200_000);
const REPEATS = Number(process.env.BENCH_REPEATS ?? 5);
const USE = 0.8;
const MEAN_SEC = 0.01;

const exponential: Distribution = { kind: 'exponential', mean: MEAN_SEC };

interface Row {
  readonly name: string;
  readonly replicas: number;
  readonly balancing?: BalancingName;
  readonly timeout?: boolean;
  /** Calls of a request below the first. */
  readonly below?: number;
  readonly nodes?: number;
}

const ROWS: readonly Row[] = [
  { name: '1 replica', replicas: 1 },
  { name: '10 replicas, random', replicas: 10 },
  { name: '100 replicas, random', replicas: 100 },
  { name: '1,000 replicas, random', replicas: 1000 },
  { name: '1,000 replicas, two choices', replicas: 1000, balancing: 'two-choices' },
  { name: '1,000 replicas, least requests', replicas: 1000, balancing: 'least-requests' },
  { name: '100 replicas, a time-out each', replicas: 100, timeout: true },
  { name: '100 replicas, 4 calls below each request', replicas: 100, below: 4 },
  { name: '100 replicas on 10 nodes, their CPU shared', replicas: 100, nodes: 10 },
];

function planOf({ replicas, balancing = 'random', timeout = false, below = 0, nodes }: Row): LoadPlan {
  const call = { service: 'below', request: 'get' };
  const steps = below === 0 ? [] : [Array.from({ length: below }, () => call)];
  const work = nodes === undefined ? { wait: exponential } : { cpu: exponential };
  const services: ServicePlan[] = [
    { name: 'a', workers: 1, balancing, style: 'event-loop', requests: [{ name: 'get', ...work, steps }] },
    { name: 'below', workers: below + 1, requests: [{ name: 'get', wait: exponential }] },
  ];
  const rate = { kind: 'constant', perSec: (USE * replicas) / MEAN_SEC } as const;
  const first = { service: 'a', request: 'get', ...(timeout ? { timeoutNs: 60 * SECOND } : {}) };
  return { services, sources: [{ kind: 'open', name: 'users', call: first, rate }] };
}

/** Runs a row to its number of requests, and returns how many were answered. */
function run(row: Row): number {
  const sim = new Simulation();
  const { nodes } = row;
  const processors =
    nodes === undefined
      ? {}
      : {
          processors: sharedNodes(
            sim,
            Array.from({ length: nodes }, () => row.replicas / nodes),
            (pod) => pod % nodes,
          ),
        };
  const load = new Load(planOf(row), { sim, streams: new StreamSource('bench'), ...processors });
  for (let pod = 0; pod < row.replicas; pod++) load.addReplica(0, pod);
  for (let pod = 0; pod < row.replicas; pod++) load.addReplica(1, row.replicas + pod);
  load.begin();
  sim.run(Math.round(((REQUESTS * MEAN_SEC) / USE / row.replicas) * SECOND));
  return load.source(0).ok;
}

function cpuNs(work: () => number): { ns: number; count: number } {
  const before = process.cpuUsage();
  const count = work();
  const { user, system } = process.cpuUsage(before);
  return { ns: (user + system) * 1000, count };
}

/** A day of 3,000 replicas in 30 services, in windows of 15 s. */
function thinDay(): number {
  const sim = new Simulation();
  const services: ServicePlan[] = Array.from({ length: 30 }, (_, s) => ({
    name: `s${s}`,
    workers: 8,
    style: 'event-loop',
    requests: [
      {
        name: 'get',
        cpu: exponential,
        steps:
          s >= 27
            ? []
            : [[s + 1, s + 3].map((to) => ({ service: `s${Math.min(29, to)}`, request: 'get', chance: 0.5 }))],
      },
    ],
  }));
  const rate = { kind: 'daily', meanPerSec: 20_000, amplitude: 0.6, peakNs: 14 * 3600 * SECOND } as const;
  const plan: LoadPlan = {
    services,
    sources: [0, 1, 2].map((s) => ({
      kind: 'open',
      name: `users ${s}`,
      call: { service: `s${s}`, request: 'get' },
      rate,
    })),
  };
  const load = new ThinLoad(plan, { sim, streams: new StreamSource('day'), windowNs: 15 * SECOND });
  for (let pod = 0; pod < 3000; pod++) load.addReplica(pod % 30, pod);
  load.begin(86_400 * SECOND);
  sim.run();
  return [0, 1, 2].reduce((sum, source) => sum + load.source(source).offered, 0);
}

const samples: number[][] = ROWS.map(() => []);
for (let repeat = 0; repeat <= REPEATS; repeat++) {
  for (const [i, row] of ROWS.entries()) {
    const { ns, count } = cpuNs(() => run(row));
    // The first turn warms up.
    if (repeat > 0) samples[i].push(ns / count);
  }
}
console.log('| load | ns of CPU a request | requests a second of CPU | lowest to highest ns |');
console.log('| --- | ---: | ---: | ---: |');
for (const [i, row] of ROWS.entries()) {
  const sorted = samples[i].sort((a, b) => a - b);
  const median = sorted[REPEATS >> 1];
  const cells = [
    row.name,
    median.toFixed(0),
    (1e9 / median).toFixed(0),
    `${sorted[0].toFixed(0)} to ${sorted[REPEATS - 1].toFixed(0)}`,
  ];
  console.log(`| ${cells.join(' | ')} |`);
}
const day = cpuNs(thinDay);
console.log(
  `\nThin mode: a day of 3,000 replicas in 30 services and ${day.count.toExponential(2)} requests takes ${(day.ns / 1e9).toFixed(2)} s of CPU.`,
);

const peer = spawnSync('/usr/bin/python3', [join('bench', 'peers', 'load-simpy.py'), `${REQUESTS}`, `${USE}`], {
  encoding: 'utf8',
});
console.log(
  peer.status === 0
    ? `SimPy, one server, no call graph: ${peer.stdout.trim()} ns of CPU a request.`
    : 'SimPy is not there.',
);

/**
 * What a packet-hop costs beside ns-3: 32 hosts, the same fabric, the same packets at the same nanoseconds, in processor time.
 *
 * Programs take turns and the median counts; each is one whole run, our compilation included. The peer's runs are shorter, by what a trial
 * of it took, so that all ends within four minutes on an idle machine; each is divided by its own packet-hops. Packet-hops of UDP are counted in both, in
 * ns-3 by its trace sources in a run of its own, and must be the same but for ties (packets that come to a port at one nanosecond). TCP
 * differs in what it sends, so there counts are not compared.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { exponentials } from './packet-fabric.ts';
import { compile } from './peers/hold-peers.ts';
import { type Measurement, measureInRounds, measureOnce, median, type Task } from './peers/rounds.ts';

/** Simulated time of one of our runs, about two seconds of processor time; `BENCH_SECONDS` gives another. */
const SECONDS = Number(process.env.BENCH_SECONDS ?? 0.5);
const ROUNDS = 3;
/** Processor time of one of the peer's runs: with six of its rows, each counted once and run `ROUNDS` times, two minutes in all. */
const PEER_CPU_SECONDS = 4;
/** Simulated time of the run that tells how long the peer takes. */
const TRIAL_SECONDS = 0.001;
const LIMIT_SECONDS = 300;
const BAR = 40;
const STRETCH = 110;
/** Part of the packet-hops in which ties may make a difference. */
const TIES = 1e-3;
const LIBRARIES = 'ns3-applications ns3-internet ns3-point-to-point ns3-traffic-control ns3-network ns3-core';

/** Traffic and the use of the hosts' links that it makes. */
const CASES = [
  { traffic: 'poisson', load: 0.4 },
  { traffic: 'cbr', load: 0.4 },
  { traffic: 'tcp', load: 1 },
] as const;
const ROUTINGS = { global: 'ns-3, its global routing', table: 'ns-3, routes looked up by index' } as const;

/** So that nobody takes the ratio for skill alone. */
const PEER_DOES_MORE = `
What ns-3 does for a hop that we do not: it makes, serializes and parses real headers (PPP, IPv4 with its TTL, UDP or TCP) in a packet of
its own with tags and meta-data; it looks the route up at each hop (global routing by a list of routes, and it may draw a path at
random), asks the IPv4, traffic-control and device layers with their hooks and trace sources, and schedules two events (sent,
arrived). We look the way up once for each flow, keep a size and a number for each packet, and have one event for each hop.`;

const root = process.cwd();

/** One run of a program, and how many packet-hops it makes. */
interface Row {
  readonly task: Task;
  readonly hops: number;
  /** Simulated time of the run. */
  readonly seconds: number;
  /** Packet-hops in a run of another length. */
  readonly hopsIn: (seconds: number) => number;
}

function counted(task: Task): Measurement {
  const counts = measureOnce(task, LIMIT_SECONDS);
  if (typeof counts === 'string') throw new Error(`${task.name} ${counts}`);
  return counts;
}

function ours(traffic: string, load: number, file: string): Row {
  const program = join(root, 'dist', 'bench', 'packet-program.js');
  const task = (seconds: number): Task => ({
    name: 'Wavetank',
    command: process.execPath,
    args: [program, traffic, `${seconds}`, `${load}`, file],
  });
  return rowOf(task, SECONDS);
}

function rowOf(task: (seconds: number) => Task, seconds: number): Row {
  return {
    task: task(seconds),
    hops: counted(task(seconds)).events,
    hopsIn: (other) => counted(task(other)).events,
    seconds,
  };
}

function peer(program: string, routing: keyof typeof ROUTINGS, traffic: string, load: number, file: string): Row {
  const task = (count: number, seconds: number): Task => ({
    name: ROUTINGS[routing],
    command: program,
    args: [routing, traffic, `${seconds}`, `${load}`, `${count}`, file],
  });
  const trial = counted(task(0, TRIAL_SECONDS)).cpuSeconds;
  const seconds = Math.min(
    SECONDS,
    Number(((TRIAL_SECONDS * PEER_CPU_SECONDS) / Math.max(trial, 1e-3)).toPrecision(2)),
  );
  const hopsIn = (other: number): number => counted(task(1, other)).events;
  return { task: task(0, seconds), hops: hopsIn(seconds), hopsIn, seconds };
}

function printCase(traffic: string, load: number, rows: readonly Row[]): void {
  const measured = measureInRounds(
    rows.map(({ task }) => task),
    ROUNDS,
    LIMIT_SECONDS,
  );
  const costs = measured.map(({ measurements, failure }, i) => {
    if (failure !== undefined) throw new Error(`${rows[i]!.task.name} ${failure}`);
    return (1e9 * median(measurements.map(({ cpuSeconds }) => cpuSeconds))) / rows[i]!.hops;
  });
  console.log(
    `\n${`${traffic}, links of hosts ${100 * load} % used`.padEnd(44)}   simulated s    packet-hops    ns/hop    ratio`,
  );
  rows.forEach(({ task, hops, seconds }, i) => {
    const ratio = costs[i]! / costs[0]!;
    console.log(
      `${task.name.padEnd(44)}${String(seconds).padStart(14)}${String(hops).padStart(15)}${costs[i]!.toFixed(0).padStart(10)}${ratio.toFixed(1).padStart(9)}`,
    );
  });
  for (let i = 1; i < rows.length; i++) console.log(verdict(rows[i]!.task.name, costs[i]! / costs[0]!));
}

function verdict(name: string, ratio: number): string {
  const met = ratio >= STRETCH ? 'met, and the stretch' : ratio >= BAR ? 'met' : 'not met';
  return `  ${name}: ${ratio.toFixed(1)}x, bar ${BAR}x, stretch ${STRETCH}x: ${met}`;
}

/** Throws if the peer that takes the same ways did not send the same packets. */
function holdCounts(rows: readonly Row[]): void {
  const peer = rows.at(-1)!;
  const [own, same] = [rows[0]!.hopsIn(peer.seconds), peer.hops];
  if (Math.abs(own - same) > TIES * own)
    throw new Error(`${own} packet-hops, but ${same} in ns-3: not the same traffic`);
}

function main(): void {
  const folder = mkdtempSync(join(tmpdir(), 'wavetank-packet-'));
  try {
    const load = loadavg()[0]!;
    const file = join(folder, 'gaps.f64');
    writeFileSync(file, exponentials());
    const program = join(folder, 'packet-ns3');
    const fault = compile(join(root, 'bench/peers/packet-ns3.cc'), program, LIBRARIES, 'libns3-dev');
    if (fault !== undefined) console.log(`ns-3: ${fault}`);
    for (const { traffic, load: used } of CASES) {
      const rows = [ours(traffic, used, file)];
      if (fault === undefined)
        for (const routing of ['global', 'table'] as const) rows.push(peer(program, routing, traffic, used, file));
      if (fault === undefined && traffic !== 'tcp') holdCounts(rows);
      printCase(traffic, used, rows);
    }
    console.log(PEER_DOES_MORE);
    console.log(`\nLoad average ${load.toFixed(1)} at the start, ${loadavg()[0]!.toFixed(1)} at the end.`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main();

/**
 * The hold model: the classic measure of a pending-event set, beside the peers that are installed.
 *
 * N events are pending; each event that runs schedules one more, at now + a delay from a table. Measured is the whole loop with
 * dispatch, in processor time after a warm-up; the programs take turns and the median counts.
 *
 * With `--beside N` the systems that bars are set for are measured twice: as the machine is, and beside N busy neighbours of ours.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Condition, conditionLines } from './peers/hold-conditions.ts';
import { delaysOf, SHAPES, type ShapeName } from './peers/hold-delays.ts';
import { type AbsentPeer, type HoldPeer, holdPeers, isPresent } from './peers/hold-peers.ts';
import { barLines, type HoldCell, hasBar, memoryLines, peerLines, shapeLines } from './peers/hold-report.ts';
import { Neighbours, neighboursWanted } from './peers/neighbours.ts';
import { type Measured, measureInRounds, type Task } from './peers/rounds.ts';

/** Pending events, with the rounds that are affordable at each. */
const SIZES = [
  { pending: 1e3, rounds: 7 },
  { pending: 1e4, rounds: 5 },
  { pending: 1e5, rounds: 5 },
  { pending: 1e6, rounds: 3 },
] as const;

/** Everything takes longer beside neighbours; medians of fewer rounds do. */
const ROUNDS_BESIDE = 5;

/**
 * Events that are measured of each fast program. Ours is still being compiled during its first million, as a row of its own
 * shows: what an event costs in a run of many is the question here.
 */
const EVENTS = 5e6;
const FIRST_EVENTS = 1e6;

const SHAPE_PENDING = 20_000;
const SHAPE_ROUNDS = 3;
/** Far fewer pending events than a structure for many is made for: most simulations are that small. */
const SMALL_PENDING = 16;
const LIMIT_SECONDS = 100;

/** Name of our own row; bars compare the others with it. */
const OURS = 'Wavetank';

/** Names of what our program runs. */
const OWN_NAMES = { ladder: OURS, records: 'the same, events with two operands', heap: 'plain heap' } as const;
const FIRST_NAME = 'the same, its first million events';

const root = process.cwd();
const program = join(root, 'dist', 'bench', 'hold-program.js');

function delaysFile(folder: string, shape: ShapeName): string {
  const path = join(folder, `delays-${Object.keys(SHAPES).indexOf(shape)}.f64`);
  writeFileSync(path, delaysOf(shape));
  return path;
}

function own(queue: keyof typeof OWN_NAMES, pending: number, events: number, file: string): Task {
  const warmUp = Math.max(pending, 300_000);
  const args = [program, queue, String(pending), String(warmUp), String(events), file];
  return { name: OWN_NAMES[queue], command: process.execPath, args };
}

function peerTask(peer: HoldPeer, pending: number, file: string): Task {
  const [warmUp, events] = peer.slow ? [Math.max(pending, 100_000), 200_000] : [Math.max(pending, 300_000), EVENTS];
  const [command, args] = peer.commandLine({ pending, warmUp, events, delaysFile: file });
  return { name: peer.name, command, args };
}

function withPeers(peers: readonly HoldPeer[], file: string): HoldCell[] {
  return SIZES.flatMap(({ pending, rounds }) => {
    const able = peers.filter((peer) => pending <= peer.pendingMax);
    const first = { ...own('ladder', pending, FIRST_EVENTS, file), name: FIRST_NAME };
    const ours = [own('ladder', pending, EVENTS, file), first, own('records', pending, EVENTS, file)];
    const tasks = [...ours, ...able.map((peer) => peerTask(peer, pending, file))];
    return measureInRounds(tasks, rounds, LIMIT_SECONDS).map((measured: Measured) => ({ pending, measured }));
  });
}

/** Ourselves and the peers that bars are set for, beside so many neighbours. */
async function condition(peers: readonly HoldPeer[], file: string, neighbours: number): Promise<Condition> {
  const loadBefore = loadavg()[0];
  const running = await Neighbours.start(root, neighbours);
  try {
    // Whoever else computes makes everything take longer on the clock, though not in processor time.
    const limitSeconds = LIMIT_SECONDS * (1 + neighbours + Math.ceil(loadBefore));
    const cells = SIZES.flatMap(({ pending, rounds }) => {
      const able = peers.filter((peer) => pending <= peer.pendingMax && hasBar(peer.name));
      const tasks = [own('ladder', pending, EVENTS, file), ...able.map((peer) => peerTask(peer, pending, file))];
      return measureInRounds(tasks, Math.min(rounds, ROUNDS_BESIDE), limitSeconds).map((measured) => ({
        pending,
        measured,
      }));
    });
    await running.end();
    return { neighbours, cells, loads: [loadBefore, loadavg()[0]] };
  } finally {
    running.stop();
  }
}

/** Our own shapes. Throws if the ladder and the heap, its oracle, disagree about the order of events. */
function shapes(folder: string): { name: string; measured: Measured[] }[] {
  const cases: [string, ShapeName, number][] = Object.keys(SHAPES).map((name) => [
    name,
    name as ShapeName,
    SHAPE_PENDING,
  ]);
  cases.push([`exponential, ${SMALL_PENDING} pending`, 'exponential', SMALL_PENDING]);
  return cases.map(([name, shape, pending]) => {
    const file = delaysFile(folder, shape);
    const measured = measureInRounds(
      [own('ladder', pending, 1e6, file), own('heap', pending, 1e6, file)],
      SHAPE_ROUNDS,
      LIMIT_SECONDS,
    );
    const hashes = new Set(measured.flatMap((each) => each.measurements.map(({ hash }) => hash)));
    if (hashes.size > 1) throw new Error(`ladder and heap disagree about the order of events: ${name}`);
    return { name, measured };
  });
}

function asItIs(present: readonly HoldPeer[], folder: string): void {
  const load = loadavg()[0];
  const cells = withPeers(present, delaysFile(folder, 'exponential'));
  console.log(peerLines(cells, present, OURS));
  console.log(`\n${memoryLines(cells)}\n\n${barLines(cells, OURS)}`);
  console.log(`\n${shapeLines(shapes(folder), SHAPE_PENDING)}`);
  console.log(`\nLoad average ${load.toFixed(1)} at the start, ${loadavg()[0].toFixed(1)} at the end.`);
}

async function main(): Promise<void> {
  const neighbours = neighboursWanted(process.argv.slice(2));
  if (typeof neighbours === 'string') {
    console.error(neighbours);
    process.exitCode = 2;
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'wavetank-hold-'));
  try {
    const found = holdPeers(root, folder);
    const present = found.filter(isPresent);
    if (neighbours === 0) asItIs(present, folder);
    else {
      const file = delaysFile(folder, 'exponential');
      const alone = await condition(present, file, 0);
      console.log(conditionLines(alone, await condition(present, file, neighbours), OURS));
    }
    for (const { name, why } of found.filter((peer): peer is AbsentPeer => !isPresent(peer)))
      console.log(`${name}: ${why}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();

/**
 * The hold model: the classic measure of a pending-event set.
 *
 * N events are pending; each event that runs schedules one more, at now + an exponential delay. Measured twice: the bare
 * queue, and the whole loop with clock, event table and dispatch. CPU time, not wall time, as the machine is shared;
 * queues take turns and the median counts.
 */

import { basename } from 'node:path';
import { EventQueue } from '../sim/engine/event-queue.ts';
import { HeapQueue } from '../sim/engine/heap-queue.ts';
import type { PendingEvents } from '../sim/engine/pending-events.ts';
import { Simulation } from '../sim/engine/simulation.ts';
import { log } from '../sim/random/numeric.ts';

/** Which pending-event set is measured. */
export type QueueName = 'ladder' | 'heap';

/** What one measurement found. */
export interface HoldResult {
  readonly queue: QueueName;
  readonly layer: 'loop' | 'bare';
  readonly pending: number;
  readonly events: number;
  /** Median CPU time for one event (one pop, one push, and in the loop one dispatch). */
  readonly nsPerEvent: number;
  /** Equal for all queues at the same pending count and number of events, or one of them is wrong. */
  readonly hash: string;
}

const MEAN_NS = 1e9;
const TABLE_SIZE = 65_536;
const TABLE_MASK = TABLE_SIZE - 1;
/** Coprime to the table size and far from its small fractions, so neighbours in time are not neighbours in the table. */
const STRIDE = 40_503;

/** Delays of mean 1 s from xorshift (13, 17, 5), the same for every system that is compared. */
const delays = (() => {
  const table = new Float64Array(TABLE_SIZE);
  let state = 0x9e3779b9;
  for (let i = 0; i < TABLE_SIZE; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    table[i] = Math.round(-MEAN_NS * log(1 - (state >>> 0) / 4294967296));
  }
  return table;
})();

function makeQueue(name: QueueName): PendingEvents {
  return name === 'ladder' ? new EventQueue() : new HeapQueue();
}

function cpuNs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

/** One measurement of the loop with dispatch. */
function holdLoop(name: QueueName, pending: number, warmUp: number, events: number): [number, number] {
  const simulation = new Simulation({ queue: makeQueue(name) });
  let left = warmUp;
  let cursor = 0;
  let hash = 0;
  const hold = simulation.kind('hold', (id) => {
    hash = (Math.imul(hash, 31) + id) | 0;
    cursor = (cursor + STRIDE) & TABLE_MASK;
    simulation.after(delays[cursor], hold, id);
    left -= 1;
    if (left === 0) simulation.stop();
  });
  for (let id = 0; id < pending; id++) simulation.after(delays[(id * STRIDE) & TABLE_MASK], hold, id);
  simulation.run();
  left = events;
  const start = cpuNs();
  simulation.run();
  return [(cpuNs() - start) / events, hash];
}

/** One measurement of the queue alone. */
function holdBare(name: QueueName, pending: number, warmUp: number, events: number): [number, number] {
  const queue = makeQueue(name);
  let sequence = 0;
  for (let id = 0; id < pending; id++) queue.push(delays[(id * STRIDE) & TABLE_MASK], sequence++, id);
  let cursor = 0;
  let hash = 0;
  const turn = (count: number): void => {
    for (let i = 0; i < count; i++) {
      queue.pop();
      const id = queue.payload;
      hash = (Math.imul(hash, 31) + id) | 0;
      cursor = (cursor + STRIDE) & TABLE_MASK;
      queue.push(queue.timeNs + delays[cursor], sequence++ & 0xfffffff, id);
    }
  };
  turn(warmUp);
  const start = cpuNs();
  turn(events);
  return [(cpuNs() - start) / events, hash];
}

/** Settings of `holdModel`. */
export interface HoldOptions {
  /** Numbers of pending events; default 1e3 to 1e6. */
  readonly pending?: readonly number[];
  /** Measured events of each round; default a million. */
  readonly events?: number;
  /** Rounds, of which the median counts; default 5. */
  readonly rounds?: number;
  /** Default both. */
  readonly queues?: readonly QueueName[];
  readonly layers?: readonly ('loop' | 'bare')[];
}

/** Measures every combination, in turns. Throws if two queues disagree about the order of events. */
export function holdModel(options: HoldOptions = {}): HoldResult[] {
  const { pending = [1e3, 1e4, 1e5, 1e6], events = 1e6, rounds = 5 } = options;
  const { queues = ['ladder', 'heap'], layers = ['loop', 'bare'] } = options;
  const results: HoldResult[] = [];
  for (const count of pending) {
    for (const layer of layers) {
      const measured = queues.map((queue) => ({ queue, times: [] as number[], hash: 0 }));
      for (let round = 0; round < rounds; round++) {
        for (const each of measured) {
          const hold = layer === 'loop' ? holdLoop : holdBare;
          const [ns, hash] = hold(each.queue, count, Math.max(count, 300_000), events);
          each.times.push(ns);
          each.hash = hash;
        }
      }
      if (measured.some((each) => each.hash !== measured[0].hash))
        throw new Error(`queues disagree at ${count} pending`);
      for (const { queue, times, hash } of measured) {
        const nsPerEvent = times.sort((a, b) => a - b)[times.length >> 1];
        results.push({ queue, layer, pending: count, events, nsPerEvent, hash: (hash >>> 0).toString(16) });
      }
    }
  }
  return results;
}

/** The results as lines of text. */
export function holdTable(results: readonly HoldResult[]): string {
  const lines = ['queue   layer   pending   ns/event   events/s'];
  for (const { queue, layer, pending, nsPerEvent } of results) {
    const cells = [queue.padEnd(6), layer.padEnd(5), String(pending).padStart(9)];
    const rate = Math.round(1e9 / nsPerEvent);
    lines.push([...cells, nsPerEvent.toFixed(0).padStart(8), String(rate).padStart(9)].join('  '));
  }
  return lines.join('\n');
}

if (basename(process.argv[1] ?? '').startsWith('hold-model')) console.log(holdTable(holdModel()));

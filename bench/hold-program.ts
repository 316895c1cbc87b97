/**
 * The hold model on our own engine, as a program of its own, so that nothing of one measurement warms up another.
 *
 * Arguments: ladder|records|heap PENDING WARM_UP EVENTS DELAYS_FILE; `records` gives each event a second operand, so that it needs
 * a record of the event table. Every event can be cancelled. Measures the whole loop: clock, event table, queue and dispatch.
 * Prints one line of JSON (see peers/rounds.ts).
 */

import { readFileSync } from 'node:fs';
import { HeapQueue } from '../sim/engine/heap-queue.ts';
import { Simulation } from '../sim/engine/simulation.ts';
import { STRIDE } from './peers/hold-delays.ts';

const [queue, ...rest] = process.argv.slice(2);
const [pending, warmUp, events] = rest.slice(0, 3).map(Number);
const delays = new Float64Array(new Uint8Array(readFileSync(rest[3])).buffer);
const mask = delays.length - 1;
const simulation = new Simulation(queue === 'heap' ? { queue: new HeapQueue() } : {});

const second = queue === 'records' ? 1 : 0;
let left = warmUp;
let cursor = 0;
let hash = 0;
const hold = simulation.kind('hold', (id) => {
  hash = (Math.imul(hash, 31) + id) | 0;
  cursor = (cursor + STRIDE) & mask;
  simulation.after(delays[cursor], hold, id, second);
  left -= 1;
  if (left === 0) simulation.stop();
});

const bytesBefore = process.memoryUsage.rss();
for (let id = 0; id < pending; id++) simulation.after(delays[Math.imul(id, STRIDE) & mask], hold, id, second);
simulation.run();
left = events;
const before = process.cpuUsage();
simulation.run();
const used = process.cpuUsage(before);
const cpuSeconds = (used.user + used.system) / 1e6;
const bytes = process.memoryUsage.rss() - bytesBefore;
console.log(JSON.stringify({ events, cpuSeconds, hash: (hash >>> 0).toString(16), bytes }));

/**
 * The hold model on SIM.js (npm `simjs`): PENDING WARM_UP EVENTS DELAYS_FILE.
 *
 * One entity with as many timers as events are pending. Prints one line of JSON (see rounds.ts).
 */
import { readFileSync } from 'node:fs';

// The package is a bundle for pages: it puts its classes on the window and exports nothing.
globalThis.window = globalThis;
await import('simjs');
const { Entity, Sim } = globalThis.Sim;

const STRIDE = 40_503;
const [pending, warmUp, events] = process.argv.slice(2, 5).map(Number);
const bytes = readFileSync(process.argv[5]);
const delays = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
const mask = delays.length - 1;

let cursor = 0;
let hash = 0;
let left = warmUp;
let start;

function cpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function turn() {
  if (start === undefined) {
    start = cpuSeconds();
    left = events;
    return;
  }
  const used = cpuSeconds() - start;
  const bytes = process.memoryUsage.rss() - bytesBefore;
  console.log(JSON.stringify({ events, cpuSeconds: used, hash: (hash >>> 0).toString(16), bytes }));
  process.exit(0);
}

class Sleeper extends Entity {
  start() {
    for (let id = 0; id < pending; id++)
      this.setTimer(delays[Math.imul(id, STRIDE) & mask]).done(this.wake, this, id + 1);
  }

  /** The argument is id + 1: the package drops an argument of 0. */
  wake(argument) {
    const id = argument - 1;
    hash = (Math.imul(hash, 31) + id) | 0;
    cursor = (cursor + STRIDE) & mask;
    left -= 1;
    if (left === 0) turn();
    this.setTimer(delays[cursor]).done(this.wake, this, argument);
  }
}

const bytesBefore = process.memoryUsage.rss();
const sim = new Sim();
sim.addEntity(Sleeper);
sim.simulate(Number.MAX_SAFE_INTEGER);

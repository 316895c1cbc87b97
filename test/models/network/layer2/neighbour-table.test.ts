/** How a kernel makes room, against looking through the whole table each time. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  FORCED_GC_AGE_TICKS,
  isInTimer,
  LINUX_TIMES,
  STATE,
} from '../../../../models/network/layer2/neighbour-settings.ts';
import { NeighbourTable } from '../../../../models/network/layer2/neighbour-table.ts';
import { Stream } from '../../../../sim/random/stream.ts';

const LIMITS = { gcThresh1: 2, gcThresh2: 4, gcThresh3: 8 };
const ADDRESSES = 24;
const STATES = [STATE.incomplete, STATE.reachable, STATE.stale, STATE.delay, STATE.failed];

const history = fc.array(
  fc.record({
    ip: fc.integer({ min: 1, max: ADDRESSES }),
    state: fc.constantFrom(...STATES),
    ticks: fc.constantFrom(0, 0, 0, 1, 100, FORCED_GC_AGE_TICKS, 5 * FORCED_GC_AGE_TICKS),
  }),
  { minLength: 20, maxLength: 200 },
);

/** A table of one interface whose entries change by chance. */
class Driven {
  readonly table = new NeighbourTable(LINUX_TIMES);
  readonly kernel = this.table.addKernel(LIMITS);
  tick = 100_000;
  overflows = 0;

  constructor() {
    this.table.addInterface(0, this.kernel, () => new Stream('rooms', 'interface', 'reachable time'));
  }

  /** Whether some entry may go now. */
  #someMayGo(): boolean {
    for (let ip = 1; ip <= ADDRESSES; ip++) {
      const row = this.table.find(0, ip);
      if (row < 0) continue;
      const state = this.table.stateAt(row, this.tick);
      if (state === STATE.failed) return true;
      if (!isInTimer(state) && this.tick - this.table.updated[row]! > FORCED_GC_AGE_TICKS) return true;
    }
    return false;
  }

  want(ip: number): void {
    if (this.table.find(0, ip) >= 0) return;
    const isFull = this.table.entriesOf(this.kernel) >= LIMITS.gcThresh3;
    const fits = !isFull || this.#someMayGo();
    const row = this.table.add(0, ip, this.tick);
    expect(row >= 0).toBe(fits);
    if (!fits) this.overflows++;
    else this.enter(ip, STATE.incomplete);
  }

  /** As neighbours do it: a new state begins now. */
  enter(ip: number, state: number): void {
    const row = this.table.find(0, ip);
    if (row < 0 || this.table.stateAt(row, this.tick) === state) return;
    this.table.updated[row] = this.tick;
    if (state === STATE.reachable) this.table.confirmed[row] = this.tick;
    this.table.setState(row, state);
  }
}

it('an entry finds no room exactly when nothing in the full table is old enough to go or has failed', () => {
  let overflows = 0;
  fc.assert(
    fc.property(history, (steps) => {
      const driven = new Driven();
      for (const { ip, state, ticks } of steps) {
        driven.tick += ticks;
        driven.want(ip);
        driven.enter(ip, state);
      }
      overflows += driven.overflows;
    }),
    { numRuns: 300 },
  );
  expect(overflows).toBeGreaterThan(100);
});

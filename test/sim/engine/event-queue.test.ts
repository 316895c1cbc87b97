import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventQueue } from '../../../sim/engine/event-queue.ts';
import { HeapQueue } from '../../../sim/engine/heap-queue.ts';
import { orderOf, PAYLOAD_LIMIT, type PendingEvents, SEQUENCE_MASK } from '../../../sim/engine/pending-events.ts';

/** A small integer generator (xorshift 13, 17, 5), so that a failing run can be repeated from its seed alone. */
class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = seed | 1;
  }

  below(n: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return Math.floor(((this.state >>> 0) / 2 ** 32) * n);
  }
}

/** How far ahead of the clock the next event is put, in ns. */
type Delay = (dice: Dice) => number;

const delays: Record<string, Delay> = {
  continuous: (dice) => dice.below(1e9) + 1,
  'eight values': (dice) => dice.below(8) * 1000,
  'all equal': () => 0,
  'one instant ahead': () => 1,
  'half without delay': (dice) => (dice.below(2) === 0 ? 0 : dice.below(1e6)),
  bimodal: (dice) => (dice.below(10) < 9 ? dice.below(1000) : 1e12 + dice.below(1e6)),
  // 1/u has no mean; its square is worse.
  'heavy tail': (dice) => Math.min(1e15, Math.floor(1e3 / ((dice.below(1e6) + 1) / 1e6) ** 2)),
  'powers of two': (dice) => 2 ** dice.below(48),
  'dense and far': (dice) => (dice.below(100) === 0 ? 2 ** 51 : dice.below(3)),
};

/** Pushes the same entry into both queues. */
class Twins {
  readonly ladder = new EventQueue();
  readonly heap = new HeapQueue();
  sequence = 0;
  nowNs = 0;
  private payload = 0;

  push(timeNs: number, priority: number): void {
    const order = orderOf(priority, this.sequence++);
    const payload = this.payload++;
    this.ladder.push(timeNs, order, payload);
    this.heap.push(timeNs, order, payload);
  }

  /** Pops both; throws on the first difference. Plain comparisons: an expect() for each of millions is too slow. */
  pop(): void {
    const expected = this.heap.pop();
    if (this.ladder.pop() !== expected) throw new Error(`pop() differs at ${this.nowNs} ns`);
    if (!expected) return;
    this.nowNs = this.heap.timeNs;
    if (this.ladder.timeNs !== this.heap.timeNs || this.ladder.payload !== this.heap.payload) {
      throw new Error(
        `expected (${this.heap.timeNs}, ${this.heap.payload}), got (${this.ladder.timeNs}, ${this.ladder.payload})`,
      );
    }
  }

  peek(): void {
    const [ladder, heap] = [this.ladder.peekTimeNs(), this.heap.peekTimeNs()];
    if (ladder !== heap) throw new Error(`peek: expected ${heap}, got ${ladder}`);
  }

  drain(): void {
    while (this.heap.size > 0) this.pop();
    expect(this.ladder.pop()).toBe(false);
    expect(this.ladder.size).toBe(0);
  }
}

/** Pushes and pops at random, in phases that grow, hold and shrink the queue. */
function mixed(delay: Delay, operations: number, priorities: number, seed: number): void {
  const dice = new Dice(seed);
  const twins = new Twins();
  for (let i = 0; i < operations; i++) {
    const growth = [70, 50, 30, 50][Math.floor(i / 20_000) % 4];
    if (dice.below(100) < growth) twins.push(twins.nowNs + delay(dice), dice.below(priorities));
    else twins.pop();
    if (dice.below(16) === 0) twins.peek();
    // Bursts: many for one instant, as when a thousand timers were set at the start.
    if (dice.below(5000) === 0) burst(twins, dice, delay, priorities);
  }
  expect(twins.ladder.size).toBe(twins.heap.size);
  twins.drain();
}

function burst(twins: Twins, dice: Dice, delay: Delay, priorities: number): void {
  const timeNs = twins.nowNs + delay(dice);
  for (let i = 0; i < 300; i++) twins.push(timeNs, dice.below(priorities));
}

describe('the packed ladder gives what the heap gives', () => {
  for (const [name, delay] of Object.entries(delays)) {
    it(`400k mixed operations, ${name}`, () => mixed(delay, 400_000, 1, 0x9e3779b9));
    it(`100k mixed operations with priorities, ${name}`, () => mixed(delay, 100_000, 8, 0x51ed270b));
  }

  it('any short sequence of operations', () => {
    const time = fc.oneof(fc.nat(3), fc.nat(1000), fc.nat(2 ** 31 - 1), fc.maxSafeNat());
    const operation = fc.oneof(
      fc.record({
        kind: fc.constant('push' as const),
        time,
        priority: fc.nat(7),
        times: fc.constantFrom(1, 1, 1, 50, 200),
      }),
      fc.record({ kind: fc.constant('pop' as const), times: fc.constantFrom(1, 1, 1, 40, 150) }),
      fc.record({ kind: fc.constant('peek' as const) }),
    );
    const property = fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
      const twins = new Twins();
      for (const each of operations) {
        if (each.kind === 'peek') twins.peek();
        else if (each.kind === 'pop') for (let i = 0; i < each.times; i++) twins.pop();
        // Times before the last popped one are allowed: the queue has no clock, only the simulation has.
        else for (let i = 0; i < each.times; i++) twins.push(Math.max(0, each.time - (i % 3)), each.priority);
      }
      twins.drain();
    });
    fc.assert(property, { seed: 1, numRuns: 300 });
  });
});

describe('ties', () => {
  it.each<[string, () => PendingEvents]>([
    ['ladder', () => new EventQueue()],
    ['heap', () => new HeapQueue()],
  ])('%s: equal times leave by priority, then in the order of pushing', (_name, make) => {
    const queue = make();
    for (let i = 0; i < 5000; i++) queue.push(77, orderOf(i % 8, i), i);
    const expected = Array.from({ length: 5000 }, (_, i) => i).sort((a, b) => (a % 8) - (b % 8) || a - b);
    const popped: number[] = [];
    while (queue.pop()) popped.push(queue.payload);
    expect(popped).toEqual(expected);
  });

  it.each<[string, () => PendingEvents]>([
    ['ladder', () => new EventQueue()],
    ['heap', () => new HeapQueue()],
  ])('%s: the sequence may wrap around inside a priority', (_name, make) => {
    const queue = make();
    const first = SEQUENCE_MASK - 100;
    // Pushed last to first, so that only the comparison can bring them into order.
    for (let i = 199; i >= 0; i--) queue.push(5, orderOf(2, first + i), i);
    for (let i = 0; i < 200; i++) queue.push(5, orderOf(1, first + i), 1000 + i);
    const popped: number[] = [];
    while (queue.pop()) popped.push(queue.payload);
    expect(popped.slice(0, 200)).toEqual(Array.from({ length: 200 }, (_, i) => 1000 + i));
    expect(popped.slice(200)).toEqual(Array.from({ length: 200 }, (_, i) => i));
  });

  it('a mass of ties with urgent events put before it stays in order', () => {
    const twins = new Twins();
    for (let i = 0; i < 20_000; i++) twins.push(1000, 3);
    for (let i = 0; i < 20_000; i++) {
      twins.pop();
      for (let urgent = 0; urgent < i % 3; urgent++) twins.push(1000, 1);
    }
    twins.drain();
  });
});

describe('the edges', () => {
  it('is empty at first, after the last pop and after clear', () => {
    const queue = new EventQueue();
    expect([queue.size, queue.pop(), queue.peekTimeNs()]).toEqual([0, false, Number.POSITIVE_INFINITY]);
    for (let i = 0; i < 1000; i++) queue.push(i * 7, i, i);
    queue.pop();
    queue.clear();
    expect([queue.size, queue.pop(), queue.peekTimeNs()]).toEqual([0, false, Number.POSITIVE_INFINITY]);
    queue.push(3, 0, 9);
    expect([queue.pop(), queue.timeNs, queue.payload]).toEqual([true, 3, 9]);
  });

  it('accepts earlier entries after a look at the first one', () => {
    const twins = new Twins();
    for (let i = 0; i < 2000; i++) twins.push(1_000_000 + i, 0);
    twins.peek();
    for (let i = 0; i < 2000; i++) twins.push(500_000 - i, 0);
    twins.peek();
    twins.drain();
  });

  it('keeps the largest payload, the largest order and the latest time', () => {
    const queue = new EventQueue();
    // All bits set: what the entry's order and payload look like as a double must not matter.
    for (let i = 0; i < 100; i++) queue.push(2 ** 40 + i, orderOf(7, SEQUENCE_MASK), PAYLOAD_LIMIT - 1 - i);
    queue.push(Number.MAX_SAFE_INTEGER, orderOf(7, SEQUENCE_MASK), PAYLOAD_LIMIT - 1);
    queue.push(Number.MAX_SAFE_INTEGER, orderOf(0, 0), PAYLOAD_LIMIT - 2);
    const popped: number[] = [];
    while (queue.pop()) popped.push(queue.timeNs - 2 ** 40, PAYLOAD_LIMIT - queue.payload);
    const last = Number.MAX_SAFE_INTEGER - 2 ** 40;
    expect(popped).toEqual([...Array.from({ length: 100 }, (_, i) => [i, i + 1]).flat(), last, 2, last, 1]);
  });

  it('pop with a limit leaves later entries where they are', () => {
    for (const queue of [new EventQueue(), new HeapQueue()] satisfies PendingEvents[]) {
      for (let i = 0; i < 200; i++) queue.push(10 * i, orderOf(3, i), i);
      expect([queue.pop(0), queue.payload, queue.pop(9), queue.payload]).toEqual([true, 0, false, 0]);
      expect([queue.size, queue.pop(10), queue.payload, queue.size]).toEqual([199, true, 1, 198]);
    }
  });
});

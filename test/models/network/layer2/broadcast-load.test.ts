/** What broadcasts take of nodes, counted by segment, against counting every frame and copy by itself. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BROADCAST_WINDOW_NS, BroadcastLoad, NO_NODE } from '../../../../models/network/layer2/broadcast-load.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';

const COST = { sendNs: 7, takeNs: 100, copyNs: 1000 };
const STRAY = { sendNs: 0, takeNs: 30, copyNs: 200 };
const NODES = 4;
const SEGMENTS = 3;

type Step = {
  readonly do: 'in' | 'out' | 'flood' | 'stray' | 'wait';
  readonly node: number;
  readonly segment: number;
  /** The node of the one that a stray is for; `NO_NODE`: that one is gone. */
  readonly to: number;
};

const steps = fc.array(
  fc.record({
    do: fc.constantFrom<Step['do']>('in', 'in', 'out', 'flood', 'flood', 'stray', 'stray', 'wait'),
    node: fc.integer({ min: NO_NODE, max: NODES - 1 }),
    segment: fc.integer({ min: 0, max: SEGMENTS - 1 }),
    to: fc.integer({ min: NO_NODE, max: NODES - 1 }),
  }),
  { maxLength: 120 },
);

/** One load, and the same counted frame by frame. */
class Beside {
  readonly simulation = new Simulation();
  readonly load = new BroadcastLoad(this.simulation, 0);
  readonly told = new Float64Array(NODES);
  /** What was told, summed over windows. */
  readonly toldNs = new Float64Array(NODES);
  readonly plainNs = new Float64Array(NODES);
  readonly plainFrames = new Float64Array(NODES);
  readonly toldFrames = new Float64Array(NODES);
  #inPerSec = new Float64Array(NODES);
  readonly #members = Array.from({ length: NODES }, () => new Uint32Array(SEGMENTS));
  readonly #alarm = this.simulation.kind('a test waits', () => undefined);

  constructor() {
    // Broadcasts reach a segment, strays the same pods at another price.
    for (let segment = 0; segment < SEGMENTS; segment++) this.load.addAudience(COST);
    for (let segment = 0; segment < SEGMENTS; segment++) this.load.addAudience(STRAY);
    this.load.listen({
      nodeTakes: (node, { nsPerSec, inPerSec }) => {
        this.told[node] = nsPerSec;
        this.#inPerSec[node] = inPerSec;
      },
    });
  }

  step({ do: what, node, segment, to }: Step): void {
    const members = node === NO_NODE ? 0 : this.#members[node]![segment]!;
    if (what === 'wait') this.wait();
    else if (what === 'flood' && (node === NO_NODE || members > 0)) this.#flood(node, segment);
    else if (what === 'stray' && (node === NO_NODE || members > 0)) this.#stray(node, segment, to);
    else if (what === 'in' && node !== NO_NODE) {
      this.#members[node]![segment]!++;
      this.load.plugIn(node, segment);
      this.load.plugIn(node, SEGMENTS + segment);
    } else if (what === 'out' && members > 0) {
      this.#members[node]![segment]!--;
      this.load.unplug(node, segment);
      this.load.unplug(node, SEGMENTS + segment);
    }
  }

  #flood(node: number, segment: number): void {
    this.load.flood(node, segment);
    for (let at = 0; at < NODES; at++) {
      const members = this.#members[at]![segment]!;
      if (at === node) this.plainNs[at]! += COST.sendNs + (members - 1) * COST.copyNs;
      else if (members > 0) {
        this.plainNs[at]! += COST.takeNs + members * COST.copyNs;
        this.plainFrames[at]!++;
      }
    }
  }

  /** For a pod of node `to`, if that has two: one for the sender. */
  #stray(node: number, segment: number, to: number): void {
    const isThere = to !== NO_NODE && this.#members[to]![segment]! > (to === node ? 1 : 0);
    this.load.stray(node, SEGMENTS + segment);
    if (isThere) this.load.meant(to, SEGMENTS + segment, to !== node);
    for (let at = 0; at < NODES; at++) {
      const members = this.#members[at]![segment]!;
      const strangers = members - (at === node ? 1 : 0) - (isThere && at === to ? 1 : 0);
      this.plainNs[at]! += strangers * STRAY.copyNs;
      // The one that it is for takes it from its node's link as any packet.
      if (members === 0 || at === node || (isThere && at === to)) continue;
      this.plainNs[at]! += STRAY.takeNs;
      this.plainFrames[at]!++;
    }
  }

  wait(): void {
    this.simulation.after(BROADCAST_WINDOW_NS, this.#alarm);
    this.simulation.run(this.simulation.nowNs + BROADCAST_WINDOW_NS);
    for (let node = 0; node < NODES; node++) this.toldNs[node]! += (this.told[node]! * BROADCAST_WINDOW_NS) / 1e9;
    for (let node = 0; node < NODES; node++)
      this.toldFrames[node]! += (this.#inPerSec[node]! * BROADCAST_WINDOW_NS) / 1e9;
  }
}

describe('the load of broadcasts', () => {
  it('is what counting every frame and copy comes to, and windows tell all of it', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const both = new Beside();
        for (const step of history) both.step(step);
        both.wait();
        for (let node = 0; node < NODES; node++) {
          expect(both.load.spentNs(node)).toBe(both.plainNs[node]);
          expect(both.toldNs[node]).toBeCloseTo(both.plainNs[node]!, 3);
          expect(both.load.framesIn(node)).toBe(both.plainFrames[node]);
          expect(both.toldFrames[node]).toBeCloseTo(both.plainFrames[node]!, 6);
        }
      }),
    );
  });

  it('what broadcasts took ends with them: the next window is told to be free', () => {
    const both = new Beside();
    both.step({ do: 'in', node: 0, segment: 0, to: NO_NODE });
    both.step({ do: 'flood', node: NO_NODE, segment: 0, to: NO_NODE });
    both.wait();
    expect(both.told[0]).toBe((1100 * 1e9) / BROADCAST_WINDOW_NS);
    both.wait();
    expect(both.told[0]).toBe(0);
  });

  it('doubled nodes of a segment pay double together, and each of them the same', () => {
    const total = (nodes: number): number => {
      const load = new BroadcastLoad(new Simulation(), 0);
      load.addAudience(COST);
      for (let node = 0; node < nodes; node++) for (let pod = 0; pod < 8; pod++) load.plugIn(node, 0);
      for (let i = 0; i < 50; i++) load.flood(NO_NODE, 0);
      return Array.from({ length: nodes }, (_, node) => load.spentNs(node)).reduce((sum, ns) => sum + ns, 0);
    };
    expect(total(8)).toBe(50 * 8 * (COST.takeNs + 8 * COST.copyNs));
    expect(total(16)).toBe(2 * total(8));
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Image, Layer } from '../../../models/images/image.ts';
import { ImagePulls, PULL_DEFAULTS, type PullSettings } from '../../../models/images/image-pulls.ts';
import { Simulation } from '../../../sim/engine/simulation.ts';

const SECOND = 1e9;

/** A registry that sends every layer at one rate, however many there are. */
class World {
  readonly sim = new Simulation();
  readonly pulls: ImagePulls;
  readonly fetched: { layer: number; atS: number }[] = [];
  readonly why: string[] = [];
  grown = 0;
  readonly over: { image: number; pulled: boolean; atS: number }[] = [];
  readonly #ends = new Map<number, { leftNs: number; sinceNs: number; event: number; done: () => void }>();
  readonly #kind = this.sim.kind('layer is there', (fetch) => {
    const { done } = this.#ends.get(fetch)!;
    this.#ends.delete(fetch);
    done();
  });
  #next = 0;
  readonly #steps: (() => void)[] = [];
  readonly #step = this.sim.kind('step', (at) => this.#steps[at]!());

  constructor(
    layers: readonly Layer[],
    images: readonly Image[],
    settings: Partial<PullSettings> = {},
    diskBytes?: number,
  ) {
    this.pulls = new ImagePulls({
      sim: this.sim,
      nodes: 2,
      catalog: { layers, images },
      settings: { ...PULL_DEFAULTS, ...settings },
      ...(diskBytes === undefined ? {} : { disk: { bytes: diskBytes, expansion: 2, grown: () => this.grown++ } }),
      over: ({ why }) => this.why.push(why ?? 'pulled'),
      carrier: {
        send: (_node, layer, bytes, done) => {
          this.fetched.push({ layer, atS: this.sim.nowNs / SECOND });
          const fetch = this.#next++;
          const event = this.sim.after(bytes * SECOND, this.#kind, fetch);
          this.#ends.set(fetch, { leftNs: bytes * SECOND, sinceNs: this.sim.nowNs, event, done });
          return fetch;
        },
        hold: (fetch, held) => {
          const one = this.#ends.get(fetch)!;
          if (held) {
            this.sim.cancel(one.event);
            one.leftNs -= this.sim.nowNs - one.sinceNs;
          } else {
            one.sinceNs = this.sim.nowNs;
            one.event = this.sim.after(one.leftNs, this.#kind, fetch);
          }
        },
        stop: (fetch) => {
          this.sim.cancel(this.#ends.get(fetch)!.event);
          this.#ends.delete(fetch);
        },
      },
    });
  }

  at(seconds: number, step: () => void): void {
    this.#steps.push(step);
    this.sim.at(seconds * SECOND, this.#step, this.#steps.length - 1);
  }

  pullAt(seconds: number, image: number, node = 0): void {
    this.at(seconds, () =>
      this.pulls.pull(node, image, (pulled) => this.over.push({ image, pulled, atS: this.sim.nowNs / SECOND })),
    );
  }

  run(seconds = 10_000): this {
    this.sim.run(seconds * SECOND);
    return this;
  }
}

const layers = (...bytes: number[]): Layer[] => bytes.map((each, at) => ({ name: `l${at}`, bytes: each }));
const image = (...own: number[]): Image => ({ name: 'i', layers: own, policy: 'if-not-present' });

describe('a pull', () => {
  it('fetches three layers at a time, in their order', () => {
    const world = new World(layers(5, 1, 2, 4, 1), [image(0, 1, 2, 3, 4)]);
    world.pullAt(0, 0);
    world.run();
    expect(world.fetched).toEqual([
      { layer: 0, atS: 0 },
      { layer: 1, atS: 0 },
      { layer: 2, atS: 0 },
      { layer: 3, atS: 1 },
      { layer: 4, atS: 2 },
    ]);
    expect(world.over).toEqual([{ image: 0, pulled: true, atS: 5 }]);
    expect(world.pulls.needsNoPull(0, 0)).toBe(true);
    expect(world.pulls.needsNoPull(1, 0)).toBe(false);
  });

  it('unpacks layers in order, one after another, while others come', () => {
    const world = new World(layers(2, 1, 3), [image(0, 1, 2)], { unpackBytesPerSec: 0.5 });
    world.pullAt(0, 0);
    world.run();
    // 2 s until the lowest is there, then 4 + 2 + 6 s of unpacking.
    expect(world.over[0]!.atS).toBe(14);
  });

  it('takes no layer twice: not one that is there, nor one that another pull fetches', () => {
    const world = new World(layers(4, 1, 2), [image(0, 1), image(0, 2)]);
    world.pullAt(0, 0);
    world.pullAt(1, 1);
    world.pullAt(20, 1);
    world.run();
    expect(world.fetched.map(({ layer }) => layer)).toEqual([0, 1, 2]);
    expect(world.over).toEqual([
      { image: 0, pulled: true, atS: 4 },
      { image: 1, pulled: true, atS: 4 },
      { image: 1, pulled: true, atS: 20 },
    ]);
  });

  it('is given up after 30 s without an answer, and goes on when the answer comes before', () => {
    const world = new World(layers(1), [image(0)]);
    world.at(0, () => world.pulls.setReachable(0, false));
    world.pullAt(1, 0);
    world.at(40, () => world.pulls.pull(0, 0, (pulled) => world.over.push({ image: 0, pulled, atS: 0 })));
    world.at(60, () => world.pulls.setReachable(0, true));
    world.run();
    expect(world.over[0]).toEqual({ image: 0, pulled: false, atS: 31 });
    expect(world.over[1]!.pulled).toBe(true);
    expect(world.fetched).toEqual([{ layer: 0, atS: 60 }]);
  });

  it('that stands still for five minutes is given up; what was whole stays', () => {
    const world = new World(layers(1, 100), [image(0, 1)]);
    world.pullAt(0, 0);
    world.at(10, () => world.pulls.setReachable(0, false));
    world.at(400, () => world.pulls.setReachable(0, true));
    world.pullAt(500, 0);
    world.run();
    expect(world.over[0]).toEqual({ image: 0, pulled: false, atS: 310 });
    expect(world.fetched.map(({ layer }) => layer)).toEqual([0, 1, 1]);
    expect(world.over[1]).toEqual({ image: 0, pulled: true, atS: 600 });
  });

  it('that stands still for less goes on where it was', () => {
    const world = new World(layers(100), [image(0)]);
    world.pullAt(0, 0);
    world.at(10, () => world.pulls.setReachable(0, false));
    world.at(300, () => world.pulls.setReachable(0, true));
    world.run();
    expect(world.over).toEqual([{ image: 0, pulled: true, atS: 390 }]);
  });

  it('dies with its node; another machine begins with nothing', () => {
    const world = new World(layers(1, 5), [image(0, 1)]);
    world.pullAt(0, 0);
    world.at(2, () => world.pulls.nodeDied(0));
    world.pullAt(10, 0);
    world.at(20, () => world.pulls.newMachine(0));
    world.pullAt(30, 0);
    world.run();
    expect(world.over.map(({ atS }) => atS)).toEqual([15, 35]);
    expect(world.fetched.map(({ layer }) => layer)).toEqual([0, 1, 1, 0, 1]);
  });

  it('policy `always` asks even where the image is', () => {
    const world = new World(layers(1), [{ ...image(0), policy: 'always' }]);
    world.pulls.preload(0, 0);
    expect(world.pulls.isThere(0, 0)).toBe(true);
    expect(world.pulls.needsNoPull(0, 0)).toBe(false);
    world.at(0, () => world.pulls.setReachable(0, false));
    world.pullAt(1, 0);
    world.run();
    expect(world.over).toEqual([{ image: 0, pulled: false, atS: 31 }]);
  });

  it('ends once, whatever happens to the line, and every layer comes at most once unless it was given up', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 6 }),
        fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 4 }),
        fc.constantFrom(0.5, Number.POSITIVE_INFINITY),
        (bytes, flips, starts, unpackBytesPerSec) => {
          const world = new World(layers(...bytes), [image(...bytes.keys()), image(0)], { unpackBytesPerSec });
          [...flips]
            .sort((a, b) => a - b)
            .forEach((atS, flip) => {
              world.at(atS, () => world.pulls.setReachable(0, flip % 2 === 1));
            });
          world.at(1000, () => world.pulls.setReachable(0, true));
          starts.forEach((atS, at) => {
            world.pullAt(atS, at % 2);
          });
          world.run(100_000);
          expect(world.over).toHaveLength(starts.length);
          const failed = world.over.filter(({ pulled }) => !pulled).length;
          if (failed === 0) expect(new Set(world.fetched.map(({ layer }) => layer)).size).toBe(world.fetched.length);
          expect(world.sim.nowNs).toBeLessThanOrEqual(100_000 * SECOND);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('a disk', () => {
  const whole = [image(0, 1), image(0, 2), image(3)];

  it('holds what is pulled, twice as much as was sent, and layers that are shared once', () => {
    const world = new World(layers(5, 1, 2, 4), whole, {}, 100);
    world.pullAt(0, 0);
    world.pullAt(10, 1);
    world.run();
    expect(world.pulls.usedBytes(0)).toBe(16);
    expect(world.pulls.imagesOn(0)).toEqual([0, 1]);
    expect(world.grown).toBe(3);
  });

  it('loses with an image what no other one has', () => {
    const world = new World(layers(5, 1, 2, 4), whole, {}, 100);
    world.pulls.preload(0, 0);
    world.pulls.preload(0, 1);
    world.pulls.remove(0, 0);
    expect(world.pulls.usedBytes(0)).toBe(14);
    expect(world.pulls.needsNoPull(0, 0)).toBe(false);
    expect(world.pulls.needsNoPull(0, 1)).toBe(true);
    world.pulls.remove(0, 1);
    expect(world.pulls.usedBytes(0)).toBe(0);
    world.pulls.preload(0, 0);
    world.pulls.newMachine(0);
    expect(world.pulls.usedBytes(0)).toBe(0);
    expect(world.pulls.imagesOn(0)).toEqual([]);
  });

  it('that has no room ends the pull, and has it again when something was removed', () => {
    const world = new World(layers(5, 1, 2, 4), whole, {}, 14);
    world.pulls.preload(0, 1);
    world.pullAt(0, 2);
    world.at(10, () => world.pulls.remove(0, 1));
    world.pullAt(20, 2);
    world.run();
    expect(world.over).toEqual([
      { image: 2, pulled: false, atS: 0 },
      { image: 2, pulled: true, atS: 24 },
    ]);
    expect(world.why).toEqual(['no-space', 'pulled']);
    expect(world.pulls.usedBytes(0)).toBe(8);
  });

  it('does not keep what is left of pulls that failed when it needs the room', () => {
    // The first layer comes, the second finds no room; then another image wants it.
    const world = new World(layers(5, 4, 4, 4), [image(0, 1), image(2, 3)], { layersAtOnce: 1 }, 16);
    world.pullAt(0, 0);
    world.pullAt(10, 1);
    world.run();
    expect(world.why).toEqual(['no-space', 'pulled']);
    expect(world.pulls.usedBytes(0)).toBe(16);
  });
});

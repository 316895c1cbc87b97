/** Daemons that share processors: never more at once than there are, nobody forgotten, and who was woken last often runs next. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Processors } from '../../../../models/network/bgp/processors.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';

function machine(count: number | undefined, seed = 'a') {
  const begun: number[] = [];
  const lives = new Map<number, number>();
  const processors = new Processors(count, new StreamSource(seed).stream('bgp', 'processors'), {
    begin: (speaker) => begun.push(speaker),
    lifeOf: (speaker) => lives.get(speaker) ?? 0,
  });
  return { processors, begun, lives };
}

describe('processors', () => {
  it('run no more turns at once than there are, and all who asked in the end', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.array(fc.boolean(), { maxLength: 60 }),
        fc.string(),
        (count, steps, seed) => {
          const { processors, begun } = machine(count, seed);
          let asked = 0;
          let running = 0;
          const follow = (act: () => void): void => {
            const before = begun.length;
            act();
            running += begun.length - before;
            expect(running).toBeLessThanOrEqual(count);
            // Others never have all of them.
            if (begun.length < asked) expect(running).toBeGreaterThan(0);
          };
          const end = (): void => {
            running -= 1;
            processors.free();
          };
          for (const asks of steps) {
            if (asks) follow(() => processors.ask(asked++, 0));
            else if (running > 0) follow(end);
          }
          while (running > 0) follow(end);
          expect([...begun].sort((a, b) => a - b)).toEqual(Array.from({ length: asked }, (_, i) => i));
        },
      ),
      { numRuns: 200, seed: 3 },
    );
  });

  it('are everyone’s own where none are shared', () => {
    const { processors, begun } = machine(undefined);
    for (let speaker = 0; speaker < 50; speaker++) processors.ask(speaker, 0);
    expect(begun).toHaveLength(50);
  });

  it('pass over a daemon that was killed while it waited', () => {
    const { processors, begun, lives } = machine(1);
    for (const speaker of [0, 1, 2]) processors.ask(speaker, 0);
    lives.set(1, 1);
    processors.free();
    processors.free();
    expect(begun).toEqual([0, 2]);
  });

  it('go to the newest more often than to the oldest, and to each now and then', () => {
    const next = Array.from({ length: 400 }, (_, i) => {
      const { processors, begun } = machine(1, `seed ${i}`);
      for (const speaker of [0, 1, 2, 3, 4]) processors.ask(speaker, 0);
      processors.free();
      return begun[1]!;
    });
    const share = (speaker: number): number => next.filter((each) => each === speaker).length / next.length;
    // One of four, and 0.35 for the newest: 0.51 for it and 0.16 for each other; four standard errors are 0.1 and 0.08.
    expect(share(4)).toBeGreaterThan(0.41);
    expect(share(4)).toBeLessThan(0.61);
    for (const speaker of [1, 2, 3]) expect(Math.abs(share(speaker) - 0.1625)).toBeLessThan(0.08);
  });

  it('let those that were woken run before one that was stopped, in nine of ten', () => {
    const isLast = Array.from({ length: 400 }, (_, i) => {
      const { processors, begun } = machine(1, `stopped ${i}`);
      processors.ask(0, 0);
      processors.ask(9, 0, true);
      for (const speaker of [1, 2]) processors.ask(speaker, 0);
      for (let turn = 0; turn < 4; turn++) processors.free();
      expect([...begun].sort()).toEqual([0, 1, 2, 9]);
      return begun.at(-1) === 9;
    });
    // Twice in a row; else by the usual order: 0.81 and some.
    const share = isLast.filter((each) => each).length / isLast.length;
    expect(share).toBeGreaterThan(0.77);
    expect(share).toBeLessThan(0.97);
  });
});

/** Figures that were recorded once in each case: a perfect model passes a whole family, and wrong ones do not. */
import { describe, expect, it } from 'vitest';
import { isWithin } from '../../../../scenarios/reality/net/spread.ts';
import { type FigureRule, figureQuantity } from '../../../../scenarios/reality/net/varying.ts';
import { judgeTogether } from '../../../../scenarios/reality/pooled-places.ts';
import { Stream } from '../../../../sim/random/stream.ts';

type Draw = (stream: Stream, figure: number) => number;

const CASES = 8;
/** Kinds of figures of one case, that do not hang together. */
const FIGURES = 12;
const RUNS = 50;

/** A count of small things, each with its chance: collisions, paths that are told twice. */
const counts = (things: number, share: number, each = 1): Draw => {
  return (stream, figure) => {
    let count = 0;
    for (let thing = 0; thing < things + figure; thing++) count += stream.uniform() < share ? 1 : 0;
    return each * count;
  };
};

/** Of so many families: the share in which every case agrees. */
function whole(reality: Draw, ours: Draw, trials: number, room: number): number {
  let passed = 0;
  for (let trial = 0; trial < trials; trial++) {
    const stream = new Stream(`${trial}`, 'test', 'once');
    const family = Array.from({ length: CASES }, (_, i) => {
      return Array.from({ length: FIGURES }, (_, figure) => {
        const samples = Array.from({ length: RUNS }, () => ours(stream, figure));
        const observed = reality(stream, figure);
        const rule: FigureRule = {
          case: `${trial} ${i}`,
          pool: `figure ${figure}`,
          steady: room,
          resolution: room,
          room,
          width: 30,
          allowsExceptions: false,
          unit: '',
        };
        return figureQuantity(`${figure}`, { observed, repeats: [observed] }, samples, rule, () => {
          return { simulated: samples[0]!, tolerance: room, agree: isWithin(observed, samples, room) };
        });
      });
    });
    const { cases } = judgeTogether(family);
    if (cases.every((quantities) => quantities.every(({ agree }) => agree))) passed += 1;
  }
  return passed / trials;
}

describe('figures that were recorded once', () => {
  it.each<[string, Draw]>([
    ['many', counts(60, 0.5)],
    ['some', counts(8, 0.3)],
    ['few', counts(8, 0.1)],
  ])('agree in every case where the model draws as reality does: %s', (_, draw) => {
    // 0.985 of 250 families, and twelve pools that each fail one in 200 where they are asked: of cases 99.8 %.
    expect(whole(draw, draw, 120, 0)).toBeGreaterThan(0.95);
  });

  it.each<[string, Draw, Draw]>([
    ['nothing gathered, so that all is told twice', counts(60, 0.5), counts(60, 0.5, 2)],
    ['half of what was told', counts(60, 0.5, 2), counts(60, 0.5)],
    ['a fifth too many', counts(60, 0.5), counts(60, 0.6)],
    ['no chance at all', counts(60, 0.5), (_, figure) => Math.round((60 + figure) / 2)],
  ])('do not where it does not: %s', (_, reality, ours) => {
    expect(whole(reality, ours, 30, 0)).toBeLessThan(0.1);
  });

  it('keep to their target where our own runs do not vary', () => {
    const steady = () => ({ simulated: 5, tolerance: 1, agree: false });
    const rule: FigureRule = {
      case: 'case',
      pool: 'figure',
      steady: 1,
      resolution: 1,
      room: 1,
      width: 30,
      allowsExceptions: true,
      unit: '',
    };
    const judged = figureQuantity('time', { observed: 7, repeats: [7] }, [5, 5, 6, 6, 5], rule, steady);
    expect(judged).toMatchObject({ agree: false, pool: { isVarying: false } });
    const left = figureQuantity('time', { observed: 9.5, repeats: [9.5] }, [5, 5, 7, 7, 8], rule, steady);
    expect(left).toMatchObject({ agree: true, pool: { isVarying: true } });
  });
});

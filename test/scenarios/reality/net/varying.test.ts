/** The rule for figures that vary: a perfect model passes it, and wrong ones do not. */
import { describe, expect, it } from 'vitest';
import { type Figure, isWithin } from '../../../../scenarios/reality/net/spread.ts';
import { type FigureRule, figureQuantity } from '../../../../scenarios/reality/net/varying.ts';
import { judgeTogether } from '../../../../scenarios/reality/pooled-places.ts';
import { Stream } from '../../../../sim/random/stream.ts';

type Draw = (stream: Stream) => Figure;

const RULE: FigureRule = {
  case: 'case',
  pool: 'figure',
  steady: 0,
  resolution: 0,
  room: 2,
  width: 12,
  allowsExceptions: true,
  unit: '',
};
const CASES = 12;
const REPEATS = 4;
const RUNS = 50;

/** Share of a family's cases that agree when reality draws in one way and our model in another. */
function agreement(reality: Draw, ours: Draw, seed: string, rule = RULE): number {
  const stream = new Stream(seed, 'test', 'figures');
  const family = Array.from({ length: CASES }, (_, i) => {
    const repeats = Array.from({ length: REPEATS }, () => reality(stream));
    return repeats.map((observed, j) => {
      const samples = Array.from({ length: RUNS }, () => ours(stream));
      return figureQuantity(`${seed} ${i} ${j}`, { observed, repeats }, samples, rule, () => {
        return { simulated: samples[0]!, tolerance: rule.room, agree: isWithin(observed, samples, rule.room) };
      });
    });
  });
  const { cases } = judgeTogether(family);
  return cases.filter((quantities) => quantities.every(({ agree }) => agree)).length / CASES;
}

/** Shares of families in which 95 % of the cases agree. */
function passes(reality: Draw, ours: Draw, trials: number, rule = RULE): number {
  const shares = Array.from({ length: trials }, (_, trial) => agreement(reality, ours, `${trial}`, rule));
  return shares.filter((share) => share >= 0.95).length / trials;
}

/** Each of so many sessions collides with a chance: two OPENs become four. */
const opens = (sessions: number, share: number): Draw => {
  return (stream) => {
    let count = 2 * sessions;
    for (let session = 0; session < sessions; session++) count += stream.uniform() < share ? 2 : 0;
    return count;
  };
};
const seconds = (low: number, high: number): Draw => {
  return (stream) => low + (high - low) * stream.uniform();
};
const rounds = (mrai: number): Draw => {
  return (stream) => mrai * Math.floor(1 + 3 * stream.uniform()) + 0.1 * stream.uniform();
};
const bimodal = (few: number, many: number): Draw => {
  return (stream) => (stream.uniform() < 0.4 ? many : few);
};

describe('a figure that varies', () => {
  it.each<[string, Draw]>([
    ['collisions', opens(8, 0.3)],
    ['rare collisions', opens(2, 0.02)],
    ['times', seconds(1, 2)],
    ['rounds of an interval', rounds(5)],
    ['two modes', bimodal(3, 15)],
  ])('agrees where the model draws as reality does: %s', (_, draw) => {
    expect(passes(draw, draw, 300)).toBeGreaterThan(0.985);
  });

  it.each<[string, Draw, Draw]>([
    ['an interval that is a second too long', rounds(5), rounds(6)],
    ['no collisions', opens(8, 0.3), opens(8, 0)],
    ['too many collisions', opens(8, 0.1), opens(8, 0.5)],
    ['half the messages', bimodal(6, 30), bimodal(3, 15)],
    ['never the other mode', bimodal(3, 15), bimodal(3, 3)],
    ['late by a third of a second', seconds(1, 2), seconds(1.35, 2.35)],
    ['all of it certain', seconds(1, 2), seconds(1.5, 1.501)],
  ])('disagrees where it does not: %s', (_, reality, ours) => {
    expect(passes(reality, ours, 40)).toBeLessThan(0.1);
  });

  it('disagrees where our own spread is so wide that all would fit', () => {
    const wide = seconds(0, 40);
    expect(passes(wide, wide, 20)).toBe(0);
    expect(passes(wide, wide, 20, { ...RULE, width: 40, room: 12 })).toBe(1);
  });

  it('disagrees where it is absurdly far, and not where the recording itself was the exception', () => {
    const ours = Array.from({ length: RUNS }, () => 16);
    const judge = (observed: number, repeats: readonly number[], allowsExceptions = true) => {
      const steady = () => ({ simulated: 16, tolerance: 0, agree: false });
      const rule = { ...RULE, allowsExceptions };
      return figureQuantity('OPEN', { observed, repeats }, ours, rule, steady).agree;
    };
    expect(judge(23, [16, 23, 17])).toBe(true);
    expect(judge(23, [24, 23, 27])).toBe(false);
    expect(judge(17, [24, 17, 27])).toBe(true);
    expect(judge(23, [16, 23, 17], false)).toBe(false);
  });

  it('keeps to its tolerance where recorded repeats do not vary', () => {
    const steady = () => ({ simulated: 5, tolerance: 1, agree: false });
    const quantity = figureQuantity('time', { observed: 7, repeats: [7, 7, 7] }, [5, 5, 7, 7], RULE, steady);
    expect(quantity).toMatchObject({ simulated: 5, tolerance: 1, agree: false, pool: { isVarying: false } });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Evaluation, INFEASIBLE } from '../../../models/scheduling/evaluation.ts';
import { Selection } from '../../../models/scheduling/selection.ts';
import { StreamSource } from '../../../sim/random/stream.ts';
import { nodeWith } from './small-cluster.ts';

const NODES = Array.from({ length: 10 }, (_, i) => nodeWith({ name: `n${i}` }));
const BEST = 100;
const SEEDED = { seed: 1, numRuns: 300 };

function selectionOf(seed: string): Selection {
  return new Selection(NODES, 'random', new StreamSource(seed).stream('scheduling', 'ties'));
}

/** What an evaluator finds when exactly these nodes share the best total; the others are worse or refused. */
function tied(nodes: readonly number[]): Omit<Evaluation, 'visited'> {
  const totals = new Int32Array(NODES.length).map((_, node) => (node % 2 === 0 ? BEST - 1 : INFEASIBLE));
  for (const node of nodes) totals[node] = BEST;
  return { totals, everywhere: 0, counts: Int32Array.of(totals.filter((total) => total !== INFEASIBLE).length) };
}

const anySeed = fc.integer({ min: 0, max: 1e6 }).map(String);
const anyPod = fc.integer({ min: 0, max: 100_000 });
const anyTie = fc.uniqueArray(fc.integer({ min: 0, max: NODES.length - 1 }), { minLength: 1 });

describe('a tie that is broken at random', () => {
  it('goes to one of the tied nodes', () => {
    const property = fc.property(anySeed, anyPod, anyTie, (seed, pod, tie) => {
      const selection = selectionOf(seed);
      expect(tie).toContain(selection.choose(pod, tied(tie)));
      expect(selection.ties).toBe(tie.length);
    });
    fc.assert(property, SEEDED);
  });

  it('goes elsewhere only if a new node wins it or the winner is gone', () => {
    const property = fc.property(anySeed, anyPod, anyTie, anyTie, (seed, pod, one, other) => {
      const selection = selectionOf(seed);
      const before = selection.choose(pod, tied(one));
      const after = selection.choose(pod, tied(other));
      if (other.includes(before) && one.includes(after)) expect(after).toBe(before);
      const both = selection.choose(pod, tied([...new Set([...one, ...other])]));
      expect([before, after]).toContain(both);
    });
    fc.assert(property, SEEDED);
  });

  it('is no matter to any other pod', () => {
    const ties = fc.array(anyTie, { minLength: 2, maxLength: 30 });
    const property = fc.property(anySeed, ties, fc.nat(), anyTie, (seed, common, place, different) => {
      const odd = place % common.length;
      const chosen = (all: readonly (readonly number[])[]): number[] => {
        const selection = selectionOf(seed);
        return all.map((tie, pod) => selection.choose(pod, tied(tie)));
      };
      const changed = common.map((tie, pod) => (pod === odd ? different : tie));
      const others = (nodes: readonly number[]): number[] => nodes.filter((_, pod) => pod !== odd);
      expect(others(chosen(changed))).toEqual(others(chosen(common)));
    });
    fc.assert(property, SEEDED);
  });

  it('is broken differently by another seed', () => {
    const all = tied(NODES.map((_, node) => node));
    const chosen = (seed: string): number[] => {
      const selection = selectionOf(seed);
      return Array.from({ length: 50 }, (_, pod) => selection.choose(pod, all));
    };
    expect(chosen('1')).toEqual(chosen('1'));
    expect(chosen('2')).not.toEqual(chosen('1'));
  });

  it('is none when no node is feasible', () => {
    const none = { totals: new Int32Array(NODES.length).fill(INFEASIBLE), everywhere: 0, counts: Int32Array.of(0) };
    expect(selectionOf('1').choose(0, none)).toBe(-1);
  });
});

import { describe, expect, it } from 'vitest';
import { Running } from '../../../sim/stats/running.ts';
import { planOf, runAll } from './small-worlds.ts';

describe('paired runs', () => {
  const plan = planOf('first-steps');

  it('meet the same arrivals in every alternative, and others under another seed', () => {
    const hashes = (seed: string) => new Set([...runAll(plan, seed).values()].map((result) => result.arrivalsHash));
    const one = hashes('pairs/0');
    expect(one.size).toBe(1);
    expect(hashes('pairs/1')).not.toEqual(one);
  });

  it('make differences vary less than independent seeds do', () => {
    const [a, b] = plan.alternatives.map((one) => one.name);
    const goodputs = Array.from({ length: 24 }, (_, i) => runAll(plan, `variance/${i}`)).map(
      (results) => [results.get(a!)!.metrics['goodput']!, results.get(b!)!.metrics['goodput']!] as const,
    );
    const paired = new Running();
    const independent = new Running();
    goodputs.forEach(([x, y], i) => {
      paired.add(x - y);
      independent.add(x - goodputs[(i + 1) % goodputs.length]![1]);
    });
    expect(paired.variance).toBeLessThan(independent.variance / 2);
  });
});

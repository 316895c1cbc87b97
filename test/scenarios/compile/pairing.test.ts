import { describe, expect, it } from 'vitest';
import { place, populationOf } from '../../../scenarios/compile/index.ts';
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

  it('meet the same faults in every alternative', () => {
    const [one, ...others] = [...runAll(plan, 'pairs/0').values()].map((result) => result.faultsHash);
    expect(one).not.toBe('');
    expect(others).toEqual(others.map(() => one));
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

describe('placements under one seed', () => {
  // What a scheme takes of each node changes the scores, and so the ties; the rest of the chance is common to all.
  it('of two schemes put at least a quarter of the pods on the same node', () => {
    const plan = planOf('network-schemes', 'vary.environment=["machine-room-bgp"]');
    const population = populationOf(plan.document);
    const nodes = plan.alternatives.map((alternative) => place(alternative, population, 'openb/0').node);
    expect(nodes).toHaveLength(5);
    for (const [i, one] of nodes.entries())
      for (const other of nodes.slice(i + 1)) {
        const same = one.filter((node, pod) => node === other[pod]).length;
        expect(same / one.length).toBeGreaterThan(0.25);
        expect(same).toBeLessThan(one.length);
      }
  }, 60_000);
});

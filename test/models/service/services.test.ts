import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CallRule, callGraph, servicesOf, talkersOf } from '../../../models/service/services.ts';
import { StreamSource } from '../../../sim/random/stream.ts';

const KINDS = [
  { name: 'web', first: 0, count: 25 },
  { name: 'db', first: 25, count: 6, replicas: 3 },
  { name: 'none', first: 31, count: 0 },
];
const SERVICES = servicesOf(KINDS, 10);
const streams = (seed = '1') => new StreamSource(seed);

describe('servicesOf', () => {
  it('cuts runs into services of at most so many replicas, the rest in the last', () => {
    expect(SERVICES.map(({ name, kind, first, replicas }) => [name, kind, first, replicas])).toEqual([
      ['web-0', 'web', 0, 10],
      ['web-1', 'web', 10, 10],
      ['web-2', 'web', 20, 5],
      ['db-0', 'db', 25, 3],
      ['db-1', 'db', 28, 3],
    ]);
    expect(() => servicesOf(KINDS, 0)).toThrow(/at most 0/);
  });

  it('puts every pod behind exactly one service', () => {
    const counts = fc.array(fc.record({ count: fc.nat(60), replicas: fc.integer({ min: 1, max: 9 }) }), {
      maxLength: 8,
    });
    const once = fc.property(counts, fc.integer({ min: 1, max: 12 }), (runs, replicasMax) => {
      let first = 0;
      const kinds = runs.map(({ count, replicas }, i) => {
        first += count;
        return { name: `k${i}`, first: first - count, count, ...(i % 2 === 0 ? { replicas } : {}) };
      });
      let next = 0;
      return (
        servicesOf(kinds, replicasMax).every((service) => {
          const follows = service.first === next && service.replicas > 0;
          next += service.replicas;
          return follows;
        }) && next === first
      );
    });
    fc.assert(once, { seed: 1, numRuns: 200 });
  });
});

describe('callGraph', () => {
  it('keeps the order named and then drawn, with each callee once', () => {
    const calls: CallRule[] = [{ from: 'web', to: 'db', pairing: 'all' }];
    const graph = callGraph(SERVICES, { fanout: 3, calls }, streams());
    expect(graph).toEqual([
      [3, 4, 1],
      [3, 4, 2],
      [3, 4, 1],
      [1, 2, 4],
      [3, 1, 0],
    ]);
  });

  it('follows the calls that are named, round and round or to all', () => {
    const same: CallRule = { from: 'web', to: 'db', pairing: 'same-index' };
    expect(callGraph(SERVICES, { fanout: 0, calls: [same] }, streams())).toEqual([[3], [4], [3], [], []]);
    const all: CallRule = { from: 'db', to: 'db', pairing: 'all' };
    expect(callGraph(SERVICES, { fanout: 0, calls: [all] }, streams())).toEqual([[], [], [], [4], [3]]);
    const nowhere: CallRule = { from: 'web', to: 'none', pairing: 'all' };
    expect(callGraph(SERVICES, { fanout: 0, calls: [nowhere] }, streams())).toEqual([[], [], [], [], []]);
  });

  it('names a callee once, though two rules do', () => {
    const calls: CallRule[] = [
      { from: 'web', to: 'db', pairing: 'same-index' },
      { from: 'web', to: 'db', pairing: 'all' },
    ];
    expect(callGraph(SERVICES, { fanout: 0, calls }, streams()).slice(0, 2)).toEqual([
      [3, 4],
      [4, 3],
    ]);
  });

  it('draws others without repetition, at most as many as there are', () => {
    const drawn = fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 0, max: 15 }),
      fc.string(),
      (count, fanout, seed) => {
        const services = servicesOf([{ name: 'a', first: 0, count }], 1);
        const calls: CallRule[] = [{ from: 'a', to: 'a', pairing: 'same-index' }];
        const graph = callGraph(services, { fanout, calls }, streams(seed));
        return graph.every(
          (callees, caller) =>
            callees.length === Math.min(fanout, count - 1) &&
            new Set(callees).size === callees.length &&
            callees.every((callee) => callee !== caller && callee >= 0 && callee < count),
        );
      },
    );
    fc.assert(drawn, { seed: 1, numRuns: 300 });
  });

  it('is the same whatever else was drawn, and another under another seed', () => {
    const services = servicesOf([{ name: 'a', first: 0, count: 50 }], 1);
    const graph = (source: StreamSource) => callGraph(services, { fanout: 3, calls: [] }, source);
    const busy = streams();
    busy.stream('traffic/rpc', 'callee').uniform();
    expect(graph(busy)).toEqual(graph(streams()));
    expect(graph(streams('2'))).not.toEqual(graph(streams()));
  });
});

describe('talkersOf', () => {
  it('is symmetric, sorted and without repetition', () => {
    const graph = fc.array(fc.uniqueArray(fc.nat(9), { maxLength: 6 }), { minLength: 10, maxLength: 10 });
    const symmetric = fc.property(graph, (calls) => {
      const talkers = talkersOf(calls);
      return talkers.every(
        (list, one) =>
          list.every((other, i) => talkers[other]!.includes(one) && (i === 0 || list[i - 1]! < other)) &&
          calls[one]!.every((other) => list.includes(other)),
      );
    });
    fc.assert(symmetric, { seed: 1, numRuns: 200 });
    expect(talkersOf([[1, 2], [], [1]])).toEqual([
      [1, 2],
      [0, 2],
      [0, 1],
    ]);
  });
});

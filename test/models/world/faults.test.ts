import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cablesOf, type FaultPlan, settleFaults } from '../../../models/world/faults.ts';
import { StreamSource } from '../../../sim/random/stream.ts';

const EXTENT = { nodes: 40, racks: 5, spines: 3 };
const PLANS: readonly FaultPlan[] = [
  { atNs: 5, forNs: 7, target: { kind: 'link', rack: 'any', spine: 'any' } },
  { atNs: 6, target: { kind: 'node', node: 'any' } },
  { atNs: 8, target: { kind: 'rack', rack: 'any' } },
];

describe('settleFaults', () => {
  it('keeps targets that are stated, and says which numbers a fault does not use', () => {
    const stated: FaultPlan[] = [
      { atNs: 1, target: { kind: 'link', rack: 4, spine: 2, silent: true } },
      { atNs: 2, forNs: 3, target: { kind: 'node', node: 39 } },
      { atNs: 3, target: { kind: 'rack', rack: 0 } },
    ];
    expect(settleFaults(stated, EXTENT, new StreamSource('1'))).toEqual([
      { kind: 'link', atNs: 1, untilNs: Infinity, rack: 4, spine: 2, node: -1, silent: true, nodes: [], cut: false },
      { kind: 'node', atNs: 2, untilNs: 5, rack: -1, spine: -1, node: 39, silent: false, nodes: [], cut: false },
      { kind: 'rack', atNs: 3, untilNs: Infinity, rack: 0, spine: -1, node: -1, silent: false, nodes: [], cut: false },
    ]);
  });

  it('draws targets that exist', () => {
    const inside = fc.property(fc.string(), (seed) => {
      const [link, node, rack] = settleFaults(PLANS, EXTENT, new StreamSource(seed));
      return link!.rack < 5 && link!.rack >= 0 && link!.spine < 3 && node!.node < 40 && rack!.rack < 5;
    });
    fc.assert(inside, { seed: 1, numRuns: 200 });
  });

  it('draws the same whatever else was drawn before, and something else under another seed', () => {
    const quiet = settleFaults(PLANS, EXTENT, new StreamSource('7'));
    const busy = new StreamSource('7');
    for (let i = 0; i < 100; i++) busy.stream('traffic/rpc', 'arrival').uniform();
    busy.stream('nodes/3', 'death').uniform();
    expect(settleFaults(PLANS, EXTENT, busy)).toEqual(quiet);
    const seeds = Array.from({ length: 20 }, (_, i) => settleFaults(PLANS, EXTENT, new StreamSource(`${i}`))[1]!.node);
    expect(new Set(seeds).size).toBeGreaterThan(5);
  });

  it('draws each fault from a stream of its own: what others leave open moves nothing', () => {
    const fixed: FaultPlan[] = [{ atNs: 5, target: { kind: 'link', rack: 0, spine: 0 } }, ...PLANS.slice(1)];
    const drawn = settleFaults(PLANS, EXTENT, new StreamSource('7'));
    expect(settleFaults(fixed, EXTENT, new StreamSource('7')).slice(1)).toEqual(drawn.slice(1));
  });
});

describe('switches', () => {
  it('are drawn like links, and break all their cables and no other', () => {
    const plans: FaultPlan[] = [
      { atNs: 5, target: { kind: 'spine', spine: 1 } },
      { atNs: 6, forNs: 3, target: { kind: 'leaf', rack: 'any' } },
    ];
    const [spine, leaf] = settleFaults(plans, { nodes: 6, racks: 3, spines: 2 }, new StreamSource('1'));
    const ends = (fault: typeof spine) =>
      cablesOf(fault!, { racks: 3, spines: 2 }).map(({ kind, rack, spine: own }) => [kind, rack, own]);
    expect(ends(spine)).toEqual([0, 1, 2].map((rack) => ['link', rack, 1]));
    expect(leaf!.untilNs).toBe(9);
    expect(ends(leaf)).toEqual([0, 1].map((own) => ['link', leaf!.rack, own]));
    const drawn = new Set(
      Array.from(
        { length: 30 },
        (_, i) => settleFaults(plans, { nodes: 6, racks: 3, spines: 2 }, new StreamSource(`${i}`))[1]!.rack,
      ),
    );
    expect([...drawn].sort()).toEqual([0, 1, 2]);
  });
});

/**
 * Flows at two levels against the same flows as a fluid, and against themselves: no byte is lost or made where levels change.
 *
 * What must agree was chosen before anything ran, from theory. Dumbbell: all round trips are alike (TCP shares by round trip, a fluid does
 * not), and a bandwidth-delay product of 10 Gbit/s and 38 µs is 31 packets, so a queue of 256 keeps the link full through a halved
 * window (W/2 >= BDP needs a queue of one BDP), and marks from 65 packets on keep DCTCP full (RFC 8257: K > BDP / 7). Shares of single TCP
 * flows wander, so the mean over flows counts, over seeds that are written down; it may differ by 5 %. Incast: the mean of the finishes counts,
 * where flows share from packet to packet: 15 flows that marks hold at a fair window of (31 + 90) / 15 = 8 packets, four times its floor, in a
 * queue that neither overflows nor runs empty (90 + 15 - 30 > 0; see test/models/network/packet/agreement.test.ts). A queue that holds everything lets
 * windows grow as they like, and bursts go one after the other: there only the last finish is the fluid's.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fabric } from '../../../../models/network/fabric.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';
import { type Level, TwoLevelWorld, type Wanted, WIRE } from './two-level-world.ts';

const MS = 1e6;
const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;
const SEEDS = ['one', 'two', 'three', 'four'];
const trunk = (fabric: Fabric): number[] => [fabric.uplink(0, 0), fabric.downlink(1, 0)];

/** Eight long flows from one rack to the other that begin within a millisecond. */
function dumbbell(seed: string): Wanted[] {
  const stream = new StreamSource(seed).stream('dumbbell', 'starts');
  return Array.from({ length: 8 }, (_, i) => ({ from: i, to: 8 + i, bytes: 1e12, atNs: stream.below(MS) }));
}

describe('long flows over one link', () => {
  const fluid = mean(new TwoLevelWorld(16, dumbbell('one'), undefined).rates(30 * MS, 80 * MS));

  it('share ten gigabits as a fluid', () => {
    expect((fluid * WIRE * 8 * 8) / 10e9).toBeCloseTo(1, 9);
  });

  for (const [name, level] of [
    ['told by losses, all links', {}],
    ['told by marks, all links', { queue: { packetsMax: 256, markFromPackets: 65 }, marks: 'dctcp' }],
    ['told by losses, only the trunk', { links: trunk }],
  ] as const satisfies readonly (readonly [string, Level])[])
    it(`carry as much as packets: ${name}`, () => {
      const rates = SEEDS.map((seed) => mean(new TwoLevelWorld(16, dumbbell(seed), level).rates(30 * MS, 80 * MS)));
      expect(mean(rates) / fluid).toBeGreaterThan(0.95);
      expect(mean(rates) / fluid).toBeLessThan(1.005);
    });
});

describe('many to one', () => {
  const wishes = (seed: string, bytes: number): Wanted[] => {
    const stream = new StreamSource(seed).stream('incast', 'starts');
    return Array.from({ length: 15 }, (_, i) => ({ from: i + 1, to: 0, bytes, atNs: stream.below(10_000) }));
  };
  const finishes = (seed: string, bytes: number, level: Level | undefined): number[] => {
    const world = new TwoLevelWorld(16, wishes(seed, bytes), level, { nodesPerRack: 16 });
    world.sim.run(1e9);
    expect(world.finishNs.length).toBe(15);
    return world.finishNs;
  };
  const ratio = (bytes: number, level: Level, figure: (finishes: number[]) => number): number =>
    mean(SEEDS.map((seed) => figure(finishes(seed, bytes, level)) / figure(finishes(seed, bytes, undefined))));

  it('end on average when a fluid does', () => {
    const fair: Level = { queue: { packetsMax: 256, markFromPackets: 90 }, marks: 'dctcp' };
    const found = ratio(4e6, fair, mean);
    expect(found).toBeGreaterThan(0.95);
    expect(found).toBeLessThan(1.05);
  });

  it('have all been served when a fluid has, in a queue that holds everything', () => {
    const last = ratio(1e6, { queue: { packetsMax: 20_000 } }, (all) => Math.max(...all));
    expect(last).toBeGreaterThan(0.99);
    expect(last).toBeLessThan(1.01);
  });
});

describe('two levels at once', () => {
  /** Node 0 to 8 over the trunk, and 0 to 1 in the rack: both leave by the link of node 0. */
  const wishes: Wanted[] = [
    { from: 0, to: 8, bytes: 1e12, atNs: 0 },
    { from: 0, to: 1, bytes: 1e12, atNs: 0 },
  ];

  it('makes packets of the flows over the links that were named, and of no others', () => {
    const world = new TwoLevelWorld(16, wishes, { links: trunk });
    world.sim.run(5 * MS);
    const { levels, fabric } = world;
    expect(levels!.totals().flows).toBe(1);
    expect(levels!.fabric.links).toEqual(trunk(fabric));
    expect(levels!.totals().hops).toBeGreaterThan(1000);
  });

  it('lets a fluid link hold packets back, and share as a fluid', () => {
    // 5 Gbit/s each on the link of node 0; the trunk has room.
    const [packets, fluid] = new TwoLevelWorld(16, wishes, { links: trunk }).rates(20 * MS, 60 * MS);
    expect((packets! * WIRE * 8) / 5e9).toBeGreaterThan(0.95);
    expect((packets! * WIRE * 8) / 5e9).toBeLessThan(1.01);
    expect((fluid! * WIRE * 8) / 5e9).toBeCloseTo(1, 1);
  });

  it('gives a fluid flow what packets leave on a link, within the headroom', () => {
    // The trunk has 2 Gbit/s, so of the 10 of node 0 there are 8 left.
    // Marks, because NewReno mends one loss in a round trip and loses a whole queue at the end of slow start.
    const level: Level = { links: trunk, queue: { packetsMax: 256, markFromPackets: 65 }, marks: 'dctcp' };
    const world = new TwoLevelWorld(16, wishes, level, { uplinkBitsPerSec: 2e9 });
    const [packets, fluid] = world.rates(20 * MS, 80 * MS);
    expect((packets! * WIRE * 8) / 2e9).toBeGreaterThan(0.95);
    expect((packets! * WIRE * 8) / 2e9).toBeLessThan(1.005);
    expect((fluid! * WIRE * 8) / 8e9).toBeGreaterThan(0.95);
    expect((fluid! * WIRE * 8) / 8e9).toBeLessThan(1.01);
  });

  it('tells of the load of packet links as of others', () => {
    const world = new TwoLevelWorld(16, dumbbell('one'), { links: trunk });
    world.sim.run(20 * MS);
    world.carrier.load(world.fabric.resourceOf[0]!);
    world.carrier.load(world.fabric.resourceOf[trunk(world.fabric)[0]!]!);
    world.sim.run(40 * MS);
    const load = world.carrier.load(world.fabric.resourceOf[trunk(world.fabric)[0]!]!);
    expect((load * 8) / 10e9).toBeGreaterThan(0.95);
    expect((load * 8) / 10e9).toBeLessThan(1.001);
    const flow = world.flowOf.get(0)!;
    expect(trunk(world.fabric).map((link) => world.fabric.resourceOf[link])).toContain(world.carrier.boundBy(flow));
  });

  it('cuts packets with their link, and sends the rest when it is mended', () => {
    const world = new TwoLevelWorld(16, [{ from: 0, to: 8, bytes: 20e6, atNs: 0 }], {});
    world.sim.run(5 * MS);
    const cut = (carries: boolean): void => {
      world.fabric.setCarries(world.fabric.uplink(0, 0), carries, world.sim.nowNs);
      world.settlement.changed();
    };
    cut(false);
    world.sim.run(6 * MS);
    const before = world.arrived(0);
    expect(world.carrier.standsStill(world.flowOf.get(0)!)).toBe(true);
    world.sim.run(50 * MS);
    expect(world.arrived(0)).toBe(before);
    cut(true);
    world.sim.run(5e9);
    expect(world.finishNs[0]).toBeGreaterThan(50 * MS);
  });
});

describe('conservation', () => {
  const wish = fc.record({
    from: fc.integer({ min: 0, max: 5 }),
    to: fc.integer({ min: 0, max: 5 }),
    bytes: fc.integer({ min: 1, max: 3_000_000 }),
    atNs: fc.integer({ min: 0, max: 3 * MS }),
    udp: fc.boolean(),
    capBytesPerSec: fc.constantFrom(5e9, 1e9, 1.7e8),
  });
  const world = fc.record({
    wishes: fc.array(wish, { minLength: 1, maxLength: 10 }),
    fromNs: fc.integer({ min: 0, max: 3 * MS }),
    forNs: fc.integer({ min: 1, max: 4 * MS }),
    packetsMax: fc.integer({ min: 4, max: 300 }),
    links: fc.constantFrom(undefined, trunk),
  });
  const SMALL = { nodesPerRack: 3 };

  it('of bytes: what a flow has moved goes on from level to level, and ends at its size', () => {
    fc.assert(
      fc.property(world, ({ wishes, fromNs, forNs, packetsMax, links }) => {
        const level = {
          fromNs,
          untilNs: fromNs + forNs,
          queue: { packetsMax },
          ...(links === undefined ? {} : { links }),
        };
        const two = new TwoLevelWorld(6, wishes, level, SMALL);
        const arrived: number[][] = [];
        const edges = [fromNs, fromNs + forNs];
        const instants = edges.flatMap((edge) => [Math.max(0, edge - 1), edge]);
        two.lookAt(instants, () => arrived.push(wishes.map((_, i) => two.arrived(i))));
        two.sim.run(fromNs + forNs);
        // Where levels change, payload moves neither back nor by more than a packet: a link carries 1.25 bytes in the nanosecond between.
        for (const edge of [0, 2])
          arrived[edge + 1]!.forEach((after, i) => {
            expect(after).toBeGreaterThanOrEqual(arrived[edge]![i]! - 1e-6);
            expect(after - arrived[edge]![i]!).toBeLessThan(1448 + 6);
          });
        two.sim.run(20e9);
        wishes.forEach(({ bytes, udp }, i) => {
          expect(two.finishNs[i]).toBeGreaterThan(0);
          expect(two.lost[i]).toBeGreaterThanOrEqual(0);
          expect(two.lost[i]).toBeLessThanOrEqual(udp ? bytes : 0);
        });
        expect(two.carrier.flowsAt(0)).toEqual([]);
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  it('of outcomes: the same world twice is the same to the byte', () => {
    const run = (): (number | undefined)[] => {
      const two = new TwoLevelWorld(
        16,
        dumbbell('one').map((each) => ({ ...each, bytes: 2e6 })),
        { fromNs: MS, untilNs: 3 * MS },
      );
      two.sim.run(1e9);
      return [...two.finishNs, two.levels!.totals().hops];
    };
    expect(run()).toEqual(run());
  });
});

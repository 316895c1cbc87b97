/** Ports by hand, and what must hold for any network: packets are conserved, keep their order, and scale with time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PacketNetwork } from '../../../../models/network/packet/packet-network.ts';
import { CONGESTION, ECN_CAPABLE, SIZE } from '../../../../models/network/packet/packet-pool.ts';
import type { PortSetting, QueueSetting } from '../../../../models/network/packet/port-table.ts';
import { type Gaps, UdpSources } from '../../../../models/network/packet/udp-sources.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';

/** 1,000 bytes take a microsecond. */
const port = (queue: Partial<QueueSetting> = {}, delayNs = 500): PortSetting => ({
  bitsPerSec: 8e9,
  delayNs,
  queue: { packetsMax: 100, ...queue },
});

/** A network whose packets are written down as they arrive. */
function listening(ports: PortSetting[]) {
  const network = new PacketNetwork({ ports, stream: new StreamSource('1').stream('fabric', 'early detection') });
  const arrived: { atNs: number; sequence: number; marked: boolean }[] = [];
  const handler = network.onEnd((item) => {
    const words = network.pool.words;
    const marked = (words[(item << 3) | SIZE]! & CONGESTION) !== 0;
    arrived.push({ atNs: network.nowNs, sequence: words[(item << 3) | 5]!, marked });
    return network.take(item);
  });
  const way = network.ways.add(
    ports.map((_, number) => number),
    handler,
    0,
  );
  return { network, arrived, way };
}

describe('one port after the other', () => {
  it('stores, waits, sends and delays', () => {
    const { network, arrived, way } = listening([port(), { ...port(), bitsPerSec: 4e9 }]);
    for (let i = 0; i < 3; i++) network.send(way, 1000, i, 0);
    network.run(Number.POSITIVE_INFINITY);
    // 1 µs and 500 ns over the first, 2 µs and 500 ns over the second, where the next ones wait for the one before.
    expect(arrived.map(({ atNs }) => atNs)).toEqual([4000, 6000, 8000]);
    expect(network.counts()).toEqual({ sent: 3, delivered: 3, dropped: 0, cut: 0, underWay: 0, hops: 6 });
  });

  it('drops what finds the queue full: the one that is sent is not in it', () => {
    const { network, arrived, way } = listening([port({ packetsMax: 2 })]);
    for (let i = 0; i < 5; i++) network.send(way, 1000, i, 0);
    network.run(Number.POSITIVE_INFINITY);
    expect(arrived.map(({ sequence }) => sequence)).toEqual([0, 1, 2]);
    expect(network.counts().dropped).toBe(2);
  });

  it('has room again when the next one begins to be sent', () => {
    const { network, arrived, way } = listening([port({ packetsMax: 1 })]);
    network.send(way, 1000, 0, 0);
    network.send(way, 1000, 1, 0);
    network.run(999);
    network.send(way, 1000, 2, 0);
    network.run(1000);
    network.send(way, 1000, 3, 0);
    network.run(Number.POSITIVE_INFINITY);
    expect(arrived.map(({ sequence }) => sequence)).toEqual([0, 1, 3]);
  });

  it('counts bytes where the queue is limited by them', () => {
    const { network, arrived, way } = listening([port({ bytesMax: 1500 })]);
    network.send(way, 1000, 0, 0);
    network.send(way, 1000, 1, 0);
    network.send(way, 600, 2, 0);
    network.send(way, 500, 3, 0);
    network.run(Number.POSITIVE_INFINITY);
    expect(arrived.map(({ sequence }) => sequence)).toEqual([0, 1, 3]);
  });

  it('marks from the threshold on, and only those who understand it', () => {
    const { network, arrived, way } = listening([port({ markFromPackets: 2 })]);
    for (let i = 0; i < 6; i++) network.send(way, 1000 | (i % 2 === 0 ? ECN_CAPABLE : 0), i, 0);
    network.run(Number.POSITIVE_INFINITY);
    // Packets 1 to 5 find 0 to 4 waiting; of those that find two or more, only 4 is capable.
    expect(arrived.filter(({ marked }) => marked).map(({ sequence }) => sequence)).toEqual([4]);
  });

  it('sends at another speed what comes after the change, and nothing that came before', () => {
    const { network, arrived, way } = listening([port()]);
    for (let i = 0; i < 3; i++) network.send(way, 1000, i, 0);
    network.run(500);
    // Half the speed: 2 µs for a packet. One is being sent, two wait, and each keeps the microsecond that it was given.
    network.ports.setBitsPerSec(0, 4e9);
    network.send(way, 1000, 3, 0);
    network.run(700);
    network.ports.setBitsPerSec(0, 16e9);
    network.send(way, 1000, 4, 0);
    network.run(Number.POSITIVE_INFINITY);
    expect(arrived.map(({ atNs }) => atNs - 500)).toEqual([1000, 2000, 3000, 5000, 5500]);
    expect(() => network.ports.setBitsPerSec(0, 0)).toThrow(/port 0 keeps some speed, got 0 bit\/s/);
  });

  it('loses what a broken link holds, and carries again after repair', () => {
    const { network, arrived, way } = listening([port(), port()]);
    for (let i = 0; i < 4; i++) network.send(way, 1000, i, 0);
    // Packet 0 waits in port 1 or is sent by it; 1 is on the first cable; 2 is being sent; 3 waits.
    network.run(2200);
    network.cut(0);
    network.send(way, 1000, 4, 0);
    expect(network.counts()).toMatchObject({ sent: 5, cut: 4, underWay: 1 });
    network.repair(0);
    network.send(way, 1000, 5, 0);
    network.run(Number.POSITIVE_INFINITY);
    expect(arrived.map(({ atNs, sequence }) => ({ atNs, sequence }))).toEqual([
      { atNs: 3000, sequence: 0 },
      { atNs: 2200 + 3000, sequence: 5 },
    ]);
    expect(network.counts()).toMatchObject({ sent: 6, delivered: 2, cut: 4, underWay: 0 });
  });

  it('drops early in proportion to the average length, between its limits', () => {
    const early = { minPackets: 5, maxPackets: 15, chanceMax: 0.1, weight: 0.002 };
    const dropped = (packets: number): number => {
      const { network, way } = listening([port({ packetsMax: 1000, early })]);
      // Every microsecond one packet leaves and one comes, and `packets` wait all the time.
      for (let i = 0; i < packets; i++) network.send(way, 1000, i, 0);
      for (let i = 0; i < 20_000; i++) {
        network.run(network.nowNs + 1000);
        network.send(way, 1000, i, 0);
        while (network.ports.waiting(0, network.nowNs) < packets) network.send(way, 1000, i, 0);
      }
      return network.counts().dropped / network.counts().sent;
    };
    expect(dropped(4)).toBe(0);
    // Spread by their count, drops come every 1 / (2 p) packets on average: at the middle p is 0.05.
    expect(dropped(10)).toBeGreaterThan(0.07);
    expect(dropped(10)).toBeLessThan(0.11);
    expect(dropped(14)).toBeGreaterThan(dropped(10));
  });
});

const setting = fc.record({
  bitsPerSec: fc.constantFrom(8e9, 4e9, 16e9, 1e9),
  delayNs: fc.integer({ min: 0, max: 3000 }).map((half) => 2 * half),
  queue: fc.record({ packetsMax: fc.integer({ min: 0, max: 20 }), bytesMax: fc.integer({ min: 1000, max: 20_000 }) }),
});
const source = fc.record({
  ports: fc.array(fc.nat(5), { minLength: 1, maxLength: 4 }),
  bytes: fc.integer({ min: 8, max: 187 }).map((eighth) => 8 * eighth),
  gapNs: fc.integer({ min: 50, max: 2000 }).map((half) => 2 * half),
  startNs: fc.integer({ min: 0, max: 500 }).map((half) => 2 * half),
});
const world = fc.record({
  ports: fc.array(setting, { minLength: 6, maxLength: 6 }),
  sources: fc.array(source, { minLength: 1, maxLength: 8 }),
});

function build(
  {
    ports,
    sources,
  }: { ports: PortSetting[]; sources: { ports: number[]; bytes: number; gapNs: number; startNs: number }[] },
  times = 1,
) {
  const scaled = ports.map((each) => ({ ...each, bitsPerSec: each.bitsPerSec / times, delayNs: each.delayNs * times }));
  const network = new PacketNetwork({ ports: scaled });
  const udp = new UdpSources(network);
  for (const each of sources) {
    const gaps: Gaps = { kind: 'constant', gapNs: each.gapNs * times };
    udp.add({ ports: each.ports, bytes: each.bytes, gaps, startNs: each.startNs * times, endNs: 100_000 * times });
  }
  return { network, results: () => sources.map((_, number) => udp.result(number)) };
}

describe('any network', () => {
  it('conserves packets at every instant', () => {
    fc.assert(
      fc.property(world, fc.array(fc.nat(20_000), { maxLength: 5 }), (described, steps) => {
        const { network } = build(described);
        let atNs = 0;
        for (const step of [...steps, 300_000_000]) {
          atNs += step;
          network.run(atNs);
          const { sent, delivered, dropped, underWay } = network.counts();
          expect(sent).toBe(delivered + dropped + underWay);
        }
        expect(network.counts().underWay).toBe(0);
      }),
      { numRuns: 100, seed: 7 },
    );
  });

  it('keeps the order of packets of one flow', () => {
    fc.assert(
      fc.property(world, (described) => {
        const { network, results } = build(described);
        network.run(Number.POSITIVE_INFINITY);
        for (const { reordered } of results()) expect(reordered).toBe(0);
      }),
      { numRuns: 100, seed: 8 },
    );
  });

  it('gives the same counts, and half the times, with double speeds and half the delays', () => {
    fc.assert(
      fc.property(world, (described) => {
        const fast = build(described);
        const slow = build(described, 2);
        fast.network.run(Number.POSITIVE_INFINITY);
        slow.network.run(Number.POSITIVE_INFINITY);
        expect(slow.network.counts()).toEqual(fast.network.counts());
        const doubled = fast.results().map((each) => ({ ...each, meanDelayNs: 2 * each.meanDelayNs }));
        expect(slow.results()).toEqual(doubled);
      }),
      { numRuns: 100, seed: 9 },
    );
  });

  it('does not care where a run is cut into pieces', () => {
    fc.assert(
      fc.property(world, fc.array(fc.nat(30_000), { maxLength: 8 }), (described, steps) => {
        const whole = build(described);
        const pieces = build(described);
        whole.network.run(400_000_000);
        let atNs = 0;
        for (const step of steps) {
          atNs += step;
          pieces.network.run(atNs);
        }
        pieces.network.run(400_000_000);
        expect(pieces.results()).toEqual(whole.results());
      }),
      { numRuns: 60, seed: 10 },
    );
  });
});

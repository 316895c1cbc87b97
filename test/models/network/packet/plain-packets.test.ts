/**
 * The packet level against a plain one (plain-packets.ts): the same arrivals at the same nanoseconds with the same marks in the same
 * order, and the same counts in every port, whatever happens to links, speeds and ways meanwhile.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUCKETS, WIDTH_NS_MAX } from '../../../../models/network/packet/due-wheel.ts';
import { PacketNetwork } from '../../../../models/network/packet/packet-network.ts';
import { BORN, CONGESTION, ECN_CAPABLE, SEQUENCE, SIZE } from '../../../../models/network/packet/packet-pool.ts';
import * as at from '../../../../models/network/packet/port-table.ts';
import { UdpSources } from '../../../../models/network/packet/udp-sources.ts';
import { type PlainArrival, PlainPackets, type PlainSource } from './plain-packets.ts';

const PORTS = 6;
const END_NS = 40_000;
/** Delays of links without any (everything in one bucket), usual ones, and some beyond a turn of the wheel. */
const delayNs = fc.oneof(fc.constant(0), fc.nat(300), fc.nat(3000), fc.constant(400_000));
const port = fc.record({
  bitsPerSec: fc.constantFrom(8e9, 10e9, 3e9, 1e9),
  delayNs,
  queue: fc.record(
    {
      packetsMax: fc.integer({ min: 0, max: 12 }),
      // As many bytes as some packets have together, and one fewer.
      bytesMax: fc.tuple(fc.integer({ min: 5, max: 90 }), fc.constantFrom(0, 1)).map(([all, less]) => 100 * all - less),
      markFromPackets: fc.nat(4),
    },
    { requiredKeys: ['packetsMax'] },
  ),
});
const way = fc.array(fc.nat(PORTS - 1), { minLength: 1, maxLength: 4 });
/** Gaps and sizes of round numbers, so that many things happen at one instant. */
const source = fc.record({
  ports: way,
  bytes: fc.constantFrom(1, 100, 500, 1000, 1500),
  gapNs: fc.constantFrom(100, 500, 800, 1200, 3001),
  startNs: fc.constantFrom(0, 0, 100, 777),
  endNs: fc.constant(END_NS),
  understandsMarks: fc.boolean(),
});
const change = fc.record({
  afterNs: fc.nat(9000),
  kind: fc.constantFrom('cut', 'repair', 'speed', 'reroute', 'nothing'),
  port: fc.nat(PORTS - 1),
  source: fc.nat(20),
  ways: way,
  bitsPerSec: fc.constantFrom(8e9, 2e9, 40e9),
});
const world = fc.record({
  ports: fc.array(port, { minLength: PORTS, maxLength: PORTS }),
  sources: fc.array(source, { minLength: 1, maxLength: 9 }),
  changes: fc.array(change, { maxLength: 8 }),
});

/** Sources of the test's own, whose packets are written down as they arrive; the last change of way counts. */
class Listed {
  readonly arrived: PlainArrival[] = [];
  private readonly network: PacketNetwork;
  private readonly handler: number;
  private readonly sources: readonly PlainSource[];
  private readonly ways: number[];

  constructor(network: PacketNetwork, sources: readonly PlainSource[]) {
    this.network = network;
    this.sources = sources;
    const { pool } = network;
    this.handler = network.onEnd((item, flow) => {
      const marked = (pool.words[(item << 3) | SIZE]! & CONGESTION) !== 0;
      this.arrived.push({ source: flow, atNs: network.nowNs, bornNs: pool.doubles[(item << 2) | BORN]!, marked });
      return network.take(item);
    });
    this.ways = sources.map(({ ports }, flow) => network.ways.add(ports, this.handler, flow));
    const timer = network.timer((item, flow) => this.emit(item, flow));
    sources.forEach(({ startNs }, flow) => {
      network.alarm(timer, flow, startNs);
    });
  }

  reroute(flow: number, ports: number[]): void {
    this.ways[flow] = this.network.ways.add(ports, this.handler, flow);
  }

  private emit(item: number, flow: number): number {
    const { network } = this;
    const { bytes, gapNs, endNs, understandsMarks } = this.sources[flow]!;
    const size = bytes | (understandsMarks ? ECN_CAPABLE : 0);
    const packet = network.make(this.ways[flow]!, size, 0, network.nowNs);
    if (network.nowNs + gapNs < endNs) network.again(item, network.nowNs + gapNs);
    else network.release(item);
    return packet;
  }
}

type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

/** Lets both worlds go on until the next change, and makes it in both. */
function through(
  { sources, changes }: World,
  network: PacketNetwork,
  plain: PlainPackets,
  reroute: (source: number, ports: number[]) => void,
): void {
  let nowNs = 0;
  for (const each of changes) {
    nowNs += each.afterNs;
    network.run(nowNs);
    plain.run(nowNs);
    if (each.kind === 'cut') for (const one of [network, plain]) one.cut(each.port);
    if (each.kind === 'repair') for (const one of [network, plain]) one.repair(each.port);
    if (each.kind === 'speed') for (const one of [network.ports, plain]) one.setBitsPerSec(each.port, each.bitsPerSec);
    if (each.kind === 'reroute') {
      reroute(each.source % sources.length, each.ways);
      plain.reroute(each.source % sources.length, each.ways);
    }
  }
  for (const one of [network, plain]) one.run(1e9);
}

function countsOf({ ports }: PacketNetwork): PlainPackets['ports'] {
  const { doubles, words } = ports;
  return Array.from({ length: PORTS }, (_, each) => {
    const d = each << at.PORT_SHIFT;
    return {
      taken: doubles[d | at.TAKEN]!,
      takenBytes: doubles[d | at.TAKEN_BYTES]!,
      dropped: doubles[d | at.DROPPED]!,
      marked: doubles[d | at.MARKED]!,
      cut: doubles[d | at.CUT]!,
      peak: words[(d << 1) | at.PEAK]!,
      waitedNs: doubles[d | at.WAITED]!,
    };
  });
}

describe('the packet level beside a plain one', () => {
  it('lets the same packets arrive at the same nanoseconds in the same order, with the same counts in each port', () => {
    fc.assert(
      fc.property(world, (described) => {
        const network = new PacketNetwork({ ports: described.ports });
        const plain = new PlainPackets(described.ports, described.sources);
        const listed = new Listed(network, described.sources);
        through(described, network, plain, (one, ports) => listed.reroute(one, ports));
        expect(listed.arrived).toEqual(plain.arrived);
        expect(countsOf(network)).toEqual(plain.ports);
      }),
      { numRuns: 150, seed: 11 },
    );
  });

  it('tells the same of sources whose arrivals are only recorded', () => {
    fc.assert(
      fc.property(world, (described) => {
        const unmarked = described.sources.map((each) => ({ ...each, understandsMarks: false }));
        const network = new PacketNetwork({ ports: described.ports });
        const plain = new PlainPackets(described.ports, unmarked);
        const sources = new UdpSources(network);
        for (const each of unmarked) sources.add({ ...each, gaps: { kind: 'constant', gapNs: each.gapNs } });
        through(described, network, plain, (one, ports) => sources.reroute(one, ports));
        expect(unmarked.map((_, one) => sources.result(one))).toEqual(unmarked.map((_, one) => resultOf(plain, one)));
        expect(countsOf(network)).toEqual(plain.ports);
      }),
      { numRuns: 150, seed: 12 },
    );
  });

  it.each([-1, 0, 1])('lets a packet arrive that is due %i ns after the end of a turn of the wheel', (afterNs) => {
    const [bytes, firstNs] = [100, 1000];
    const turnNs = WIDTH_NS_MAX * BUCKETS;
    // The second hop begins in the second bucket, and nothing else is due meanwhile.
    const secondNs = WIDTH_NS_MAX + turnNs + afterNs - 2 * bytes - firstNs;
    const ports = [firstNs, secondNs].map((delayNs) => ({ bitsPerSec: 8e9, delayNs, queue: { packetsMax: 9 } }));
    const sources = [{ ports: [0, 1], bytes, gapNs: 1, startNs: 0, endNs: 1, understandsMarks: false }];
    const network = new PacketNetwork({ ports });
    const plain = new PlainPackets(ports, sources);
    const listed = new Listed(network, sources);
    for (const one of [network, plain]) one.run(1e9);
    expect(listed.arrived[0]!.atNs).toBe(WIDTH_NS_MAX + turnNs + afterNs);
    expect(listed.arrived).toEqual(plain.arrived);
  });

  it('calls a handler that only records before one that is not apart, and tells it the time of the packet', () => {
    const network = new PacketNetwork({ ports: [{ bitsPerSec: 8e9, delayNs: 0, queue: { packetsMax: 100 } }] });
    const told: string[] = [];
    const records = network.onEnd(
      (item) => {
        told.push(`recorded ${network.pool.words[(item << 3) | SEQUENCE]} at ${network.nowNs}`);
        return network.take(item);
      },
      { records: true },
    );
    const timer = network.timer((item) => {
      told.push(`timer at ${network.nowNs}`);
      return network.release(item);
    });
    const way = network.ways.add([0], records, 0);
    for (let i = 0; i < 3; i++) network.send(way, 100, i, 0);
    network.alarm(timer, 0, 150);
    network.run(250);
    expect(told).toEqual(['recorded 0 at 100', 'timer at 150', 'recorded 1 at 200']);
    expect(network.nowNs).toBe(250);
    network.run(Number.POSITIVE_INFINITY);
    expect(told.at(-1)).toBe('recorded 2 at 300');
    expect(network.nowNs).toBe(300);
  });
});

function resultOf({ arrived, sent }: PlainPackets, source: number) {
  const own = arrived.filter((each) => each.source === source);
  let lastBornNs = 0;
  let reordered = 0;
  for (const { bornNs } of own) {
    if (bornNs < lastBornNs) reordered += 1;
    else lastBornNs = bornNs;
  }
  const delaysNs = own.reduce((sum, { atNs, bornNs }) => sum + atNs - bornNs, 0);
  const meanDelayNs = own.length === 0 ? 0 : delaysNs / own.length;
  return { sent: sent[source]!, delivered: own.length, meanDelayNs, reordered };
}

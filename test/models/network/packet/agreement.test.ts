/**
 * The packet level against what it must agree with where both apply: queueing theory, stations, and max-min sharing of fluid flows.
 *
 * How a perfect model passes 99.5 % of the time: all seeds are written down here in advance. M/D/1 makes two statements, each a t interval
 * over 32 independent replications at the confidence 1 - 0.005 / 2, so both hold together with a chance of at least 99.5 %; the
 * intervals are narrower than 3.2 % to each side, so a model that is 5 % off fails nearly always. Waiting is summed over a fixed time and
 * divided by what theory expects to come in it, which has no bias of a ratio. Station and port meet the same arrivals: there the
 * figures are equal, and chance has no part. TCP is no fluid, so against max-min sharing the statement is: the mean over replications
 * with different starts is within 5 %. There each interval (same confidence, shared among all figures of this file) must lie within
 * the 5 % as a whole, so that a pass is no luck; those intervals are narrower than 2 %, so that a model which is less than 3 % off the
 * fluid passes at least 99.5 % of the time.
 */
import { describe, expect, it } from 'vitest';
import { PacketNetwork } from '../../../../models/network/packet/packet-network.ts';
import { PORT_SHIFT, type PortSetting, WAITED } from '../../../../models/network/packet/port-table.ts';
import { TcpFlows } from '../../../../models/network/packet/tcp-flows.ts';
import type { MarkResponse } from '../../../../models/network/packet/tcp-state.ts';
import { Topology } from '../../../../models/network/packet/topology.ts';
import { UdpSources } from '../../../../models/network/packet/udp-sources.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { replicationSeeds } from '../../../../sim/experiment/design.ts';
import { exponential } from '../../../../sim/random/distributions.ts';
import { type Stream, StreamSource } from '../../../../sim/random/stream.ts';
import { SharedResources } from '../../../../sim/sharing/shared-resources.ts';
import { Stations } from '../../../../sim/sharing/station/station.ts';
import { meanInterval } from '../../../../sim/stats/intervals.ts';
import { waitingInMG1 } from '../../../sim/sharing/station/queueing-theory.ts';

const HALF_WIDTH_MAX = 0.032;

describe('a port is M/D/1', () => {
  const REPLICATIONS = 32;
  const PACKET_NS = 1000;
  const PACKET_BYTES = 1000;
  const WARM_UP_NS = 1000 * PACKET_NS;
  const PORT: PortSetting = { bitsPerSec: 8e9, delayNs: 100, queue: { packetsMax: 2 ** 20 } };

  /** Packets that wait, on average over time. */
  function waiting(load: number, packets: number, seed: string, bitsPerSec = PORT.bitsPerSec): number {
    const network = new PacketNetwork({ ports: [{ ...PORT, bitsPerSec }] });
    const sources = new UdpSources(network);
    const stream = new StreamSource(seed).stream('source', 'gaps');
    const gaps = { kind: 'poisson', meanNs: PACKET_NS / load, stream } as const;
    sources.add({ ports: [0], bytes: PACKET_BYTES, gaps, startNs: 0, endNs: Number.POSITIVE_INFINITY });
    const waited = (): number => network.ports.doubles[(0 << PORT_SHIFT) | WAITED]!;
    network.run(WARM_UP_NS);
    const before = waited();
    network.run(WARM_UP_NS + packets * PACKET_NS);
    return (waited() - before) / (packets * PACKET_NS);
  }

  const interval = (load: number, packets: number, bitsPerSec?: number) =>
    meanInterval(
      replicationSeeds('port', REPLICATIONS).map((seed) => waiting(load, packets, seed, bitsPerSec)),
      1 - 0.005 / 2,
    );

  for (const { load, packets } of [
    { load: 0.5, packets: 20_000 },
    { load: 0.8, packets: 80_000 },
  ])
    it(`waits as Pollaczek and Khinchine say at ${100 * load} %`, () => {
      const theory = waitingInMG1({ rate: load, mean: 1, square: 1 });
      const { low, high } = interval(load, packets);
      expect(low!).toBeLessThan(theory);
      expect(high!).toBeGreaterThan(theory);
      expect((high! - low!) / 2 / theory).toBeLessThan(HALF_WIDTH_MAX);
    });

  it('would see a port that is 3 % slow', () => {
    // Its load is 0.515, so 9 % more packets wait.
    expect(interval(0.5, 20_000, PORT.bitsPerSec * 0.97).low!).toBeGreaterThan(
      waitingInMG1({ rate: 0.5, mean: 1, square: 1 }),
    );
  });

  it('waits as a station with one server does, packet by packet', () => {
    const gapsOf = (): Stream => new StreamSource('same').stream('source', 'gaps');
    const packets = 20_000;
    const simulation = new Simulation();
    let stationWaited = 0;
    const stations = new Stations(simulation, 'station', (_tag, _station, _response, waitedNs) => {
      stationWaited += waitedNs;
    });
    const station = stations.add({ servers: 1, speedPerSec: 1e9 / PACKET_NS });
    const stream = gapsOf();
    let left = packets;
    const come = simulation.kind('come', () => {
      stations.arrive(station, 1);
      left -= 1;
      if (left > 0) simulation.after(Math.round(exponential(stream, PACKET_NS / 0.9)), come);
    });
    simulation.at(0, come);
    simulation.run();

    const network = new PacketNetwork({ ports: [PORT] });
    const gaps = { kind: 'poisson', meanNs: PACKET_NS / 0.9, stream: gapsOf() } as const;
    const sources = new UdpSources(network);
    sources.add({ ports: [0], bytes: PACKET_BYTES, gaps, startNs: 0, endNs: Number.POSITIVE_INFINITY });
    while (sources.result(0).sent < packets) network.run(network.nextNs());
    expect(sources.result(0).sent).toBe(packets);
    expect(network.ports.doubles[WAITED]).toBe(stationWaited);
    expect(stationWaited).toBeGreaterThan(packets * PACKET_NS);
  });
});

const SEGMENT_BYTES = 1448;
/** IPv4 20, TCP with timestamps 32, Ethernet with gap 38. */
const HEADER_BYTES = 90;
const WIRE = (SEGMENT_BYTES + HEADER_BYTES) / SEGMENT_BYTES;
/**
 * Where TCP and a fluid must agree follows from theory, and the tests below hold the parameters against it:
 *
 * - Round trips of flows that share a link are alike: TCP shares by round trip, which a fluid does not know.
 * - Losses: a queue of at least one bandwidth-delay product keeps the link full through a halved window (Appenzeller, Keslassy and McKeown,
 *   SIGCOMM 2004, for one flow; several need less).
 * - Marks from K packets on: K above a seventh of the bandwidth-delay product (RFC 8257, 4.1). The queue of N flows swings between
 *   K + N - A and K + N packets with A = sqrt(2 N (C RTT + K)) / 2 (Alizadeh and others, SIGCOMM 2010, 3.3): it must not run empty, and
 *   must not overflow. A window cannot shrink below two segments, so the fair window (C RTT + K) / N must stay well above: four times.
 *
 * The trunk delay of 100 µs and its 4 Gbit/s were first found by trial; the rule of the fair window asks for at least 58 µs at K = 20.
 * Calibrated, and no result of theory: the lengths of warm-up and measurement. The warm-up with losses holds one timeout of 200 ms and a
 * hundred round trips of 1.3 ms, in which NewReno mends what slow start lost at its end.
 */
const MARKED = { trunkBitsPerSec: 4e9, warmUpNs: 50e6, measuredNs: 160e6, delayNs: 100_000, marks: 'dctcp' } as const;
/** After the first losses of slow start many flows wait for a timeout of 200 ms. */
const LOSSY = { trunkBitsPerSec: 1e9, warmUpNs: 450e6, measuredNs: 350e6, delayNs: 20_000, marks: 'none' } as const;
/** Packets that may wait in each port, from how many on they are marked, and the delay of the cables at both sides. */
const QUEUE = 100;
const MARK_FROM = 20;
const ACCESS_NS = 5000;
type Dumbbell = typeof MARKED | typeof LOSSY;
const REPLICATIONS = 10;
/** Figures of TCP in this file. */
const FIGURES = 8;
const TOLERANCE = 0.05;
const FIVE_TUPLE = { from: 1, to: 2, protocol: 6, fromPort: 1, toPort: 2 };

/** The interval of the mean over replications, as parts of what the fluid gives, lies within 5 % of it. */
function expectNear(values: readonly number[], fluid: number): void {
  const { mean, low, high } = meanInterval(values, 1 - 0.005 / FIGURES);
  expect(low! / fluid, `mean ${mean}, fluid ${fluid}`).toBeGreaterThan(1 - TOLERANCE);
  expect(high! / fluid, `mean ${mean}, fluid ${fluid}`).toBeLessThan(1 + TOLERANCE);
  expect((high! - low!) / 2 / fluid).toBeLessThan(0.02);
}

/** Senders on one side, receivers on the other, a single link between: how fast each class of flows goes, bytes of payload a second. */
function dumbbell(accesses: readonly number[], setting: Dumbbell, seed: string): number[] {
  const { trunkBitsPerSec, warmUpNs, measuredNs, delayNs, marks } = setting;
  const topology = new Topology();
  const queue = marks === 'none' ? { packetsMax: QUEUE } : { packetsMax: QUEUE, markFromPackets: MARK_FROM };
  const [left, right] = [topology.addNode(), topology.addNode()];
  topology.addCable(left, right, { bitsPerSec: trunkBitsPerSec, delayNs, queue });
  const stream = new StreamSource(seed).stream('dumbbell', 'starts');
  const pairs = accesses.map((bitsPerSec) => {
    const access: PortSetting = { bitsPerSec, delayNs: ACCESS_NS, queue };
    const [sender, receiver] = [topology.addNode(), topology.addNode()];
    topology.addCable(sender, left, access);
    topology.addCable(receiver, right, access);
    return { sender, receiver };
  });
  const network = new PacketNetwork({ ports: topology.ports });
  const tcp = new TcpFlows(network);
  const flows = pairs.map(({ sender, receiver }) =>
    tcp.add({
      there: topology.way(sender, receiver, FIVE_TUPLE)!,
      back: topology.way(receiver, sender, FIVE_TUPLE)!,
      bytes: Number.POSITIVE_INFINITY,
      segmentBytes: SEGMENT_BYTES,
      headerBytes: HEADER_BYTES,
      ackBytes: HEADER_BYTES,
      startNs: stream.below(1_000_000),
      marks,
      delayedAck: false,
    }),
  );
  network.run(warmUpNs);
  const before = flows.map((flow) => tcp.result(flow).segments);
  network.run(warmUpNs + measuredNs);
  return flows.map((flow, i) => ((tcp.result(flow).segments - before[i]!) * SEGMENT_BYTES * 1e9) / measuredNs);
}

/** The same dumbbell as a fluid. */
function fluidDumbbell(accesses: readonly number[], { trunkBitsPerSec }: Dumbbell): number[] {
  const resources = new SharedResources();
  const trunk = resources.addResource(trunkBitsPerSec / 8);
  const flows = accesses.map((bitsPerSec) => {
    const access = resources.addResource(bitsPerSec / 8);
    return resources.start(0, Number.POSITIVE_INFINITY, Int32Array.of(access, trunk), Float64Array.of(WIRE, WIRE), 2);
  });
  resources.settle(0);
  return flows.map((flow) => resources.rate(flow));
}

const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;

/** Packets of a bandwidth-delay product of the trunk. */
function productPackets({ trunkBitsPerSec, delayNs }: Dumbbell): number {
  return ((2 * (delayNs + 2 * ACCESS_NS)) / 1e9) * (trunkBitsPerSec / 8 / (SEGMENT_BYTES + HEADER_BYTES));
}

describe('parameters of the dumbbell', () => {
  const FLOWS = 8;

  it('with losses give the queue a bandwidth-delay product', () => {
    expect(QUEUE).toBeGreaterThan(productPackets(LOSSY));
  });

  it('with marks keep the queue from running empty or over, and windows from their floor', () => {
    const product = productPackets(MARKED);
    const swing = Math.sqrt(2 * FLOWS * (product + MARK_FROM)) / 2;
    expect(MARK_FROM).toBeGreaterThan(product / 7);
    expect(MARK_FROM + FLOWS - swing).toBeGreaterThan(0);
    expect(MARK_FROM + FLOWS).toBeLessThan(QUEUE);
    expect((product + MARK_FROM) / FLOWS).toBeGreaterThan(4 * 2);
  });
});

describe('long flows of TCP share as a fluid does', () => {
  const seeds = replicationSeeds('dumbbell', REPLICATIONS);
  for (const setting of [LOSSY, MARKED])
    it(`eight of a kind, ${setting.marks === 'none' ? 'told by losses' : 'told by marks'}`, () => {
      const accesses = Array.from({ length: 8 }, () => 10e9);
      const fluid = fluidDumbbell(accesses, setting);
      const rates = seeds.map((seed) => dumbbell(accesses, setting, seed));
      expectNear(rates.map(mean), mean(fluid));
    });

  it('four that their own links limit, and four that take what those leave', () => {
    const accesses = [250e6, 250e6, 250e6, 250e6, 10e9, 10e9, 10e9, 10e9];
    const fluid = fluidDumbbell(accesses, MARKED);
    expect(fluid[4]! / fluid[0]!).toBeCloseTo(3);
    const rates = seeds.map((seed) => dumbbell(accesses, MARKED, seed));
    expectNear(
      rates.map((each) => mean(each.slice(0, 4))),
      fluid[0]!,
    );
    expectNear(
      rates.map((each) => mean(each.slice(4))),
      fluid[4]!,
    );
  });
});

/** How sixteen send to one. */
interface Incast {
  readonly bytes: number;
  readonly queue: PortSetting['queue'];
  readonly marks: MarkResponse;
  readonly delayNs?: number;
  readonly receiveWindow?: number;
}

/** Sixteen send to one at once: when the last has everything, and when they have on average, ns. */
function incast({ bytes, queue, marks, delayNs = 1000, receiveWindow }: Incast, seed: string) {
  const topology = new Topology();
  const cable: PortSetting = { bitsPerSec: 10e9, delayNs, queue };
  const [leaf, receiver] = [topology.addNode(), topology.addNode()];
  topology.addCable(leaf, receiver, cable);
  const stream = new StreamSource(seed).stream('incast', 'starts');
  const senders = Array.from({ length: 16 }, () => {
    const sender = topology.addNode();
    topology.addCable(sender, leaf, cable);
    return sender;
  });
  const network = new PacketNetwork({ ports: topology.ports });
  const tcp = new TcpFlows(network);
  const flows = senders.map((sender) =>
    tcp.add({
      there: topology.way(sender, receiver, FIVE_TUPLE)!,
      back: topology.way(receiver, sender, FIVE_TUPLE)!,
      bytes,
      segmentBytes: SEGMENT_BYTES,
      headerBytes: HEADER_BYTES,
      ackBytes: HEADER_BYTES,
      startNs: stream.below(10_000),
      marks,
      delayedAck: false,
      ...(receiveWindow === undefined ? {} : { receiveWindow }),
    }),
  );
  network.run(20e9);
  const results = flows.map((flow) => tcp.result(flow));
  const finishes = results.map(({ finishNs }) => finishNs);
  const timeouts = results.reduce((sum, each) => sum + each.timeouts, 0);
  return { last: Math.max(...finishes), mean: mean(finishes), timeouts };
}

describe('many that send to one', () => {
  const seeds = replicationSeeds('incast', REPLICATIONS);
  const BYTES = 1_000_000;
  /** All get the same share, so all end together. */
  const fluidNs = (16 * BYTES * WIRE * 8) / 10;

  for (const { name, queue, marks } of [
    { name: 'a queue that holds them all', queue: { packetsMax: 20_000 }, marks: 'none' },
    { name: 'marks', queue: { packetsMax: 300, markFromPackets: 20 }, marks: 'dctcp' },
  ] as const)
    it(`have all been served when a fluid has, with ${name}`, () => {
      const runs = seeds.map((seed) => incast({ bytes: BYTES, queue, marks }, seed));
      expectNear(
        runs.map((run) => run.last),
        fluidNs,
      );
    });

  /**
   * When each ends is another question: a window that only grows sends most of a flow as one burst, and bursts go one after the other. Flows share
   * from packet to packet, as a fluid does, when their windows are small beside their sizes and stay alike: held by receivers (all that is
   * under way fits the queue), or by marks with the fair window four times above its floor, as above.
   */
  const LONG = 4 * BYTES;
  const MARKED_INCAST = {
    bytes: LONG,
    queue: { packetsMax: 300, markFromPackets: 65 },
    marks: 'dctcp',
    delayNs: 20_000,
  } as const;
  const HELD_INCAST = { bytes: LONG, queue: { packetsMax: 512 }, marks: 'none', receiveWindow: 32 } as const;

  it('have parameters that give each a window of its own', () => {
    const product = ((4 * MARKED_INCAST.delayNs) / 1e9) * (10e9 / 8 / (SEGMENT_BYTES + HEADER_BYTES));
    const { packetsMax, markFromPackets } = MARKED_INCAST.queue;
    const swing = Math.sqrt(2 * 16 * (product + markFromPackets)) / 2;
    expect((product + markFromPackets) / 16).toBeGreaterThanOrEqual(4 * 2);
    expect(markFromPackets + 16 - swing).toBeGreaterThan(0);
    expect(markFromPackets + 16).toBeLessThan(packetsMax);
    expect(16 * HELD_INCAST.receiveWindow).toBeLessThanOrEqual(HELD_INCAST.queue.packetsMax);
  });

  for (const setting of [HELD_INCAST, MARKED_INCAST])
    it(`end on average as a fluid does, with windows held by ${setting.marks === 'none' ? 'receivers' : 'marks'}`, () => {
      const runs = seeds.map((seed) => incast(setting, seed));
      expectNear(
        runs.map((run) => run.mean),
        (fluidNs * LONG) / BYTES,
      );
    });

  it('collapse when the queue is short, which no fluid does', () => {
    const run = incast({ bytes: BYTES / 10, queue: { packetsMax: 20 }, marks: 'none' }, seeds[0]!);
    expect(run.timeouts).toBeGreaterThan(0);
    // A timeout lasts 200 ms, while the fluid needs 1.4 ms.
    expect(run.last).toBeGreaterThan(fluidNs / 10 + 190e6);
  });
});

/** Ports stand for links: their latencies and speeds by hand, and what packet flows take from the fluid and tell of. */
import { describe, expect, it } from 'vitest';
import { Fabric } from '../../../../models/network/fabric.ts';
import { PacketFabric } from '../../../../models/network/levels/packet-fabric.ts';
import { SharedResources } from '../../../../sim/sharing/shared-resources.ts';
import { FABRIC, SHAPE, TwoLevelWorld } from './two-level-world.ts';

const MS = 1e6;
/** A full packet and an answer on a link of 10 Gbit/s. */
const PACKET_NS = (8 * SHAPE.packetBytes) / 10;
const ANSWER_NS = (8 * SHAPE.answerBytes) / 10;
const KERNELS_NS = 20_000;

describe('the ways of a packet flow', () => {
  it('take what cables, switches, kernels and sending take, but for the first link, which the transfer pays', () => {
    const fabric = new Fabric(16, FABRIC, new SharedResources());
    const links = Int32Array.from({ length: fabric.linkCount }, (_, link) => link);
    const packets = new PacketFabric(fabric, [...links], { packetsMax: 10 });
    const scratch = new Int32Array(8);
    const count = fabric.path(0, 8, 0, scratch);
    expect(count).toBe(4);
    const ways = packets.ways(scratch.subarray(0, count), { from: 0, to: 8, hash: 0 }, SHAPE, KERNELS_NS);
    // Four cables; a switch behind each but the last.
    const latencyNs = 4 * FABRIC.linkLatencyNs + 3 * FABRIC.switchLatencyNs;
    expect(ways.thereNs).toBe(Math.round(KERNELS_NS / 2 + latencyNs + 3 * PACKET_NS));
    expect(ways.backNs).toBe(Math.round(KERNELS_NS / 2 + latencyNs + 4 * ANSWER_NS));
    // A line for the kernels, then the ports.
    expect(ways.there).toHaveLength(5);
  });

  it('follow the speed of links', () => {
    const fabric = new Fabric(16, FABRIC, new SharedResources());
    const trunk = fabric.uplink(0, 0);
    const packets = new PacketFabric(fabric, [fabric.hostUp(0), trunk], { packetsMax: 10 });
    const { network } = packets;
    const arrivedNs: number[] = [];
    const handler = network.onEnd((item) => {
      arrivedNs.push(network.nowNs);
      return network.take(item);
    });
    const way = network.ways.add([packets.portOf(trunk)], handler, 0);
    const trunkNs = (factor: number): number => {
      fabric.scaleUplinks(factor, 0);
      packets.follow();
      const sentNs = network.nowNs;
      network.send(way, SHAPE.packetBytes, 0, sentNs);
      network.run(sentNs + MS);
      return arrivedNs.at(-1)! - sentNs - FABRIC.linkLatencyNs - FABRIC.switchLatencyNs;
    };
    const wholeNs = (8e9 * SHAPE.packetBytes) / FABRIC.uplinkBitsPerSec;
    for (const factor of [1, 0.25, 4]) expect(trunkNs(factor)).toBe(Math.round(wholeNs / factor));
  });

  it('are those that a lone packet takes', () => {
    const world = new TwoLevelWorld(16, [{ from: 0, to: 8, bytes: SHAPE.payloadBytes, atNs: 0 }], {});
    world.sim.run(10 * MS);
    // What is told is without the way, as a fluid's transfer is: the sending of one packet.
    expect(Math.abs(world.finishNs[0]! - PACKET_NS)).toBeLessThan(5);
  });
});

describe('a packet flow', () => {
  it('tells which payload got lost, if it is UDP', () => {
    // Two at 8 Gbit/s each into one link of 10: a third of all finds the short queue full.
    const wishes = [1, 2].map((from) => ({ from, to: 0, bytes: 5e6, atNs: 0, udp: true, capBytesPerSec: 1e9 }));
    const world = new TwoLevelWorld(16, wishes, { queue: { packetsMax: 20 } });
    world.sim.run(100 * MS);
    const lost = world.lost[0]! + world.lost[1]!;
    const { drops } = world.levels!.totals();
    expect(drops).toBeGreaterThan(1000);
    expect(Math.abs(lost - drops * SHAPE.payloadBytes)).toBeLessThan(2 * SHAPE.payloadBytes);
  });

  it('goes on as fast as it went as a fluid', () => {
    // 10 Gbit/s and 38 µs are 31 packets: with a window of ten it would begin at a third of that.
    const fromNs = 5 * MS;
    const world = new TwoLevelWorld(16, [{ from: 0, to: 8, bytes: 1e12, atNs: 0 }], { fromNs });
    const [rate] = world.rates(fromNs + 40_000, fromNs + 120_000);
    expect(rate! / (1.25e9 * (SHAPE.payloadBytes / SHAPE.packetBytes))).toBeGreaterThan(0.9);
  });

  it('is never ahead of the simulation', () => {
    const world = new TwoLevelWorld(16, [{ from: 0, to: 8, bytes: 1e12, atNs: 0 }], {});
    const instants = Array.from({ length: 200 }, (_, i) => 1 + i * 7919);
    let ahead = 0;
    world.lookAt(instants, () => {
      if (world.levels!.fabric.network.nowNs > world.sim.nowNs) ahead++;
    });
    world.sim.run(3 * MS);
    expect(ahead).toBe(0);
  });
});

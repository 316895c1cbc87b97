/** A source that changes its way again and again needs no more cells than packets under way can be on, and loses none of its packets. */
import { describe, expect, it } from 'vitest';
import { PacketNetwork } from '../../../../models/network/packet/packet-network.ts';
import type { PortSetting } from '../../../../models/network/packet/port-table.ts';
import { UdpSources } from '../../../../models/network/packet/udp-sources.ts';

/** A microsecond for 1,000 bytes, then a cable. */
const port = (delayNs: number, packetsMax = 100): PortSetting => ({ bitsPerSec: 8e9, delayNs, queue: { packetsMax } });
const GAP_NS = 2000;

/** One source over port 0 and then, in turn, over port 1 or 2 with a way of its own each time. */
function turning(ports: PortSetting[], turns: number, everyNs: number, breaks = false) {
  const network = new PacketNetwork({ ports });
  const sources = new UdpSources(network);
  const gaps = { kind: 'constant', gapNs: GAP_NS } as const;
  const source = sources.add({ ports: [0, 1], bytes: 1000, gaps, startNs: 0, endNs: turns * everyNs });
  let cellsAfterTen = 0;
  for (let turn = 1; turn < turns; turn++) {
    network.run(turn * everyNs);
    if (breaks && turn % 7 === 0) network.cut(1);
    if (breaks && turn % 7 === 1) network.repair(1);
    sources.reroute(source, turn % 2 === 0 ? [0, 1] : [0, 2]);
    if (turn === 10) cellsAfterTen = network.ways.size;
  }
  network.run(Number.POSITIVE_INFINITY);
  return { network, sources, source, grown: network.ways.size - cellsAfterTen };
}

describe('ways that a source has left', () => {
  it('are given back when their last packet has arrived', () => {
    const { network, sources, source, grown } = turning([port(500), port(9000), port(3000)], 5000, 10_000);
    expect(grown).toBe(0);
    const { sent, delivered } = sources.result(source);
    expect([sent, delivered]).toEqual([25_000, 25_000]);
    expect(network.counts().underWay).toBe(0);
  });

  it('are not given to others while packets are on them', () => {
    // Each way has its own length of cable, so a packet that went on along another's way would arrive at another time.
    const network = new PacketNetwork({ ports: [port(100), port(50_000), port(10), port(10)] });
    const sources = new UdpSources(network);
    const gaps = { kind: 'constant', gapNs: GAP_NS } as const;
    const source = sources.add({ ports: [0, 1], bytes: 1000, gaps, startNs: 0, endNs: 3 * GAP_NS });
    network.run(2 * GAP_NS + 1);
    sources.reroute(source, [0, 2]);
    const other = sources.add({ ports: [0, 3], bytes: 1000, gaps, startNs: network.nowNs, endNs: network.nowNs + 1 });
    network.run(Number.POSITIVE_INFINITY);
    // Two transmissions, the cable before and that of the way that the packet set out on.
    expect(sources.result(source)).toMatchObject({ sent: 3, delivered: 3, meanDelayNs: 2000 + 100 + 50_000 });
    expect(sources.result(other)).toMatchObject({ sent: 1, delivered: 1 });
  });

  it('are given back when their packets are dropped or cut, too', () => {
    // Faster than the second port sends, so that its queue of three overflows; now and then its link is down.
    const slow = { ...port(20_000, 3), bitsPerSec: 2e9 };
    const { network, grown } = turning([port(0), slow, slow], 3000, 50_000, true);
    const { sent, delivered, dropped, cut, underWay } = network.counts();
    expect(dropped).toBeGreaterThan(1000);
    expect(cut).toBeGreaterThan(100);
    expect(sent).toBe(delivered + dropped + cut);
    expect(underWay).toBe(0);
    expect(grown).toBe(0);
  });

  it('are given back when all that was on them is lost after the source has left', () => {
    // A second port that sends for eight milliseconds and lets nobody wait: it takes one packet and drops the others.
    const full: PortSetting = { bitsPerSec: 1e6, delayNs: 0, queue: { packetsMax: 0 } };
    const network = new PacketNetwork({ ports: [port(5000), full] });
    const sources = new UdpSources(network);
    const gaps = { kind: 'constant', gapNs: GAP_NS } as const;
    const source = sources.add({ ports: [0, 1], bytes: 1000, gaps, startNs: 0, endNs: 2e6 });
    network.run(10_000);
    const before = network.ways.size;
    for (let turn = 2; turn < 200; turn++) {
      sources.reroute(source, [0, 1]);
      network.run(turn * 10_000);
    }
    network.run(Number.POSITIVE_INFINITY);
    expect(network.counts()).toMatchObject({ sent: 1000, delivered: 1, dropped: 999, underWay: 0 });
    // Two more of four cells each, in turn: the source is on one, the last packets of the others are on the cable.
    expect(network.ways.size - before).toBe(8);
  });
});

/** Rows and ways of TCP flows are given back, so that a long run needs no more memory than the flows that it has at once. */
import { describe, expect, it } from 'vitest';
import { PacketNetwork } from '../../../../models/network/packet/packet-network.ts';
import type { PortSetting } from '../../../../models/network/packet/port-table.ts';
import { TcpFlows } from '../../../../models/network/packet/tcp-flows.ts';

/** A microsecond for 1,000 bytes, 10 µs each way. */
const link = (packetsMax: number): PortSetting => ({ bitsPerSec: 8e9, delayNs: 10_000, queue: { packetsMax } });
const SEGMENT = { segmentBytes: 960, headerBytes: 40, ackBytes: 40, marks: 'none', delayedAck: false } as const;

/** `count` flows one after the other, `gapNs` apart, each closed when it has everything. */
function run(count: number, gapNs: number, packetsMax: number, bytesOf: (flow: number) => number) {
  const network = new PacketNetwork({ ports: [link(packetsMax), link(packetsMax), link(packetsMax)] });
  let done = 0;
  let segments = 0;
  const tcp = new TcpFlows(network, (flow) => {
    done += 1;
    segments += tcp.result(flow).segments;
    tcp.close(flow);
  });
  let expected = 0;
  for (let i = 0; i < count; i++) {
    network.run(i * gapNs);
    const bytes = bytesOf(i);
    expected += Math.ceil(bytes / SEGMENT.segmentBytes);
    const there = i % 2 === 0 ? [0] : [0, 2];
    tcp.add({ ...SEGMENT, there, back: [1], bytes, startNs: network.nowNs + 1 });
  }
  network.run(Number.POSITIVE_INFINITY);
  return { network, tcp, done, segments, expected };
}

describe('rows of TCP flows', () => {
  it('serve a hundred thousand short flows with a handful', () => {
    // Five segments take some 25 µs, and a flow begins every 10 µs: three to four at once, and some acknowledgements that linger.
    const { tcp, network, done, segments, expected } = run(100_000, 10_000, 1000, () => 5 * 960);
    expect(done).toBe(100_000);
    expect(segments).toBe(expected);
    expect(tcp.size.rows).toBeLessThan(16);
    expect(tcp.size.cells).toBeLessThan(200);
    expect(network.counts().underWay).toBe(0);
  });

  it('are not given away while packets of their flows are under way or lost', () => {
    // A queue of three loses much: segments that are sent again reach receivers that have closed.
    const { tcp, network, done, segments, expected } = run(2000, 30_000, 3, (flow) => (1 + (flow % 30)) * 960);
    expect(network.counts().dropped).toBeGreaterThan(1000);
    expect(done).toBe(2000);
    expect(segments).toBe(expected);
    expect(tcp.size.rows).toBeLessThan(2000);
    const { sent, delivered, dropped } = network.counts();
    expect(sent).toBe(delivered + dropped);
  });

  it('come back empty: a second flow in a row of a first runs like it', () => {
    const network = new PacketNetwork({ ports: [link(5), link(100)] });
    const finishes: number[] = [];
    const tcp: TcpFlows = new TcpFlows(network, (flow) => {
      finishes.push(tcp.result(flow).finishNs);
      tcp.close(flow);
    });
    const flows = [0, 5e9].map((startNs) => {
      network.run(startNs);
      const flow = tcp.add({ ...SEGMENT, there: [0], back: [1], bytes: 300_000, startNs });
      network.run(startNs + 4e9);
      return flow;
    });
    expect(flows[0]).toBe(flows[1]);
    expect(finishes[1]! - 5e9).toBe(finishes[0]);
    expect(network.counts().dropped).toBeGreaterThan(0);
  });
});

describe('a sender with a pace', () => {
  const paced = (paceBytesPerSec: number, bytes: number) => {
    const network = new PacketNetwork({ ports: [link(100), link(100)] });
    const tcp = new TcpFlows(network);
    const flow = tcp.add({ ...SEGMENT, there: [0], back: [1], bytes, startNs: 0, paceBytesPerSec });
    return { network, tcp, flow };
  };

  it('sends evenly at it, and its window grows no more than it needs', () => {
    // A segment of 1,000 bytes every 4 µs; a round trip of 21 µs needs six.
    const { network, tcp, flow } = paced(250e6, Number.POSITIVE_INFINITY);
    network.run(100e6);
    const { segments, window } = tcp.result(flow);
    expect(segments).toBeGreaterThan(24_990);
    expect(segments).toBeLessThanOrEqual(25_000);
    expect(window).toBeLessThan(16);
    expect(network.ports.waiting(0, network.nowNs)).toBe(0);
  });

  it('stands still at 0 and goes on when it may', () => {
    const { network, tcp, flow } = paced(250e6, 10_000 * 960);
    network.run(10e6);
    tcp.setPace(flow, 0);
    network.run(11e6);
    const before = tcp.result(flow).segments;
    network.run(3e9);
    expect(tcp.result(flow).segments).toBe(before);
    tcp.setPace(flow, 500e6);
    network.run(4e9);
    expect(tcp.result(flow).finishNs).toBeGreaterThan(3e9 + (10_000 - before) * 2000);
    expect(tcp.result(flow).finishNs).toBeLessThan(3e9 + (10_000 - before) * 2000 + 100_000);
  });
});

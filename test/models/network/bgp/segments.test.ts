/** Small messages wait for acknowledgements, and acknowledgements for answers. */
import { describe, expect, it } from 'vitest';
import { reflected } from '../../../../models/network/bgp/designs.ts';
import { BgpNetwork } from '../../../../models/network/bgp/network.ts';
import { Segments } from '../../../../models/network/bgp/segments.ts';
import { NS_PER_MS, NS_PER_SECOND, NS_PER_US } from '../../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';

const LATENCY_NS = 10 * NS_PER_US;

/** Two ends whose daemons read at once, and what left: time in µs, end, number of messages. */
function pair() {
  const sim = new Simulation();
  const left: [number, number, number][] = [];
  const segments: Segments = new Segments(sim, 2, {
    peerOf: (end) => 1 - end,
    latencyNs: () => LATENCY_NS,
    connection: () => 1,
    left: (end, messages) => left.push([sim.nowNs / NS_PER_US, end, messages.length]),
    arrived: (end) => segments.read(end),
  });
  const kind = sim.kind('test writes', (end, count) => {
    for (let i = 0; i < count; i++) segments.write(end, { kind: 'keepalive' });
  });
  return { sim, left, writes: (ms: number, end: number, count: number) => sim.at(ms * NS_PER_MS, kind, end, count) };
}

describe('small segments', () => {
  it('that are written together leave as one and a rest, which waits for the acknowledgement', () => {
    const { sim, left, writes } = pair();
    writes(1, 0, 4);
    sim.run(NS_PER_SECOND);
    expect(left).toEqual([
      [1_000, 0, 1],
      [1_000 + 20, 0, 3],
    ]);
  });

  it('wait forty milliseconds where the connection goes back and forth', () => {
    const { sim, left, writes } = pair();
    writes(0, 0, 1);
    writes(1, 1, 1);
    writes(2, 0, 1);
    writes(3, 0, 2);
    sim.run(NS_PER_SECOND);
    expect(left.slice(0, 3).map(([, end]) => end)).toEqual([0, 1, 0]);
    const [atUs, end, count] = left[3]!;
    expect([end, count]).toEqual([0, 2]);
    expect(atUs).toBeGreaterThan(2_000 + 40_000);
    expect(atUs).toBeLessThan(2_000 + 44_100);
    expect(left).toHaveLength(4);
  });

  it('need not wait where an answer carries the acknowledgement', () => {
    const { sim, left, writes } = pair();
    writes(0, 0, 1);
    writes(1, 1, 1);
    writes(2, 0, 1);
    writes(3, 0, 2);
    writes(5, 1, 1);
    sim.run(NS_PER_SECOND);
    const [atUs, end, count] = left[4]!;
    expect([Math.round(atUs), end, count]).toEqual([5_010, 0, 2]);
  });

  it('let the second of two unread ones be acknowledged by reading', () => {
    const { sim, left, writes } = pair();
    writes(0, 0, 1);
    writes(1, 1, 1);
    writes(2, 0, 1);
    // The timer runs out, so the dialogue is over.
    writes(100, 0, 3);
    sim.run(NS_PER_SECOND);
    expect(left.at(-1)).toEqual([100_020, 0, 2]);
  });
});

describe('BIRD', () => {
  it('takes a reflected route back from the router that originated it, and no other daemon does', () => {
    const takenBack = (daemon: 'bird' | 'frr', seed: string): number => {
      const sim = new Simulation();
      const configuration = reflected(2, 3, daemon);
      let count = 0;
      const network: BgpNetwork = new BgpNetwork({ sim, streams: new StreamSource(seed) }, configuration, {
        message: (end, message) => {
          const peer = network.ends.speakerOf[network.ends.peerOf[end]!]!;
          if (message.kind !== 'update') return;
          const own = configuration.speakers[peer]!.networks.map((each) => network.prefixes.idOf(each));
          if (message.withdrawn.some((prefix) => own.includes(prefix))) count++;
        },
      });
      for (const speaker of configuration.speakers.keys()) network.start(speaker);
      sim.run(10 * NS_PER_SECOND);
      return count;
    };
    // Where a reflector hears of the route from the other reflector first: by chance.
    const seeds = Array.from({ length: 8 }, (_, i) => `originator ${i}`);
    expect(seeds.some((seed) => takenBack('bird', seed) > 0)).toBe(true);
    expect(seeds.some((seed) => takenBack('frr', seed) > 0)).toBe(false);
  });
});

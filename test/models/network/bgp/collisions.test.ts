/** Connections that both ends make at once, that come to a daemon that is not ready, and ports whose other end hears of it late. */
import { describe, expect, it } from 'vitest';
import type { BgpConfiguration } from '../../../../models/network/bgp/configuration.ts';
import { leafSpine, prefix } from '../../../../models/network/bgp/designs.ts';
import type { BgpMessage } from '../../../../models/network/bgp/message.ts';
import { BgpNetwork } from '../../../../models/network/bgp/network.ts';
import { NS_PER_MS, NS_PER_SECOND } from '../../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';

interface Seen {
  readonly ns: number;
  readonly kind: BgpMessage['kind'];
  readonly code: string | undefined;
}

/** A fabric of two spines and two leaves, started one after another and settled. */
function fabric(seed: string, numbered: boolean) {
  const sim = new Simulation();
  const design = leafSpine(2, 2, true);
  const segments = design.segments.map((segment, i) => ({
    ...segment,
    members: segment.members.map((member, side) => ({ ...member, interfaceIndex: numbered ? 2 * i + side : 0 })),
  }));
  const configuration: BgpConfiguration = { ...design, segments, linkWatch: { busyShare: 0.5 } };
  const seen: Seen[] = [];
  const changes: { readonly ns: number; readonly speaker: number; readonly told: boolean }[] = [];
  const network = new BgpNetwork({ sim, streams: new StreamSource(seed) }, configuration, {
    message: (_, message) => {
      const code = message.kind === 'notification' ? `${message.code}/${message.subcode}` : undefined;
      seen.push({ ns: sim.nowNs, kind: message.kind, code });
    },
    route: (speaker, _, told) => changes.push({ ns: sim.nowNs, speaker, told }),
  });
  configuration.speakers.forEach((_, speaker) => {
    sim.run(sim.nowNs + 90 * NS_PER_MS);
    network.start(speaker);
  });
  sim.run(20 * NS_PER_SECOND);
  /** Shuts the first port of the first spine for ten seconds, and tells what is seen after its return. */
  const comeBack = () => {
    network.setPort(0, 0, false);
    sim.run(sim.nowNs + 10 * NS_PER_SECOND);
    const fromNs = sim.nowNs;
    seen.length = 0;
    network.setPort(0, 0, true);
    sim.run(fromNs + 8 * NS_PER_SECOND);
    return seen.map((each) => ({ ...each, ns: each.ns - fromNs }));
  };
  return { sim, network, seen, changes, comeBack, count: configuration.speakers.length };
}

const RUNS = 60;
const many = (numbered: boolean) => Array.from({ length: RUNS }, (_, seed) => fabric(`${seed}`, numbered).comeBack());

describe('a port that is back', () => {
  it('lets both ends connect at once where both are told at once, and a second connection is often one too many', () => {
    const returns = many(true);
    const collided = returns.filter((seen) => seen.some(({ code }) => code === '6/7'));
    expect(collided.length / RUNS).toBeGreaterThan(0.35);
    expect(collided.length / RUNS).toBeLessThan(0.85);
    expect(returns.every((seen) => seen.every(({ code }) => code === undefined || code === '6/7'))).toBe(true);
  });

  it('has its first connection broken off where the other end hears of it later, and comes up within two seconds', () => {
    const returns = many(false);
    const broken = returns.filter((seen) => seen.some(({ code }) => code === '5/0'));
    expect(broken.length / RUNS).toBeGreaterThan(0.2);
    expect(broken.length / RUNS).toBeLessThan(0.7);
    for (const seen of broken) {
      const lastOpen = seen.filter(({ kind }) => kind === 'open').at(-1)!;
      expect(lastOpen.ns).toBeLessThan(2.1 * NS_PER_SECOND);
    }
  });

  it('brings every route back', () => {
    const { network, comeBack } = fabric('routes', false);
    const before = Array.from({ length: network.prefixes.size }, (_, id) => network.nextHops(0, id));
    comeBack();
    expect(Array.from({ length: network.prefixes.size }, (_, id) => network.nextHops(0, id))).toEqual(before);
  });
});

describe('a port that is shut', () => {
  it('takes routes out of its kernel at once and without a word; only what replaces them is told', () => {
    const { sim, network, changes } = fabric('shut', true);
    changes.length = 0;
    const fromNs = sim.nowNs;
    network.setPort(0, 0, false);
    sim.run(fromNs + 5 * NS_PER_SECOND);
    const own = changes.filter(({ speaker }) => speaker === 0);
    expect([own[0]!.told, own[0]!.ns]).toEqual([false, fromNs]);
    // Over the other leaf and the other spine.
    expect(own.slice(1).map(({ told }) => told)).toEqual([true]);
  });
});

describe('a session that ends', () => {
  it('has its routes taken out ten milliseconds later, and the batch tells of it', () => {
    const { sim, network, changes } = fabric('ends', true);
    changes.length = 0;
    const fromNs = sim.nowNs;
    network.kill(2);
    sim.run(fromNs + NS_PER_SECOND);
    const first = (changes[0]!.ns - fromNs) / NS_PER_MS;
    expect(first).toBeGreaterThan(70);
    expect(first).toBeLessThan(76);
  });

  it('of a daemon that starts again brings its routes back as new ones, and takes none out before', () => {
    const { sim, network, changes, count } = fabric('again', true);
    const killed = count - 1;
    network.kill(killed);
    sim.run(sim.nowNs + 5 * NS_PER_SECOND);
    changes.length = 0;
    network.start(killed);
    sim.run(sim.nowNs + 5 * NS_PER_SECOND);
    const own = changes.filter(({ speaker }) => speaker === killed);
    expect(own.length).toBeGreaterThan(0);
    expect(network.nextHops(killed, network.prefixes.idOf(prefix(0)))).toBeDefined();
  });
});

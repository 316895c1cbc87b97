import { describe, expect, it } from 'vitest';
import type { BgpConfiguration } from '../../../../models/network/bgp/configuration.ts';
import {
  clique,
  fullMesh,
  leafSpine,
  prefix,
  reflected,
  SHORT_TIMERS,
} from '../../../../models/network/bgp/designs.ts';
import type { BgpMessage } from '../../../../models/network/bgp/message.ts';
import { BgpNetwork } from '../../../../models/network/bgp/network.ts';
import { NS_PER_MS, NS_PER_SECOND } from '../../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';

/** A network that is started and settled, with what was counted. */
function settled(configuration: BgpConfiguration, seed = '1', startNs = 20 * NS_PER_MS) {
  const sim = new Simulation();
  const counted = { updates: 0, lastRouteNs: 0, changes: 0 };
  const network = new BgpNetwork({ sim, streams: new StreamSource(seed) }, configuration, {
    message: (_end: number, message: BgpMessage) => {
      if (message.kind === 'update' && message.withdrawn.length + message.announced.length > 0) counted.updates++;
    },
    route: () => {
      counted.lastRouteNs = sim.nowNs;
      counted.changes++;
    },
  });
  for (let speaker = 0; speaker < configuration.speakers.length; speaker++) {
    sim.run(sim.nowNs + startNs);
    network.start(speaker);
  }
  sim.run(sim.nowNs + 40 * NS_PER_SECOND);
  const cold = counted.updates;
  /** Does something, runs on, and tells what came of it. */
  const outcome = (action: () => void, seconds: number) => {
    Object.assign(counted, { updates: 0, lastRouteNs: 0, changes: 0 });
    const fromNs = sim.nowNs;
    action();
    sim.run(fromNs + seconds * NS_PER_SECOND);
    return {
      updates: counted.updates,
      seconds: (counted.lastRouteNs - fromNs) / NS_PER_SECOND,
      changes: counted.changes,
    };
  };
  return { sim, network, cold, outcome };
}

describe('a cold start', () => {
  it.each([
    [2, 4],
    [2, 6],
    [4, 8],
  ])('of %i spines and %i leaves takes 2 S L^2 updates', (spines, leaves) => {
    expect(settled(leafSpine(spines, leaves, true)).cold).toBe(2 * spines * leaves * leaves);
  });

  it.each([4, 6, 12])('of a full mesh of %i nodes takes N (N - 1)', (nodes) => {
    expect(settled(fullMesh(nodes)).cold).toBe(nodes * (nodes - 1));
  });

  it.each([
    [1, 8],
    [2, 8],
    [3, 8],
  ])('with %i reflectors of %i nodes takes R N + R N^2 + R (R - 1) N', (r, n) => {
    expect(settled(reflected(r, n)).cold).toBe(r * n + r * n * n + r * (r - 1) * n);
  });

  it('with one reflector of BIRD takes N + N (N - 1)', () => {
    expect(settled(reflected(1, 6, 'bird')).cold).toBe(6 + 6 * 5);
  });
});

describe('a prefix that comes and goes', () => {
  it('crosses a fabric in three batches', () => {
    const { network, outcome } = settled(leafSpine(2, 4, false));
    const gone = outcome(() => network.withdraw(2, prefix(0)), 5);
    expect(gone.updates).toBe(16);
    expect(gone.seconds).toBeGreaterThan(0.16);
    expect(gone.seconds).toBeLessThan(0.168);
    expect(outcome(() => network.announce(2, prefix(0)), 5).updates).toBe(16);
  });

  it('is hunted through valleys where spines are ASes of their own', () => {
    const { network, outcome } = settled(leafSpine(2, 4, true));
    const gone = outcome(() => network.withdraw(2, prefix(0)), 5);
    expect(gone.updates).toBe(24);
    expect(gone.seconds).toBeGreaterThan(0.26);
    expect(gone.seconds).toBeLessThan(0.27);
  });

  it.each([3, 4, 5, 6, 7, 8])('is hunted through %i ASes with (n-1)^2 (n+2) / 2 updates', (n) => {
    const { network, outcome } = settled(clique(n, { ...SHORT_TIMERS, mraiSeconds: 5 }));
    const gone = outcome(() => network.withdraw(0, prefix(0)), 60);
    expect(gone.updates).toBe(((n - 1) ** 2 * (n + 2)) / 2);
    expect(gone.seconds).toBeGreaterThan((n - 3) * 5 - 0.1 - (n > 3 ? 1 : 0));
    expect(gone.seconds).toBeLessThan((n - 3) * 5 + 1);
    expect(outcome(() => network.announce(0, prefix(0)), 60).updates).toBe(n * (n - 1));
  });
});

describe('a router with very many peers', () => {
  it('waits for them ten seconds and no longer before it tells the first', () => {
    const sim = new Simulation();
    const configuration = fullMesh(220);
    const network = new BgpNetwork({ sim, streams: new StreamSource('1') }, configuration);
    for (let speaker = 0; speaker < configuration.speakers.length; speaker++) network.start(speaker);
    sim.run(8 * NS_PER_SECOND);
    expect(network.updatesSent).toBe(0);
    // The last connection is up after three seconds at most.
    sim.run(14 * NS_PER_SECOND);
    expect(network.paths(0, network.prefixes.idOf(prefix(219)))).toHaveLength(1);
  });
});

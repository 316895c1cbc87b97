/** FRR's minimum advertisement interval runs from the last UPDATE of any kind; withdrawals wait for it only behind an announcement. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cabled, SHORT_TIMERS } from '../../../../models/network/bgp/designs.ts';
import { BgpNetwork } from '../../../../models/network/bgp/network.ts';
import { NS_PER_SECOND, secondsToNs } from '../../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';

const PREFIX = { address: 0x0a_00_01_00, length: 24 };
const OTHER = { address: 0x0a_00_02_00, length: 24 };

/** When the first of two routers sent UPDATEs, s; what is done to it at which second. */
function sent(seed: string, steps: readonly (readonly [number, (network: BgpNetwork) => void])[]): number[] {
  const sim = new Simulation();
  const seconds: number[] = [];
  const routers = [1, 2].map((i) => ({ name: `r${i}`, asn: 65_000 + i }));
  const configuration = cabled(routers, [{ a: 0, b: 1 }], { timers: { ...SHORT_TIMERS, mraiSeconds: 5 } });
  const network: BgpNetwork = new BgpNetwork({ sim, streams: new StreamSource(seed) }, configuration, {
    message: (end, message) => {
      if (message.kind === 'update' && network.ends.speakerOf[end] === 0) seconds.push(sim.nowNs / NS_PER_SECOND);
    },
  });
  for (const speaker of [0, 1]) network.start(speaker);
  for (const [at, step] of steps) {
    sim.run(secondsToNs(at));
    step(network);
  }
  sim.run(60 * NS_PER_SECOND);
  return seconds;
}

describe('the minimum advertisement interval', () => {
  it('is started by an End-of-RIB alone', () => {
    const [endOfRib, first, ...rest] = sent('end of rib', [[4, (network) => network.announce(0, PREFIX)]]);
    expect(endOfRib).toBeLessThan(4);
    expect(first! - endOfRib!).toBeGreaterThan(4);
    expect(first! - endOfRib!).toBeLessThan(6.1);
    expect(rest).toEqual([]);
  });

  it('is started by a withdrawal, which does not wait itself', () => {
    const times = sent('withdrawal', [
      [20, (network) => network.announce(0, PREFIX)],
      [30, (network) => network.withdraw(0, PREFIX)],
      [31, (network) => network.announce(0, OTHER)],
    ]);
    const [, announced, withdrawn, again] = times;
    expect(announced).toBeCloseTo(20.05, 2);
    expect(withdrawn).toBeCloseTo(30.05, 2);
    expect(again! - withdrawn!).toBeGreaterThan(4);
    expect(times).toHaveLength(4);
  });

  it('holds a withdrawal back while an announcement waits', () => {
    const [, announced, withdrawn, other, ...rest] = sent('behind', [
      [20, (network) => network.announce(0, PREFIX)],
      [21, (network) => network.announce(0, OTHER)],
      [22, (network) => network.withdraw(0, PREFIX)],
    ]);
    expect(announced).toBeCloseTo(20.05, 2);
    expect(withdrawn! - announced!).toBeGreaterThan(4);
    expect(other).toBe(withdrawn);
    expect(rest).toEqual([]);
  });

  it('brings an announcement and its withdrawal at once where others of the group were told of the first meanwhile', () => {
    const { told } = star([
      [20, (network) => network.start(2)],
      [25, (network) => network.announce(0, PREFIX)],
      [25.5, (network) => network.withdraw(0, PREFIX)],
    ]);
    const [early, late] = [told.filter(({ to }) => to === 1), told.filter(({ to }) => to === 2)];
    expect(early.map(({ kind }) => kind)).toEqual(['announced', 'withdrawn']);
    expect(early[0]!.seconds).toBeCloseTo(25.05, 2);
    expect(early[1]!.seconds).toBeCloseTo(25.55, 2);
    expect(late.map(({ kind }) => kind)).toEqual(['announced', 'withdrawn']);
    expect(late[0]!.seconds).toBeGreaterThan(26);
    expect(late[1]!.seconds).toBe(late[0]!.seconds);
  });

  it('leaves nobody with anything else than what there is in the end', () => {
    const step = fc.record({
      ms: fc.integer({ min: 0, max: 4_000 }),
      what: fc.constantFrom('announce', 'withdraw', 'daemon'),
      other: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.string(), (list, seed) => {
        const running = new Set([1]);
        const act = (network: BgpNetwork, what: 'announce' | 'withdraw' | 'daemon', other: boolean): void => {
          const node = other ? 1 : 2;
          if (what !== 'daemon') network[what](0, other ? OTHER : PREFIX);
          else if (running.delete(node)) network.kill(node);
          else {
            running.add(node);
            network.start(node);
          }
        };
        let at = 10;
        const steps = list.map(({ ms, what, other }): Step => {
          at += ms / 1000;
          return [at, (network) => act(network, what, other)];
        });
        const restart = (network: BgpNetwork): void => {
          for (const node of [1, 2]) if (!running.has(node)) network.start(node);
        };
        const { network } = star([...steps, [at + 1, restart]], seed);
        const known = (node: number): number[] =>
          [PREFIX, OTHER].map((prefix) => network.paths(node, network.prefixes.idOf(prefix)).length);
        expect([known(1), known(2)]).toEqual([known(0), known(0)]);
      }),
      { numRuns: 60 },
    );
  });
});

type Step = readonly [number, (network: BgpNetwork) => void];

/** A router in the middle, with a neighbour from the start and one that may start later; what it told of the prefix. */
function star(steps: readonly Step[], seed = 'star') {
  const sim = new Simulation();
  const told: { seconds: number; to: number; kind: string }[] = [];
  const routers = [1, 2, 3].map((i) => ({ name: `r${i}`, asn: 65_000 + i }));
  const cables = [1, 2].map((b) => ({ a: 0, b }));
  const configuration = cabled(routers, cables, { timers: { ...SHORT_TIMERS, mraiSeconds: 5 } });
  const network: BgpNetwork = new BgpNetwork({ sim, streams: new StreamSource(seed) }, configuration, {
    message: (end, message) => {
      if (message.kind !== 'update' || network.ends.speakerOf[end] !== 0) return;
      const seconds = sim.nowNs / NS_PER_SECOND;
      const to = network.ends.speakerOf[network.ends.peerOf[end]!]!;
      if (message.announced.length > 0) told.push({ seconds, to, kind: 'announced' });
      if (message.withdrawn.length > 0) told.push({ seconds, to, kind: 'withdrawn' });
    },
  });
  for (const speaker of [0, 1]) network.start(speaker);
  for (const [at, step] of steps) {
    sim.run(secondsToNs(at));
    step(network);
  }
  sim.run(sim.nowNs + 60 * NS_PER_SECOND);
  return { told, network };
}

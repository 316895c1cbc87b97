/** FRR's minimum advertisement interval runs from the last UPDATE of any kind, and withdrawals do not wait for it. */
import { describe, expect, it } from 'vitest';
import { cabled, SHORT_TIMERS } from '../../../../models/network/bgp/designs.ts';
import { BgpNetwork } from '../../../../models/network/bgp/network.ts';
import { NS_PER_SECOND } from '../../../../sim/engine/sim-time.ts';
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
    sim.run(at * NS_PER_SECOND);
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
});

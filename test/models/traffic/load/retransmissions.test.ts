import { describe, expect, it } from 'vitest';
import { RETRANSMISSION, Retransmissions } from '../../../../models/traffic/load/retransmissions.ts';
import { NS_PER_MS, NS_PER_SECOND } from '../../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';

/** Payloads that are lost at 0 on ways that are whole again at some instant. */
function world(wholeFromNs: number) {
  const sim = new Simulation();
  const told: string[] = [];
  const again = new Retransmissions({
    sim,
    arrives: () => sim.nowNs >= wholeFromNs,
    delivered: (tag, receiver) => told.push(`${tag} reaches ${receiver} at ${sim.nowNs / NS_PER_MS}`),
    lost: (tag) => told.push(`${tag} is lost at ${Math.round(sim.nowNs / NS_PER_SECOND)} s`),
  });
  return { sim, told, again };
}

const WAY = { from: 0, to: 1, hash: 7, wayNs: NS_PER_MS };

describe('payloads that are sent again', () => {
  it.each([
    [0, 201],
    [200, 201],
    [201, 601],
    [601, 1401],
    [20_000, 25_401],
  ])('arrive with the first copy whose way is whole: from %d ms on, at %d', (wholeMs, atMs) => {
    const { sim, told, again } = world(wholeMs * NS_PER_MS);
    again.lostFirst(WAY, 3, 9);
    sim.run(100 * NS_PER_SECOND);
    expect(told).toEqual([`3 reaches 9 at ${atMs}`]);
  });

  it('are given up after fifteen copies, in a quarter of an hour', () => {
    const { sim, told, again } = world(Number.POSITIVE_INFINITY);
    again.lostFirst(WAY, 3, 9);
    sim.run(3600 * NS_PER_SECOND);
    // 0.2 s doubling ten times, then 120 s each: the last copy leaves at 804.6 s (Linux waits once more before it tells).
    expect(told).toEqual(['3 is lost at 805 s']);
    expect(RETRANSMISSION.copiesMax).toBe(15);
  });

  it('are forgotten without a word, before a copy and after it', () => {
    const { sim, told, again } = world(0);
    const [first, second] = [again.lostFirst(WAY, 1, 9), again.lostFirst(WAY, 2, 9)];
    again.cancel(first);
    sim.run(200 * NS_PER_MS);
    again.cancel(second);
    again.lostFirst(WAY, 4, 8);
    sim.run(NS_PER_SECOND);
    expect(told).toEqual(['4 reaches 8 at 401']);
  });
});

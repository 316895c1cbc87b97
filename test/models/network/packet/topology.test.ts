import { describe, expect, it } from 'vitest';
import { flowHash, PROTOCOL_UDP } from '../../../../models/network/packet/ecmp.ts';
import { Topology } from '../../../../models/network/packet/topology.ts';

const CABLE = { bitsPerSec: 1e9, delayNs: 100, queue: { packetsMax: 10 } };
const flow = (fromPort: number) => ({ from: 1, to: 2, protocol: PROTOCOL_UDP, fromPort, toPort: 80 });

/** Two hosts on two leaves below four spines. */
function small() {
  const topology = new Topology();
  for (let node = 0; node < 8; node++) topology.addNode();
  topology.addCable(0, 2, CABLE);
  topology.addCable(1, 3, CABLE);
  const trunks = [4, 5, 6, 7].flatMap((spine) => [2, 3].map((leaf) => topology.addCable(leaf, spine, CABLE)));
  return { topology, trunks };
}

describe('equal-cost multipath', () => {
  it('takes a shortest way, the same for the same flow', () => {
    const { topology } = small();
    const way = topology.way(0, 1, flow(1))!;
    expect(way.length).toBe(4);
    expect(topology.way(0, 1, flow(1))).toEqual(way);
  });

  it('spreads flows evenly over the spines', () => {
    const { topology } = small();
    const counts = new Map<number, number>();
    const flows = 4000;
    for (let port = 0; port < flows; port++) {
      const uplink = topology.way(0, 1, flow(port))![1]!;
      counts.set(uplink, (counts.get(uplink) ?? 0) + 1);
    }
    // Chi-square with 3 degrees of freedom exceeds 12.8 once in 200; ports are fixed, so this either holds or does not.
    const square = [...counts.values()].reduce((sum, count) => sum + (count - flows / 4) ** 2 / (flows / 4), 0);
    expect(counts.size).toBe(4);
    expect(square).toBeLessThan(12.8);
  });

  it('a switch hashes with a seed of its own', () => {
    const same = Array.from({ length: 1000 }, (_, port) => flowHash(flow(port), 1) % 4 === flowHash(flow(port), 2) % 4);
    expect(same.filter(Boolean).length).toBeLessThan(320);
    expect(same.filter(Boolean).length).toBeGreaterThan(180);
  });

  it('goes around a port that is not usable, and says so when there is no way', () => {
    const { topology, trunks } = small();
    const used = topology.way(0, 1, flow(1))![1]!;
    topology.setUsable(used, false);
    expect(topology.way(0, 1, flow(1))![1]).not.toBe(used);
    for (const trunk of trunks) topology.setUsable(trunk, false);
    expect(topology.way(0, 1, flow(1))).toBeUndefined();
    expect(topology.way(0, 0, flow(1))).toEqual([]);
  });
});

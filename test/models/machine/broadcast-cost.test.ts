/** What a broadcast costs, from the parts of recorded ways. */
import { describe, expect, it } from 'vitest';
import { broadcastCost } from '../../../models/machine/broadcast-cost.ts';
import { packetCpuNs } from '../../../models/machine/data-path.ts';
import { cardNs } from '../../../models/machine/datagram.ts';

describe('the cost of a broadcast', () => {
  it.each(['bridge-l2', 'macvlan'] as const)(
    '%s: the first copy on a node costs one end of the recorded way',
    (path) => {
      const { takeNs, copyNs, sendNs } = broadcastCost(path);
      expect(takeNs + copyNs).toBeCloseTo(packetCpuNs(path) / 2 + cardNs(1), 6);
      expect(sendNs).toBe(takeNs + copyNs);
    },
  );

  it('a card that tells pods apart by itself is cheaper than a bridge with a pair of interfaces for each pod', () => {
    expect(broadcastCost('macvlan').copyNs).toBeLessThan(broadcastCost('bridge-l2').copyNs);
    expect(broadcastCost('macvlan').takeNs).toBeLessThan(broadcastCost('bridge-l2').takeNs);
  });

  it('twice the speed is half the cost', () => {
    const [slow, fast] = [broadcastCost('bridge-l2', 1), broadcastCost('bridge-l2', 2)];
    for (const part of ['sendNs', 'takeNs', 'copyNs'] as const) expect(fast[part]).toBeCloseTo(slow[part] / 2, 9);
  });
});

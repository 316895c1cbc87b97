/** What a broadcast costs, from the parts of recorded ways. */
import { describe, expect, it } from 'vitest';
import { broadcastCost, strayCost } from '../../../models/machine/broadcast-cost.ts';
import { packetCpuNs } from '../../../models/machine/data-path.ts';
import { cardNs } from '../../../models/machine/datagram.ts';
import { arpCost } from '../../../models/machine/way-parts.ts';

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

describe('the cost of a frame for others', () => {
  it('is what a broadcast costs but for the reading, and nothing for the sender, who pays for a packet anyway', () => {
    const [stray, broadcast] = [strayCost('bridge-l2'), broadcastCost('bridge-l2')];
    expect(stray.takeNs).toBe(broadcast.takeNs);
    expect(broadcast.copyNs - stray.copyNs).toBeCloseTo(arpCost(1).processorNs, 6);
    expect(stray.copyNs).toBeGreaterThan(0);
    expect(stray.sendNs).toBe(0);
    expect(strayCost('bridge-l2', 2).takeNs).toBeCloseTo(stray.takeNs / 2, 9);
  });

  it.each(['macvlan', 'ipvlan-l2'] as const)('%s: the card drops it, which takes no processor', (path) => {
    expect(strayCost(path)).toEqual({ sendNs: 0, takeNs: 0, copyNs: 0 });
  });
});

/**
 * Our packet level against ns-3: the traffic of the benchmark over a fabric of 32 hosts, recorded with bench/peers/packet-ns3.cc (its
 * routing `table`) on ns-3 3.37 of Debian. Where packets come to a port at the very same nanosecond, who goes first is a matter of how
 * events were scheduled, and with it who is dropped: hence a tolerance of one in a thousand where packets are lost, and of a hundredth
 * in times of constant gaps, where such ties are many.
 */
import { describe, expect, it } from 'vitest';
import { exponentials, udpBench } from '../../../../bench/packet-fabric.ts';

const RECORDED = [
  { traffic: 'poisson', load: 0.3, hops: 86_106, delivered: 24_146, lost: 0, delaySumNs: 228_151_238 },
  { traffic: 'poisson', load: 0.4, hops: 114_447, delivered: 32_059, lost: 189, delaySumNs: 689_299_240 },
  { traffic: 'poisson', load: 0.6, hops: 156_880, delivered: 42_854, lost: 5486, delaySumNs: 3_221_376_965 },
  { traffic: 'cbr', load: 0.3, hops: 85_500, delivered: 24_000, lost: 0, delaySumNs: 281_788_800 },
  { traffic: 'cbr', load: 0.4, hops: 113_529, delivered: 31_843, lost: 157, delaySumNs: 619_087_492 },
  { traffic: 'cbr', load: 0.6, hops: 155_468, delivered: 42_397, lost: 5603, delaySumNs: 3_085_898_011 },
];

describe('the same packets as ns-3', () => {
  const table = exponentials();
  for (const { traffic, load, hops, delivered, lost, delaySumNs } of RECORDED)
    it(`${traffic} at ${100 * load} % of the hosts' links`, () => {
      const ours = udpBench(traffic, 0.003, load, table)();
      const spread = lost === 0 ? 0 : 1e-3;
      expect(Math.abs(ours.hops - hops)).toBeLessThanOrEqual(spread * hops);
      expect(Math.abs(ours.delivered - delivered)).toBeLessThanOrEqual(spread * delivered);
      expect(Math.abs(ours.lost - lost)).toBeLessThanOrEqual(spread * delivered);
      expect(Math.abs(ours.delaySumNs / delaySumNs - 1)).toBeLessThan(traffic === 'cbr' || lost > 1000 ? 0.01 : 1e-4);
    });
});
